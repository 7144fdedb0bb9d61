"""The history page, and what was played lately: on it and above the gallery."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest

from tests.conftest import HOME_FILES
from tests.homes import Home
from tests.web.test_answers import Page

DUNE, TAPE, SHOW = "Dune.2021.1080p.mp4", "Holiday/Old/tape.avi", "Series/Show.S01E10.mkv"


@pytest.fixture
def watched(home: Home) -> Iterator[Home]:
    """Nothing is recent but Dune and then the tape, twice."""
    home.client.post("/history/clear")
    for name in (DUNE, TAPE, TAPE):
        home.client.post(f"/api/videos/{home.video(name).key}/views")
    yield home
    home.client.post("/history/clear")


def row(page: str) -> list[str]:
    """The keys of the videos in the row above the gallery, in order."""
    found = re.search(r'<section class="recent".*?</section>', page, re.S)
    return re.findall(r'href="/watch/(\w+)"', found[0]) if found else []


def cards(page: str) -> list[str]:
    return re.findall(r'card__link" href="/watch/(\w+)"', page)


def test_the_history_names_day_hour_and_video(watched: Home) -> None:
    page = watched.get("/history").text
    assert f'<time datetime="{time.strftime("%Y-%m-%d")}">{time.strftime("%A")}, ' in page
    first = page[page.index("history__line") :]
    shown = re.search(r'history__hour" datetime="([^"]+)">(\d\d:\d\d)<', first)
    assert shown
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", shown[1])
    assert f"/watch/{watched.video(TAPE).key}" in first[: first.index("2 times")]
    assert Page(page).wrong == []


def test_the_latest_are_cards_on_the_history_and_a_row_above_the_gallery(watched: Home) -> None:
    latest = [watched.video(name).key for name in (TAPE, DUNE)]
    assert cards(watched.get("/history").text) == latest
    assert row(watched.get("/").text) == latest
    assert len(cards(watched.get("/").text)) > len(HOME_FILES), "the gallery is whole below it"


@pytest.mark.parametrize("address", ["/?page=2&per_page=3", "/?sort=title", "/?order=asc", "/favorites", "/popular"])
def test_the_row_stands_above_the_first_page_of_the_gallery_alone(watched: Home, address: str) -> None:
    assert row(watched.get(address).text) == []


def test_to_clear_empties_the_row_and_keeps_history_and_views(watched: Home) -> None:
    key = watched.video(TAPE).key
    before = watched.get(f"/api/videos/{key}").get_json()
    plays = watched.application.catalog.snapshot.marks.plays
    answer = watched.client.post("/history/clear")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/history")
    page = watched.get("/history").text
    assert cards(page) == row(watched.get("/").text) == []
    assert "history__line" in page
    assert "Cleared." in page
    assert 'action="/history/clear"' not in page, "there is nothing to clear"
    assert watched.get(f"/api/videos/{key}").get_json() == before
    assert watched.application.catalog.snapshot.marks.plays == plays
    watched.client.post(f"/api/videos/{key}/views")
    assert row(watched.get("/").text) == [key], "and it fills again"


@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=abc", "page=99999999", "page="])
def test_any_page_number_is_a_page(watched: Home, query: str) -> None:
    page = watched.get(f"/history?{query}")
    assert page.status_code == 200
    assert "history__line" in page.text


def test_the_history_is_kept_until_something_is_played(watched: Home) -> None:
    tag = watched.get("/history").headers["ETag"]
    assert watched.get("/history", headers={"If-None-Match": tag}).status_code == 304
    watched.client.post(f"/api/videos/{watched.video(SHOW).key}/views")
    assert watched.get("/history", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize(
    ("address", "label", "current"),
    [
        ("/history", "History", "page"),
        ("/folders/", "Folders", "page"),
        ("/folders/Films/Series", "Folders", "true"),
        ("/tag/anything", "Tags", "true"),
        ("/playlists", "Playlists", "page"),
        ("/", None, None),
    ],
)
def test_the_navigation_says_where_one_is(home: Home, address: str, label: str | None, current: str | None) -> None:
    nav = re.search(r'<nav class="site-nav".*?</nav>', home.get(address).text, re.S)
    assert nav
    here = re.findall(r'<a [^>]*aria-current="(\w+)"[^>]*>.*?</svg>([^<]+)</a>', nav[0])
    assert here == ([(current, label)] if label else [])
