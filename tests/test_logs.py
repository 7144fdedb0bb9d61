"""What stands in the log, what never does, and that a log stops nobody's work."""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from local_video_server import logs
from local_video_server.logs import FILES, LAST_LINES, Logs, begin
from local_video_server.wsgi import REQUEST_ID, ROUTE, call, request_id
from tests.clips import make_clip
from tests.disk.faults import mounted
from tests.server import serve, wait_for

OURS = logging.getLogger("local_video_server.somewhere")


@contextmanager
def logging_to(folder: Path, level: str = "info", request_id: Callable[[], str] = lambda: "abc") -> Iterator[Logs]:
    root, package = logging.getLogger(), logging.getLogger("local_video_server")
    before = root.level, package.level, root.handlers[:]
    begun = begin(folder, level, request_id)
    try:
        yield begun
    finally:
        begun.end()
        root.setLevel(before[0])
        package.setLevel(before[1])
        root.handlers[:] = before[2]


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "server.log").read_text("utf-8").splitlines()]


def test_a_line_of_the_file_is_one_json_value(tmp_path: Path) -> None:
    with logging_to(tmp_path / "logs"):
        OURS.info("Folder %d\nwas «read»", 7)
    (line,) = lines(tmp_path / "logs")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("time"))
    assert line == {
        "level": "info",
        "logger": "local_video_server.somewhere",
        "message": "Folder 7\nwas «read»",
        "request_id": "abc",
        "thread": "MainThread",
    }


def test_the_terminal_gets_warnings_the_file_all_that_is_asked_for(tmp_path: Path, capfd: Any) -> None:
    with logging_to(tmp_path / "logs"):
        OURS.debug("a detail")
        OURS.info("a fact")
        OURS.warning("a warning")
        logging.getLogger("sqlalchemy.engine").info("a value")
    assert [line["message"] for line in lines(tmp_path / "logs")] == ["a fact", "a warning"]
    told = capfd.readouterr().err
    assert told.endswith(" WARNING local_video_server.somewhere: a warning\n")
    assert "fact" not in told


def test_debug_tells_everything(tmp_path: Path) -> None:
    with logging_to(tmp_path / "logs", "debug"):
        OURS.debug("a detail")
        _fail("Dune")
    detail, failure = lines(tmp_path / "logs")
    assert detail["level"] == "debug"
    assert failure["trace"].endswith("KeyError: 'Dune'")


def _fail(name: str) -> None:
    try:
        try:
            os.stat(f"/nowhere/{name}.mp4")
        except OSError as error:
            raise KeyError(name) from error
    except KeyError:
        OURS.exception("A job failed")


def test_a_trace_tells_where_and_what_kind_but_no_name(tmp_path: Path, capfd: Any) -> None:
    with logging_to(tmp_path / "logs"):
        _fail("Dune")
    (line,) = lines(tmp_path / "logs")
    for told in (line["trace"], capfd.readouterr().err):
        assert "in _fail" in told
        assert re.search(r"FileNotFoundError: No such file or directory\n(.*\n)+KeyError$", told.rstrip())
        assert "Dune" not in told


def test_what_fails_on_the_way_of_a_request_is_told_by_its_number_and_rule(tmp_path: Path) -> None:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        raise ValueError(environ["PATH_INFO"])

    asked = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/watch/Dune",
        REQUEST_ID: "abc",
        ROUTE: ("page", "/watch/<video>"),
    }
    with logging_to(tmp_path / "logs", request_id=request_id):
        assert call(app, asked).status == 500
        OURS.info("between two requests")
    failed, between = lines(tmp_path / "logs")
    assert (failed["message"], failed["request_id"]) == ("GET /watch/<video> failed", "abc")
    assert failed["trace"].endswith('in app\n    raise ValueError(environ["PATH_INFO"])\nValueError')
    assert between["request_id"] == ""


def test_the_last_warnings_are_known_newest_first(tmp_path: Path) -> None:
    with logging_to(tmp_path / "logs") as begun:
        OURS.info("a fact")
        for number in range(LAST_LINES + 20):
            OURS.warning("warning %d", number)
        last = begun.lines()
    assert len(last) == LAST_LINES
    assert last[0].message == f"warning {LAST_LINES + 19}"
    assert (last[0].level, last[0].logger, last[0].request_id) == ("warning", OURS.name, "abc")


def test_lines_of_many_threads_stay_whole(tmp_path: Path) -> None:
    with logging_to(tmp_path / "logs"), ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: OURS.info("%d", number), range(2000)))
    assert sorted(int(line["message"]) for line in lines(tmp_path / "logs")) == list(range(2000))


def test_three_files_are_kept_for_their_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "FILE_BYTES", 2000)
    with logging_to(tmp_path / "data" / "logs"):
        for number in range(100):
            OURS.info("line %d", number)
    folder = tmp_path / "data" / "logs"
    found = sorted(path.name for path in folder.iterdir())
    assert found == ["server.log", "server.log.1", "server.log.2"]
    assert len(found) == FILES
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert {path.stat().st_mode & 0o777 for path in (folder, folder.parent)} == {0o700}
    assert all(path.stat().st_size <= 2000 for path in folder.iterdir())
    assert lines(folder)[-1]["message"] == "line 99"


def test_a_full_disk_is_said_once_and_the_log_goes_on_when_there_is_room(tmp_path: Path, capfd: Any) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    with mounted(folder, "-t", "tmpfs", "-o", "size=64k", "tmpfs"):
        (folder / "film").write_bytes(b"x" * 65536)
        with logging_to(folder):
            for _ in range(3):
                OURS.info("no room for this")
        told = capfd.readouterr().err
        assert (
            told == f"Nothing is written to {folder}/server.log now: No space left on device. The server goes on.\n"
        )
        (folder / "film").unlink()
        with logging_to(folder):
            OURS.info("room again")
        assert "room again" in (folder / "server.log").read_text()


def test_a_folder_that_cannot_be_made_stops_nobody(tmp_path: Path, capfd: Any) -> None:
    (tmp_path / "logs").write_bytes(b"a file")
    with logging_to(tmp_path / "logs") as begun:
        OURS.warning("said all the same")
        OURS.info("lost")
        assert begun.lines()[0].message == "said all the same"
    trouble, said = sorted(capfd.readouterr().err.splitlines(), reverse=True)
    assert said.endswith("said all the same")
    assert trouble.startswith(f"Nothing is written to {tmp_path}/logs/server.log now: ")


def test_a_name_that_is_no_text_is_no_trouble(tmp_path: Path, capfd: Any) -> None:
    with logging_to(tmp_path / "logs"):
        OURS.info("%s", os.fsdecode(b"\xff.mp4"))
    assert b"udcff.mp4" in (tmp_path / "logs" / "server.log").read_bytes()
    assert capfd.readouterr().err == ""


MARKER = "Xylophone"  # in every name, tag and search below; in no log


def home_of_marked_films(folder: Path, clip: Path) -> None:
    folder.mkdir()
    shutil.copy(clip, folder / f"{MARKER} ready.mp4")
    (folder / f"{MARKER} broken.mp4").write_bytes(f"no film at all, {MARKER}".encode() * 100)
    (folder / f"{MARKER} cut.mkv").write_bytes(make_clip(folder.parent / "whole.mkv").read_bytes()[:800])
    shutil.copy(clip, folder / f"{MARKER} poster.mp4")
    (folder / f"{MARKER} poster.jpg").write_bytes(f"no picture, {MARKER}".encode())


def use(api: httpx.Client, key: str) -> None:
    for address in (
        f"/search?q={MARKER}",
        f"/api/videos?q={MARKER}&page=9",
        f"/tag/{MARKER}",
        f"/watch/{MARKER}%20ready.mp4",
        f"/watch/{MARKER}-nowhere",
        f"/video/{MARKER}-nowhere.mp4",
        f"/thumbnails/{MARKER}.avif",
        f"/{MARKER}",
        f"/api/{MARKER}",
        f"/api/videos?page={MARKER}",
        f"/admin?window={MARKER}",
        "/admin",
        f"/video/{key}",
        "/",
    ):
        assert api.get(address).status_code < 500, address
    for name, address in (("PUT", f"/api/videos/{key}/tags/{MARKER}"), ("POST", f"/watch/{key}/tags")):
        api.request(name, address, json={"tag": MARKER}, headers={"Origin": str(api.base_url).rstrip("/")})
    api.put(f"/api/videos/{key}/rating", content=f'{{"value": "{MARKER}"}}')
    api.post("/rate", json={"filename": f"{MARKER}.mp4", "rating": 9})
    api.post("/playlists", data={"name": MARKER})
    api.post("/login", data={"password": MARKER})
    host, port = urlsplit(str(api.base_url)).netloc.split(":")
    for request in (f"GET /{MARKER}\x01 HTTP/1.1", f"{MARKER} / HTTP/1.1", f"GET {MARKER} HTTP/1.1"):
        with socket.create_connection((host, int(port))) as raw:
            raw.sendall(f"{request}\r\nHost: {MARKER}\r\nHost: {MARKER}\r\n\r\n".encode())
            raw.shutdown(socket.SHUT_WR)
            while raw.recv(65_536):
                pass


@pytest.mark.parametrize("level", ["info", "debug"])
def test_nothing_that_is_watched_here_stands_in_a_log(level: str, tmp_path: Path, clip: Path) -> None:
    home_of_marked_films(tmp_path / "Films", clip)
    data = tmp_path / "data"
    with serve(tmp_path / "Films", data=data, log_level=level) as server:
        with httpx.Client(base_url=server.base_url) as api:

            def looked_into() -> list[dict[str, Any]]:
                found: list[dict[str, Any]] = api.get("/api/videos").json()["videos"]
                is_done = len(found) == 4 and all(one["thumbnail_url"] or one["status"] == "broken" for one in found)
                return found if is_done else []

            videos = wait_for(looked_into, 5)
            use(api, next(one["key"] for one in videos if one["status"] == "ready"))
            broken = next(one["key"] for one in videos if one["status"] == "broken")
            wait_for(lambda: broken in (data / "logs" / "server.log").read_text("utf-8"), 1)
        assert server.stop() == 0
        output = server.output
    told = "".join(path.read_text("utf-8") for path in (data / "logs").iterdir())
    messages = [line["message"] for line in lines(data / "logs")]
    if level == "debug":
        assert f"GET /search?q={MARKER}: 200" in told
        return
    assert messages[0] == "The server starts; folders: 1"
    assert messages[-1] == "The server has stopped"
    assert any(re.fullmatch(r"Folder 1 was read in \d+\.\d s; files: 4, folders: 1", one) for one in messages)
    assert any(one.startswith(f"Video {broken} cannot be used: ") for one in messages)
    assert any(one.startswith("The poster of video ") for one in messages), messages
    thumbnails = data / "thumbnail_errors.log"
    for where in (told, thumbnails.read_text("utf-8"), output):
        assert where
        assert MARKER.lower() not in where.lower()
    assert thumbnails.stat().st_mode & 0o777 == 0o600


def test_a_line_that_cannot_be_made_stops_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])  # pytest's own fails on purpose
    with logging_to(tmp_path / "logs") as begun:
        OURS.warning("%d films", "many")
        OURS.warning("after it")
    assert [line.message for line in begun.lines()] == ["after it", "%d films"]


def test_a_terminal_that_takes_nothing_holds_up_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-S, or a pipe that nobody reads."""
    reads, writes = os.pipe()
    os.set_blocking(writes, False)
    with suppress(BlockingIOError):
        while True:
            os.write(writes, b"x" * 4096)
    os.set_blocking(writes, True)
    with open(writes, "w", encoding="utf-8") as terminal, open(reads, "rb", buffering=0) as reader:
        monkeypatch.setattr(sys, "stderr", terminal)
        with logging_to(tmp_path / "logs") as begun, ThreadPoolExecutor(1) as pool:
            said = pool.submit(OURS.warning, "a warning")
            try:
                said.result(1)
            finally:
                reader.read(1_000_000)
            assert [line.message for line in begun.lines()] == ["a warning"]
    assert [line["message"] for line in lines(tmp_path / "logs")] == ["a warning"]
