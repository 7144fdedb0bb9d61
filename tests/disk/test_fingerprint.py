"""A file is recognised by its size and three samples, and one that is not at rest is refused."""

from __future__ import annotations

import os
from hashlib import blake2b
from pathlib import Path

import pytest

from local_video_server.disk.fingerprint import SAMPLE_BYTES, fingerprint
from local_video_server.library.errors import Unavailable

LARGE = 10 * SAMPLE_BYTES


def make(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    return str(path)


@pytest.mark.parametrize("size", [0, 1, SAMPLE_BYTES, 3 * SAMPLE_BYTES - 1, 3 * SAMPLE_BYTES])
def test_a_small_file_is_read_whole(tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    expected = blake2b(size.to_bytes(8, "big") + content, digest_size=16).digest()
    assert fingerprint(make(tmp_path / "x.mp4", content), size) == expected


@pytest.mark.parametrize("size", [3 * SAMPLE_BYTES + 1, LARGE, LARGE + 7])
def test_a_large_file_is_known_by_start_middle_and_end(tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    middle = (size - SAMPLE_BYTES) // 2
    samples = content[:SAMPLE_BYTES] + content[middle:][:SAMPLE_BYTES] + content[-SAMPLE_BYTES:]
    expected = blake2b(size.to_bytes(8, "big") + samples, digest_size=16).digest()
    assert fingerprint(make(tmp_path / "x.mp4", content), size) == expected


@pytest.mark.parametrize("at", [0, LARGE // 2, LARGE - 1], ids=["start", "middle", "end"])
def test_a_change_where_samples_lie_is_another_file(tmp_path: Path, at: int) -> None:
    content = bytearray(LARGE)
    before = fingerprint(make(tmp_path / "x.mp4", bytes(content)), LARGE)
    content[at] = 1
    assert fingerprint(make(tmp_path / "x.mp4", bytes(content)), LARGE) != before


def test_the_size_alone_makes_another_file(tmp_path: Path) -> None:
    one = fingerprint(make(tmp_path / "one.mp4", bytes(LARGE)), LARGE)
    assert fingerprint(make(tmp_path / "two.mp4", bytes(LARGE + 1)), LARGE + 1) != one


@pytest.mark.parametrize("stated", [0, 99, 101])
def test_a_file_of_another_size_is_being_changed(tmp_path: Path, stated: int) -> None:
    with pytest.raises(Unavailable, match="is being changed"):
        fingerprint(make(tmp_path / "x.mp4", bytes(100)), stated)


def test_a_file_that_is_gone_says_so(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="is gone"):
        fingerprint(str(tmp_path / "x.mp4"), 5)


def test_what_took_the_place_of_a_file_is_refused(tmp_path: Path) -> None:
    make(tmp_path / "real.mp4", b"video")
    (tmp_path / "link.mp4").symlink_to("real.mp4")
    os.mkfifo(tmp_path / "pipe.mp4")
    (tmp_path / "folder.mp4").mkdir()
    for name in ("link.mp4", "pipe.mp4", "folder.mp4"):
        with pytest.raises(Unavailable):
            fingerprint(str(tmp_path / name), 5)


def test_a_fingerprint_leaves_no_trace(tmp_path: Path) -> None:
    path = make(tmp_path / "x.mp4", bytes(LARGE))
    os.utime(path, ns=(1, 10**18))  # read long before it was written: any read would renew it
    descriptors = len(os.listdir("/proc/self/fd"))
    fingerprint(path, LARGE)
    assert os.stat(path).st_atime_ns == 1
    assert len(os.listdir("/proc/self/fd")) == descriptors
