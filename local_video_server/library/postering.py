"""Posters: which videos wait for one, having it made, storing it, and what failed.

The making itself is done elsewhere (media/, in a worker process) and handed in; so is the thumbnails folder. What
was made is stored together, at most four times a second: each storing makes the next snapshot. A request never
comes here to wait; it leaves a note of what it showed without a picture.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from . import events
from .brake import TRY_EVERY_S, Brake, Pause
from .catalog import Catalog
from .errors import Gone, MediaUnreadable, NotStored, Unavailable
from .events import Events
from .failure import Failure, next_failure
from .failures import Failures, KeptFailures
from .poster import Made, Order, plain_stamp_of, stamp_of
from .shelf import Shelf
from .text import shown
from .video import Root, Status, Video

KIND = "poster"
STORE_EVERY_S = 0.25
TRY_AGAIN_S = 60.0  # a disk that failed once is asked again, but not at once
COUNT_EVERY_S = 5.0  # to count what waits means to look at every video


@dataclass(frozen=True, slots=True)
class PosterReport:
    made: int
    waiting: int
    failed: tuple[tuple[Video, Failure], ...]
    pauses: tuple[Pause, ...]
    is_filled: bool  # the room is used up: posters are made only for what somebody looks at
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
        kept: KeptFailures,
        answers: Callable[[Root], bool],
        happened: Events,
        urge: Callable[[Sequence[Video]], None],
        log_failure: Callable[[Video, Failure], None],
        wall: Callable[[], float] = time.time,
        running: Callable[[], float] = time.monotonic,
    ) -> None:
        self._catalog = catalog
        self._make = make
        self._shelf = shelf
        self._answers = answers
        self._events = happened
        self._urge = urge
        self._wall = wall
        self._running = running
        self._brake = Brake(KIND, running)
        self._lock = threading.Lock()
        self._storing = threading.Lock()
        self._made: dict[int, tuple[Video, Made]] = {}
        self._failures = Failures(KIND, kept, log_failure)
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
        found.sort(key=lambda video: (video.id in self._failures, -video.added_at))
        return [video.id for video in found[:most]]

    def want(self, videos: Iterable[Video]) -> None:
        """Somebody looks at these now: those that lack a poster get theirs before all others."""
        roots = self._catalog.snapshot.library.roots
        lacking = [
            video
            for video in videos
            if (self._is_lacking(video) or video.status is Status.PENDING or video.fingerprint is None)
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

    def retry(self, videos: Iterable[Video] | None = None) -> int:
        """Failures are forgotten and tried again: of these videos, or of all. Answers how many."""
        wanted = None if videos is None else {video.id for video in videos}
        ids = [one.video_id for one in self._failures.all() if wanted is None or one.video_id in wanted]
        self._failures.drop(ids)
        self._passed_over.clear()
        self._brake.lift()
        present = self._catalog.snapshot.library.present
        self._urge([present[video_id] for video_id in ids if video_id in present])
        return len(ids)

    def has_given_up(self, video: Video) -> bool:
        """Whether there will be no poster until the file changes or somebody asks."""
        stamp = stamp_of(video)
        failure = self._failures.of(video, stamp) if stamp else None
        return failure is not None and failure.due_at is None

    def report(self) -> PosterReport:
        library, posters = self._catalog.snapshot.library, self._catalog.snapshot.posters
        elapsed_s = self._running() - self._began_at if self._began_at else 0.0
        present = ((library.present.get(failure.video_id), failure) for failure in self._failures.all())
        return PosterReport(
            made=len(posters.of.keys() & library.present.keys()),
            waiting=self._count_waiting(),
            failed=tuple((video, one) for video, one in present if video and stamp_of(video) == one.subject),
            pauses=tuple(self._brake.pauses),
            is_filled=self._shelf.is_filled,
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
        if self._shelf.is_filled:
            return 0
        counted_at, waiting = self._waiting
        if self._running() - counted_at > COUNT_EVERY_S or waiting == 0:
            waiting = len(self._lacking())
            self._waiting = self._running(), waiting
        return waiting

    def _is_lacking(self, video: Video) -> bool:
        stamp = stamp_of(video) if video.status is Status.READY else None
        if stamp is None or self._passed_over.get(stamp, 0.0) > self._running():
            return False
        there = {self._stored_stamp(video), self._unstored_stamp(video)}
        failure = self._failures.of(video, stamp)
        if stamp in there or (failure and not failure.attempts and plain_stamp_of(video) in there):
            return False
        if failure is None or not failure.attempts:
            return True
        return failure.due_at is not None and failure.due_at <= self._wall()

    def _stored_stamp(self, video: Video) -> str | None:
        poster = self._catalog.snapshot.posters.of.get(video.id)
        return poster.stamp if poster else None

    def _unstored_stamp(self, video: Video) -> str | None:
        unstored = self._made.get(video.id)
        return unstored[1].poster.stamp if unstored else None

    def _make_from(self, video: Video, root: Root, stamp: str) -> None:
        beside = os.path.join(root.path, video.picture.path) if video.picture else None
        # Whatever is raised, the others have their turn before this one is tried again.
        self._passed_over[stamp] = self._running() + TRY_AGAIN_S
        try:
            path, plain_stamp = os.path.join(root.path, video.path), plain_stamp_of(video) or stamp
            made = self._make(Order(path, beside, stamp, plain_stamp))
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
            self._failures.remember(video, Failure(video.id, stamp, 0, shown(made.note)))
        else:
            self._failures.drop([video.id])
        if self._running() - self._stored_at >= STORE_EVERY_S or not self._is_storable:
            self.store()

    def _fail(self, video: Video, stamp: str, error: MediaUnreadable) -> None:
        # Both may quote names and bytes of the file, which no database and no log would take.
        reason, words = shown(error.message), error.details.get("ffmpeg", ())
        ffmpeg = tuple(shown(str(word)) for word in words) if isinstance(words, Sequence) else ()
        before = self._failures.of(video, stamp)
        failure = next_failure(before, video.id, stamp, reason, ffmpeg, self._wall())
        if "missing_decoder" in error.details:  # not the fault of this file: it waits for a decoder
            failure = replace(failure, attempts=1, due_at=self._wall() + TRY_EVERY_S)
            self._brake.lacks(video.video_codec or "", reason)
        else:
            self._brake.failed(reason)
        self._failures.remember(video, failure)

    def _tell(self) -> None:
        self._events.tell(events.JOB_PROGRESS, kind=KIND, waiting=self._count_waiting(), done=self._done)


def _needs(video: Video) -> str:
    """The codec without which there is no poster; a picture beside the film needs none."""
    return "" if video.picture else video.video_codec or ""
