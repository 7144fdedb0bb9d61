"""A video and a root: what the rest of the program speaks about.

Frozen values. A video is not its path: it has a key for ever and a place for now. What viewers mark is not here
(marks.py), so that a rating replaces one small entry and no video.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from enum import StrEnum

from . import titles
from .facts import Facts
from .text import fold, natural, shown

KEY_LENGTH = 10
_KEY_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


class Status(StrEnum):
    """The order is that of urgency: an offline root hides whatever else is known."""

    PENDING = "pending"  # not looked into yet
    READY = "ready"
    BROKEN = "broken"
    MISSING = "missing"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class Root:
    """A folder that the viewer named. `offline_reason` is None while it answers."""

    id: int
    path: str
    name: str  # its own name, made different from the other roots' names
    offline_reason: str | None = None
    offline_since: float | None = None  # seconds since 1970, UTC

    @property
    def is_offline(self) -> bool:
        return self.offline_reason is not None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture file beside a video. Another size or time is another picture, and so is another name."""

    path: str  # as a video's: relative to its root, "/" between parts, as on disk
    size_bytes: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class Video:
    """One video and where it is now. Times are seconds since 1970, UTC."""

    id: int
    key: str
    root_id: int
    path: str  # relative to its root, "/" between parts, as on disk (surrogate escapes possible)
    size_bytes: int
    modified_ns: int
    device: int
    inode: int
    added_at: float
    media_hash: str
    fingerprint: bytes | None = None
    missing_since: float | None = None
    status: Status = Status.PENDING  # pending, ready or broken; the rest is derived
    broken_reason: str | None = None
    duration_s: float | None = None
    width: int | None = None
    height: int | None = None
    container: str | None = None
    video_codec: str | None = None
    audio_codecs: tuple[str, ...] = ()
    facts_json: str | None = None
    picture: Picture | None = None  # beside it when it was last looked at
    # Derived from the path once, because every search and every sort reads them.
    title: str = ""
    filename: str = ""  # the path as it can be shown and sent
    folder: str = ""  # root name, then the folders, "/" between
    search_text: str = ""
    sort_title: str = ""

    @property
    def name(self) -> str:
        return self.filename.rpartition("/")[2]

    @property
    def facts(self) -> Facts | None:
        return Facts.from_json(self.facts_json) if self.facts_json else None


def described(path: str, root_name: str) -> dict[str, str]:
    """The fields of a Video that follow from its path."""
    filename = shown(path)
    folder, _, name = filename.rpartition("/")
    title = titles.parse(name).label
    place = f"{root_name}/{folder}" if folder else root_name
    return {
        "filename": filename,
        "folder": place,
        "title": title,
        "sort_title": natural(title),
        "search_text": fold(f"{title}\n{name}\n{place}"),
    }


def new_key() -> str:
    """Ten letters and digits: 51 bits, so that 100,000 videos meet once in 700,000 libraries; the database
    refuses the rest."""
    number = secrets.randbelow(len(_KEY_LETTERS) ** KEY_LENGTH)  # one draw: ten take seven times as long
    letters = []
    for _ in range(KEY_LENGTH):
        number, letter = divmod(number, len(_KEY_LETTERS))
        letters.append(_KEY_LETTERS[letter])
    return "".join(letters)


def is_key(text: str) -> bool:
    return len(text) == KEY_LENGTH and all(letter in _KEY_LETTERS for letter in text)


def media_hash(filename: str) -> str:
    """The name that the original server gave a file: the first 16 hex digits of SHA-256 of its UTF-8 name."""
    return hashlib.sha256(filename.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def is_media_hash(text: str) -> bool:
    return len(text) == 16 and all(letter in "0123456789abcdef" for letter in text)
