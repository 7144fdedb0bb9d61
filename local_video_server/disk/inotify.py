"""watchdog's Linux observer with one inotify instance a root, made to survive what roots do. Linux only.

Nothing of watchdog is copied; each method replaced here says what goes wrong without it (watchdog 7.1.0, held
by the lock file). What the events mean is in `watch`.
"""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from watchdog.observers.api import BaseObserver
from watchdog.observers.inotify import InotifyFullEmitter, InotifyWatchGroup
from watchdog.observers.inotify_c import (
    CallbackId,
    InotifyEvent,
    InotifyFD,
    Mask,
    WatchCallback,
    WatchDescriptor,
)
from watchdog.observers.inotify_move_event_grouper import (
    GroupedInotifyEvent,
    InotifyMoveEventGrouper,
    PathedInotifyEvent,
)

from .folders import is_entered

log = logging.getLogger(__name__)

# How long the first half of a rename waits for the second. Both are written by one call of the kernel, so
# they arrive together; watchdog's 0.5 s would be half of what a new file may take to be in the gallery.
PAIRING_S = 0.1


class Instance(InotifyFD):
    """One inotify instance, for one root: watchdog shares one by default, and while it adds a watch on a disk
    that hangs, it holds the lock that every other root needs."""

    def __init__(self, on_loss: Callable[[], None]) -> None:
        self._on_loss = on_loss
        self._is_released = False
        super().__init__()

    def count(self) -> int:
        """The watches the kernel really holds for this instance, from /proc."""
        try:
            with open(f"/proc/self/fdinfo/{self._inotify_fd}", encoding="ascii") as lines:
                return 0 if self._is_released else sum(line.startswith("inotify ") for line in lines)
        except OSError:
            return 0

    def run(self) -> None:
        try:
            super().run()
        finally:
            # Stopped before its first read, or dead of an error, the thread would leave its descriptors open.
            with self._lock:
                self._is_reading = False
                if self._closed:
                    self._close_resources()

    def handle_event(self, event: InotifyEvent) -> None:
        try:
            super().handle_event(event)
        except Exception:
            # The thread would end, and with it all news of this root.
            log.exception("An event of the watcher could not be handled")
            self._on_loss()

    def _add_callback(self, path: bytes, mask: Mask, callback: WatchCallback, id_: CallbackId) -> WatchDescriptor:
        if self._closed:
            # A walk that hung until after stop(): the descriptor's number may be somebody else's by now.
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        watch = self._get_or_create_watch(path, mask)
        if watch.wd == -1:
            # watchdog ignores EACCES and would go on with a watch that does not exist.
            del self._watch_for_wd[watch.wd]
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        # A folder that is added again is normal (made while its parent was walked) and needs no warning.
        watch.callbacks[id_] = callback
        return watch.wd

    def _close_resources(self) -> None:
        if not self._is_released:
            self._is_released = True
            super()._close_resources()


class _Pairing(InotifyMoveEventGrouper):
    delay = PAIRING_S


@dataclass
class _Folders(InotifyWatchGroup):
    """The watched folders of one root: those that a scan enters, each once."""

    excluded: frozenset[str] = frozenset()
    on_loss: Callable[[], None] = lambda: None
    on_root_lost: Callable[[], None] = lambda: None
    _move_event_grouper: InotifyMoveEventGrouper = field(default_factory=_Pairing, init=False)

    def on_event(self, event: InotifyEvent) -> None:
        super().on_event(event)
        if event.is_moved_to and event.is_directory:
            with self._lock:
                path = self._build_event_source_path(event)
                if path is not None and not self._is_entered(path):
                    self._forget(path)

    def on_queue_overflow(self) -> None:
        super().on_queue_overflow()
        self.on_loss()

    def on_watch_deleted(self, wd: WatchDescriptor) -> None:
        # An unmounted root says nothing else than that its watch is gone.
        is_root = self.is_active and self._active_callbacks_by_watch.get(wd) == self.path
        super().on_watch_deleted(wd)
        if is_root:
            self.on_root_lost()

    def moved_out(self, path: bytes) -> None:
        """Stop watching a folder that left the root; watchdog would go on, and report it where it was."""
        with self._lock:
            if self.is_active:
                self._forget(path)
                if os.path.lexists(path):
                    # It returned, or another took its name. Whoever hears of that, later, looks inside.
                    self._add_all_callbacks(path)

    def _forget(self, path: bytes) -> None:
        inside = path + b"/"
        watched = self._active_callbacks_by_watch.items()
        self._remove_callbacks([wd for wd, at in watched if at == path or at.startswith(inside)])

    def _add_all_callbacks(self, path: bytes) -> None:
        """Watch a folder and those in it. watchdog would watch skipped folders too, of which a NAS keeps one
        a file, and would call a folder that two mounts lead to by the last of its names."""
        if path != self.path and not self._is_entered(path):
            return
        pending = [path] if self._watch_folder(path) else []
        while pending and self._inotify_fd.should_keep_running():
            inside = [folder for folder in self._subfolders(pending.pop()) if self._watch_folder(folder)]
            pending.extend(reversed(inside))

    def _subfolders(self, folder: bytes) -> list[bytes]:
        try:
            with os.scandir(folder) as entries:
                found = [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
        except OSError:
            return []
        return [path for path in found if self._is_entered(path)]

    def _watch_folder(self, path: bytes) -> bool:
        """Whether it is watched, and under this path. Errors: OSError for the root alone."""
        try:
            wd = self._inotify_fd.add_callback(path, self.event_mask, self._callback, self._id)
        except OSError:
            if path == self.path:
                raise
            return False
        known = self._active_callbacks_by_watch.get(wd)
        if known is not None and known != path:
            if _is_same_folder(known, path):
                return False
            self._active_callbacks_by_path.pop(known, None)
        self._active_callbacks_by_path[path] = wd
        self._active_callbacks_by_watch[wd] = path
        return True

    def _is_entered(self, path: bytes) -> bool:
        full_path = os.fsdecode(path)
        return is_entered(os.path.basename(full_path), full_path, self.excluded)

    def _remove_watch_internally(self, wd: WatchDescriptor) -> None:
        # watchdog takes it for granted that each path has one watch; until an old folder's end is told, the
        # one that took its name has the same.
        path = self._active_callbacks_by_watch.pop(wd, None)
        if path is not None and self._active_callbacks_by_path.get(path) == wd:
            del self._active_callbacks_by_path[path]

    def _recursive_simulate(self, src_path: bytes) -> list[InotifyEvent]:
        # A folder is reported once; whoever hears of it looks inside.
        return []


def _is_same_folder(one: bytes, other: bytes) -> bool:
    try:
        return os.path.samestat(os.lstat(one), os.lstat(other))
    except OSError:
        return False


class _Emitter(InotifyFullEmitter):
    """Full: a file renamed into the root from outside is a move without a source, which tells that it is
    complete; the plain emitter would call it created."""

    def __init__(self, *args: Any, callbacks: dict[str, Any], **options: Any) -> None:
        super().__init__(*args, **options)
        self._callbacks = callbacks

    def on_thread_start(self) -> None:
        self._inotify = _Folders(
            self._inotify_fd,
            os.fsencode(self.watch.path),
            event_mask=self.get_event_mask_from_filter(),
            is_recursive=True,
            **self._callbacks,
        )

    def build_and_queue_event(self, event: GroupedInotifyEvent, *, full_events: bool = True) -> None:
        if isinstance(event, PathedInotifyEvent) and event.ev.is_moved_from and event.ev.is_directory:
            folders = self._inotify
            if isinstance(folders, _Folders):
                folders.moved_out(event.path)
        super().build_and_queue_event(event, full_events=full_events)


class RootObserver(BaseObserver):
    """An observer with an inotify instance of its own. Building it starts that instance's thread.

    Errors  OSError when there are no more instances, and from start() when the root cannot be watched
    """

    def __init__(
        self, *, excluded: frozenset[str], on_loss: Callable[[], None], on_root_lost: Callable[[], None]
    ) -> None:
        self.instance = Instance(on_loss)
        self.instance.start()
        callbacks = {"excluded": excluded, "on_loss": on_loss, "on_root_lost": on_root_lost}
        super().__init__(_Emitter, inotify_fd=self.instance, callbacks=callbacks)

    def on_thread_stop(self) -> None:
        super().on_thread_stop()
        self.instance.stop()
        self.instance.join()
