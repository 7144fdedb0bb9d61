"""How many videos there are of each status, and how they are watched. Counted only when something changed."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from ..library.readings import LibraryReading
from ..library.root_report import RootReport
from ..library.snapshot import Library, Snapshot
from ..library.video import Status

WATCH_LIMIT = "/proc/sys/fs/inotify/max_user_watches"  # Linux only
WATCHES_EVERY_S = 60.0  # to count ten thousand takes 36 ms


class Census:
    """To be asked by one thread."""

    def __init__(self, watch_limit: str = WATCH_LIMIT, running: Callable[[], float] = time.monotonic) -> None:
        self._watch_limit = watch_limit
        self._clock = running
        self._watches: int | None = None
        self._watches_at = running()
        self._folders = 0
        self._library: Library | None = None
        self._by_status: Mapping[str, int] = {}
        self.videos_bytes = 0  # of the videos that are there, those of offline folders included

    def take(self, snapshot: Snapshot, ask: Callable[[bool], Sequence[RootReport]]) -> LibraryReading:
        """`ask` tells how it stands with the roots; watches are counted only when it is asked with True."""
        if snapshot.library is not self._library:
            self._library = snapshot.library
            self._count(snapshot)
        reports = ask(False)
        took = [report.scan_s for report in reports if report.scan_s is not None]
        folders = sum(report.folders for report in reports)
        came = folders != self._folders and not any(report.is_looking for report in reports)
        if came or self._clock() >= self._watches_at:
            self._folders, self._watches_at = folders, self._clock() + WATCHES_EVERY_S
            watches = [report.watches for report in ask(True) if report.watches is not None]
            self._watches = sum(watches) if watches else None
        return LibraryReading(
            self._by_status,
            folders,
            max(took, default=None),
            self._watches,
            _number_in(self._watch_limit),
        )

    def _count(self, snapshot: Snapshot) -> None:
        library = snapshot.library
        videos = (*library.present.values(), *library.away.values())
        counted = Counter((video.root_id, video.missing_since is not None, video.status) for video in videos)
        examples = {(video.root_id, video.missing_since is not None, video.status): video for video in videos}
        by_status = dict.fromkeys((status.value for status in Status), 0)
        for one, count in counted.items():
            by_status[snapshot.status(examples[one]).value] += count
        self._by_status = by_status
        self.videos_bytes = sum(video.size_bytes for video in library.present.values())


def _number_in(path: str) -> int | None:
    try:
        with open(path, encoding="ascii") as file:
            return int(file.read())
    except (OSError, ValueError):
        return None
