"""Which videos a list shows, in which order and on which page."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_video_server.library.browsing import PER_PAGE, PER_PAGE_MOST, SORTS, Query, browse, partial_tags
from local_video_server.library.snapshot import Snapshot
from tests.examples import snapshot, video


def titles(of: Snapshot, **asked: Any) -> list[str]:
    return [one.title for one in browse(of, Query(**{"sort": "title", "order": "asc", **asked})).videos]


# What an address may hold


@given(
    st.dictionaries(
        st.sampled_from(["sort", "order", "page", "per_page", "seed", "other"]),
        st.one_of(st.text(), st.text("-0123456789٣²"), st.sampled_from([*SORTS, "random", "relevance", "asc"])),
    ),
    st.sampled_from([{}, {"text": ""}, {"text": "x", "sort": "relevance"}, {"sort": "views", "order": "desc"}]),
)
def test_no_address_is_an_error(asked: dict[str, str], fixed: dict[str, Any]) -> None:
    query = Query.parse(asked, **fixed)
    assert query.sort in (*SORTS, "random", "relevance")
    assert query.order in ("asc", "desc")
    assert query.page >= 1
    assert 1 <= query.per_page <= PER_PAGE_MOST
    assert 0 <= query.seed <= 2**31
    browse(snapshot(video("Dune"), video("Solaris")), query)


PAGES = {
    "none": ({}, 1, PER_PAGE),
    "usual": ({"page": "3", "per_page": "10"}, 3, 10),
    "words": ({"page": "abc", "per_page": "many"}, 1, PER_PAGE),
    "empty": ({"page": "", "per_page": ""}, 1, PER_PAGE),
    "nothing": ({"page": "0", "per_page": "0"}, 1, 1),
    "less": ({"page": "-5", "per_page": "-5"}, 1, 1),
    "a fraction": ({"page": "1.5", "per_page": "1e3"}, 1, PER_PAGE),
    "too many": ({"page": "2", "per_page": "100000"}, 2, PER_PAGE_MOST),
    "signs": ({"page": "--2", "per_page": "-"}, 1, PER_PAGE),
}


@pytest.mark.parametrize(("asked", "page", "per_page"), PAGES.values(), ids=PAGES.keys())
def test_page_numbers_are_brought_into_range(asked: dict[str, str], page: int, per_page: int) -> None:
    query = Query.parse(asked)
    assert (query.page, query.per_page) == (page, per_page)


@pytest.mark.parametrize("page", ["4", "999", "9" * 40])
def test_a_page_beyond_the_last_is_the_last(page: str) -> None:
    shown = browse(snapshot(*(video() for _ in range(25))), Query.parse({"page": page, "per_page": "10"}))
    assert (shown.page, shown.pages, shown.total, len(shown.videos)) == (3, 3, 25, 5)
    assert shown.query.page == 3


def test_an_empty_library_has_one_page() -> None:
    shown = browse(snapshot(), Query())
    assert (shown.page, shown.pages, shown.total, shown.videos) == (1, 1, 0, ())


def test_pages_hold_every_video_once() -> None:
    whole = snapshot(*(video() for _ in range(25)))
    seen = [one.id for page in (1, 2, 3) for one in browse(whole, Query(page=page, per_page=10)).videos]
    assert sorted(seen) == sorted(whole.library.present)


SORTINGS: dict[str, tuple[dict[str, str], dict[str, Any], str, str]] = {
    "newest first": ({}, {}, "date", "desc"),
    "unknown sort": ({"sort": "colour"}, {}, "date", "desc"),
    "titles go up": ({"sort": "title"}, {}, "title", "asc"),
    "ratings go down": ({"sort": "rating"}, {}, "rating", "desc"),
    "asked order": ({"sort": "title", "order": "desc"}, {}, "title", "desc"),
    "unknown order": ({"sort": "views", "order": "up"}, {}, "views", "desc"),
    "the page's own sort": ({}, {"sort": "views"}, "views", "desc"),
    "the page's own order": ({}, {"sort": "views", "order": "asc"}, "views", "asc"),
    "another sort than the page's": ({"sort": "size"}, {"sort": "views", "order": "asc"}, "size", "desc"),
    "relevance of a search": ({"sort": "relevance"}, {"text": "dune"}, "relevance", "asc"),
    "relevance without a search": ({"sort": "relevance"}, {}, "date", "desc"),
}


@pytest.mark.parametrize(("asked", "fixed", "sort", "order"), SORTINGS.values(), ids=SORTINGS.keys())
def test_which_order_is_asked_for(asked: dict[str, str], fixed: dict[str, Any], sort: str, order: str) -> None:
    query = Query.parse(asked, **fixed)
    assert (query.sort, query.order) == (sort, order)


def test_an_address_cannot_ask_for_what_the_page_decides() -> None:
    assert Query.parse({"folder": "x", "tag": "y", "favorite": "1"}, folder="Films") == Query(folder="Films")


# Orders

A = video("A 10", added_at=3.0, duration_s=1.0, size_bytes=9)
B = video("a 2", added_at=1.0, duration_s=None, size_bytes=5)
C = video("Ä 30", added_at=2.0, duration_s=7.0, size_bytes=7)
SORTED = {
    "date": "A 10, Ä 30, a 2",
    "title": "a 2, A 10, Ä 30",
    "rating": "Ä 30, a 2, A 10",
    "views": "A 10, a 2, Ä 30",
    "duration": "Ä 30, A 10, a 2",
    "size": "A 10, Ä 30, a 2",
}


@pytest.mark.parametrize("sort", SORTS)
def test_sorted_by(sort: str) -> None:
    order = SORTS[sort][1]
    some = snapshot(C, B, A, ratings={C: 5, B: 1}, views={A: 3})
    assert ", ".join(titles(some, sort=sort, order=order)) == SORTED[sort]


@pytest.mark.parametrize("sort", ["date", "title", "size"])
def test_the_other_order_is_the_reverse(sort: str) -> None:
    some = snapshot(C, B, A)
    assert titles(some, sort=sort, order="asc") == titles(some, sort=sort, order="desc")[::-1]


def test_of_equals_the_title_comes_first_in_either_order() -> None:
    some = snapshot(C, B, A)
    assert (
        titles(some, sort="views", order="asc") == titles(some, sort="views", order="desc") == ["a 2", "A 10", "Ä 30"]
    )


def test_parts_are_in_the_order_people_count() -> None:
    numbers = random.Random(1).sample(range(1, 121), 120)
    some = snapshot(*(video(f"Part {number}") for number in numbers))
    assert titles(some, per_page=120) == [f"Part {number}" for number in range(1, 121)]


def test_a_seed_gives_the_same_random_order_on_every_page() -> None:
    videos = [video() for _ in range(50)]
    one, other = snapshot(*videos), snapshot(*reversed(videos))
    whole = browse(one, Query(sort="random", seed=7, per_page=50)).videos
    pages = [browse(other, Query(sort="random", seed=7, per_page=10, page=page)).videos for page in range(1, 6)]
    assert whole == sum(pages, ())


def test_another_seed_gives_another_order() -> None:
    some = snapshot(*(video() for _ in range(50)))
    orders = {browse(some, Query(sort="random", seed=seed)).videos for seed in range(5)}
    assert len(orders) == 5


# Filters

DUNE = video(path="scifi/Dune.mp4")
DEEP = video(path="scifi/old/Solaris.mp4")
OTHER = video(path="scifi 2/Tron.mp4")
AWAY = video(path="scifi/Away.mp4", missing_since=1.0)
EVERYTHING = snapshot(
    DUNE,
    DEEP,
    OTHER,
    away=[AWAY],
    ratings={DUNE: 5, DEEP: 3, AWAY: 5},
    favorites=[DEEP, AWAY],
    tags={DUNE: "Sand, Book", OTHER: "Sandwich", AWAY: "Sand"},
    views={OTHER: 1, AWAY: 9},
)
FILTERS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "everything that is here": ({}, ["Dune", "Solaris", "Tron"]),
    "a folder and what lies below": ({"folder": "Films/scifi"}, ["Dune", "Solaris"]),
    "a folder below": ({"folder": "Films/scifi/old"}, ["Solaris"]),
    "a root": ({"folder": "Films"}, ["Dune", "Solaris", "Tron"]),
    "no folder of ours": ({"folder": "Films/sci"}, []),
    "a tag, whole": ({"tag": "sand"}, ["Dune"]),
    "a tag as typed": ({"tag": "BOOK"}, ["Dune"]),
    "no tag of ours": ({"tag": "%"}, []),
    "favorites": ({"favorite": True}, ["Solaris"]),
    "rated well": ({"rating_at_least": 4}, ["Dune"]),
    "viewed": ({"viewed": True}, ["Tron"]),
    "a search": ({"text": "sand"}, ["Dune", "Tron"]),
    "a search in a folder": ({"text": "sand", "folder": "Films/scifi"}, ["Dune"]),
}


@pytest.mark.parametrize(("asked", "expected"), FILTERS.values(), ids=FILTERS.keys())
def test_a_list_shows(asked: dict[str, Any], expected: list[str]) -> None:
    assert titles(EVERYTHING, **asked) == expected


def test_a_search_by_relevance_has_the_best_first() -> None:
    some = snapshot(video("A tale of Dune"), video("Dune"), video("Tron"))
    assert titles(some, text="dune", sort="relevance") == ["Dune", "A tale of Dune"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [("and", ["Sand", "Sandwich"]), ("#SAND", ["Sand", "Sandwich"]), ("wich", ["Sandwich"]), ("", []), ("#", [])],
)
def test_tags_of_which_a_part_was_asked_for(asked: str, found: list[str]) -> None:
    assert [tag.name for tag in partial_tags(EVERYTHING, asked)] == found
