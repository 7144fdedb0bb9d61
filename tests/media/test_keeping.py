"""Derived files in their folder, and a folder that does not take them: each cause is real."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from local_video_server.library.errors import Unavailable
from local_video_server.media.keeping import keep
from tests.disk.faults import mounted
from tests.server import CHECKOUT, wait_for


def names_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_files_are_kept_under_their_names_for_everybody_to_read(tmp_path: Path) -> None:
    folder = tmp_path / "thumbnails"
    assert keep(str(folder), {"ab/one.jpg": b"one", "ab/two.avif": b"second"}) == 9
    assert names_in(folder) == ["ab/one.jpg", "ab/two.avif"]
    assert (folder / "ab/one.jpg").read_bytes() == b"one"
    assert stat.S_IMODE((folder / "ab/one.jpg").stat().st_mode) == 0o644


def test_a_file_that_is_there_is_replaced(tmp_path: Path) -> None:
    keep(str(tmp_path), {"ab/one.jpg": b"a long old one"})
    keep(str(tmp_path), {"ab/one.jpg": b"new"})
    assert (tmp_path / "ab/one.jpg").read_bytes() == b"new"
    assert names_in(tmp_path) == ["ab/one.jpg"]


def test_a_disk_that_is_not_mounted_is_not_filled(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="is not there"):
        keep(str(tmp_path / "disk" / "thumbnails"), {"ab/one.jpg": b"one"})
    assert not (tmp_path / "disk").exists()


def test_a_full_disk_is_told_and_holds_no_half_file(tmp_path: Path) -> None:
    with mounted(tmp_path, "-t", "tmpfs", "-o", "size=64k", "lvs-test"):
        keep(str(tmp_path), {"ab/before.jpg": b"was there"})
        with pytest.raises(Unavailable, match="no room left"):
            keep(str(tmp_path), {"ab/small.jpg": b"fits", "ab/large.jpg": bytes(200_000)})
        assert names_in(tmp_path) == ["ab/before.jpg", "ab/small.jpg"]
        keep(str(tmp_path), {"ab/later.jpg": b"fits again"})


def test_a_read_only_folder_is_told(tmp_path: Path) -> None:
    with mounted(tmp_path, "-t", "tmpfs", "-o", "ro", "lvs-test"):
        with pytest.raises(Unavailable, match=r"cannot be written .*Read-only"):
            keep(str(tmp_path), {"ab/one.jpg": b"one"})


@pytest.mark.parametrize("in_the_way", ["thumbnails", "thumbnails/ab"])
def test_a_file_where_a_folder_should_be_is_told(in_the_way: str, tmp_path: Path) -> None:
    path = tmp_path / in_the_way
    path.parent.mkdir(exist_ok=True)
    path.write_text("in the way")
    with pytest.raises(Unavailable, match="cannot be written"):
        keep(str(tmp_path / "thumbnails"), {"ab/one.jpg": b"one"})
    assert path.read_text() == "in the way"


def test_a_folder_where_the_file_should_be_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "ab" / "one.jpg").mkdir(parents=True)
    with pytest.raises(Unavailable, match="cannot be written"):
        keep(str(tmp_path), {"ab/one.jpg": b"one"})
    assert names_in(tmp_path) == []


KEEPING = """
import sys
from local_video_server.media.keeping import keep
keep(sys.argv[1], {"ab/one.jpg": bytes(400 << 20)})
"""


def test_a_killed_worker_leaves_no_half_file_under_the_name(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", KEEPING, str(tmp_path)], cwd=CHECKOUT) as process:
        wait_for(lambda: any(path.stat().st_size > 1 << 20 for path in tmp_path.glob("ab/.*")), 10)
        os.kill(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert not (tmp_path / "ab" / "one.jpg").exists()
    assert [path.name[:9] for path in tmp_path.glob("ab/.*")] == [".one.jpg."]
