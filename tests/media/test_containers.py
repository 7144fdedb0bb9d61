"""What the first bytes say of a container, as values."""

from __future__ import annotations

import subprocess
import sys

import pytest

from local_video_server.library.formats import CONTAINERS
from local_video_server.media.containers import SOUND_DEMUXERS, VIDEO_DEMUXERS, container_of, doc_type

MOV, MATROSKA = "mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm"


def ebml(document: bytes, junk: bytes = b"") -> bytes:
    body = b"\x42\x86\x81\x01" + junk + b"\x42\x82" + bytes([0x80 | len(document)]) + document
    return b"\x1aE\xdf\xa3" + bytes([0x80 | len(body)]) + body + b"\x18\x53\x80\x67"


@pytest.mark.parametrize(
    ("demuxer", "brand", "head", "container"),
    [
        (MOV, "isom", b"", "mp4"),
        (MOV, "M4V ", b"", "mp4"),
        (MOV, "qt  ", b"", "mov"),
        (MOV, None, b"", "mov"),
        (MOV, "3gp4", b"", "3gp"),
        (MOV, "3g2a", b"", "3gp"),
        (MATROSKA, None, ebml(b"webm"), "webm"),
        (MATROSKA, None, ebml(b"matroska"), "mkv"),
        (MATROSKA, None, b"", "mkv"),
        ("mpegts", None, b"", "mpegts"),
        ("mpegvideo", None, b"", "mpeg"),
        ("hevc", None, b"", "mpeg"),
    ],
)
def test_a_container_is_named_by_what_is_inside(demuxer: str, brand: str | None, head: bytes, container: str) -> None:
    assert container_of(demuxer, brand, head) == container


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (ebml(b"webm"), "webm"),
        (ebml(b"webm\0\0"), "webm"),
        (ebml(b"webm", junk=b"\xec\x82\0\0"), "webm"),
        (ebml(b"webm")[:9], None),
        (b"\x1aE\xdf\xa3", None),
        (b"\x1aE\xdf\xa3\0\0\0\0", None),
        (b"\x1aE\xdf\xa3\xff" + b"\0" * 40, None),
        (b"ftyp", None),
        (b"", None),
    ],
    ids=["plain", "padded", "void first", "cut", "bare", "zero length", "zero ids", "other", "empty"],
)
def test_the_document_type_is_read_and_damage_is_no_type(head: bytes, expected: str | None) -> None:
    assert doc_type(head) == expected


def test_every_container_has_a_media_type_and_each_is_found() -> None:
    assert set(VIDEO_DEMUXERS.values()) | {"mov", "3gp", "webm"} == set(CONTAINERS)


def test_every_kind_on_the_list_is_one_that_this_ffmpeg_opens() -> None:
    code = "import av; print(*(n for n in av.formats_available if av.ContainerFormat(n).is_input), sep=';')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {*VIDEO_DEMUXERS, *SOUND_DEMUXERS} <= set(done.stdout.strip().split(";"))
