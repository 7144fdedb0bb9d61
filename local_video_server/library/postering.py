"""Posters: which videos wait for one, having it made, storing it, and what failed.

The making itself is done elsewhere (media/, in a worker process) and handed in; so is the thumbnails folder. What
was made is stored together, at most four times a second: each storing makes the next snapshot. A request never
comes here to wait; it leaves a note of what it showed without a picture.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from . import events
from .brake import TRY_EVERY_S, Brake, Pause
from .catalog import Catalog
from .errors import Gone, MediaUnreadable, NotStored, Unavailable
from .events import Events
from .failure import Failure, next_failure
from .poster import Made, Order, stamp_of
from .shelf import Shelf
from .text import shown
from .video import Root, Status, Video

KIND = "poster"
STORE_EVERY_S = 0.25
TRY_AGAIN_S = 60.0  # a disk that failed once is asked again, but not at once
COUNT_EVERY_S = 5.0  # to count what waits means to look at every video


class Failures(Protocol):
    """What failed, kept over a restart."""

    def failures(self, kind: str) -> Mapping[int, Failure]: ...
    def keep_failure(self, kind: str, failure: Failure) -> None: ...
    def drop_failures(self, kind: str, video_ids: Sequence[int]) -> None: ...


@dataclass(frozen=True, slots=True)
class PosterReport:
    made: int
    waiting: int
    failed: tuple[tuple[Video, Failure], ...]
    pauses: tuple[Pause, ...]
    per_s: float  # posters made a second since this work began

    @property
    def left_s(self) -> float | None:
        """Seconds until all are made, if it goes on like this."""
        return self.waiting / self.per_s if self.per_s else None


class Postering:
    def __init__(
        self,
        catalog: Catalog,
        make: Callable[[Order], Made],
        shelf: Shelf,
        kept: Failures,
        answers: Callable[[Root], bool],
        happened: Events,
        urge: Callable[[Iterable[Video]], None],
        log_failure: Callable[[Video, Failure], None],
        wall: Callable[[], float] = time.time,
        running: Callable[[], float] = time.monotonic,
    ) -> None:
        self._catalog = catalog
        self._make = make
        self._shelf = shelf
        self._kept = kept
        self._answers = answers
        self._events = happened
        self._urge = urge
        self._log_failure = log_failure
        self._wall = wall
        self._running = running
        self._brake = Brake(KIND, running)
        self._lock = threading.Lock()
        self._storing = threading.Lock()
        self._made: dict[int, tuple[Video, Made]] = {}
        self._failed = dict(kept.failures(KIND))
        self._passed_over: dict[str, float] = {}  # stamp -> when it may be tried again
        self._stored_at = 0.0
        self._is_storable = True
        self._waiting = (0.0, 0)  # when it was counted, and how many
        self._began_at: float | None = None
        self._done = 0

    def waiting(self, most: int, taken: Collection[int]) -> list[int]:
        """Videos that lack their poster, newest first, and those that failed last; none when the budget is filled,
        for then posters are made only for what somebody looks at."""
        if self._shelf.is_filled:
            return []
        found = [video for video in self._lacking() if video.id not in taken]
        found.sort(key=lambda video: (video.id in self._failed, -video.added_at))
        return [video.id for video in found[:most]]

    def want(self, videos: Iterable[Video]) -> None:
        """Somebody looks at these now: those that lack a poster get theirs before all others."""
        roots = self._catalog.snapshot.library.roots
        lacking = [
            video
            for video in videos
            if (self._is_lacking(video) or video.status is Status.PENDING)
            and (root := roots.get(video.root_id))
            and not root.is_offline
        ]
        if lacking:
            self._urge(lacking)

    def make(self, video_id: int) -> None:
        """Makes the poster of one video, or notes why it could not be made."""
        library = self._catalog.snapshot.library
        video = library.present.get(video_id)
        root = library.roots.get(video.root_id) if video else None
        stamp = stamp_of(video) if video else None
        if video is None or root is None or stamp is None or not self._is_lacking(video) or not self._answers(root):
            return
        if not self._brake.may_begin(_needs(video)):
            return
        if self._began_at is None:
            self._began_at = self._running()
        try:
            if shortage := self._shelf.shortage():
                self._brake.lacks("", shortage)
            else:
                self._make_from(video, root, stamp)
        except NotStored as error:
            self._brake.lacks("", error.message)

    def store(self) -> None:
        """Stores what was made so far; also called when there is nothing left to do."""
        with self._storing:
            with self._lock:
                made = list(self._made.values())
                self._stored_at = self._running()
            if not made:
                return
            try:
                self._catalog.record_posters(made)
            except NotStored:
                self._is_storable = False  # a full disk may have room again later
                raise
            self._is_storable = True
            with self._lock:
                for one in made:
                    if self._made.get(one[0].id) is one:  # else its file changed, and the next one was made
                        del self._made[one[0].id]
        self._tell()

    def rest(self) -> None:
        self.store()
        if self._done:
            self._waiting = 0.0, 0  # the last word on it is counted anew
            self._tell()
        self._began_at, self._done = None, 0

    def retry(self, videos: Iterable[Video] | None = None) -> None:
        """Failures are forgotten and tried again: of these videos, or of all."""
        failed = dict(self._failed)
        ids = list(failed) if videos is None else [video.id for video in videos if video.id in failed]
        self._catalog.lose_posters([one for one in ids if not failed[one].attempts])  # of a note: it is made anew
        self._kept.drop_failures(KIND, ids)
        for video_id in ids:
            self._failed.pop(video_id, None)
        self._passed_over.clear()
        self._brake.lift()
        present = self._catalog.snapshot.library.present
        self._urge(present[video_id] for video_id in ids if video_id in present)

    def report(self) -> PosterReport:
        library, posters = self._catalog.snapshot.library, self._catalog.snapshot.posters
        elapsed_s = self._running() - self._began_at if self._began_at else 0.0
        present = ((library.present.get(video_id), failure) for video_id, failure in list(self._failed.items()))
        return PosterReport(
            made=len(posters.of.keys() & library.present.keys()),
            waiting=self._count_waiting(),
            failed=tuple((video, one) for video, one in present if video and stamp_of(video) == one.subject),
            pauses=tuple(self._brake.pauses),
            per_s=self._done / elapsed_s if elapsed_s > 0 else 0.0,
        )

    def _lacking(self) -> list[Video]:
        """Videos whose poster can be made now, in no order."""
        library = self._catalog.snapshot.library
        answering = {root.id for root in library.roots.values() if self._answers(root)}
        return [
            video
            for video in library.present.values()
            if video.root_id in answering and self._is_lacking(video) and not self._brake.holds(_needs(video))
        ]

    def _count_waiting(self) -> int:
        counted_at, waiting = self._waiting
        if self._running() - counted_at > COUNT_EVERY_S or waiting == 0:
            waiting = len(self._lacking())
            self._waiting = self._running(), waiting
        return waiting

    def _is_lacking(self, video: Video) -> bool:
        stamp = stamp_of(video) if video.status is Status.READY else None
        poster = self._catalog.snapshot.posters.of.get(video.id)
        if stamp is None or (poster and poster.stamp == stamp) or self._is_unstored(video.id, stamp):
            return False
        if self._passed_over.get(stamp, 0.0) > self._running():
            return False
        failure = self._failed.get(video.id)
        if failure is None or failure.subject != stamp or not failure.attempts:
            return True
        return failure.due_at is not None and failure.due_at <= self._wall()

    def _is_unstored(self, video_id: int, stamp: str) -> bool:
        unstored = self._made.get(video_id)
        return unstored is not None and unstored[1].poster.stamp == stamp

    def _make_from(self, video: Video, root: Root, stamp: str) -> None:
        beside = os.path.join(root.path, video.picture.path) if video.picture else None
        # Whatever is raised, the others have their turn before this one is tried again.
        self._passed_over[stamp] = self._running() + TRY_AGAIN_S
        try:
            made = self._make(Order(os.path.join(root.path, video.path), beside, stamp))
        except (MediaUnreadable, Gone, Unavailable) as error:
            if not self._answers(root):  # the disk is to blame: it waits until the disk answers
                self._passed_over.pop(stamp, None)
            elif isinstance(error, MediaUnreadable):
                self._passed_over.pop(stamp, None)
                self._fail(video, stamp, error)
            elif isinstance(error, Unavailable):
                self._brake.failed(error.message)
        else:
            self._passed_over.pop(stamp, None)
            self._keep(video, stamp, made)
            self._brake.succeeded(_needs(video))

    def _keep(self, video: Video, stamp: str, made: Made) -> None:
        self._shelf.added(made.size_bytes)
        with self._lock:
            self._made[video.id] = video, made
            self._done += 1
        if made.note:
            self._remember(video, Failure(video.id, stamp, 0, shown(made.note)))
        elif video.id in self._failed:
            self._kept.drop_failures(KIND, [video.id])
            self._failed.pop(video.id, None)
        if self._running() - self._stored_at >= STORE_EVERY_S or not self._is_storable:
            self.store()

    def _fail(self, video: Video, stamp: str, error: MediaUnreadable) -> None:
        # Both may quote names and bytes of the file, which no database and no log would take.
        reason, words = shown(error.message), error.details.get("ffmpeg", ())
        ffmpeg = tuple(shown(str(word)) for word in words) if isinstance(words, Sequence) else ()
        before = self._failed.get(video.id)
        failure = next_failure(before, video.id, stamp, reason, ffmpeg, self._wall())
        if "missing_decoder" in error.details:  # not the fault of this file: it waits for a decoder
            failure = replace(failure, attempts=1, due_at=self._wall() + TRY_EVERY_S)
            self._brake.lacks(video.video_codec or "", reason)
        else:
            self._brake.failed(reason)
        self._remember(video, failure)

    def _remember(self, video: Video, failure: Failure) -> None:
        before, self._failed[video.id] = self._failed.get(video.id), failure
        if before is None or replace(before, due_at=failure.due_at) != failure:  # else it was said before
            self._log_failure(video, failure)
            self._kept.keep_failure(KIND, failure)

    def _tell(self) -> None:
        self._events.tell(events.JOB_PROGRESS, kind=KIND, waiting=self._count_waiting(), done=self._done)


def _needs(video: Video) -> str:
    """The codec without which there is no poster; a picture beside the film needs none."""
    return "" if video.picture else video.video_codec or ""
