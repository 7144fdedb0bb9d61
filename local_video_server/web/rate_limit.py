"""How often one client may do something. Of clients it knows the address of their socket, never what they claim."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

MOST, WITHIN_S = 5, 10.0
CLIENTS = 1000  # remembered at once; who was not heard of for longest is forgotten


class RateLimit:
    def __init__(
        self, most: int = MOST, within_s: float = WITHIN_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = most
        self._within_s = within_s
        self._clock = clock
        self._done: OrderedDict[str, list[float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait_s(self, client: str) -> float:
        """0 when it may be done now, which is counted; else for how many seconds the client has to wait."""
        now = self._clock()
        with self._lock:
            done = [at for at in self._done.pop(client, ()) if now - at < self._within_s]
            wait_s = done[0] + self._within_s - now if len(done) >= self._most else 0.0
            self._done[client] = done if wait_s else [*done, now]
            if len(self._done) > CLIENTS:
                self._done.popitem(last=False)
        return wait_s
