"""When a kind of job pauses: where a decoder is missing, or where one file after another fails alike.

A job that fails for the same reason again and again does not fail because of its file. Then that kind pauses, which
is said once, and a single job is tried now and then until one succeeds; for a decoder, which comes with an update and
not by itself, it is tried twice and then no more. Decides only; it knows no job.
"""

from __future__ import annotations

import logging
import math
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from .failure import TRY_AGAIN_S

log = logging.getLogger(__name__)

ALIKE = 5  # so many in a row are no accident
TRY_EVERY_S = 30.0


@dataclass
class Pause:
    """Why jobs that need something wait ("" is all of them), when the next one is tried, and how many were."""

    needs: str
    reason: str
    next_try_at: float
    tries: int = 0

    @property
    def is_for_good(self) -> bool:
        """Until somebody asks."""
        return self.next_try_at == math.inf


class Brake:
    """The brake of one kind of job. A job names what it `needs`, such as a codec, or nothing."""

    def __init__(self, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._name = name
        self._clock = clock
        self._lock = threading.Lock()
        self._pauses: dict[str, Pause] = {}
        self._last_reason = ""
        self._in_a_row = 0

    @property
    def pauses(self) -> list[Pause]:
        return list(self._pauses.values())

    def holds(self, needs: str) -> bool:
        """Whether a job with this need would have to wait now."""
        now = self._clock()
        return any(now < pause.next_try_at for pause in self._of(needs))

    def is_pausing(self, needs: str) -> bool:
        """Whether such jobs pause, also where one may be tried now."""
        return bool(self._of(needs))

    def may_begin(self, needs: str) -> bool:
        """Whether this job may begin; while the kind pauses, one may now and then."""
        with self._lock:
            if self.holds(needs):
                return False
            for pause in self._of(needs):
                pause.next_try_at = self._clock() + TRY_EVERY_S
                pause.tries += 1
            return True

    def succeeded(self, needs: str) -> None:
        with self._lock:
            self._in_a_row, self._last_reason = 0, ""
            for pause in self._of(needs):
                del self._pauses[pause.needs]
                log.info("The %s jobs%s go on.", self._name, _that_need(pause.needs))

    def failed(self, reason: str) -> None:
        """A job failed; after ALIKE of them for the same reason the whole kind pauses."""
        alike = re.sub(r"\d+", "#", reason)
        with self._lock:
            self._in_a_row = self._in_a_row + 1 if alike == self._last_reason else 1
            self._last_reason = alike
            if self._in_a_row >= ALIKE:
                self._pause("", reason)

    def lacks(self, needs: str, reason: str) -> None:
        """What these jobs need is not there: they pause at once, the others go on. "" is what all need, as room."""
        with self._lock:
            self._pause(needs, reason)

    def lift(self) -> None:
        """Somebody says that it works now: nothing pauses until it fails again."""
        with self._lock:
            self._pauses.clear()
            self._in_a_row, self._last_reason = 0, ""

    def _pause(self, needs: str, reason: str) -> None:
        if needs not in self._pauses:
            log.warning("The %s jobs%s pause: %s", self._name, _that_need(needs), reason)
        tries = self._pauses[needs].tries if needs in self._pauses else 0
        self._pauses[needs] = Pause(needs, reason, self._clock() + _wait_s(needs, tries), tries)

    def _of(self, needs: str) -> list[Pause]:
        # Asked for once each: `holds` is called without the lock, and a pause may end just then.
        found = (self._pauses.get(name) for name in {"", needs})
        return [pause for pause in found if pause is not None]


def _wait_s(needs: str, tries: int) -> float:
    if not needs:
        return TRY_EVERY_S
    return TRY_AGAIN_S[tries] if tries < len(TRY_AGAIN_S) else math.inf


def _that_need(needs: str) -> str:
    return f" that need {needs}" if needs else ""
