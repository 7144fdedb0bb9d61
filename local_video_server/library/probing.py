"""Looking into videos: which are waiting, and storing what was found.

The looking itself is done elsewhere (media/, in a worker process) and handed in. Results are stored together, at
most four times a second: each storing makes the next snapshot.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass

from . import events
from .catalog import Catalog
from .errors import Gone, MediaUnreadable, NotStored, Unavailable
from .events import Events
from .facts import Facts
from .store import Probed
from .video import Root, Status, Video

STORE_EVERY_S = 0.25
TRY_AGAIN_S = 60.0  # a disk that failed once is asked again, but not at once


@dataclass(frozen=True, slots=True)
class ProbeReport:
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
        self._began_at: float | None = None
        self._done = 0

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

    def look_again(self) -> None:
        """Broken files are looked into again: their disk or our decoders may have been to blame."""
        self._passed_over.clear()
        self._catalog.look_again()
        self._wake()

    def look_into(self, video_id: int) -> None:
        """Probes one video and keeps what was found for the next storing."""
        library = self._catalog.snapshot.library
        video = library.present.get(video_id)
        root = library.roots.get(video.root_id) if video else None
        if video is None or root is None or video.status is not Status.PENDING or not self._answers(root):
            return
        if self._began_at is None:
            self._began_at = time.monotonic()
        found: Facts | str
        try:
            found = self._probe(os.path.join(root.path, video.path))
        except MediaUnreadable as error:
            if not self._answers(root):
                return  # the disk is to blame, not the file: it waits until the disk answers
            found = error.message
        except (Gone, Unavailable):
            if self._answers(root):
                self._pass_over(video)
            return
        except Exception:
            self._pass_over(video)  # whatever it was, it would be the same at once
            raise
        with self._lock:
            self._found.append((video, found))
            self._done += 1
        if time.monotonic() - self._stored_at >= STORE_EVERY_S:
            self.store()

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
            self._events.tell(events.JOB_PROGRESS, kind="probe", waiting=report.waiting, done=report.done)

    def rest(self) -> None:
        self.store()
        self._began_at, self._done = None, 0

    def report(self) -> ProbeReport:
        library = self._catalog.snapshot.library
        videos: list[Video] = list(library.present.values())
        began = self._began_at
        elapsed_s = time.monotonic() - began if began else 0.0
        return ProbeReport(
            waiting=library.pending,
            done=sum(video.status is Status.READY for video in videos),
            broken=sum(video.status is Status.BROKEN for video in videos),
            per_s=self._done / elapsed_s if elapsed_s > 0 else 0.0,
        )

    def _pass_over(self, video: Video) -> None:
        self._passed_over[video.id, video.modified_ns] = time.monotonic() + TRY_AGAIN_S
