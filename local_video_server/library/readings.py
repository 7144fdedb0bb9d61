"""What is read off the machine and the parts of the server now and then, as values; and who reads it.

Sizes are bytes, times seconds, dates seconds since 1970. What could not be read is None. Reading is done in the
background (observatory.py joins who does it): whoever asks gets the last reading at once, also while a disk hangs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from .figures import State


@dataclass(frozen=True, slots=True)
class ProcessReading:
    """Percentages are of 100; those of the machine count all that runs on it."""

    uptime_s: float
    cpu_percent: float | None = None  # of one core: two busy cores are 200
    memory_bytes: int | None = None
    threads: int | None = None
    open_files: int | None = None
    open_files_limit: int | None = None
    sent_bytes: int | None = None  # what the process wrote to sockets, and the little it wrote to disk
    machine_cpu_percent: float | None = None
    machine_memory_percent: float | None = None


@dataclass(frozen=True, slots=True)
class DiskReading:
    """A file system, and what of ours lies on it: "videos", "pictures", "data", "backups"."""

    path: str  # one of ours that lies there, as it can be shown
    holds: tuple[str, ...]
    total_bytes: int | None = None  # None where the disk did not answer
    free_bytes: int | None = None

    @property
    def used_percent(self) -> float | None:
        if not self.total_bytes or self.free_bytes is None:
            return None
        return 100 * (1 - self.free_bytes / self.total_bytes)


@dataclass(frozen=True, slots=True)
class StorageReading:
    taken_at: float | None = None
    videos_bytes: int = 0
    pictures_bytes: int = 0
    pictures_limit_bytes: int = 0
    databases: Mapping[str, int] = field(default_factory=dict)  # file name -> bytes, the journal included
    disks: Sequence[DiskReading] = ()
    newest_backup_at: float | None = None  # of library.db


@dataclass(frozen=True, slots=True)
class LibraryReading:
    """`by_status`: pending, ready, broken, missing, offline; each video counts once."""

    by_status: Mapping[str, int]
    folders: int = 0
    scan_s: float | None = None  # the slowest root's last full look
    watches: int | None = None
    watch_limit: int | None = None


@dataclass(frozen=True, slots=True)
class StreamReading:
    """A video that is being sent. `rule` never holds a title; `path` is the address by key."""

    path: str
    method: str
    endpoint: str
    remote_addr: str
    seen_s_ago: float


@dataclass(frozen=True, slots=True)
class CachedAddress:
    rule: str
    hits: int = 0
    misses: int = 0
    evictions: int = 0
    bytes: int = 0
    shared: int = 0  # hits that waited for one that was being made

    @property
    def hit_rate(self) -> float | None:
        asked = self.hits + self.misses
        return self.hits / asked if asked else None


@dataclass(frozen=True, slots=True)
class CacheReading:
    """The finished pages, since the start."""

    pages: int
    size_bytes: int
    limit_bytes: int
    by_address: Sequence[CachedAddress] = ()

    @property
    def whole(self) -> CachedAddress:
        some = self.by_address
        hits, misses, evictions, shared = (
            sum(getattr(one, name) for one in some) for name in ("hits", "misses", "evictions", "shared")
        )
        return CachedAddress("", hits, misses, evictions, self.size_bytes, shared)


@dataclass(frozen=True, slots=True)
class JobReading:
    """One kind of background work, since the start. `shared`: asked for while it was queued or under way already."""

    name: str  # probe, thumbnails, backup, poster
    queued: int
    running: int
    done: int
    failed: int
    shared: int
    mean_s: float | None = None
    p95_s: float | None = None
    oldest_waiting_s: float | None = None
    left_s: float | None = None  # until all is done, if it goes on like this
    is_paused: bool = False  # by the admin
    is_resting: bool = False  # because somebody watches
    longest_s: float | None = None  # of those under way now


@dataclass(frozen=True, slots=True)
class WorkerReading:
    """A thread that does background work. It gives a sign whenever it takes a job, ends one, or looks for one."""

    name: str
    is_alive: bool
    seen_s_ago: float


@dataclass(frozen=True, slots=True)
class TaskReading:
    """What the admin may start, pause and cancel: "scan", "posters", "backup"."""

    name: str
    state: str  # idle, running, paused
    sentence: str  # what it does now, or did last
    done: int = 0
    waiting: int = 0
    left_s: float | None = None


@dataclass(frozen=True, slots=True)
class SlowQuery:
    at: float
    took_s: float
    text: str  # the statement, never its values


@dataclass(frozen=True, slots=True)
class LogLine:
    at: float
    level: str
    logger: str
    message: str
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check of the doctor, or of /health, found. `remedy` is what to do: a command, a setting, a sentence."""

    name: str
    state: State
    sentence: str
    remedy: str = ""


class Machine(Protocol):
    """The last readings."""

    def process(self) -> ProcessReading: ...
    def storage(self) -> StorageReading: ...
    def library(self) -> LibraryReading: ...
    def cache(self) -> CacheReading: ...
    def streams(self) -> Sequence[StreamReading]: ...
    def jobs(self) -> Sequence[JobReading]: ...
    def workers(self) -> Sequence[WorkerReading]: ...
    def slow_queries(self) -> Sequence[SlowQuery]: ...
    def health(self) -> Sequence[Finding]:
        """database, library, disk, jobs, watcher, in this order; POOR means not ready."""
        ...

    def findings(self) -> Sequence[Finding]:
        """The doctor's, of the last time; looked into anew in the background now and then."""
        ...

    def versions(self) -> Sequence[tuple[str, str]]:
        """Name and version: of this server, Python, the packages, SQLite, and which ffmpeg."""
        ...

    def log_lines(self) -> Sequence[LogLine]:
        """The last warnings and errors, newest first. For the admin only."""
        ...


class Tasks(Protocol):
    """Errors: NotFound for a task that there is not; Unavailable with what stands in the way."""

    def readings(self) -> Sequence[TaskReading]: ...
    def start(self, name: str) -> None: ...
    def pause(self, name: str) -> None: ...
    def go_on(self, name: str) -> None: ...
    def cancel(self, name: str) -> None: ...
