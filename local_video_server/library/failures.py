"""What failed of one kind of job: remembered over a restart, told once, tried again when it is due or asked for."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from .failure import Failure, nameless
from .video import Video

log = logging.getLogger(__name__)


class KeptFailures(Protocol):
    """Where failures are kept."""

    def failures(self, kind: str) -> Mapping[int, Failure]: ...
    def keep_failure(self, kind: str, failure: Failure) -> None: ...
    def drop_failures(self, kind: str, video_ids: Sequence[int]) -> None: ...


class Failures:
    """By video. `log` is told of each new one."""

    def __init__(self, kind: str, kept: KeptFailures, log: Callable[[Video, Failure], None]) -> None:
        self._kind = kind
        self._kept = kept
        self._log = log
        self._by_video = dict(kept.failures(kind))

    def __contains__(self, video_id: int) -> bool:
        return video_id in self._by_video

    def all(self) -> list[Failure]:
        return list(self._by_video.values())

    def of(self, video: Video, subject: str | None) -> Failure | None:
        """The failure of a video that still counts: with another subject it has not failed."""
        failure = self._by_video.get(video.id)
        return failure if failure and failure.subject == subject else None

    def remember(self, video: Video, failure: Failure) -> None:
        before, self._by_video[video.id] = self._by_video.get(video.id), failure
        if before is None or replace(before, due_at=failure.due_at) != failure:  # else it was said before
            self._log(video, failure)
            told = nameless(failure.reason, video)
            how = f"failed, attempt {failure.attempts}" if failure.attempts else "is not all that was wanted"
            log.info("The %s of video %s %s: %s", self._kind, video.key, how, told)
            self._kept.keep_failure(self._kind, failure)

    def drop(self, video_ids: Iterable[int]) -> None:
        ids = [video_id for video_id in video_ids if video_id in self._by_video]
        if ids:
            self._kept.drop_failures(self._kind, ids)
            for video_id in ids:
                self._by_video.pop(video_id, None)
