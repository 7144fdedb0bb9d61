"""Viewers find their way: the gallery, folders, search. With and without script, on a phone and at a desk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.cinema import Cinema, copy_in, open_cinema
from tests.browser.viewer import IN_TWO, PAGE_S, Viewer
from tests.clips import make_clip
from tests.server import wait_for

LONG = "A very long name as a telephone or a download tool would make it " * 3
DEEP = "Holiday/Old tapes/Summer"
HOSTILE = "<script>alert(1)</script> \"'&amp; ><img src=x onerror=alert(2)>"

# What is typed -> how the only title that is found begins.
SEARCHES = {
    "zoe geb": "Zoë’s",
    "DUNE": "Dune",
    "GEBURTSTAG ZOË": "Zoë’s",
    "upright": "Upright",
    "誕生": "Zoë’s",
    "cave OLD": "Cave",
}


@pytest.fixture(scope="module")
def cinema(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cinema]:
    scratch = tmp_path_factory.mktemp("browsing")
    films = scratch / "Films"
    plain = make_clip(films / "Dune.mp4", audio=True)
    make_clip(films / "Upright.mp4", size="180x320", seed=3)
    make_clip(films / "Zoë’s Geburtstag – 誕生日.webm", seed=4, codec="vp8")
    copy_in(plain, [films / f"{LONG.strip()}.mp4"])
    copy_in(plain, [films / DEEP / f"{name}.mp4" for name in ("Beach", "Boat", "Cave")])
    copy_in(plain, [films / "Clips" / f"clip {number:02}.mp4" for number in range(24)])
    (films / "Broken.mp4").write_bytes(b"no video")
    with open_cinema(films, scratch / "data") as cinema:
        yield cinema


def test_the_gallery_shows_a_picture_of_each_video(viewer: Viewer, cinema: Cinema) -> None:
    viewer.open(cinema.address())
    shown = cinema.videos()
    assert viewer.titles() == [video["title"] for video in shown]
    assert len(viewer.pictures()) == sum(video["status"] == "ready" for video in shown)
    assert viewer.blank_pictures() == []
    assert viewer.shifts() == []
    assert viewer.sees(f"{len(shown)} videos")


@IN_TWO
def test_the_gallery_is_put_in_order_and_reversed(viewer: Viewer, cinema: Cinema) -> None:
    viewer.open(cinema.address())
    viewer.presses_away("Title", within="Order")
    assert viewer.titles() == cinema.titles(sort="title")
    viewer.presses_away("Title", within="Order")  # that is on now
    assert viewer.titles() == cinema.titles(sort="title", order="desc") == cinema.titles(sort="title")[::-1]
    viewer.presses_away("Size", within="Order")
    assert viewer.titles() == cinema.titles(sort="size")


@IN_TWO
def test_pages_follow_one_another_and_lead_back(viewer: Viewer, cinema: Cinema) -> None:
    viewer.open(cinema.address("/?sort=title&per_page=20"))
    first = viewer.titles()
    assert not viewer.controls("Previous", within="Pages of this list")
    viewer.presses_away("Next", within="Pages of this list")
    assert first + viewer.titles() == cinema.titles(sort="title")
    assert not viewer.controls("Next", within="Pages of this list")
    viewer.presses_away("Previous", within="Pages of this list")
    assert viewer.titles() == first


@IN_TWO
def test_chance_shuffles_the_gallery_once_and_opens_some_video(viewer: Viewer, cinema: Cinema) -> None:
    viewer.open(cinema.address("/?per_page=20"))
    viewer.presses_away("Random", within="Order")
    first = viewer.titles()
    viewer.presses_away("Next", within="Pages of this list")
    assert sorted(first + viewer.titles()) == sorted(cinema.titles())
    viewer.browser.back()
    wait_for(lambda: viewer.titles() == first, PAGE_S)
    viewer.presses_away("Random", within="Pages")
    assert viewer.heading() in cinema.titles()


def test_the_way_back_leads_to_the_same_place(viewer: Viewer, cinema: Cinema) -> None:
    viewer.open(cinema.address("/?sort=title"))
    viewer.press(viewer.card("clip 20"))
    viewer.waits_for_address("/watch/")
    viewer.browser.back()
    viewer.waits_for("clip 20")
    wait_for(lambda: viewer.is_in_sight(viewer.card("clip 20")), PAGE_S)
    assert viewer.browser.execute_script("return scrollY") > 200


def test_folders_lead_down_and_up_again(viewer: Viewer, cinema: Cinema) -> None:
    viewer.open(cinema.address("/?per_page=8"))
    viewer.presses_away("Folders", within="Pages")
    for name in DEEP.split("/"):
        viewer.presses_away(name)
        assert viewer.heading() == name
    assert viewer.titles() == ["Beach", "Boat", "Cave"]
    viewer.presses_away("Holiday", within="Folders above")
    assert viewer.heading() == "Holiday"


@IN_TWO
def test_a_folder_is_watched_from_one_end_to_the_other(viewer: Viewer, cinema: Cinema) -> None:
    viewer.open(cinema.address(f"/folders/Films/{DEEP}"))
    viewer.presses_away(viewer.card("Beach"))
    for name in ("Boat", "Cave"):
        viewer.presses_away(f"Next {name}", within="In this folder")
        assert viewer.heading() == name
    viewer.presses_away("Previous Boat", within="In this folder")
    assert viewer.heading() == "Boat"
    viewer.presses_away(f"Films/{DEEP}")
    assert viewer.titles() == ["Beach", "Boat", "Cave"]


def test_search_finds_in_any_order_without_case_and_accents(viewer: Viewer, cinema: Cinema) -> None:
    viewer.open(cinema.address("/?per_page=8"))
    for words, found in SEARCHES.items():
        viewer.type("Search", words)
        wait_for(lambda words=words: viewer.heading().endswith(words), PAGE_S)  # type: ignore[misc]
        assert [title[: len(found)] for title in viewer.titles()] == [found]
        assert viewer.state("Search", "value") == words
    viewer.presses_away(viewer.card("Cave"))
    assert viewer.heading() == "Cave"


@IN_TWO
def test_a_search_that_finds_nothing_says_so_whatever_was_typed(viewer: Viewer, cinema: Cinema) -> None:
    viewer.open(cinema.address("/tags"))
    for words in ("zzz nothing", HOSTILE):
        viewer.type("Search", words)
        wait_for(lambda words=words: viewer.heading().endswith(words), PAGE_S)  # type: ignore[misc]
        assert viewer.sees("Nothing found")
        assert viewer.state("Search", "value") == words
        assert viewer.titles() == []
    viewer.type("Search", "")
    viewer.waits_for("What are you looking for?")
