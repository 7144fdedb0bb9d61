"""Background work: one bounded queue with priorities and no duplicates, worked off by a few threads.

A kind of job knows what is waiting and how to do one; the queue only decides which comes next. What waits is asked
for again when the queue runs low, so nothing has to be put back at a stop or found again after a start.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

log = logging.getLogger(__name__)

BOUND = 2000  # jobs held at once; what waits beyond stays where it is known
LOOK_AGAIN_S = 10.0  # a queue that was told nothing asks for waiting work this often


@dataclass(frozen=True)
class Kind:
    """A kind of background work. Kinds named first go first.

    waiting  at most so many subjects that wait, without those already taken
    work     does one; whatever it raises is logged, and the thread takes the next
    rest     called when nothing of this kind is left
    """

    name: str
    waiting: Callable[[int, Collection[int]], Sequence[int]]
    work: Callable[[int], None]
    rest: Callable[[], None]


class Background:
    """The queue and its threads. Build, `start`, `stop`."""

    def __init__(self, kinds: Sequence[Kind], threads: int) -> None:
        self._kinds = kinds
        self._changed = threading.Condition()
        self._queued: dict[str, deque[int]] = {kind.name: deque() for kind in kinds}
        self._taken: dict[str, set[int]] = {kind.name: set() for kind in kinds}
        self._has_news = True
        self._is_stopping = False
        self._threads = [
            threading.Thread(target=self._run, name=f"job-{number}", daemon=True) for number in range(threads)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """No job is begun any more. Those under way are not waited for."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify_all()

    def wake(self) -> None:
        """There may be something to do."""
        with self._changed:
            self._has_news = True
            self._changed.notify_all()

    def _run(self) -> None:
        while (job := self._next()) is not None:
            kind, subject = job
            try:
                kind.work(subject)
            except Exception:
                log.exception("A %s job failed", kind.name)
            self._done(kind, subject)

    def _next(self) -> tuple[Kind, int] | None:
        while True:
            with self._changed:
                if self._is_stopping:
                    return None
                for kind in self._kinds:
                    if self._queued[kind.name]:
                        return kind, self._queued[kind.name].popleft()
                if not self._has_news and self._changed.wait(LOOK_AGAIN_S):
                    continue
                self._has_news = False
                self._fill()

    def _fill(self) -> None:
        for kind in self._kinds:
            taken = self._taken[kind.name]
            try:
                found = kind.waiting(BOUND, taken)
            except Exception:
                log.exception("It is not known which %s jobs wait", kind.name)
                continue
            self._queued[kind.name].extend(found)
            taken.update(found)
            if found:
                self._changed.notify_all()

    def _done(self, kind: Kind, subject: int) -> None:
        with self._changed:
            self._taken[kind.name].discard(subject)
            is_last = not self._taken[kind.name]
        if is_last:
            try:
                kind.rest()
            except Exception:
                # What is wrong may last, a full disk: the queue looks again after LOOK_AGAIN_S, not at once.
                log.exception("The end of the %s jobs failed", kind.name)
            else:
                with self._changed:
                    self._has_news = True
