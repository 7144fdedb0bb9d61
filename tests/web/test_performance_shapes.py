"""The numbers of addresses in the words of the original server, old and later ones."""

from __future__ import annotations

import pytest

from local_video_server.library.figures import Kind, Latency, State, Window
from local_video_server.web import performance_shapes as shapes
from local_video_server.web.performance_query import parse

AT = 1_772_390_000.0
NAMES = {"GET /": "gallery", "GET /watch/<video>": "watch", "PUT /api/videos/<key>/rating": "api_rate"}
HOME = Latency(100, 0, 9.0, 1.0, 30.0, 8.0, 20.0, 25.0)
WATCH = Latency(50, 2, 300.0, 1.0, 700.0, 250.0, 600.0, 650.0)
RATE = Latency(10, 0, 3.0, 1.0, 9.0, 2.0, 300.0, 8.5)
SERIES = {
    (Kind.PAGE, "GET /"): HOME,
    (Kind.PAGE, "HEAD /"): Latency(1, 0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0),
    (Kind.PAGE, "GET /watch/<video>"): WATCH,
    (Kind.API, "PUT /api/videos/<key>/rating"): RATE,
    (Kind.STREAM, "GET /video/<video>"): Latency(5, 0, 2.0, 1.0, 4.0, 2.0, 3.0, 4.0),
    (Kind.STREAM, "whole /video/<video>"): Latency(5, 0, 60_000.0),
    (Kind.REFUSED, "GET (none)"): Latency(9, 0, 1.0),
    (Kind.CACHE, "/"): Latency(100, 12),
    (Kind.QUERY, "insert ratings"): Latency(30, 0, 1.0, 0.5, 9.0, 1.0, 4.0, 8.0),
    (Kind.GAUGE, "cpu_percent"): Latency(60),
}
WINDOW = Window(300, AT - 300, AT, SERIES, Latency(160, 2, 90.0, 1.0, 700.0, 9.0, 260.0, 650.0))


def paths(asked: dict[str, str]) -> list[str]:
    told = shapes.routes(WINDOW, NAMES, parse(asked))["routes"]
    return [f"{row['method']} {row['path']}" for row in told]


def test_a_route_has_the_names_of_all_versions() -> None:
    told = shapes.routes(WINDOW, NAMES, parse({"sort_by": "request_count"}))
    assert (told["generated_at"], told["window_seconds"]) == ("2026-03-01T18:33:20Z", 300)
    first = told["routes"][0]
    later = {name: first[name] for name in ("path", "method", "name", "request_count", "error_count", "error_rate")}
    assert later == {
        "path": "/",
        "method": "GET",
        "name": "gallery",
        "request_count": 100,
        "error_count": 0,
        "error_rate": 0.0,
    }
    assert [first[f"{p}_latency_ms"] for p in ("p50", "p95", "p99")] == [8.0, 20.0, 25.0]
    assert [first[name] for name in ("route", "endpoint", "last_updated")] == ["/", "gallery", told["generated_at"]]
    assert [first[f"{p}_ms"] for p in ("p50", "p95", "p99", "avg", "min", "max")] == [8.0, 20.0, 25.0, 9.0, 1.0, 30.0]


def test_only_what_somebody_waits_for_is_among_the_routes() -> None:
    told = shapes.routes(WINDOW, NAMES, parse({}))
    assert {row["kind"] for row in told["routes"]} == {"page", "api"}
    assert [(row["kind"], row["method"]) for row in told["apart"]] == [
        ("stream", "GET"),
        ("refused", "GET"),
    ]
    assert {row["status"] for row in told["apart"]} == {None}  # they say nothing about how fast the server is


def test_a_head_is_called_as_its_get() -> None:
    told = shapes.routes(WINDOW, NAMES, parse({}))["routes"]
    assert next(row["name"] for row in told if row["method"] == "HEAD") == "gallery"


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ({}, "GET /watch/<video>", "HEAD /"),
        ({"order": "asc"}, "HEAD /", "GET /watch/<video>"),
        ({"sort_by": "error_rate"}, "GET /watch/<video>", "PUT /api/videos/<key>/rating"),
        ({"sort_by": "request_count"}, "GET /", "HEAD /"),
        ({"sort_by": "path"}, "GET /", "GET /watch/<video>"),
        ({"sort_by": "avg_ms", "order": "asc"}, "HEAD /", "GET /watch/<video>"),
    ],
)
def test_the_order_is_the_one_asked_for(asked: dict[str, str], first: str, last: str) -> None:
    told = paths(asked)
    assert (told[0], told[-1]) == (first, last)
    assert paths(asked | {"limit": "1"}) == [first]


def test_what_was_not_measured_comes_last_either_way() -> None:
    window = Window(300, 0, AT, {(Kind.PAGE, "GET /a"): Latency(1), (Kind.PAGE, "GET /b"): HOME})
    for order in ("asc", "desc"):
        told = shapes.routes(window, NAMES, parse({"order": order}))["routes"]
        assert [row["path"] for row in told] == ["/b", "/a"]


def test_the_state_of_an_address_is_the_worst_of_its_time_and_its_errors() -> None:
    assert [shapes.summary(one)["status"] for one in (HOME, WATCH, RATE)] == [State.GOOD, State.POOR, State.FAIR]
    assert shapes.summary(Latency())["status"] is None


def test_an_address_that_failed_tells_with_what() -> None:
    statuses = {("GET", "/watch/<video>", 500): 3, ("GET", "/watch/<video>", 200): 48, ("GET", "/", 500): 1}
    told = shapes.failing(WINDOW, NAMES, statuses)
    assert [(row["path"], row["error_count"], row["statuses_since_start"]) for row in told] == [
        ("/watch/<video>", 2, {"500": 3})
    ]


def test_the_database_and_the_cache_are_told_of_the_window() -> None:
    assert shapes.database(WINDOW) == {
        "total_queries": 30,
        "avg_per_request": 0.188,
        "max_per_request": None,
        "count": 160,
        "slowest_kind_p95_latency_ms": 4.0,
    }
    assert (shapes.hit_rate(WINDOW), shapes.cache_state(WINDOW)) == (0.88, State.FAIR)


def test_nothing_asked_is_nothing_told() -> None:
    empty = Window(300, AT - 300, AT)
    assert shapes.routes(empty, NAMES, parse({}))["routes"] == []
    assert (shapes.hit_rate(empty), shapes.cache_state(empty)) == (None, None)
    assert shapes.database(empty)["avg_per_request"] is None
    assert shapes.endpoints(empty) == {}
