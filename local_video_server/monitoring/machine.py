"""The last readings of the machine and of the server's parts, for whoever asks: readings.Machine.

One thread takes them, each kind in its own time, so that no page reads a disk or waits for one. A reading that fails
is left out, and said once in the log. How each is taken is handed in: process.py, storage.py, census.py, sending.py
beside this, and observatory.py for what other folders know.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from ..library.figures import Kind, State
from ..library.readings import (
    CacheReading,
    Finding,
    JobReading,
    LibraryReading,
    LogLine,
    ProcessReading,
    SlowQuery,
    StorageReading,
    StreamReading,
    WorkerReading,
)
from .ledger import Ledger

FIRST_S, EVERY_S = 1.0, 5.0  # as often as a page that shows numbers is drawn anew; sooner after the start
STORAGE_EVERY_S = 20.0  # a disk does not fill faster than somebody could act; sooner when videos came or went
HEALTH_S = 1.5  # who asks before the first reading waits for it: longer than a disk that hangs is waited for
STALE_S = 60.0  # twelve readings: longer than the first look at many disks that hang
STOP_S = 1.0  # a disk that hangs holds no stop

log = logging.getLogger(__name__)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Sources:
    """Who is asked. The first five are asked by the thread, `look` to find out which streams have ended; the others
    by whoever wants to know: they must answer at once, from memory. `health_changed` is told when a part of the
    server stands otherwise than at the reading before."""

    process: Callable[[], ProcessReading]
    storage: Callable[[], StorageReading]
    library: Callable[[], LibraryReading]
    health: Callable[[], Sequence[Finding]]
    look: Callable[[], None]
    streams: Callable[[], Sequence[StreamReading]]
    jobs: Callable[[], Sequence[JobReading]] = lambda: ()
    workers: Callable[[], Sequence[WorkerReading]] = lambda: ()
    cache: Callable[[], CacheReading] = lambda: CacheReading(0, 0, 0)
    slow_queries: Callable[[], Sequence[SlowQuery]] = lambda: ()
    findings: Callable[[], Sequence[Finding]] = lambda: ()
    versions: Callable[[], Sequence[tuple[str, str]]] = lambda: ()
    log_lines: Callable[[], Sequence[LogLine]] = lambda: ()
    health_changed: Callable[[], None] = lambda: None


class Readings:
    """Build, `start`, `stop`. `tell` is called after each reading."""

    def __init__(
        self,
        sources: Sources,
        ledger: Ledger,
        tell: Callable[[], None],
        running: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sources = sources
        self._ledger = ledger
        self._tell = tell
        self._clock = running
        self._began = running()
        self._process = ProcessReading(0.0)
        self._storage = StorageReading()
        self._library = LibraryReading({})
        self._health: Sequence[Finding] = ()
        self._read_at = running()
        self._sent: tuple[float, int] | None = None  # when it was read, and how many bytes
        self._storage_at = running()
        self._failing: set[str] = set()
        self._was_read = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="readings", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(STOP_S)

    def process(self) -> ProcessReading:
        return replace(self._process, uptime_s=self._clock() - self._began)

    def storage(self) -> StorageReading:
        return self._storage

    def library(self) -> LibraryReading:
        return self._library

    def streams(self) -> Sequence[StreamReading]:
        return self._sources.streams()

    def health(self) -> Sequence[Finding]:
        self._was_read.wait(HEALTH_S)
        late_s = self._clock() - self._read_at
        if late_s <= STALE_S:
            return self._health
        sentence = f"Nobody has looked at the parts of the server for {late_s:.0f} s."
        late = Finding("jobs", State.POOR, sentence, "Start the server again; its log says what went wrong.")
        return tuple(late if one.name == late.name else one for one in self._health)

    def cache(self) -> CacheReading:
        return self._sources.cache()

    def jobs(self) -> Sequence[JobReading]:
        return self._sources.jobs()

    def workers(self) -> Sequence[WorkerReading]:
        return self._sources.workers()

    def slow_queries(self) -> Sequence[SlowQuery]:
        return self._sources.slow_queries()

    def findings(self) -> Sequence[Finding]:
        return self._sources.findings()

    def versions(self) -> Sequence[tuple[str, str]]:
        return self._sources.versions()

    def log_lines(self) -> Sequence[LogLine]:
        return self._sources.log_lines()

    def read(self) -> None:
        """Takes all readings that are due."""
        sources, now, before = self._sources, self._clock(), self._library.by_status
        self._library = self._taken("library", sources.library, LibraryReading({}))
        unknown: Sequence[Finding] = ()
        health = self._taken("health", sources.health, unknown)
        self._say_what_changed(health)
        self._health, self._read_at = health, now
        self._was_read.set()
        self._process = self._taken("process", sources.process, ProcessReading(0.0))
        self._taken("streams", sources.look, None)
        if now >= self._storage_at or self._library.by_status != before:
            self._storage_at = now + STORAGE_EVERY_S
            self._storage = self._taken("storage", sources.storage, StorageReading())
        self._note(now)

    def _run(self) -> None:
        wait_s = FIRST_S
        while True:
            self.read()
            self._tell()
            if self._stopping.wait(wait_s):
                return
            wait_s = EVERY_S

    def _say_what_changed(self, health: Sequence[Finding]) -> None:
        before = {one.name: one.state for one in self._health}
        if any(one.state is not before.get(one.name, one.state) for one in health):
            self._sources.health_changed()
        for one in health:
            if one.state is not before.get(one.name, State.GOOD):
                log.log(
                    logging.INFO if one.state is State.GOOD else logging.WARNING, "%s: %s", one.name, one.sentence
                )

    def _note(self, now: float) -> None:
        """Into the ledger: what is drawn as a line."""
        process = self._process
        noted = {
            "cpu_percent": process.cpu_percent,
            "memory_bytes": process.memory_bytes,
            "machine_cpu_percent": process.machine_cpu_percent,
            "machine_memory_percent": process.machine_memory_percent,
            "sent_bytes_per_s": self._sent_per_s(now, process.sent_bytes),
            "streams": len(self.streams()),
        }
        for name, value in noted.items():
            if value is not None:
                self._ledger.count(Kind.GAUGE, name, value)

    def _sent_per_s(self, now: float, sent_bytes: int | None) -> float | None:
        before, self._sent = self._sent, None if sent_bytes is None else (now, sent_bytes)
        if before is None or sent_bytes is None or now <= before[0]:
            return None
        return (sent_bytes - before[1]) / (now - before[0])

    def _taken(self, name: str, take: Callable[[], _T], otherwise: _T) -> _T:
        """What goes wrong is said once, until it goes well again."""
        try:
            found = take()
        except Exception:
            if name not in self._failing:
                log.exception("The reading of the %s failed", name)
            self._failing.add(name)
            return otherwise
        self._failing.discard(name)
        return found
