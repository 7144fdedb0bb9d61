"""What the admin may start, pause and cancel."""

from __future__ import annotations

from collections.abc import Sequence

from .errors import NotFound
from .readings import TaskReading


class Tasking:
    """readings.Tasks."""

    def readings(self) -> Sequence[TaskReading]:
        return ()

    def start(self, name: str) -> None:
        raise NotFound(f"There is no task {name!r}.")

    def pause(self, name: str) -> None:
        raise NotFound(f"There is no task {name!r}.")

    def go_on(self, name: str) -> None:
        raise NotFound(f"There is no task {name!r}.")

    def cancel(self, name: str) -> None:
        raise NotFound(f"There is no task {name!r}.")
