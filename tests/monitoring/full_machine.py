"""A machine of which everything was read, as values: readings.Machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from local_video_server.library.figures import State
from local_video_server.library.readings import (
    CachedAddress,
    CacheReading,
    DiskReading,
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

CHECKS = ("database", "library", "disk", "jobs", "watcher")


@dataclass(frozen=True)
class FullMachine:
    process_read: ProcessReading = field(
        default_factory=lambda: ProcessReading(90.0, 12.0, 90_000_000, 40, 60, 1024, 5_000_000, 30.0, 50.0)
    )
    storage_read: StorageReading = field(
        default_factory=lambda: StorageReading(
            1_772_390_000.0,
            1_600,
            40,
            400,
            {"library.db": 24},
            [DiskReading("/srv/films", ("videos", "data"), 1000, 250), DiskReading("/mnt/off", ("videos",))],
            1_772_380_000.0,
        )
    )
    health_read: Sequence[Finding] = tuple(Finding(name, State.GOOD, "It works.") for name in CHECKS)
    jobs_read: Sequence[JobReading] = (JobReading("poster", 7, 1, 20, 2, 3, 0.5, 0.9, 12.0, 4.0),)

    def process(self) -> ProcessReading:
        return self.process_read

    def storage(self) -> StorageReading:
        return self.storage_read

    def library(self) -> LibraryReading:
        return LibraryReading({"ready": 5, "broken": 2}, 3, 1.5, 12, 65_536)

    def cache(self) -> CacheReading:
        return CacheReading(2, 4_000, 10_000, (CachedAddress("/", 9, 1, 1, 2_000), CachedAddress("/tags", 0, 2)))

    def streams(self) -> Sequence[StreamReading]:
        return (StreamReading("/video/k3x9q2m7ab", "GET", "video", "192.168.1.20", 1.26),)

    def jobs(self) -> Sequence[JobReading]:
        return self.jobs_read

    def workers(self) -> Sequence[WorkerReading]:
        return (WorkerReading("job-0", True, 0.5),)

    def slow_queries(self) -> Sequence[SlowQuery]:
        return ()

    def health(self) -> Sequence[Finding]:
        return self.health_read

    def findings(self) -> Sequence[Finding]:
        return ()

    def versions(self) -> Sequence[tuple[str, str]]:
        return (("Local Video Server", "0.1.0"), ("Python", "3.11"))

    def log_lines(self) -> Sequence[LogLine]:
        return (LogLine(1_772_390_000.0, "ERROR", "local_video_server.web.answers", "It failed", "4f1c"),)
