"""Viewers make playlists, put them in order and let them play: one film after the other, in one player."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from selenium.webdriver.common.by import By

from tests.browser.cinema import Cinema, copy_in, open_cinema
from tests.browser.test_playing import press_play
from tests.browser.viewer import IN_TWO, PAGE_S, Viewer, is_there
from tests.clips import make_clip
from tests.server import wait_for

SECONDS = 1.0
FIRST = "pos-1"
_IS_ON = "return document.querySelector('.playlist__on bdi').textContent === arguments[0]"
_ANSWER_AT_THE_END = """
const ask = window.fetch, video = document.querySelector("video")
const end = new Promise((ended) => video.addEventListener("ended", ended, { once: true }))
window.fetch = async (...asked) => (String(asked[0]).endsWith("/move") && (await end), ask(...asked))
"""
NAMES = ("Boat", "Cave", "Dune")


ON_A_PHONE = pytest.mark.parametrize("viewer", [(True, True)], indirect=True, ids=["script-phone"])


@pytest.fixture(scope="module")
def cinema(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cinema]:
    scratch = tmp_path_factory.mktemp("playlists")
    films = scratch / "Films"
    plain = make_clip(films / "Noise.mp4", seconds=SECONDS, audio=True)
    copy_in(plain, [films / f"{name}.mp4" for name in NAMES])
    make_clip(films / "Eel.webm", seconds=SECONDS, codec="vp8", size="180x320")
    make_clip(films / "Foreign.avi", seconds=SECONDS, codec="mpeg4")
    (films / "Broken.mp4").write_bytes(plain.read_bytes()[:40])
    with open_cinema(films, scratch / "data") as cinema:
        yield cinema


@pytest.fixture
def evening(cinema: Cinema, request: pytest.FixtureRequest) -> str:
    """The address of a playlist: Boat, a broken file, Eel, Dune."""
    made = cinema.api.post("/playlists", data={"name": request.node.name})
    for name in ("Boat.mp4", "Broken.mp4", "Eel.webm", "Dune.mp4"):
        where = f"/watch/{cinema.video(name)['key']}/playlists"
        number = made.headers["Location"].rpartition("/")[2]
        assert cinema.api.post(where, data={"playlist": number}).status_code == 303
    return cinema.address(made.headers["Location"])


@IN_TWO
def test_a_playlist_is_made_filled_ordered_and_deleted(viewer: Viewer, cinema: Cinema) -> None:
    name = f"Evening <{viewer.script}>"
    for film in NAMES:
        viewer.open(cinema.address(cinema.video(f"{film}.mp4")["watch_url"]))
        viewer.press("Add to a playlist")
        if film == "Boat":
            changes(viewer, lambda: viewer.type("New playlist", name))
        else:
            choose(viewer, name)
            changes(viewer, lambda: viewer.press("Add to this playlist"))
    viewer.presses_away(name, within="In playlists")
    assert viewer.heading() == name
    assert items(viewer) == ["Boat", "Cave", "Dune"]
    for control, order in (
        ("Down: Boat", "Cave Boat Dune"),
        ("Up: Dune", "Cave Dune Boat"),
        ("Remove: Cave", "Dune Boat"),
    ):
        changes(viewer, partial(viewer.press, control))
        assert items(viewer) == order.split()
    viewer.browser.refresh()
    assert items(viewer) == ["Dune", "Boat"]
    viewer.press("Rename or delete")
    viewer.press("I know that this is for ever")
    viewer.presses_away("Delete this playlist")
    assert viewer.heading() == "Playlists"
    assert not viewer.sees(name)


@IN_TWO
def test_next_and_the_list_lead_on(viewer: Viewer, evening: str) -> None:
    viewer.open(evening)
    for press, title in (("Next", "Eel"), ("Next", "Dune"), ("Previous", "Eel"), ("", "Boat")):
        changes(viewer, partial(viewer.press, press or viewer.browser.find_element(By.ID, FIRST)))
        assert on(viewer) == title
    assert re.search(r"\?at=1#pos-1$", viewer.browser.current_url)
    viewer.open(f"{evening}?at=2")
    assert viewer.sees("This file cannot be shown.")
    changes(viewer, lambda: viewer.press("Next"))
    assert on(viewer) == "Eel"


@ON_A_PHONE
def test_a_playlist_plays_on_in_one_player(viewer: Viewer, cinema: Cinema, evening: str) -> None:
    before = {name: cinema.video(name)["views"] for name in ("Boat.mp4", "Eel.webm", "Dune.mp4")}
    viewer.open(evening)
    player = viewer.browser.find_element(By.TAG_NAME, "video")
    press_play(viewer)
    for title in ("Eel", "Dune"):
        wait_for(partial(is_on, viewer, title), SECONDS + PAGE_S)
        viewer.press(f"Up: {title}")  # the film goes on meanwhile
    ended = "return document.querySelector('video').ended"
    wait_for(lambda: viewer.browser.execute_script(ended), SECONDS + 2 * PAGE_S)
    assert is_there(player), "a full screen would have been left"
    assert viewer.shifts() == []
    wait_for(lambda: {name: cinema.video(name)["views"] - 1 for name in before} == before, PAGE_S)


@ON_A_PHONE
def test_a_film_that_the_browser_cannot_play_is_passed_over(viewer: Viewer, cinema: Cinema) -> None:
    made = cinema.api.post("/playlists", data={"name": "With a foreign one"}).headers["Location"]
    for name in ("Boat.mp4", "Foreign.avi", "Dune.mp4"):
        number = made.rpartition("/")[2]
        cinema.api.post(f"/watch/{cinema.video(name)['key']}/playlists", data={"playlist": number})
    viewer.open(cinema.address(made))
    press_play(viewer)
    wait_for(partial(is_on, viewer, "Foreign"), SECONDS + PAGE_S)
    wait_for(partial(is_on, viewer, "Dune"), 5 + PAGE_S)


@ON_A_PHONE
def test_a_film_that_ends_while_a_press_is_answered_is_followed_by_the_next(viewer: Viewer, evening: str) -> None:
    viewer.open(evening)
    viewer.browser.execute_script(_ANSWER_AT_THE_END)
    viewer.press("Up: Dune")
    press_play(viewer)
    wait_for(partial(is_on, viewer, "Dune"), SECONDS + PAGE_S)


@ON_A_PHONE
def test_the_original_servers_address_of_a_place_starts_there(viewer: Viewer, evening: str) -> None:
    viewer.open(f"{evening}#pos-3")
    wait_for(partial(is_on, viewer, "Eel"), PAGE_S)
    assert viewer.browser.execute_script("return document.querySelector('video').paused"), "nothing plays unasked"


def changes(viewer: Viewer, deed: Callable[[], object]) -> None:
    """A press that changes the page: with script it stays, else it is loaded again."""
    now = viewer.page_now()
    part = viewer.browser.find_elements(By.CSS_SELECTOR, ".playlist__list, .playlist-add")
    deed()
    if viewer.script:
        wait_for(lambda: viewer.are_gone(part), PAGE_S)
        assert is_there(now), "a playlist must not load the page again"
    else:
        wait_for(lambda: not is_there(now) and viewer.is_loaded(), PAGE_S)


def choose(viewer: Viewer, name: str) -> None:
    for option in viewer.browser.find_elements(By.CSS_SELECTOR, "#playlist option"):
        if option.text == name:
            option.click()


def items(viewer: Viewer) -> list[str]:
    return [one.text for one in viewer.browser.find_elements(By.CSS_SELECTOR, ".item__title bdi")]


def on(viewer: Viewer) -> str:
    """The name of what is on, which the list and the line below the player must tell alike."""
    places = (".item--on .item__title bdi", ".playlist__on bdi")
    names = {viewer.browser.find_element(By.CSS_SELECTOR, place).text for place in places}
    assert len(names) == 1
    return names.pop()


def is_on(viewer: Viewer, title: str) -> bool:
    return bool(viewer.browser.execute_script(_IS_ON, title))
