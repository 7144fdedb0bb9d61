"""What the doctor is told of the machine, as values: checking.py fills them, doctor.py judges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Wholeness(StrEnum):
    ABSENT = "absent"
    WHOLE = "whole"
    DAMAGED = "damaged"
    UNFINISHED = "unfinished"  # looking through it took too long
    UNREADABLE = "unreadable"  # not the fault of the file


@dataclass(frozen=True, slots=True)
class DatabaseLook:
    wholeness: Wholeness
    said: str = ""  # by SQLite


@dataclass(frozen=True, slots=True)
class Place:
    """A folder as it was found. `trouble` is empty, or says in the system's words why it cannot be used, and `errno`
    by its number; `is_silent`: its disk did not answer in time."""

    path: str
    trouble: str = ""
    is_absent: bool = False
    is_silent: bool = False
    file_system: str = ""  # as the kernel calls it; empty where that is not known
    free_bytes: int | None = None
    errno: int | None = None


@dataclass(frozen=True, slots=True)
class Media:
    """What a media worker told about itself, or `trouble`: why it did not."""

    pyav: str = ""
    ffmpeg: str = ""
    license: str = ""
    decoders: frozenset[str] = frozenset()
    encoders: frozenset[str] = frozenset()
    pictures: frozenset[str] = frozenset()
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Examined:
    """All that was seen. Sizes are bytes, dates seconds since 1970; None is what could not be seen.

    entered         folders to be watched, in all roots
    newest_at       of what we wrote before
    pictures_bytes  what the pictures take now
    """

    now: float
    folders: Sequence[Place]
    data: Place
    pictures: Place
    backups: Place
    media: Media
    database: DatabaseLook
    pictures_limit_bytes: int
    pictures_bytes: int | None = None
    entered: int | None = None
    watch_limit: int | None = None
    watchers_limit: int | None = None
    to_watch_more: str = ""  # the command
    to_have_more_watchers: str = ""
    newest_at: float | None = None
    zone: str = ""
    newest_backup: str = ""
    open_files_limit: int | None = None
