"""Compares what was found in a root with what is known, and has the difference applied."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from .catalog import Catalog
from .files import FoundFile, Scan
from .fingerprinting import AT_ONCE, Fingerprinting
from .reconcile import Changes, reconcile
from .settling import Settling
from .video import Root, Video

SHOW_EVERY_S = 0.25  # a gallery that fills this often looks alive; more often only costs


class Comparing:
    """For one root. `found_new` is told of videos that have to be looked into."""

    def __init__(
        self,
        root: Root,
        catalog: Catalog,
        settling: Settling,
        fingerprints: Fingerprinting,
        found_new: Callable[[Sequence[Video]], None],
    ) -> None:
        self._root = root
        self._catalog = catalog
        self._settling = settling
        self._fingerprints = fingerprints
        self._found_new = found_new

    def newcomers(self, is_first_scan: bool) -> Callable[[Sequence[FoundFile]], None]:
        """What is new, to be shown while a scan goes on: to be called with the files as they are found. What could
        be a video that moved waits until all are known."""
        library = self._catalog.snapshot.library
        sizes = {video.size_bytes for video in (*library.present.values(), *library.away.values())}
        paths = {video.path for video in library.of_root(self._root)}
        fresh: list[FoundFile] = []
        shown_at = time.monotonic()

        def show(files: Sequence[FoundFile]) -> None:
            nonlocal shown_at
            fresh.extend(file for file in files if file.path not in paths and file.size_bytes not in sizes)
            if fresh and time.monotonic() - shown_at >= SHOW_EVERY_S:
                self._apply(Changes(added=tuple(self._settling.settled(self._root.path, fresh))), is_first_scan)
                fresh.clear()
                shown_at = time.monotonic()

        return show

    def compare(self, scan: Scan, is_first_scan: bool, ended: Collection[str] = ()) -> None:
        """Compares a scan with what is known and applies the difference. Files that are still being written
        are left as they are."""
        known = list(self._catalog.snapshot.library.of_root(self._root))
        same = {(video.path, video.size_bytes, video.modified_ns) for video in known}
        moving = [f for f in scan.files if (f.path, f.size_bytes, f.modified_ns) not in same]
        settled = set(self._settling.settled(self._root.path, moving, ended))
        waiting = {file for file in moving if file not in settled}
        files = tuple(f for f in scan.files if f not in waiting) if waiting else scan.files
        scan = replace(scan, files=files, unreadable=(*scan.unreadable, *(file.path for file in waiting)))
        prints: dict[str, bytes | None] = {}
        while True:
            library = self._catalog.snapshot.library
            changes = reconcile(library.of_root(self._root), library.elsewhere(self._root), scan, prints)
            self._apply(changes, is_first_scan)
            if not changes.unsure:
                return
            # In parts, so that a moved library appears bit by bit; in few parts, since each compares everything.
            for file in changes.unsure[: max(AT_ONCE, len(changes.unsure) // 10)]:
                prints[file.path] = self._fingerprints.of(file.path, file.size_bytes)

    def _apply(self, changes: Changes, is_first_scan: bool) -> None:
        wanted = self._catalog.apply(self._root, changes, is_first_scan)
        if wanted:
            self._found_new(wanted)
