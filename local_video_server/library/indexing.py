"""Keeps the catalog equal to the folders: one thread a root, so that a slow, hung or failing one delays no other.

A root's thread looks after everything that touches its disk: who answers there, the watch, full and partial
scans, the end of copies, fingerprints. What it does all ends in `refresh`: scan, reconcile, apply.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

from .catalog import Catalog
from .disk import Disk
from .errors import NotStored, Unavailable
from .files import FoundFile, Scan, Seen, Sighting
from .fingerprinting import AT_ONCE, Fingerprinting
from .reconcile import Changes, reconcile
from .root_report import RootReport
from .settling import Settling
from .sightings import errand
from .snapshot import Library
from .video import Root, Video
from .watching import RootWatch

log = logging.getLogger(__name__)

TEND_S = 2.0  # a root that was swapped for another is noticed within 5 s: twice this, and some
SHOW_EVERY_S = 0.25  # a gallery that fills this often looks alive; more often only costs
GATHER_S = 0.15  # events of one deed are looked at together: half a rename is told 0.1 s after the other
SILENT_S = 10.0  # a disk call that takes longer means that the disk does not answer


class RootIndex:
    """The thread of one root. Build, `start`, `stop`."""

    def __init__(
        self,
        root: Root,
        catalog: Catalog,
        disk: Disk,
        found_new: Callable[[Sequence[Video]], None],
        was_scanned: bool,
        scanned: Callable[[Root, float], None],
        check_interval_s: float,
        poll_interval_s: float,
        on_fingerprints: Callable[[], None] = lambda: None,
    ) -> None:
        self.root = root
        self._catalog = catalog
        self._disk = disk
        self._found_new = found_new
        self._is_first_scan = not was_scanned
        self._scanned = scanned
        self._check_interval_s = check_interval_s
        self._poll_interval_s = poll_interval_s
        self._inbox: queue.SimpleQueue[Sighting | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._report = RootReport(root)
        self._identity: tuple[int, int] | None = None
        self._watch = RootWatch(root, disk, self._inbox.put)
        self._settling = Settling(disk.is_being_written)
        self._busy_since: float | None = None
        self._next_scan = 0.0
        self._fingerprints = Fingerprinting(root, catalog, disk, self._touch, on_fingerprints)
        self._thread = threading.Thread(target=self._run, name=f"root-{root.id}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Asks the thread to end; it is not waited for, since its disk may hang."""
        self._stopping.set()
        self._inbox.put(None)
        self._watch.end()

    def refresh_soon(self) -> None:
        self._inbox.put(Sighting(Seen.OVERFLOW))

    def fingerprint_first(self, video_ids: Iterable[int]) -> None:
        """Somebody looks at these videos, whose posters wait for their fingerprints."""
        self._fingerprints.first(video_ids)

    def report(self) -> RootReport:
        busy = self._busy_since
        silent = busy is not None and time.monotonic() - busy > SILENT_S
        root = self._catalog.snapshot.library.roots.get(self.root.id, self.root)
        return replace(
            self._report,
            root=root,
            is_silent=silent,
            watches=self._watch.watches(),
            polling_reason=self._watch.polling_reason,
        )

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._tend()
                sightings = self._gather()
                if sightings:
                    self._handle(sightings)
                else:
                    self._fingerprints.take_some(has_more_urgent=lambda: not self._inbox.empty())
            except NotStored as error:
                log.warning("What was found in %r has to wait: %s", self.root.path, error.message)
                self._next_scan = 0.0
                self._stopping.wait(TEND_S)
            except Unavailable as error:
                self._went_offline(error.message)
            except Exception:
                # Whatever one file or event did, the next round watches anew and compares everything.
                log.exception("The index of %r failed; the folder will be compared again", self.root.path)
                self._identity = None
                self._stopping.wait(TEND_S)
            finally:
                self._busy_since = None

    def _tend(self) -> None:
        """Who answers at the path now, is it watched, and is a full comparison due?"""
        self._touch()
        answered = self._disk.identify(self.root.path)
        if answered.is_empty and any(self._library().present_in(self.root)):
            raise Unavailable(f"The folder {self.root.path} is empty. Is its disk connected?")
        identity = (answered.device, answered.inode)
        if identity != self._identity:
            self._identity = identity
            if self._is_first_scan:
                self._refresh_all()  # watching a slow disk takes as long as reading it: the gallery fills first
            self._touch()
            self._watch.begin()
            self._next_scan = 0.0
        self._catalog.root_answers(self.root, None)
        if time.monotonic() >= self._next_scan:
            self._refresh_all()

    def _gather(self) -> list[Sighting]:
        """What the watcher saw, and files whose time to be looked at again has come."""
        wait_s = min(TEND_S, self._settling.next_look_s(), max(0.0, self._next_scan - time.monotonic()))
        if self._fingerprints.is_wanted():
            wait_s = 0.0
        self._busy_since = None
        gathered: list[Sighting] = []
        try:
            first = self._inbox.get(timeout=wait_s) if wait_s else self._inbox.get_nowait()
            until = time.monotonic() + GATHER_S
            while first is not None:
                gathered.append(first)
                first = self._inbox.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            pass
        gathered += [Sighting(Seen.APPEARED, path) for path in self._settling.due()]
        return gathered

    def _handle(self, sightings: Sequence[Sighting]) -> None:
        if any(sighting.seen is Seen.OVERFLOW for sighting in sightings):
            if self._watch.polling_reason:
                self._watch.begin()  # somebody may have raised the limit
            self._refresh_all()
            return
        asked = errand(sightings, (video.path for video in self._library().present_in(self.root)))
        if not asked.scope:
            return
        scan = self._scan(asked.scope, lambda files, folders: self._touch())
        self._refresh(replace(scan, moves=asked.moves), asked.ended)
        # Folders that came are watched; how many went, only a full look can tell.
        folders = max(self._report.folders, self._watch.watches() or 0)
        self._say(files=sum(1 for _ in self._library().present_in(self.root)), folders=folders)
        if self._watch.polling_reason is None and self._watch.is_short(self._report.folders):
            self._next_scan = 0.0

    def _refresh_all(self) -> None:
        started = time.monotonic()
        self._say(activity="scanning", files=0, folders=0)
        self._catalog.scanning(self.root, self._is_first_scan)
        library = self._library()
        sizes = {video.size_bytes for video in (*library.present.values(), *library.away.values())}
        paths = {video.path for video in library.of_root(self.root)}

        fresh: list[FoundFile] = []
        shown_at = started

        def on_files(files: Sequence[FoundFile], folders: int) -> None:
            """Newcomers are shown while the scan goes on, unless they could be videos that moved."""
            nonlocal shown_at
            self._touch()
            self._say(files=self._report.files + len(files), folders=folders)
            fresh.extend(file for file in files if file.path not in paths and file.size_bytes not in sizes)
            if fresh and time.monotonic() - shown_at >= SHOW_EVERY_S:
                self._apply(Changes(added=tuple(self._settling.settled(self.root.path, fresh))))
                fresh.clear()
                shown_at = time.monotonic()
            if self._stopping.is_set():
                raise Unavailable("The server is stopping.")

        scan = self._scan(("",), on_files)
        self._refresh(scan)
        now = time.time()
        self._catalog.scanning(self.root, False)
        if self._is_first_scan:  # after that: a start that finds it so knows that nothing waits for these files
            self._scanned(self.root, now)
            self._is_first_scan = False
        took_s = time.monotonic() - started
        self._say(activity="idle", files=len(scan.files), folders=scan.folders, scanned_at=now, scan_s=took_s)
        self._watch.judge(scan.folders)
        interval = self._poll_interval_s if self._watch.polling_reason else self._check_interval_s
        self._next_scan = time.monotonic() + interval

    def _scan(self, scope: Sequence[str], on_files: Callable[[Sequence[FoundFile], int], None]) -> Scan:
        """What the folder that was tended holds. Another one that answers in its place, as the empty folder a
        disk was mounted on, says nothing about its files."""
        self._touch()
        scan = self._disk.scan(self.root.path, scope, on_files)
        answered = self._disk.identify(self.root.path)
        if (answered.device, answered.inode) != self._identity:
            raise Unavailable(f"The folder {self.root.path} was replaced by another.")
        return scan

    def _refresh(self, scan: Scan, ended: Collection[str] = ()) -> None:
        """Compares a scan with what is known and applies the difference. Files that are still being written
        are left as they are."""
        known = list(self._library().of_root(self.root))
        same = {(video.path, video.size_bytes, video.modified_ns) for video in known}
        moving = [f for f in scan.files if (f.path, f.size_bytes, f.modified_ns) not in same]
        settled = set(self._settling.settled(self.root.path, moving, ended))
        waiting = {file for file in moving if file not in settled}
        files = tuple(f for f in scan.files if f not in waiting) if waiting else scan.files
        scan = replace(scan, files=files, unreadable=(*scan.unreadable, *(file.path for file in waiting)))
        prints: dict[str, bytes | None] = {}
        while True:
            library = self._library()
            changes = reconcile(library.of_root(self.root), library.elsewhere(self.root), scan, prints)
            self._apply(changes)
            if not changes.unsure:
                return
            # In parts, so that a moved library appears bit by bit; in few parts, since each compares everything.
            for file in changes.unsure[: max(AT_ONCE, len(changes.unsure) // 10)]:
                prints[file.path] = self._fingerprints.of(file.path, file.size_bytes)

    def _apply(self, changes: Changes) -> None:
        wanted = self._catalog.apply(self.root, changes, self._is_first_scan)
        if wanted:
            self._found_new(wanted)

    def _went_offline(self, reason: str) -> None:
        if self._stopping.is_set():
            return
        self._say(activity="offline")
        self._identity = None
        self._watch.end()
        self._catalog.root_answers(self.root, reason)
        self._catalog.scanning(self.root, False)
        self._stopping.wait(TEND_S)

    def _library(self) -> Library:
        return self._catalog.snapshot.library

    def _touch(self) -> None:
        self._busy_since = time.monotonic()

    def _say(self, **changed: Any) -> None:
        self._report = replace(self._report, **changed)
