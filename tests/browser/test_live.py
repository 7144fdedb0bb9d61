"""Pages that stay as the house is now: one connection for all tabs, no reload, and calm while the server is away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.browser.cinema import open_cinema
from tests.browser.test_away import served_again
from tests.browser.viewer import Viewer
from tests.clips import make_clip
from tests.server import wait_for

EVERY_S = 2.0  # how often a part is asked for at most
OLD = "Not available now: these are the last numbers, from "

_PART = "const part = document.querySelector(\"live-part[data-on~='mark.changed']\");"
_TEXT = _PART + "return part.innerText"
_OLD_PARTS = (
    "return [...document.querySelectorAll('live-part')].filter((one) => one.innerText.includes(arguments[0])).length"
)


@pytest.mark.parametrize("viewer", [(True, False)], indirect=True, ids=["desktop"])
def test_tabs_share_one_connection_and_outlive_the_server(viewer: Viewer, tmp_path: Path) -> None:
    viewer.forgiven += ["ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED_ENCODING", "ERR_EMPTY_RESPONSE"]
    for number, name in enumerate(("Dune", "Heat")):
        make_clip(tmp_path / "Films" / f"{name}.mp4", seed=number)
    with open_cinema(tmp_path / "Films", tmp_path / "data", log_level="debug") as cinema, two_tabs(viewer) as tabs:
        dune, heat = (cinema.video(f"{name}.mp4")["key"] for name in ("Dune", "Heat"))
        for tab in tabs:
            viewer.browser.switch_to.window(tab)
            viewer.open(cinema.address("/admin"))
            assert "Never watched: 2" in text(viewer)
            viewer.browser.execute_script("document.querySelector('#stale').open = true; window.unloaded = true")

        cinema.api.post(f"/api/videos/{dune}/views").raise_for_status()
        for tab in tabs:
            viewer.browser.switch_to.window(tab)
            wait_for(lambda: "Never watched: 1" in text(viewer), EVERY_S)
            kept = "return [window.unloaded, document.querySelector('#stale').open]"
            assert viewer.browser.execute_script(kept) == [True, True], "nothing was loaded anew or folded"

        with without_shared_workers(viewer):
            viewer.open(cinema.address("/admin"))
            cinema.api.post(f"/api/videos/{heat}/views").raise_for_status()
            wait_for(lambda: "Never watched: 0" in text(viewer), EVERY_S)

        assert cinema.server.stop() == 0
        assert connections(tmp_path / "data") == 2, "one for both tabs, and one without what tabs share"
        for tab in tabs:
            viewer.browser.switch_to.window(tab)
            wait_for(lambda: parts_that_are_old(viewer) > 0, 2 * EVERY_S)
            assert "Never watched: 0" in text(viewer), "the last numbers stay"
        spoken = "return document.querySelectorAll('live-part > [role=status]').length"
        assert viewer.browser.execute_script(spoken) == 1, "read out once"

        viewer.browser.switch_to.window(tabs[0])
        with served_again(cinema.server.base_url, tmp_path):
            wait_for(lambda: parts_that_are_old(viewer) == 0, 3 * EVERY_S)
            assert viewer.browser.execute_script("return window.unloaded") is True


@contextmanager
def without_shared_workers(viewer: Viewer) -> Iterator[None]:
    """As in Chrome on Android."""
    gone = {"source": "delete globalThis.SharedWorker"}
    added = viewer.browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", gone)
    try:
        yield
        assert viewer.browser.execute_script("return 'SharedWorker' in window") is False
    finally:
        viewer.browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)


@contextmanager
def two_tabs(viewer: Viewer) -> Iterator[list[str]]:
    first = viewer.browser.current_window_handle
    viewer.browser.switch_to.new_window("window")
    second = viewer.browser.current_window_handle
    try:
        yield [first, second]
    finally:
        viewer.browser.switch_to.window(second)
        viewer.browser.close()
        viewer.browser.switch_to.window(first)


def text(viewer: Viewer) -> str:
    return str(viewer.browser.execute_script(_TEXT))


def parts_that_are_old(viewer: Viewer) -> int:
    return int(viewer.browser.execute_script(_OLD_PARTS, OLD))


def connections(data: Path) -> int:
    """How many the server had for its news, once it has stopped."""
    lines = (data / "logs" / "server.log").read_text("utf-8").splitlines()
    return sum(json.loads(line)["message"].startswith("GET /events?") for line in lines)
