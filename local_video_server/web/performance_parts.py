"""The same JSON where it is not about requests: work in the background, videos being sent, room, what failed.

Pure, as performance_shapes.py, and by its rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..library import targets
from ..library.failure import Failure
from ..library.figures import Latency, State, Window
from ..library.readings import (
    CacheReading,
    DiskReading,
    Finding,
    JobReading,
    LogLine,
    StorageReading,
    StreamReading,
    WorkerReading,
)
from ..library.video import Video
from . import performance_shapes as shapes
from .performance_query import PerformanceQuery
from .performance_shapes import Row
from .presenting import moment

# A queue is slow when so many wait, or the first one so long: as the alarm of deploy/prometheus.
SLOW_QUEUE, SLOW_QUEUE_S = 50, 900.0
STALLED_S = 900.0  # longer than any job may take: the limit of a backup is ten minutes
PICTURES = targets.Limits(80, 95)  # percent of their room


def whole(
    window: Window,
    ratings: Latency,
    names: Mapping[str, str],
    asked: PerformanceQuery,
    kept: CacheReading,
    work: Row,
    health: Sequence[Finding],
    server: Row,
) -> Row:
    """Everything at once, in the words of both versions of the original."""
    rating, rate, state = shapes.summary(ratings), shapes.hit_rate(window), shapes.cache_state(window)
    judged = [
        ("Pages and JSON", targets.of_latency(window.answers)),
        ("Ratings", targets.of_latency(ratings)),
        ("The page cache", state),
    ]
    return shapes.taken(window) | {
        "server": server,
        "uptime_seconds": server["uptime_seconds"],
        "global": shapes.summary(window.answers),
        "ratings": rating,
        "ratings_post": {name: rating[name] for name in ("p95_latency_ms", "avg_latency_ms", "request_count")},
        "database": shapes.database(window),
        "cache": _cache(kept, rate, state),
        "cache_hit_rate": rate,
        "endpoints": shapes.endpoints(window),
        "workers": work if asked.has_workers else None,
        "routes": shapes.routes(window, names, asked)["routes"] if asked.has_routes else None,
        "status": _standing(judged, health),
    }


def server(version: str, uptime_s: float, hostname: str) -> Row:
    seconds = round(uptime_s, 1)
    return {"version": version, "environment": "production", "uptime_seconds": seconds, "hostname": hostname}


def workers(jobs: Sequence[JobReading], threads: Sequence[WorkerReading], now: float) -> Row:
    """The threads of the background work, and what waits for them. `now` is seconds since 1970."""
    queues = [_queue(job) for job in jobs]
    told = [
        {
            "name": one.name,
            "queues": [job.name for job in jobs],  # each thread takes whatever is first
            "last_heartbeat_at": moment(now - one.seen_s_ago),
            "status": _health_of(one),
        }
        for one in threads
    ]
    words = {row["status"] for row in (*queues, *told)}
    state = "error" if words & {"stuck", "stalled"} else "warning" if "slow" in words else "good"
    return {
        "worker_count": len(threads),
        "workers": told,
        "queues": queues,
        "status": state if threads else "disabled",
    }


def active(streams: Sequence[StreamReading], is_admin: bool) -> Row:
    """The videos being sent now. Who watches is told only to the admin."""
    return {
        "active_count": len(streams),
        "streams": [
            {
                "path": one.path,
                "method": one.method,
                "endpoint": one.endpoint,
                "remote_addr": one.remote_addr if is_admin else "",
                "last_seen_seconds_ago": round(one.seen_s_ago, 1),
            }
            for one in streams
        ],
    }


def storage(reading: StorageReading, videos: int, posters: int) -> Row:
    used, limit = reading.pictures_bytes, reading.pictures_limit_bytes
    ratio = used / limit if limit else None
    return {
        "generated_at": moment(reading.taken_at) or None,
        "videos": {"count": videos, "size_bytes": reading.videos_bytes},
        "pictures": {
            "count": posters,
            "size_bytes": used,
            "limit_bytes": limit,
            "usage_ratio": None if ratio is None else round(ratio, 4),
            "status": None if ratio is None else PICTURES.judge(100 * ratio),
        },
        "databases": [{"name": name, "size_bytes": size} for name, size in reading.databases.items()],
        "disks": [_disk(disk) for disk in reading.disks],
        "newest_backup_at": moment(reading.newest_backup_at) or None,
    }


def errors(
    failing: Sequence[Row],
    broken: Sequence[Video],
    failed: Sequence[tuple[Video, Failure]],
    most: int,
    log_lines: Sequence[LogLine] | None,
) -> Row:
    """What goes wrong: at most so many of each, and how many there are. `log_lines` are None for whoever may not
    read them."""
    broken_rows = [{"key": video.key, "reason": video.broken_reason} for video in broken[:most]]
    failed_rows = [
        {
            "kind": "poster",
            "key": video.key,
            "reason": failure.reason,
            "attempts": failure.attempts,
            "retry_at": moment(failure.due_at) or None,
        }
        for video, failure in failed[:most]
    ]
    return {
        "routes": list(failing),
        "broken_count": len(broken),
        "broken": broken_rows,
        "failed_job_count": len(failed),
        "failed_jobs": failed_rows,
        "log": None if log_lines is None else [_line(line) for line in log_lines],
    }


def _cache(reading: CacheReading, hit_rate: float | None, state: State | None) -> Row:
    """The finished pages: what they take now, how often they served since the start; `hit_rate` is the window's."""
    whole = reading.whole
    return {
        "hit_rate": hit_rate,
        "hits": whole.hits,
        "misses": whole.misses,
        "evictions": whole.evictions,
        "entries": reading.pages,
        "size_bytes": reading.size_bytes,
        "limit_bytes": reading.limit_bytes,
        "usage_ratio": round(reading.size_bytes / reading.limit_bytes, 4) if reading.limit_bytes else None,
        "status": state,
    }


def _standing(judged: Sequence[tuple[str, State | None]], health: Sequence[Finding]) -> Row:
    """How all of it stands: the worst there is, and a sentence for each thing that is not good."""
    issues = [one.sentence for one in health if one.state is not State.GOOD]
    issues += [f"{what}: {state}." for what, state in judged if state in (State.FAIR, State.POOR)]
    states = [*(one.state for one in health), *(state for _, state in judged)]
    return {"overall": targets.worst(states) or State.GOOD, "issues": issues}


def _queue(job: JobReading) -> Row:
    return {
        "name": job.name,
        "pending_jobs": job.queued,
        "in_progress_jobs": job.running,
        "failed_jobs": job.failed,
        "done_jobs": job.done,
        "shared_jobs": job.shared,
        "oldest_pending_age_seconds": _seconds(job.oldest_waiting_s),
        "avg_seconds": _seconds(job.mean_s),
        "p95_seconds": _seconds(job.p95_s),
        "left_seconds": _seconds(job.left_s),
        "is_paused": job.is_paused,
        "is_resting": job.is_resting,
        "status": _pace_of(job),
    }


def _seconds(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _pace_of(job: JobReading) -> str:
    """A kind that is paused, or rests because somebody watches, is idle: it waits because it should."""
    if not job.running and (not job.queued or job.is_paused or job.is_resting):
        return "idle"
    waits_long = (job.oldest_waiting_s or 0.0) > SLOW_QUEUE_S
    if waits_long and not job.running:
        return "stuck"
    return "slow" if waits_long or job.queued > SLOW_QUEUE else "healthy"


def _health_of(thread: WorkerReading) -> str:
    return "healthy" if thread.is_alive and thread.seen_s_ago <= STALLED_S else "stalled"


def _disk(disk: DiskReading) -> Row:
    used = disk.used_percent
    return {
        "path": disk.path,
        "holds": list(disk.holds),
        "total_bytes": disk.total_bytes,
        "free_bytes": disk.free_bytes,
        "used_ratio": None if used is None else round(used / 100, 4),
        "status": targets.DISK.judge(used),
    }


def _line(line: LogLine) -> dict[str, Any]:
    return {
        "at": moment(line.at),
        "level": line.level,
        "logger": line.logger,
        "message": line.message,
        "request_id": line.request_id,
    }
