"""Keeps the thumbnails folder and what is known of it in accord: what was deleted there is made again, what the
budget has no room for leaves. The folder itself is handed in (disk/derived.py)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterable
from typing import Protocol

from .budget import Derived
from .catalog import Catalog
from .job import Outcome

LOOK_EVERY_S = 3600.0  # somebody may have deleted pictures
LOOK_AGAIN_S = 10.0  # not for every address that somebody makes up


class DerivedFolder(Protocol):
    folder: str

    @property
    def size_bytes(self) -> int: ...
    @property
    def budget_bytes(self) -> int: ...
    @property
    def is_filled(self) -> bool: ...
    @property
    def is_over(self) -> bool: ...
    def added(self, size_bytes: int) -> None: ...
    def used(self, stamps: Iterable[str]) -> None: ...
    def note_use(self) -> None: ...
    def may_hold(self, stamp: str) -> bool: ...
    def shortage(self) -> str | None: ...
    def look(self) -> dict[str, Derived] | None: ...
    def make_room(self, stored: dict[str, Derived], known: Collection[str]) -> list[str]: ...


class Shelf:
    def __init__(self, catalog: Catalog, folder: DerivedFolder, clock: Callable[[], float] = time.monotonic) -> None:
        self._catalog = catalog
        self._folder = folder
        self._clock = clock
        self._looking = threading.RLock()  # two that make room at once would count it twice
        self._next_look_at = 0.0
        self._looked_at = 0.0

    @property
    def is_filled(self) -> bool:
        """Whether only what somebody looks at is still worth its room."""
        return self._folder.is_filled

    @property
    def path(self) -> str:
        return self._folder.folder

    @property
    def room(self) -> tuple[int, int]:
        """Bytes in use, and the budget."""
        return self._folder.size_bytes, self._folder.budget_bytes

    def waiting(self, most: int, taken: Collection[int]) -> list[int]:
        """One subject when it is time for a look."""
        return [0] if self._clock() >= self._next_look_at and not taken else []

    def look_soon(self) -> None:
        """Something was not where it should be."""
        self._next_look_at = min(self._next_look_at, self._looked_at + LOOK_AGAIN_S)

    def look_anew(self) -> None:
        """Somebody says that the folder may be used again."""
        self._next_look_at = 0.0

    def look(self, _: int = 0) -> Outcome:
        with self._looking:
            self._looked_at = self._clock()
            self._next_look_at = self._looked_at + LOOK_EVERY_S
            posters = self._catalog.snapshot.posters.of  # before the folder: files are there before their poster is
            stored = self._folder.look()
            if stored is None:
                return Outcome.FAILED
            for stamp in self._folder.make_room(stored, {poster.stamp for poster in posters.values()}):
                del stored[stamp]
            files = {stamp: one.files for stamp, one in stored.items()}
            self._catalog.lose_posters(
                [
                    video_id
                    for video_id, poster in posters.items()
                    if files.get(poster.stamp, 0) < poster.files and not self._folder.may_hold(poster.stamp)
                ]
            )
        return Outcome.DONE

    def shortage(self) -> str | None:
        """Why nothing can be made now; None when there is room, which is made where the budget is used up."""
        if sentence := self._folder.shortage():
            return sentence
        if self._folder.is_over:
            with self._looking:
                if self._folder.is_over:  # nobody else made room meanwhile
                    self.look()
        return None

    def added(self, size_bytes: int) -> None:
        self._folder.added(size_bytes)

    def used(self, stamps: Iterable[str]) -> None:
        """Somebody was shown these."""
        self._folder.used(stamps)

    def close(self) -> None:
        """What was shown is written down."""
        self._folder.note_use()
