"""What a backup's name tells, when one is due, and which may go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_video_server.library.backup import (
    MOST_WITH_REASON,
    Backup,
    is_due,
    name_of,
    newest_first,
    parse,
    to_drop,
)

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)  # a Sunday
NOW = NOON.timestamp()
HOUR, DAY = 3600.0, 86400.0


def backup(days_ago: float, reason: str = "", number: int = 1) -> Backup:
    made_at = (NOON - timedelta(days=days_ago)).timestamp()
    return Backup(f"/backups/{name_of(made_at, reason, number)}", float(int(made_at)), 1000, reason, number)


def dropped(*backups: Backup, days: int = 7, weeks: int = 4) -> set[Backup]:
    return set(to_drop(backups, NOW, days, weeks))


@pytest.mark.parametrize(
    ("name", "reason", "number", "occasion"),
    [
        ("library-20261121T174500Z.db", "", 1, "daily"),
        ("library-20261121T174500Z-asked.db", "asked", 1, "asked for"),
        ("library-20261121T174500Z-asked.12.db", "asked", 12, "asked for"),
        ("library-20261121T174500Z-before-import.db", "before-import", 1, "before another library moved in"),
        (
            "library-20261121T174500Z-before-upgrade-0002.db",
            "before-upgrade-0002",
            1,
            "before the update from form 0002",
        ),
        ("library-20261121T174500Z-before-restore.2.db", "before-restore", 2, "before a backup was brought back"),
    ],
)
def test_a_name_tells_when_and_why(name: str, reason: str, number: int, occasion: str) -> None:
    found = parse(f"/any/folder/{name}", 5)
    assert found == Backup(f"/any/folder/{name}", 1795283100.0, 5, reason, number)
    assert (found.name, found.occasion) == (name, occasion)
    assert name_of(found.made_at, reason, number) == name


@pytest.mark.parametrize(
    "name",
    [
        "library.db",
        "library-2026-11-21.db",
        "library-20261321T174500Z.db",
        "library-20261121T174500Z.db.part",
        "library-20261121T174500Z.db-wal",
        "library-20261121T174500Z-mine.db",
        "library-20261121T174500Z-before-upgrade-.db",
        "library-20261121T174500Z.0.db",
        "my library-20261121T174500Z.db",
        "library-20261121T174500Z.db\n",
        "library-٢٠٢٦١١٢١T174500Z.db",
        "damaged-20261121T174500Z.db",
        "library-20261121T174500Z-before-import.db/notes.txt",
    ],
    ids=ascii,
)
def test_a_strangers_file_is_no_backup(name: str) -> None:
    assert parse(f"/backups/{name}", 5) is None


def test_the_newest_stands_first_also_within_a_second() -> None:
    old, first, second, tenth = backup(2), backup(1), backup(1, number=2), backup(1, number=10)
    assert newest_first([second, old, tenth, first]) == [tenth, second, first, old]


@pytest.mark.parametrize(
    ("hours_ago", "due"),
    [
        pytest.param([], True, id="there is none"),
        pytest.param([23.9], False, id="of today"),
        pytest.param([24.1], True, id="older than a day"),
        pytest.param([100, 5, 200], False, id="the newest counts"),
        pytest.param([-0.1], False, id="the clock was set back a little"),
        pytest.param([-500, 30], True, id="one from far in the future says nothing"),
    ],
)
def test_one_is_due_when_the_newest_is_older_than_a_day(hours_ago: list[float], due: bool) -> None:
    assert is_due([backup(hours / 24) for hours in hours_ago], NOW) is due


def test_the_last_of_seven_days_and_of_four_weeks_are_kept() -> None:
    daily = {age: backup(age) for age in range(60)}
    gone = dropped(*daily.values())
    # Today is a Sunday, the last day of its week.
    assert [age for age in daily if daily[age] not in gone] == [0, 1, 2, 3, 4, 5, 6, 7, 14, 21]


def test_the_last_of_a_day_is_the_one_that_is_kept() -> None:
    morning, evening = backup(1.4), backup(0.6)
    assert dropped(morning, evening, backup(0)) == {morning}


@pytest.mark.parametrize(
    ("days", "weeks", "kept"),
    [
        (1, 0, [0]),
        (1, 1, [0]),
        (2, 0, [0, 1]),
        (1, 2, [0, 7]),
        (60, 0, list(range(40))),
        (1, 52, [0, 7, 14, 21, 28, 35]),
    ],
)
def test_how_many_are_kept_is_as_it_is_set(days: int, weeks: int, kept: list[int]) -> None:
    daily = {age: backup(age) for age in range(40)}
    gone = dropped(*daily.values(), days=days, weeks=weeks)
    assert [age for age in daily if daily[age] not in gone] == kept


def test_those_with_a_reason_stay_for_so_many_days() -> None:
    before = [backup(3.4, "before-import"), backup(3.39, "before-upgrade-0002"), backup(3.38, "asked")]
    old = [backup(10.4, "before-import"), backup(10.39, "asked")]
    assert dropped(*before, *old, *(backup(age) for age in range(20))) >= set(old)
    assert not dropped(*before, backup(0)) & set(before)


def test_a_long_absence_takes_nothing_but_what_is_too_many() -> None:
    before = [backup(400 + age) for age in range(5)]
    assert dropped(*before) == set()
    assert dropped(*before, backup(0)) == set()


def test_one_from_the_future_stays_and_takes_no_place() -> None:
    future = [backup(-1000 - age) for age in range(10)]
    daily = [backup(age) for age in range(30)]
    assert dropped(*future, *daily) == dropped(*daily)


def test_where_there_is_nothing_nothing_goes() -> None:
    assert dropped() == set()


@given(
    ages=st.lists(st.floats(-100, 4000), max_size=40),
    days=st.integers(1, 30),
    weeks=st.integers(0, 60),
    now=st.just(NOW),
)
def test_the_newest_of_all_is_never_dropped(ages: list[float], days: int, weeks: int, now: float) -> None:
    backups = [backup(age, number=number + 1) for number, age in enumerate(ages)]
    gone = to_drop(backups, now, days, weeks)
    past = newest_first([one for one in backups if one.made_at <= now])
    assert len(gone) == len(set(gone))
    assert not {one for one in backups if one.made_at > now} & set(gone)
    assert past[:1] == [one for one in past[:1] if one not in gone]
    left = [one for one in backups if one not in gone]
    assert to_drop(left, now, days, weeks) == []  # what is kept is kept the next time


def test_one_that_was_asked_for_takes_no_day_from_the_daily_ones() -> None:
    kept = [backup(0.1, "asked"), backup(0.2), backup(1.1)]
    assert to_drop(kept, NOW, 2, 0) == []


def test_of_those_with_a_reason_only_so_many_are_kept() -> None:
    many = [backup(number / 100, "asked") for number in range(MOST_WITH_REASON + 5)]
    daily = backup(0.5)
    assert to_drop([*many, daily], NOW, 7, 0) == many[MOST_WITH_REASON:]
