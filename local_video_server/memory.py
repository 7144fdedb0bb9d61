"""Memory that was used once and is free again goes back to the system, so that a home server stays small.

glibc keeps what Python has freed for itself, in pieces of every thread that ever worked: after a first scan of 10,000
videos 13 MB (PERFORMANCE.md). Source: malloc_trim(3).
"""

from __future__ import annotations

import ctypes
import sys
import time

EVERY_S = 60.0  # it takes some milliseconds


class Memory:
    def __init__(self) -> None:
        self._next_at = 0.0

    def give_back(self) -> None:
        """To be called when there is nothing else to do. Does nothing without glibc, or so soon again."""
        trim = getattr(_c_library, "malloc_trim", None)
        if trim is not None and time.monotonic() >= self._next_at:
            self._next_at = time.monotonic() + EVERY_S
            trim(0)


_c_library = ctypes.CDLL(None) if sys.platform == "linux" else None
