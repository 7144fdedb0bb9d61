"""A file as the disk shows it, and a folder scan as values. Nothing here touches a disk."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import Enum

from .video import Picture


@dataclass(frozen=True, slots=True)
class FoundFile:
    """One file seen in a root. `path` is relative to the root with "/" between parts; it may hold surrogate
    escapes where the name on disk is not UTF-8 (PEP 383)."""

    path: str
    size_bytes: int
    modified_ns: int
    device: int
    inode: int
    picture: Picture | None = None  # that lies beside it


@dataclass(frozen=True, slots=True)
class Move:
    """The watcher saw this file or folder renamed inside one root."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Scan:
    """What a look at a root, or at parts of it, found.

    scope       the relative paths looked at ("" is the whole root): what lies in or below them and was not
                found is gone
    unreadable  folders that could not be read: nothing in or below them is known to be gone
    folders     how many folders were seen, the root included: the watcher must watch as many
    """

    files: tuple[FoundFile, ...]
    scope: tuple[str, ...] = ("",)
    unreadable: tuple[str, ...] = ()
    folders: int = 0
    moves: tuple[Move, ...] = field(default=())


class Seen(Enum):
    """What a watcher can tell about a path."""

    APPEARED = "appeared"  # made, perhaps still being written
    COMPLETED = "completed"  # closed after writing, or renamed into place: the copy has ended
    VANISHED = "vanished"
    MOVED = "moved"  # renamed inside the root: `source` is the former path
    OVERFLOW = "overflow"  # events were lost: the whole root has to be looked at


@dataclass(frozen=True, slots=True)
class Sighting:
    """One thing the watcher saw, of a folder, a video, or a picture that may lie beside one. Paths are relative to
    the root."""

    seen: Seen
    path: str = ""
    source: str = ""
    is_folder: bool = False


@dataclass(frozen=True, slots=True)
class RootIdentity:
    """Which folder answers at a root's path now. Another device or inode is another folder."""

    device: int
    inode: int
    is_empty: bool


def is_within(path: str, places: Collection[str]) -> bool:
    """Whether a relative path is one of these, or lies below one; "" is the whole root."""
    if not places:
        return False
    if "" in places or path in places:
        return True
    while "/" in path:
        path = path.rpartition("/")[0]
        if path in places:
            return True
    return False
