"""What the house watches: hours of the day, what never, what not for long."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta, timezone
from zoneinfo import ZoneInfo

from local_video_server.library.habits import LISTED, STALE_S, Habitual, habits
from local_video_server.library.marks import Play
from local_video_server.library.video import Status
from tests.examples import Clock, root, snapshot, video

NIGHT = 1_700_001_000.0  # 14 November 2023, 22:30 in Greenwich
HOUR, DAY = 3600, 86_400
NOW = NIGHT + DAY


def test_plays_are_counted_in_the_hours_of_the_house() -> None:
    dune = video("Dune")
    some = snapshot(dune, plays=[(NIGHT - DAY, dune), (NIGHT, dune), (NIGHT + HOUR, dune)])
    assert habits(some, NOW, UTC).by_hour[22:] == (2, 1)
    by_hour = habits(some, NOW, timezone(timedelta(hours=5, minutes=45))).by_hour
    assert (by_hour[4], by_hour[5], sum(by_hour)) == (2, 1, 3)


def test_on_the_day_when_the_clocks_change_every_play_has_its_hour() -> None:
    """29 October 2023: at one o'clock in Greenwich Berlin goes from three back to two."""
    dune, change = video("Dune"), 1_698_541_200.0
    plays = [(change - 60, dune), (change + 60, dune), (change + HOUR + 60, dune)]
    by_hour = habits(snapshot(dune, plays=plays), change + DAY, ZoneInfo("Europe/Berlin")).by_hour
    assert {hour: plays for hour, plays in enumerate(by_hour) if plays} == {2: 2, 3: 1}


def test_what_nobody_watched_is_listed_longest_there_first() -> None:
    some = [video(f"Film {number:02}", added_at=NIGHT - number) for number in range(LISTED + 5)]
    seen = video("Seen")
    found = habits(snapshot(*some, seen, plays=[(NIGHT, seen)]), NOW, UTC)
    assert found.never == LISTED + 5
    assert [one.title for one in found.never_first] == [f"Film {number:02}" for number in range(24, 4, -1)]


def test_what_was_watched_long_ago_is_listed_with_its_last_time() -> None:
    old, older, both = video("Old"), video("Older"), video("Both")
    then = NOW - STALE_S - 1
    plays = [(then - DAY, older), (then - HOUR, both), (then, old), (NOW - STALE_S, both)]
    found = habits(snapshot(old, older, both, plays=plays), NOW, UTC)
    assert found.stale == 2
    assert [(one.title, at) for one, at in found.stale_first] == [("Older", then - DAY), ("Old", then)]
    assert found.never == 0


def test_what_cannot_be_watched_now_is_not_listed() -> None:
    unplugged = root("Disk", 2, offline_reason="It is unplugged.")
    some = [
        video("Broken", status=Status.BROKEN),
        video("Unplugged", root=unplugged),
        video("Waiting", status=Status.PENDING),
    ]
    found = habits(snapshot(*some, away=[video("Missing", missing_since=1.0)], roots=[root(), unplugged]), NOW, UTC)
    assert [one.title for one in found.never_first] == ["Waiting"]


def test_views_without_a_date_are_neither_never_nor_long_ago() -> None:
    dune = video("Dune")
    found = habits(snapshot(dune, views={dune: 7}), NOW, UTC)
    assert (found.never, found.stale) == (0, 0)


def test_the_answer_is_kept_until_something_changes_or_the_day_does() -> None:
    clock, some = Clock(), snapshot(video("Dune"))
    kept = Habitual(clock.wall)
    first = kept.of(some)
    assert kept.of(replace(some, marks=replace(some.marks, version=2, ratings={1: 5}))) is first
    assert kept.of(replace(some, marks=replace(some.marks, plays=(Play(NIGHT, 1),)))) is not first
    first = kept.of(some)
    clock.wait(DAY)
    assert kept.of(some) is not first
