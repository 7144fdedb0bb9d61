"""What happens in a root while we run: the watcher, and what its events mean for a video library.

Each root has an observer and an inotify instance of its own, so one that hangs delays no other. A watcher
fails silently; `watches` counts what is really watched, to be compared with the folders of a scan.
"""

from __future__ import annotations

import errno
import logging
import os
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)

from ..library.beside import is_picture_name
from ..library.errors import Unavailable
from ..library.files import Seen, Sighting
from ..library.formats import is_video_name
from ..library.text import shown
from .folders import is_entered, reason, unavailable

if sys.platform == "linux":
    from .inotify import RootObserver
if TYPE_CHECKING:
    from watchdog.observers.api import BaseObserver

log = logging.getLogger(__name__)

_TELLS_OF_ENDS = sys.platform == "linux"  # elsewhere nobody says when a file was closed after writing
FOR_MORE_WATCHERS = "sudo sysctl fs.inotify.max_user_instances=1024"
STOP_S = 0.9  # stop() promises to be back within a second, whatever hangs

# Without opening and reading: our own reads would flood the queue.
_EVENTS: list[type[FileSystemEvent]] = [
    *(FileCreatedEvent, FileClosedEvent, FileMovedEvent, FileDeletedEvent),
    *(DirCreatedEvent, DirMovedEvent, DirDeletedEvent),
]


class Watch:
    """Reports what happens in a root, from start() to stop(); for another try make another.

    `report` is called in a thread of this watch, with paths relative to the root; it should only take a note.
    A folder that was made or moved is reported once, after it is watched: look inside. VANISHED with path ""
    is the root itself. A hard link is reported as APPEARED alone: nothing was written. A picture is reported
    when it is complete, so that nobody takes half of one (a hard link to one is not).
    """

    def __init__(
        self,
        root: str,
        report: Callable[[Sighting], None],
        *,
        excluded: frozenset[str] = frozenset(),
    ) -> None:
        self._root = root
        self._report = report
        self._excluded = excluded
        self._real_root = root
        self._lock = threading.Lock()
        self._is_stopped = False
        self._observer: BaseObserver | None = None

    def start(self) -> None:
        """Returns when the folders are watched: on a root that hangs, never.

        Errors  Unavailable with the reason. That only some folders are watched is no error: see watches()
        """
        _keep_watchdog_quiet()
        try:
            self._real_root = os.path.realpath(self._root, strict=True)
            if not os.path.isdir(self._real_root):
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
            with self._lock:
                if self._is_stopped or self._observer:
                    raise Unavailable(f"The watcher of {shown(self._root)} has been used before.")
                self._observer = observer = self._new_observer()
            events = _EVENTS if _TELLS_OF_ENDS else [*_EVENTS, FileModifiedEvent]
            observer.schedule(_Handler(self._hear), self._real_root, recursive=True, event_filter=events)
            observer.start()
        except OSError as error:
            self.stop()
            raise _cannot_watch(self._root, error) from error

    def stop(self) -> None:
        """Ends the threads and gives back what they hold, within a second. What hangs on a dead disk is left
        behind, and ends by itself when the disk answers."""
        with self._lock:
            self._is_stopped = True
            observer = self._observer
        if observer:
            ending = threading.Thread(target=_end, args=(observer,), name="watch-stop", daemon=True)
            ending.start()
            ending.join(STOP_S)

    def watches(self) -> int | None:
        """How many folders are really watched; fewer than a scan has seen means news is missed. None
        where the system does not tell."""
        if sys.platform == "linux" and os.path.exists("/proc/self/fdinfo"):
            observer = self._observer
            return observer.instance.count() if isinstance(observer, RootObserver) else 0
        return None

    def _new_observer(self) -> BaseObserver:
        if sys.platform == "linux":
            return RootObserver(
                excluded=self._excluded,
                on_loss=lambda: self._tell(Sighting(Seen.OVERFLOW)),
                on_root_lost=lambda: self._tell(Sighting(Seen.VANISHED, is_folder=True)),
            )
        else:
            from watchdog.observers import Observer

            return Observer()

    def _hear(self, event: FileSystemEvent) -> None:
        # What lies in a moved folder is not reported beside it.
        sighting = None if event.is_synthetic else self._meaning(event)
        if sighting:
            self._tell(sighting)

    def _meaning(self, event: FileSystemEvent) -> Sighting | None:
        path, target = self._relative(event.src_path), self._relative(event.dest_path)
        is_folder = event.is_directory
        source_counts = path is not None and self._counts(path, is_folder)
        target_counts = target is not None and self._counts(target, is_folder)
        if isinstance(event, FileMovedEvent | DirMovedEvent):
            if source_counts and target_counts:
                return Sighting(Seen.MOVED, target or "", path or "", is_folder)
            # From outside, or from a name that was none of ours (a download in progress): now it is complete.
            if target_counts:
                return Sighting(Seen.COMPLETED, target or "", is_folder=is_folder)
            return Sighting(Seen.VANISHED, path or "", is_folder=is_folder) if source_counts else None
        if not source_counts:
            return None
        if isinstance(event, FileDeletedEvent | DirDeletedEvent):
            return Sighting(Seen.VANISHED, path or "", is_folder=is_folder)
        if isinstance(event, FileClosedEvent):
            return Sighting(Seen.COMPLETED, path or "")
        if _TELLS_OF_ENDS and not is_folder and is_picture_name(os.path.basename(path or "")):
            return None
        return Sighting(Seen.APPEARED, path or "", is_folder=is_folder)

    def _relative(self, path: bytes | str) -> str | None:
        """The path below the root; None where an event has none, as one that came from outside."""
        inside, prefix = os.fsdecode(path), self._real_root.rstrip("/") + "/"
        if inside == self._real_root:
            return ""
        return inside[len(prefix) :].replace(os.sep, "/") if inside.startswith(prefix) else None

    def _counts(self, path: str, is_directory: bool) -> bool:
        """Whether a scan would look at this path, or at its name."""
        if not path:
            return is_directory
        *folders, name = path.split("/")
        if is_directory:
            folders.append(name)
        here = self._real_root.rstrip("/")
        for folder in folders:
            here += "/" + folder
            if not is_entered(folder, here, self._excluded):
                return False
        return is_directory or is_video_name(name) or is_picture_name(name)

    def _tell(self, sighting: Sighting) -> None:
        if self._is_stopped:
            return
        try:
            self._report(sighting)
        except Exception:
            # The watcher's thread must outlive a reader that fails.
            log.exception("A sighting could not be taken")
            log.debug("It was %s", sighting)


class _Handler(FileSystemEventHandler):
    def __init__(self, hear: Callable[[FileSystemEvent], None]) -> None:
        self._hear = hear

    def dispatch(self, event: FileSystemEvent) -> None:
        self._hear(event)


def limit() -> int | None:
    """How many folders this user may watch altogether; None where the system has no such limit to read."""
    return _limit("watches")


def watchers_limit() -> int | None:
    """How many watchers this user may have: each root needs one."""
    return _limit("instances")


def _limit(of: str) -> int | None:
    limits = []
    # Inside a container or user namespace the second one can be the lower.
    for path in (f"/proc/sys/fs/inotify/max_user_{of}", f"/proc/sys/user/max_inotify_{of}"):
        try:
            with open(path, encoding="ascii") as file:
                limits.append(int(file.read()))
        except (OSError, ValueError):
            continue
    return min(limits, default=None)


def how_to_watch_more(folders: int = 0) -> str:
    """A sentence with the exact command that lets this many folders be watched, now and after a restart."""
    return f"To watch more folders, run: {command_to_watch_more(folders)}"


def command_to_watch_more(folders: int = 0) -> str:
    setting = f"fs.inotify.max_user_watches={max(524_288, 2 * folders)}"
    return f"sudo sysctl {setting} && echo {setting} | sudo tee /etc/sysctl.d/60-local-video-server.conf"


def _end(observer: BaseObserver) -> None:
    observer.stop()
    if observer.is_alive():
        observer.join()


def _cannot_watch(root: str, error: OSError) -> Unavailable:
    if error.errno == errno.ENOSPC:
        return Unavailable(
            f"The folder {shown(root)} cannot be watched: the limit of watches is used up. " + how_to_watch_more()
        )
    if error.errno == errno.EMFILE:
        return Unavailable(
            f"The folder {shown(root)} cannot be watched: {reason(error)}. To allow more, run: {FOR_MORE_WATCHERS}"
        )
    return unavailable(root, error)


class _Forward(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        log.debug("watchdog: %s", record.getMessage(), exc_info=record.exc_info)


def _keep_watchdog_quiet() -> None:
    """Send what watchdog says to our own log, as detail: it would print warnings and traces on the terminal
    of someone who only wants to watch a film."""
    theirs = logging.getLogger("watchdog")
    if not any(isinstance(handler, _Forward) for handler in theirs.handlers):
        theirs.addHandler(_Forward())
        theirs.propagate = False
