"""The documents say only what is so: tables are the code's, named things exist, every address has a test."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

import local_video_server
from benchmarks.run import TABLES
from local_video_server.settings import CHECKOUT, parser
from local_video_server.web.routes import ROUTES
from tests.api_document import API, api_document
from tests.documents import README, settings_table

PACKAGE = CHECKOUT / "local_video_server"
DOCUMENTS = [
    path for path in (README, CHECKOUT / "LATEST.md", CHECKOUT / "PERFORMANCE.md", *CHECKOUT.glob("docs/*.md"))
]


def committed() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    return [CHECKOUT / name for name in listed.stdout.split("\0") if name and (CHECKOUT / name).is_file()]


def test_readme_has_the_settings_of_the_program() -> None:
    assert settings_table() in README.read_text("utf-8"), "run: .venv/bin/python -m tests.documents"


def test_the_document_of_the_addresses_is_what_the_server_says_of_itself() -> None:
    assert API.read_text("utf-8") == api_document(), "run: .venv/bin/python -m tests.documents"


def test_readme_names_every_option_of_the_command_line() -> None:
    options = re.findall(r"--[a-z]+", parser().format_usage())
    assert options
    for option in options:
        assert option in README.read_text("utf-8")


def test_the_map_lists_exactly_the_modules_that_exist() -> None:
    modules = {
        path.stem for path in PACKAGE.rglob("*.py") if path.stem != "__init__" and "migrations" not in path.parts
    }
    folders = {path.parent.name for path in PACKAGE.rglob("__init__.py")} - {"local_video_server", "versions"}
    assert set(_listed()) == modules | folders


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_files_that_a_document_names_exist(document: Path) -> None:
    text = document.read_text("utf-8")
    named = re.findall(r"`((?:bin|docs|tests|templates|static|local_video_server|benchmarks)/[\w./-]*)`", text)
    named += re.findall(r"\b([A-Z]+\.md|docs/[\w-]+\.md)\b", text)
    for name in named:
        assert (CHECKOUT / name).exists() or name == "design.md", name


@pytest.mark.parametrize(
    "document", [path for path in DOCUMENTS if path.parent.name == "docs"], ids=lambda path: path.name
)
def test_readme_links_every_document(document: Path) -> None:
    assert f"](docs/{document.name})" in README.read_text("utf-8")


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.rule}")
def test_every_address_has_a_test(route: object) -> None:
    assert hasattr(route, "rule")
    rule = re.escape(str(route.rule))
    wanted = re.sub(r"<(?:\w+:)?\w+>", r"[^ ?\"']+", rule.replace("\\<", "<").replace("\\>", ">"))
    texts = [path.read_text("utf-8") for path in (CHECKOUT / "tests").rglob("test_*.py")]
    assert any(re.search(rf"[\"'f}}]{wanted}[?\"'{{ ]", text) for text in texts), f"no test names {rule}"


def test_every_page_template_is_used() -> None:
    views = "".join(path.read_text("utf-8") for path in (PACKAGE / "web").rglob("*.py"))
    for template in (CHECKOUT / "templates" / "pages").glob("*.html"):
        assert f"pages/{template.name}" in views
    templates = "".join(path.read_text("utf-8") for path in (CHECKOUT / "templates").rglob("*.html"))
    for part in (CHECKOUT / "templates" / "parts").glob("*.html"):
        assert f"parts/{part.name}" in templates + views


def test_every_table_of_performance_was_measured() -> None:
    text = (CHECKOUT / "PERFORMANCE.md").read_text("utf-8")
    for name in (table.name for table in TABLES):
        table = re.search(f"<!-- {name} -->(.*?)<!-- /{name} -->", text, re.S)
        assert table
        assert re.search(r"\n20\d\d-\d\d-\d\d, commit [0-9a-f]{7,}, .*, `bin/bench[ `]", table[1]), name


def test_no_committed_file_holds_a_registry_address() -> None:
    hosts = ["pypi" + ".org", "pythonhosted" + ".org", "registry." + "npmjs", "deb." + "debian"]
    for path in committed():
        text = path.read_text("utf-8", "replace")
        assert not [host for host in hosts if host in text], path


def _listed() -> list[str]:
    names: list[str] = []
    for line in (local_video_server.__doc__ or "").splitlines():
        if line.startswith("    "):
            names += re.findall(r"[a-z0-9_]+", _names(line))
    return names


def _names(line: str) -> str:
    """Of a line of the map, the names in front: what stands before the two blanks and the sentence."""
    return re.split(r"(?<=\S)  +", " " + line.strip())[0]
