from __future__ import annotations

import os
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from local_video_server.wsgi import Answer, FileSlice, LiveFeed, Piece, call, environ_of
from tests.serving_app import Feed, Pieces, Slice, app, closed

HOST = ("host", "gallery.local")


def scope(path: str = "/", query: str = "", headers: tuple[tuple[str, str], ...] = (HOST,), **parts: str) -> Any:
    values = {
        "client": "192.168.1.7:50123",
        "server": "192.168.1.2:8080",
        "authority": None,
        "scheme": "http",
    }
    values |= {"method": "GET", "http_version": "1.1", **parts}
    return SimpleNamespace(path=path, query_string=query, headers=dict_like(headers), **values)


def dict_like(pairs: tuple[tuple[str, str], ...]) -> Any:
    return SimpleNamespace(items=lambda: list(pairs))


def answered(path: str, query: str = "") -> Answer:
    environ = environ_of(scope(path, query))
    assert environ is not None
    return call(app, environ)


@pytest.mark.parametrize(
    ("request_parts", "key", "value"),
    [
        pytest.param({"path": "/é"}, "PATH_INFO", "/Ã©", id="a path is bytes as text"),
        pytest.param({"path": "/a/../b"}, "PATH_INFO", "/a/../b", id="dots are not resolved"),
        pytest.param({"path": "/a\0b"}, "PATH_INFO", "/a\0b", id="NUL reaches the application"),
        pytest.param({"query": "q=%C3%A9&b=+"}, "QUERY_STRING", "q=%C3%A9&b=+", id="a query stays encoded"),
        pytest.param({"query": "q=é"}, "QUERY_STRING", "q=Ã©", id="a query with bare bytes"),
        pytest.param({}, "REMOTE_ADDR", "192.168.1.7", id="client"),
        pytest.param({"client": "[fe80::1%2]:9"}, "REMOTE_ADDR", "fe80::1%2", id="IPv6 client"),
        pytest.param({"client": "[::ffff:10.0.0.5]:9"}, "REMOTE_ADDR", "10.0.0.5", id="IPv4 through IPv6"),
        pytest.param({"client": "[::1]:9"}, "REMOTE_PORT", "9", id="IPv6 client's port"),
        pytest.param({"server": "[::]:8080"}, "SERVER_NAME", "::", id="IPv6 server"),
        pytest.param({}, "SERVER_PORT", "8080", id="port"),
        pytest.param({"http_version": "1"}, "SERVER_PROTOCOL", "HTTP/1.0", id="HTTP 1.0"),
        pytest.param({}, "wsgi.url_scheme", "http", id="scheme"),
        pytest.param({}, "SCRIPT_NAME", "", id="mounted at the root"),
        pytest.param({}, "HTTP_HOST", "gallery.local", id="host"),
        pytest.param({"authority": "other"}, "HTTP_HOST", "other", id="a host in the address rules"),
        pytest.param(
            {"headers": (HOST, ("cookie", "a=1"), ("cookie", "b=2"))}, "HTTP_COOKIE", "a=1; b=2", id="cookies"
        ),
        pytest.param({"headers": (HOST, ("x-a", "1"), ("x-a", "2"))}, "HTTP_X_A", "1,2", id="repeated header"),
        pytest.param({"headers": (HOST, ("content-type", "a/b"))}, "CONTENT_TYPE", "a/b", id="content type"),
        pytest.param({"headers": (HOST, ("x-a", "1"), ("x_a", "2"))}, "HTTP_X_A", "1", id="no mimicry by _"),
    ],
)
def test_the_environ_says_what_pep_3333_asks(request_parts: dict[str, Any], key: str, value: str) -> None:
    environ = environ_of(scope(**request_parts))
    assert environ is not None
    assert environ[key] == value


@pytest.mark.parametrize(
    "request_parts",
    [
        pytest.param({"headers": (HOST, ("host", "evil"))}, id="two hosts"),
        pytest.param({"headers": ()}, id="no host"),
        pytest.param({"path": "*"}, id="no path"),
        pytest.param({"path": "", "authority": "a:80"}, id="a tunnel"),
    ],
)
def test_a_request_without_one_clear_target_is_refused(request_parts: dict[str, Any]) -> None:
    assert environ_of(scope(**request_parts)) is None


@pytest.mark.parametrize("path", ["/evil", "/evil-name", "/boom", "/broken-pieces"])
def test_what_goes_wrong_in_the_application_is_a_sentence_and_a_trace(
    path: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = answered(path)
    assert answer.status == 500
    assert answer.body == b"Something went wrong in the server. Its log says what.\n"
    assert caplog.records[0].exc_info


@pytest.mark.parametrize(("path", "body"), [("/pieces", b"ab"), ("/broken-pieces", None)], ids=["ended", "broke off"])
def test_a_body_is_always_closed(path: str, body: bytes | None) -> None:
    closed.clear()
    answer = answered(path)
    assert body is None or answer.body == body
    assert closed == ["pieces"]


def test_what_is_written_comes_before_what_is_returned() -> None:
    assert answered("/write").body == b"first second"


def test_a_header_keeps_its_bytes() -> None:
    assert ("X-Name", "é") in answered("/latin").headers


def test_a_slice_and_a_feed_are_known_by_their_shape_alone() -> None:
    assert isinstance(Slice("a", 0, 1), FileSlice)
    assert isinstance(Feed(), LiveFeed)
    for other in ([b""], Pieces(), range(3), iter(())):
        assert not isinstance(other, FileSlice | LiveFeed)


def test_an_empty_slice_opens_no_file() -> None:
    assert answered("/file", "path=/nowhere&start=5&end=5").body == b""


def test_a_name_that_is_no_utf8_gets_one_that_is(tmp_path: Any) -> None:
    name = os.path.join(os.fsencode(tmp_path), b"\xff.mp4")
    with open(name, "wb") as file:
        file.write(b"0123456789")

    def one_slice(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", [])
        return Slice(os.fsdecode(name), 2, 5)  # type: ignore[return-value]

    environ = environ_of(scope())
    assert environ is not None
    piece = call(one_slice, environ).body
    assert isinstance(piece, Piece)
    assert piece.held is not None
    try:
        assert b"".join(Slice(piece.path, piece.start, piece.end)) == b"234"
    finally:
        os.close(piece.held)
