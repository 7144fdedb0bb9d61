"""When the doctor looks: a while after the start, every hour, and when the admin asks or something has
changed. What it sees is handed in."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence

from .readings import Finding

FIRST_AFTER_S, EVERY_S = 10.0, 3600.0  # a start has better things to do
REST_S = 30.0  # between looks that nobody waits for: a disk may come and go, and a look reads the whole database
STOP_S = 1.0  # a look that hangs is left behind

log = logging.getLogger(__name__)


class Checkup:
    """`findings` and `versions` are of the last look, and empty before the first. `end` ends a look under way."""

    def __init__(
        self,
        look: Callable[[], Sequence[Finding]],
        versions: Callable[[], Sequence[tuple[str, str]]],
        end: Callable[[], None],
        first_after_s: float = FIRST_AFTER_S,
        rest_s: float = REST_S,
    ) -> None:
        self._look = look
        self._ask_versions = versions
        self._end = end
        self._first_after_s = first_after_s
        self._rest_s = rest_s
        self._looked_at: float | None = None
        self._findings: Sequence[Finding] = ()
        self._versions: Sequence[tuple[str, str]] = ()
        self._changed = threading.Condition()
        self._is_due = self._is_wanted = self._is_stopping = False
        self._begun = self._ended = 0  # looks
        self._thread = threading.Thread(target=self._run, name="doctor", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        with self._changed:
            self._is_stopping = True
            self._changed.notify_all()
        self._end()
        if self._thread.is_alive():
            self._thread.join(STOP_S)

    def findings(self) -> Sequence[Finding]:
        return self._findings

    def versions(self) -> Sequence[tuple[str, str]]:
        return self._versions

    def looked_at(self) -> float | None:
        """When it looked last, in seconds since 1970."""
        return self._looked_at

    def look_soon(self) -> None:
        """Something has changed: looks anew when the last look is a while ago, and nobody waits for it."""
        with self._changed:
            self._is_wanted = True
            self._changed.notify_all()

    def look_again(self, within_s: float) -> bool:
        """Looks anew, and waits for that, but no longer than so; whether it has ended."""
        with self._changed:
            wanted = self._begun + 1
            self._is_due = True
            self._changed.notify_all()
            return self._changed.wait_for(lambda: self._ended >= wanted or self._is_stopping, within_s)

    def _run(self) -> None:
        pause_s = self._first_after_s
        while self._is_next_due(pause_s):
            try:
                self._findings, self._versions = self._look(), self._ask_versions()
                self._looked_at = time.time()
            except Exception:
                log.exception("The doctor could not look at everything")
            with self._changed:
                self._ended = self._begun
                self._changed.notify_all()
            pause_s = EVERY_S

    def _is_next_due(self, pause_s: float) -> bool:
        """Waits for the next look; False when the server stops."""
        now = time.monotonic()
        due_at, soon_at = now + pause_s, now + min(pause_s, self._rest_s)
        with self._changed:
            while not (self._is_due or self._is_stopping):
                left_s = (soon_at if self._is_wanted else due_at) - time.monotonic()
                if left_s <= 0:
                    break
                self._changed.wait(left_s)
            self._is_due = self._is_wanted = False
            self._begun += 1
            return not self._is_stopping
