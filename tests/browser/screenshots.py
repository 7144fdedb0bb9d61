"""Pictures of the pages, to be looked at by a person. Run by hand against a server that already runs:

    python tests/browser/screenshots.py BASE_URL OUT_DIR [name ...]

Every page at three widths, light and dark. It says when a page is wider than its window, or when the browser
complains on its console; it changes nothing but the tags of one video, so that there is a tag to look at.
"""

from __future__ import annotations

import base64
import json
import sys
import tempfile
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

WIDTHS = {360: 740, 1280: 720, 1920: 1080}
TAGS = ("Family", "Summer 2019", "Ελληνικά", "birthday / garden", "x" * 60)
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
# A headless browser has no mouse; without one, a wide window is taken for a television.
MOUSE = "--blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4"


def main(base: str, out: Path, wanted: list[str]) -> int:
    out.mkdir(parents=True, exist_ok=True)
    complaints = []
    found = {name: path for name, path in pages(base).items() if not wanted or name in wanted}
    for width, height in WIDTHS.items():
        with tempfile.TemporaryDirectory() as profile:
            browser = start_browser(profile, has_mouse=width > 500)
            try:
                for name, path in found.items():
                    for theme in ("light", "dark"):
                        set_window(browser, width, height, theme)
                        browser.get(base + path)
                        (out / f"{name}-{width}-{theme}.png").write_bytes(picture(browser, width))
                        complaints += [f"{name} {width} {theme}: {text}" for text in faults(browser)]
            finally:
                browser.quit()
    print("\n".join(complaints) or "Nothing to complain about.")
    return 1 if complaints else 0


def pages(base: str) -> dict[str, str]:
    """The addresses worth a look, by name, found in the library that is served."""
    videos = fetch(base + "/api/videos?per_page=200&sort=title&order=asc")["videos"]
    ready = [video for video in videos if video["status"] == "ready"]
    films = [video for video in ready if video["video_codec"] == "h264"] or ready
    wide = max(films, key=lambda video: (video["width"] > video["height"], video["size_bytes"]))
    upright = max(films, key=lambda video: video["height"] / video["width"])
    long_name = max(videos, key=lambda video: len(video["filename"]))
    for tag in TAGS:
        fetch(f"{base}/api/videos/{wide['key']}/tags/{urllib.parse.quote(tag, safe='')}", "PUT")
    found = {
        "gallery": "/",
        "by-title": "/?sort=title",
        "watch": wide["watch_url"],
        "watch-upright": upright["watch_url"],
        "watch-long-name": long_name["watch_url"],
        "folders": "/folders/",
        "folder": "/folders/" + urllib.parse.quote(wide["folder"]),
        "tags": "/tags",
        "tag": "/tag/" + urllib.parse.quote(TAGS[0]),
        "search": "/search?q=" + urllib.parse.quote(max(wide["title"].split(), key=len)),
        "nothing-found": "/search?q=zzzz",
        "favorites": "/favorites",
        "admin": "/admin",
        "login": "/login",
        "missing-page": "/no/such/page",
    }
    broken = [video for video in videos if video["status"] == "broken"]
    return found | ({"watch-broken": broken[0]["watch_url"]} if broken else {})


def start_browser(profile: str, has_mouse: bool = True) -> webdriver.Chrome:
    options = webdriver.ChromeOptions()
    for argument in (*ARGUMENTS, *([MOUSE] if has_mouse else []), f"--user-data-dir={profile}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))


def set_window(browser: webdriver.Chrome, width: int, height: int, theme: str) -> None:
    is_phone = width < 500
    tell(
        browser,
        "Emulation.setDeviceMetricsOverride",
        width=width,
        height=height,
        deviceScaleFactor=2 if is_phone else 1,
        mobile=is_phone,
    )
    tell(browser, "Emulation.setTouchEmulationEnabled", enabled=is_phone)
    tell(browser, "Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": theme}])


def picture(browser: webdriver.Chrome, width: int) -> bytes:
    """The window and one more below it."""
    height = min(browser.execute_script("return document.scrollingElement.scrollHeight"), 2 * WIDTHS[width])
    clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
    answer = tell(browser, "Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
    return base64.b64decode(answer["data"])


def faults(browser: webdriver.Chrome) -> list[str]:
    wider = browser.execute_script("return document.scrollingElement.scrollWidth - innerWidth")
    log = browser.get_log("browser")  # type: ignore[no-untyped-call]
    said = [entry["message"] for entry in log if "status of 404" not in entry["message"]]
    return said + ([f"{wider} px wider than the window"] if wider > 0 else [])


def tell(browser: webdriver.Chrome, command: str, **values: Any) -> Any:
    return browser.execute_cdp_cmd(command, values)


def fetch(address: str, method: str = "GET") -> Any:
    with urllib.request.urlopen(urllib.request.Request(address, method=method)) as answer:
        return json.load(answer)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1].rstrip("/"), Path(sys.argv[2]), sys.argv[3:]))
