"""Keeps the catalog equal to the folders: one thread a root, so that a slow, hung or failing one delays no other.

A root's thread looks after everything that touches its disk: who answers there, the watch, full and partial
scans, the end of copies, fingerprints. What it does all ends in `refresh`: scan, reconcile, apply.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from .catalog import Catalog
from .comparing import Comparing
from .disk import Disk
from .errors import NotStored, Unavailable
from .files import FoundFile, Scan, Seen, Sighting
from .fingerprinting import Fingerprinting
from .inbox import Inbox
from .permit import Cancelled, Permit
from .root_report import RootReport
from .settling import Settling
from .sightings import errand
from .snapshot import Library
from .video import Root, Video
from .watching import RootWatch

log = logging.getLogger(__name__)

TEND_S = 2.0  # a root that was swapped for another is noticed within 5 s: twice this, and some
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
        looked: Callable[[float, bool], None] = lambda seconds, is_failed: None,
    ) -> None:
        """`looked` is told how long each look at the whole folder took, and whether the folder failed in it."""
        self.root = root
        self._catalog = catalog
        self._disk = disk
        self._looked = looked
        self._is_first_scan = not was_scanned
        self._scanned = scanned
        self._check_interval_s = check_interval_s
        self._poll_interval_s = poll_interval_s
        self._inbox = Inbox()
        self.permit = Permit(self._pass_time, wake=self._inbox.wake)
        self._has_missed = False  # what the watcher told while a look was held
        self._stopping = threading.Event()
        self._report = RootReport(root)
        self._identity: tuple[int, int] | None = None
        self._watch = RootWatch(root, disk, self._inbox.put)
        self._settling = Settling(disk.is_being_written)
        self._busy_since: float | None = None
        self._next_scan = 0.0
        self._fingerprints = Fingerprinting(root, catalog, disk, self._touch, on_fingerprints)
        self._comparing = Comparing(root, catalog, self._settling, self._fingerprints, found_new)
        self._thread = threading.Thread(target=self._run, name=f"root-{root.id}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Asks the thread to end; it is not waited for, since its disk may hang."""
        self._stopping.set()
        self.permit.go_on()  # a look that is held ends too
        self._watch.end()

    def refresh_soon(self) -> None:
        self._inbox.put(Sighting(Seen.OVERFLOW))

    def fingerprint_first(self, video_ids: Iterable[int]) -> None:
        """Somebody looks at these videos, whose posters wait for their fingerprints."""
        self._fingerprints.first(video_ids)

    def report(self, counts_watches: bool = True) -> RootReport:
        """To count the watches takes some milliseconds where there are thousands."""
        busy = self._busy_since
        silent = busy is not None and time.monotonic() - busy > SILENT_S
        root = self._catalog.snapshot.library.roots.get(self.root.id, self.root)
        return replace(
            self._report,
            root=root,
            is_silent=silent,
            is_kept=self._thread.ident is None or self._thread.is_alive(),
            watches=self._watch.watches() if counts_watches else None,
            polling_reason=self._watch.polling_reason,
            is_paused=self.permit.is_paused,
        )

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._tend()
                sightings = self._gather()
                if sightings:
                    self._handle(sightings)
                elif not self.permit.is_paused:
                    self._fingerprints.take_some(has_more_urgent=lambda: not self._inbox.is_empty())
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
            # To watch a slow disk takes as long as to read it: the gallery fills first.
            looks = self._is_first_scan and not self.permit.is_paused
            if looks:
                self._refresh_all()
            self._touch()
            self._watch.begin()
            if not (looks and self.permit.was_cancelled):
                self._next_scan = 0.0
        self._catalog.root_answers(self.root, None)
        if time.monotonic() >= self._next_scan and not self.permit.is_paused:
            self._refresh_all()

    def _gather(self) -> list[Sighting]:
        """What the watcher saw, and files whose time to be looked at again has come."""
        wait_s = min(TEND_S, self._settling.next_look_s(), max(0.0, self._next_scan - time.monotonic()))
        if self.permit.is_paused:
            wait_s = TEND_S
        elif self._fingerprints.is_wanted():
            wait_s = 0.0
        self._busy_since = None
        gathered = self._inbox.gather(wait_s)
        return gathered + [Sighting(Seen.APPEARED, path) for path in self._settling.due()]

    def _handle(self, sightings: Sequence[Sighting]) -> None:
        if self.permit.is_paused:
            self._next_scan = 0.0  # everything is compared when it goes on
            return
        if any(sighting.seen is Seen.OVERFLOW for sighting in sightings):
            if self._watch.polling_reason:
                self._watch.begin()  # somebody may have raised the limit
            self._refresh_all()
            return
        asked = errand(sightings, (video.path for video in self._library().present_in(self.root)))
        if asked.scope:
            with self._looking():
                scan = self._scan(asked.scope, lambda files, folders: self._touch())
                self._comparing.compare(replace(scan, moves=asked.moves), self._is_first_scan, asked.ended)
                # Folders that came are watched; how many went, only a full look can tell.
                folders = max(self._report.folders, self._watch.watches() or 0)
                self._say(files=sum(1 for _ in self._library().present_in(self.root)), folders=folders)
                if self._watch.polling_reason is None and self._watch.is_short(self._report.folders):
                    self._next_scan = 0.0

    @contextmanager
    def _looking(self) -> Iterator[None]:
        """Around each look: one that the admin ends leaves everything as it is then."""
        self.permit.begin()
        try:
            yield
            if self._has_missed:
                self._next_scan = 0.0
        except Cancelled:
            self._say(activity="idle", files=sum(1 for _ in self._library().present_in(self.root)))
            self._catalog.scanning(self.root, False, is_whole=False)
            self._plan_next()
        finally:
            self._has_missed = False
            self.permit.end()

    def _refresh_all(self) -> None:
        with self._looking():
            self._say(activity="scanning", files=0, folders=0)
            self._catalog.scanning(self.root, self._is_first_scan)
            show_new = self._comparing.newcomers(self._is_first_scan)

            def on_files(files: Sequence[FoundFile], folders: int) -> None:
                self._touch()
                self._say(files=self._report.files + len(files), folders=folders)
                show_new(files)
                if self._stopping.is_set():
                    raise Unavailable("The server is stopping.")

            scan = self._scan(("",), on_files)
            self._comparing.compare(scan, self._is_first_scan)
            now = time.time()
            self._catalog.scanning(self.root, False)
            if self._is_first_scan:  # after that: a start that finds it so knows that nothing waits for these files
                self._scanned(self.root, now)
                self._is_first_scan = False
            took_s = self.permit.lasted_s
            self._say(activity="idle", files=len(scan.files), folders=scan.folders, scanned_at=now, scan_s=took_s)
            level = logging.DEBUG if self._watch.polling_reason else logging.INFO  # the first comes every few seconds
            told = "Folder %d was read in %.1f s; files: %d, folders: %d"
            log.log(level, told, self.root.id, took_s, len(scan.files), scan.folders)
            self._watch.judge(scan.folders)
            self._looked(took_s, False)
            self._plan_next()

    def _plan_next(self) -> None:
        interval = self._poll_interval_s if self._watch.polling_reason else self._check_interval_s
        self._next_scan = time.monotonic() + interval

    def _scan(self, scope: Sequence[str], on_files: Callable[[Sequence[FoundFile], int], None]) -> Scan:
        """What the folder that was tended holds. Another one that answers in its place, as the empty folder a
        disk was mounted on, says nothing about its files."""
        self._touch()
        scan = self._disk.scan(self.root.path, scope, on_files)
        self._check_identity()
        return scan

    def _check_identity(self) -> None:
        answered = self._disk.identify(self.root.path)
        if (answered.device, answered.inode) != self._identity:
            raise Unavailable(f"The folder {self.root.path} was replaced by another.")

    def _went_offline(self, reason: str) -> None:
        if self._stopping.is_set():
            return
        if self._report.activity == "scanning":
            self._looked(self.permit.lasted_s, True)
        self._say(activity="offline")
        self._identity = None
        self._watch.end()
        self._catalog.root_answers(self.root, reason)
        self._catalog.scanning(self.root, False)
        self._stopping.wait(TEND_S)

    def _library(self) -> Library:
        return self._catalog.snapshot.library

    def _touch(self) -> None:
        """A sign of life: the disk may hang after this. While a look is held, it waits here."""
        self.permit.check()
        self._busy_since = time.monotonic()

    def _pass_time(self) -> None:
        """While a look is held: what the watcher tells is compared when it goes on, a disk that goes is seen."""
        self._busy_since = None
        self._has_missed |= bool(self._inbox.gather(TEND_S))
        self._busy_since = time.monotonic()
        self._check_identity()

    def _say(self, **changed: Any) -> None:
        self._report = replace(self._report, **changed)
