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
from .job import Outcome

KIND = "backup"
DAILY, ASKED_FOR = 0, 1  # subjects of the job: a look whether one is due, and one that somebody asks for
FIRST_LOOK_S = 60.0  # a server that has just started has better things to do
LOOK_EVERY_S = 3600.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BackupReport:
    """As it was when last looked at. `failure` is why they cannot be seen, or why the last one could not be made."""

    folder: str
    backups: Sequence[Backup]
    failure: str | None
    now: float


class Backing:
    def __init__(
        self,
        catalog: Catalog,
        make: Callable[[str, float, Callable[[], bool]], Backup],
        present: Callable[[], Sequence[Backup]],
        prune: Callable[[float], None],
        folder: str,
        wall: Callable[[], float] = time.time,
        running: Callable[[], float] = time.monotonic,
    ) -> None:
        """
        make     makes one for this reason at this time; asks now and then whether it is cancelled
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
        self._unseen: str | None = None  # why they could not be seen
        self.failure: str | None = None  # why the last one could not be made
        self.last: Backup | None = None  # made since the start
        self.done = 0
        self.was_cancelled = False  # the last one
        self.is_under_way = False
        self._lock = threading.Lock()
        self._looking = threading.Lock()
        self._next_look_at = running() + FIRST_LOOK_S

    def waiting(self, most: int, taken: Collection[int]) -> list[int]:
        """One subject when it is time to look whether one is due. What holds no video is not worth one."""
        library = self._catalog.snapshot.library
        is_time = self._running() >= self._next_look_at and (library.present or library.away)
        return [DAILY] if is_time and not taken else []

    def work(self, subject: int) -> Outcome:
        """Makes one when it is due or asked for, and deletes what is not kept any more. One at a time."""
        try:
            return self._back_up(ASKED) if subject == ASKED_FOR else self._daily()
        finally:
            self.look()

    def cancel(self) -> None:
        """Ends the one under way; nothing of it is left. The next daily one comes as usual."""
        with self._lock:
            self.was_cancelled = self.is_under_way

    def look(self) -> None:
        """Sees what is there now: a disk may hang, so whoever shows it asks for the last report instead."""
        with self._looking:  # or an earlier look that ends later would hide what was made meanwhile
            try:
                self._known, self._unseen = newest_first(self._present()), None
            except Unavailable as error:
                self._unseen = error.message

    def report(self) -> BackupReport:
        return BackupReport(self._folder, self._known, self._unseen or self.failure, self._wall())

    def _daily(self) -> Outcome:
        self._next_look_at = self._running() + LOOK_EVERY_S
        try:
            return self._back_up("") if is_due(self._present(), self._wall()) else Outcome.NOTHING
        except Unavailable as error:
            return self._note(error)

    def _back_up(self, reason: str) -> Outcome:
        now, began = self._wall(), self._running()
        with self._lock:
            self.was_cancelled, self.is_under_way = False, True
        try:
            self.last = self._make(reason, now, lambda: self.was_cancelled)
        except Unavailable as error:
            return Outcome.NOTHING if self.was_cancelled else self._note(error)
        finally:
            with self._lock:
                self.is_under_way = False
        self.was_cancelled, self.failure = False, None  # it may have been too late to cancel it
        self.done += 1
        log.info("The database was backed up in %.1f s", self._running() - began)
        try:
            self._prune(now)
        except Unavailable as error:
            self._note(error)
        return Outcome.DONE

    def _note(self, error: Unavailable) -> Outcome:
        if error.message != self.failure:
            log.warning("%s", error.message)
        self.failure = error.message
        return Outcome.FAILED
