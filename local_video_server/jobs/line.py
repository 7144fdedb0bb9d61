"""The jobs of one kind: what waits in which order, what is under way, and what became of the others.

Knows no threads: who uses it holds a lock.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict, deque
from collections.abc import Iterable

from ..library.job import Outcome, Progress
from ..library.readings import JobReading

BOUND = 2000  # jobs held at once; what waits beyond stays where it is known
REMEMBERED = 500  # durations that the 95th percentile is taken of: the last ones


class Line:
    """`is_paused`: nothing is taken, but for what was urged where the kind `may_urge`. Where it `is_single`, one is
    under way at a time: what would only wait for it waits here, and keeps no thread."""

    def __init__(self, may_urge: bool = False, is_single: bool = False) -> None:
        self.is_paused = False
        self.running: dict[int, float] = {}  # subject -> since when
        self.drops = 0  # how often all that waits was let go
        self._may_urge = may_urge
        self._is_single = is_single
        # Subject -> since when it waits. Ordered, because what is urged is taken out of the middle.
        self._urged: OrderedDict[int, float] = OrderedDict()
        self._queued: OrderedDict[int, float] = OrderedDict()
        self._done = self._failed = self._shared = 0
        self._total_s = 0.0
        self._durations_s: deque[float] = deque(maxlen=REMEMBERED)

    @property
    def room(self) -> int:
        return 0 if self.is_paused else BOUND - len(self._queued)

    @property
    def taken(self) -> set[int]:
        """What waits or is under way."""
        return self.running.keys() | self._queued.keys() | self._urged.keys()

    def urge(self, subjects: Iterable[int]) -> None:
        """These go before all others, in this order; one that is under way goes on."""
        for subject in reversed(list(subjects)[:BOUND]):
            if subject in self.running:
                self._shared += 1
                continue
            since = self._queued.pop(subject, self._urged.pop(subject, None))
            self._shared += since is not None
            self._urged[subject] = time.monotonic() if since is None else since
            self._urged.move_to_end(subject, last=False)  # before what was urged for a page left meanwhile
        while len(self._urged) > BOUND:
            self._urged.popitem()

    def put(self, subjects: Iterable[int]) -> None:
        """These wait, behind the others."""
        taken, now = self.taken, time.monotonic()
        for subject in subjects:
            if subject in taken:
                self._shared += 1
            else:
                self._queued[subject] = now

    def drop(self) -> None:
        """What waits is let go."""
        self._urged.clear()
        self._queued.clear()
        self.drops += 1

    def has_urged(self) -> bool:
        return bool(self._urged) and (self._may_urge or not self.is_paused) and not self._is_full()

    def has_queued(self) -> bool:
        return bool(self._queued) and not self.is_paused and not self._is_full()

    def take(self) -> int:
        """The next one is under way now. Only where has_urged() or has_queued()."""
        subject, _ = (self._urged if self.has_urged() else self._queued).popitem(last=False)
        self.running[subject] = time.monotonic()
        return subject

    def end(self, subject: int, outcome: Outcome, seconds: float) -> bool:
        """Whether nothing of this kind is left."""
        self.running.pop(subject, None)
        if outcome is not Outcome.NOTHING:
            self._done += outcome is Outcome.DONE
            self._failed += outcome is Outcome.FAILED
            self._total_s += seconds
            self._durations_s.append(seconds)
        return not (self.running or self._queued or self._urged)

    def reading(self, name: str, progress: Progress | None, is_resting: bool) -> JobReading:
        """`progress` knows of what waits beyond the bound, those under way included."""
        waiting = len(self._queued) + len(self._urged)
        if progress is not None:
            waiting = max(waiting, progress.waiting - len(self.running))
        ended, lasted = self._done + self._failed, sorted(self._durations_s)
        since = min((*self._queued.values(), *self._urged.values()), default=None)
        return JobReading(
            name,
            queued=waiting,
            running=len(self.running),
            done=self._done,
            failed=self._failed,
            shared=self._shared,
            mean_s=self._total_s / ended if ended else None,
            p95_s=lasted[math.ceil(0.95 * len(lasted)) - 1] if lasted else None,
            oldest_waiting_s=None if since is None else time.monotonic() - since,
            left_s=progress.left_s if progress and not self.is_paused and not is_resting else None,
            is_paused=self.is_paused,
            is_resting=is_resting,
            longest_s=time.monotonic() - min(self.running.values()) if self.running else None,
        )

    def _is_full(self) -> bool:
        return self._is_single and bool(self.running)
