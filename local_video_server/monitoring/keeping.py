"""Keeps what was counted: once a minute, in a thread of its own, so that a slow or full disk stops nobody.

What a disk does not take waits in memory for a day, and is kept when there is room again.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from ..library.errors import NotStored
from ..library.figures import Tally
from .ledger import MINUTE_S, Ledger

UNKEPT_HOURS = 24  # that wait for a disk that is full, as the minutes do
AFTER_S = 1.0  # a minute is kept so long after its end
STOP_S = 1.0  # a stop waits no longer for the last minute to be kept

log = logging.getLogger(__name__)


class Kept(Protocol):
    """Where numbers are kept (database/metrics.py)."""

    def load(self, now: float) -> tuple[list[Tally], list[Tally]]: ...
    def keep(self, minutes: Sequence[Tally], hours: Sequence[Tally], now: float) -> None: ...
    def close(self) -> None: ...


class Keeping:
    def __init__(self, ledger: Ledger, kept: Kept, wall: Callable[[], float] = time.time) -> None:
        self._ledger = ledger
        self._kept = kept
        self._wall = wall
        self._hours: deque[list[Tally]] = deque(maxlen=UNKEPT_HOURS)
        self._is_failing = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="metrics", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Keeps the minute that runs, if the disk takes it soon."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(STOP_S)

    def load(self) -> None:
        """What earlier runs have counted; nothing where it cannot be read."""
        try:
            minutes, hours = self._kept.load(self._wall())
        except NotStored as error:
            self._note(error)
            return
        self._ledger.load(minutes, hours)

    def keep(self) -> None:
        """Keeps the minutes that are over, and the hours."""
        minutes = self._ledger.take_unkept()
        if over := self._ledger.roll_up():
            self._hours.append(over)
        if not minutes and not self._hours:
            return
        hours = [tally for one in self._hours for tally in one]
        try:
            self._kept.keep([tally for one in minutes for tally in one.pack()], hours, self._wall())
        except NotStored as error:
            self._ledger.put_back(minutes)
            self._note(error)
        else:
            self._hours.clear()
            self._is_failing = False

    def _run(self) -> None:
        self._whatever_comes(self.load)
        while not self._stopping.wait(MINUTE_S - self._wall() % MINUTE_S + AFTER_S):
            self._whatever_comes(self.keep)
            self._whatever_comes(self._ledger.prepare)
        self._ledger.end_minute()
        self._whatever_comes(self.keep)
        self._kept.close()

    def _whatever_comes(self, deed: Callable[[], None]) -> None:
        try:
            deed()
        except Exception:
            log.exception("Numbers were lost")

    def _note(self, error: NotStored) -> None:
        if not self._is_failing:
            log.warning("%s", error.message)
        self._is_failing = True
