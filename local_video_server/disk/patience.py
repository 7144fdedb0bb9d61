"""Calls to a disk that may hang, in threads that can be left behind. One that hangs keeps one thread, not each that
asks again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from ..library.errors import Unavailable

_T = TypeVar("_T")


class Patience:
    """For the calls to one disk. `name` says whose it is, in a sentence."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._hanging: threading.Thread | None = None

    def ask(self, call: Callable[[], _T], limit_s: float) -> _T:
        """What the call answers. Errors: its own; Unavailable when it takes longer, or an earlier one still does."""
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
        thread.join(limit_s)
        if errors:
            raise errors[0]
        if not answers:
            self._hanging = thread
            raise self._refusal()
        return answers[0]

    def _refusal(self) -> Unavailable:
        return Unavailable(f"{self._name} does not answer now.")
