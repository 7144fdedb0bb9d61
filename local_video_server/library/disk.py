"""What the index needs of the disk, as values and functions that are handed in: the subject opens no file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from .files import FoundFile, RootIdentity, Scan, Sighting


class Watching(Protocol):
    def start(self) -> None: ...
    def stop(self) -> None: ...
    def watches(self) -> int | None: ...


@dataclass(frozen=True)
class Disk:
    """What the index needs of the disk. Each call may hang; each raises Unavailable with a reason."""

    identify: Callable[[str], RootIdentity]
    scan: Callable[[str, Sequence[str], Callable[[Sequence[FoundFile], int], None]], Scan]
    fingerprint: Callable[[str, int], bytes]
    is_being_written: Callable[[str], bool | None]
    watch: Callable[[str, Callable[[Sighting], None]], Watching]
    how_to_watch_more: Callable[[int], str]  # a sentence with the command that lets so many folders be watched
