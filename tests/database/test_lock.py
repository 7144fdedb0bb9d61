from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_video_server.database.lock import DataLock
from local_video_server.library.errors import CannotStart
from tests.server import CHECKOUT

HOLDER = """
import sys; from pathlib import Path
from local_video_server.database.lock import DataLock
lock = DataLock(Path(sys.argv[1]))
lock.tell("http://127.0.0.1:8080/")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock on `tmp_path`."""
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=CHECKOUT) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_server_is_told_who_holds_the_folder(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(CannotStart) as refused:
        DataLock(tmp_path)
    assert f"process {holder.pid} at http://127.0.0.1:8080/" in refused.value.message
    assert str(tmp_path) in refused.value.message
    assert "--data" in refused.value.message


def test_kill_9_frees_the_folder(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()
    DataLock(tmp_path).release()


def test_a_released_lock_can_be_taken_again(tmp_path: Path) -> None:
    DataLock(tmp_path).release()
    DataLock(tmp_path).release()


def test_one_process_cannot_hold_it_twice(tmp_path: Path) -> None:
    lock = DataLock(tmp_path)
    with pytest.raises(CannotStart, match="Another server"):
        DataLock(tmp_path)
    lock.release()


def test_only_the_owner_reads_the_secret_in_the_lock_file(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        lock = DataLock(tmp_path)
    finally:
        os.umask(before)
    lock.tell("http://127.0.0.1:1/")
    assert lock.secret in lock.path.read_text()
    assert stat.S_IMODE(lock.path.stat().st_mode) == 0o600
    lock.release()
    assert lock.path.read_text() == ""


def test_a_data_folder_that_we_make_is_the_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        DataLock(tmp_path / "new" / "data").release()
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new" / "data").stat().st_mode) == 0o700


def test_a_data_folder_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    DataLock(tmp_path).release()
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_a_file_in_place_of_the_data_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(CannotStart, match=r"data folder .* cannot be written to.*--data"):
        DataLock(tmp_path / "data")


@pytest.mark.parametrize("text", ["", "{", "[1]", "\xff\x00", '{"process": 5}'], ids=ascii)
def test_a_damaged_lock_file_still_refuses_in_a_sentence(
    tmp_path: Path, holder: subprocess.Popen[str], text: str
) -> None:
    (tmp_path / "server.lock").write_text(text, "latin-1")
    with pytest.raises(CannotStart, match="Another server"):
        DataLock(tmp_path)
