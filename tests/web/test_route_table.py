"""The table of addresses: its rows, their order, its file."""

from __future__ import annotations

import csv
import io

import pytest

from local_video_server.library.figures import ANSWERS, Kind, Latency, State, Window
from local_video_server.web.route_table import MEASURED, SORTS, Row, as_csv, in_order, rows

BY_SERIES = {
    (Kind.PAGE, "GET /"): Latency(10, 0, 5.0, p50_ms=4.0, p95_ms=9.0, p99_ms=12.0),
    (Kind.PAGE, "POST /"): Latency(2, 1, 700.0, p50_ms=600.0, p95_ms=800.0, p99_ms=900.0),
    (Kind.API, "GET /api/videos"): Latency(30, 0, 300.0, p50_ms=200.0, p95_ms=400.0, p99_ms=500.0),
    (Kind.PAGE, "GET /tags"): Latency(1, 0),
    (Kind.STREAM, "GET /video/<video>"): Latency(5, 0, 9000.0, p95_ms=9000.0),
    (Kind.JOB, "poster"): Latency(4, 0, 1000.0),
}
WINDOW = Window(3600, 0.0, 3600.0, BY_SERIES)


def order(sort: str, is_descending: bool) -> list[str]:
    return [f"{row.method} {row.path}" for row in in_order(rows(WINDOW, ANSWERS), sort, is_descending)]


@pytest.mark.parametrize(
    ("sort", "is_descending", "expected"),
    [
        ("p95", True, ["POST /", "GET /api/videos", "GET /", "GET /tags"]),
        ("p95", False, ["GET /", "GET /api/videos", "POST /", "GET /tags"]),
        ("asked", True, ["GET /api/videos", "GET /", "POST /", "GET /tags"]),
        ("errors", True, ["POST /", "GET /", "GET /api/videos", "GET /tags"]),
        ("path", False, ["GET /", "POST /", "GET /api/videos", "GET /tags"]),
        ("kind", False, ["GET /api/videos", "GET /", "POST /", "GET /tags"]),
        ("state", True, ["POST /", "GET /api/videos", "GET /", "GET /tags"]),
    ],
)
def test_the_order_is_the_one_that_was_asked_for(sort: str, is_descending: bool, expected: list[str]) -> None:
    assert order(sort, is_descending) == expected


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("is_descending", [True, False])
def test_every_column_can_be_sorted(sort: str, is_descending: bool) -> None:
    assert len(in_order(rows(WINDOW, MEASURED), sort, is_descending)) == 5


def test_only_what_viewers_wait_for_is_judged() -> None:
    states = {row.path: row.state for row in rows(WINDOW, MEASURED)}
    assert states["/api/videos"] is State.FAIR
    assert states["/video/<video>"] is None


def test_the_file_is_csv_as_the_standard_has_it() -> None:
    text = as_csv(rows(WINDOW, MEASURED))
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    read = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(read) == 5
    post = next(row for row in read if row["method"] == "POST")
    assert (post["path"], post["requests"], post["errors"], post["error_percent"]) == ("/", "2", "1", "50.00")
    assert (post["p95_ms"], post["state"]) == ("800.000", "poor")
    assert next(row for row in read if row["path"] == "/tags")["p95_ms"] == ""


@pytest.mark.parametrize("path", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '"quoted", with a comma', "two\r\nlines"])
def test_no_cell_is_taken_for_a_formula(path: str) -> None:
    (_, cells) = csv.reader(io.StringIO(as_csv([Row("GET", path, Kind.PAGE, Latency(), None)]), newline=""))
    assert cells[1] in (path, f"'{path}")
    assert not cells[1].startswith(("=", "+", "-", "@", "\t", "\r"))
