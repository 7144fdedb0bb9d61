"""Pictures that are made while somebody looks: they come into the page by themselves, and nothing jumps.

The workers that make pictures are held still meanwhile, so that each test sees the page without them first.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import psutil
import pytest

from tests.browser.cinema import Cinema, copy_in, open_cinema
from tests.browser.viewer import IN_TWO, WITH_SCRIPT, Viewer, is_there
from tests.clips import make_clip
from tests.server import wait_for

LOOKS_AGAIN_S = 2.0  # picture-wait asks 1.5 s after the page came, and after each answer
_number = count(1)


@pytest.fixture(scope="module")
def cinema(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cinema]:
    scratch = tmp_path_factory.mktemp("posters")
    for number in range(12):
        make_clip(scratch / "Films" / f"old {number}.mp4", seed=number)
    with open_cinema(scratch / "Films", scratch / "data") as cinema:
        yield cinema


def test_a_picture_comes_into_the_open_page(viewer: Viewer, cinema: Cinema) -> None:
    with pictures_wait(cinema):
        name = bring_in(cinema)
        viewer.open(cinema.address())
        page = viewer.page_now()
        assert viewer.titles()[0] == name
        assert picture_of(viewer, name) is None
    if not viewer.script:
        wait_for(lambda: cinema.video(f"{name}.mp4")["thumbnail_url"], 5)
        assert picture_of(viewer, name) is None
        viewer.browser.refresh()
        assert picture_of(viewer, name)
        return
    wait_for(lambda: picture_of(viewer, name), LOOKS_AGAIN_S)
    assert is_there(page), "nobody loaded the page again"
    assert viewer.shifts() == []
    assert viewer.blank_pictures() == []


@IN_TWO
def test_a_page_that_was_open_before_shows_the_new_film_when_loaded_again(viewer: Viewer, cinema: Cinema) -> None:
    viewer.open(cinema.address())
    before = viewer.titles()
    name = bring_in(cinema)
    assert viewer.titles() == before, "nothing is pushed away under the finger"
    viewer.browser.refresh()
    assert viewer.titles() == [name, *before]
    wait_for(lambda: cinema.video(f"{name}.mp4")["thumbnail_url"], 5)
    viewer.browser.refresh()
    assert picture_of(viewer, name)
    assert viewer.blank_pictures() == []


@WITH_SCRIPT
def test_who_goes_on_with_the_keyboard_stays_where_they_are(viewer: Viewer, cinema: Cinema) -> None:
    with pictures_wait(cinema):
        name = bring_in(cinema)
        viewer.open(cinema.address())
        viewer.browser.execute_script("arguments[0].focus()", viewer.card(name))
    wait_for(lambda: picture_of(viewer, name), LOOKS_AGAIN_S)
    assert viewer.browser.switch_to.active_element == viewer.card(name)


def bring_in(cinema: Cinema) -> str:
    """A new film, known to the server; its title."""
    title = f"new {next(_number)}"
    copy_in(cinema.folder / "old 0.mp4", [cinema.folder / f"{title}.mp4"])
    wait_for(lambda: title in cinema.titles(), 1)
    return title


def picture_of(viewer: Viewer, title: str) -> object:
    """The address of the picture on a card once it is shown; None before."""
    shown = "const img = arguments[0].querySelector('img'); return img?.naturalWidth ? img.currentSrc : null"
    return viewer.browser.execute_script(shown, viewer.card(title))


@contextmanager
def pictures_wait(cinema: Cinema) -> Iterator[None]:
    """No picture is made meanwhile: the workers stand still."""
    workers = psutil.Process(cinema.server.pid).children(recursive=True)
    for worker in workers:
        with contextlib.suppress(psutil.NoSuchProcess):
            worker.suspend()
    try:
        yield
    finally:
        for worker in workers:
            with contextlib.suppress(psutil.NoSuchProcess):
                worker.resume()
