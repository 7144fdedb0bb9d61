"""One library with its data and its pictures: its first run, watched until nothing is left to do, and servers of it
later. A real server each time, app.py in a process of its own.

How far a first run is, the database says, read beside the server: to ask the server would cost it time.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from local_video_server.serving import check_port

from .machine import CHECKOUT
from .readings import Memory, memory, workers_of

_LOOK_EVERY_S = 0.1
_START_LIMIT_S = 60.0
_STOP_LIMIT_S = 25.0
_STUCK_S = 20.0  # nothing more was done for so long: what is left waits for something else
# Without an attempt a row is a note: there is a poster, but the picture beside the film could not be used for it.
_FAILED = "SELECT count(*) FROM jobs WHERE kind = 'poster' AND state = 'failed' AND attempts > 0"


@dataclass(frozen=True, slots=True)
class Server:
    base_url: str  # without a slash at the end
    process: subprocess.Popen[bytes]

    @property
    def pid(self) -> int:
        return self.process.pid

    def get(self, address: str, **headers: str) -> bytes:
        """The body as it was sent."""
        asked = urllib.request.Request(self.base_url + address, headers=headers)
        with urllib.request.urlopen(asked, timeout=60) as answer:
            content: bytes = answer.read()
            return content

    def a_key(self) -> str:
        return str(json.loads(self.get("/api/videos?per_page=1"))["videos"][0]["key"])


@dataclass(frozen=True, slots=True)
class State:
    """Of the videos in the database."""

    pending: int
    ready: int
    done: int  # looked into, whatever was found
    posters: int
    failed: int  # posters that could not be made

    @property
    def lacks_nothing(self) -> bool:
        return self.posters + self.failed >= self.ready


@dataclass(frozen=True, slots=True)
class FirstRun:
    """A first start, until nothing was left to do. Memory at work is the most seen."""

    looked_into: int
    probe_s: float  # from the command until all files were looked into
    posters: int
    poster_s: float  # from there until all posters were made
    server_at_work: Memory
    workers_at_work: Memory
    server_after: Memory
    workers_after: Memory


@dataclass(frozen=True)
class Home:
    name: str
    library: Path
    place: Path  # where its data and its pictures are
    rest_s: float  # how long idle workers are waited for

    @property
    def videos(self) -> int:
        return self.first_run.looked_into

    @property
    def data(self) -> Path:
        return self.place / "data"

    @contextmanager
    def serve(self, program: Sequence[str] = (str(CHECKOUT / "app.py"),)) -> Iterator[Server]:
        """A server that answers, run by this program; ended when done with."""
        port = check_port("127.0.0.1", 0)
        self.place.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, *program, str(self.library), "--host", "127.0.0.1"]
        command += ["--port", str(port), "--data", str(self.data), "--thumbnails", str(self.place / "pictures")]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LVS_")}
        with (self.place / "output").open("ab") as output:
            process = subprocess.Popen(command, env=environment, stdout=output, stderr=output, cwd=CHECKOUT)
        server = Server(f"http://127.0.0.1:{port}", process)
        try:
            _wait_until_it_answers(server, self.place / "output")
            yield server
        finally:
            process.terminate()
            process.wait(_STOP_LIMIT_S)

    @cached_property
    def first_run(self) -> FirstRun:
        """Made when first asked for, before any other server of this home."""
        began = time.perf_counter()
        with self.serve() as server:
            at_work = _AtWork(server)
            while not (state := self.state).done or state.pending:
                at_work.look()
            probe_s = time.perf_counter() - began
            looked_into, posters, moved_at = state.done, 0, time.perf_counter()
            while not (state := self.state).lacks_nothing and time.perf_counter() - moved_at < _STUCK_S:
                if state.posters > posters:
                    posters, moved_at = state.posters, time.perf_counter()
                at_work.look()
            ended_at = time.perf_counter() if state.lacks_nothing else moved_at
            poster_s = ended_at - began - probe_s
            until = time.perf_counter() + self.rest_s
            while workers_of(server.pid) and time.perf_counter() < until:
                time.sleep(1)
            after = memory([server.pid]), memory(workers_of(server.pid))
        return FirstRun(looked_into, probe_s, state.posters, poster_s, at_work.server, at_work.workers, *after)

    @property
    def state(self) -> State:
        """Nothing at all while there is no database yet."""
        try:
            with closing(sqlite3.connect(f"{self.data.as_uri()}/library.db?mode=ro", uri=True)) as database:
                by_status = dict(database.execute("SELECT status, count(*) FROM videos GROUP BY status"))
                posters = database.execute("SELECT count(*) FROM posters").fetchone()[0]
                failed = database.execute(_FAILED)
                done = sum(by_status.values()) - by_status.get("pending", 0)
                return State(
                    by_status.get("pending", 0), by_status.get("ready", 0), done, posters, failed.fetchone()[0]
                )
        except sqlite3.OperationalError:
            return State(0, 0, 0, 0, 0)


class _AtWork:
    """The most memory seen while there was work."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.server = self.workers = Memory(0, 0, 0)

    def look(self) -> None:
        """Looks, then waits a little. Errors: SystemExit when the server is no more."""
        if self._server.process.poll() is not None:
            raise SystemExit("The server ended by itself in its first run.")
        self.server = max(self.server, memory([self._server.pid]), key=lambda seen: seen.rss_mb)
        self.workers = max(self.workers, memory(workers_of(self._server.pid)), key=lambda seen: seen.rss_mb)
        time.sleep(_LOOK_EVERY_S)


def _wait_until_it_answers(server: Server, output: Path) -> None:
    until = time.monotonic() + _START_LIMIT_S
    while server.process.poll() is None and time.monotonic() < until:
        try:
            server.get("/ping")
            return
        except OSError:
            time.sleep(0.01)
    raise SystemExit(f"The server does not start:\n{output.read_text('utf-8', 'replace')}")
