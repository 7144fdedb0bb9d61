"""What was watched, by day; and what was watched lately."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, date, timedelta, timezone

import pytest

from local_video_server.library.history import (
    _LOOKED_THROUGH,
    PER_PAGE,
    RECENT,
    HistoryPage,
    by_day,
    local,
    recently_played,
)
from local_video_server.library.video import Status
from tests.examples import root, snapshot, video

DUNE, HEAT, NOISE = video("Dune"), video("Heat"), video("Noise")
AWAY = video("Away", missing_since=1.0)
NIGHT = 1_700_001_000.0  # 14 November 2023, 22:30 in Greenwich
HOUR, DAY = 3600, 86_400
EAST = timezone(timedelta(hours=2))


def lines(page: HistoryPage) -> list[list[tuple[str, int]]]:
    """Title and times of each line, day by day."""
    return [[(one.video.title, one.times) for one in day.watched] for day in page.days]


def test_the_latest_day_and_in_it_the_latest_play_comes_first() -> None:
    some = snapshot(DUNE, HEAT, NOISE, plays=[(NIGHT - DAY, HEAT), (NIGHT, DUNE), (NIGHT + 60, HEAT)])
    found = by_day(some, 1, UTC)
    assert [day.date for day in found.days] == [date(2023, 11, 14), date(2023, 11, 13)]
    assert lines(found) == [[("Heat", 1), ("Dune", 1)], [("Heat", 1)]]
    assert found.days[0].watched[0].played_at == NIGHT + 60


def test_a_day_ends_at_midnight_of_the_house() -> None:
    some = snapshot(DUNE, HEAT, plays=[(NIGHT, HEAT), (NIGHT + HOUR, DUNE), (NIGHT + 2 * HOUR, HEAT)])
    assert lines(by_day(some, 1, UTC)) == [[("Heat", 1)], [("Dune", 1), ("Heat", 1)]]
    assert lines(by_day(some, 1, EAST)) == [[("Heat", 1), ("Dune", 1), ("Heat", 1)]]


def test_the_clock_of_the_house_is_that_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as house:
        house.setenv("TZ", "House-5:30")
        time.tzset()
        assert f"{local(NIGHT):%H:%M %z}" == "04:00 +0530"
    time.tzset()


@pytest.mark.parametrize("seconds", [-1e12, 0.0, 1e12, 1e300])
def test_a_time_that_no_calendar_holds_is_still_shown(seconds: float) -> None:
    for zone in (None, EAST, timezone(timedelta(hours=-12))):
        assert 1969 <= local(seconds, zone).year <= 9999


def test_plays_of_one_video_that_follow_each_other_are_one_line_of_the_day() -> None:
    at = [(NIGHT - DAY, DUNE), (NIGHT, DUNE), (NIGHT + 1, DUNE), (NIGHT + 2, HEAT), (NIGHT + 3, DUNE)]
    found = by_day(snapshot(DUNE, HEAT, plays=at), 1, UTC)
    assert lines(found) == [[("Dune", 1), ("Heat", 1), ("Dune", 2)], [("Dune", 1)]]
    assert found.days[0].watched[2].played_at == NIGHT + 1, "the last of them"
    assert found.total == 5


def test_a_video_that_is_away_stays_in_the_history() -> None:
    assert lines(by_day(snapshot(NOISE, away=[AWAY], plays=[(NIGHT, AWAY)]), 1, UTC)) == [[("Away", 1)]]


@pytest.mark.parametrize(
    ("asked", "page", "plays"),
    [(1, 1, PER_PAGE), (2, 2, PER_PAGE), (3, 3, 50), (4, 3, 50), (10**9, 3, 50), (0, 1, PER_PAGE), (-7, 1, PER_PAGE)],
)
def test_pages_are_clamped(asked: int, page: int, plays: int) -> None:
    films = (DUNE, HEAT)
    many = [(NIGHT + number, films[number % 2]) for number in range(2 * PER_PAGE + 50)]
    found = by_day(snapshot(DUNE, HEAT, plays=many), asked, UTC)
    assert (found.page, found.pages, found.total) == (page, 3, len(many))
    times = [one.played_at for day in found.days for one in day.watched]
    assert times == sorted(times, reverse=True)
    assert len(times) == plays


def test_who_watched_nothing_has_one_empty_page() -> None:
    assert by_day(snapshot(NOISE), 5) == HistoryPage((), 0, 1, 1)
    assert recently_played(snapshot(NOISE)) == ()


def test_recently_played_holds_each_video_once_the_last_one_first() -> None:
    some = snapshot(DUNE, HEAT, NOISE, plays=[(1.0, DUNE), (2.0, HEAT), (3.0, DUNE), (3.5, DUNE)])
    assert recently_played(some) == (DUNE, HEAT)
    assert recently_played(some, 1) == (DUNE,)


def test_no_more_recent_ones_are_shown_than_asked_for() -> None:
    films = [video(f"Film {number}") for number in range(RECENT + 5)]
    some = snapshot(*films, plays=[(float(number), film) for number, film in enumerate(films, 1)])
    assert recently_played(some) == tuple(films[: -RECENT - 1 : -1])


def test_who_has_one_film_run_all_day_makes_no_page_look_through_years() -> None:
    all_day = [(float(number), DUNE) for number in range(1, _LOOKED_THROUGH + 1)]
    assert recently_played(snapshot(DUNE, HEAT, plays=[(0.5, HEAT), *all_day])) == (DUNE,)
    assert recently_played(snapshot(DUNE, HEAT, plays=[(0.5, HEAT), *all_day[1:]])) == (DUNE, HEAT)


def test_what_was_played_before_it_was_cleared_is_not_recent() -> None:
    at = [(1.0, DUNE), (2.0, HEAT), (3.0, NOISE)]
    assert recently_played(snapshot(DUNE, HEAT, NOISE, plays=at, recent_since=2.0)) == (NOISE,)
    assert by_day(snapshot(DUNE, HEAT, NOISE, plays=at, recent_since=9.0), 1).total == 3


def test_what_is_away_is_not_recent_and_returns_with_its_file() -> None:
    unplugged = root("Disk", 2, offline_reason="It is not there.", offline_since=1.0)
    lent = video("Lent", root=unplugged)
    at = [(1.0, DUNE), (2.0, AWAY), (3.0, lent)]
    some = snapshot(DUNE, lent, away=[AWAY], roots=[root(), unplugged], plays=at)
    assert recently_played(some) == (DUNE,)
    back = replace(AWAY, missing_since=None)
    returned = snapshot(DUNE, lent, back, roots=[root(), root("Disk", 2)], plays=at)
    assert recently_played(returned) == (lent, back, DUNE)


def test_what_cannot_be_shown_is_not_recent() -> None:
    broken = video(status=Status.BROKEN)
    assert recently_played(snapshot(DUNE, broken, plays=[(1.0, DUNE), (2.0, broken)])) == (DUNE,)
