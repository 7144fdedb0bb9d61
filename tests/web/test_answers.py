from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from local_video_server.web.answers import HEADERS
from tests.homes import Home, open_home

DUNE = "Dune.2021.1080p.mp4"
PAGES = (
    "/",
    "/?sort=title&per_page=1&page=2",
    "/folders/",
    "/folders/Films/Holiday",
    "/favorites",
    "/tags",
    "/tag/nothing",
    "/popular",
    "/best-of",
    "/playlists",
    "/search",
    "/search?q=dune",
    "/search?q=nothing+at+all",
    f"/watch/{DUNE}",
    "/watch/Holiday/broken.mp4",
    "/admin",
    "/admin/password?once=x",
    "/login",
    "/nowhere",
    "/parts/progress",
)


class Page(HTMLParser):
    """What a browser would run or load from a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.headings = 0
        self.addresses: list[str] = []
        self.script = ""
        self._tag = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag = tag
        self.headings += tag == "h1"
        if tag in ("style", "base", "iframe", "object", "embed") or (tag == "script" and "src" not in dict(attrs)):
            self.wrong.append(f"<{tag}>")
        for name, value in attrs:
            if name.startswith("on") or name in ("style", "srcdoc", "http-equiv"):
                self.wrong.append(f"{tag} {name}={value}")
            if name in ("href", "src", "action", "formaction", "poster", "data", "xlink:href", "srcset"):
                for one in (value or "").split(", ") if name == "srcset" else [value or ""]:
                    self.addresses.append(one.split(" ")[0] if name == "srcset" else one)
                    parts = urlsplit(one)
                    if parts.scheme or parts.netloc:
                        self.wrong.append(f"{tag} {name}={value}")

    def handle_endtag(self, tag: str) -> None:
        self._tag = ""

    def handle_data(self, data: str) -> None:
        if self._tag == "script":
            self.wrong.append(data)


@pytest.mark.parametrize("address", PAGES)
def test_a_page_runs_nothing_of_its_own_and_asks_nobody_else(home: Home, address: str) -> None:
    answer = home.get(address, follow_redirects=True)
    page = Page(answer.text)
    assert page.wrong == []
    if not address.startswith("/parts/"):
        assert page.headings == 1
        assert len(page.addresses) > 5


@pytest.mark.parametrize("address", PAGES)
def test_every_link_of_a_page_answers(home: Home, address: str) -> None:
    for link in set(Page(home.get(address, follow_redirects=True).text).addresses):
        if link.startswith("/") and not re.search(
            r"/(rating|favorite|views|tags|remove|retry|forget|tasks|doctor|logout|\w{10}/playlists)$", link
        ):
            assert home.get(link).status_code in (200, 302, 304), link


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/nowhere", 404),
        ("DELETE", "/", 405),
        ("GET", "/api/videos", 200),
        ("GET", "/api/videos/nowhere", 404),
        ("PUT", "/api/nowhere", 404),
        ("GET", "/static/js/main.js", 200),
        ("GET", "/static/nowhere.js", 404),
        ("GET", f"/video/{DUNE}", 200),
        ("HEAD", f"/video/{DUNE}", 200),
        ("GET", "/video/nowhere", 404),
        ("OPTIONS", "/", 200),
        ("GET", "/ping", 200),
        ("GET", "/random", 302),
    ],
)
def test_every_answer_has_the_headers_that_protect(home: Home, method: str, address: str, status: int) -> None:
    answer = home.client.open(address, method=method)
    assert answer.status_code == status
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert "Cache-Control" in answer.headers
    answer.close()


def test_an_answer_to_part_of_a_file_has_them_too(home: Home) -> None:
    for header, status in (("bytes=0-1", 206), ("bytes=99999999-", 416)):
        answer = home.get(f"/video/{DUNE}", headers={"Range": header})
        assert answer.status_code == status
        assert HEADERS.items() <= dict(answer.headers).items()
        answer.close()


def test_the_policy_allows_no_inline_script_and_no_frame() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "*" not in policy
    for part in (
        "default-src 'none'",
        "script-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action",
    ):
        assert part in policy
    assert HEADERS["X-Content-Type-Options"] == "nosniff"
    assert HEADERS["X-Frame-Options"] == "DENY"
    assert HEADERS["Referrer-Policy"] in ("same-origin", "no-referrer", "strict-origin-when-cross-origin")


@pytest.mark.parametrize("size", [1_000_001, 3_000_000])
def test_a_body_of_more_than_a_megabyte_is_refused(home: Home, size: int) -> None:
    key = home.video(DUNE).key
    body = b'{"play": "' + b"x" * size + b'"}'
    answer = home.client.post(f"/api/videos/{key}/views", data=body, content_type="application/json")
    assert answer.status_code == 413
    assert answer.json is not None
    assert answer.json["error"]["message"]
    form = home.client.post(f"/watch/{key}/tags", data={"tag": "x" * size})
    assert form.status_code == 413


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [("/api/videos/nowhere", 404, "not_found"), ("/api/nowhere", 404, "not_found")],
)
def test_an_error_of_the_api_is_json_that_says_what_to_do(home: Home, address: str, status: int, code: str) -> None:
    answer = home.get(address)
    assert answer.status_code == status
    assert answer.json is not None
    assert set(answer.json) == {"error"}
    assert set(answer.json["error"]) == {"code", "message", "details"}
    assert answer.json["error"]["code"] == code


def test_a_method_that_is_not_taken_names_those_that_are(home: Home) -> None:
    key = home.video(DUNE).key
    for address, method, allowed in (
        ("/", "POST", {"GET", "HEAD", "OPTIONS"}),
        (f"/api/videos/{key}/views", "PUT", {"POST"}),
        ("/api/tags", "DELETE", {"GET", "HEAD", "OPTIONS"}),
        (f"/watch/{key}/rating", "PUT", {"POST"}),
    ):
        answer = home.client.open(address, method=method)
        assert answer.status_code == 405
        assert allowed <= {name.strip() for name in answer.headers["Allow"].split(",")}
        assert method in answer.text


def test_our_own_fault_is_a_sentence_for_the_viewer_and_a_trace_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "films").mkdir()
    with open_home(tmp_path / "data", tmp_path / "films", videos=0) as home:
        view: dict[str, Any] = home.application.wsgi.view_functions
        view["tags"] = view["api_tags"] = lambda: 1 / 0
        for path in (b"/tags", b"/api/tags"):
            answer = home.get_raw(path)
            assert answer.status_code == 500
            assert "Something went wrong in this server" in answer.text
            assert "ZeroDivisionError" not in answer.text
            assert HEADERS.items() <= dict(answer.headers).items()
        view["watch"] = lambda video: 1 / 0
        home.get_raw(b"/watch/a\x1b[2Jb")
    assert "ZeroDivisionError" in caplog.text
    assert "\x1b" not in caplog.text


@pytest.mark.parametrize(
    ("back", "target"),
    [
        ("/?page=2", "/?page=2"),
        ("/tag/a%20b", "/tag/a%20b"),
        ("http://evil.example/", None),
        ("//evil.example/", None),
        ("/\\evil.example/", None),
        ("/\t/evil.example/", None),
        ("javascript:alert(1)", None),
        ("evil", None),
        ("", None),
        ("//[", None),
        ("http://[", None),
        ("/\r\nX-Evil: 1", None),
        ("\\\\evil.example", None),
        (" //evil.example", None),
    ],
)
def test_a_form_leads_back_only_inside_this_server(home: Home, back: str, target: str | None) -> None:
    key = home.video(DUNE).key
    answer = home.client.post(f"/watch/{key}/favorite", data={"value": "0", "back": back})
    assert answer.status_code == 303
    assert answer.headers["Location"] == (target or f"/watch/{key}")
    assert "X-Evil" not in answer.headers
