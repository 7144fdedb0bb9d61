"""Whether somebody watches just now, so that background work rests meanwhile.

Three signs, because each alone misses somebody: a request for the bytes of a video, a player of ours that says that
it plays, and bytes that move in an answer that began long ago. A paused player gives no sign for long.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

ASKED_S = 10.0  # longer than a player takes from its first question to its first picture
PLAYING_S = 25.0  # players say that they play every 10 s; one message may get lost
MOVED_S = 30.0  # browsers read ahead: their answers stand still for so long in between
LOOK_EVERY_S = 2.0


class Viewers:
    """`streams` tells how far each answer is that is being sent now."""

    def __init__(self, streams: Callable[[], Mapping[str, int]], clock: Callable[[], float] = time.monotonic) -> None:
        self._streams = streams
        self._clock = clock
        self._lock = threading.Lock()
        self._until = -1.0
        self._positions: Mapping[str, int] = {}
        self._looked_at = -LOOK_EVERY_S

    def asked(self) -> None:
        """A player asked for the bytes of a video."""
        self._until = max(self._until, self._clock() + ASKED_S)

    def playing(self) -> None:
        """A player says that it plays."""
        self._until = max(self._until, self._clock() + PLAYING_S)

    def anybody(self) -> bool:
        """Whether somebody watches, or did a moment ago."""
        with self._lock:
            now = self._clock()
            if now - self._looked_at >= LOOK_EVERY_S:
                self._looked_at = now
                before, self._positions = self._positions, self._streams()
                # One that is new counts once it was read from; what takes fingerprints reads without moving.
                if any(before.get(one, 0) != position for one, position in self._positions.items()):
                    self._until = max(self._until, now + MOVED_S)
            return now < self._until
