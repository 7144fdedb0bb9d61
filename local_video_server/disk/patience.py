"""Calls to a disk that may hang, in threads that can be left behind. One that hangs keeps one thread, not each that
asks again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from ..library.errors import Unavailable

_T = TypeVar("_T")
_ASKED_EVERY_S = 0.25
_ENDS_S = 2.0  # what is to be given up may end by itself, and tidy up


class Patience:
    """For the calls to one disk. `name` says whose it is, in a sentence."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._hanging: threading.Thread | None = None

    def ask(self, call: Callable[[], _T], limit_s: float, gives_up: Callable[[], bool] = lambda: False) -> _T:
        """What the call answers. `gives_up` says now and then whether nobody wants to know any more.

        Errors  its own; Unavailable when it takes longer, or an earlier one still does, or it is given up.
        """
        if self._hanging is not None and self._hanging.is_alive():
            raise self._refusal()
        answers: list[_T] = []
        errors: list[Exception] = []

        def run() -> None:
            try:
                answers.append(call())
            except Exception as error:  # noqa: BLE001 - raised again where it was asked
                errors.append(error)

        thread = threading.Thread(target=run, name="patience", daemon=True)
        thread.start()
        until, is_given_up = time.monotonic() + limit_s, False
        while thread.is_alive() and (left_s := until - time.monotonic()) > 0:
            thread.join(min(left_s, _ASKED_EVERY_S))
            if not is_given_up and (is_given_up := gives_up()):
                until = min(until, time.monotonic() + _ENDS_S)
        if errors:
            raise errors[0]
        if not answers:
            self._hanging = thread
            raise self._refusal()
        return answers[0]

    def _refusal(self) -> Unavailable:
        return Unavailable(f"{self._name} does not answer now.")
