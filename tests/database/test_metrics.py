from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from local_video_server.database.metrics import DAY_S, HOUR_S, MINUTE_S, Metrics
from local_video_server.library.errors import NotStored
from local_video_server.library.figures import Tally

NOW = 1_800_000_000 // 3600 * 3600
TALLY = Tally(NOW - 120, "page", "GET /", 2, 1, 0.5, b"\1\0\0\0\1\0\0\0")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "metrics.db"


@pytest.fixture
def metrics(path: Path) -> Iterator[Metrics]:
    metrics = Metrics(path, minutes_days=2, days=90)
    yield metrics
    metrics.close()


def later(path: Path) -> Metrics:
    return Metrics(path, minutes_days=2, days=90)


def test_what_was_kept_is_there_after_a_restart(metrics: Metrics, path: Path) -> None:
    metrics.keep([TALLY], [replace(TALLY, began=NOW - HOUR_S)], NOW)
    metrics.close()
    again = later(path)
    assert again.load(NOW) == ([TALLY], [replace(TALLY, began=NOW - HOUR_S)])
    again.close()


def test_nobody_else_on_the_machine_reads_it(metrics: Metrics, path: Path) -> None:
    metrics.keep([TALLY], [], NOW)
    assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}


def test_a_minute_kept_twice_is_both_together(metrics: Metrics) -> None:
    metrics.keep([TALLY], [], NOW)
    metrics.keep([replace(TALLY, spread=b"\2\0\0\0\1\0\0\0"), replace(TALLY, name="GET /tags")], [], NOW)
    (home, tags), _ = metrics.load(NOW)
    assert home == Tally(NOW - 120, "page", "GET /", 4, 2, 1.0, b"\1\0\0\0\1\0\0\0\2\0\0\0\1\0\0\0")
    assert tags.count == 2


def test_minutes_become_hours_after_two_days_and_hours_go_after_ninety(metrics: Metrics, path: Path) -> None:
    days = (1, 3, 89, 91)
    some = [replace(TALLY, began=NOW - day * DAY_S) for day in days]
    metrics.keep(some, some, NOW)
    metrics.close()
    with sqlite3.connect(path) as connection:
        left = connection.execute("SELECT span, (? - began) / 86400 FROM tallies ORDER BY 1, 2", (NOW,)).fetchall()
    connection.close()
    assert left == [(60, 1), (3600, 1), (3600, 3), (3600, 89)]


def test_minutes_whose_hour_was_never_kept_are_loaded(metrics: Metrics) -> None:
    """The server was stopped before that hour was over."""
    old = replace(TALLY, began=NOW - 5 * HOUR_S)
    metrics.keep([old, replace(old, began=NOW - 8 * HOUR_S)], [replace(old, began=NOW - 8 * HOUR_S)], NOW)
    assert metrics.load(NOW)[0] == [old]


def test_rows_of_the_future_are_left_where_they_are(metrics: Metrics) -> None:
    metrics.keep([replace(TALLY, began=NOW + DAY_S)], [], NOW)
    assert metrics.load(NOW) == ([], [])


@pytest.mark.parametrize("span", [MINUTE_S, HOUR_S], ids=["a minute", "an hour"])
def test_a_row_that_is_no_text_hides_no_other(metrics: Metrics, path: Path, span: int) -> None:
    metrics.keep([TALLY], [replace(TALLY, began=NOW - HOUR_S)], NOW)
    metrics.close()
    with closing(sqlite3.connect(path)) as other, other:
        row = "INSERT INTO tallies VALUES (?, ?, 'page', CAST(x'47ff' AS TEXT), 1, 0, 0.1, x'')"
        other.execute(row, (span, NOW - HOUR_S))
    minutes, hours = metrics.load(NOW)
    assert TALLY in minutes
    assert hours[0].name == "GET /"


@pytest.mark.parametrize("content", [b"rubbish" * 1000, b"SQLite format 3\0" + b"\xff" * 5000], ids=["no", "broken"])
def test_a_broken_file_is_begun_anew_with_a_sentence(
    metrics: Metrics, path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path.write_bytes(content)
    with caplog.at_level(logging.WARNING):
        assert metrics.load(NOW) == ([], [])
    assert "metrics.db is begun anew" in caplog.text
    metrics.keep([TALLY], [], NOW)
    assert metrics.load(NOW) == ([TALLY], [])


def test_a_file_that_breaks_while_it_is_used_is_begun_anew(metrics: Metrics, path: Path) -> None:
    metrics.keep([TALLY], [], NOW)
    metrics.close()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096)
    with pytest.raises(NotStored, match="could not be kept"):
        metrics.keep([TALLY], [], NOW)
    metrics.keep([TALLY], [], NOW)
    assert metrics.load(NOW)[0] == [TALLY]


def test_a_file_of_another_form_is_begun_anew(metrics: Metrics, path: Path, caplog: pytest.LogCaptureFixture) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with caplog.at_level(logging.WARNING):
        assert metrics.load(NOW) == ([], [])
    assert "another version" in caplog.text


def test_a_file_that_is_gone_is_made_again(metrics: Metrics, path: Path) -> None:
    metrics.keep([TALLY], [], NOW)
    metrics.close()
    path.unlink()
    metrics.keep([TALLY], [], NOW)
    assert metrics.load(NOW)[0] == [TALLY]


def test_a_file_that_is_deleted_while_it_is_used_is_made_again(
    metrics: Metrics, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    metrics.keep([TALLY], [], NOW)
    for file in path.parent.iterdir():
        file.unlink()
    with caplog.at_level(logging.WARNING):
        metrics.keep([TALLY], [], NOW)
    assert "taken away" in caplog.text
    again = later(path)
    assert again.load(NOW)[0] == [TALLY]
    again.close()


def test_a_place_that_takes_no_file_is_told(tmp_path: Path) -> None:
    nowhere = Metrics(tmp_path / "no" / "such" / "folder" / "metrics.db", 2, 90)
    with pytest.raises(NotStored, match="could not be kept"):
        nowhere.keep([TALLY], [], NOW)
    with pytest.raises(NotStored):
        nowhere.load(NOW)
