"""What happened, by name, for whoever wants to know: live pages, jobs, logs.

The names are part of the contract with scripts (design.md section 1). A listener must be quick and must not
fail: it is called by whoever made the change.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Final

VIDEO_ADDED: Final = "video.added"
VIDEO_CHANGED: Final = "video.changed"
VIDEO_MISSING: Final = "video.missing"
VIDEO_RETURNED: Final = "video.returned"
MARK_CHANGED: Final = "mark.changed"
PLAYLIST_CHANGED: Final = "playlist.changed"
POSTER_READY: Final = "poster.ready"
JOB_PROGRESS: Final = "job.progress"
JOB_FAILED: Final = "job.failed"
NUMBERS_CHANGED: Final = "numbers.changed"  # those of /admin were taken anew
NAMES: Final = (
    VIDEO_ADDED,
    VIDEO_CHANGED,
    VIDEO_MISSING,
    VIDEO_RETURNED,
    MARK_CHANGED,
    PLAYLIST_CHANGED,
    POSTER_READY,
    JOB_PROGRESS,
    JOB_FAILED,
    NUMBERS_CHANGED,
)

Listener = Callable[[str, Mapping[str, object]], None]


class Events:
    """Who listens. `tell` reaches all listeners, also when one of them fails."""

    def __init__(self) -> None:
        self._listeners: tuple[Listener, ...] = ()

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Adds a listener; the answer takes it off again."""
        self._listeners = (*self._listeners, listener)

        def leave() -> None:
            self._listeners = tuple(other for other in self._listeners if other is not listener)

        return leave

    def tell(self, name: str, **what: object) -> None:
        for listener in self._listeners:
            try:
                listener(name, what)
            except Exception:
                logging.getLogger(__name__).exception("A listener failed on %s", name)
