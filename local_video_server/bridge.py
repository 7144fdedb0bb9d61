"""One request from Granian to a plain WSGI application and back.

Pages run on one pool of threads; addresses that may touch a hung disk run on a small one of their own, so
pages go on. A body is read before a thread is taken. What comes from a file, or waits for news, holds no
thread: Granian reads the file, and the event loop feeds the waiting. Ports and signals are in serving.py.
"""

from __future__ import annotations

import asyncio
import io
import logging
import os
import re
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from granian._granian import RSGIHTTPProtocol as HTTPProtocol
    from granian.rsgi import Scope

QUEUE_S = 5.0  # longer than any page takes: who waits longer for a thread is better told so
HUNG_S = 30.0  # a sleeping disk needs about 10 s to spin up; after three times that it will not answer
FEED_LIMIT_BYTES = 1_000_000  # Granian keeps all that a reader does not take; EventSource comes back by itself
NAME_HELD_S = 10.0  # Granian opens a file within milliseconds

CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")  # Granian drops such a header in silence; we refuse it aloud
NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")

log = logging.getLogger(__name__)
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


class Bridge:
    """What Granian calls for each request. `stop` ends the feeds; `settle` waits for pages being made."""

    def __init__(
        self,
        app: WSGIApplication,
        *,
        threads: int,
        disk_threads: int,
        disk_prefixes: tuple[str, ...],
        body_limit_bytes: int,
        body_wait_s: float,
    ) -> None:
        self._app = app
        self._pages = ThreadPoolExecutor(threads, "page")
        self._disks = ThreadPoolExecutor(disk_threads, "disk")
        self._disk_prefixes = disk_prefixes
        self._body_limit_bytes = body_limit_bytes
        self._body_wait_s = body_wait_s
        self._jobs: set[Future[Answer]] = set()
        self._feeds: set[Callable[[], None]] = set()
        self._is_stopping = False

    async def __call__(self, scope: Scope, proto: HTTPProtocol) -> None:
        environ = environ_of(scope)
        if environ is None:
            answer = plain(400, "A request must name one host, and an address that begins with a slash.")
        elif environ.get("CONTENT_LENGTH", "0") != "0" or "HTTP_TRANSFER_ENCODING" in environ:
            answer = await self._take_body(environ, proto) or await self._run(scope.path, environ)
        else:
            answer = await self._run(scope.path, environ)
        body = answer.body
        is_bare = scope.method == "HEAD" or answer.status in (204, 304)
        if isinstance(body, Piece) and body.held is not None:
            asyncio.get_running_loop().call_later(NAME_HELD_S, os.close, body.held)
        if is_bare:
            proto.response_empty(answer.status, answer.headers)
        elif isinstance(body, bytes):
            proto.response_bytes(answer.status, answer.headers, body)
        elif isinstance(body, Piece):
            proto.response_file_range(answer.status, answer.headers, body.path, body.start, body.end)
        else:
            await self._feed(proto, answer, body)

    def stop(self) -> None:
        """Every feed ends now, and one asked for later ends at once. To be called on the event loop."""
        self._is_stopping = True
        for end in tuple(self._feeds):
            end()

    async def settle(self, limit_s: float) -> None:
        """Back when no page is being made any more, or when the time is up."""
        if self._jobs:
            await asyncio.wait([asyncio.wrap_future(job) for job in self._jobs], timeout=limit_s)

    async def _take_body(self, environ: dict[str, Any], proto: HTTPProtocol) -> Answer | None:
        """Puts the whole body into the environ; an answer means that it is refused."""
        limit = self._body_limit_bytes
        announced = int(environ["CONTENT_LENGTH"]) if "CONTENT_LENGTH" in environ else None
        body = bytearray()
        try:
            async with asyncio.timeout(self._body_wait_s):
                if announced is None or announced <= limit:
                    async for chunk in proto:
                        body += chunk
                        if len(body) > limit:
                            break
        except TimeoutError:
            return plain(408, "The request did not arrive in time. Send it again.", connection="close")
        if max(len(body), announced or 0) > limit:
            # The rest stays unread, so nothing else can follow on this connection.
            sentence = f"The request is larger than {limit} bytes, which is all this server takes at once."
            return plain(413, sentence, connection="close")
        if announced is not None and len(body) != announced:  # cut off: half a form must not become a mark
            return plain(400, "The request ended too early. Send it again.", connection="close")
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        return None

    async def _run(self, path: str, environ: dict[str, Any]) -> Answer:
        """The application's answer; 503 when no thread came free in time, or a disk hangs."""
        loop = asyncio.get_running_loop()
        is_disk = path.startswith(self._disk_prefixes)
        job = (self._disks if is_disk else self._pages).submit(call, self._app, environ)
        future = asyncio.wrap_future(job)
        timers = [loop.call_later(QUEUE_S, job.cancel)]  # does nothing once the job has begun
        if is_disk:
            timers.append(loop.call_later(HUNG_S, future.cancel))
        else:
            self._jobs.add(job)
        try:
            return await future
        except asyncio.CancelledError:
            if not future.cancelled():
                raise
            reason = "The disk that holds this video does not answer now." if is_disk else "The server is busy."
            return plain(503, reason + " Try again in a few seconds.", retry_after=str(int(QUEUE_S)))
        finally:
            self._jobs.discard(job)
            for timer in timers:
                timer.cancel()

    async def _feed(self, proto: HTTPProtocol, answer: Answer, feed: LiveFeed) -> None:
        """Sends what is pushed until the feed ends, its reader leaves, or the limit is reached."""
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[None] = loop.create_future()
        transport = proto.response_stream(answer.status, answer.headers)
        room = FEED_LIMIT_BYTES

        def end() -> None:
            if not ended.done():
                ended.set_result(None)

        def send(chunk: bytes | None) -> None:
            nonlocal room
            room -= len(chunk or b"")
            if chunk is None or room < 0:
                end()
            elif not ended.done():
                # The call itself queues it: Granian never makes a sender wait, hence the limit.
                transport.send_bytes(chunk)  # type: ignore[unused-coroutine]

        def push(chunk: bytes | None) -> None:
            loop.call_soon_threadsafe(send, chunk)

        gone = asyncio.ensure_future(proto.client_disconnect())
        self._feeds.add(end)
        if self._is_stopping:
            end()
        try:
            # It may have to look up the first state, so it is not for the event loop.
            unsubscribe = await loop.run_in_executor(self._pages, feed.subscribe, push)
            try:
                await asyncio.wait((ended, gone), return_when=asyncio.FIRST_COMPLETED)
            finally:
                end()
                unsubscribe()
        except Exception:
            log.exception("A live feed failed")
        finally:
            self._feeds.discard(end)
            gone.cancel()


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


def call(app: WSGIApplication, environ: dict[str, Any]) -> Answer:
    """What the application answers; whatever goes wrong in it is a 500, with its trace in the log."""
    try:
        return _call(app, environ)
    except Exception:
        log.exception("%s %s failed", environ["REQUEST_METHOD"], ascii(environ["PATH_INFO"]))
        return plain(500, "Something went wrong in the server. Its log says what.")


def plain(status: int, sentence: str, **headers: str) -> Answer:
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    kind = [("content-type", "text/plain; charset=utf-8"), ("server", "local-video-server")]
    return Answer(status, kind + named, f"{sentence}\n".encode())


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
