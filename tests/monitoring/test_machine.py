"""The last readings: taken in the background, at once for whoever asks."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from local_video_server.library.figures import Kind, State
from local_video_server.library.readings import (
    Finding,
    LibraryReading,
    ProcessReading,
    StorageReading,
    StreamReading,
)
from local_video_server.monitoring import machine
from local_video_server.monitoring.ledger import Ledger
from local_video_server.monitoring.machine import STALE_S, STORAGE_EVERY_S, Readings, Sources
from tests.server import wait_for

WELL = (Finding("disk", State.GOOD, "The data folder takes files."),)
FULL = (Finding("disk", State.POOR, "Only 12 MB are free for the data folder."),)
STREAM = StreamReading("/video/dune000000", "GET", "/video/<video>", "192.168.1.5", 0.0)


class Scene:
    """Parts that answer what they are told to, or fail."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.process = ProcessReading(0.0, 12.0, 50_000_000, sent_bytes=1000, machine_cpu_percent=30.0)
        self.health = WELL
        self.failing: set[str] = set()
        self.looked: list[str] = []
        self.ledger = Ledger()
        self.told = threading.Semaphore(0)
        self.sources = Sources(
            process=lambda: self.taken("process", self.process),
            storage=lambda: self.taken("storage", StorageReading(self.now)),
            library=lambda: self.taken("library", LibraryReading({"ready": 3})),
            health=lambda: self.taken("health", self.health),
            look=lambda: self.taken("look", None),
            streams=lambda: (STREAM,),
            health_changed=lambda: self.looked.append("changed"),
        )
        self.readings = Readings(self.sources, self.ledger, self.told.release, lambda: self.now)

    def taken(self, name: str, value):  # type: ignore[no-untyped-def]
        self.looked.append(name)
        if name in self.failing:
            raise OSError(f"no {name}")
        return value

    def gauge(self, name: str) -> float | None:
        found = self.ledger.ever().get((Kind.GAUGE, name))
        return found.total_s / found.count if found else None


@pytest.fixture
def scene() -> Iterator[Scene]:
    scene = Scene()
    yield scene
    scene.readings.stop()


def test_before_the_first_reading_nothing_is_known(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "HEALTH_S", 0.0)
    scene.now += 3
    readings = scene.readings
    assert readings.process() == ProcessReading(3.0)
    assert (readings.storage(), readings.library(), readings.health()) == (StorageReading(), LibraryReading({}), ())
    assert scene.looked == []


def test_a_reading_is_kept_until_the_next_and_costs_nothing_to_ask(scene: Scene) -> None:
    scene.readings.read()
    scene.looked.clear()
    scene.now += 4
    assert scene.readings.process() == replace(scene.process, uptime_s=4.0)
    assert scene.readings.library().by_status == {"ready": 3}
    assert scene.readings.health() == WELL
    assert scene.readings.streams() == (STREAM,)
    assert scene.looked == []


def test_a_reading_that_does_not_end_is_no_good_news_for_ever(scene: Scene) -> None:
    jobs = Finding("jobs", State.GOOD, "The background work goes on.")
    scene.health = (*WELL, jobs)
    scene.readings.read()
    scene.now += STALE_S
    assert scene.readings.health() == (*WELL, jobs)
    scene.now += 1
    (disk, late) = scene.readings.health()
    assert (disk, late.name, late.state) == (WELL[0], "jobs", State.POOR)
    assert "61 s" in late.sentence
    scene.readings.read()
    assert scene.readings.health() == (*WELL, jobs)


def test_storage_is_read_now_and_then_the_rest_each_time(scene: Scene) -> None:
    for _ in range(3):
        scene.readings.read()
        scene.now += 5
    assert scene.looked.count("storage") == 1
    assert scene.looked.count("process") == scene.looked.count("health") == scene.looked.count("look") == 3
    scene.now = 1000.0 + STORAGE_EVERY_S
    scene.readings.read()
    assert scene.readings.storage().taken_at == scene.now


def test_what_was_read_is_counted_for_lines(scene: Scene) -> None:
    scene.readings.read()
    scene.now += 2
    scene.process = replace(scene.process, sent_bytes=9000, cpu_percent=14.0)
    scene.readings.read()
    assert scene.gauge("cpu_percent") == 13.0
    assert scene.gauge("memory_bytes") == 50_000_000
    assert scene.gauge("machine_cpu_percent") == 30.0
    assert scene.gauge("machine_memory_percent") is None  # not told: no zero
    assert scene.gauge("streams") == 1
    assert scene.gauge("sent_bytes_per_s") == 4000


@pytest.mark.parametrize("name", ["process", "storage", "library", "health", "look"])
def test_a_reading_that_fails_is_left_out_and_said_once(
    scene: Scene, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    scene.failing = {name}
    for _ in range(3):
        scene.readings.read()
        scene.now += STORAGE_EVERY_S
    assert len(caplog.records) == 1
    assert (scene.readings.process().memory_bytes is None) is (name == "process")
    assert (scene.readings.storage().taken_at is None) is (name == "storage")
    assert (scene.readings.library().by_status == {}) is (name == "library")
    assert (scene.readings.health() == ()) is (name == "health")
    scene.failing = set()
    scene.readings.read()
    assert scene.readings.process().memory_bytes
    assert scene.readings.health() == WELL


def test_what_became_poor_is_said_once_and_so_is_that_it_is_well_again(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        for health in (WELL, FULL, FULL, WELL, WELL):
            scene.health = health
            scene.readings.read()
    assert [record.getMessage() for record in caplog.records] == [
        "disk: Only 12 MB are free for the data folder.",
        "disk: The data folder takes files.",
    ]
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


def test_who_wants_to_know_is_told_when_a_part_stands_otherwise(scene: Scene) -> None:
    for health, told in ((WELL, 0), (WELL, 0), (FULL, 1), (FULL, 1), (WELL, 2)):
        scene.health = health
        scene.readings.read()
        assert scene.looked.count("changed") == told


def test_the_thread_reads_again_and_again_and_lives_whatever_fails(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "FIRST_S", 0.001)
    monkeypatch.setattr(machine, "EVERY_S", 0.001)
    scene.failing = {"process", "library", "health", "storage", "look"}
    scene.readings.start()
    for _ in range(5):
        assert scene.told.acquire(timeout=5)
    scene.failing = set()
    wait_for(lambda: scene.readings.health() == WELL, 1)


def test_who_asks_for_health_right_at_the_start_is_told_of_the_first_reading(scene: Scene) -> None:
    found: list[object] = []
    asking = threading.Thread(target=lambda: found.append(scene.readings.health()))
    asking.start()
    scene.readings.start()
    asking.join(5)
    assert found == [WELL]
