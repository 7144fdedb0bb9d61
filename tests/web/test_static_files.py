from __future__ import annotations

import re
from pathlib import Path

import pytest

from local_video_server.web.static_files import StaticFiles
from tests.homes import Home
from tests.server import CHECKOUT

FILES = sorted(path.relative_to(CHECKOUT / "static").as_posix() for path in (CHECKOUT / "static").rglob("*.*"))


def stamp(home: Home) -> str:
    return str(home.application.wsgi.extensions["house"].static.stamp)


@pytest.mark.parametrize("name", ["css/tokens.css", "js/main.js", "icons/icons.svg", "icons/favicon.svg"])
def test_a_stamped_file_may_be_kept_for_a_year(home: Home, name: str) -> None:
    answer = home.get(f"/static/{stamp(home)}/{name}")
    assert answer.status_code == 200
    assert answer.data == (CHECKOUT / "static" / name).read_bytes()
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_an_unstamped_file_is_asked_for_again_after_an_hour(home: Home) -> None:
    answer = home.get("/static/js/main.js")
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    etag = answer.headers["ETag"]
    again = home.get("/static/js/main.js", headers={"If-None-Match": etag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)


def test_a_page_that_somebody_still_has_open_gets_its_files_by_the_old_stamp(home: Home) -> None:
    answer = home.get("/static/0123456789ab/js/main.js")
    assert answer.status_code == 200
    assert "immutable" not in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("js/main.js", "text/javascript"), ("css/tokens.css", "text/css"), ("icons/icons.svg", "image/svg+xml")],
)
def test_a_file_has_the_type_that_browsers_insist_on(home: Home, name: str, kind: str) -> None:
    assert home.get(f"/static/{name}").headers["Content-Type"].startswith(kind)


@pytest.mark.parametrize(
    "path",
    [
        b"/static/../app.py",
        b"/static/css/../../app.py",
        b"/static/%2e%2e/app.py",
        b"/static//etc/passwd",
        b"/static/..\\app.py",
        b"/static/",
        b"/static/css",
        b"/static/css/",
        b"/static/js/main.js\0.css",
        b"/static/JS/MAIN.JS",
        b"/static/x/y/js/main.js",
        b"/static/" + b"x" * 10_000,
    ],
    ids=lambda path: repr(path)[:40],
)
def test_nothing_else_can_be_named(home: Home, path: bytes) -> None:
    assert home.get_raw(path).status_code == 404


def test_the_stamp_follows_the_content(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a{}")
    first = StaticFiles(tmp_path)
    assert StaticFiles(tmp_path).stamp == first.stamp
    assert first.address("a.css") == f"/static/{first.stamp}/a.css"
    (tmp_path / "a.css").write_text("b{}")
    assert StaticFiles(tmp_path).stamp != first.stamp
    with pytest.raises(KeyError):
        first.address("missing.css")


def test_every_sheet_is_linked_and_nothing_loads_from_elsewhere(home: Home) -> None:
    page = home.get("/").text
    for name in FILES:
        if name.startswith("css/"):
            assert f"/static/{stamp(home)}/{name}" in page
        if name.endswith((".css", ".js")):
            text = (CHECKOUT / "static" / name).read_text("utf-8")
            assert not re.search(r"@import|url\(\s*[\"']?(\w+:)?//|(from|import)\s*[\"'](\w+:)?//", text), name


def test_the_icon_is_there_under_the_name_that_browsers_guess(home: Home) -> None:
    answer = home.get("/favicon.ico")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("image/svg+xml")
