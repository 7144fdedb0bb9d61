"""What the original server's JSON of numbers looks like, made from what was measured: the fields of all its versions.

Pure. Rates are of 1, sizes bytes; what was not measured is null, never 0. A path is a rule, and a video is named by
its key: titles are told to nobody here. performance_parts.py has the parts that are not about requests.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..library import targets
from ..library.figures import ANSWERS, Kind, Latency, State, Window
from . import route_table
from .performance_query import MOST, PerformanceQuery
from .presenting import moment
from .route_table import APART, MEASURED

# The routes that rate a video: one of ours, one of a page, two of the original's.
RATING_ROUTES = ("api_rate", "set_rating", "original_rate", "original_set_rating")
Row = dict[str, Any]


def taken(window: Window) -> Row:
    """When, and of which time."""
    return {"generated_at": moment(window.until), "window_seconds": window.seconds}


def summary(latency: Latency) -> Row:
    return {
        "request_count": latency.count,
        "error_count": latency.errors,
        "error_rate": round(latency.error_rate, 4),
        "p50_latency_ms": in_ms(latency.p50_ms),
        "p95_latency_ms": in_ms(latency.p95_ms),
        "p99_latency_ms": in_ms(latency.p99_ms),
        "avg_latency_ms": in_ms(latency.mean_ms),
        "status": targets.of_latency(latency),
    }


def routes(window: Window, names: Mapping[str, str], asked: PerformanceQuery) -> Row:
    """Each address that viewers and programs waited for, and apart from them those that would spoil the figures.

    `names` says what the route of "GET /watch/<video>" is called.
    """
    told = {
        name: [_row(window, row, names) for row in _rows(window, kinds, asked)]
        for name, kinds in (("routes", ANSWERS), ("apart", APART))
    }
    return taken(window) | told


def failing(window: Window, names: Mapping[str, str], statuses: Mapping[tuple[str, str, int], int]) -> list[Row]:
    """The addresses that failed in this time, and with what since the start."""
    found = []
    for row in _rows(window, MEASURED, PerformanceQuery(sort="errors", limit=MOST)):
        if row.latency.errors:
            since_start = {
                str(status): count
                for (method, rule, status), count in statuses.items()
                if (method, rule) == (row.method, row.path) and status >= 500
            }
            found.append(_row(window, row, names) | {"statuses_since_start": since_start})
    return found


def endpoints(window: Window) -> Row:
    """As the older version told them, by method and path."""
    return {
        name: {
            "request_count": latency.count,
            "error_count": latency.errors,
            "avg_latency_ms": in_ms(latency.mean_ms),
            "p95_latency_ms": in_ms(latency.p95_ms),
        }
        for kind in ANSWERS
        for name, latency in window.of(kind).items()
    }


def database(window: Window) -> Row:
    """What library.db was asked. No page waits for it, so what one request may ask at most is not counted."""
    queries = window.of(Kind.QUERY).values()
    total, requests = sum(one.count for one in queries), window.answers.count
    worst = max((one.p95_ms for one in queries if one.p95_ms is not None), default=None)
    return {
        "total_queries": total,
        "avg_per_request": round(total / requests, 3) if requests else None,
        "max_per_request": None,
        "count": requests,
        "slowest_kind_p95_latency_ms": in_ms(worst),
    }


def hit_rate(window: Window) -> float | None:
    """Of 1, of the pages that were asked for in this time."""
    asked, missed = _cached(window)
    return round(1 - missed / asked, 4) if asked else None


def cache_state(window: Window) -> State | None:
    return targets.of_hits(*_cached(window))


def in_ms(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _cached(window: Window) -> tuple[int, int]:
    """How many pages were asked for, and how many had to be made."""
    some = window.of(Kind.CACHE).values()
    return sum(one.count for one in some), sum(one.errors for one in some)


def _rows(window: Window, kinds: Iterable[Kind], asked: PerformanceQuery) -> list[route_table.Row]:
    some = [row for row in route_table.rows(window, kinds) if row.method.isupper()]  # else it is no request
    return route_table.in_order(some, asked.sort, asked.is_descending)[: asked.limit]


def _row(window: Window, row: route_table.Row, names: Mapping[str, str]) -> Row:
    """The later version's names, then the older ones' for the same."""
    method = "GET" if row.method == "HEAD" else row.method
    called = names.get(f"{method} {row.path}", "")
    told = {"path": row.path, "method": row.method, "name": called, "kind": row.kind.value} | summary(row.latency)
    return told | {
        "status": row.state,
        "route": row.path,
        "endpoint": called,
        "p50_ms": told["p50_latency_ms"],
        "p95_ms": told["p95_latency_ms"],
        "p99_ms": told["p99_latency_ms"],
        "avg_ms": told["avg_latency_ms"],
        "min_ms": in_ms(row.latency.min_ms),
        "max_ms": in_ms(row.latency.max_ms),
        "last_updated": moment(window.until),
    }
