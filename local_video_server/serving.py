"""Runs a WSGI application on Granian, inside this process, from the free port to the end of the program.

The only place that starts Granian; how a request passes through is in bridge.py. The end is never left to
chance: no hung disk, hung worker or paused player can hold the program, which leaves after a few seconds.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from .bridge import Bridge, Measure
from .library.errors import CannotStart

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

OPEN_FILES = 65_536  # a player takes two: its connection and its file
BACKLOG = 1024  # also Granian's limit of open connections
FILE_READERS = 32  # threads only while a chunk is read; one that a hung disk holds is lost to the others
LISTENS_WITHIN_S = 10.0  # it takes some milliseconds; a machine at its limits may be slow
SETTLE_S = 1.0  # a page takes far less: what it writes is stored before the database is closed
SPARE_S = 1.4  # 2.0 + 1.4 is well under the 5 s that we promise

log = logging.getLogger(__name__)


def check_port(host: str, port: int) -> int:
    """The port, known to be free; for port 0 one that is. Errors: CannotStart.

    Granian binds with SO_REUSEPORT: two servers would share one port, each getting half the requests.
    """
    family, address = _resolve(host, port)
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # Connections of a server that just ended linger for a minute; only one that listens is in the way.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            raise CannotStart(_reason(error, host, port)) from error
        return int(probe.getsockname()[1])


def serve(
    app: WSGIApplication,
    *,
    host: str,
    port: int,
    threads: int = 8,
    disk_threads: int = 8,
    disk_prefixes: tuple[str, ...] = ("/video/", "/thumbnails/", "/static/thumbnails/"),
    body_limit_bytes: int = 1_000_000,
    body_wait_s: float = 30.0,
    stop_after_s: float = 2.0,
    measure: Measure = lambda *asked: None,
    on_listening: Callable[[], object],
    on_stop: Callable[[], object],
) -> NoReturn:
    """Serves until SIGTERM or Ctrl-C, then ends the process with exit code 0; 1 if on_listening failed.

    on_listening runs in a thread of its own once connections are accepted, on_stop in another when pages are
    done; it has stop_after_s. `measure` is told of each request, on the event loop. A second signal leaves at
    once. To be called on the main thread, after check_port.
    Errors: CannotStart when the port cannot be listened on.
    """
    raise_file_limit()
    bridge = Bridge(
        app,
        threads=threads,
        disk_threads=disk_threads,
        disk_prefixes=disk_prefixes,
        body_limit_bytes=body_limit_bytes,
        body_wait_s=body_wait_s,
        measure=measure,
    )
    server = Server(
        bridge,
        address=_resolve(host, port)[1],
        port=port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=30_000),
        websockets=False,
        backlog=BACKLOG,
        runtime_blocking_threads=FILE_READERS,
        log_enabled=False,
    )
    asyncio.run(_serve(server, bridge, stop_after_s, on_listening, on_stop))
    raise AssertionError("unreachable")


def raise_file_limit() -> None:
    """As many open files as the system grants without asking, since the usual 1,024 is 500 players."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):  # macOS grants less than it says; serving goes on with what there is
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


async def _serve(
    server: Server,
    bridge: Bridge,
    stop_after_s: float,
    on_listening: Callable[[], object],
    on_stop: Callable[[], object],
) -> None:
    loop = asyncio.get_running_loop()
    bridge.arrivals.note_those_of(loop)
    stopping = asyncio.Event()
    is_asked = False

    def ask_to_stop(number: int, _frame: object) -> None:
        nonlocal is_asked
        if is_asked:
            _leave(128 + number)
        is_asked = True
        # Should the event loop itself be held, this thread still ends the program.
        _leave_later(stop_after_s + SPARE_S, 0)
        loop.call_soon_threadsafe(stopping.set)

    # Not loop.add_signal_handler: that one waits for the loop.
    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    _wake_for_signals(loop)
    granian = asyncio.create_task(server.serve())
    await _accepting(server.bind_addr, server.bind_port, granian)
    stopped = asyncio.create_task(stopping.wait())
    started = _in_thread(on_listening)
    await asyncio.wait((stopped, granian, started), return_when=asyncio.FIRST_COMPLETED)
    if started.done() and started.result():
        await asyncio.wait((stopped, granian), return_when=asyncio.FIRST_COMPLETED)
    code = 0 if is_asked else 1
    if not is_asked:
        log.error("The server ends by itself: it no longer takes connections, or could not be started")
        _leave_later(stop_after_s + SPARE_S, code)
    server.stop()  # type: ignore[no-untyped-call]
    bridge.stop()
    await bridge.settle(SETTLE_S)
    waited_for = {granian, _in_thread(on_stop)}
    _, late = await asyncio.wait(waited_for, timeout=stop_after_s)
    if late - {granian}:
        log.warning("Stopping took longer than %s s; leaving all the same", stop_after_s)
    _leave(code)


def _wake_for_signals(loop: asyncio.AbstractEventLoop) -> None:
    """A signal that another thread is given, or this one just before it falls asleep, is only noted by Python: the
    byte it writes here wakes the loop, and with it the thread that reads the note."""
    heard, told = socket.socketpair()
    for end in (heard, told):
        end.setblocking(False)
    loop.add_reader(heard, heard.recv, 100)
    signal.set_wakeup_fd(told.detach(), warn_on_full_buffer=False)


async def _accepting(address: str, port: int, granian: asyncio.Task[None]) -> None:
    """Back once a connection was accepted. Errors: CannotStart when that does not come."""
    own = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)
    deadline = time.monotonic() + LISTENS_WITHIN_S
    while time.monotonic() < deadline and not granian.done():
        with suppress(OSError, TimeoutError):
            _, writer = await asyncio.wait_for(asyncio.open_connection(own, port), 1.0)
            writer.close()
            return
        await asyncio.sleep(0.01)
    raise CannotStart(f"Nothing answers on {address}, port {port}. Choose another: --port {port + 1}")


def _in_thread(deed: Callable[[], object]) -> asyncio.Future[bool]:
    """Whether the deed went well, later. Its thread cannot keep the program alive."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[bool] = loop.create_future()

    def run() -> None:
        is_well = False
        try:
            deed()
            is_well = True
        except Exception:
            log.exception("%s failed", getattr(deed, "__qualname__", deed))
        finally:
            loop.call_soon_threadsafe(done.set_result, is_well)

    threading.Thread(target=run, daemon=True).start()
    return done


def _leave_later(after_s: float, code: int) -> None:
    def leave() -> None:
        time.sleep(after_s)
        _leave(code)

    threading.Thread(target=leave, daemon=True).start()


def _leave(code: int) -> NoReturn:
    """Ends the process now: an ordinary exit waits for every thread, also one that a dead disk holds."""
    flushing = threading.Thread(target=_flush, daemon=True)
    flushing.start()
    flushing.join(0.2)  # a pipe that nobody reads would hold it for ever
    os._exit(code)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()


def _resolve(host: str, port: int) -> tuple[socket.AddressFamily, str]:
    """The address that a name stands for: Granian knows no names. Errors: CannotStart."""
    if not 0 <= port <= 65_535:
        raise CannotStart(f"There is no port {port}. Choose one from 1 to 65535: --port 8080")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise CannotStart(
            f"{host} is no address known to this machine. For all of its own: --host 0.0.0.0"
        ) from error
    family, _, _, _, address = found[0]
    return family, str(address[0])


def _reason(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use by another program. Stop it, or choose another: --port {_next(port)}"
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"Port {port} is reserved for the system's administrator. Choose another: --port 8080"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"This machine has no address {host}. For all of its own: --host 0.0.0.0"
    return f"Cannot listen on {host}, port {port}: {error.strerror}. Choose another: --port {_next(port)}"


def _next(port: int) -> int:
    return port + 1 if port < 65_535 else 8080
