"""Background work: one bounded queue with priorities and no duplicates, worked off by a few threads.

A kind of job knows what is waiting and how to do one; the queue only decides which comes next. What waits is asked
for again when the queue runs low, so nothing has to be put back at a stop or found again after a start. What
somebody looks at just now is urged, and overtakes everything. While somebody watches, only what never rests is
begun.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

log = logging.getLogger(__name__)

BOUND = 2000  # jobs of a kind held at once; what waits beyond stays where it is known
LOOK_AGAIN_S = 10.0  # a queue that is told nothing, or is never empty, asks for waiting work this often
RESTING_S = 1.0  # while somebody watches, this often it is asked whether still


@dataclass(frozen=True)
class Kind:
    """A kind of background work. Kinds named first go first.

    waiting  at most so many subjects that wait, without those already taken
    work     does one; whatever it raises is logged, and the thread takes the next
    rest     called when nothing of this kind is left; where it fails, again at each look for waiting work
    rests    whether it is not begun while somebody watches
    """

    name: str
    waiting: Callable[[int, Collection[int]], Sequence[int]]
    work: Callable[[int], None]
    rest: Callable[[], None]
    rests: bool = True


class Background:
    """The queue and its threads. Build, `start`, `stop`.

    is_resting  tells whether somebody watches
    idle        called now and then while there is nothing to do, or nothing may be done
    """

    def __init__(
        self,
        kinds: Sequence[Kind],
        threads: int,
        is_resting: Callable[[], bool] = lambda: False,
        idle: Callable[[], None] = lambda: None,
    ) -> None:
        self._kinds = kinds
        self._is_resting = is_resting
        self._idle = idle
        self._changed = threading.Condition()
        # What waits, in order: ordered dictionaries, because what is urged is taken out of the middle.
        self._urged: dict[str, OrderedDict[int, None]] = {kind.name: OrderedDict() for kind in kinds}
        self._queued: dict[str, OrderedDict[int, None]] = {kind.name: OrderedDict() for kind in kinds}
        self._running: dict[str, set[int]] = {kind.name: set() for kind in kinds}
        self._restless: set[str] = set()  # kinds whose rest failed
        self._has_news = True
        self._look_at = self._look_while_resting_at = 0.0
        self._is_looking = False
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

    def urge(self, name: str, subjects: Iterable[int]) -> None:
        """These of a kind go before all others, in this order; one that is under way goes on."""
        wanted = list(subjects)[:BOUND]
        with self._changed:
            urged, queued, running = self._urged[name], self._queued[name], self._running[name]
            for subject in reversed(wanted):
                if subject not in running:
                    queued.pop(subject, None)
                    urged[subject] = None
                    urged.move_to_end(subject, last=False)  # before what was urged for a page left meanwhile
            while len(urged) > BOUND:
                urged.popitem()
            if urged:
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
            # Asked without the lock: the answer looks at open files. Work that is begun is finished.
            is_resting = self._is_resting()
            kinds = [kind for kind in self._kinds if not (is_resting and kind.rests)]
            with self._changed:
                if self._is_stopping:
                    return None
                looks = bool(kinds) and self._is_time_to_look(is_resting)
                if looks:
                    self._begin_look(is_resting)
                elif (job := self._first(kinds)) is not None:
                    return job
                elif self._changed.wait(RESTING_S if is_resting else LOOK_AGAIN_S):
                    continue
            if looks:
                self._fill(kinds)
            else:
                self._idle()

    def _begin_look(self, is_resting: bool) -> None:
        self._is_looking = True
        if is_resting:  # what is new of the kinds that rest stays new
            self._look_while_resting_at = time.monotonic() + LOOK_AGAIN_S
        else:
            self._has_news = False
            self._look_at = time.monotonic() + LOOK_AGAIN_S

    def _is_time_to_look(self, is_resting: bool) -> bool:
        """A long queue does not hide for long that something of a kind named before it waits."""
        if is_resting:
            return not self._is_looking and time.monotonic() >= self._look_while_resting_at
        is_empty = not any(self._urged.values()) and not any(self._queued.values())
        is_due = time.monotonic() >= self._look_at
        return not self._is_looking and (is_due or (is_empty and self._has_news))

    def _first(self, kinds: Sequence[Kind]) -> tuple[Kind, int] | None:
        for waiting in (self._urged, self._queued):
            for kind in kinds:
                if waiting[kind.name]:
                    subject, _ = waiting[kind.name].popitem(last=False)
                    self._running[kind.name].add(subject)
                    return kind, subject
        return None

    def _fill(self, kinds: Sequence[Kind]) -> None:
        """Queues what waits. Asked without the lock: it means to look at every video, and pages urge meanwhile."""
        for kind in kinds:
            if kind.name in self._restless:
                self._rest(kind)
            with self._changed:
                taken = self._taken(kind)
                room = BOUND - len(self._queued[kind.name])
            if room <= 0:
                continue
            try:
                found = kind.waiting(room, taken)
            except Exception:
                log.exception("It is not known which %s jobs wait", kind.name)
                continue
            with self._changed:
                taken = self._taken(kind)
                self._queued[kind.name].update((subject, None) for subject in found if subject not in taken)
                self._changed.notify_all()
        with self._changed:
            self._is_looking = False

    def _taken(self, kind: Kind) -> set[int]:
        return self._running[kind.name] | self._queued[kind.name].keys() | self._urged[kind.name].keys()

    def _done(self, kind: Kind, subject: int) -> None:
        with self._changed:
            self._running[kind.name].discard(subject)
            is_last = not (self._running[kind.name] or self._queued[kind.name] or self._urged[kind.name])
        if is_last and self._rest(kind):
            with self._changed:
                self._has_news = True

    def _rest(self, kind: Kind) -> bool:
        """Whether it came to rest. What is wrong may last, a full disk: said once, tried again at the next look."""
        try:
            kind.rest()
        except Exception:
            if kind.name not in self._restless:
                log.exception("The end of the %s jobs failed", kind.name)
            self._restless.add(kind.name)
            return False
        self._restless.discard(kind.name)
        return True
