"""The tasks of the server: what the forms do, over real folders, a real database and real workers."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from local_video_server.database.backups import present
from local_video_server.library import events
from local_video_server.library.figures import Kind
from local_video_server.library.readings import TaskReading
from local_video_server.workshop import LIST_LIMIT_S
from tests.clips import make_clip
from tests.disk.slow_folder import slow_folder
from tests.homes import PROBE_S, Home, open_home
from tests.journeys.test_poster import undecodable
from tests.server import wait_for


@pytest.fixture
def films(tmp_path: Path) -> Path:
    make_clip(tmp_path / "films" / "Dune.mp4")
    return tmp_path / "films"


@pytest.fixture
def house(tmp_path: Path, films: Path) -> Iterator[Home]:
    with open_home(tmp_path / "data", films, videos=1) as home:
        yield home


def act(home: Home, task: str, deed: str) -> TestResponse:
    return home.client.post("/admin/tasks", data={"task": task, "deed": deed})


def told(home: Home, task: str) -> TaskReading:
    return next(one for one in home.application.workshop.tasks.readings() if one.name == task)


def total(home: Home) -> int:
    return int(home.get("/api/videos").get_json()["total"])


def thumbnail_of(home: Home, filename: str) -> str | None:
    answer = home.get(f"/api/videos/{filename}")
    return answer.get_json()["thumbnail_url"] if answer.status_code == 200 else None


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"task": "sweep", "deed": "start"}, "There is no task"),
        ({"deed": "start"}, "There is no task"),
        ({"task": "scan", "deed": "explode"}, "A task cannot be told to"),
        ({"task": "scan"}, "A task cannot be told to"),
        ({"task": "x" * 100_000, "deed": "cancel"}, "There is no task"),
    ],
)
def test_what_there_is_not_is_refused_with_a_sentence(home: Home, form: Mapping[str, str], sentence: str) -> None:
    answer = home.client.post("/admin/tasks", data=form)
    assert answer.status_code == 400
    assert sentence in answer.text
    assert len(answer.text) < 20_000


def test_every_task_takes_every_deed_and_only_of_the_admin(house: Home) -> None:
    for task in ("scan", "posters", "backup"):
        for deed, state in (("pause", "paused"), ("cancel", "paused"), ("go_on", "idle"), ("start", "idle")):
            form = {"task": task, "deed": deed}
            assert house.guest().post("/admin/tasks", data=form).status_code == 403
            answer = act(house, task, deed)
            assert (answer.status_code, answer.headers["Location"]) == (303, "/admin#tasks")
            wait_for(partial(is_in, house, task, state), 1)
        assert told(house, task).sentence.endswith(".")


def is_in(home: Home, task: str, state: str) -> bool:
    return told(home, task).state == state


def test_the_folders_are_left_alone_until_the_scan_goes_on(house: Home, films: Path) -> None:
    act(house, "scan", "pause")
    make_clip(films / "Solaris.mp4", seed=1)
    until = time.monotonic() + 0.5
    while time.monotonic() < until:
        assert total(house) == 1
    assert told(house, "scan").state == "paused"
    act(house, "scan", "go_on")
    house.settle(2)


def test_no_picture_is_made_while_that_is_paused_not_even_for_who_looks(house: Home, films: Path) -> None:
    act(house, "posters", "pause")
    make_clip(films / "Solaris.mp4", seed=1)
    wait_for(lambda: total(house) == 2 and "/watch/" in house.get("/").text, 1)
    wait_for(lambda: told(house, "posters").waiting == 1, PROBE_S)
    assert house.get("/").status_code == 200
    poster = next(one for one in house.application.workshop.jobs.readings() if one.name == "poster")
    assert (poster.is_paused, poster.running, thumbnail_of(house, "Solaris.mp4")) == (True, 0, None)
    act(house, "posters", "go_on")
    house.settle(2)


def test_pictures_that_were_cancelled_are_made_for_who_looks(house: Home, films: Path) -> None:
    act(house, "posters", "pause")
    for number in (1, 2):
        make_clip(films / f"clip {number}.mp4", seed=number)
    wait_for(lambda: told(house, "posters").waiting == 2, PROBE_S)
    act(house, "posters", "cancel")
    act(house, "posters", "go_on")
    wait_for(lambda: told(house, "posters").state == "idle", 1)
    assert told(house, "posters").sentence == "Left without a picture until somebody looks at them: 2."
    assert house.get("/watch/clip 1.mp4", follow_redirects=True).status_code == 200
    assert house.get("/").status_code == 200
    house.settle(3)


def test_a_backup_is_made_in_the_background_also_while_the_daily_ones_are_paused(house: Home, tmp_path: Path) -> None:
    act(house, "backup", "pause")
    act(house, "backup", "start")
    wait_for(lambda: present(tmp_path / "data" / "backups"), 1)
    wait_for(lambda: told(house, "backup").done == 1, 1)
    assert told(house, "backup").state == "paused"
    act(house, "backup", "go_on")
    assert told(house, "backup").sentence.startswith("The last one is library-")
    assert house.application.observatory.ledger.window(300).of(Kind.JOB)["backup"].count == 1


def test_a_disk_for_backups_that_hangs_holds_no_page_and_can_be_cancelled(tmp_path: Path, films: Path) -> None:
    (tmp_path / "source").mkdir()
    with (
        slow_folder(tmp_path / "source", tmp_path / "disk") as disk,
        open_home(tmp_path / "data", films, videos=1, backups=str(tmp_path / "disk" / "backups")) as home,
    ):
        home.get("/admin")  # it is compiled
        disk.hang()
        began = time.monotonic()
        assert home.get("/admin").status_code == 200
        act(home, "backup", "start")
        assert time.monotonic() - began < LIST_LIMIT_S
        wait_for(lambda: told(home, "backup").sentence == "A backup is being made.", 1)
        act(home, "backup", "cancel")
        wait_for(lambda: told(home, "backup").state == "idle", 1)
        assert told(home, "backup").sentence == "The last one was cancelled. The next daily one comes by itself."
        disk.resume()
        wait_for(lambda: not list((tmp_path / "source").rglob("*.part*")), 1)
        assert present(tmp_path / "source" / "backups") == []


def test_a_poster_that_fails_is_told_at_once_and_on_the_page(house: Home, films: Path) -> None:
    heard: list[Mapping[str, object]] = []

    def hear(name: str, what: Mapping[str, object]) -> None:
        if name == events.JOB_FAILED and what["kind"] == "poster":
            heard.append({**what, "page": house.get("/admin").text})

    leave = house.application.workshop.postering._events.listen(hear)
    undecodable(make_clip(films / "odd.mp4", seed=1))
    wait_for(lambda: heard, PROBE_S)
    leave()
    assert heard[0]["key"] == house.video("odd.mp4").key
    (_, failure), *_ = house.application.workshop.postering.report().failed
    assert failure.reason in str(heard[0]["page"]).replace("&#39;", "'")
    reading = next(one for one in house.application.observatory.readings.jobs() if one.name == "poster")
    assert (reading.done, reading.failed) == (1, 1)
    assert reading.mean_s is not None
    counted = house.application.observatory.ledger.window(300).of(Kind.JOB)
    assert (counted["poster"].count, counted["poster"].errors) == (2, 1)
    assert counted["scan"].count >= 1


def test_a_broken_file_is_told_and_looked_into_again_at_a_start(house: Home, films: Path) -> None:
    (films / "broken.mp4").write_bytes(b"no video at all" * 1000)
    heard: list[object] = []
    house.application.workshop.probing._events.listen(
        lambda name, what: heard.append(what["key"]) if name == events.JOB_FAILED else None
    )
    wait_for(lambda: heard, PROBE_S)
    assert heard == [house.video("broken.mp4").key]
    wait_for(lambda: told(house, "scan").state == "idle", 1)
    act(house, "scan", "start")
    wait_for(lambda: len(heard) == 2, PROBE_S)


def test_a_second_look_into_a_broken_file_is_cancelled_also_while_the_scan_is_paused(
    house: Home, films: Path
) -> None:
    (films / "broken.mp4").write_bytes(b"no video at all" * 1000)
    house.settle(2)
    broken = house.video("broken.mp4")
    act(house, "scan", "pause")
    house.client.post("/admin/posters/retry", data={"key": broken.key})
    assert (told(house, "scan").waiting, told(house, "scan").left_s) == (1, None)
    act(house, "scan", "cancel")
    assert (told(house, "scan").state, told(house, "scan").waiting) == ("paused", 0)
    assert house.video("broken.mp4").broken_reason == broken.broken_reason
    act(house, "scan", "go_on")
    wait_for(partial(is_in, house, "scan", "idle"), 1)
