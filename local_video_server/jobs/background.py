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
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from ..library.job import Outcome, Progress
from ..library.readings import JobReading, WorkerReading
from .line import Line

log = logging.getLogger(__name__)

LOOK_AGAIN_S = 10.0  # a queue that is told nothing, or is never empty, asks for waiting work this often
RESTING_S = 1.0  # while somebody watches, this often it is asked whether still


@dataclass(frozen=True)
class Kind:
    """A kind of background work. Kinds named first go first.

    waiting   at most so many subjects that wait, without those already taken
    work      does one; whatever it raises is logged, and the thread takes the next
    rest      called when nothing of this kind is left; where it fails, again at each look for waiting work
    rests     whether it is not begun while somebody watches
    may_urge  whether what was urged is begun although the kind is paused
    progress  how much waits in all, where the queue may not hold all of it
    is_single whether one is done at a time, however many threads there are
    """

    name: str
    waiting: Callable[[int, Collection[int]], Sequence[int]]
    work: Callable[[int], Outcome]
    rest: Callable[[], None]
    rests: bool = True
    may_urge: bool = False
    progress: Callable[[], Progress] | None = None
    is_single: bool = False


class Background:
    """The queue and its threads. Build, `start`, `stop`.

    is_resting  tells whether somebody watches
    idle        called now and then while there is nothing to do, or nothing may be done
    on_done     told of each job that was done or failed: its kind, its subject, its seconds, and whether it failed
    """

    def __init__(
        self,
        kinds: Sequence[Kind],
        threads: int,
        is_resting: Callable[[], bool] = lambda: False,
        idle: Callable[[], None] = lambda: None,
        on_done: Callable[[str, int, float, bool], None] = lambda kind, subject, seconds, is_failed: None,
    ) -> None:
        self._kinds = kinds
        self._is_resting = is_resting
        self._idle = idle
        self._on_done = on_done
        self._changed = threading.Condition()
        self._lines = {kind.name: Line(kind.may_urge, kind.is_single) for kind in kinds}
        self._restless: set[str] = set()  # kinds whose rest failed
        self._has_news = True
        self._look_at = self._look_while_resting_at = 0.0
        self._is_looking = False
        self._is_stopping = False
        self._signs: dict[str, float] = {}  # thread -> when it last gave a sign of life
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

    @property
    def threads(self) -> tuple[int, int]:
        """How many live, and how many there should be: before the start none."""
        begun = [thread for thread in self._threads if thread.ident is not None]
        return sum(thread.is_alive() for thread in begun), len(begun)

    def wake(self) -> None:
        """There may be something to do."""
        with self._changed:
            self._has_news = True
            self._changed.notify_all()

    def urge(self, name: str, subjects: Iterable[int]) -> None:
        """These of a kind go before all others, in this order; one that is under way goes on."""
        with self._changed:
            line = self._lines[name]
            line.urge(subjects)
            if line.has_urged():
                self._changed.notify_all()

    def pause(self, name: str) -> None:
        """Nothing of this kind is begun until `go_on`; what is under way is finished."""
        with self._changed:
            self._lines[name].is_paused = True

    def go_on(self, name: str) -> None:
        with self._changed:
            self._lines[name].is_paused = False
        self.wake()

    def is_paused(self, name: str) -> bool:
        return self._lines[name].is_paused

    def drop(self, name: str) -> None:
        """What waits of this kind is let go; what is under way is finished. What its `waiting` names after this
        waits again."""
        with self._changed:
            self._lines[name].drop()

    def readings(self) -> list[JobReading]:
        """Each kind, in the order of the kinds."""
        return [self.reading(kind.name) for kind in self._kinds]

    def reading(self, name: str) -> JobReading:
        kind = next(kind for kind in self._kinds if kind.name == name)
        is_resting = kind.rests and self._is_resting()
        progress = kind.progress() if kind.progress else None  # without the lock: it may look at every video
        with self._changed:
            return self._lines[name].reading(name, progress, is_resting)

    def workers(self) -> list[WorkerReading]:
        """Each thread."""
        now = time.monotonic()
        return [
            WorkerReading(one.name, one.is_alive(), now - self._signs.get(one.name, now)) for one in self._threads
        ]

    def _run(self) -> None:
        while (job := self._next()) is not None:
            kind, subject = job
            began = time.monotonic()
            try:
                outcome = kind.work(subject)
            except Exception:
                log.exception("A %s job failed", kind.name)
                outcome = Outcome.FAILED
            self._done(kind, subject, outcome, time.monotonic() - began)

    def _next(self) -> tuple[Kind, int] | None:
        while True:
            self._signs[threading.current_thread().name] = time.monotonic()
            # Asked without the lock: the answer looks at open files. Work that is begun is finished.
            is_resting = self._is_resting()
            kinds = [kind for kind in self._kinds if not (is_resting and kind.rests)]
            with self._changed:
                if self._is_stopping:
                    return None
                looks = bool(kinds) and self._is_time_to_look(kinds, is_resting)
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

    def _is_time_to_look(self, kinds: Sequence[Kind], is_resting: bool) -> bool:
        """A long queue does not hide for long that something of a kind named before it waits; one that is paused
        hides nothing."""
        if is_resting:
            return not self._is_looking and time.monotonic() >= self._look_while_resting_at
        lines = [self._lines[kind.name] for kind in kinds]
        is_empty = not any(line.has_urged() or line.has_queued() for line in lines)
        is_due = time.monotonic() >= self._look_at
        return not self._is_looking and (is_due or (is_empty and self._has_news))

    def _first(self, kinds: Sequence[Kind]) -> tuple[Kind, int] | None:
        for has_some in (Line.has_urged, Line.has_queued):
            for kind in kinds:
                if has_some(line := self._lines[kind.name]):
                    return kind, line.take()
        return None

    def _fill(self, kinds: Sequence[Kind]) -> None:
        """Queues what waits. Asked without the lock: it means to look at every video, and pages urge meanwhile."""
        for kind in kinds:
            line = self._lines[kind.name]
            if kind.name in self._restless:
                self._rest(kind)
            with self._changed:
                taken, room, drops = line.taken, line.room, line.drops
            if room <= 0:
                continue
            try:
                found = kind.waiting(room, taken)
            except Exception:
                log.exception("It is not known which %s jobs wait", kind.name)
                continue
            with self._changed:
                if line.drops == drops:  # else some of these were let go
                    line.put(found)
                self._changed.notify_all()
        with self._changed:
            self._is_looking = False

    def _done(self, kind: Kind, subject: int, outcome: Outcome, seconds: float) -> None:
        with self._changed:
            is_last = self._lines[kind.name].end(subject, outcome, seconds)
        if is_last and self._rest(kind):
            with self._changed:
                self._has_news = True
        if outcome is not Outcome.NOTHING and not self._is_stopping:  # a stop fails what is under way
            try:
                self._on_done(kind.name, subject, seconds, outcome is Outcome.FAILED)
            except Exception:
                log.exception("A listener to %s jobs failed", kind.name)

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
