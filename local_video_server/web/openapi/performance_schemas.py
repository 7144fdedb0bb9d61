"""The shapes of the numbers, as JSON Schema."""

from __future__ import annotations

from ...library.figures import WINDOWS_S, State
from .schemas import NUMBER, NUMBER_OR_NULL, TEXT, WHOLE, YES_NO, Schema, an_object, list_of, ref

_COUNT: Schema = {"type": "integer", "minimum": 0}
_COUNT_OR_NULL: Schema = {"type": ["integer", "null"], "minimum": 0}
_RATE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
_RATE_OR_NULL: Schema = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
_MS: Schema = {"type": ["number", "null"], "minimum": 0}
_MOMENT: Schema = {"type": "string", "format": "date-time"}
_MOMENT_OR_NULL: Schema = {"type": ["string", "null"], "format": "date-time"}
_STATES = [state.value for state in State]
_STATE: Schema = {"type": "string", "enum": _STATES}
_STATE_OR_NULL: Schema = {"enum": [*_STATES, None]}
_KEY: Schema = TEXT | {"description": "The key of a video."}

_TAKEN: dict[str, Schema] = {
    "generated_at": _MOMENT,
    "window_seconds": {"type": "integer", "enum": list(WINDOWS_S)},
}
_SUMMARY: dict[str, Schema] = {
    "request_count": _COUNT,
    "error_count": _COUNT | {"description": "Answers of 500 and more."},
    "error_rate": _RATE | {"description": "Of 1."},
    "p50_latency_ms": _MS,
    "p95_latency_ms": _MS,
    "p99_latency_ms": _MS,
    "avg_latency_ms": _MS,
    "status": _STATE_OR_NULL | {"description": "poor: p95 over 500 ms or 5 % errors; warning: over 250 ms or 2 %."},
}
_ADDRESS: dict[str, Schema] = {
    "path": TEXT | {"description": "The rule, such as /watch/<video>; never what somebody asked for."},
    "method": TEXT,
    "name": TEXT | {"description": "What the route is called."},
    "kind": TEXT | {"description": "page and api are in routes; stream, picture, live, own and refused apart."},
}
_OLDER: dict[str, Schema] = {
    "route": TEXT | {"description": "path, as older versions called it; so the next ones."},
    "endpoint": TEXT,
    "p50_ms": _MS,
    "p95_ms": _MS,
    "p99_ms": _MS,
    "avg_ms": _MS,
    "min_ms": _MS,
    "max_ms": _MS,
    "last_updated": _MOMENT,
}
_ROW = _ADDRESS | _SUMMARY | _OLDER
_SINCE_START: Schema = {"type": "object", "additionalProperties": _COUNT}

SCHEMAS: dict[str, Schema] = {
    "PerformanceSummary": an_object(_SUMMARY),
    "PerformanceRoute": an_object(_ROW),
    "PerformanceRoutes": an_object(
        _TAKEN
        | {
            "routes": list_of("PerformanceRoute") | {"description": "What viewers and programs wait for."},
            "apart": list_of("PerformanceRoute") | {"description": "What would spoil those figures."},
        }
    ),
    "PerformanceWorker": an_object(
        {
            "name": TEXT,
            "queues": {"type": "array", "items": TEXT},
            "last_heartbeat_at": _MOMENT,
            "status": {"type": "string", "enum": ["healthy", "stalled", "unknown"]},
        }
    ),
    "PerformanceQueue": an_object(
        {
            "name": TEXT,
            "pending_jobs": _COUNT,
            "in_progress_jobs": _COUNT,
            "failed_jobs": _COUNT | {"description": "Since the start, as done_jobs and shared_jobs."},
            "done_jobs": _COUNT,
            "shared_jobs": _COUNT | {"description": "Asked for while they were queued or under way."},
            "oldest_pending_age_seconds": NUMBER_OR_NULL,
            "avg_seconds": NUMBER_OR_NULL,
            "p95_seconds": NUMBER_OR_NULL,
            "left_seconds": NUMBER_OR_NULL | {"description": "Until all is done, if it goes on like this."},
            "is_paused": YES_NO,
            "is_resting": YES_NO | {"description": "Because somebody watches."},
            "status": {
                "type": "string",
                "enum": ["healthy", "slow", "stuck", "idle"],
                "description": "slow: over 50 wait, or one over 15 minutes; stuck: and none is under way.",
            },
        }
    ),
    "PerformanceWorkers": an_object(
        {
            "worker_count": _COUNT,
            "workers": list_of("PerformanceWorker"),
            "queues": list_of("PerformanceQueue"),
            "status": {"type": "string", "enum": ["good", "warning", "error", "disabled"]},
        }
    ),
    "PerformanceStream": an_object(
        {
            "path": TEXT | {"description": "The address by the video's key."},
            "method": TEXT,
            "endpoint": TEXT,
            "remote_addr": TEXT | {"description": "Empty for whoever is not the admin."},
            "last_seen_seconds_ago": NUMBER,
        }
    ),
    "PerformanceActive": an_object({"active_count": _COUNT, "streams": list_of("PerformanceStream")}),
    "Storage": an_object(
        {
            "generated_at": _MOMENT_OR_NULL | {"description": "null until it was looked at for the first time."},
            "videos": an_object({"count": _COUNT, "size_bytes": _COUNT}),
            "pictures": an_object(
                {
                    "count": _COUNT,
                    "size_bytes": _COUNT,
                    "limit_bytes": _COUNT,
                    "usage_ratio": NUMBER_OR_NULL,
                    "status": _STATE_OR_NULL,
                }
            ),
            "databases": {"type": "array", "items": an_object({"name": TEXT, "size_bytes": _COUNT})},
            "disks": list_of("StorageDisk"),
            "newest_backup_at": _MOMENT_OR_NULL,
        }
    ),
    "StorageDisk": an_object(
        {
            "path": TEXT | {"description": "A folder that lies there."},
            "holds": {"type": "array", "items": TEXT},
            "total_bytes": _COUNT_OR_NULL | {"description": "null where the disk did not answer."},
            "free_bytes": _COUNT_OR_NULL,
            "used_ratio": _RATE_OR_NULL,
            "status": _STATE_OR_NULL | {"description": "warning from 0.8 on, poor from 0.9 on."},
        }
    ),
    "PerformanceErrors": an_object(
        _TAKEN
        | _SUMMARY
        | {
            "routes": list_of("FailingRoute"),
            "broken_count": _COUNT,
            "broken": {"type": "array", "items": an_object({"key": _KEY, "reason": TEXT}), "maxItems": 200},
            "failed_job_count": _COUNT,
            "failed_jobs": list_of("FailedJob") | {"maxItems": 200},
            "log": {"anyOf": [list_of("PerformanceLogLine"), {"type": "null"}]}
            | {"description": "The last warnings; null for whoever is not the admin."},
        }
    ),
    "FailingRoute": an_object(_ROW | {"statuses_since_start": _SINCE_START}),
    "FailedJob": an_object(
        {"kind": TEXT, "key": _KEY, "reason": TEXT, "attempts": _COUNT, "retry_at": _MOMENT_OR_NULL}
    ),
    "PerformanceLogLine": an_object(
        {"at": _MOMENT, "level": TEXT, "logger": TEXT, "message": TEXT, "request_id": TEXT}
    ),
    "PerformanceCache": an_object(
        {
            "hit_rate": _RATE_OR_NULL | {"description": "Of 1, in the window; the counts are since the start."},
            "hits": _COUNT,
            "misses": _COUNT,
            "evictions": _COUNT,
            "entries": _COUNT,
            "size_bytes": _COUNT,
            "limit_bytes": _COUNT,
            "usage_ratio": NUMBER_OR_NULL,
            "status": _STATE_OR_NULL | {"description": "warning below 0.9, poor below 0.4; null: too few asked."},
        }
    ),
    "Performance": an_object(
        _TAKEN
        | {
            "server": an_object({"version": TEXT, "environment": TEXT, "uptime_seconds": NUMBER, "hostname": TEXT}),
            "uptime_seconds": NUMBER,
            "global": ref("PerformanceSummary") | {"description": "Pages and JSON together."},
            "ratings": ref("PerformanceSummary"),
            "ratings_post": an_object({"p95_latency_ms": _MS, "avg_latency_ms": _MS, "request_count": _COUNT}),
            "database": an_object(
                {
                    "total_queries": _COUNT,
                    "avg_per_request": NUMBER_OR_NULL
                    | {"description": "total_queries / count: also those of the background work, which are most."},
                    "max_per_request": {
                        "type": "null",
                        "description": "Not counted: no page waits for the database.",
                    },
                    "count": WHOLE | {"description": "Requests."},
                    "slowest_kind_p95_latency_ms": _MS,
                }
            ),
            "cache": ref("PerformanceCache"),
            "cache_hit_rate": _RATE_OR_NULL,
            "endpoints": {
                "type": "object",
                "description": "By method and path.",
                "additionalProperties": an_object(
                    {
                        "request_count": _COUNT,
                        "error_count": _COUNT,
                        "avg_latency_ms": _MS,
                        "p95_latency_ms": _MS,
                    }
                ),
            },
            "workers": {"anyOf": [ref("PerformanceWorkers"), {"type": "null"}]},
            "routes": {"anyOf": [list_of("PerformanceRoute"), {"type": "null"}]},
            "status": an_object({"overall": _STATE, "issues": {"type": "array", "items": TEXT}}),
        }
    ),
}
