"""Why a file cannot be read, as a sentence for the viewer.

The file's own structure is asked first, because ffmpeg says "Invalid data" of nearly everything; only what
nothing here recognises is told in ffmpeg's words.
"""

from __future__ import annotations

import os
from typing import BinaryIO

from ..library.errors import MediaUnreadable
from .containers import EBML

EMPTY = "The file is empty."
NOT_REGULAR = "This is not a regular file."
NOT_ALLOWED = "The server may not read this file: its permissions forbid it."
ENDS_BEFORE_INDEX = "The file ends before its index: the copy or recording was probably interrupted."
ENDS_BEFORE_PICTURES = "The file ends before its first picture: the copy or recording was probably interrupted."
ONLY_ZEROS = "The file begins with nothing but zeros: the download or copy was probably interrupted."
ONLY_SOUND = "No picture track: the file holds only sound."
NO_PICTURES = "No picture track: the file holds neither pictures nor sound."
NEVER_OPENED = (
    "This is not a video file: what is inside is a kind that is never opened, "
    "such as a playlist, a script, a picture or text."
)

# How much of a file has to be zero before that is called the reason; more than any header leaves blank.
_ZEROS_BYTES = 65536
# ISO 14496-12 and QuickTime: what may stand at the top level of a file.
_BOXES = frozenset(
    b"ftyp moov mdat free skip wide pnot uuid moof mfra meta styp sidx udta pdin prft emsg ssix".split()
)
_PRINTED = bytes(range(32, 127)) + b"\t\n\r\f"
_MOST_BOXES = 100_000  # a fragmented recording of a day has 43,200


def why(path: str, error: Exception, said: list[str]) -> MediaUnreadable:
    """The reason why ffmpeg refused to open the file. `said` are its own lines about it."""
    ask_the_disk(path)
    with open(path, "rb") as file:
        head = file.read(_ZEROS_BYTES)
        if not head.strip(b"\0"):
            return MediaUnreadable(ONLY_ZEROS)
        if head[4:8] in _BOXES and not _has_index(file):
            return MediaUnreadable(ENDS_BEFORE_INDEX)
    if any("Format not on whitelist" in line for line in said):
        return MediaUnreadable(NEVER_OPENED)
    if other := _other_content(head):
        return MediaUnreadable(f"This is not a video: the file holds {other}.")
    if head.startswith(EBML):
        return MediaUnreadable(f"The Matroska header of the file is damaged ({in_ffmpegs_words(error, said)}).")
    return MediaUnreadable(f"This is not a video file that can be read ({in_ffmpegs_words(error, said)}).")


def _other_content(head: bytes) -> str | None:
    """What a file that is no video obviously holds instead."""
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM")):
        return "a picture"
    if head.startswith((b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")):
        return "an archive"
    beginning = head[:512]
    if beginning.isascii() and not beginning.translate(None, _PRINTED):
        return "text"
    return None


def without_pictures(path: str, has_sound: bool) -> MediaUnreadable:
    """The reason why a file that ffmpeg did open has no picture track."""
    with open(path, "rb") as file:
        if file.read(8)[4:] in _BOXES and not _has_index(file):
            return MediaUnreadable(ENDS_BEFORE_INDEX)  # ffmpeg takes half an index for a whole one
    return MediaUnreadable(ONLY_SOUND if has_sound else NO_PICTURES)


def without_decoder(codec: str) -> MediaUnreadable:
    """The refusal of pictures that this ffmpeg cannot decode; nothing about the file is wrong."""
    return MediaUnreadable(f"There is no decoder for its pictures (codec {codec}).", missing_decoder=codec)


def ask_the_disk(path: str) -> None:
    """Nothing where the file can be read; OSError where the disk and not the file is at fault.

    ffmpeg says "Input/output error" of files that are merely cut short, so its word alone decides nothing.
    """
    with open(path, "rb") as file:
        file.read(1)
        file.seek(max(0, os.fstat(file.fileno()).st_size - 1))
        file.read(1)


def in_ffmpegs_words(error: Exception | None, said: list[str]) -> str:
    """ "ffmpeg: ..." with its error and the last thing it complained of."""
    words = getattr(error, "strerror", None) or (str(error) if error else "")
    # "[matroska,webm @ 0x55f6]" in front of a line names an address in memory.
    complaint = said[-1].rpartition("] ")[2].strip()[:200] if said else ""
    return "ffmpeg: " + "; ".join(part for part in (words, complaint) if part)


def _has_index(file: BinaryIO) -> bool:
    """Whether the boxes of an mp4 or QuickTime file lead to a whole `moov`."""
    end = os.fstat(file.fileno()).st_size
    position = 0
    for _ in range(_MOST_BOXES):
        file.seek(position)
        header = file.read(16)
        if len(header) < 8:
            return False
        size = int.from_bytes(header[:4], "big")
        if size == 1:
            size = int.from_bytes(header[8:16], "big")
        elif size == 0:
            size = end - position
        if header[4:8] == b"moov":
            return position + size <= end
        if size < 8:
            return False
        position += size
    return False
