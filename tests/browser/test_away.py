"""Nothing there yet, and the server gone for a while: the page says so calmly, and goes on afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser.cinema import copy_in, open_cinema
from tests.browser.viewer import IN_TWO, PAGE_S, WITH_SCRIPT, Viewer
from tests.clips import make_clip
from tests.server import CHECKOUT, START_S, STOP_S, serve, wait_for

AWAY = "The server does not answer"
BACK_S = 5.0  # how soon an open page knows that the server answers again


@IN_TWO
def test_the_first_start_says_what_to_do(viewer: Viewer, tmp_path: Path, clip: Path) -> None:
    films = tmp_path / "Films"
    films.mkdir()
    with serve(films, data=tmp_path / "data") as server:
        wait_for(lambda: not read(f"{server.base_url}/parts/progress").strip(), 2)
        viewer.open(server.base_url)
        assert viewer.sees("No videos yet")
        assert viewer.sees("Put video files into the folders")
        assert viewer.titles() == []
        for page, sentence in {
            "Folders": "No videos in this folder",
            "Favorites": "Press the heart",
            "Tags": "No tags yet",
            "Popular": "watched",
            "Best of": "four or five stars",
            "Random": "No videos yet",
        }.items():
            viewer.presses_away(page, within="Pages")
            assert viewer.sees(sentence), page
        copy_in(clip, [films / "First.mp4"])
        wait_for(lambda: '"First"' in read(f"{server.base_url}/api/videos"), 2)
        viewer.browser.refresh()
        assert viewer.titles() == ["First"]


@WITH_SCRIPT
def test_a_page_outlives_its_server(viewer: Viewer, tmp_path: Path) -> None:
    """The server stops under an open gallery, and comes back at the same address."""
    viewer.forgiven.append("ERR_CONNECTION_REFUSED")
    plain = make_clip(tmp_path / "Films" / "a 00.mp4")
    copy_in(plain, [tmp_path / "Films" / f"a {number:02}.mp4" for number in range(1, 30)])
    with open_cinema(tmp_path / "Films", tmp_path / "data") as cinema:
        viewer.open(cinema.address("/?sort=title"))
        viewer.browser.execute_cdp_cmd("Network.clearBrowserCache", {})
        titles = viewer.titles()
        assert cinema.server.stop() == 0
        assert told(viewer) == "", "nothing is said before it matters"

        viewer.press(f"Favorite: {titles[0]}")
        wait_for(lambda: AWAY in told(viewer), PAGE_S)
        assert "Nothing was changed" in alert(viewer)
        assert viewer.state(f"Favorite: {titles[0]}", "ariaPressed") == "false"
        assert viewer.titles() == titles
        assert broken_signs(viewer) == [], "a picture that did not come leaves a quiet tile"

        with served_again(cinema.server.base_url, tmp_path):
            wait_for(lambda: told(viewer) == "", BACK_S)
            viewer.press(f"Favorite: {titles[0]}")
            wait_for(lambda: viewer.state(f"Favorite: {titles[0]}", "ariaPressed") == "true", PAGE_S)
            viewer.browser.refresh()
            assert viewer.state(f"Favorite: {titles[0]}", "ariaPressed") == "true"


@pytest.mark.parametrize("viewer", [(False, False), (False, True)], indirect=True, ids=["desktop", "phone"])
def test_without_script_the_page_works_again_when_the_server_does(viewer: Viewer, tmp_path: Path) -> None:
    viewer.forgiven.append("ERR_CONNECTION_REFUSED")
    make_clip(tmp_path / "Films" / "Dune.mp4")
    with open_cinema(tmp_path / "Films", tmp_path / "data") as cinema:
        viewer.open(cinema.address())
        assert cinema.server.stop() == 0
        assert viewer.titles() == ["Dune"]
        assert told(viewer) == ""
        with served_again(cinema.server.base_url, tmp_path):
            viewer.presses_away(viewer.card("Dune"))
            assert viewer.heading() == "Dune"


def told(viewer: Viewer) -> str:
    return str(viewer.browser.execute_script("return document.querySelector('connection-state').textContent"))


def alert(viewer: Viewer) -> str:
    return str(viewer.browser.execute_script("return document.querySelector('[role=alert]')?.textContent ?? ''"))


def broken_signs(viewer: Viewer) -> list[str]:
    """Looks at every picture; those that would show the browser's sign for a broken one, or that fell together."""
    signs = """
    const tiles = [...document.querySelectorAll("article img")]
    for (const one of tiles) one.scrollIntoView()
    return tiles.filter((one) => one.alt || one.parentElement.parentElement.getBoundingClientRect().height < 40)
      .map((one) => one.outerHTML)
    """
    return list(viewer.browser.execute_script(signs))


@contextmanager
def served_again(base_url: str, scratch: Path) -> Iterator[None]:
    """A server at this address, of the films and marks that lie in `scratch`."""
    command = [sys.executable, str(CHECKOUT / "app.py"), str(scratch / "Films"), "--host", "127.0.0.1"]
    command += ["--port", str(urlsplit(base_url).port), "--data", str(scratch / "data")]
    environment = os.environ | {"LVS_THUMBNAILS": str(scratch / "pictures")}
    with (scratch / "output").open("wb") as out:
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
    try:
        wait_for(lambda: process.poll() is not None or answers(base_url), 3 * START_S)
        assert process.poll() is None, (scratch / "output").read_text()
        yield
    finally:
        process.terminate()
        process.wait(5 * STOP_S)


def answers(base_url: str) -> bool:
    try:
        return bool(read(f"{base_url}/ping"))
    except OSError:
        return False


def read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=5) as answer:
        return str(answer.read().decode())
