from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from local_video_server.disk.places import folders_below, own, size_of, videos
from local_video_server.library.examined import Place
from tests.disk.faults import mounted

LONG_S = 60.0


def test_a_folder_with_videos_is_read_and_its_file_system_known(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").touch()
    found = videos(str(tmp_path))
    assert (found.trouble, found.is_absent, found.is_silent) == ("", False, False)
    assert found.file_system


def test_one_that_is_not_there_is_absent(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for name in ("none", "file"):
        assert videos(str(tmp_path / name)).is_absent


def test_a_folder_of_ours_takes_a_file_and_keeps_none(tmp_path: Path) -> None:
    found = own(str(tmp_path))
    assert (found.trouble, found.is_absent) == ("", False)
    assert found.free_bytes
    assert os.listdir(tmp_path) == []


def test_one_that_is_still_to_be_made_is_not_made(tmp_path: Path) -> None:
    data = tmp_path / "new" / "data"
    assert own(str(data)) == Place(
        str(data), is_absent=True, free_bytes=own(str(data)).free_bytes, file_system=own(str(tmp_path)).file_system
    )
    assert own(str(data / "backups"), made_after=str(data)).trouble == ""
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("size", ["4k", "64k"])
def test_one_that_is_still_to_be_made_on_a_full_disk_takes_nothing(tmp_path: Path, size: str) -> None:
    with mounted(tmp_path, "-t", "tmpfs", "-o", f"size={size}", "none"):
        (tmp_path / "fills it").write_bytes(bytes(int(size[:-1]) * 1024))
        found = own(str(tmp_path / "data"))
        assert os.listdir(tmp_path) == ["fills it"]
    assert found.trouble == f"nothing can be made in {tmp_path} (no space left on device)"
    assert (found.errno, found.is_absent) == (errno.ENOSPC, True)


def test_one_where_nothing_can_be_made_is_said() -> None:
    assert own("/proc/lvs/data").trouble.startswith("nothing can be made in /proc (")


def test_beside_a_disk_that_is_not_connected_nothing_is_to_be_made(tmp_path: Path) -> None:
    found = own(str(tmp_path / "usb" / "backups"), made_after=str(tmp_path))
    assert (found.trouble, found.is_absent) == (f"there is no folder {tmp_path / 'usb'}", True)
    assert own(str(tmp_path / "backups"), made_after="/elsewhere").trouble == ""


def test_a_file_where_the_folder_should_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    assert own(str(tmp_path / "data")).trouble == "there is a file of this name"


@pytest.mark.parametrize(
    ("options", "said", "code"),
    [("ro", "read-only file system", errno.EROFS), ("size=4k", "no space left on device", errno.ENOSPC)],
)
def test_a_disk_that_takes_nothing_says_why(tmp_path: Path, options: str, said: str, code: int) -> None:
    with mounted(tmp_path, "-t", "tmpfs", "-o", options, "none"):
        if options != "ro":
            (tmp_path / "fills it").write_bytes(bytes(4096))
        found = own(str(tmp_path))
    assert (found.trouble, found.errno) == (said, code)


def test_folders_are_counted_as_the_watcher_enters_them(tmp_path: Path) -> None:
    for name in ("a/b/c", "a/.hidden", "own/pictures"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert folders_below(str(tmp_path), frozenset({str(tmp_path / "own")}), LONG_S) == 4
    assert folders_below(str(tmp_path), frozenset(), -1.0) is None


def test_the_size_of_pictures_is_that_of_their_files(tmp_path: Path) -> None:
    for name in ("ab", "cd"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "picture.jpg").write_bytes(bytes(1000))
    (tmp_path / ".gitkeep").touch()
    assert size_of(str(tmp_path), LONG_S) == 2000
    assert size_of(str(tmp_path / "none"), LONG_S) == 0
    assert size_of(str(tmp_path), -1.0) is None
