"""What was watched, and when: the videos of lately, and all plays by day.

Days and hours are those of the clocks in the house, where the server stands: who watched at ten in the evening
reads ten, not what it was in Greenwich. Pure functions from a snapshot; a page that is out of range is brought
into it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from itertools import groupby, islice

from .marks import Play
from .snapshot import Library, Snapshot
from .video import Status, Video

RECENT = 15
PER_PAGE = 100  # plays
_LOOKED_THROUGH = 2000  # plays; who has one film run all day must not make every page look through years
_FIRST, _LAST = 0, 253402214400  # 1970 and the end of 9999, a day within what every calendar holds


@dataclass(frozen=True, slots=True)
class Watched:
    """A line of the history: a video that was watched, perhaps several times one after the other."""

    video: Video
    played_at: float  # the last time
    times: int = 1


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    watched: tuple[Watched, ...]  # latest first


@dataclass(frozen=True, slots=True)
class HistoryPage:
    days: tuple[Day, ...]  # latest first
    total: int  # plays on all pages
    page: int
    pages: int


def recently_played(snapshot: Snapshot, count: int = RECENT) -> tuple[Video, ...]:
    """The videos that were watched last, since this was cleared; only those that can be watched."""
    return tuple(islice(_recent(snapshot), count))


def by_day(snapshot: Snapshot, page: int, zone: tzinfo | None = None) -> HistoryPage:
    """A page of all plays; the last one when a later one is asked for. `zone` is another than the machine's."""
    plays = snapshot.marks.plays
    pages = max(1, -(-len(plays) // PER_PAGE))
    page = min(max(1, page), pages)
    end = len(plays) - (page - 1) * PER_PAGE
    shown = reversed(plays[max(0, end - PER_PAGE) : end])
    days = groupby(shown, key=lambda play: local(play.played_at, zone).date())
    return HistoryPage(
        tuple(Day(day, tuple(_lines(snapshot.library, played))) for day, played in days), len(plays), page, pages
    )


def local(seconds: float, zone: tzinfo | None = None) -> datetime:
    """A moment as the clocks in the house show it."""
    return datetime.fromtimestamp(min(max(seconds, _FIRST), _LAST), UTC).astimezone(zone)


def _recent(snapshot: Snapshot) -> Iterator[Video]:
    seen: set[int] = set()
    for play in islice(reversed(snapshot.marks.plays), _LOOKED_THROUGH):
        if play.played_at <= snapshot.marks.recent_since:
            return
        video = snapshot.library.present.get(play.video_id)
        if video and video.id not in seen and snapshot.status(video) in (Status.READY, Status.PENDING):
            seen.add(video.id)
            yield video


def _lines(library: Library, plays: Iterable[Play]) -> Iterator[Watched]:
    """Plays of one video that follow each other directly are one line."""
    for video_id, same in groupby(plays, key=lambda play: play.video_id):
        video = library.present.get(video_id) or library.away[video_id]
        last, *before = same
        yield Watched(video, last.played_at, 1 + len(before))
