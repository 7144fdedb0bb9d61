"""What the watcher of a root tells, until its thread takes it."""

from __future__ import annotations

import queue
import time

from .files import Sighting

GATHER_S = 0.15  # events of one deed are looked at together: half a rename is told 0.1 s after the other


class Inbox:
    """Filled by any thread, emptied by one."""

    def __init__(self) -> None:
        self._told: queue.SimpleQueue[Sighting | None] = queue.SimpleQueue()

    def put(self, sighting: Sighting) -> None:
        self._told.put(sighting)

    def wake(self) -> None:
        """Whoever waits goes on."""
        self._told.put(None)

    def is_empty(self) -> bool:
        return self._told.empty()

    def gather(self, wait_s: float) -> list[Sighting]:
        """Waits so long for a first one; then what belongs to it too."""
        gathered: list[Sighting] = []
        try:
            first = self._told.get(timeout=wait_s) if wait_s else self._told.get_nowait()
            until = time.monotonic() + GATHER_S
            while first is not None:
                gathered.append(first)
                first = self._told.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            pass
        return gathered
