from __future__ import annotations

from dataclasses import asdict

import pytest

from local_video_server.library.merging import Known, Taken, known_of, merge, united
from local_video_server.library.moving import (
    DATES,
    FAVORITES,
    HASHES,
    ORIGINAL,
    PLAYS,
    RATINGS,
    TAGS,
    UNDATED,
    VIEWS,
    Carried,
    MoveReport,
    imported_play,
)

MAY, JUNE = 1_714_600_000.0, 1_717_300_000.0
LAST_VIEWED = imported_play(ORIGINAL)


def merged(known: Known, **carried: object) -> tuple[Taken, MoveReport]:
    report = MoveReport()
    return merge(Carried("a.mp4", **carried), known, report), report  # type: ignore[arg-type]


def outcome(report: MoveReport, what: str) -> str:
    (told,) = [name for name, count in asdict(report.of(what)).items() if count]
    return told


@pytest.mark.parametrize(
    ("here", "there", "taken", "told"),
    [
        (None, (4, UNDATED), (4, UNDATED), "imported"),
        ((4, UNDATED), (4, UNDATED), None, "already_there"),
        ((4, UNDATED), (4, MAY), (4, MAY), "already_there"),
        ((4, MAY), (4, JUNE), None, "already_there"),
        ((3, MAY), (4, JUNE), (4, JUNE), "imported"),
        ((3, JUNE), (4, MAY), None, "in_conflict"),
        ((3, MAY), (4, MAY), None, "in_conflict"),
        ((3, UNDATED), (4, MAY), None, "in_conflict"),
        ((3, MAY), (4, UNDATED), None, "in_conflict"),
    ],
)
def test_the_newer_rating_wins_where_both_are_dated(
    here: tuple[int, float] | None, there: tuple[int, float], taken: tuple[int, float] | None, told: str
) -> None:
    result, report = merged(Known(rating=here), rating=there)
    assert (result.rating, outcome(report, RATINGS)) == (taken, told)


def test_a_conflict_names_the_video_and_both_ratings() -> None:
    _, report = merged(Known(rating=(3, JUNE)), rating=(4, MAY))
    (row,) = report.conflicts
    assert (row.what, row.row, row.reason) == (RATINGS, "a.mp4", "It is rated 3 here; 4 was older.")


@pytest.mark.parametrize(
    ("here", "plays_here", "there", "plays_there", "views", "told"),
    [
        (None, {}, (12, UNDATED), None, (12, UNDATED), "imported"),
        (None, {}, (0, UNDATED), None, (0, UNDATED), "imported"),
        ((12, UNDATED), {}, (12, UNDATED), None, None, "already_there"),
        ((12, UNDATED), {}, (15, UNDATED), None, (15, UNDATED), "imported"),
        ((12, UNDATED), {}, (9, UNDATED), None, None, "in_conflict"),
        ((12, MAY), {}, (9, JUNE), None, (9, JUNE), "imported"),
        ((12, JUNE), {}, (15, MAY), None, None, "in_conflict"),
        # Eleven and the last one are twelve: the play is one of the views that the other library counted.
        ((12, UNDATED), {}, (11, MAY), JUNE, (11, MAY), "already_there"),
        ((11, MAY), {LAST_VIEWED: JUNE}, (11, MAY), JUNE, None, "already_there"),
        ((11, MAY), {LAST_VIEWED: JUNE}, (12, UNDATED), None, None, "already_there"),
        ((11, MAY), {LAST_VIEWED: MAY}, (14, JUNE), JUNE, (14, JUNE), "imported"),
    ],
)
def test_a_count_of_the_same_source_is_replaced_and_never_added(
    here: tuple[int, float] | None,
    plays_here: dict[str, float],
    there: tuple[int, float],
    plays_there: float | None,
    views: tuple[int, float] | None,
    told: str,
) -> None:
    known = Known(views={ORIGINAL: here} if here else {}, plays=plays_here)
    plays = ((plays_there, LAST_VIEWED),) if plays_there else ()
    result, report = merged(known, views=((ORIGINAL, *there),), plays=plays)
    assert result.views == ([(ORIGINAL, *views)] if views else [])
    assert outcome(report, VIEWS) == told


def test_a_lower_count_that_is_not_taken_still_brings_its_last_view() -> None:
    known = Known(views={ORIGINAL: (15, UNDATED)})
    result, report = merged(known, views=((ORIGINAL, 8, MAY),), plays=((MAY, LAST_VIEWED),))
    assert (result.views, result.plays) == ([(ORIGINAL, 14, MAY)], [(MAY, LAST_VIEWED)])
    assert outcome(report, VIEWS) == "in_conflict"


def test_counts_of_two_servers_stand_beside_each_other() -> None:
    result, _ = merged(Known(views={ORIGINAL: (12, UNDATED)}), views=(("the other house", 3, UNDATED),))
    assert result.views == [("the other house", 3, UNDATED)]


def test_tags_are_compared_without_case_and_kept_as_typed() -> None:
    known = Known(tags={"sand"})
    result, report = merged(known, tags=(("#Sand", 0.0), ("#My  tag", 1e-6), ("plain", 2e-6), ("#Öl", 3e-6)))
    typed = {tag.name: how for tag, how, _ in result.tags}
    assert typed == {"My tag": "#My  tag", "plain": "plain", "Öl": "#Öl"}
    assert (report.of(TAGS).imported, report.of(TAGS).already_there) == (3, 1)


def test_a_favorite_stays_one_since_it_was_one() -> None:
    result, report = merged(Known(favorite=MAY), favorite=JUNE)
    assert (result.favorite, outcome(report, FAVORITES)) == (None, "already_there")
    assert merged(Known(), favorite=UNDATED)[0].favorite == UNDATED


@pytest.mark.parametrize(
    ("here", "is_guessed", "there", "key", "taken"),
    [
        (JUNE, False, MAY, None, MAY),
        (MAY, False, JUNE, None, None),
        (MAY, True, JUNE, None, JUNE),
        (MAY, False, JUNE, "aaaaaaaaaa", JUNE),
        (MAY, True, MAY, None, None),
    ],
    ids=["theirs is earlier", "ours is earlier", "ours is guessed", "theirs was ours", "the same"],
)
def test_the_day_a_file_came_is_known_by_who_was_there(
    here: float, is_guessed: bool, there: float, key: str | None, taken: float | None
) -> None:
    result, report = merged(Known(added_at=here, is_added_at_guessed=is_guessed), added_at=there, key=key)
    assert result.added_at == taken
    assert outcome(report, DATES) == ("already_there" if taken is None else "imported")


def test_old_names_hashes_and_keys_go_on_leading_to_the_video() -> None:
    known = Known("x/a.mp4", "bbbbbbbbbb", media_hashes={"1" * 16}, former_paths={"b.mp4"})
    result, report = merged(
        known,
        key="aaaaaaaaaa",
        former_paths=("b.mp4", "c.mp4"),
        media_hashes=("1" * 16, "2" * 16),
        retired_keys=("cccccccccc",),
    )
    assert (result.key, result.retired_keys) == ("aaaaaaaaaa", ("cccccccccc",))
    assert (result.former_paths, result.media_hashes) == (["a.mp4", "c.mp4"], ["2" * 16])
    assert (report.of(HASHES).imported, report.of(HASHES).already_there) == (1, 1)


def test_plays_are_told_apart_by_name_or_moment() -> None:
    known = Known(plays={"evening": MAY}, nameless_plays={MAY})
    result, report = merged(known, plays=((MAY, "evening"), (MAY, None), (JUNE, None), (MAY, "morning")))
    assert result.plays == [(JUNE, None), (MAY, "morning")]
    assert (report.of(PLAYS).imported, report.of(PLAYS).already_there) == (2, 2)


FULL = Carried(
    "a.mp4",
    rating=(4, MAY),
    favorite=MAY,
    tags=(("#Sand", MAY), ("plain", MAY)),
    views=((ORIGINAL, 11, MAY),),
    plays=((MAY, LAST_VIEWED), (JUNE, None)),
    added_at=MAY,
    media_hashes=("1" * 16,),
    key="aaaaaaaaaa",
    former_paths=("b.mp4",),
    retired_keys=("cccccccccc",),
)


def test_what_waits_is_the_same_after_it_came_again() -> None:
    assert united(FULL, FULL) == FULL
    assert united(Carried("a.mp4"), FULL) == FULL


def test_what_waits_takes_what_is_new_by_the_same_rules() -> None:
    more = Carried("a.mp4", rating=(2, JUNE), tags=(("#sand", JUNE), ("#new", JUNE)), views=((ORIGINAL, 20, JUNE),))
    after = united(FULL, more)
    assert after.rating == (2, JUNE)
    assert [typed for typed, _ in after.tags] == ["#Sand", "plain", "#new"]
    assert after.views == ((ORIGINAL, 19, JUNE),)  # and the play that was known


def test_what_was_taken_is_known_the_next_time() -> None:
    report = MoveReport()
    taken = merge(FULL, known_of(FULL), report)
    assert taken == Taken(retired_keys=FULL.retired_keys)
    assert all(counts.imported == counts.in_conflict == 0 for counts in report.counts.values())
