"""A real browser: Debian's chromium, headless, driven by Selenium."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome, ChromeOptions, ChromeService

_QUIET = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --mute-audio "
    "--disable-background-networking --disable-component-update --disable-sync --disable-dev-shm-usage "
    "--autoplay-policy=no-user-gesture-required"
).split()

Open = Callable[..., Chrome]


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Open]:
    """`browser(width=1280, script=True)` opens one; all are closed afterwards."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        pytest.skip("chromium and chromedriver are not installed (apt install chromium chromium-driver)")
    opened: list[Chrome] = []

    def open_one(width: int = 1280, script: bool = True) -> Chrome:
        options = ChromeOptions()
        options.binary_location = chromium
        for argument in (*_QUIET, f"--window-size={width},900", f"--user-data-dir={tmp_path / str(len(opened))}"):
            options.add_argument(argument)
        if not script:
            options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        opened.append(Chrome(options=options, service=ChromeService(driver)))
        return opened[-1]

    yield open_one
    for one in opened:
        one.quit()
