"""Looks at folders that are paused, let go on and cancelled, over real folders and a real database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from local_video_server.library import comparing, indexing
from local_video_server.library.files import FoundFile, Scan
from tests.library.running import DISK, RETURN_S, Running, never, scan, until, write

Run = Callable[..., Running]
NAMES = ("Dune.mp4", "a/Solaris.mkv", "b/Tron.mp4")


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "TEND_S", 0.05)
    monkeypatch.setattr(comparing, "SHOW_EVERY_S", 0.0)


@pytest.fixture
def films(tmp_path: Path) -> Path:
    for name in NAMES:
        write(tmp_path / "films" / name)
    return tmp_path / "films"


class Steps:
    """A disk whose looks wait between two folders, once `is_slow`."""

    def __init__(self) -> None:
        self.is_slow = False
        self.reached = threading.Semaphore(0)
        self.may_step = threading.Semaphore(0)
        self.disk = replace(DISK, scan=self._scan)

    def _scan(self, root: str, scope: Sequence[str], on_files: Callable[[Sequence[FoundFile], int], None]) -> Scan:
        def slowly(files: Sequence[FoundFile], folders: int) -> None:
            if self.is_slow:
                self.reached.release()
                assert self.may_step.acquire(timeout=RETURN_S)
            on_files(files, folders)

        return scan(root, scope, slowly)

    def wait(self) -> None:
        assert self.reached.acquire(timeout=RETURN_S)

    def finish(self) -> None:
        self.is_slow = False
        for _ in range(10):
            self.may_step.release()


@pytest.fixture
def steps() -> Iterator[Steps]:
    steps = Steps()
    yield steps
    steps.finish()


def test_while_it_is_paused_no_look_is_begun_and_all_is_seen_after(run: Run, films: Path) -> None:
    running = run(films)
    running.settle(*NAMES)
    running.index.pause()
    scanned_at = running.report().scanned_at
    write(films / "new.mp4")
    running.index.refresh()
    never(lambda: running.has("new.mp4"), 0.5)
    assert (running.report().scanned_at, running.report().is_paused) == (scanned_at, True)
    running.index.go_on()
    running.settle(*NAMES, "new.mp4")


def test_a_look_under_way_waits_and_its_disk_is_not_taken_for_a_hung_one(
    run: Run, films: Path, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "SILENT_S", 0.3)
    steps.is_slow = True
    running = run(films, disk=steps.disk)
    steps.wait()
    running.index.pause()
    steps.finish()
    never(lambda: running.report().is_silent or running.report().activity == "idle", 0.6)
    assert running.index.answers(running.roots[0])
    assert running.present == set()
    running.index.go_on()
    running.settle(*NAMES)
    assert (running.report().scan_s or 0.0) < 0.6  # what it waited does not count


def test_what_changes_while_a_look_is_held_is_seen_after(run: Run, films: Path, steps: Steps) -> None:
    running = run(films, disk=steps.disk)
    running.settle(*NAMES)
    steps.is_slow = True
    running.index.refresh()
    steps.wait()
    running.index.pause()
    steps.finish()
    write(films / "new.mp4")  # the folder was read already
    never(lambda: running.has("new.mp4"), 0.3)
    running.index.go_on()
    running.settle(*NAMES, "new.mp4")


def test_a_disk_that_goes_while_a_look_is_held_is_away(run: Run, films: Path, steps: Steps) -> None:
    running = run(films, disk=steps.disk)
    running.settle(*NAMES)
    steps.is_slow = True
    running.index.refresh()
    steps.wait()
    running.index.pause()
    steps.finish()
    films.rename(films.with_name("unplugged"))
    until(lambda: running.catalog.snapshot.library.roots[running.roots[0].id].is_offline)
    assert running.present == set(NAMES)


def test_a_look_that_is_cancelled_takes_nothing_for_missing(run: Run, films: Path, steps: Steps) -> None:
    running = run(films, disk=steps.disk)
    running.settle(*NAMES)
    scanned_at = running.report().scanned_at
    steps.is_slow = True
    running.index.refresh()
    steps.wait()
    running.index.cancel()
    steps.finish()
    until(lambda: running.report().activity == "idle")
    assert (running.present, running.report().files) == (set(NAMES), 3)
    assert running.report().scanned_at == scanned_at
    write(films / "new.mp4")  # the watch goes on
    running.settle(*NAMES, "new.mp4")


def test_a_first_look_that_is_cancelled_shows_what_it_found_and_the_next_is_a_first_one_too(
    run: Run, films: Path, steps: Steps
) -> None:
    steps.is_slow = True
    running = run(films, disk=steps.disk)
    steps.wait()
    steps.may_step.release()
    steps.wait()
    running.index.cancel()
    steps.finish()
    until(lambda: running.report().activity == "idle")
    assert running.present == {"Dune.mp4"}
    assert running.catalog.snapshot.scanning == frozenset()
    assert not running.store.was_scanned(running.roots[0])
    until(lambda: running.report().watches)
    never(lambda: running.report().activity == "scanning", 0.3)
    running.index.refresh()
    running.settle(*NAMES)
    assert running.store.was_scanned(running.roots[0])


def test_one_that_is_held_can_be_cancelled_and_the_pause_goes_on(run: Run, films: Path, steps: Steps) -> None:
    steps.is_slow = True
    running = run(films, disk=steps.disk)
    steps.wait()
    running.index.pause()
    steps.finish()
    running.index.cancel()
    until(lambda: running.report().activity == "idle")
    assert running.report().is_paused
    assert running.present == set()


def test_to_cancel_where_nothing_is_looked_at_cancels_no_later_look(run: Run, films: Path) -> None:
    running = run(films)
    running.settle(*NAMES)
    running.index.cancel()
    scanned_at = running.report().scanned_at
    running.index.refresh()
    until(lambda: running.report().scanned_at != scanned_at)


def test_a_stop_ends_a_look_that_is_held(run: Run, films: Path, steps: Steps) -> None:
    steps.is_slow = True
    running = run(films, disk=steps.disk)
    steps.wait()
    running.index.pause()
    steps.finish()
    running.index.stop()
    running.indexes[0]._thread.join(RETURN_S)
    assert not running.indexes[0]._thread.is_alive()
