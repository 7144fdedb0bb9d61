"""Looking into videos: which are waiting, and storing what was found.

The looking itself is done elsewhere (media/, in a worker process) and handed in. Results are stored together, at
most four times a second: each storing makes the next snapshot.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from . import events
from .catalog import Catalog
from .errors import Gone, MediaUnreadable, NotStored, Unavailable
from .events import Events
from .facts import Facts
from .failure import nameless
from .job import Outcome, Progress, Rate
from .store import Probed
from .video import Root, Status, Video

KIND = "probe"
STORE_EVERY_S = 0.25
TRY_AGAIN_S = 60.0  # a disk that failed once is asked again, but not at once

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ProbeReport:
    """Of the videos whose folder answers: those of one that is away neither wait nor are they done."""

    waiting: int
    done: int
    broken: int
    per_s: float  # files looked into a second since this work began

    @property
    def left_s(self) -> float | None:
        """Seconds until all are done, if it goes on like this."""
        return self.waiting / self.per_s if self.per_s else None


class Probing:
    def __init__(
        self,
        catalog: Catalog,
        probe: Callable[[str], Facts],
        answers: Callable[[Root], bool],
        happened: Events,
        wake: Callable[[], None],
    ) -> None:
        self._catalog = catalog
        self._probe = probe
        self._answers = answers
        self._events = happened
        self._wake = wake
        self._lock = threading.Lock()
        self._found: list[Probed] = []
        # Gone, or not to be read for now: id and time of change, and when to try again.
        self._passed_over: dict[tuple[int, int], float] = {}
        self._stored_at = 0.0
        self._rate = Rate()
        self._asked_again: dict[int, Video] = {}  # as they were: broken
        self._counted = (-1, 0, 0)  # the version of the library; how many are ready, and broken

    def waiting(self, most: int, taken: Collection[int]) -> list[int]:
        """Videos that have to be looked into, newest first, and not those of roots that do not answer."""
        library = self._catalog.snapshot.library
        now = time.monotonic()
        with self._lock:
            unstored = {video.id for video, _ in self._found}
        answering = {root.id for root in library.roots.values() if self._answers(root)}
        found = [
            video
            for video in library.present.values()
            if video.status is Status.PENDING
            and video.root_id in answering
            and video.id not in taken
            and video.id not in unstored
            and self._passed_over.get((video.id, video.modified_ns), 0.0) <= now
        ]
        found.sort(key=lambda video: -video.added_at)
        return [video.id for video in found[:most]]

    def look_again(self, videos: Iterable[Video] | None = None) -> int:
        """Broken files are looked into again, these or all: their disk or our decoders may have been to blame.
        Answers how many."""
        self._passed_over.clear()
        library = self._catalog.snapshot.library
        with self._lock:
            self._asked_again.update((video.id, video) for video in (library.broken if videos is None else videos))
        broken = self._catalog.look_again(videos)
        self._wake()
        return broken

    def leave_broken(self) -> None:
        """What `look_again` made wait, and was not read since, is broken again for the reason it had."""
        with self._lock:
            asked, self._asked_again = self._asked_again, {}
        present = self._catalog.snapshot.library.present
        self._catalog.record_probes(
            [
                (video, before.broken_reason)
                for before in asked.values()
                if before.broken_reason
                and (video := present.get(before.id))
                and video.status is Status.PENDING
                and (video.size_bytes, video.modified_ns) == (before.size_bytes, before.modified_ns)
            ]
        )

    def look_into(self, video_id: int) -> Outcome:
        """Probes one video and keeps what was found for the next storing."""
        library = self._catalog.snapshot.library
        video = library.present.get(video_id)
        root = library.roots.get(video.root_id) if video else None
        if video is None or root is None or video.status is not Status.PENDING or not self._answers(root):
            return Outcome.NOTHING
        self._rate.begin()
        found: Facts | str
        try:
            found = self._probe(os.path.join(root.path, video.path))
        except MediaUnreadable as error:
            if not self._answers(root):
                return Outcome.NOTHING  # the disk is to blame, not the file: it waits until the disk answers
            found = error.message
            log.info("Video %s cannot be used: %s", video.key, nameless(found, video))
        except (Gone, Unavailable):
            if self._answers(root):
                self._pass_over(video)
            return Outcome.NOTHING
        except Exception:
            self._pass_over(video)  # whatever it was, it would be the same at once
            raise
        with self._lock:
            self._found.append((video, found))
            self._rate.done += 1
        if time.monotonic() - self._stored_at >= STORE_EVERY_S:
            self.store()
        return Outcome.FAILED if isinstance(found, str) else Outcome.DONE

    def store(self) -> None:
        """Stores what was found so far; also called when there is nothing left to do."""
        with self._lock:
            found, self._found = self._found, []
            self._stored_at = time.monotonic()
        if found:
            try:
                self._catalog.record_probes(found)
            except NotStored:
                with self._lock:
                    self._found = [*found, *self._found]  # a full disk may have room again
                raise
            report = self.report()
            self._events.tell(events.JOB_PROGRESS, kind=KIND, waiting=report.waiting, done=report.done)

    def rest(self) -> None:
        self.store()
        self._rate.end()

    def report(self) -> ProbeReport:
        library = self._catalog.snapshot.library
        version, done, broken = self._counted
        if version != library.version:  # to count means to look at every video
            offline = {root.id for root in library.roots.values() if root.is_offline}
            here = [video.status for video in library.present.values() if video.root_id not in offline]
            done, broken = here.count(Status.READY), here.count(Status.BROKEN)
            self._counted = library.version, done, broken
        return ProbeReport(library.pending, done, broken, self._rate.per_s)

    def progress(self) -> Progress:
        waiting = self._catalog.snapshot.library.pending
        return Progress(waiting, self._rate.left_s(waiting))

    def _pass_over(self, video: Video) -> None:
        self._passed_over[video.id, video.modified_ns] = time.monotonic() + TRY_AGAIN_S
