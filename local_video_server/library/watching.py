"""The watch of one root, taken anew whenever another folder answers there, and believed only when it is whole."""

from __future__ import annotations

from collections.abc import Callable

from .disk import Disk, Watching
from .errors import Unavailable
from .files import Sighting
from .video import Root


class RootWatch:
    """`polling_reason` says why the root has to be looked at again and again instead; None while it is watched."""

    def __init__(self, root: Root, disk: Disk, report: Callable[[Sighting], None]) -> None:
        self._root = root
        self._disk = disk
        self._report = report
        self._watch: Watching | None = None
        self.polling_reason: str | None = None

    def begin(self) -> None:
        """Watches the folder that answers now. On a disk that hangs it never returns."""
        self.end()
        watch = self._disk.watch(self._root.path, self._report)
        try:
            watch.start()
        except Unavailable as error:
            self.polling_reason = error.message
            return
        self._watch, self.polling_reason = watch, None

    def end(self) -> None:
        if self._watch:
            self._watch.stop()
            self._watch = None

    def watches(self) -> int | None:
        """How many folders are watched; None where nothing is, or where it cannot be counted."""
        watch = self._watch  # another thread may ask while this root's thread ends it
        return watch.watches() if watch else None

    def is_short(self, folders: int) -> bool:
        """A watcher fails silently: it may hold fewer watches than there are folders."""
        watches = self.watches()
        return watches is not None and watches < folders

    def judge(self, folders: int) -> None:
        """After a full look: is the watch whole? If not, what would help."""
        if self._watch:
            self.polling_reason = self._disk.how_to_watch_more(folders) if self.is_short(folders) else None
