"""The server's side of the media workers: start one, give it a task, end it.

The only place that starts the processes that read media. Never imports PyAV, never forks Python code: a
worker is a fresh interpreter. One thread uses one Worker; `stop` alone may come from any thread.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ..library.errors import Gone, LibraryError, MediaUnreadable, Unavailable
from ..library.facts import Facts
from ..library.poster import Order

MEMORY_MB = 2048  # an 8K picture of 10 bits is 100 MB, and a decoder keeps up to 17 of them
PROBE_TIMEOUT_S = 60.0  # a probe may read for 10 s by itself, and the disk may be asleep
POSTER_TIMEOUT_S = 60.0  # choosing ends itself after 8 s; a disk may be asleep, and an 8K picture takes its time
LETS_GO_S = 0.5  # a killed process is gone in milliseconds, unless it hangs in the kernel
_START_S = 30.0  # importing PyAV from a cold, busy disk
_MOST_ANSWER_BYTES = 8 * 1024 * 1024  # far above 300 tracks and 1,000 chapters with the longest titles

_PACKAGE_PARENT = Path(__file__).resolve().parents[2]
_left_behind: list[subprocess.Popen[bytes]] = []  # until they can be reaped
_REFUSALS: dict[str, type[LibraryError]] = {kind.code: kind for kind in (MediaUnreadable, Gone, Unavailable)}


class Worker:
    """One media worker process, started when first needed and again after it died."""

    def __init__(self, memory_mb: int = MEMORY_MB) -> None:
        self._memory_mb = memory_mb
        self._process: subprocess.Popen[bytes] | None = None
        self._is_stopped = False
        self._using = threading.Lock()  # for as long as a task takes
        self._starting = threading.Lock()  # so that no process is started behind the back of `stop`

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """Of the process that runs now; None when there is none."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def probe(self, path: str, timeout_s: float = PROBE_TIMEOUT_S) -> Facts:
        """What is inside the file. Errors: as `run`."""
        return Facts.from_values(self.run("probe", path, timeout_s))

    def poster(self, order: Order, folder: str, timeout_s: float = POSTER_TIMEOUT_S) -> dict[str, Any]:
        """Makes the poster files and tells of them: media/poster.py.

        Errors  as `run`. MediaUnreadable carries ffmpeg's last lines as details["ffmpeg"], and the name of a codec
                that there is no decoder for as details["missing_decoder"]. Unavailable: the folder takes no files.
        """
        return self.run(
            "poster",
            order.path,
            timeout_s,
            beside=order.beside,
            folder=os.path.abspath(folder),
            stamp=order.stamp,
            plain_stamp=order.plain_stamp,
        )

    def run(self, task: str, path: str, timeout_s: float, **arguments: str | float | None) -> dict[str, Any]:
        """The worker's answer about one file; `arguments` are what else the task takes.

        Errors  MediaUnreadable: the file is no video we can read, or reading it took longer than `timeout_s`,
                more memory than allowed, or the decoder with it. Gone: no such file. Unavailable: the disk,
                the worker or the server, and not the file, is at fault; trying again later may help.
        """
        request = {"task": task, "path": os.path.abspath(path), "timeout_s": timeout_s, "arguments": arguments}
        with self._using:
            process = self._running()
            try:
                assert process.stdin is not None
                process.stdin.write(json.dumps(request).encode() + b"\n")
                answer = json.loads(_line(process, timeout_s))
            except TimeoutError as error:
                self._end()
                raise self._refusal(f"Reading this file took longer than {timeout_s:g} s.") from error
            except OSError as error:
                code = self._end()
                how = f"signal {-code}" if code < 0 else f"exit code {code}"
                raise self._refusal(f"The decoder crashed on this file ({how}).") from error
            if "result" in answer:
                result: dict[str, Any] = answer["result"]
                return result
            if answer["refused"] == "memory":
                self._end()  # what is left of its memory is in pieces: a new one starts clean
                raise self._refusal(f"Reading this file takes more than {self._memory_mb} MB of memory.")
            raise _REFUSALS[answer["refused"]](answer["message"], **answer["details"])

    def stop(self) -> None:
        """Ends the process for good, within LETS_GO_S. A `run` that waits in another thread gets Unavailable, at
        once unless its process hangs in a disk."""
        with self._starting:
            self._is_stopped = True
            if self._process is not None:
                self._process.kill()
        if self._using.acquire(timeout=LETS_GO_S):
            try:
                self._end()
            finally:
                self._using.release()

    def rest(self) -> None:
        """Ends the process until there is work again: an idle one holds some 60 MB. One at work is left alone."""
        if self._using.acquire(blocking=False):
            try:
                self._end()
            finally:
                self._using.release()

    def _running(self) -> subprocess.Popen[bytes]:
        with self._starting:
            if self._is_stopped:
                raise Unavailable("The server is stopping.")
            if self._process is not None and self._process.poll() is None:
                return self._process
            self._end()
            process = self._process = subprocess.Popen(
                [sys.executable, "-m", "local_video_server.media.worker", str(self._memory_mb)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,
                cwd=_PACKAGE_PARENT,  # where `-m` finds us, wherever the server was started
                start_new_session=True,  # Ctrl-C in the terminal reaches the server only
            )
        try:
            _line(process, _START_S)
        except OSError as error:
            code = self._end()
            if self._is_stopped:
                raise Unavailable("The server is stopping.") from error
            raise Unavailable(f"The media worker does not start (exit code {code}).") from error
        return process

    def _refusal(self, reason: str) -> LibraryError:
        if self._is_stopped:
            return Unavailable("The server is stopping.")
        return MediaUnreadable(reason)

    def _end(self) -> int:
        """How the process ended, by itself or killed here. A worker holds nothing that a kill could harm.

        One that hangs inside a disk dies when the disk answers; it is left behind, and the next task gets another.
        """
        _left_behind[:] = [one for one in _left_behind if one.poll() is None]
        process, self._process = self._process, None
        if process is None:
            return 0
        process.kill()  # one that is already dying keeps its own exit code
        try:
            code = process.wait(LETS_GO_S)
        except subprocess.TimeoutExpired:
            _left_behind.append(process)
            code = -signal.SIGKILL
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        return code


def _line(process: subprocess.Popen[bytes], timeout_s: float) -> bytes:
    """The next line it says. Errors: TimeoutError; OSError when it died or says more than any answer has."""
    assert process.stdout is not None
    deadline = time.monotonic() + timeout_s
    poll = select.poll()
    poll.register(process.stdout, select.POLLIN)
    line = bytearray()
    while not line.endswith(b"\n"):
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise TimeoutError
        piece = os.read(process.stdout.fileno(), 65536)
        if not piece or len(line) > _MOST_ANSWER_BYTES:
            raise BrokenPipeError
        line += piece
    return bytes(line)
