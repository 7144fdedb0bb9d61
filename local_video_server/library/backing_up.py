"""When the database is backed up, and what /admin tells of it.

One is made when the newest is older than a day, while the server runs; how one is made and where it lies is handed in
(database/backups.py). The folder may be on a disk that is away or full: that is said, and tried again in an hour.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from .backup import ASKED, Backup, is_due, newest_first
from .catalog import Catalog
from .errors import Unavailable

FIRST_LOOK_S = 60.0  # a server that has just started has better things to do
LOOK_EVERY_S = 3600.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BackupReport:
    """`failure` is why the last one could not be made, or why they cannot be seen."""

    folder: str
    backups: Sequence[Backup]
    failure: str | None
    now: float


class Backing:
    def __init__(
        self,
        catalog: Catalog,
        make: Callable[[str, float], Backup],
        present: Callable[[], Sequence[Backup]],
        prune: Callable[[float], None],
        folder: str,
        wall: Callable[[], float] = time.time,
        running: Callable[[], float] = time.monotonic,
    ) -> None:
        """
        make     makes one for this reason at this time
        present  all that are there
        prune    deletes those that are not kept any more
        """
        self._catalog = catalog
        self._make = make
        self._present = present
        self._prune = prune
        self._folder = folder
        self._wall = wall
        self._running = running
        self._known: Sequence[Backup] = ()
        self._failure: str | None = None
        self._asked = threading.Lock()
        self._next_look_at = running() + FIRST_LOOK_S

    def waiting(self, most: int, taken: Collection[int]) -> list[int]:
        """One subject when it is time to look whether one is due. What holds no video is not worth one."""
        library = self._catalog.snapshot.library
        is_time = self._running() >= self._next_look_at and (library.present or library.away)
        return [0] if is_time and not taken else []

    def look(self, _: int = 0) -> None:
        """Makes one when it is due, and deletes what is not kept any more."""
        self._next_look_at = self._running() + LOOK_EVERY_S
        try:
            if is_due(self._present(), self._wall()):
                self._back_up("")
        except Unavailable as error:
            self._note(error)

    def make_now(self) -> None:
        """One more, because somebody asks for it. Errors: Unavailable with the reason there is none."""
        if not self._asked.acquire(blocking=False):  # its disk may hang: one page waits for it, not each
            raise Unavailable("A backup is just being made. Look again in a moment.")
        try:
            self._back_up(ASKED)
        except Unavailable as error:
            self._note(error)
            raise
        finally:
            self._asked.release()

    def report(self) -> BackupReport:
        failure = self._failure
        try:
            self._known = newest_first(self._present())
        except Unavailable as error:
            failure = error.message
        return BackupReport(self._folder, self._known, failure, self._wall())

    def _back_up(self, reason: str) -> None:
        now = self._wall()
        self._make(reason, now)
        self._failure = None
        try:
            self._prune(now)
        except Unavailable as error:
            self._note(error)

    def _note(self, error: Unavailable) -> None:
        if error.message != self._failure:
            log.warning("%s", error.message)
        self._failure = error.message
