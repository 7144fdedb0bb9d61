"""thumbnail_errors.log: one line of JSON for each failure."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from local_video_server import logs
from local_video_server.failure_log import FailureLog
from local_video_server.library.failure import Failure
from local_video_server.logs import LogFile
from tests import examples
from tests.disk.faults import mounted

DUNE = examples.video("Dune", path="Films/Dune – «part one» 🏜.mp4", key="abcdefghij")
FAILURE = Failure(DUNE.id, "stamp", 2, "The file has no picture.", ("moov atom not found", "line\ntwo"), 1e9)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data" / "thumbnail_errors.log"


@pytest.fixture
def log(path: Path) -> Iterator[FailureLog]:
    log = FailureLog(LogFile(path, 2), tells_names=False)
    yield log
    log.close()


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_a_failure_is_one_line_with_all_there_is_to_know(log: FailureLog, path: Path) -> None:
    log.write(DUNE, FAILURE)
    (line,) = lines(path)
    assert line.pop("time").endswith("Z")
    assert line == {
        "video": "abcdefghij",
        "attempt": 2,
        "reason": "The file has no picture.",
        "ffmpeg": ["moov atom not found", "line\ntwo"],
        "next_try": "2001-09-09T01:46:40Z",
    }


def test_names_are_told_only_where_they_are_told_everywhere(path: Path) -> None:
    name = "Dune – «part one» 🏜.mp4"
    quoting = Failure(DUNE.id, "stamp", 1, f"The picture {name} is none.", (f"{DUNE.path}: not {DUNE.title}",))
    for tells_names in (False, True):
        log = FailureLog(LogFile(path, 2), tells_names)
        log.write(DUNE, quoting)
        log.close()
    nameless, named = lines(path)
    assert (nameless["reason"], nameless["ffmpeg"]) == ("The picture … is none.", ["…: not …"])
    assert "Dune" not in json.dumps(nameless)
    assert (named["filename"], named["reason"]) == (DUNE.filename, quoting.reason)


def test_one_that_is_not_tried_again_says_so(log: FailureLog, path: Path) -> None:
    log.write(DUNE, Failure(DUNE.id, "stamp", 3, "The file has no picture."))
    (line,) = lines(path)
    assert (line["next_try"], line["ffmpeg"]) == (None, [])


def test_without_a_failure_there_is_no_file(log: FailureLog, path: Path) -> None:
    assert not path.exists()


def test_lines_are_added_after_a_restart(log: FailureLog, path: Path) -> None:
    log.write(DUNE, FAILURE)
    log.close()
    again = FailureLog(LogFile(path, 2), tells_names=False)
    again.write(DUNE, FAILURE)
    again.close()
    assert len(lines(path)) == 2


def test_lines_of_many_threads_stay_whole(log: FailureLog, path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: log.write(DUNE, FAILURE), range(400)))
    assert len(lines(path)) == 400


def test_a_long_log_begins_anew_and_one_former_is_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "FILE_BYTES", 1000)
    log = FailureLog(LogFile(path, 2), tells_names=False)
    for _ in range(30):
        log.write(DUNE, FAILURE)
    log.close()
    assert sorted(os.listdir(path.parent)) == [path.name, f"{path.name}.1"]
    assert all(path.with_name(name).stat().st_size <= 1000 for name in os.listdir(path.parent))
    assert lines(path)


def test_a_data_folder_that_takes_no_file_stops_nobody(log: FailureLog, path: Path, capfd: Any) -> None:
    with mounted(path.parent, "--bind", str(path.parent)), mounted(path.parent, "-o", "remount,ro,bind"):
        log.write(DUNE, FAILURE)
    log.write(DUNE, FAILURE)
    assert len(lines(path)) == 1
    assert capfd.readouterr().err.startswith(f"Nothing is written to {path} now: ")


def test_a_data_folder_that_is_gone_stops_nobody(log: FailureLog, path: Path, capfd: Any) -> None:
    path.parent.rmdir()
    log.write(DUNE, FAILURE)
    log.write(DUNE, FAILURE)
    assert capfd.readouterr().err.count("Nothing is written to ") == 1
