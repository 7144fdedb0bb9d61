"""What background work tells of its jobs: how one ended, how fast they are done, and how much waits."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto


class Outcome(Enum):
    DONE = auto()
    FAILED = auto()
    NOTHING = auto()  # there was nothing to do, or not now: it is not counted


@dataclass(frozen=True, slots=True)
class Progress:
    """`left_s` is None where it is not known."""

    waiting: int
    left_s: float | None = None


class Rate:
    """How many are done a second, from `begin` to `end`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began_at: float | None = None
        self.done = 0

    def begin(self) -> None:
        """Does nothing when it began already."""
        if self._began_at is None:
            self._began_at = self._clock()

    def end(self) -> None:
        self._began_at, self.done = None, 0

    @property
    def per_s(self) -> float:
        elapsed_s = self._clock() - self._began_at if self._began_at is not None else 0.0
        return self.done / elapsed_s if elapsed_s > 0 else 0.0

    def left_s(self, waiting: int) -> float | None:
        """Seconds until so many are done, if it goes on like this."""
        per_s = self.per_s
        return waiting / per_s if per_s else None
