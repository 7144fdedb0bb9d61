"""What is counted, minute by minute and hour by hour, and what pages ask of it.

A note costs a request some microseconds. Minutes stay here for an hour and hours for a week, and all go to
metrics.db (keeping.py); so a page that shows numbers reads no disk. Minutes are those of the clock on the wall: one
that is set back lets minutes come twice, which count together, and leaves minutes that are still to come, which
count when they have come.
"""

from __future__ import annotations

import heapq
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping

from ..library.figures import ANSWERS, WINDOWS_S, Ever, Kind, Latency, Series, SlowRequest, Tally, Window
from .counted import Counted, Minute, by_series, is_whole, together, unpacked

MINUTE_S, HOUR_S = 60, 3600
MINUTES_HERE = 122  # the last hour, and one before it that may not be rolled up yet
HOURS_HERE = 7 * 24 + 2
UNKEPT_MOST = 24 * 60  # minutes that wait for a disk that is full
SHOWN_FOR_S = 2.0  # a window is made once for all who ask at the same time
SLOWEST = 20
BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

log = logging.getLogger(__name__)


class Ledger:
    """Noted by the event loop and by threads, read by pages: figures.Numbers."""

    def __init__(self, wall: Callable[[], float] = time.time, running: Callable[[], float] = time.monotonic) -> None:
        self._wall = wall
        self._clock = running
        self._lock = threading.Lock()
        self.started_at = wall()
        self._now = Minute(self._this_minute())
        self._ever: dict[Series, Counted] = {}
        self._statuses: dict[tuple[str, str, int], int] = {}
        self._slowest: list[tuple[float, int, SlowRequest]] = []
        self._minutes: deque[Minute] = deque(maxlen=MINUTES_HERE)
        self._hours: deque[tuple[int, tuple[Tally, ...]]] = deque(maxlen=HOURS_HERE)
        self._unkept: deque[Minute] = deque(maxlen=UNKEPT_MOST)
        self._making = threading.Lock()
        self._shown: dict[int, tuple[float, Window]] = {}
        self._rolled = 0  # how often the hours were added to
        self._older: dict[int, tuple[tuple[int, int, int], dict[Series, Counted]]] = {}

    def note(self, kind: Kind, name: str, seconds: float, is_error: bool = False) -> None:
        """Something took so long."""
        series = kind, name
        with self._lock:
            self._running().series(series).note(seconds, is_error)
            self._ever_of(series).note(seconds, is_error)

    def count(self, kind: Kind, name: str, total: float = 0.0, is_error: bool = False) -> None:
        """Something happened that takes no time, or a gauge showed so much."""
        series = kind, name
        with self._lock:
            for one in (self._running().series(series), self._ever_of(series)):
                one.count += 1
                one.errors += is_error
                one.total += total

    def request(self, kind: Kind, method: str, rule: str, status: int, seconds: float, request_id: str) -> None:
        """A request was answered."""
        self.note(kind, f"{method} {rule}", seconds, status >= 500)
        with self._lock:
            key = method, rule, status
            self._statuses[key] = self._statuses.get(key, 0) + 1
            is_full = len(self._slowest) == SLOWEST
            if kind in ANSWERS and not (is_full and seconds <= self._slowest[0][0]):
                slow = SlowRequest(self._wall(), method, rule, status, seconds, request_id)
                push = heapq.heapreplace if is_full else heapq.heappush
                push(self._slowest, (seconds, id(slow), slow))

    def load(self, minutes: Iterable[Tally], hours: Iterable[Tally]) -> None:
        """What an earlier run had counted. Rows that make no sense are left out, and said once."""
        hourly, broken = _by_began(hours)
        by_minute, more_broken = _by_began(minutes)
        if broken + more_broken:
            log.warning("%d rows of metrics.db make no sense; the others are shown.", broken + more_broken)
        with self._lock:
            self._hours.extend(sorted(hourly.items()))
            self._rolled += 1
            for began, tallies in sorted(by_minute.items()):
                self._minutes.append(Minute.loaded(began, tallies, began // HOUR_S * HOUR_S in hourly))

    def take_unkept(self) -> list[Minute]:
        """The minutes that are over and were not kept yet; `put_back` those that could not be."""
        with self._lock:
            self._running()
            taken = list(self._unkept)
            self._unkept.clear()
        return taken

    def put_back(self, minutes: Iterable[Minute]) -> None:
        with self._lock:
            self._unkept.extendleft(reversed(list(minutes)))

    def end_minute(self) -> None:
        """The server stops: the minute that runs is over too."""
        with self._lock:
            self._close()

    def roll_up(self) -> list[Tally]:
        """The hours that are over since the last time, out of their minutes."""
        this_hour = self._this_minute() // HOUR_S * HOUR_S
        with self._lock:
            self._running()
            over = [
                one for one in self._minutes if not one.is_rolled_up and one.began // HOUR_S * HOUR_S != this_hour
            ]
        rolled: list[Tally] = []
        for hour in sorted({one.began // HOUR_S * HOUR_S for one in over}):
            minutes = [one for one in over if one.began // HOUR_S * HOUR_S == hour]
            whole = by_series(pair for one in minutes for pair in one.counted())
            tallies = tuple(one.tally(hour, series) for series, one in whole.items())
            with self._lock:
                self._hours.append((hour, tallies))
                self._rolled += 1
                for one in minutes:
                    one.is_rolled_up = True
            rolled += tallies
        return rolled

    def window(self, seconds: int) -> Window:
        """Errors: ValueError for a window that there is not."""
        if seconds not in WINDOWS_S:
            raise ValueError(seconds)
        with self._making:
            at, shown = self._shown.get(seconds, (0.0, None))
            if shown is None or self._clock() - at > SHOWN_FOR_S:
                shown = self._window(seconds)
                self._shown[seconds] = self._clock(), shown
            return shown

    def prepare(self) -> None:
        """Adds up the hours that are over, which takes some tenths of a second: on nobody's way."""
        for seconds in WINDOWS_S:
            if seconds > HOUR_S:
                self._hourly(seconds)

    def together(self, seconds: int, series: Collection[Series]) -> Latency:
        """These series as one."""
        return together(one for _, one in self._within(seconds, series)).latency()

    def p95_line(self, series: Collection[Series]) -> list[float | None]:
        wanted = frozenset(series)
        return [
            minutes[0].p95_ms(wanted) if len(minutes) == 1 else _whole(minutes, wanted).latency().p95_ms
            for minutes in self._last_hour()
        ]

    def mean_line(self, series: Series) -> list[float | None]:
        wholes = (_whole(minutes, (series,)) for minutes in self._last_hour())
        return [whole.total / whole.count if whole.count else None for whole in wholes]

    def slowest(self) -> list[SlowRequest]:
        with self._lock:
            return [slow for _, _, slow in sorted(self._slowest, reverse=True)]

    def ever(self) -> dict[Series, Ever]:
        with self._lock:
            series = list(self._ever.items())
        return {name: self._copy(one).ever(BUCKETS_S) for name, one in series}

    def statuses(self) -> Mapping[tuple[str, str, int], int]:
        with self._lock:
            return dict(self._statuses)

    def _this_minute(self) -> int:
        return int(self._wall()) // MINUTE_S * MINUTE_S

    def _running(self) -> Minute:
        """The minute that runs; to be called with the lock."""
        if self._this_minute() != self._now.began:
            self._close()
        return self._now

    def _close(self) -> None:
        if self._now:
            self._minutes.append(self._now)
            self._unkept.append(self._now)
        self._now = Minute(self._this_minute())

    def _ever_of(self, series: Series) -> Counted:
        found = self._ever.get(series)
        if found is None:
            found = self._ever[series] = Counted()
        return found

    def _since(self, seconds: int) -> int:
        """When a window begins: at a full minute, or at a full hour where hours are all that is left."""
        step = MINUTE_S if seconds <= HOUR_S else HOUR_S
        return int(self._wall() - seconds) // step * step + step

    def _within(self, seconds: int, wanted: Collection[Series] | None = None) -> list[tuple[Series, Counted]]:
        """What was counted in this time: by hours, and by minutes where the hour is not over. What is dated later
        than now was written by a clock that went wrong."""
        since, until = self._since(seconds), self._wall()
        by_hours = seconds > HOUR_S
        older = self._hourly(seconds) if by_hours else {}
        with self._lock:
            now = self._running()
            running = list(now.counted(wanted))
            minutes = [one for one in self._minutes if not (by_hours and one.is_rolled_up)]
        found = [(series, one) for series, one in older.items() if wanted is None or series in wanted]
        found += [pair for one in minutes if since <= one.began <= until for pair in one.counted(wanted)]
        if since <= now.began <= until:
            found += [(series, self._copy(one)) for series, one in running]
        return found

    def _copy(self, one: Counted) -> Counted:
        """Of what may be counted in just now. Each by itself: the event loop waits for the lock."""
        copy = Counted()
        with self._lock:
            copy.merge(one)
        return copy

    def _hourly(self, seconds: int) -> dict[Series, Counted]:
        """The hours of this window added up, anew when there is another hour."""
        since = self._since(seconds)
        with self._lock:
            hours = list(self._hours)
            key = since, self._this_minute() // HOUR_S, self._rolled
        known, older = self._older.get(seconds, (None, {}))
        if known != key:
            until = self._wall()
            some = (pair for began, tallies in hours if since <= began <= until for pair in unpacked(tallies))
            older = by_series(some)
            for one in older.values():
                one.unpack()
            self._older[seconds] = key, older
        return older

    def _window(self, seconds: int) -> Window:
        found = by_series(self._within(seconds))
        latencies = {series: one.latency() for series, one in found.items()}
        answers = together(one for (kind, _), one in found.items() if kind in ANSWERS)  # unpacked by now
        return Window(seconds, self._since(seconds), self._wall(), latencies, answers.latency())

    def _last_hour(self) -> list[list[Minute]]:
        """The sixty minutes before the one that runs, oldest first: none of one without news, and two of one in which
        the server was restarted."""
        end = self._this_minute()
        by_began: dict[int, list[Minute]] = {}
        with self._lock:
            self._running()
            for minute in self._minutes:
                by_began.setdefault(minute.began, []).append(minute)
        return [by_began.get(end - back * MINUTE_S, []) for back in range(60, 0, -1)]


def _whole(minutes: Iterable[Minute], wanted: Collection[Series]) -> Counted:
    return together(one for minute in minutes for _, one in minute.counted(wanted))


def _by_began(tallies: Iterable[Tally]) -> tuple[dict[int, tuple[Tally, ...]], int]:
    """By when they began, and how many make no sense."""
    found: dict[int, list[Tally]] = {}
    broken = 0
    for tally in tallies:
        if is_whole(tally):
            found.setdefault(tally.began, []).append(tally)
        else:
            broken += 1
    return {began: tuple(some) for began, some in found.items()}, broken
