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

from . import events
from .brake import Brake
from .catalog import Catalog
from .errors import Gone, MediaUnreadable, NotStored, Unavailable
from .events import Events
from .failure import Failure, nameless, next_failure, words_of
from .failures import Failures, KeptFailures
from .job import Outcome, Progress, Rate
from .left_alone import LeftAlone
from .poster import Made, Order, plain_stamp_of, stamp_of
from .poster_report import PosterReport
from .shelf import Shelf
from .text import shown
from .video import Root, Status, Video

KIND = "poster"
STORE_EVERY_S = 0.25
TRY_AGAIN_S = 60.0  # a disk that failed once is asked again, but not at once
COUNT_EVERY_S = 5.0  # to count what waits means to look at every video
COUNT_AGAIN_S = 60.0  # where nothing changed but the time
_UNCOUNTED = (0.0, 0, 0, None)


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
        wake: Callable[[], None],
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
        self._wake = wake
        self._wall = wall
        self._running = running
        self.brake = Brake(KIND, running)
        self._lock = threading.Lock()
        self._storing = threading.Lock()
        self._made: dict[int, tuple[Video, Made]] = {}  # and not stored yet
        self._failures = Failures(KIND, kept, log_failure)
        self._passed_over: dict[str, float] = {}  # stamp -> when it may be tried again
        self._left_alone = LeftAlone()
        self._stored_at = 0.0
        self._is_storable = True
        self._waiting: tuple[float, int, int, object] = _UNCOUNTED  # when, how many, how many were made then, of what
        self._rate = Rate(running)

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
            self._left_alone.take_up(lacking)
            self._urge(lacking)

    def leave_alone(self) -> None:
        """Who lacks a poster now gets none until somebody looks at it, its file changes, or all are retried."""
        present = self._catalog.snapshot.library.present.values()
        lacking = (video for video in present if not self._has_its_own(video, stamp_of(video)))
        self._left_alone.set(video for video in lacking if not self.has_given_up(video))
        self._waiting = _UNCOUNTED

    def make(self, video_id: int) -> Outcome:
        """Makes the poster of one video, or notes why it could not be made."""
        library = self._catalog.snapshot.library
        video = library.present.get(video_id)
        root = library.roots.get(video.root_id) if video else None
        stamp = stamp_of(video) if video else None
        if not (video and root and stamp and self._is_lacking(video) and self._answers(root)):
            return Outcome.NOTHING
        if not self.brake.may_begin(_needs(video)):
            return Outcome.NOTHING
        self._rate.begin()
        try:
            if shortage := self._shelf.shortage():
                self.brake.lacks("", shortage)
                return Outcome.FAILED
            return self._make_from(video, root, stamp)
        except NotStored as error:
            self.brake.lacks("", error.message)
            return Outcome.FAILED

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
        if self._rate.done:
            self._waiting = _UNCOUNTED  # the last word on it is counted anew
            self._tell()
        self._rate.end()

    def retry(self, videos: Iterable[Video] | None = None) -> int:
        """Failures are forgotten and tried again: of these videos, or of all. Answers how many."""
        wanted = None if videos is None else {video.id for video in videos}
        ids = [one.video_id for one in self._failures.all() if wanted is None or one.video_id in wanted]
        self._failures.drop(ids)
        self._passed_over.clear()
        self.brake.lift()
        self._waiting = _UNCOUNTED
        if videos is None:
            self._left_alone.set(())
            self._shelf.look_anew()
        self._wake()
        present = self._catalog.snapshot.library.present
        self._urge([present[video_id] for video_id in ids if video_id in present])
        return len(ids)

    def has_given_up(self, video: Video) -> bool:
        """Whether there will be no poster until the file changes or somebody asks."""
        return (failed := self._failures.of(video, stamp_of(video))) is not None and failed.due_at is None

    def report(self) -> PosterReport:
        library, posters = self._catalog.snapshot.library, self._catalog.snapshot.posters
        present = ((library.present.get(failure.video_id), failure) for failure in self._failures.all())
        progress = self.progress()
        return PosterReport(
            made=len(posters.of.keys() & library.present.keys()),
            waiting=progress.waiting,
            failed=tuple((video, one) for video, one in present if video and stamp_of(video) == one.subject),
            pauses=tuple(self.brake.pauses),
            is_filled=self._shelf.is_filled,
            per_s=self._rate.per_s,
            left_s=progress.left_s,
            left_alone=self._left_alone.count(v for v in library.present.values() if v.status is not Status.BROKEN),
        )

    def progress(self) -> Progress:
        counted_at, waiting, done, versions = self._waiting
        now, current = self._running(), self._catalog.snapshot.versions
        if self._shelf.is_filled:
            waiting = 0
        elif now - counted_at > (COUNT_AGAIN_S if versions == current else COUNT_EVERY_S if waiting else 0.0):
            done = self._rate.done  # before, for one may be made meanwhile
            waiting = sum(not self.brake.is_pausing(_needs(video)) for video in self._lacking())
            self._waiting = now, waiting, done, current
        waiting = max(0, waiting - max(0, self._rate.done - done))  # what was made since waits no more
        return Progress(waiting, self._rate.left_s(waiting))

    def _lacking(self) -> list[Video]:
        """Videos whose poster can be made now, in no order."""
        library = self._catalog.snapshot.library
        answering = {root.id for root in library.roots.values() if self._answers(root)}
        return [
            video
            for video in library.present.values()
            if video.root_id in answering
            and video not in self._left_alone
            and self._is_lacking(video)
            and not self.brake.holds(_needs(video))
        ]

    def _is_lacking(self, video: Video) -> bool:
        stamp = stamp_of(video) if video.status is Status.READY else None
        if not stamp or self._passed_over.get(stamp, 0.0) > self._running() or self._has_its_own(video, stamp):
            return False
        failure = self._failures.of(video, stamp)
        if failure is None or not failure.attempts:
            return True
        return failure.due_at is not None and failure.due_at <= self._wall()

    def _has_its_own(self, video: Video, stamp: str | None) -> bool:
        """Whether it has the poster that it should have, or the next best."""
        stored, unstored = self._catalog.snapshot.posters.of.get(video.id), self._made.get(video.id)
        there = {stored.stamp if stored else None, unstored[1].poster.stamp if unstored else None}
        if not stamp or stamp in there:
            return bool(stamp)
        failure = self._failures.of(video, stamp)
        return failure is not None and not failure.attempts and plain_stamp_of(video) in there

    def _make_from(self, video: Video, root: Root, stamp: str) -> Outcome:
        beside = os.path.join(root.path, video.picture.path) if video.picture else None
        # Whatever is raised, the others have their turn before this one is tried again.
        self._passed_over[stamp] = self._running() + TRY_AGAIN_S
        try:
            order = Order(os.path.join(root.path, video.path), beside, stamp, plain_stamp_of(video) or stamp)
            made = self._make(order)
        except (MediaUnreadable, Gone, Unavailable) as error:
            is_disk = not self._answers(root)  # is to blame: it waits until the disk answers
            if is_disk or isinstance(error, MediaUnreadable):
                self._passed_over.pop(stamp, None)
            if is_disk or isinstance(error, Gone):
                return Outcome.NOTHING
            if isinstance(error, MediaUnreadable):
                self._fail(video, stamp, error)
            else:
                self.brake.failed(error.message)
            return Outcome.FAILED
        self._passed_over.pop(stamp, None)
        self._keep(video, stamp, made)
        self.brake.succeeded(_needs(video))
        return Outcome.DONE

    def _keep(self, video: Video, stamp: str, made: Made) -> None:
        self._shelf.added(made.size_bytes)
        self._left_alone.take_up([video])
        with self._lock:
            self._made[video.id] = video, made
            self._rate.done += 1
        if made.note:
            self._failures.remember(video, Failure(video.id, stamp, 0, shown(made.note)))
        else:
            self._failures.drop([video.id])
        if self._running() - self._stored_at >= STORE_EVERY_S or not self._is_storable:
            self.store()

    def _fail(self, video: Video, stamp: str, error: MediaUnreadable) -> None:
        reason, ffmpeg = words_of(error)
        failure = next_failure(self._failures.of(video, stamp), video.id, stamp, reason, ffmpeg, self._wall())
        if "missing_decoder" in error.details and video.video_codec:  # not the fault of this file
            self.brake.lacks(video.video_codec, reason)
        else:
            self.brake.failed(nameless(reason, video))  # to the log, where no names belong
        self._failures.remember(video, failure)

    def _tell(self) -> None:
        self._events.tell(events.JOB_PROGRESS, kind=KIND, waiting=self.progress().waiting, done=self._rate.done)


def _needs(video: Video) -> str:
    """The codec without which there is no poster; a picture beside the film needs none."""
    return "" if video.picture else video.video_codec or ""
