"""The last readings of the machine and of the server's parts, for whoever asks: readings.Machine."""

from __future__ import annotations

import time
from collections.abc import Sequence

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
)


class Readings:
    def __init__(self) -> None:
        self._started_at = time.monotonic()

    def process(self) -> ProcessReading:
        return ProcessReading(time.monotonic() - self._started_at)

    def storage(self) -> StorageReading:
        return StorageReading()

    def library(self) -> LibraryReading:
        return LibraryReading({})

    def cache(self) -> CacheReading:
        return CacheReading(0, 0, 0)

    def streams(self) -> Sequence[StreamReading]:
        return ()

    def jobs(self) -> Sequence[JobReading]:
        return ()

    def slow_queries(self) -> Sequence[SlowQuery]:
        return ()

    def health(self) -> Sequence[Finding]:
        return ()

    def findings(self) -> Sequence[Finding]:
        return ()

    def versions(self) -> Sequence[tuple[str, str]]:
        return ()

    def log_lines(self) -> Sequence[LogLine]:
        return ()
