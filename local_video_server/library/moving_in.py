"""Another library moves in: its files are read, the database is backed up, and all of it is stored at once or not.

The same for a command without a server and for a server that a command hands its work to.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from .errors import CannotMove, NotStored, Unavailable
from .moving import MoveReport, OldLibrary

SOURCE_LENGTH = 200  # characters

Reader = Callable[[Path, str, MoveReport], OldLibrary]


class Destination(Protocol):
    """Where a library moves in: one transaction, or nothing."""

    def move_in(
        self,
        old: OldLibrary,
        report: MoveReport,
        ignores_case: Callable[[str], bool],
        now: float,
        progress: Callable[[int, int], None],
    ) -> None: ...


class MovingIn:
    """Moves libraries in, one at a time. `progress` is how many videos are done, of how many."""

    def __init__(
        self,
        destination: Destination,
        readers: Callable[[], Mapping[str, Reader]],
        back_up: Callable[[], str | None],
        ignores_case: Callable[[str], bool],
        storing: Callable[[], AbstractContextManager[None]],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """
        readers       by the name of the command: what reads its kind of old files; asked for when one moves in
        back_up       copies the database as it is, and answers where to; None where that is a copy itself
        ignores_case  whether the file system of a root's folder takes "A" for "a"
        storing       holds the pages' view of the library meanwhile, and shows the new one after
        """
        self._destination = destination
        self._readers = readers
        self._back_up = back_up
        self._ignores_case = ignores_case
        self._storing = storing
        self._clock = clock
        self._busy = threading.Lock()
        self.progress = (0, 0)

    def run(self, command: str, path: Path, source: str) -> MoveReport:
        """What became of everything that was read.

        source  whose counts these are: those of the same source are replaced, others are added up
        Errors  CannotMove, with one sentence; then nothing was changed. Unavailable when one moves in just now.
        """
        if not source or len(source) > SOURCE_LENGTH or not source.isprintable():
            raise CannotMove(f"The name of a source is text of 1 to {SOURCE_LENGTH} characters.")
        if not self._busy.acquire(blocking=False):
            raise Unavailable("Another library is just moving in. Try again when it is done.")
        try:
            self.progress = (0, 0)
            report = MoveReport()
            old = self._readers()[command](path, source, report)
            with self._storing():
                report.backup = self._back_up()
                self._destination.move_in(old, report, self._ignores_case, self._clock(), self._tell)
            return report
        except NotStored as error:
            raise CannotMove(f"{error.message} The library is as it was.") from error
        finally:
            self._busy.release()

    def _tell(self, done: int, total: int) -> None:
        self.progress = (done, total)
