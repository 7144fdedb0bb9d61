"""Which window, order and limit is asked for; what there is not is refused, with what there is."""

from __future__ import annotations

import pytest

from local_video_server.library.errors import InvalidValue
from local_video_server.web.performance_query import PerformanceQuery, parse


def test_who_asks_for_nothing_gets_the_last_five_minutes_the_slowest_first() -> None:
    assert parse({}) == PerformanceQuery(300, True, True, "p95", True, 100)


@pytest.mark.parametrize(
    ("asked", "field", "value"),
    [
        ({"window_seconds": "604800"}, "window_s", 604_800),
        ({"include_routes": "0"}, "has_routes", False),
        ({"include_workers": "false"}, "has_workers", False),
        ({"include_workers": "true"}, "has_workers", True),
        ({"sort_by": "error_rate"}, "sort", "errors"),
        ({"sort_by": "p99_ms"}, "sort", "p99"),
        ({"sort_by": "avg_ms"}, "sort", "mean"),
        ({"sort_by": "path"}, "is_descending", False),
        ({"sort_by": "path", "order": "desc"}, "is_descending", True),
        ({"order": "asc"}, "is_descending", False),
        ({"limit": "1"}, "limit", 1),
        ({"limit": "500"}, "limit", 500),
        ({"other": "x"}, "limit", 100),
    ],
)
def test_what_is_asked_for_is_taken(asked: dict[str, str], field: str, value: object) -> None:
    assert getattr(parse(asked), field) == value


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("window_seconds", "301", "300, 900, 3600, 86400, 604800"),
        ("window_seconds", "-300", "300, 900"),
        ("window_seconds", "300 ", "300, 900"),
        ("window_seconds", "٣٠٠", "300, 900"),
        ("window_seconds", "", "300, 900"),
        ("include_routes", "yes", "1, true, 0, false"),
        ("include_workers", "2", "1, true, 0, false"),
        ("sort_by", "__class__", "p95_latency_ms, error_rate, request_count, path"),
        ("order", "sideways", "asc, desc"),
        ("limit", "0", "from 1 to 500"),
        ("limit", "501", "from 1 to 500"),
        ("limit", "-1", "from 1 to 500"),
        ("limit", "²", "from 1 to 500"),
        ("limit", "9" * 5000, "from 1 to 500"),
    ],
)
def test_what_there_is_not_is_refused_with_what_there_is(name: str, value: str, told: str) -> None:
    with pytest.raises(InvalidValue, match=told) as refused:
        parse({name: value})
    assert refused.value.details["parameter"] == name
