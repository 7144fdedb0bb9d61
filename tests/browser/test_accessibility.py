"""Every page in both themes, on a phone and on a desk: axe finds nothing against WCAG 2.2 AA and good practice."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from local_video_server.settings import CHECKOUT
from tests.browser.conftest import Open
from tests.browser.every_page import PAGES, empty_pages, every_page

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """
const [rules, done] = arguments
axe.run(document, { runOnly: rules, resultTypes: ["violations"], preload: false }).then(
  ({ violations }) => done(violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target} ${node.failureSummary}`))),
  (failure) => done([String(failure)]),
)
"""


@pytest.mark.timeout(300)
def test_axe_finds_nothing_on_any_page(browser: Open, tmp_path: Path) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: it comes by npm with bin/test where npm is there")
    page = browser()
    page.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})  # the audit is no script of ours
    found: list[str] = []
    for library in (every_page, empty_pages):
        with library(tmp_path) as pages:
            for address in pages.addresses:
                page.get(address)
                page.execute_script(AXE.read_text("utf-8"))
                for width, theme in product((360, 1280), ("light", "dark")):
                    show_as(page, width, theme)
                    where = f"{address} at {width} px, {theme}: "
                    found += [where + fault for fault in page.execute_async_script(RUN, RULES)]
    assert found == [], "\n".join(found)


def test_the_audit_sees_every_template() -> None:
    assert {path.stem for path in (CHECKOUT / "templates" / "pages").glob("*.html")} == set(PAGES)


def test_the_audit_would_find_something(browser: Open) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: it comes by npm with bin/test where npm is there")
    page = browser()
    page.get("data:text/html,<html lang=en><title>x</title><main><h1>x</h1><img src=x><button></button></main>")
    page.execute_script(AXE.read_text("utf-8"))
    assert {fault.partition(":")[0] for fault in page.execute_async_script(RUN, RULES)} >= {
        "image-alt",
        "button-name",
    }


def show_as(page: Chrome, width: int, theme: str) -> None:
    page.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width == 360},
    )
    page.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": width == 360})
    # Without motion, or the audit would measure colours half way from one theme to the other.
    wanted = {"prefers-color-scheme": theme, "prefers-reduced-motion": "reduce"}
    features = [{"name": name, "value": value} for name, value in wanted.items()]
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
