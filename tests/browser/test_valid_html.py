"""The HTML of every page, of a library full of hostile names, as the checker of the standard's authors sees it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.browser.every_page import empty_pages, every_page

CHECKER = Path(__file__).parent / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"


def test_the_html_of_every_page_is_valid(tmp_path: Path) -> None:
    saved = tmp_path / "saved"
    saved.mkdir()
    addresses: list[str] = []
    for library in (every_page, empty_pages):
        with library(tmp_path) as pages, httpx.Client() as client:
            for address in pages.addresses:
                (saved / f"{len(addresses)}.html").write_bytes(client.get(address).content)
                addresses.append(address)
    found = faults(saved)
    assert [f"{addresses[number]}: {sentence}" for number, sentence in found] == []


def test_the_checker_would_find_something(tmp_path: Path) -> None:
    (tmp_path / "0.html").write_text("<!doctype html><html lang=en><title>x</title><p><div></p><a href='a b<'>x</a>")
    assert faults(tmp_path)


def faults(folder: Path) -> list[tuple[int, str]]:
    """Errors and warnings: the number that names the page, and what is wrong with it."""
    java = shutil.which("java")
    if not java or not CHECKER.is_file():
        pytest.skip("The HTML checker is not there: it needs java, and comes by npm with bin/test where npm is there")
    done = subprocess.run(
        [
            java,
            "-Xss8m",
            "-XX:TieredStopAtLevel=1",
            "-jar",
            CHECKER,
            "--format",
            "json",
            "--exit-zero-always",
            *folder.iterdir(),
        ],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    messages = json.loads(done.stderr)["messages"]
    told = [one for one in messages if one["type"] == "error" or one.get("subType") == "warning"]
    return [
        (int(Path(one["url"]).stem), f"{one['message']} at line {one.get('lastLine')}: {one.get('extract', '')}")
        for one in told
    ]
