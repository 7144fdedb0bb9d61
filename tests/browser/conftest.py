"""A real browser: Debian's chromium, headless, driven by Selenium.

`browser` opens fresh ones for a test. `viewer` is somebody who walks through the pages, one for each combination of
window and script; these share four browsers over all tests here, because a start takes longer than most journeys.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator, Iterator
from itertools import product
from pathlib import Path

import pytest
from selenium.webdriver import Chrome, ChromeOptions, ChromeService

from tests.browser.screenshots import MOUSE
from tests.browser.viewer import Viewer

_QUIET = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --mute-audio "
    "--disable-background-networking --disable-component-update --disable-sync --disable-dev-shm-usage "
    "--autoplay-policy=no-user-gesture-required"
).split()
_HERE = Path(__file__).parent

Open = Callable[..., Chrome]

_shared: dict[tuple[bool, bool], Chrome] = {}


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Open]:
    """`browser(width=1280, script=True)` opens one; all are closed afterwards."""
    opened: list[Chrome] = []

    def open_one(width: int = 1280, script: bool = True) -> Chrome:
        opened.append(_start(tmp_path / str(len(opened)), script, f"--window-size={width},900"))
        return opened[-1]

    yield open_one
    for one in opened:
        one.quit()


@pytest.fixture(
    params=product((True, False), (False, True)),
    ids=lambda pair: f"{'script' if pair[0] else 'no-script'}-{'phone' if pair[1] else 'desktop'}",
)
def viewer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Viewer]:
    """Afterwards the browser must have nothing to complain of, and have asked no other host."""
    script, on_phone = request.param
    if request.param not in _shared:
        # A headless browser has no mouse; on a phone that is right.
        more = () if on_phone else (MOUSE,)
        _shared[request.param] = _start(tmp_path_factory.mktemp("browser"), script, *more, watches_network=True)
    viewer = Viewer(_shared[request.param], script, on_phone)
    viewer.arrive()
    yield viewer
    viewer.leave()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> Generator[None, object, object]:
    """What comes after the tests here is not slowed by browsers that nobody needs."""
    try:
        return (yield)
    finally:
        if nextitem is None or _HERE not in nextitem.path.parents:
            _close_all()


def pytest_sessionfinish() -> None:
    _close_all()  # after -x, or Ctrl-C


def _close_all() -> None:
    while _shared:
        _shared.popitem()[1].quit()


def _start(profile: Path, script: bool, *more: str, watches_network: bool = False) -> Chrome:
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        pytest.skip("chromium and chromedriver are not installed (apt install chromium chromium-driver)")
    options = ChromeOptions()
    options.binary_location = chromium
    for argument in (*_QUIET, *more, f"--user-data-dir={profile}"):
        options.add_argument(argument)
    if not script:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    logs = {"browser": "ALL"}
    if watches_network:
        logs["performance"] = "ALL"
        options.add_experimental_option("perfLoggingPrefs", {"enableNetwork": True, "enablePage": False})
    options.set_capability("goog:loggingPrefs", logs)
    return Chrome(options=options, service=ChromeService(driver))
