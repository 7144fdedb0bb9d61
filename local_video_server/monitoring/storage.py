"""What lies where, and how much room is left: of a disk that does not answer, that it does not.

Each place is asked through a patience of its own (disk/patience.py, handed in), so that one that hangs costs a second
once.
"""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol, TypeVar

from ..library.errors import Unavailable
from ..library.readings import DiskReading
from ..library.text import shown

ANSWER_S = 1.0  # the system knows it without looking at the disk; longer means that it hangs
DATABASES = ("library.db", "metrics.db")

_T = TypeVar("_T")


class Patient(Protocol):
    """Errors: Unavailable when it takes longer, or an earlier call still does."""

    def ask(self, call: Callable[[], _T], limit_s: float) -> _T: ...


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of ours, and what it holds: "videos", "pictures", "data" or "backups"."""

    path: str
    holds: str
    disk: Patient


def disks(places: Iterable[Place]) -> Sequence[DiskReading]:
    """One reading a file system, in the order of the places; each place that does not answer has its own."""
    found: dict[object, tuple[str, list[str], int | None, int | None]] = {}
    for place in places:
        try:
            device, total, free = place.disk.ask(_looking_at(place), ANSWER_S)
        except (Unavailable, OSError):
            found[place.path] = place.path, [place.holds], None, None
            continue
        holds = found.setdefault(device, (place.path, [], total, free))[1]
        if place.holds not in holds:
            holds.append(place.holds)
    return tuple(DiskReading(shown(path), tuple(holds), total, free) for path, holds, total, free in found.values())


def database_sizes(data: Place) -> dict[str, int]:
    """Bytes by name, with the journal; nothing of what is not there or does not answer."""
    try:
        return data.disk.ask(lambda: _sizes(data.path), ANSWER_S)
    except (Unavailable, OSError):
        return {}


@dataclass(frozen=True, slots=True)
class Room:
    """Whether a folder takes files. `trouble` is the reason when it does not, as a sentence."""

    free_bytes: int | None
    trouble: str | None = None


class Writable:
    """Whether a folder takes files: asked each time, tried now and then, and each time while it does not. How it is
    tried is handed in (disk/places.py)."""

    def __init__(
        self,
        place: Place,
        every_s: float,
        try_file: Callable[[str], None],
        running: Callable[[], float] = time.monotonic,
    ) -> None:
        self._place = place
        self._every_s = every_s
        self._try_file = try_file
        self._clock = running
        self._try_at = running()

    def room(self) -> Room:
        is_tried = self._clock() >= self._try_at
        try:
            room = self._place.disk.ask(lambda: self._look(is_tried), ANSWER_S)
        except Unavailable as error:
            room = Room(None, error.message)
        if is_tried and room.trouble is None:
            self._try_at = self._clock() + self._every_s
        elif room.trouble is not None:
            self._try_at = self._clock()
        return room

    def _look(self, is_tried: bool) -> Room:
        folder = self._place.path
        free: int | None = None
        try:
            free = shutil.disk_usage(folder).free
            if not os.access(folder, os.W_OK | os.X_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            if is_tried:
                self._try_file(folder)
        except OSError as error:
            return Room(free, f"The folder {folder} takes no files: {(error.strerror or str(error)).lower()}.")
        return Room(free)


def _looking_at(place: Place) -> Callable[[], tuple[int, int, int]]:
    def look() -> tuple[int, int, int]:
        path = place.path
        if place.holds != "videos":  # a folder of ours may be made later; one with videos may be a disk not connected
            while not os.path.lexists(path) and os.path.dirname(path) != path:
                path = os.path.dirname(path)
        usage = shutil.disk_usage(path)
        return os.stat(path).st_dev, usage.total, usage.free

    return look


def _sizes(folder: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in DATABASES:
        for file in (name, f"{name}-wal"):
            with suppress(FileNotFoundError):
                found[name] = found.get(name, 0) + os.path.getsize(os.path.join(folder, file))
    return found
