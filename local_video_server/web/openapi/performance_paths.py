"""The addresses that answer with numbers, described. The examples are made as the answers are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...library.figures import WINDOWS_S, Kind, Latency, Window
from ...library.readings import (
    CachedAddress,
    CacheReading,
    DiskReading,
    JobReading,
    LogLine,
    StorageReading,
    StreamReading,
    WorkerReading,
)
from .. import performance_parts as parts
from .. import performance_shapes as shapes
from ..performance_query import LIMIT, MOST, ORDERS, SORTS, PerformanceQuery
from . import examples
from .operations import NUMBERS, does, in_query
from .schemas import Schema

_AT = 1_772_390_000.0
_WATCH = "GET /watch/<video>"
_LATENCY = Latency(412, 1, 9.8, 1.1, 61.0, 8.0, 21.0, 40.0)
_WINDOW = Window(
    300,
    _AT - 300,
    _AT,
    {
        (Kind.PAGE, _WATCH): _LATENCY,
        (Kind.STREAM, "GET /video/<video>"): Latency(93, 0, 1.9, 0.7, 12.0, 1.6, 4.0, 9.0),
        (Kind.CACHE, "/watch/<video>"): Latency(400, 12),
        (Kind.QUERY, "insert ratings"): Latency(14, 0, 0.4, 0.2, 2.1, 0.3, 1.2, 2.1),
    },
    _LATENCY,
)
_NAMES = {_WATCH: "watch", "GET /video/<video>": "video"}
_WORKERS = parts.workers(
    [JobReading("poster", queued=12, running=1, done=320, failed=1, shared=4, mean_s=0.3, p95_s=0.9, left_s=4.0)],
    [WorkerReading("job-0", True, 0.4)],
    _AT,
)
_ROUTES = shapes.routes(_WINDOW, _NAMES, PerformanceQuery())
_RATINGS = Latency(14, 0, 3.1, 1.9, 9.0, 2.6, 7.0, 9.0)
_STORAGE = parts.storage(
    StorageReading(
        _AT,
        1_600_000_000_000,
        40_000_000,
        8_000_000_000,
        {"library.db": 2_400_000},
        [DiskReading("/srv/films", ("videos",), 4_000_000_000_000, 2_200_000_000_000)],
        _AT - 3600,
    ),
    333,
    333,
)
_ERRORS: dict[str, Any] = shapes.taken(_WINDOW) | shapes.summary(_LATENCY)
_ERRORS |= parts.errors(
    shapes.failing(_WINDOW, _NAMES, {("GET", "/watch/<video>", 500): 1}),
    [],
    [],
    0,
    [LogLine(_AT, "ERROR", "local_video_server.web.answers", "GET /watch/<video> failed", "4f1c0a9e22b7d310")],
)
_ERRORS["broken"] = [{"key": examples.KEY, "reason": "The file is empty."}]
_ERRORS["broken_count"] = 1
_WHOLE = parts.whole(
    _WINDOW,
    _RATINGS,
    _NAMES,
    PerformanceQuery(),
    CacheReading(40, 2_400_000, 33_554_432, (CachedAddress("/watch/<video>", 388, 12),)),
    _WORKERS,
    (),
    parts.server("0.1.0", 86_400.0, "attic"),
)

_WINDOW_ASKED = in_query(
    "window_seconds", "How far back.", {"type": "integer", "enum": list(WINDOWS_S), "default": WINDOWS_S[0]}
)
_YES_NO: Schema = {"type": "string", "enum": ["1", "0", "true", "false"], "default": "1"}
_ORDERED = [
    in_query(
        "sort_by", "What the order goes by.", {"type": "string", "enum": list(SORTS), "default": next(iter(SORTS))}
    ),
    in_query("order", "desc unless it goes by path.", {"type": "string", "enum": list(ORDERS)}),
    in_query(
        "limit",
        "How many at most, in routes and in apart each.",
        {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT},
    ),
]
_OF_WHOLE = [
    _WINDOW_ASKED,
    in_query("include_routes", "0: routes is null.", _YES_NO),
    in_query("include_workers", "0: workers is null.", _YES_NO),
    *_ORDERED,
]


def _reads(summary: str, answer: str, example: Any, asked: Sequence[Schema] = ()) -> dict[str, Schema]:
    refusals = (400,) if asked else ()
    return {"get": does(summary, answer, example, asked, refusals, speaks=NUMBERS, is_fresh=True)}


_EVERYTHING = _reads(
    "Everything at once: requests, cache, database, work, and how it stands.", "Performance", _WHOLE, _OF_WHOLE
)
_ROOM = _reads("What lies where, and how much room is left.", "Storage", _STORAGE)
_WRONG = _reads("What goes wrong: addresses, files, jobs.", "PerformanceErrors", _ERRORS, [_WINDOW_ASKED])

_ROUTES_ALONE = _reads("How fast each address answers.", "PerformanceRoutes", _ROUTES, [_WINDOW_ASKED, *_ORDERED])
_WORK = _reads("The work in the background, and what waits.", "PerformanceWorkers", _WORKERS)
_STREAMS = _reads(
    "The videos being sent now.",
    "PerformanceActive",
    parts.active([StreamReading(f"/video/{examples.KEY}", "GET", "video", "192.168.1.20", 1.2)], True),
)

PATHS: dict[str, dict[str, Any]] = {
    "/api/admin/performance": _EVERYTHING,
    "/api/admin/performance/routes": _ROUTES_ALONE,
    "/api/admin/performance/workers": _WORK,
    "/api/admin/performance/active": _STREAMS,
    "/api/admin/performance/storage": _ROOM,
    "/api/admin/performance/errors": _WRONG,
    "/api/admin/storage": _ROOM,
    "/api/admin/errors": _WRONG,
    "/admin/performance.json": _EVERYTHING,
    "/admin/performance/json": _EVERYTHING,
    "/admin/performance/metrics": _EVERYTHING,
    "/dashboard/performance/json": _EVERYTHING,
    "/dashboard/performance/metrics": _EVERYTHING,
    "/dashboard/performance/routes": _ROUTES_ALONE,
    "/dashboard/performance/workers": _WORK,
    "/dashboard/performance/active": _STREAMS,
}
