"""/health, and what causes it to say that not all is well: each caused for real."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local_video_server.application import create_app
from local_video_server.disk import watch
from local_video_server.library import indexing
from local_video_server.monitoring import machine, storage
from tests.clips import make_clip
from tests.disk.faults import mounted
from tests.homes import Home, open_home, settings_of
from tests.server import wait_for

NAMES = ["database", "library", "disk", "jobs", "watcher"]


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """All is looked at ten times a second."""
    monkeypatch.setattr(indexing, "TEND_S", 0.1)
    monkeypatch.setattr(storage, "ANSWER_S", 0.2)
    monkeypatch.setattr(machine, "FIRST_S", 0.1)
    monkeypatch.setattr(machine, "EVERY_S", 0.1)


@pytest.fixture
def films(tmp_path: Path) -> Path:
    (tmp_path / "films").mkdir()
    return tmp_path / "films"


def told(home: Home, status: int, name: str, state: str) -> str:
    """Waits until a check is in this state; its reason."""

    def reason() -> str | None:
        answer = home.get("/health")
        check = answer.get_json()["checks"][name]
        return str(check["reason"]) if (answer.status_code, check["state"]) == (status, state) else None

    return wait_for(reason, 2) or ""


def test_all_is_well(home: Home) -> None:
    answer = home.get("/health")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.get_json()["status"] == "ok"
    assert [name for name in NAMES if name in answer.get_json()["checks"]] == NAMES
    assert all(check["reason"] for check in answer.get_json()["checks"].values())
    with home.client.head("/health") as head:
        assert (head.status_code, head.data) == (200, b"")


def test_right_after_the_start_it_is_ready(tmp_path: Path, films: Path) -> None:
    application = create_app(settings_of(tmp_path / "data", films))
    try:
        application.start()
        answer = application.wsgi.test_client().get("/health")
        assert (answer.status_code, answer.get_json()["status"]) == (200, "ok")
    finally:
        application.stop()


def test_right_after_the_start_on_a_full_disk_it_is_not(tmp_path: Path, films: Path, small_data: Path) -> None:
    application = create_app(settings_of(small_data, films, thumbnails=str(tmp_path / "pictures")))
    (small_data / "filler").write_bytes(bytes(shutil.disk_usage(small_data).free - 100_000))
    try:
        application.start()
        answer = application.wsgi.test_client().get("/health")
        assert (answer.status_code, answer.get_json()["status"]) == (503, "failed")
        assert answer.get_json()["checks"]["disk"] == {
            "state": "poor",
            "reason": "Only 0 MB are free for the data folder.",
        }
    finally:
        application.stop()


@pytest.fixture
def small_data(tmp_path: Path) -> Iterator[Path]:
    """A data folder on a disk of 30 MB."""
    data = tmp_path / "data"
    data.mkdir()
    with mounted(data, "-t", "tmpfs", "-o", "size=30m", "lvs-test"):
        yield data


def test_a_full_disk_fails_and_all_is_well_when_there_is_room(tmp_path: Path, films: Path, small_data: Path) -> None:
    make_clip(films / "Dune.mp4")
    with open_home(small_data, films, videos=1, thumbnails=str(tmp_path / "pictures")) as home:
        assert "MB are free" in told(home, 200, "disk", "warning")
        filler = small_data / "filler"
        filler.write_bytes(bytes(shutil.disk_usage(small_data).free))
        assert "data" in told(home, 503, "disk", "poor")
        refused = 0
        for number in range(2000):  # until the journal has no room left either
            refused = home.client.put(
                f"/api/videos/{home.video('Dune.mp4').key}/tags/{number}" + "x" * 40
            ).status_code
            if refused != 200:
                break
        assert refused == 503
        assert "full" in told(home, 503, "database", "poor")
        filler.unlink()
        told(home, 200, "database", "good")
        assert home.get("/ping").status_code == 200


def test_an_unplugged_folder_warns_and_without_any_it_fails(tmp_path: Path, films: Path) -> None:
    make_clip(films / "Dune.mp4")
    make_clip(tmp_path / "share" / "Tron.mp4")
    with open_home(tmp_path / "data", films, tmp_path / "share", videos=2) as home:
        told(home, 200, "library", "good")
        os.rename(tmp_path / "share", tmp_path / "unplugged")
        reason = told(home, 200, "library", "warning")
        assert str(tmp_path / "share") in reason
        assert "Tron" not in reason
        readings = home.application.observatory.readings
        wait_for(lambda: readings.library().by_status.get("offline") == 1, 2)
        assert readings.library().by_status["ready"] == 1
        os.rename(films, tmp_path / "unplugged too")
        told(home, 503, "library", "poor")
        os.rename(tmp_path / "unplugged", tmp_path / "share")
        told(home, 200, "library", "warning")


def test_a_folder_that_cannot_be_watched_warns_with_the_reason(
    tmp_path: Path, films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the limit is used up, which the kernel does not tell: it watches none, and says nothing."""
    monkeypatch.setattr(watch.Watch, "watches", lambda self: 0)
    with open_home(tmp_path / "data", films, videos=0) as home:
        assert "sysctl fs.inotify.max_user_watches=" in told(home, 200, "watcher", "warning")
        assert home.get("/health").get_json()["status"] == "warning"


def test_a_thread_of_a_folder_that_died_fails(tmp_path: Path, films: Path) -> None:
    with open_home(tmp_path / "data", films, videos=0) as home:
        home.application.index.stop()
        assert str(films) in told(home, 503, "watcher", "poor")


def test_background_work_that_ended_fails(tmp_path: Path, films: Path) -> None:
    with open_home(tmp_path / "data", films, videos=0) as home:
        home.application.workshop.jobs.stop()
        assert "1 of 1 threads" in told(home, 503, "jobs", "poor")


def test_who_did_not_give_the_password_is_told_the_state_alone(tmp_path: Path, films: Path) -> None:
    with open_home(tmp_path / "data", films, videos=0, viewer_password="popcorn") as home:
        answer = home.guest().get("/health")
        assert answer.status_code == 200
        assert answer.get_json()["status"] == "ok"
        assert {check["reason"] for check in answer.get_json()["checks"].values()} == {""}
        guest = home.guest()
        guest.post("/login", data={"password": "popcorn"}, headers={"Origin": "http://localhost"})
        assert all(check["reason"] for check in guest.get("/health").get_json()["checks"].values())


def test_a_disk_that_hangs_holds_nobody_up(tmp_path: Path, films: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = threading.Event()
    with open_home(tmp_path / "data", films, videos=0) as home:
        usage = shutil.disk_usage

        def hang(path: Any) -> Any:
            if str(path).endswith("data"):
                answers.wait(30)
            return usage(path)

        monkeypatch.setattr(shutil, "disk_usage", hang)
        assert "does not answer" in told(home, 503, "disk", "poor")
        assert home.get("/").status_code == 200
        answers.set()
        told(home, 200, "disk", "good")
