"""/admin in a browser: a time is chosen, a deed is done, and what happens in the house is seen without a reload."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By

from tests.browser.cinema import Cinema, open_cinema
from tests.browser.viewer import Viewer
from tests.clips import make_clip
from tests.homes import PROBE_S
from tests.journeys.test_poster import undecodable
from tests.server import wait_for

TOLD_S = 2.0  # how soon a poster that failed is on the page


@pytest.fixture(scope="module")
def cinema(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cinema]:
    scratch = tmp_path_factory.mktemp("admin")
    make_clip(scratch / "Films" / "Dune.mp4")
    with open_cinema(scratch / "Films", scratch / "data") as cinema:
        yield cinema


@pytest.mark.parametrize("viewer", [(False, False)], indirect=True, ids=["no-script"])
def test_a_time_is_chosen_and_the_work_is_paused_and_goes_on(viewer: Viewer, cinema: Cinema) -> None:
    viewer.open(cinema.address("/admin"))
    viewer.presses_away("24 hours", "Time that is shown")
    assert "window=86400" in viewer.browser.current_url
    chosen = viewer.browser.find_element(By.CSS_SELECTOR, "[aria-label='Time that is shown'] [aria-current]")
    assert chosen.text == "24 hours"
    viewer.presses_away("p99", "Addresses")
    assert viewer.browser.find_element(By.CSS_SELECTOR, "th[aria-sort=descending]").text.startswith("p99")
    assert "window=86400" in viewer.browser.current_url
    viewer.presses_away("Pause: Pictures", "Work")
    assert viewer.sees("No picture is made until it goes on")
    viewer.presses_away("Go on: Pictures", "Work")
    assert viewer.sees("Every video that can have a picture has one.")


@pytest.mark.parametrize("viewer", [(True, False)], indirect=True, ids=["desktop"])
def test_a_poster_that_fails_is_told_on_the_open_page_and_tried_again_there(
    viewer: Viewer, cinema: Cinema, tmp_path: Path
) -> None:
    viewer.open(cinema.address("/admin"))
    page = viewer.page_now()
    undecodable(make_clip(tmp_path / "Odd.mp4", seed=1)).rename(cinema.folder / "Odd.mp4")
    wait_for(lambda: "There is no decoder" in cinema.api.get("/parts/admin/attention").text, PROBE_S)
    wait_for(lambda: viewer.sees("Odd.mp4") and viewer.sees("There is no decoder for its pictures"), TOLD_S)
    assert page.is_displayed(), "the page was not loaded anew"
    viewer.presses_away("Try again: Odd", "Pictures")
    assert viewer.sees("Tried again now: 1.")
