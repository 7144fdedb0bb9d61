"""Viewers rate, choose favorites and tag: it is seen at once, stored, kept, and found again from the lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.cinema import Cinema, copy_in, open_cinema
from tests.browser.viewer import IN_TWO, PAGE_S, Viewer, is_there
from tests.clips import make_clip
from tests.server import wait_for

TAG = "Sci-Fi, old/new & 夏 <b>"


@pytest.fixture(scope="module")
def cinema(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cinema]:
    scratch = tmp_path_factory.mktemp("marking")
    plain = make_clip(scratch / "Films" / "Noise.mp4")
    copy_in(plain, [scratch / "Films" / f"{name}.mp4" for name in ("Dune", "Heat", "Jaws", "Up")])
    with open_cinema(scratch / "Films", scratch / "data") as cinema:
        yield cinema


@pytest.fixture
def film(viewer: Viewer, cinema: Cinema) -> Iterator[str]:
    """The name of a film, and the viewer sits before it. No mark is left on it afterwards."""
    name = "Dune.mp4"
    viewer.open(cinema.address(cinema.video(name)["watch_url"]))
    yield name
    address = f"/api/videos/{cinema.video(name)['key']}"
    for mark in ("rating", "favorite"):
        cinema.api.delete(f"{address}/{mark}")
    for tag in cinema.video(name)["tags"]:
        cinema.api.post(f"/watch/{cinema.video(name)['key']}/tags/remove", data={"tag": tag})


def test_a_rating_is_given_changed_and_taken_away(viewer: Viewer, cinema: Cinema, film: str) -> None:
    for value in (4, 2):
        mark(viewer, f"{value} of 5")
        viewer.waits_for(f"Rating: {value} of 5")
        assert cinema.video(film)["rating"] == value
    viewer.browser.refresh()
    assert is_pressed(viewer, "2 of 5")
    viewer.open(cinema.address("/?sort=rating&order=desc"))
    assert viewer.titles()[0] == "Dune"
    viewer.presses_away(viewer.card("Dune"))
    mark(viewer, "Clear")
    wait_for(lambda: not viewer.controls("Clear"), PAGE_S)
    assert cinema.video(film)["rating"] is None
    viewer.browser.refresh()
    assert not is_pressed(viewer, "2 of 5")


def test_a_favorite_is_chosen_and_given_up(viewer: Viewer, cinema: Cinema, film: str) -> None:
    mark(viewer, "Favorite: Dune")
    wait_for(lambda: is_pressed(viewer, "Favorite: Dune"), PAGE_S)
    assert cinema.video(film)["favorite"]
    viewer.browser.refresh()
    assert is_pressed(viewer, "Favorite: Dune")
    viewer.presses_away("Favorites", within="Pages")
    assert viewer.titles() == ["Dune"]
    mark(viewer, "Favorite: Dune")
    wait_for(lambda: not cinema.video(film)["favorite"], PAGE_S)
    viewer.browser.refresh()
    assert viewer.sees("No favorites yet")


@IN_TWO
def test_a_heart_on_a_card_leaves_the_viewer_in_the_list(viewer: Viewer, cinema: Cinema, film: str) -> None:
    viewer.open(cinema.address("/?sort=title"))
    mark(viewer, "Favorite: Dune")
    wait_for(lambda: is_pressed(viewer, "Favorite: Dune"), PAGE_S)
    assert viewer.browser.current_url == cinema.address("/?sort=title")
    assert [video["title"] for video in cinema.videos(favorite=1)] == ["Dune"]


def test_a_tag_is_added_found_and_removed(viewer: Viewer, cinema: Cinema, film: str) -> None:
    for tag in (TAG, "#family", "sci-fi, OLD/new & 夏 <B>"):  # the last is the first in other letters
        type_tag(viewer, tag)
    assert sorted(cinema.video(film)["tags"]) == [TAG, "family"]
    viewer.browser.refresh()
    assert viewer.sees(TAG)
    viewer.presses_away("Tags", within="Pages")
    viewer.presses_away(TAG)
    assert TAG in viewer.heading()
    assert viewer.titles() == ["Dune"]
    viewer.presses_away(viewer.card("Dune"))
    mark(viewer, f"Remove the tag {TAG}")
    wait_for(lambda: not viewer.sees(TAG), PAGE_S)
    assert cinema.video(film)["tags"] == ["family"]
    viewer.browser.refresh()
    assert not viewer.sees(TAG)
    assert viewer.sees("family")


@IN_TWO
def test_a_tag_that_cannot_be_is_refused_with_a_sentence(viewer: Viewer, cinema: Cinema, film: str) -> None:
    viewer.forgiven.append("400 (")
    viewer.type("New tag", "...")
    wait_for(lambda: "tag" in refusal(viewer), PAGE_S)
    assert cinema.video(film)["tags"] == []


@IN_TWO
def test_a_view_is_counted_by_hand(viewer: Viewer, cinema: Cinema, film: str) -> None:
    before = cinema.video(film)["views"]
    mark(viewer, "Mark as watched")
    viewer.waits_for(f"{before + 1} view")
    assert cinema.video(film)["views"] == before + 1
    viewer.presses_away("Popular", within="Pages")
    assert viewer.titles() == ["Dune"]


@IN_TWO
def test_what_was_watched_is_recent_until_that_is_cleared(viewer: Viewer, cinema: Cinema, film: str) -> None:
    mark(viewer, "Mark as watched")
    viewer.presses_away("Videos")
    assert viewer.controls("0:01 Dune", within="Recently played")
    viewer.presses_away("History", within="Recently played")
    assert viewer.titles() == ["Dune"]
    views = cinema.video(film)["views"]
    viewer.presses_away("Clear")
    assert viewer.sees("Cleared.")
    assert viewer.titles() == []
    assert cinema.video(film)["views"] == views
    viewer.presses_away("0:01 Dune")  # from the history, which has it still
    assert viewer.heading() == "Dune"


def mark(viewer: Viewer, name: str) -> None:
    """Presses a control of a mark. With script the page stays, else it is loaded again by a 303."""
    now = viewer.page_now()
    viewer.answers().clear()
    viewer.press(name)
    if viewer.script:
        wait_for(lambda: posted(viewer), PAGE_S)
        assert is_there(now), "a mark must not load the page again"
        assert posted(viewer)[0][0] == 200
    else:
        wait_for(lambda: not is_there(now) and viewer.is_loaded(), PAGE_S)
        assert posted(viewer)[0][0] == 303


def type_tag(viewer: Viewer, tag: str) -> None:
    now = viewer.page_now()
    viewer.type("New tag", tag)
    if not viewer.script:
        wait_for(lambda: not is_there(now) and viewer.is_loaded(), PAGE_S)
    wait_for(lambda: viewer.state("New tag", "value") == "", PAGE_S)


def posted(viewer: Viewer) -> list[tuple[int, str]]:
    return [(status, path) for status, path in viewer.answers() if path.startswith("/watch/") and path.count("/") > 2]


def is_pressed(viewer: Viewer, name: str) -> bool:
    return viewer.state(name, "ariaPressed") == "true"


def refusal(viewer: Viewer) -> Any:
    """What a viewer reads who asked for something that is refused: a notice, or without script a page."""
    found = "[role=alert]:not([hidden])" if viewer.script else "main p"
    return viewer.browser.execute_script(f"return document.querySelector('{found}')?.textContent ?? ''")
