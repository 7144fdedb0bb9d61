"""What a viewer does, in a real browser: open the gallery, open a video, see it move, seek, rate, reload."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.by import By

from tests.browser.conftest import Open
from tests.clips import make_clip
from tests.sample_media import sample_media
from tests.server import serve, wait_for

# What Chromium plays by itself, of the sample library; the rest needs what a later version brings.
PLAYS = [
    "Films/Big Buck Bunny (2008)/Big Buck Bunny (2008).mp4",
    "Films/Sintel (2010)/Sintel (2010) - Trailer.mp4",
    "Films/av1 sample.mkv",
    "Garden/butterfly.mp4",
    "GoPro/100GOPRO/GOPR0042.MP4",
    "Holiday 2019/snowy mountains.mp4",
    'Odd names/100% fun #1 & "more"; what?.mp4',
    "Odd names/🎂 Zoë’s birthday – 誕生日/🎄 Рождество.mp4",
    "Old iPod/sample_iPod.m4v",
    "Phone/Android/IMG_1234.mp4",
    "Phone/Android/portrait HDR AV1.mp4",
    "Phone/iPhone/portrait.MOV",
    "Recordings/2021-06-05 19.30.00 lens cap on.mp4",
    "Screen recordings/Screen Recording 2024-03-01 at 14.22.07.mp4",
    "Screen recordings/terminal.webm",
    "Screen recordings/recording without a duration.webm",
    "Security camera/front door 2018-10-02 08_15.mp4",
    "Stop motion/crystal.webm",
]


@pytest.mark.parametrize("width", [360, 1280])
def test_a_viewer_finds_watches_seeks_and_rates(browser: Open, tmp_path: Path, width: int) -> None:
    make_clip(tmp_path / "videos" / "Family" / "Zoë’s birthday.mp4", seconds=60, audio=True)
    make_clip(tmp_path / "videos" / "Family" / "Garden.mp4", seed=3)
    with serve(tmp_path / "videos", data=tmp_path / "data") as server:
        wait_for(lambda: not httpx.get(server.base_url + "/parts/progress").text.strip(), 3)
        page = browser(width)
        page.get(server.base_url)
        search = page.find_element(By.NAME, "q")
        search.send_keys("zoe", Keys.ENTER)
        wait_for(lambda: "q=zoe" in page.current_url, 1)
        assert len(page.find_elements(By.CSS_SELECTOR, "article")) == 1
        page.find_element(By.PARTIAL_LINK_TEXT, "birthday").click()
        wait_for(lambda: page.find_elements(By.TAG_NAME, "video"), 1)

        play(page)
        wait_for(lambda: picture_moved(page), 2)
        seek(page, 15)
        wait_for(lambda: position(page) >= 15 and picture_moved(page), 2)

        page.find_element(By.CSS_SELECTOR, "button[aria-label='4 of 5']").click()
        wait_for(lambda: pressed(page, "4 of 5"), 1)
        assert position(page) >= 15, "a mark must not stop the film"
        wait_for(lambda: "1 view" in page.find_element(By.TAG_NAME, "main").text, 7)
        page.refresh()
        assert pressed(page, "4 of 5")
        assert page.execute_script("return document.scrollingElement.scrollWidth <= innerWidth")
        assert complaints(page) == []


def test_without_script_every_mark_is_a_form(browser: Open, tmp_path: Path) -> None:
    make_clip(tmp_path / "videos" / "Dune.mp4", seconds=5)
    with serve(tmp_path / "videos", data=tmp_path / "data") as server:
        wait_for(lambda: not httpx.get(server.base_url + "/parts/progress").text.strip(), 3)
        page = browser(script=False)
        page.get(server.base_url)
        page.find_element(By.PARTIAL_LINK_TEXT, "Dune").click()
        assert not page.execute_script("return !!customElements.get('video-mark')"), "script runs after all"

        def stored() -> tuple[object, ...]:
            found = httpx.get(server.base_url + "/api/videos").json()["videos"][0]
            return found["rating"], found["favorite"], found["tags"], found["views"]

        page.find_element(By.CSS_SELECTOR, "button[aria-label='5 of 5']").click()
        wait_for(lambda: stored()[0] == 5, 1)
        page.get(page.current_url)
        page.find_element(By.CSS_SELECTOR, "button[aria-label^='Favorite']").click()
        wait_for(lambda: stored()[1], 1)
        page.get(page.current_url)
        page.find_element(By.XPATH, "//button[text()='Mark as watched']").click()
        wait_for(lambda: stored()[3] == 1, 1)
        page.get(page.current_url)
        page.find_element(By.ID, "new-tag").send_keys("Sci-Fi, old/new", Keys.ENTER)
        wait_for(lambda: stored() == (5, True, ["Sci-Fi, old/new"], 1), 1)
        page.get(page.current_url)
        page.find_element(By.LINK_TEXT, "Tags").click()
        page.find_element(By.PARTIAL_LINK_TEXT, "Sci-Fi").click()
        assert page.find_elements(By.PARTIAL_LINK_TEXT, "Dune")


def test_a_viewer_gets_along_with_the_keyboard_alone(browser: Open, tmp_path: Path) -> None:
    make_clip(tmp_path / "videos" / "Dune.mp4", seconds=5)
    with serve(tmp_path / "videos", data=tmp_path / "data") as server:
        wait_for(lambda: not httpx.get(server.base_url + "/parts/progress").text.strip(), 3)
        page = browser()
        page.get(server.base_url)
        tab_to(page, lambda: "Dune" in page.switch_to.active_element.text)
        page.switch_to.active_element.send_keys(Keys.ENTER)
        wait_for(lambda: "/watch/" in page.current_url, 1)
        tab_to(page, lambda: page.switch_to.active_element.get_attribute("aria-label") == "3 of 5")
        page.switch_to.active_element.send_keys(Keys.SPACE)
        wait_for(lambda: pressed(page, "3 of 5"), 1)
        # Whoever goes on with the keyboard is still where they were.
        focused = "return document.activeElement.getAttribute('aria-label')"
        wait_for(lambda: page.execute_script(focused) == "3 of 5", 1)


def test_what_this_browser_can_play_plays_and_seeks(browser: Open, tmp_path: Path) -> None:
    with serve(sample_media(), data=tmp_path / "data") as server, httpx.Client(base_url=server.base_url) as home:
        wait_for(lambda: not home.get("/parts/progress").text.strip(), 5)
        page = browser()
        for filename in PLAYS:
            video = home.get(f"/api/videos/{quote(filename)}").json()
            page.get(server.base_url + video["watch_url"])
            play(page)
            wait_for(lambda: position(page) > 0 and picture_moved(page), 2)
            target = video["duration_seconds"] / 2
            seek(page, target)
            wait_for(lambda target=target: position(page) >= target - 0.1 and not is_seeking(page), 2)
            shown = page.execute_script(
                "const v = document.querySelector('video'); return [v.videoWidth, v.videoHeight]"
            )
            assert shown == [video["width"], video["height"]], filename
            assert complaints(page) == [], filename


def play(page: Chrome) -> None:
    page.execute_async_script(
        "const done = arguments[0]; const v = document.querySelector('video'); v.muted = true;"
        "v.play().then(() => done(), error => done(String(error)))"
    )


def seek(page: Chrome, seconds: float) -> None:
    page.execute_script("document.querySelector('video').currentTime = arguments[0]", seconds)


def position(page: Chrome) -> float:
    return float(page.execute_script("return document.querySelector('video').currentTime"))


def is_seeking(page: Chrome) -> bool:
    return bool(page.execute_script("return document.querySelector('video').seeking"))


def picture_moved(page: Chrome) -> bool:
    """Whether frames are really shown: more than one was presented."""
    frames = page.execute_script("return document.querySelector('video').getVideoPlaybackQuality().totalVideoFrames")
    return int(frames) > 1


def pressed(page: Chrome, label: str) -> bool:
    find = "return document.querySelector(`button[aria-label='${arguments[0]}']`)?.getAttribute('aria-pressed')"
    return page.execute_script(find, label) == "true"


def tab_to(page: Chrome, is_there: object) -> None:
    assert callable(is_there)
    for _ in range(60):
        page.switch_to.active_element.send_keys(Keys.TAB)
        if is_there():
            return
    raise AssertionError("the keyboard never got there")


def complaints(page: Chrome) -> list[str]:
    """What the browser's console says is wrong: errors, refused scripts and styles."""
    return [entry["message"] for entry in page.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
