"""Every page at phone, desk and television size, by day and by night: nothing sticks out, nothing complains."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest
from selenium.webdriver import Chrome

from tests.browser.conftest import Open
from tests.browser.test_watching import complaints
from tests.clips import make_clip
from tests.server import serve, wait_for

LONG = "A very long file name as a phone app or a download tool would make it " * 3
PAGES = ["/", "/folders/", "/favorites", "/tags", "/popular", "/best-of", "/search?q=clip", "/search?q=zzz", "/admin"]
PAGES += ["/login", "/tag/nobody", f"/watch/{LONG.strip()}.mp4", "/watch/broken.mp4"]


def test_every_page_fits_every_width_in_both_themes(browser: Open, tmp_path: Path) -> None:
    videos = tmp_path / "videos"
    make_clip(videos / f"{LONG.strip()}.mp4")
    for number in range(3):
        make_clip(videos / "Folder" / f"clip {'x' * 80} {number}.mp4", seed=number)
    (videos / "broken.mp4").write_bytes(b"no video")
    with serve(videos, data=tmp_path / "data") as server, httpx.Client(base_url=server.base_url) as home:
        wait_for(
            lambda: home.get("/api/videos").json()["total"] == 5 and not home.get("/parts/progress").text.strip(), 3
        )
        key = home.get("/api/videos").json()["videos"][0]["key"]
        for tag in ("family", "x" * 80, "بيت", "夏休み"):
            home.put(f"/api/videos/{key}/tags/{tag}").raise_for_status()
        page = browser()
        for width in (360, 1280, 1920):
            page.execute_cdp_cmd(
                "Emulation.setDeviceMetricsOverride",
                {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width == 360},
            )
            for theme in ("light", "dark"):
                page.execute_cdp_cmd(
                    "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": theme}]}
                )
                for address in PAGES:
                    page.get(server.base_url + address)
                    where = f"{address} at {width} px, {theme}"
                    assert page.execute_script("return document.scrollingElement.scrollWidth <= innerWidth"), where
                    assert is_dark(page) == (theme == "dark"), where
                    assert [one for one in complaints(page) if "404" not in one] == [], where


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
    make_clip(tmp_path / "videos" / "Dune.mp4")
    with serve(tmp_path / "videos", data=tmp_path / "data") as server:
        page = browser()
        page.get(server.base_url + address)
        page.find_element("link text", "All videos").click()
        assert page.current_url == server.base_url + "/"
