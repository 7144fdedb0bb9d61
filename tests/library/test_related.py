"""What to watch next."""

from __future__ import annotations

import pytest

from local_video_server.library.related import SHOWN, neighbours, related
from local_video_server.library.video import Status
from tests.examples import root, snapshot, video

HERE = video(path="scifi/Dune Part One.mp4")
IN_FOLDER = video(path="scifi/Tron.mp4")
TAGGED = video(path="other/Sahara.mp4")
ALIKE = video(path="other/Dune Part Two.mp4")
NOISE = video(path="far/noise/Zebra.mp4")
AWAY = video(path="scifi/Away.mp4", missing_since=1.0)
TAGS = {HERE: "sand, book", TAGGED: "Sand, Book", AWAY: "sand, book", NOISE: "stripes"}
SOME = snapshot(NOISE, ALIKE, TAGGED, IN_FOLDER, HERE, away=[AWAY], tags=TAGS)


def test_shared_tags_weigh_most_then_the_folder_then_the_title() -> None:
    same_all = video(path="scifi/Dune.mp4")
    some = snapshot(NOISE, ALIKE, TAGGED, IN_FOLDER, same_all, HERE, away=[AWAY], tags={**TAGS, same_all: "book"})
    assert related(some, HERE)[:2] == (TAGGED, same_all)
    assert set(related(some, HERE)[2:]) == {IN_FOLDER, ALIKE}


def test_a_video_is_not_related_to_itself_nor_to_what_has_nothing_in_common() -> None:
    assert set(related(SOME, HERE)) == {TAGGED, IN_FOLDER, ALIKE}


def test_a_video_that_is_away_is_not_offered() -> None:
    assert AWAY not in related(SOME, HERE)


def test_of_equals_the_better_rated_comes_first() -> None:
    good, better = video(path="scifi/Alien.mp4"), video(path="scifi/Zardoz.mp4")
    some = snapshot(HERE, good, better, ratings={better: 5, good: 4})
    assert related(some, HERE) == (better, good)


def test_no_more_are_shown_than_asked_for() -> None:
    some = snapshot(HERE, *(video(path=f"scifi/{number}.mp4") for number in range(50)))
    assert len(related(some, HERE)) == SHOWN
    assert len(related(some, HERE, 3)) == 3


def test_a_video_alone_has_none() -> None:
    assert related(snapshot(HERE), HERE) == ()


def test_one_that_is_away_has_related_ones_too() -> None:
    assert TAGGED in related(SOME, AWAY)


A, B, C = (video(path=f"s/Part {number}.mp4") for number in (2, 10, 30))
ELSEWHERE = video(path="s/below/Part 11.mp4")
OTHER_ROOT = video(path="s/Part 11.mp4", root=root("Shows", 2))
FOLDER = snapshot(C, ELSEWHERE, OTHER_ROOT, B, A, roots=(root(), root("Shows", 2)))


@pytest.mark.parametrize(
    ("of", "before", "after"),
    [(A, None, B), (B, A, C), (C, B, ELSEWHERE), (ELSEWHERE, C, OTHER_ROOT), (AWAY, None, None)],
    ids=["first", "between", "last of its folder", "alone in its folder", "away"],
)
def test_neighbours_are_those_in_the_folder_and_at_its_end_in_the_next(
    of: object, before: object, after: object
) -> None:
    assert neighbours(FOLDER, of) == (before, after)  # type: ignore[arg-type]


def test_a_film_alone_in_its_folder_leads_to_those_beside_it() -> None:
    films = [video(path=f"{name}/{name}.mp4") for name in ("Brazil", "Metropolis", "Solaris")]
    some = snapshot(NOISE, *films)
    assert set(related(some, films[1])) == {films[0], films[2]}
    assert neighbours(some, films[1])[1] == films[2]


def test_what_cannot_be_shown_is_not_offered() -> None:
    broken = video(path="scifi/Broken.mp4", status=Status.BROKEN)
    assert broken not in related(snapshot(HERE, IN_FOLDER, broken), HERE)
