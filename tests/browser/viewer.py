"""Somebody who uses the pages: opens, presses, types, looks. Pages are known here by what a viewer sees of them.

On a phone a press is a tap, at a desk a click; nothing here knows whether scripts run, but for what a viewer may
expect then. Whatever the browser complains of, and each host it asks, is remembered until `leave`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from selenium.common.exceptions import WebDriverException
from selenium.webdriver import ActionChains, Chrome, Keys
from selenium.webdriver.common.actions.interaction import POINTER_MOUSE, POINTER_TOUCH
from selenium.webdriver.common.actions.mouse_button import MouseButton
from selenium.webdriver.common.actions.pointer_input import PointerInput
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from tests.server import wait_for

PAGE_S = 1.0  # how soon a page or a change is seen; a test waits longer
PHONE = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
DESKTOP = {"width": 1280, "height": 900, "deviceScaleFactor": 1, "mobile": False}

_CONTROLS = """
const [name, within] = arguments
const clean = (text) => text.replace(/\\s+/g, " ").trim()
const nameOf = (one) => clean(
  one.ariaLabel ?? document.getElementById(one.getAttribute("aria-labelledby"))?.textContent
  ?? one.labels?.[0]?.textContent ?? one.textContent)
const regions = within ? [...document.querySelectorAll("[aria-label], [aria-labelledby]")] : [document]
const seen = regions.filter((one) => one === document || nameOf(one) === within)
  .flatMap((region) => [...region.querySelectorAll("a, button, summary, input:not([type=hidden])")])
  .filter((one) => one.checkVisibility())
const exact = seen.filter((one) => nameOf(one) === name)
return exact.length ? exact : seen.filter((one) => nameOf(one).startsWith(name))
"""
_IS_ON_TOP = """
const [one] = arguments
one.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" })
const [box] = one.getClientRects()
const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)
return !!top && (one.contains(top) || top.contains(one))
"""
_SHIFTS = """
const seen = new PerformanceObserver(() => {})
seen.observe({ type: "layout-shift", buffered: true })
const box = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(" ")
return seen.takeRecords().map((one) => `${one.value} ` + one.sources.map(({ node, previousRect, currentRect }) =>
  `${node?.outerHTML?.slice(0, 60)} from ${box(previousRect)} to ${box(currentRect)}`).join("; "))
"""

# A journey is made in all four combinations; what window and script change each for itself, not together, in two.
IN_TWO = pytest.mark.parametrize(
    "viewer", [(True, True), (False, False)], indirect=True, ids=["script-phone", "no-script-desktop"]
)
WITH_SCRIPT = pytest.mark.parametrize(
    "viewer", [(True, False), (True, True)], indirect=True, ids=["desktop", "phone"]
)
AT_A_DESK = pytest.mark.parametrize(
    "viewer", [(True, False), (False, False)], indirect=True, ids=["script", "no-script"]
)


@dataclass
class Viewer:
    browser: Chrome
    script: bool
    on_phone: bool
    forgiven: list[str] = field(default_factory=list)  # parts of complaints that a test means to cause
    _answers: list[tuple[int, str]] = field(default_factory=list)
    _hosts: set[str] = field(default_factory=set)

    def arrive(self) -> None:
        size = PHONE if self.on_phone else DESKTOP
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        self.browser.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": self.on_phone})
        for log in ("browser", "performance"):
            self.browser.get_log(log)  # type: ignore[no-untyped-call]

    def leave(self) -> None:
        complaints = [one for one in self.complaints() if not any(part in one for part in self.forgiven)]
        self._read_network()
        self._rest()
        assert complaints == []
        assert self._hosts <= {"127.0.0.1"}, "a page asks a host that is not ours"

    def _rest(self) -> None:
        """To a page that does nothing: of the same server if it still answers, for another site would start
        another process."""
        try:
            self.browser.get(urljoin(self.browser.current_url, "/ping"))
        except WebDriverException:
            self.browser.get("about:blank")

    def complaints(self) -> list[str]:
        """What the console says is wrong: errors, refused scripts and styles."""
        log = self.browser.get_log("browser")  # type: ignore[no-untyped-call]
        return [entry["message"] for entry in log if entry["level"] in ("SEVERE", "WARNING")]

    def answers(self) -> list[tuple[int, str]]:
        """Status and path of everything that was answered since the viewer came, in order."""
        self._read_network()
        return self._answers

    def _read_network(self) -> None:
        for entry in self.browser.get_log("performance"):  # type: ignore[no-untyped-call]
            message = json.loads(entry["message"])["message"]
            for name in ("redirectResponse", "response"):
                if answer := message["params"].get(name):
                    self._answers.append((answer["status"], urlsplit(answer["url"]).path))
            address = urlsplit(message["params"].get("request", {}).get("url", ""))
            if address.scheme not in ("data", "blob", "about", "chrome-error", "chrome", ""):
                self._hosts.add(address.hostname or address.scheme)

    # what the viewer does

    def open(self, address: str) -> None:
        self.browser.get(address)

    def press(self, what: str | WebElement, within: str = "", aside: tuple[int, int] = (0, 0)) -> None:
        """A tap or a click on a control, by its name or as it was found; `aside` is how far from its middle."""
        one = self.control(what, within) if isinstance(what, str) else what
        wait_for(lambda: self.browser.execute_script(_IS_ON_TOP, one), PAGE_S)
        kind = POINTER_TOUCH if self.on_phone else POINTER_MOUSE
        pointer: Any = PointerInput(kind, kind)  # type: ignore[no-untyped-call]
        pointer.create_pointer_move(0, *aside, origin=one)
        pointer.create_pointer_down(button=MouseButton.LEFT)
        pointer.create_pointer_up(MouseButton.LEFT)
        ActionChains(self.browser, devices=[pointer]).perform()

    def type(self, name: str, text: str) -> None:
        """Types into the field of this name, and Enter."""
        one = self.control(name)
        one.clear()
        one.send_keys(text, Keys.ENTER)

    def keys(self, *keys: str) -> None:
        ActionChains(self.browser, duration=0).send_keys(*keys).perform()

    # what the viewer sees

    def control(self, name: str, within: str = "") -> WebElement:
        """The link, button or field that is called, or at least begins, so; `within` names the region it is in."""
        return wait_for(lambda: self.controls(name, within), PAGE_S)[0]

    def controls(self, name: str, within: str = "") -> list[WebElement]:
        return list(self.browser.execute_script(_CONTROLS, name, within))

    def state(self, name: str, of: str) -> object:
        """A property of a control as it is just now, such as its value; None where there is no such control."""
        return self.browser.execute_script(f"return (() => {{{_CONTROLS}}})()[0]?.{of}", name, "")

    def card(self, title: str) -> WebElement:
        """The link on the card of this title."""
        return self.browser.find_element(By.XPATH, f'//article//a[.//h2[normalize-space()="{title}"]]')

    def is_in_sight(self, one: WebElement) -> bool:
        inside = "const box = arguments[0].getBoundingClientRect(); return box.bottom > 0 && box.top < innerHeight"
        return bool(self.browser.execute_script(inside, one))

    def sees(self, text: str) -> bool:
        seen = "return !!document.querySelector('main')?.innerText.includes(arguments[0])"
        return bool(self.browser.execute_script(seen, text))

    def waits_for(self, text: str) -> None:
        wait_for(lambda: self.sees(text), PAGE_S)

    def waits_for_address(self, part: str) -> None:
        wait_for(lambda: part in self.browser.current_url, PAGE_S)

    def heading(self) -> str:
        return str(self.browser.execute_script("return document.querySelector('h1')?.textContent.trim() ?? ''"))

    def titles(self) -> list[str]:
        """The names on the cards of the page, in order."""
        return list(
            self.browser.execute_script(
                "return [...document.querySelectorAll('article h2')].map((one) => one.textContent.trim())"
            )
        )

    def pictures(self) -> list[WebElement]:
        return self.browser.find_elements(By.CSS_SELECTOR, "article img")

    def blank_pictures(self) -> list[str]:
        """The pictures that show nothing, after having been looked at one by one."""
        # By their places: a tile is drawn anew when its picture comes, which may be while another is looked at.
        one = "const one = document.querySelectorAll('article img')[arguments[0]];"
        shown = f"{one} return one.complete && one.naturalWidth > 0"
        for place in range(len(self.pictures())):
            self.browser.execute_script(f"{one} one.scrollIntoView({{ block: 'center' }})", place)
            wait_for(partial(self.browser.execute_script, shown, place), PAGE_S)
        blank = "return [...document.images].filter((one) => !one.naturalWidth).map((one) => one.outerHTML)"
        return list(self.browser.execute_script(blank))

    def shifts(self) -> list[str]:
        """What moved on the page without having been asked to."""
        return list(self.browser.execute_script(_SHIFTS))

    def presses_away(self, what: str | WebElement, within: str = "") -> None:
        """A press that leads to another page, or to the same one loaded again."""
        now = self.page_now()
        self.press(what, within)
        wait_for(lambda: not is_there(now) and self.is_loaded(), PAGE_S)

    def page_now(self) -> WebElement:
        """The page as it is loaded; `is_there` tells later whether it still is."""
        return self.browser.find_element(By.TAG_NAME, "main")

    def are_gone(self, some: list[WebElement]) -> bool:
        """Whether at least one of these has been replaced."""
        return not all(is_there(one) for one in some)

    def is_loaded(self) -> bool:
        return bool(self.browser.execute_script("return document.readyState") == "complete")


def is_there(one: WebElement) -> bool:
    try:
        return bool(one.tag_name)
    except WebDriverException:  # stale, or no longer of this document: a page that is leaving says either
        return False
