"""docs/interface.md tells the design as it is: its tokens, its pictures, its parts."""

from __future__ import annotations

import re

import pytest

from local_video_server.settings import CHECKOUT
from tests.browser.parts import PARTS, PICTURES
from tests.interface import DOCUMENT, TOKENS, token_table

TEXT = DOCUMENT.read_text("utf-8")
CSS = CHECKOUT / "static" / "css"
SHEETS = [path for path in CSS.rglob("*.css") if path != TOKENS]


def test_the_tokens_are_those_of_the_style_sheets() -> None:
    assert token_table() in TEXT, "run: .venv/bin/python -m tests.interface"


def test_every_token_says_what_it_is_for() -> None:
    unexplained = [row for row in token_table().splitlines() if row.endswith("|  |")]
    assert unexplained == []


def test_every_token_is_used() -> None:
    used = "".join(path.read_text("utf-8") for path in CSS.rglob("*.css"))
    for name in re.findall(r"^\| `(--[\w-]+)`", token_table(), re.M):
        assert f"var({name}" in used, name


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_colours_and_layers_come_from_the_tokens(sheet: object) -> None:
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.S)  # type: ignore[attr-defined]
    assert not re.search(r"#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(|oklch\((?!var)|z-index: -?\d{2}|!important", text)


def test_every_part_has_its_pictures_by_day_and_by_night() -> None:
    wanted = {f"{part.name}-{theme}.webp" for part in PARTS for theme in ("light", "dark")}
    assert {path.name for path in PICTURES.iterdir()} == wanted, "run: .venv/bin/python -m tests.browser.parts"
    shown = set(re.findall(r"pictures/([\w-]+\.webp)", TEXT))
    assert shown == wanted


def test_the_pictures_are_light() -> None:
    assert sum(path.stat().st_size for path in PICTURES.iterdir()) < 1_500_000


def test_every_component_is_told_of() -> None:
    for path in (CSS / "components").glob("*.css"):
        assert f"`{path.name}`" in TEXT, path.name
