"""Whether a root may be looked at now: the admin pauses looks, lets them go on, and ends the one under way."""

from __future__ import annotations

import time
from collections.abc import Callable


class Cancelled(Exception):
    """The look under way was ended by the admin."""


class Permit:
    """Of the looks of one root. `pass_time` is called again and again while one is held, and ends at `wake`."""

    def __init__(self, pass_time: Callable[[], None], wake: Callable[[], None]) -> None:
        self.is_paused = False
        self._began_at = self._held_s = 0.0  # of the look under way
        self._pass_time = pass_time
        self._wake = wake
        self._is_looking = False
        self.was_cancelled = False  # the last look

    @property
    def lasted_s(self) -> float:
        """How long the look under way lasted, without the time it was held."""
        return time.monotonic() - self._began_at - self._held_s

    def pause(self) -> None:
        """No look is begun until `go_on`, and the one under way waits."""
        self.is_paused = True

    def go_on(self) -> None:
        self.is_paused = False
        self._wake()

    def cancel(self) -> None:
        """Ends the look under way; where there is none, nothing. What it did not see is not missing."""
        self.was_cancelled = self._is_looking
        self._wake()

    def begin(self) -> None:
        self.was_cancelled, self._is_looking = False, True
        self._began_at, self._held_s = time.monotonic(), 0.0

    def end(self) -> None:
        self._is_looking = False

    def check(self) -> None:
        """Between two files of a look. Errors: Cancelled."""
        if self._is_looking:
            began = time.monotonic()
            while self._is_held():
                self._pass_time()
                self._held_s, began = self._held_s + time.monotonic() - began, time.monotonic()
            if self.was_cancelled:
                raise Cancelled

    def _is_held(self) -> bool:
        return self.is_paused and not self.was_cancelled
