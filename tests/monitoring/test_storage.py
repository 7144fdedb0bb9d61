"""Room and sizes, of folders that are there, are not, and do not answer."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_video_server.disk.patience import Patience
from local_video_server.disk.places import try_file
from local_video_server.monitoring import storage
from local_video_server.monitoring.storage import Place, Writable, database_sizes, disks
from tests.disk.faults import mounted


def place(path: Path, holds: str = "data", disk: Patience | None = None) -> Place:
    return Place(str(path), holds, disk or Patience("The disk"))


@pytest.fixture
def hung(monkeypatch: pytest.MonkeyPatch) -> Iterator[Patience]:
    """The patience of a disk that an earlier call hangs on."""
    monkeypatch.setattr(storage, "ANSWER_S", 0.2)
    answers = threading.Event()
    patience = Patience("The disk of the share")
    with pytest.raises(Exception, match="does not answer"):
        patience.ask(answers.wait, 0.01)
    yield patience
    answers.set()


def test_folders_of_one_disk_are_one_reading(tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    found = disks([place(tmp_path / "films", "videos"), place(tmp_path), place(tmp_path, "data")])
    assert [(one.path, one.holds) for one in found] == [(str(tmp_path / "films"), ("videos", "data"))]
    there = shutil.disk_usage(tmp_path)
    assert found[0].total_bytes == there.total
    assert abs((found[0].free_bytes or 0) - there.free) < 1_000_000_000


def test_a_folder_that_is_not_made_yet_lies_on_the_disk_above_it(tmp_path: Path) -> None:
    found = disks([place(tmp_path), place(tmp_path / "data" / "backups", "backups")])
    assert [one.holds for one in found] == [("data", "backups")]


def test_a_folder_of_videos_that_is_not_there_is_no_disk(tmp_path: Path) -> None:
    (found,) = disks([place(tmp_path / "unplugged", "videos")])
    assert (found.total_bytes, found.free_bytes, found.used_percent) == (None, None, None)


def test_a_disk_that_hangs_is_left_out_and_the_others_are_told(tmp_path: Path, hung: Patience) -> None:
    found = disks([place(tmp_path / "share", "videos", hung), place(tmp_path)])
    assert [(one.holds, one.free_bytes is None) for one in found] == [(("videos",), True), (("data",), False)]
    assert database_sizes(place(tmp_path, disk=hung)) == {}
    assert (
        Writable(place(tmp_path, disk=hung), 60, try_file).room().trouble
        == "The disk of the share does not answer now."
    )


def test_databases_are_counted_with_their_journals(tmp_path: Path) -> None:
    assert database_sizes(place(tmp_path)) == {}
    for name, size in (("library.db", 4096), ("library.db-wal", 100), ("metrics.db", 8192), ("other.db", 5)):
        (tmp_path / name).write_bytes(bytes(size))
    assert database_sizes(place(tmp_path)) == {"library.db": 4196, "metrics.db": 8192}


def test_a_folder_that_takes_files_holds_none_afterwards(tmp_path: Path) -> None:
    room = Writable(place(tmp_path), 60, try_file).room()
    assert room.trouble is None
    assert (room.free_bytes or 0) > 0
    assert os.listdir(tmp_path) == []


def test_a_folder_that_is_gone_takes_no_files_until_it_is_back(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    writable = Writable(place(folder), 60, try_file)
    assert "takes no files" in (writable.room().trouble or "")
    folder.mkdir()
    assert writable.room().trouble is None


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of 100 KB."""
    folder = tmp_path / "small"
    folder.mkdir()
    with mounted(folder, "-t", "tmpfs", "-o", "size=100k", "lvs-test"):
        yield folder


def test_a_full_disk_takes_no_files_until_there_is_room(small: Path) -> None:
    writable = Writable(place(small), 0, try_file)
    assert writable.room().trouble is None
    (small / "film").write_bytes(bytes(shutil.disk_usage(small).free))
    room = writable.room()
    assert room.trouble == f"The folder {small} takes no files: no space left on device."
    assert room.free_bytes == 0
    (small / "film").unlink()
    assert writable.room().trouble is None


def test_a_disk_that_became_read_only_is_seen_at_once(small: Path) -> None:
    writable = Writable(place(small), 3600, try_file)
    assert writable.room().trouble is None
    subprocess.run(["mount", "-o", "remount,ro", str(small)], check=True)
    assert "takes no files" in (writable.room().trouble or "")
