"""What the process and the machine it runs on are busy with, asked of the system."""

from __future__ import annotations

import logging
import resource
from collections.abc import Callable
from typing import TypeVar

import psutil

from ..library.readings import ProcessReading

IO = "/proc/self/io"  # Linux only

log = logging.getLogger(__name__)
_T = TypeVar("_T")


class OwnProcess:
    """To be asked by one thread: the first reading knows no percentages yet, they are of the time between two."""

    def __init__(self, io: str = IO) -> None:
        self._io = io
        self._process = psutil.Process()
        self._failing: set[str] = set()
        self._is_first = True

    def read(self) -> ProcessReading:
        """Without the time since the start: that is asked for when it is shown."""
        cpu, machine_cpu = self._process.cpu_percent(), psutil.cpu_percent()
        is_first, self._is_first = self._is_first, False
        return ProcessReading(
            0.0,
            None if is_first else cpu,
            self._asked("memory", lambda: self._process.memory_info().rss),
            self._asked("threads", self._process.num_threads),
            self._asked("open files", self._process.num_fds),
            self._asked("limit of open files", _open_files_limit),
            self._asked("bytes sent", self._sent_bytes),
            None if is_first else machine_cpu,
            self._asked("memory of the machine", lambda: psutil.virtual_memory().percent),
        )

    def _sent_bytes(self) -> int:
        """What was written by any means, which is what was sent: of 204 MB downloaded this counted 204 MB."""
        with open(self._io, encoding="ascii") as lines:
            return next(int(line.split()[1]) for line in lines if line.startswith("wchar:"))

    def _asked(self, name: str, ask: Callable[[], _T]) -> _T | None:
        """None of what this system does not tell, which is said once."""
        try:
            found = ask()
        except (psutil.Error, OSError, ValueError, StopIteration) as error:
            if name not in self._failing:
                log.info("This system does not tell the %s: %s", name, error)
            self._failing.add(name)
            return None
        self._failing.discard(name)
        return found


def _open_files_limit() -> int | None:
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return None if limit == resource.RLIM_INFINITY else limit
