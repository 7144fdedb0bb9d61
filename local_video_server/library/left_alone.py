"""Videos whose poster somebody decided not to wait for: left without one until somebody looks at them."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from .video import Picture, Video

_File = tuple[int, int, int, Picture | None]


class LeftAlone:
    """Which they are. One whose file changes is another file, and is not left alone."""

    def __init__(self) -> None:
        self._files: frozenset[_File] = frozenset()
        self._lock = threading.Lock()  # pages and workers take up at the same time

    def __contains__(self, video: Video) -> bool:
        return bool(self._files) and _file(video) in self._files

    def set(self, videos: Iterable[Video]) -> None:
        files = frozenset(map(_file, videos))
        with self._lock:
            self._files = files

    def take_up(self, videos: Iterable[Video]) -> None:
        if self._files:
            files = set(map(_file, videos))
            with self._lock:
                self._files -= files

    def count(self, videos: Iterable[Video]) -> int:
        return sum(video in self for video in videos) if self._files else 0


def _file(video: Video) -> _File:
    return video.id, video.size_bytes, video.modified_ns, video.picture
