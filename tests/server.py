"""A real server process for a test: `app.py` on a free port of 127.0.0.1, with a data folder of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

CHECKOUT = Path(__file__).resolve().parents[1]
START_S = 1.0  # what the design promises from the command to the first page
STOP_S = 5.0
SLACK = 5  # a test waits so many times the promise: other work shares the machine

_T = TypeVar("_T")


def wait_for(condition: Callable[[], _T], promise_s: float) -> _T:
    """What `condition` answers once it is true; an AssertionError after five times the promise."""
    until = time.monotonic() + SLACK * promise_s
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < until, f"still {found!r} after {SLACK * promise_s:.0f} s"
        time.sleep(0.02)


@dataclass
class Server:
    """A running server. `output` is what it wrote so far, both streams."""

    base_url: str  # without a slash at the end
    process: subprocess.Popen[bytes]
    data: Path
    log: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def output(self) -> str:
        return self.log.read_text("utf-8", "replace")

    def stop(self) -> int:
        """Stops it by SIGTERM; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(SLACK * STOP_S)

    def kill(self) -> None:
        """As if the plug were pulled."""
        self.process.kill()
        self.process.wait()


@contextmanager
def serve(
    *folders: Path,
    data: Path | None = None,
    host: str = "127.0.0.1",
    before: Sequence[str] = (),
    program: Sequence[str] = (str(CHECKOUT / "app.py"),),
    **options: str,
) -> Iterator[Server]:
    """A server of these folders, ready to answer. `options` are settings, such as `viewer_password="x"`;
    `before` is a command that runs it in other circumstances, `program` another one than app.py.

    Without `data` it gets a folder that is gone afterwards.
    """
    with tempfile.TemporaryDirectory(prefix="lvs-server-", ignore_cleanup_errors=True) as scratch:
        data = data or Path(scratch, "data")
        log = Path(scratch, "output")
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LVS_")}
        options = {"thumbnails": f"{scratch}/pictures", **options}
        environment |= {f"LVS_{name.upper()}": value for name, value in options.items()}
        command = [*before, sys.executable, *program, *map(str, folders)]
        command += ["--host", host, "--port", "0", "--data", str(data)]
        with log.open("wb") as out:
            process = subprocess.Popen(
                command, env=environment, stdout=out, stderr=out, stdin=subprocess.DEVNULL, cwd=CHECKOUT
            )
        try:
            yield Server(_answering(process, log), process, data, log)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(SLACK * STOP_S)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def _answering(process: subprocess.Popen[bytes], log: Path) -> str:
    """The address that the server prints, once it answers there."""

    def address() -> str | None:
        assert process.poll() is None, f"The server ended by itself:\n{log.read_text('utf-8', 'replace')}"
        found = re.search(r"http://127\.0\.0\.1:\d+|http://localhost:\d+", log.read_text("utf-8", "replace"))
        if not found:
            return None
        base_url = found[0].replace("localhost", "127.0.0.1")
        try:
            with urllib.request.urlopen(f"{base_url}/ping", timeout=5) as answer:
                return base_url if answer.status == 200 else None
        except (urllib.error.URLError, OSError):
            return None

    found = wait_for(address, START_S * 3)  # three cold starts: imports are not in the file cache yet
    assert found
    return found
