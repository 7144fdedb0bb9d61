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
import secrets
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from .behind import Connection, Unread
from .wsgi import REQUEST_ID, ROUTE, SUBJECT, Answer, Headers, LiveFeed, Piece, call, environ_of, refusal

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from granian._granian import RSGIHTTPProtocol as HTTPProtocol
    from granian.rsgi import Scope

QUEUE_S = 5.0  # longer than any page takes: who waits longer for a thread is better told so
HUNG_S = 30.0  # a sleeping disk needs about 10 s to spin up; after three times that it will not answer
NAME_HELD_S = 10.0  # Granian opens a file within milliseconds
A_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")  # one that a proxy gave goes on

_PASS = re.compile(r"([?&]pass=)[^&]*")  # lets a player in: no log holds it

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH")
REFUSED = ("refused", "(none)")  # no address of ours was asked for

# kind, method, rule, status, seconds, request id, the client's address, the address by key of a video that is sent
# (or ""): what a request was and how long it took.
Measure = Callable[[str, str, str, int, float, str, str, str], None]

log = logging.getLogger(__name__)


class Arrivals:
    """When the request that begins now was handed to the event loop. Granian does that by `call_soon_threadsafe`, and
    what is called runs to its first wait at once: so until then the last one is this one. Without it, a request that
    waits for a busy loop would seem to have come later than it did."""

    def __init__(self) -> None:
        self.last_at = time.perf_counter()

    def note_those_of(self, loop: asyncio.AbstractEventLoop) -> None:
        plain = loop.call_soon_threadsafe

        def call_soon_threadsafe(callback: Callable[..., object], *given: Any, context: Any = None) -> asyncio.Handle:
            at = time.perf_counter()

            def run(*given: Any) -> None:
                self.last_at = at
                callback(*given)

            return plain(run, *given, context=context)

        loop.call_soon_threadsafe = call_soon_threadsafe  # type: ignore[method-assign, assignment]


def told_apart(given: str) -> str:
    """The name of a request in headers and in the log: the one that a proxy gave, or a new one."""
    return given if A_REQUEST_ID.fullmatch(given) else secrets.token_hex(8)


def stamped(headers: Headers, request_id: str, took_s: float) -> Headers:
    """What every answer says of itself. Source: W3C Server Timing."""
    return [*headers, ("x-request-id", request_id), ("server-timing", f"total;dur={took_s * 1000:.2f}")]


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
        measure: Measure,
    ) -> None:
        self._app = app
        self._measure = measure
        self._pages = ThreadPoolExecutor(threads, "page")
        self._disks = ThreadPoolExecutor(disk_threads, "disk")
        self._disk_prefixes = disk_prefixes
        self._body_limit_bytes = body_limit_bytes
        self._body_wait_s = body_wait_s
        self._jobs: set[Future[Answer]] = set()
        self._feeds: set[Callable[[], None]] = set()
        self._is_stopping = False
        self.arrivals = Arrivals()

    async def __call__(self, scope: Scope, proto: HTTPProtocol) -> None:
        began = self.arrivals.last_at
        environ = environ_of(scope)
        answer, given = None, ""
        if environ is None:
            answer = refusal(scope.path, 400, "A request must name one host and an address that begins with a slash.")
        else:
            given = environ.get("HTTP_X_REQUEST_ID", "")
            if environ.get("CONTENT_LENGTH", "0") != "0" or "HTTP_TRANSFER_ENCODING" in environ:
                answer = await self._take_body(environ, proto)
                began = time.perf_counter()  # a body that comes slowly is not our time
        request_id = told_apart(given)
        if answer is None:
            assert environ is not None
            environ[REQUEST_ID] = request_id
            answer = await self._run(scope.path, environ)
        headers = stamped(answer.headers, request_id, time.perf_counter() - began)
        body = answer.body
        is_bare = scope.method == "HEAD" or answer.status in (204, 304)
        if isinstance(body, Piece) and body.held is not None:
            asyncio.get_running_loop().call_later(NAME_HELD_S, os.close, body.held)
        if is_bare:
            proto.response_empty(answer.status, headers)
        elif isinstance(body, bytes):
            proto.response_bytes(answer.status, headers, body)
        elif isinstance(body, Piece):
            proto.response_file_range(answer.status, headers, body.path, body.start, body.end)
        else:
            await self._feed(scope, proto, answer.status, headers, body)
        took_s = time.perf_counter() - began  # of a feed, as long as it lasted
        kind, rule = environ.get(ROUTE, REFUSED) if environ else REFUSED
        method = scope.method if scope.method in METHODS else "OTHER"
        client, subject = (environ["REMOTE_ADDR"], environ.get(SUBJECT, "")) if environ else ("", "")
        if log.isEnabledFor(logging.DEBUG):
            asked = _PASS.sub(r"\1…", f"{scope.path}?{scope.query_string}")
            log.debug("%s %s: %d", scope.method, asked, answer.status, extra={"request_id": request_id})
        self._measure(kind, method, rule, answer.status, took_s, request_id, client, subject)

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
        limit, path = self._body_limit_bytes, environ["PATH_INFO"]
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
            return refusal(path, 408, "The request did not arrive in time. Send it again.", connection="close")
        if max(len(body), announced or 0) > limit:
            # The rest stays unread, so nothing else can follow on this connection.
            sentence = f"The request is larger than {limit} bytes, which is all this server takes at once."
            return refusal(path, 413, sentence, connection="close")
        if announced is not None and len(body) != announced:  # cut off: half a form must not become a mark
            return refusal(path, 400, "The request ended too early. Send it again.", connection="close")
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
            reason = "A disk does not answer now." if is_disk else "The server is busy."
            return refusal(path, 503, reason + " Try again in a few seconds.", retry_after=str(int(QUEUE_S)))
        finally:
            self._jobs.discard(job)
            for timer in timers:
                timer.cancel()

    async def _feed(self, scope: Scope, proto: HTTPProtocol, status: int, headers: Headers, feed: LiveFeed) -> None:
        """Sends what is pushed until the feed ends, its reader leaves, or is too far behind: EventSource comes back
        by itself, and is told the state."""
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[None] = loop.create_future()
        gone = asyncio.ensure_future(proto.client_disconnect())
        # To find it may take some milliseconds where a thousand files are open.
        connection = await loop.run_in_executor(self._pages, Connection.of, scope.client, scope.server)
        unread = Unread(connection.left if connection else lambda: None)
        transport = proto.response_stream(status, headers)

        def end() -> None:
            if not ended.done():
                ended.set_result(None)

        def send(chunk: bytes | None) -> None:
            if chunk is None:
                end()
            elif not ended.done():
                transport.send_bytes(chunk)  # type: ignore[unused-coroutine]  # the call itself queues it
                if unread.add(len(chunk)):
                    log.info("A reader of live news was too far behind, and was dropped")
                    if connection:
                        connection.cut()
                    end()

        def push(chunk: bytes | None) -> None:
            loop.call_soon_threadsafe(send, chunk)

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
            if connection:
                connection.close()
