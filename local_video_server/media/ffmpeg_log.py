"""What ffmpeg says while it works: caught here, kept off the terminal, asked for when a reason is needed.

Only for a worker process: it takes over the process's stderr. ffmpeg writes into a pipe that never blocks, so
what does not fit is dropped (64 KiB on Linux: the first lines, which name the cause). PyAV's own hook
(`av.logging.set_level`) is never used: it needs the interpreter's lock and can hang a decoder for ever.
"""

from __future__ import annotations

import os
import re
import sys
from collections import deque

import av.logging

_ERROR_STREAM = 2
_heard: int | None = None
_last: deque[str] = deque(maxlen=5)
# "[matroska,webm @ 0x55f6]" names an address in memory, which changes from run to run.
_ADDRESS = re.compile(r" @ 0x[0-9a-f]+(?=\])")
_MOST_LETTERS = 300


def catch() -> None:
    """From now on everything this process writes to stderr can be read with `said`, and nowhere else."""
    global _heard
    _heard, mouth = os.pipe()
    os.set_blocking(_heard, False)
    os.set_blocking(mouth, False)
    os.dup2(mouth, _ERROR_STREAM)
    os.close(mouth)
    # Python would raise where C drops; what a Python library has to say names no cause.
    sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - for as long as the process lives
    av.logging.restore_default_callback()


def said() -> list[str]:
    """The lines since the last call, oldest first; none where `catch` was never called."""
    if _heard is None:
        return []
    pieces = []
    try:
        while piece := os.read(_heard, 65536):
            pieces.append(piece)
    except BlockingIOError:
        pass  # the pipe is empty
    lines = b"".join(pieces).decode("utf-8", "replace").splitlines()
    _last.extend(_ADDRESS.sub("", line.strip())[:_MOST_LETTERS] for line in lines if line.strip())
    return lines


def last() -> list[str]:
    """The last five lines since `forget`, whether or not somebody asked for them before."""
    said()
    return list(_last)


def forget() -> None:
    """The next file begins: what was said of the one before is not about it."""
    said()
    _last.clear()
