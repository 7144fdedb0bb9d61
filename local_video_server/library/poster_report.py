"""How it stands with the posters, as a value for /admin."""

from __future__ import annotations

from dataclasses import dataclass

from .brake import Pause
from .failure import Failure
from .video import Video


@dataclass(frozen=True, slots=True)
class PosterReport:
    made: int
    waiting: int
    failed: tuple[tuple[Video, Failure], ...]
    pauses: tuple[Pause, ...]
    is_filled: bool  # the room is used up: posters are made only for what somebody looks at
    per_s: float  # posters made a second since this work began
    left_s: float | None = None  # seconds until all are made, if it goes on like this
    left_alone: int = 0  # videos without one, left so until somebody looks at them
