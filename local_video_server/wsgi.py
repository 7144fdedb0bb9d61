"""A plain WSGI application, called: the environ it gets, the bodies it may answer with, what goes wrong in it.

PEP 3333, with two kinds of bodies that need no thread: a slice of a file and a live feed, both recognised by their
shape, so that the application imports nothing of the server and runs under any other. Granian's side of a
request is in bridge.py.
"""

from __future__ import annotations

import io
import json
import logging
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from granian.rsgi import Scope

CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")  # Granian drops such a header in silence; we refuse it aloud
NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")

REQUEST_ID = "lvs.request_id"  # in the environ, from the bridge: tells one request from all others
SUBJECT = "lvs.subject"  # in the environ, from the application: the address by key of a video that is sent
ROUTE = "lvs.route"  # in the environ, from the application: (kind, rule), never the address itself

log = logging.getLogger(__name__)
_asked: ContextVar[str] = ContextVar("request_id", default="")
Headers = list[tuple[str, str]]


@runtime_checkable
class FileSlice(Protocol):
    """A body that is part of a file. Iterating it gives the same bytes, for any other WSGI server."""

    path: str
    start: int
    end: int  # not included

    def __iter__(self) -> Iterator[bytes]: ...


@runtime_checkable
class LiveFeed(Protocol):
    """A body that goes on. `subscribe` returns what unsubscribes, which must not wait; `push` may be called
    from any thread, and None ends the feed."""

    def subscribe(self, push: Callable[[bytes | None], None]) -> Callable[[], None]: ...

    def __iter__(self) -> Iterator[bytes]: ...


@dataclass(frozen=True, slots=True)
class Piece:
    """A file slice under a name that Granian can open; `held` is a descriptor to close when it has."""

    path: str
    start: int
    end: int
    held: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Headers
    body: bytes | Piece | LiveFeed


def environ_of(scope: Scope) -> dict[str, Any] | None:
    """The request as PEP 3333 says; None when it names no host, or two, or its address is no path."""
    if not scope.path.startswith("/"):
        return None
    client, _, client_port = scope.client.rpartition(":")
    server, _, server_port = scope.server.rpartition(":")
    client = client.strip("[]")
    if client.startswith("::ffff:") and "." in client:  # an IPv4 client on a socket that serves both
        client = client[7:]
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": _wsgi_text(scope.path),
        "QUERY_STRING": _wsgi_text(scope.query_string),
        "REMOTE_ADDR": client,
        "REMOTE_PORT": client_port,
        "SERVER_NAME": server.strip("[]"),
        "SERVER_PORT": server_port,
        "SERVER_PROTOCOL": "HTTP/1.0" if scope.http_version == "1" else f"HTTP/{scope.http_version}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    hosts = 0
    for name, value in scope.headers.items():
        if "_" in name:  # would be taken for the header with a hyphen
            continue
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = "HTTP_" + key
        hosts += key == "HTTP_HOST"
        if key in environ:
            environ[key] += ("; " if key == "HTTP_COOKIE" else ",") + value
        else:
            environ[key] = value
    if hosts > 1 or (hosts == 0 and scope.http_version != "1"):
        return None
    if scope.authority:  # an address with a host in it rules over the header: RFC 9112 section 3.2.2
        environ["HTTP_HOST"] = scope.authority
    return environ


def request_id() -> str:
    """Of the request that this thread answers now; "" between them. Every line of the log has it."""
    return _asked.get()


def call(app: WSGIApplication, environ: dict[str, Any]) -> Answer:
    """What the application answers; whatever goes wrong in it is a 500, with its trace in the log."""
    asked = _asked.set(environ.get(REQUEST_ID, ""))
    try:
        return _call(app, environ)
    except Exception:
        # By its rule: an address may hold a title.
        log.exception("%s %s failed", environ["REQUEST_METHOD"], environ.get(ROUTE, ("", "A request"))[1])
        return refusal(environ["PATH_INFO"], 500, "Something went wrong in the server. Its log says what.")
    finally:
        _asked.reset(asked)


def refusal(path: str, status: int, sentence: str, **headers: str) -> Answer:
    """What is answered before or instead of the application: JSON for a program, plain text for the rest."""
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    if path.startswith("/api/"):
        kind, error = "application/json", {"code": f"http_{status}", "message": sentence, "details": {}}
        body = json.dumps({"error": error})
    else:
        kind, body = "text/plain; charset=utf-8", sentence
    always = [("content-type", kind), ("server", "local-video-server"), ("x-content-type-options", "nosniff")]
    return Answer(status, [*always, *named], f"{body}\n".encode())


def _call(app: WSGIApplication, environ: dict[str, Any]) -> Answer:
    started: list[Any] = []
    chunks: list[bytes] = []

    def start_response(status: str, headers: Headers, exc_info: object = None) -> Callable[[bytes], object]:
        if started and exc_info is None:
            raise RuntimeError("start_response was called twice")
        started[:] = int(status[:3]), headers
        return chunks.append

    result = app(environ, start_response)
    try:
        body: bytes | Piece | LiveFeed
        if hasattr(result, "subscribe") and isinstance(result, LiveFeed):
            body = result
        elif hasattr(result, "start") and isinstance(result, FileSlice):
            body = _piece(result)
        else:
            for chunk in result:
                chunks.append(chunk)  # the application may also write() on its way
            body = b"".join(chunks)
        status, headers = started
        return Answer(status, _checked(headers), body)
    finally:
        if hasattr(result, "close"):
            result.close()


def _piece(body: FileSlice) -> Piece | bytes:
    if body.end <= body.start:
        return b""
    try:
        body.path.encode()
    except UnicodeEncodeError:  # Granian takes UTF-8 names only: it gets another name of the same file
        held = os.open(body.path, os.O_PATH)
        return Piece(f"/proc/self/fd/{held}", body.start, body.end, held)
    return Piece(body.path, body.start, body.end)


def _checked(headers: Headers) -> Headers:
    """The headers as Granian wants them. Errors: ValueError for one that could be read as two."""
    checked = []
    has_server = False
    for name, value in headers:
        if CONTROL.search(value) or not NAME.fullmatch(name):
            raise ValueError(f"a header that must not be sent: {name!r}: {value!r}")
        if not value.isascii():  # WSGI means bytes; Granian sends text as UTF-8
            value = value.encode("latin-1").decode("utf-8", "replace")
        has_server = has_server or name.lower() == "server"
        checked.append((name, value))
    if not has_server:
        checked.append(("server", "local-video-server"))
    return checked


def _wsgi_text(text: str) -> str:
    return text if text.isascii() else text.encode().decode("latin-1")
