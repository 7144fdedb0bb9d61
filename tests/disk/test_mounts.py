from __future__ import annotations

import sys
from pathlib import Path

import pytest

from local_video_server.disk import mounts
from local_video_server.disk.mounts import file_system

TABLE = r"""
22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
40 27 0:50 / /media/my\040films rw - cifs //nas/films rw,username=me
41 27 0:51 / /media/my\040films/inner rw,nosuid - fuse.sshfs me@host: rw
42 27 0:52 / /mnt rw master:3 propagate_from:2 - nfs4 nas:/a rw
43 27 0:53 / /mnt rw - tmpfs none rw
broken line
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "ext4"),
        ("/home/me/films", "ext4"),
        ("/media/my films", "cifs"),
        ("/media/my films/Dune", "cifs"),
        ("/media/my films/inner/Dune", "fuse.sshfs"),
        ("/media/my filmsinner", "ext4"),
        ("/mnt/a", "tmpfs"),
    ],
)
def test_the_mount_that_lies_nearest_above_has_it(path: str, kind: str) -> None:
    assert file_system(path, TABLE) == kind


def test_where_there_is_no_table_nothing_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(mounts, "MOUNTS", str(tmp_path / "none"))
    assert file_system("/") == ""
    assert file_system("/", "") == ""


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux has this table.")
def test_this_system_tells_its_own() -> None:
    assert file_system("/proc/self") == "proc"
    assert file_system("/") not in ("", "proc")
