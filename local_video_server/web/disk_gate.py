"""A gate in front of each disk: one that hangs may keep a few threads, never all of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from ..library.errors import Unavailable

AT_ONCE = 2  # of the eight threads that touch disks; asking a healthy one takes microseconds
PATIENCE_S = 1.0  # a disk that is asleep answers late too, but then the next click finds it awake


class DiskGate:
    """Counts who is asking a disk now."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._asking: dict[object, list[float]] = {}  # by disk: since when, monotonic seconds

    @contextmanager
    def asking(self, disk: object, name: str) -> Iterator[None]:
        """Lets a call to a disk through; `disk` tells it from others, `name` says to a person which it is.

        Errors  Unavailable when earlier calls have not come back
        """
        began = time.monotonic()
        with self._changed:
            asking = self._asking.setdefault(disk, [])
            is_free = self._changed.wait_for(
                lambda: len(asking) < AT_ONCE or began - asking[0] > PATIENCE_S, timeout=PATIENCE_S
            )
            if not is_free or len(asking) >= AT_ONCE:
                raise Unavailable(f"{name} does not answer now. Try again in a while.")
            asking.append(began)
        try:
            yield
        finally:
            with self._changed:
                asking.remove(began)
                self._changed.notify_all()
