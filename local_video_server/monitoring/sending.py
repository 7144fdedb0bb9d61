"""Which videos are being sent, to whom, and for how long.

A player asks for a piece, and again; or for all of it once, and reads on for an hour. So what is asked for is
remembered, and joined with how far the open files are (streams.py, handed in). Two who watch the same film are told
apart by what they asked, not by which file is whose: of so many files that move, those who asked last are taken for
the readers.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ..library.readings import StreamReading

ASKED_S = 25.0  # players ask again well within this
MOVED_S = 30.0  # browsers read ahead: their files stand still for so long in between
MOST = 1000  # remembered at once; a home has a handful


@dataclass
class _Stream:
    path: str  # the address by key
    method: str
    rule: str
    client: str
    began: float
    asked: float
    seen: float  # the last sign of life
    reads_on: bool = False  # its file was found moving


class Sending:
    """
    positions  how far each open file is, by its descriptor and path (streams.open_streams)
    file_of    where the video of an address by key lies; None when it is gone
    ended      told of the rule and how many seconds a stream lasted
    """

    def __init__(
        self,
        positions: Callable[[], Mapping[str, int]],
        file_of: Callable[[str], str | None],
        ended: Callable[[str, float], None],
        running: Callable[[], float] = time.monotonic,
    ) -> None:
        self._positions = positions
        self._file_of = file_of
        self._ended = ended
        self._clock = running
        self._lock = threading.Lock()
        self._streams: dict[tuple[str, str], _Stream] = {}  # by who and what; who asked longest ago first
        self._moved: dict[str, tuple[int, float]] = {}  # descriptor and path: position, when it last changed

    def asked(self, client: str, path: str, method: str, rule: str) -> None:
        """Somebody was sent a piece. Called on the event loop: a note only."""
        now = self._clock()
        gone = None
        with self._lock:
            known = self._streams.pop((client, path), None)
            if known is None:
                known = _Stream(path, method, rule, client, now, now, now)
                if len(self._streams) == MOST:
                    gone = self._streams.pop(next(iter(self._streams)))
            known.asked = known.seen = now
            self._streams[client, path] = known
        if gone is not None:
            self._tell([gone])

    def look(self) -> None:
        """Who still reads on, and who has ended. Not for the way of a page: it looks at all open files."""
        with self._lock:
            known = list(reversed(self._streams.values()))  # who asked last first
        if not known:
            self._moved.clear()
            return
        files = [self._file_of(one.path) for one in known]
        now = self._clock()
        moving = self._moving_files(now)
        ended = []
        with self._lock:
            for one, file in zip(known, files, strict=True):
                one.reads_on = file is not None and moving[file] > 0
                if one.reads_on and file is not None:
                    moving[file] -= 1
                    one.seen = now
                elif now - one.asked >= ASKED_S and (one.client, one.path) in self._streams:
                    ended.append(self._streams.pop((one.client, one.path)))
        self._tell(ended)

    def stop(self) -> None:
        """Whoever is sent something now is sent nothing more."""
        with self._lock:
            ended = list(self._streams.values())
            self._streams.clear()
        self._tell(ended)

    def streams(self) -> Sequence[StreamReading]:
        """Those that are being sent now, from memory; who asked last first."""
        now = self._clock()
        with self._lock:
            return tuple(
                StreamReading(one.path, one.method, one.rule, one.client, now - one.seen)
                for one in reversed(self._streams.values())
                if one.reads_on or now - one.asked < ASKED_S
            )

    def _moving_files(self, now: float) -> Counter[str]:
        """How many descriptors of each file moved a moment ago. One that is new counts once it was read from."""
        before, found = self._moved, dict[str, tuple[int, float]]()
        for name, position in self._positions().items():
            was_at, moved_at = before.get(name, (0, -MOVED_S))
            found[name] = position, moved_at if position == was_at else now
        self._moved = found
        return Counter(name.partition(" ")[2] for name, (_, at) in found.items() if now - at < MOVED_S)

    def _tell(self, ended: Sequence[_Stream]) -> None:
        for one in ended:
            self._ended(one.rule, one.seen - one.began)
