"""What ffmpeg says while it works: caught here, kept off the terminal, asked for when a reason is needed.

Only for a worker process: it takes over the process's stderr. ffmpeg writes into a pipe that never blocks, so
what does not fit is dropped (64 KiB on Linux: the first lines, which name the cause). PyAV's own hook
(`av.logging.set_level`) is never used: it needs the interpreter's lock and can hang a decoder for ever.
"""

from __future__ import annotations

import os
import sys

import av.logging

_ERROR_STREAM = 2
_heard: int | None = None


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
    return b"".join(pieces).decode("utf-8", "replace").splitlines()
