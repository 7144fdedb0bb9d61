"""The thumbnails folder: what lies in it, how much, since when unused; and removing some of it.

Derived files lie below two letters as `ab/<stamp>-<what>`; all files of a stamp come and go together. Writing them
is the work of media/. Nothing else of ours deletes files, and this only files that are named like ours.
"""

from __future__ import annotations

import os
import re
import shutil
import threading
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress

from ..library.budget import FILL_TO, FREE_BYTES, Derived, leaving
from ..library.errors import Unavailable
from .folders import reason
from .patience import Patience

ANSWER_S = 5.0  # a disk that sleeps needs about as long
LOOK_S = 120.0  # 100,000 posters on a disk that turns
LEFTOVER_S = 3600.0  # no worker writes one file for so long: it was killed

_FOLDER = re.compile(r"[0-9a-f]{2}")
_FILE = re.compile(r"([0-9a-f]{16,64})-[0-9a-z]+\.[0-9a-z]+")
_LEFTOVER = re.compile(r"\.[0-9a-f]{16,64}-[0-9a-z]+\.[0-9a-z]+\.[0-9]+")  # as media/keeping.py names what it writes


class DerivedFiles:
    """One byte budget for everything derived. Safe for several threads."""

    def __init__(self, folder: str, budget_bytes: int) -> None:
        self.folder = folder
        self._budget_bytes = budget_bytes
        self._size_bytes = 0
        self._used: dict[str, float] = {}
        self._unreadable: frozenset[str] = frozenset()
        self._patience = Patience(f"The disk of the thumbnails folder {folder}")
        self._lock = threading.Lock()

    @property
    def size_bytes(self) -> int:
        return self._size_bytes

    @property
    def budget_bytes(self) -> int:
        return self._budget_bytes

    @property
    def is_filled(self) -> bool:
        """Whether only what somebody looks at is still worth its room."""
        return self._size_bytes >= self._budget_bytes * FILL_TO

    @property
    def is_over(self) -> bool:
        return self._size_bytes > self._budget_bytes

    def added(self, size_bytes: int) -> None:
        with self._lock:
            self._size_bytes += size_bytes

    def used(self, stamps: Iterable[str]) -> None:
        """Somebody was shown these. A note only: nothing is written while a page waits."""
        with self._lock:
            self._used.update(dict.fromkeys(stamps, time.time()))

    def note_use(self) -> None:
        """Writes down what was used, so that it is known after a restart."""
        with suppress(Unavailable):
            self._patience.ask(self._note_use, ANSWER_S)

    def shortage(self) -> str | None:
        """Why nothing can be made now, as a sentence; None when there is room. The folder itself is made when
        only it is missing: where its parent is missing too, a disk is."""
        try:
            return self._patience.ask(self._shortage, ANSWER_S)
        except Unavailable as error:
            return error.message

    def look(self) -> dict[str, Derived] | None:
        """What lies there now, by stamp; leftovers of killed workers are removed. None when the folder cannot
        be read, which says nothing about what is in it. One that somebody deleted is empty."""
        try:
            return self._patience.ask(self._look, LOOK_S)
        except Unavailable:
            return None

    def may_hold(self, stamp: str) -> bool:
        """Whether the last look could not see if this one is there."""
        return stamp[:2] in self._unreadable

    def _shortage(self) -> str | None:
        try:
            if os.path.lexists(self.folder) and not os.path.isdir(self.folder):
                return f"The thumbnails folder {self.folder} is not a folder. Move away what lies there."
            if not os.path.isdir(self.folder):
                os.mkdir(self.folder)
            free = shutil.disk_usage(self.folder).free
        except OSError as error:
            return f"The thumbnails folder {self.folder} cannot be used: {reason(error)}."
        if not os.access(self.folder, os.W_OK | os.X_OK):
            return f"The thumbnails folder {self.folder} cannot be written to. Change who may write there."
        if free < FREE_BYTES:
            return (
                f"Less than {FREE_BYTES // 1_000_000} MB are free on the disk of {self.folder}. "
                "Make room there, or name another place with the setting thumbnails."
            )
        return None

    def _look(self) -> dict[str, Derived] | None:
        stored: dict[str, Derived] = {}
        try:
            self._note_use()
            for stamp, status in self._files():
                known = stored.get(stamp, Derived(0, 0.0, 0))
                used_at = max(known.used_at, status.st_mtime)
                files = known.files + (status.st_size > 0)
                stored[stamp] = Derived(known.size_bytes + status.st_size, used_at, files)
        except OSError:
            if os.path.lexists(self.folder) or not os.path.isdir(os.path.dirname(os.path.abspath(self.folder))):
                return None
            stored.clear()
        with self._lock:
            self._size_bytes = sum(one.size_bytes for one in stored.values())
        return stored

    def make_room(self, stored: dict[str, Derived], known: Collection[str]) -> list[str]:
        """Removes what the budget has no room for; the stamps that are gone. What is fresh and not known is
        about to become known: a poster is stored a moment after it was made."""
        old = time.time() - LEFTOVER_S
        unknown = {stamp for stamp in stored.keys() - set(known) if stored[stamp].used_at < old}
        gone = self.remove(leaving(stored, self._budget_bytes, unknown))
        with self._lock:
            self._size_bytes -= sum(stored[stamp].size_bytes for stamp in gone)
        return gone

    def remove(self, stamps: Collection[str]) -> list[str]:
        """Deletes the files of these; the stamps that are gone, which in a read-only folder is none."""
        wanted, kept = set(stamps), set[str]()
        for folder in {stamp[:2] for stamp in wanted}:
            with suppress(OSError), os.scandir(os.path.join(self.folder, folder)) as entries:
                for entry in list(entries):
                    named = _FILE.fullmatch(entry.name)
                    if named and named[1] in wanted:
                        try:
                            os.unlink(entry.path)
                        except OSError:
                            kept.add(named[1])
        return [stamp for stamp in stamps if stamp not in kept]

    def _files(self) -> Iterator[tuple[str, os.stat_result]]:
        with os.scandir(self.folder) as folders:
            names = [entry.name for entry in folders if _FOLDER.fullmatch(entry.name) and entry.is_dir()]
        unreadable = set()
        for name in names:
            try:
                with os.scandir(os.path.join(self.folder, name)) as entries:
                    yield from self._files_of(entries)
            except FileNotFoundError:
                pass
            except OSError:
                unreadable.add(name)
        self._unreadable = frozenset(unreadable)

    def _files_of(self, entries: Iterable[os.DirEntry[str]]) -> Iterator[tuple[str, os.stat_result]]:
        for entry in entries:
            with suppress(FileNotFoundError):
                if named := _FILE.fullmatch(entry.name):
                    yield named[1], entry.stat(follow_symlinks=False)
                elif _LEFTOVER.fullmatch(entry.name):
                    with suppress(OSError):  # one that cannot be removed stays
                        if time.time() - entry.stat(follow_symlinks=False).st_mtime > LEFTOVER_S:
                            os.unlink(entry.path)

    def _note_use(self) -> None:
        """Writes down what was used since the last look, as the time of change of one file of each stamp."""
        with self._lock:
            used, self._used = self._used, {}
        for stamp, moment in used.items():
            with suppress(OSError):
                path = os.path.join(self.folder, stamp[:2], f"{stamp}-320.jpg")
                os.utime(path, (moment, moment), follow_symlinks=False)
