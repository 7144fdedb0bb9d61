"""How long the statements of library.db take: each is counted by its kind, and the slow ones are remembered.

A kind is a verb and its table ("insert ratings"), so there are few; the text of a statement never holds a value. What
a SELECT takes is the time to its first row: SQLite works out the others when they are fetched.
"""

from __future__ import annotations

import logging
import re
import time
from collections import deque
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from sqlalchemy import Engine, event

from ..library.readings import SlowQuery

SLOW_S = 0.05
REMEMBERED = 50
HEAD = 3000  # characters of a statement in which its table is looked for
LONGEST_TEXT = 1000  # characters; a list of a thousand ids is a thousand question marks

_WITH_TABLE = re.compile(
    r"""\s*(?:(insert|replace)\b.*?\binto|(update)(?:\s+or\s+\w+)?|(select|delete)\b.*?\bfrom)\s+["\[`]?(\w+)""",
    re.I | re.S,
)
_VERB = re.compile(r"\s*(\w+)")
_MANY = re.compile(r"\?(?:\s*,\s*\?)+")
_VALUE = re.compile(r"'(?:[^']|'')*'")

log = logging.getLogger(__name__)


class Querying:
    """Told of each statement and each commit by the one connection that writes; one thread at a time."""

    def __init__(self) -> None:
        self._note: Callable[[str, float], None] | None = None
        self._slow: deque[SlowQuery] = deque(maxlen=REMEMBERED)
        self._began = 0.0

    def measure(self, engine: Engine, note: Callable[[str, float], None]) -> None:
        """From now on `note` is told the kind of each statement of this engine, and its seconds."""
        self._note = note
        event.listen(engine, "before_cursor_execute", self._before)
        event.listen(engine, "after_cursor_execute", self._after)

    def slow(self) -> list[SlowQuery]:
        """The last that took long, newest first."""
        return list(reversed(tuple(self._slow)))

    def committed(self, began: float) -> None:
        """A transaction is stored; `began` is when that was asked, by time.perf_counter()."""
        self._took("COMMIT", time.perf_counter() - began)

    def _before(self, *_: Any) -> None:
        self._began = time.perf_counter()

    def _after(self, connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        self._took(statement, time.perf_counter() - self._began)

    def _took(self, statement: str, seconds: float) -> None:
        if self._note is not None:
            self._note(kind_of(statement[:HEAD]), seconds)
            if seconds >= SLOW_S:
                text = without_values(statement)
                self._slow.append(SlowQuery(time.time(), seconds, text))
                log.info("The database took %.0f ms for: %s", seconds * 1000, text)


@lru_cache(maxsize=512)
def kind_of(statement: str) -> str:
    """Verb and first table of a statement, in small letters; the verb alone where there is no table."""
    found = _WITH_TABLE.match(statement)
    if found:
        verb = found[1] or found[2] or found[3]
        return f"{verb} {found[4]}".lower()
    verb_alone = _VERB.match(statement)
    return verb_alone[1].lower() if verb_alone else "other"


def without_values(statement: str) -> str:
    """The text on one line, long lists in short, and no value in it."""
    text = " ".join(_VALUE.sub("?", statement).split())
    return _MANY.sub("?, ...", text)[:LONGEST_TEXT]
