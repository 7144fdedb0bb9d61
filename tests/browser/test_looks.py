"""Every page at phone, desk and television size, by day and by night: nothing sticks out, jumps or complains."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path

import httpx
import pytest
from selenium.webdriver import Chrome, Keys

from tests.browser.conftest import Open
from tests.browser.every_page import empty_pages, every_page, has_pictures
from tests.browser.test_accessibility import show_as
from tests.browser.test_watching import complaints
from tests.clips import make_clip
from tests.server import Server, serve, wait_for

FINGER = 44
SMALL_FOR_A_FINGER = """
return [...document.querySelectorAll("a, button, input:not([type=hidden], [type=checkbox]), summary, label.roomy")]
  .filter((one) => one.checkVisibility() && !one.closest(".skip-link, p:not(.watch__where)"))
  .map((one) => [one, one.getBoundingClientRect()])
  .filter(([one, box]) => box.height < arguments[0] || box.width < arguments[0])
  .map(([one, box]) => `${one.outerHTML.slice(0, 90)} ${Math.round(box.width)} x ${Math.round(box.height)}`)
"""
FOCUSED = """
const one = document.activeElement, box = one.getBoundingClientRect()
const style = getComputedStyle(one.querySelector(":scope > .picture") ?? one)
const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)
return [one.tagName, style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        box.bottom > 0 && box.top < innerHeight && !!top && (one.contains(top) || top.contains(one))]
"""
SHIFTS = "return new Promise((done) => new PerformanceObserver((list) => done(list.getEntries().map(" + (
    "(one) => one.value + ' ' + one.sources.map((source) => source.node?.outerHTML?.slice(0, 80)))))"
    ".observe({ type: 'layout-shift', buffered: true }) || setTimeout(() => done([]), 500))"
)
# Takes every picture away again, as if it were not made yet; the page's own script then asks for them.
PICTURES_LACK = """
for (const tile of document.querySelectorAll(".picture:has(picture)")) {
  tile.dataset.lacks = tile.closest("a").getAttribute("href").split("/").pop()
  tile.querySelector("picture").remove()
}
document.dispatchEvent(new Event("visibilitychange"))
return document.querySelectorAll("[data-lacks]").length
"""
PICTURES_ARE_THERE = """
return !document.querySelector("[data-lacks]") && [...document.images].every((one) => one.complete)
"""


def test_every_page_fits_every_width_in_both_themes(browser: Open, tmp_path: Path) -> None:
    page = browser()
    for library in (every_page, empty_pages):
        with library(tmp_path) as pages:
            for address in pages.addresses:
                page.get(address)
                for width, theme in product((360, 1280, 1920), ("light", "dark")):
                    show_as(page, width, theme)
                    where = f"{address} at {width} px, {theme}"
                    assert page.execute_script("return document.scrollingElement.scrollWidth <= innerWidth"), where
                    assert is_dark(page) == (theme == "dark"), where
                    if width == 360:
                        assert page.execute_script(SMALL_FOR_A_FINGER, FINGER) == [], where
                assert [one for one in complaints(page) if "404" not in one] == [], address


def is_dark(page: Chrome) -> bool:
    """Whether the page's ground is darker than its writing. Chromium tells colours as our tokens do, in OKLCH."""
    style = (
        "const ground = [document.body, document.documentElement].map((o) => getComputedStyle(o).backgroundColor);"
        "return [ground.find((one) => one.startsWith('oklch')), getComputedStyle(document.body).color]"
    )
    ground, writing = (float(re.findall(r"[0-9.]+", colour)[0]) for colour in page.execute_script(style))
    return ground < writing


@pytest.mark.parametrize("address", ["/nowhere", "/watch/nobody"])
def test_an_address_that_leads_nowhere_leads_back(browser: Open, tmp_path: Path, address: str) -> None:
    with a_gallery(tmp_path, 1) as server:
        page = browser()
        page.get(server.base_url + address)
        page.find_element("link text", "All videos").click()
        assert page.current_url == server.base_url + "/"


@pytest.mark.parametrize("width", [360, 1280])
def test_the_focus_is_always_seen(browser: Open, tmp_path: Path, width: int) -> None:
    with a_gallery(tmp_path, 12) as server:
        page = browser()
        show_as(page, width, "dark")
        page.get(server.base_url)
        seen = []
        for _ in range(40):
            page.switch_to.active_element.send_keys(Keys.TAB)
            name, has_ring = page.execute_script(FOCUSED)[:2]
            if name == "BODY":
                break
            seen.append(name)
            assert has_ring, page.switch_to.active_element.get_attribute("outerHTML")
            wait_for(lambda: page.execute_script(FOCUSED)[2], 0.2)
        assert len(seen) > 30


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_jumps_when_pictures_arrive_late(browser: Open, tmp_path: Path, width: int) -> None:
    with a_gallery(tmp_path, 12) as server:
        page = browser()
        show_as(page, width, "light")
        videos = httpx.get(server.base_url + "/api/videos").json()["videos"]
        for address in ("/", videos[0]["watch_url"]):
            page.get(server.base_url + address)
            assert page.execute_script(PICTURES_LACK) >= 11
            wait_for(lambda: page.execute_script(PICTURES_ARE_THERE), 3)
            assert page.execute_script(SHIFTS) == [], address


def test_who_wants_no_motion_gets_none(browser: Open, tmp_path: Path) -> None:
    with a_gallery(tmp_path, 2) as server:
        page = browser()
        show_as(page, 1280, "dark")  # asks for reduced motion too
        page.get(server.base_url)
        moving = (
            "return [...document.querySelectorAll('*')].filter((one) => { const style = getComputedStyle(one);"
            "return style.animationName !== 'none' || parseFloat(style.transitionDuration) }).length"
        )
        assert page.execute_script(moving) == 0
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
        assert page.execute_script(moving) > 0


def test_a_server_that_hangs_is_told_calmly_until_it_answers(browser: Open, tmp_path: Path) -> None:
    with a_gallery(tmp_path, 1) as server:
        page = browser()
        page.get(server.base_url)
        told = "return document.querySelector('connection-state').textContent"
        assert page.execute_script(told) == ""
        os.kill(server.pid, signal.SIGSTOP)
        try:
            page.execute_script("dispatchEvent(new Event('offline'))")
            wait_for(lambda: "does not answer" in page.execute_script(told), 5)
            assert page.find_elements("css selector", "article"), "the page stays"
        finally:
            os.kill(server.pid, signal.SIGCONT)
        wait_for(lambda: page.execute_script(told) == "", 5)


@contextmanager
def a_gallery(scratch: Path, videos: int) -> Iterator[Server]:
    """A server of so many videos, all looked into and with their pictures."""
    for number in range(videos):
        make_clip(scratch / "videos" / f"clip {number}.mp4", seed=number)
    with serve(scratch / "videos", data=scratch / "data") as server:
        wait_for(lambda: has_pictures(httpx.get(server.base_url + "/api/videos").json()["videos"], videos), 5)
        yield server
