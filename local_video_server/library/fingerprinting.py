"""Fingerprints of one root's files, taken in the background: the gallery never waits for them. Its posters do, so
that what it shows first has its turn first."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable

from .catalog import Catalog
from .disk import Disk
from .errors import Unavailable
from .video import Root, Video

AT_ONCE = 200  # three reads each; then what was found is stored and shown
AT_MOST_S = 1.0  # a disk that sleeps or crawls takes much longer for so many, and the first posters need only a few


class Fingerprinting:
    """Which fingerprints a root still wants, and taking them, that of the newest video first. `touch` is called
    before each file, since a read may hang; `on_taken` when some were stored."""

    def __init__(
        self,
        root: Root,
        catalog: Catalog,
        disk: Disk,
        touch: Callable[[], None],
        on_taken: Callable[[], None] = lambda: None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._root = root
        self._catalog = catalog
        self._disk = disk
        self._touch = touch
        self._on_taken = on_taken
        self._monotonic = monotonic
        self._wanted: list[Video] = []  # the next one is the last
        self._urged: set[int] = set()  # somebody looks at these
        self._as_of = (-1, 0)  # the version of the library that the wish list was made from, and its videos

    def is_wanted(self) -> bool:
        """Whether there is anything to take. The library is asked anew when it changed and the list is done, or when
        videos came: a new one does not wait for fifty thousand old ones."""
        library = self._catalog.snapshot.library
        version, number = self._as_of
        if library.version != version and (not self._wanted or len(library.present) != number):
            wanted = [video for video in library.present_in(self._root) if video.fingerprint is None]
            wanted.sort(key=lambda video: -video.added_at)
            self._wanted = wanted[::-1]
            self._as_of = library.version, len(library.present)
        return bool(self._wanted or self._urged)

    def first(self, video_ids: Iterable[int]) -> None:
        """These before all others. May be called by any thread."""
        self._urged.update(video_ids)

    def take_some(self, has_more_urgent: Callable[[], bool]) -> None:
        """Takes and stores fingerprints until something more urgent waits."""
        taken: list[tuple[Video, bytes]] = []
        until = self._monotonic() + AT_MOST_S
        while len(taken) < AT_ONCE and self._monotonic() < until and not has_more_urgent():
            video = self._next()
            if video is None:
                break
            found = self.of(video.path, video.size_bytes)
            if found is not None:
                taken.append((video, found))
        if taken:
            self._catalog.record_fingerprints(taken)
            self._on_taken()

    def of(self, path: str, size_bytes: int) -> bytes | None:
        """The fingerprint of the file at a relative path; None when it vanished or changed, which the watcher
        will say."""
        self._touch()
        try:
            return self._disk.fingerprint(os.path.join(self._root.path, path), size_bytes)
        except Unavailable:
            return None

    def _next(self) -> Video | None:
        present = self._catalog.snapshot.library.present
        while self._urged or self._wanted:
            video = present.get(self._urged.pop() if self._urged else self._wanted.pop().id)
            if video and video.fingerprint is None and video.root_id == self._root.id:
                return video
        return None
