"""Viewers who have only a keyboard: every control is reached, seen and used, and nobody loses their place."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from selenium.webdriver import Keys

from tests.browser.cinema import Cinema, copy_in, open_cinema
from tests.browser.test_watching import position
from tests.browser.viewer import AT_A_DESK, PAGE_S, Viewer
from tests.clips import make_clip
from tests.server import wait_for

MOST_STOPS = 120

# What is written on a control; on a card that is its title.
_NAME = """
const name = (one) => `${one.tagName} ` + (one.ariaLabel
  || (one.tagName === "A" && one.querySelector("h2") || one).textContent.replace(/\\s+/g, " ").trim() || one.id)
"""
_CONTROLS = f"""{_NAME}
return [...document.querySelectorAll("a[href], button, input:not([type=hidden]), summary, video")]
  .filter((one) => !one.disabled && one.checkVisibility()).map(name)
"""
# A card shows the ring around its picture.
_STOP = f"""{_NAME}
const one = document.activeElement
const hasRing = ({{ outlineStyle, outlineWidth }}) => outlineStyle !== "none" && parseFloat(outlineWidth) >= 2
return [name(one), [one, ...one.children].some((part) => hasRing(getComputedStyle(part)))]
"""


@pytest.fixture(scope="module")
def cinema(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cinema]:
    scratch = tmp_path_factory.mktemp("keyboard")
    films = scratch / "Films"
    dune = make_clip(films / "Dune.mp4", seconds=4)
    copy_in(dune, [films / "Old" / f"{name}.mp4" for name in ("Heat", "Jaws", "Up")])
    with open_cinema(films, scratch / "data") as cinema:
        key = cinema.video("Dune.mp4")["key"]
        for tag in ("family", "sand"):
            cinema.api.put(f"/api/videos/{key}/tags/{tag}").raise_for_status()
        yield cinema


@AT_A_DESK
def test_every_control_is_reached_in_order_and_is_seen(viewer: Viewer, cinema: Cinema) -> None:
    for path in (
        "/?per_page=2",
        cinema.video("Dune.mp4")["watch_url"],
        "/folders/",
        "/tags",
        "/search?q=zzz",
        "/admin",
    ):
        viewer.open(cinema.address(path))
        expected = viewer.browser.execute_script(_CONTROLS)
        stops = list(walk(viewer))
        assert [name for name, _ in stops] == expected, path
        assert [name for name, has_ring in stops if not has_ring] == [], path


@AT_A_DESK
def test_the_first_stop_skips_to_the_content(viewer: Viewer, cinema: Cinema) -> None:
    viewer.open(cinema.address("/?sort=title"))
    viewer.keys(Keys.TAB)
    assert focused(viewer) == "Skip to the content"
    assert viewer.is_in_sight(viewer.browser.switch_to.active_element)
    viewer.keys(Keys.ENTER)
    viewer.keys(Keys.TAB)
    inside = "return document.querySelector('main').contains(document.activeElement)"
    assert viewer.browser.execute_script(inside)


@AT_A_DESK
def test_a_film_is_found_opened_and_played(viewer: Viewer, cinema: Cinema) -> None:
    viewer.open(cinema.address())
    go_to(viewer, "q")
    viewer.keys("dune", Keys.ENTER)
    viewer.waits_for("dune")
    wait_for(viewer.is_loaded, PAGE_S)
    go_to(viewer, "Dune")
    viewer.keys(Keys.ENTER)
    viewer.waits_for_address("/watch/")
    wait_for(lambda: viewer.browser.execute_script("return document.querySelector('video')?.readyState >= 1"), PAGE_S)
    go_to(viewer, lambda: viewer.browser.switch_to.active_element.tag_name == "video")
    viewer.keys(Keys.SPACE)
    wait_for(lambda: position(viewer.browser) > 0, PAGE_S)
    go_to(viewer, "About the file")
    viewer.keys(Keys.ENTER)
    assert viewer.controls("Download")


@AT_A_DESK
def test_marks_are_set_by_enter_and_space(viewer: Viewer, cinema: Cinema) -> None:
    film = cinema.video("Old/Heat.mp4")
    viewer.open(cinema.address(film["watch_url"]))
    for stop, key, mark, value in (
        ("4 of 5", Keys.SPACE, "rating", 4),
        ("2 of 5", Keys.ENTER, "rating", 2),
        ("Clear", Keys.SPACE, "rating", None),
        ("Favorite: Heat", Keys.ENTER, "favorite", True),
        ("Favorite: Heat", Keys.SPACE, "favorite", False),
    ):
        go_to(viewer, stop)
        use(viewer, key)
        assert cinema.video("Old/Heat.mp4")[mark] == value, stop


@pytest.mark.parametrize("viewer", [(True, False)], indirect=True, ids=["script"])
def test_the_place_is_kept_when_a_mark_changes(viewer: Viewer, cinema: Cinema) -> None:
    """From each control that was used: where the viewer is afterwards."""
    viewer.open(cinema.address(cinema.video("Old/Jaws.mp4")["watch_url"]))
    for stop, keys, then in (
        ("Favorite: Jaws", Keys.SPACE, "Favorite: Jaws"),
        ("3 of 5", Keys.SPACE, "3 of 5"),
        ("Clear", Keys.SPACE, "5 of 5"),
        ("Mark as watched", Keys.ENTER, "Mark as watched"),
        ("new-tag", f"old{Keys.ENTER}", "new-tag"),
        ("new-tag", f"sea{Keys.ENTER}", "new-tag"),
        ("Remove the tag old", Keys.SPACE, "Remove the tag sea"),
        ("Remove the tag sea", Keys.ENTER, "new-tag"),
    ):
        go_to(viewer, stop)
        use(viewer, keys)
        assert focused(viewer) == then, stop
    assert cinema.video("Old/Jaws.mp4")["favorite"]


@AT_A_DESK
def test_escape_empties_the_search(viewer: Viewer, cinema: Cinema) -> None:
    viewer.open(cinema.address("/search?q=dune"))
    go_to(viewer, "q")
    viewer.keys(Keys.ESCAPE)
    assert viewer.state("Search", "value") == ""
    assert focused(viewer) == "q", "and the viewer is still in it"


def walk(viewer: Viewer) -> Iterator[tuple[str, bool]]:
    """The stops from the top of the page to its end, and whether the focus is seen there. A player with its own
    controls, or a list that scrolls, takes several presses and is one stop."""
    last = None
    for _ in range(MOST_STOPS):
        viewer.keys(Keys.TAB)
        name, has_ring = viewer.browser.execute_script(_STOP)
        if name.startswith("BODY "):
            return
        if not (name == last and name.startswith("VIDEO")):
            yield name, has_ring
        last = name
    raise AssertionError("the page has no end")


def focused(viewer: Viewer) -> str:
    return str(viewer.browser.execute_script(_STOP)[0]).partition(" ")[2]


def go_to(viewer: Viewer, stop: str | Callable[[], bool]) -> None:
    """Presses Tab until the focus is there."""
    is_there = stop if callable(stop) else lambda: focused(viewer) == stop
    for _ in range(MOST_STOPS):
        if is_there():
            return
        viewer.keys(Keys.TAB)
    raise AssertionError(f"the keyboard never comes to {stop}")


def use(viewer: Viewer, keys: str) -> None:
    """Presses these, and waits until the page (without script) or the part has been drawn anew."""
    drawn = "return [...document.querySelectorAll(arguments[0] ? 'video-mark' : 'main')]"
    before = viewer.browser.execute_script(drawn, viewer.script)
    viewer.keys(*keys)
    wait_for(lambda: viewer.are_gone(before) and viewer.is_loaded(), PAGE_S)
