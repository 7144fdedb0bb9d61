"""Viewers watch: press play, jump, go on to the next; a file that cannot be shown explains itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from selenium.webdriver.common.by import By

from tests.browser.cinema import Cinema, copy_in, open_cinema
from tests.browser.test_watching import is_seeking, picture_moved, position, seek
from tests.browser.viewer import IN_TWO, PAGE_S, Viewer
from tests.clips import make_clip
from tests.server import wait_for

SECONDS = 2.5  # watched to its end in each combination
VIEW_AFTER_S = SECONDS / 2
PLAYS = ("Boat.mp4", "Cave.webm", "Upright.mp4")


@pytest.fixture(scope="module")
def cinema(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cinema]:
    scratch = tmp_path_factory.mktemp("playing")
    films = scratch / "Films"
    boat = make_clip(films / "Boat.mp4", seconds=SECONDS, audio=True)
    make_clip(films / "Cave.webm", seconds=SECONDS, codec="vp8", audio=True)
    make_clip(films / "Upright.mp4", seconds=SECONDS, size="180x320", seed=2)
    make_clip(films / "Silent in here.mkv", seconds=2, codec="hevc", seed=5, audio=True)
    make_clip(films / "Of another age.avi", codec="mjpeg", seed=6)
    copy_in(boat, [films / "Watched" / f"{script}-{phone}.mp4" for script in (0, 1) for phone in (0, 1)])
    (films / "Broken.mp4").write_bytes(boat.read_bytes()[:40])
    with open_cinema(films, scratch / "data") as cinema:
        yield cinema


def test_a_film_plays_and_jumps(viewer: Viewer, cinema: Cinema) -> None:
    for name in PLAYS:
        viewer.open(cinema.address(cinema.video(name)["watch_url"]))
        assert viewer.browser.execute_script("return document.querySelector('video').paused"), "nothing plays unasked"
        press_play(viewer)
        wait_for(lambda: position(viewer.browser) > 0 and picture_moved(viewer.browser), PAGE_S)
        seek(viewer.browser, 2)
        wait_for(lambda: position(viewer.browser) >= 2 and not is_seeking(viewer.browser), PAGE_S)
        assert viewer.shifts() == []
    viewer.open(cinema.address(cinema.video(PLAYS[0])["watch_url"] + "?t=2"))
    wait_for(lambda: position(viewer.browser) >= 2, PAGE_S)


def test_a_view_is_counted_when_half_was_watched(viewer: Viewer, cinema: Cinema) -> None:
    name = f"Watched/{viewer.script:d}-{viewer.on_phone:d}.mp4"
    viewer.open(cinema.address(cinema.video(name)["watch_url"]))
    press_play(viewer)
    wait_for(lambda: position(viewer.browser) > SECONDS / 5, PAGE_S)
    press_play(viewer)  # and pauses
    wait_for(lambda: viewer.browser.execute_script("return document.querySelector('video').paused"), PAGE_S)
    if position(viewer.browser) < VIEW_AFTER_S:  # else this machine was too busy to press in time
        assert cinema.video(name)["views"] == 0
    press_play(viewer)
    wait_for(lambda: position(viewer.browser) >= SECONDS - 0.1, SECONDS)
    if viewer.script:
        viewer.waits_for("1 view")
    # Without script nobody can know that it was watched; there is a button for it.
    assert cinema.video(name)["views"] == viewer.script
    viewer.browser.refresh()
    assert viewer.sees(f"{viewer.script:d} view")


@IN_TWO
def test_what_is_related_leads_on(viewer: Viewer, cinema: Cinema) -> None:
    viewer.open(cinema.address(cinema.video("Boat.mp4")["watch_url"]))
    assert viewer.blank_pictures() == []
    seen = {viewer.heading()}
    for _ in range(2):
        following = next(title for title in viewer.titles() if title not in seen)
        viewer.presses_away(viewer.card(following))
        assert viewer.heading() == following
        seen.add(following)


@IN_TWO
def test_a_broken_file_explains_itself(viewer: Viewer, cinema: Cinema) -> None:
    viewer.open(cinema.address())
    viewer.presses_away(viewer.card("Broken"))
    reason = cinema.api.get("/admin").text
    shown = viewer.browser.find_element(By.TAG_NAME, "main").text
    assert "This file cannot be shown." in shown
    [told] = [line for line in shown.splitlines() if "looked at again as soon as it changes" in line]
    assert told.split(" It is looked")[0] in reason
    assert not viewer.browser.find_elements(By.TAG_NAME, "video")


@IN_TWO
def test_a_film_that_this_browser_cannot_play_offers_the_file(viewer: Viewer, cinema: Cinema) -> None:
    for name in ("Of another age.avi", "Silent in here.mkv"):
        viewer.open(cinema.address(cinema.video(name)["watch_url"]))
        if name.endswith(".mkv"):  # the sound plays, and there is no picture
            press_play(viewer)
        if viewer.script:
            viewer.waits_for("This browser cannot play the file")
            assert viewer.controls("Download it")
        viewer.press("About the file")
        download = viewer.control("Download").get_attribute("href")
        assert cinema.api.head(str(download)).headers["Content-Disposition"].startswith("attachment")
    assert cinema.video(name)["views"] == 0


def press_play(viewer: Viewer) -> None:
    """The button at the lower left that Chromium's own controls have; lower where they show a film as sound alone."""
    video = viewer.browser.find_element(By.TAG_NAME, "video")
    wait_for(lambda: viewer.browser.execute_script("return arguments[0].readyState >= 1", video), PAGE_S)
    has_picture = viewer.browser.execute_script("return arguments[0].videoWidth > 0", video)
    box = video.rect
    viewer.press(video, aside=(26 - box["width"] // 2, box["height"] // 2 - (48 if has_picture else 27)))
