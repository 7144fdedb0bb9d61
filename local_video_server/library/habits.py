"""What the house watches: at which hour of the day, what never, what not for long.

Pure functions from a snapshot. At 100,000 videos they take some tens of milliseconds, so `Habitual` keeps the last
answer until marks or videos change, or the day does.
"""

from __future__ import annotations

import heapq
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, tzinfo

from .history import local
from .snapshot import Snapshot
from .video import Status, Video

STALE_S = 182 * 86_400  # half a year
LISTED = 20
_BLOCK_S = 900  # the clocks of the earth differ by quarters of an hour
_BLOCKS_A_DAY = 96


@dataclass(frozen=True, slots=True)
class Habits:
    """
    by_hour      plays in each hour of the day, as the clocks in the house show it
    never        videos that nobody ever watched, and the first of them, longest there first
    stale        videos that were watched, but not for half a year, and the first of them with the last time
    """

    by_hour: tuple[int, ...]
    never: int
    never_first: tuple[Video, ...]
    stale: int
    stale_first: tuple[tuple[Video, float], ...]


def habits(snapshot: Snapshot, now: float, zone: tzinfo | None = None) -> Habits:
    """Only videos that can be watched are listed. One that other servers counted, without saying when, is neither
    never watched nor stale."""
    library, marks = snapshot.library, snapshot.marks
    last = {video_id: played_at for played_at, video_id in marks.plays}  # latest last
    offline = {root.id for root in library.roots.values() if root.is_offline}
    there = (
        video
        for video in library.present.values()
        if video.status is not Status.BROKEN and video.root_id not in offline
    )
    never: list[tuple[float, int]] = []
    stale: list[tuple[float, int]] = []
    for video in there:
        played_at = last.get(video.id)
        if played_at is not None:
            if played_at < now - STALE_S:
                stale.append((played_at, video.id))
        elif not marks.views.get(video.id):
            never.append((video.added_at, video.id))
    return Habits(
        by_hour=_by_hour(snapshot, zone),
        never=len(never),
        never_first=tuple(library.present[video_id] for _, video_id in heapq.nsmallest(LISTED, never)),
        stale=len(stale),
        stale_first=tuple((library.present[video_id], at) for at, video_id in heapq.nsmallest(LISTED, stale)),
    )


class Habitual:
    """The habits of the latest snapshot, worked out once for all who ask: a rating or a tag changes none of them."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._kept: tuple[Snapshot, date, Habits] | None = None

    def of(self, snapshot: Snapshot) -> Habits:
        now = self._clock()
        today = local(now).date()
        kept = self._kept
        if kept is None or kept[1] != today or not _is_alike(kept[0], snapshot):
            kept = self._kept = snapshot, today, habits(snapshot, now)
        return kept[2]


def _is_alike(before: Snapshot, now: Snapshot) -> bool:
    """Plays and views are replaced when they change, never edited."""
    is_watched_alike = before.marks.plays is now.marks.plays and before.marks.views is now.marks.views
    return is_watched_alike and before.library.version == now.library.version


def _by_hour(snapshot: Snapshot, zone: tzinfo | None) -> tuple[int, ...]:
    blocks = Counter(int(played_at // _BLOCK_S) for played_at, _ in snapshot.marks.plays)
    hours = [0] * 24
    ahead: dict[
        int, int | None
    ] = {}  # by day: the blocks by which the house is ahead, None on a day when that changes
    for block, plays in blocks.items():
        day = block // _BLOCKS_A_DAY
        if day not in ahead:
            first, last = (_ahead(at * _BLOCKS_A_DAY, zone) for at in (day, day + 1))
            ahead[day] = first if first == last else None
        by = ahead[day]
        by = _ahead(block, zone) if by is None else by
        hours[(block + by) * _BLOCK_S // 3600 % 24] += plays
    return tuple(hours)


def _ahead(block: int, zone: tzinfo | None) -> int:
    offset = local(block * _BLOCK_S, zone).utcoffset()
    return int(offset.total_seconds() // _BLOCK_S) if offset else 0
