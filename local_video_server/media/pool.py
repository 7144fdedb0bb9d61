"""The media workers of a server: one for each thread that asks, started when first asked.

Like workers.py this is the server's side: it imports neither PyAV nor Pillow.
"""

from __future__ import annotations

import threading
import time

from ..library.errors import Unavailable
from ..library.facts import Facts
from ..library.poster import Made, Order, Poster
from .workers import Worker

IDLE_S = 10.0  # an idle worker holds some 60 MB; to start one again takes a third of a second


class WorkerPool:
    def __init__(self, memory_mb: int, probe_timeout_s: float, poster_timeout_s: float, thumbnails: str) -> None:
        self._memory_mb = memory_mb
        self._probe_timeout_s = probe_timeout_s
        self._poster_timeout_s = poster_timeout_s
        self._thumbnails = thumbnails
        self._own = threading.local()
        self._lock = threading.Lock()
        self._workers: list[Worker] = []
        self._is_stopped = False
        self._used_at = time.monotonic()

    def probe(self, path: str) -> Facts:
        """What is inside a file. Errors: as Worker.run."""
        return self._mine().probe(path, self._probe_timeout_s)

    def poster(self, order: Order) -> Made:
        """Makes the picture files of a poster. Errors: as Worker.run."""
        told = self._mine().poster(order, self._thumbnails, self._poster_timeout_s)
        stamp = order.plain_stamp if told["note"] else order.stamp
        poster = Poster(stamp, told["width"], told["height"], told["tones"])
        return Made(poster, told["bytes"], told["note"])

    def rest(self) -> None:
        """Ends the workers when there was nothing to do for a while; those at work are left alone."""
        if time.monotonic() - self._used_at >= IDLE_S:
            for worker in tuple(self._workers):
                worker.rest()

    def stop(self) -> None:
        """Ends all workers for good; who asks after that gets Unavailable."""
        with self._lock:
            self._is_stopped = True
        for worker in self._workers:
            worker.stop()

    def _mine(self) -> Worker:
        self._used_at = time.monotonic()
        if not hasattr(self._own, "worker"):
            with self._lock:
                if self._is_stopped:
                    raise Unavailable("The server is stopping.")
                self._own.worker = Worker(self._memory_mb)
                self._workers.append(self._own.worker)
        worker: Worker = self._own.worker
        return worker
