"""One series being counted, and one minute of all of them."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence

from ..library.figures import Ever, Kind, Latency, Series, Tally
from .spread import Spread, held_by

MOST_IN_A_ROW = 25_000_000  # 7,000 a second for an hour; a week of such hours still fits the 32 bits of a spread


class Counted:
    """How often something happened, how many errors, the sum of it, and how it spread where it takes time."""

    __slots__ = ("_packed", "_spread", "count", "errors", "total")

    def __init__(self) -> None:
        self.count = self.errors = 0
        self.total = 0.0
        self._spread: Spread | None = None
        self._packed: list[bytes] = []  # unpacked all at once when somebody asks: a week has thousands

    @property
    def spread(self) -> Spread | None:
        self.unpack()
        return self._spread

    def unpack(self) -> None:
        if self._packed:
            packed, self._packed = self._packed, []
            self._wide().add(*packed)

    def note(self, seconds: float, is_error: bool) -> None:
        self.count += 1
        self.errors += is_error
        self.total += seconds
        self._wide().note(seconds)

    def merge(self, other: Counted) -> None:
        if other._spread is not None:
            self._wide().merge(other._spread)
        self._packed += other._packed
        self.count += other.count
        self.errors += other.errors
        self.total += other.total

    def add(self, tally: Tally) -> None:
        if tally.spread:
            self._packed.append(tally.spread)
        self.count += tally.count
        self.errors += tally.errors
        self.total += tally.total

    def latency(self) -> Latency:
        mean_ms = self.total * 1000 / self.count if self.count else None
        spread = self.spread
        if spread is None:
            return Latency(self.count, self.errors, mean_ms)
        p50, p95, p99 = spread.quantiles_ms(50, 95, 99)
        least, most = spread.min_ms, spread.max_ms
        return Latency(self.count, self.errors, mean_ms, least, most, p50, p95, p99)

    def tally(self, began: int, series: Series) -> Tally:
        packed = self.spread.packed() if self.spread else b""
        return Tally(began, *series, self.count, self.errors, self.total, packed)

    def ever(self, bounds_s: Sequence[float]) -> Ever:
        buckets = zip(bounds_s, self.spread.at_most(bounds_s), strict=True) if self.spread else ()
        return Ever(self.count, self.errors, self.total, tuple(buckets))

    def _wide(self) -> Spread:
        if self._spread is None:
            self._spread = Spread()
        return self._spread


class Minute:
    """What was counted in a minute; `pack` makes it small once it is over."""

    def __init__(self, began: int) -> None:
        self.began = began
        self.is_rolled_up = False  # into its hour
        self._running: dict[Series, Counted] | None = {}
        self._tallies: tuple[Tally, ...] = ()
        self._p95: dict[frozenset[Series], float | None] = {}

    @classmethod
    def loaded(cls, began: int, tallies: Iterable[Tally], is_rolled_up: bool) -> Minute:
        made = cls(began)
        made._tallies, made._running, made.is_rolled_up = tuple(tallies), None, is_rolled_up
        return made

    def __bool__(self) -> bool:
        return bool(self._running or self._tallies)

    def series(self, series: Series) -> Counted:
        """To be counted in while the minute runs."""
        assert self._running is not None
        found = self._running.get(series)
        if found is None:
            found = self._running[series] = Counted()
        return found

    def pack(self) -> tuple[Tally, ...]:
        running = self._running
        if running is not None:
            self._tallies = tuple(one.tally(self.began, series) for series, one in running.items())
            self._running = None  # after the tallies are there: somebody may be reading
        return self._tallies

    def counted(self, wanted: Collection[Series] | None = None) -> Iterator[tuple[Series, Counted]]:
        """Each series, or each of those wanted."""
        running = self._running
        if running is not None:
            yield from ((series, one) for series, one in running.items() if wanted is None or series in wanted)
            return
        yield from unpacked(self._tallies, wanted)

    def p95_ms(self, wanted: frozenset[Series]) -> float | None:
        """Of these series together, worked out once: a minute that is over does not change."""
        if wanted not in self._p95:
            self._p95[wanted] = together(one for _, one in self.counted(wanted)).latency().p95_ms
        return self._p95[wanted]


def unpacked(tallies: Iterable[Tally], wanted: Collection[Series] | None = None) -> Iterator[tuple[Series, Counted]]:
    for tally in tallies:
        series = Kind(tally.kind), tally.name
        if wanted is None or series in wanted:
            counted = Counted()
            counted.add(tally)
            yield series, counted


def together(counted: Iterable[Counted]) -> Counted:
    whole = Counted()
    for one in counted:
        whole.merge(one)
    return whole


def by_series(counted: Iterable[tuple[Series, Counted]]) -> dict[Series, Counted]:
    whole: dict[Series, Counted] = {}
    for series, one in counted:
        whole.setdefault(series, Counted()).merge(one)
    return whole


def is_whole(tally: Tally) -> bool:
    """Whether a row that was read makes sense."""
    try:
        Kind(tally.kind)
        held = held_by(tally.spread) if tally.spread else tally.count
        return (
            isinstance(tally.name, str)
            and 0 <= tally.errors <= tally.count == held <= MOST_IN_A_ROW
            and math.isfinite(tally.total)
        )
    except (ValueError, TypeError):
        return False
