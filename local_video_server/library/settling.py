"""Which files are whole, and which are still being copied.

A copy has ended when the watcher says so (closed after writing, renamed into place). Where it did not, nobody may
have the file open for writing; where even that cannot be known, the file must have been still for QUIET_S.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

from .files import FoundFile, is_within

QUIET_S = 2.0  # longer than the pauses inside one copy over a home network


@dataclass(frozen=True, slots=True)
class _Waiting:
    size_bytes: int
    modified_ns: int
    since: float  # monotonic seconds: when it was first seen like this
    look_at: float
    was_due: bool = False


class Settling:
    """The files of one root that are waited for."""

    def __init__(
        self,
        is_being_written: Callable[[str], bool | None],
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._is_being_written = is_being_written
        self._clock = clock
        self._monotonic = monotonic
        self._waiting: dict[str, _Waiting] = {}

    def settled(self, root: str, files: Iterable[FoundFile], ended: Collection[str] = ()) -> list[FoundFile]:
        """The files that are whole. `ended` are paths, also of folders, whose copy is known to have ended.
        The others are due for another look later."""
        now = self._clock()
        whole = []
        for file in files:
            age_s = now - file.modified_ns / 1e9
            # Opening every old file of a first scan would wake its disk for nothing. One that is waited for is
            # asked again, though: a copy may pause. A date in the future says nothing about stillness.
            is_old = age_s >= QUIET_S and file.path not in self._waiting
            if is_old or is_within(file.path, ended) or self._is_still(root, file):
                self._waiting.pop(file.path, None)
                whole.append(file)
        return whole

    def _is_still(self, root: str, file: FoundFile) -> bool:
        writing = self._is_being_written(os.path.join(root, file.path))
        if writing is False:
            return True
        now = self._monotonic()
        before = self._waiting.get(file.path)
        same = before and (before.size_bytes, before.modified_ns) == (file.size_bytes, file.modified_ns)
        since = before.since if before and same else now
        if writing is None and now - since >= QUIET_S:
            return True
        self._waiting[file.path] = _Waiting(file.size_bytes, file.modified_ns, since, now + QUIET_S)
        return False

    def next_look_s(self) -> float:
        """Seconds until a file is due; infinite when none is waited for."""
        if not self._waiting:
            return float("inf")
        return max(0.0, min(waiting.look_at for waiting in self._waiting.values()) - self._monotonic())

    def due(self) -> list[str]:
        """The paths to look at now. One that nobody found when it was due is waited for no more."""
        now = self._monotonic()
        found = [path for path, waiting in self._waiting.items() if waiting.look_at <= now]
        for path in found:
            waiting = self._waiting.pop(path)
            if not waiting.was_due:
                self._waiting[path] = replace(waiting, look_at=now + QUIET_S, was_due=True)
        return found
