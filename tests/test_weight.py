"""How heavy the pages are: what a browser fetches for the gallery, and that it fetches from this server alone."""

from __future__ import annotations

import gzip
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from local_video_server.settings import CHECKOUT
from tests.homes import Home, open_home
from tests.server import wait_for

CARDS = 60
PAGE_BYTES, STYLE_AND_SCRIPT_BYTES = 40_000, 60_000
STATIC = CHECKOUT / "static"
PAGES = ["/", "/folders/", "/favorites", "/popular", "/best-of", "/tags", "/tag/x", "/search?q=film", "/admin"]
PAGES += ["/login", "/nowhere"]


class Addresses(HTMLParser):
    """Every address of a page that a browser follows by itself or on a press."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        names = ("href", "src", "action", "formaction", "poster", "data", "data-source", "data-views", "data-asks")
        self.found += [values[name] for name in names if name in values]
        self.found += [one.split()[0] for one in values.get("srcset", "").split(",") if one.strip()]


@pytest.fixture(scope="module")
def full_home(tmp_path_factory: pytest.TempPathFactory, clip: Path) -> Iterator[Home]:
    """A gallery with a whole page of videos, named as people name them, each with its picture."""
    scratch = tmp_path_factory.mktemp("weight")
    folder = scratch / "Films"
    for number in range(CARDS):
        path = folder / f"{2001 + number % 24} Summer holiday" / f"Birthday in the garden with the dog {number}.mp4"
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(clip, path)
        path.write_bytes(path.read_bytes() + number.to_bytes(8, "big"))
    with open_home(scratch / "data", folder, videos=CARDS) as home:
        wait_for(lambda: len(home.application.catalog.snapshot.posters.of) == CARDS, 20)
        yield home


def test_a_whole_gallery_page_is_light(full_home: Home) -> None:
    answer = full_home.get("/", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    page = gzip.decompress(answer.data).decode()
    assert page.count("<article") == page.count("<source") == CARDS
    assert len(answer.data) < PAGE_BYTES, len(answer.data)


def test_styles_and_scripts_together_are_light() -> None:
    sizes = {
        path: len(gzip.compress(path.read_bytes(), 6)) for kind in ("css", "js") for path in STATIC.rglob(f"*.{kind}")
    }
    assert len(sizes) > 20
    assert sum(sizes.values()) < STYLE_AND_SCRIPT_BYTES


def test_no_page_asks_another_host_for_anything(full_home: Home) -> None:
    key = next(iter(full_home.application.catalog.snapshot.library.present.values())).key
    for address in (*PAGES, f"/watch/{key}"):
        found = Addresses(full_home.get(address).text).found
        assert len(found) > 20, address
        foreign = [one for one in found if not one.startswith(("/", "#", "?")) or one.startswith(("//", "/\\"))]
        assert [one for one in foreign if one] == [], address


def test_no_style_or_script_names_another_host() -> None:
    for path in STATIC.rglob("*.*"):
        text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"(?:https?:)?//[\w.-]+\.\w", re.sub(r"^\s*//.*$", "", text, flags=re.M)), path
        for address in re.findall(r"url\(([^)]*)\)", text):
            assert address.strip("'\"").startswith(("data:", "../", "#")), path
