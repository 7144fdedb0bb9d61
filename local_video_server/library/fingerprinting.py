"""Fingerprints of one root's files, taken in the background: the gallery never waits for them."""

from __future__ import annotations

import os
from collections.abc import Callable

from .catalog import Catalog
from .disk import Disk
from .errors import Unavailable
from .video import Root, Video

AT_ONCE = 200  # three reads each; then what was found is stored and shown


class Fingerprinting:
    """Which fingerprints a root still wants, and taking them. `touch` is called before each file: a read may hang."""

    def __init__(self, root: Root, catalog: Catalog, disk: Disk, touch: Callable[[], None]) -> None:
        self._root = root
        self._catalog = catalog
        self._disk = disk
        self._touch = touch
        self._wanted: list[Video] = []
        self._as_of = -1  # the version of the library that the wish list was made from

    def is_wanted(self) -> bool:
        """Whether there is anything to take; the library is asked anew only when it changed."""
        library = self._catalog.snapshot.library
        if not self._wanted and library.version != self._as_of:
            self._as_of = library.version
            self._wanted = [video for video in library.present_in(self._root) if video.fingerprint is None]
        return bool(self._wanted)

    def take_some(self, has_more_urgent: Callable[[], bool]) -> None:
        """Takes and stores fingerprints until something more urgent waits."""
        taken: list[tuple[Video, bytes]] = []
        while self._wanted and len(taken) < AT_ONCE and not has_more_urgent():
            video = self._wanted.pop()
            found = self.of(video.path, video.size_bytes)
            if found is not None:
                taken.append((video, found))
        if taken:
            self._catalog.record_fingerprints(taken)

    def of(self, path: str, size_bytes: int) -> bytes | None:
        """The fingerprint of the file at a relative path; None when it vanished or changed, which the watcher
        will say."""
        self._touch()
        try:
            return self._disk.fingerprint(os.path.join(self._root.path, path), size_bytes)
        except Unavailable:
            return None
