"""How durations spread: the only HdrHistogram.

Bounded: 10 KB each, from a microsecond to a minute, exact to 1 %; what is longer counts as a minute. A home asks
little in a minute, so what is kept is not the histogram but its few buckets that are not empty. Source: Gil Tene,
HdrHistogram (hdrhistogram.org).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

from hdrh.histogram import HdrHistogram

LONGEST_US = 60_000_000
DIGITS = 2  # significant ones: 1 %
_PAIR = struct.Struct("<II")  # microseconds, how often


class Spread:
    """Durations in seconds, added one by one or as packed by another."""

    def __init__(self) -> None:
        self._histogram = HdrHistogram(1, LONGEST_US, DIGITS, word_size=4)

    def note(self, seconds: float) -> None:
        self._histogram.record_value(min(max(int(seconds * 1e6), 0), LONGEST_US))

    def add(self, *packed: bytes) -> None:
        """What `held_by` takes.

        A week of hours holds the same buckets over and over: they are added up first, since to record one takes the
        histogram a microsecond, and to look for one in a dictionary a tenth of that.
        """
        sums: dict[int, int] = {}
        for one in packed:
            for value, count in _pairs(one):
                sums[value] = sums.get(value, 0) + count
        for value, count in sums.items():
            self._histogram.record_value(value, count)

    def merge(self, other: Spread) -> None:
        self._histogram.add(other._histogram)

    @property
    def count(self) -> int:
        return int(self._histogram.get_total_count())

    def quantiles_ms(self, *percent: float) -> list[float | None]:
        """The values below which so many of a hundred lie, in milliseconds; None of nothing."""
        if not self.count:
            return [None] * len(percent)
        found = self._histogram.get_percentile_to_value_dict(list(percent))
        return [found[one] / 1000 for one in percent]

    @property
    def min_ms(self) -> float | None:
        return self._histogram.get_min_value() / 1000 if self.count else None

    @property
    def max_ms(self) -> float | None:
        return self._histogram.get_max_value() / 1000 if self.count else None

    def at_most(self, bounds_s: Iterable[float]) -> list[int]:
        """For each bound, rising, how many lie at or below it."""
        found, total, at = [], 0, 0
        for bound in bounds_s:
            end = self._histogram.get_counts_array_index(int(bound * 1e6)) + 1
            total += sum(self._histogram.counts[at:end])
            at = end
            found.append(total)
        return found

    def packed(self) -> bytes:
        """The buckets that are not empty. Packed ones behind each other are added together by `add`."""
        value_of = self._histogram.get_value_from_index
        pairs = [(value_of(index), count) for index, count in enumerate(self._histogram.counts) if count]
        return b"".join(_PAIR.pack(value, count) for value, count in pairs)


def held_by(packed: bytes) -> int:
    """How many durations are packed. Errors: ValueError for what is not packed by us."""
    found = 0
    for value, count in _pairs(packed):
        if value > LONGEST_US:
            raise ValueError(f"a spread that holds {value} µs")
        found += count
    return found


def _pairs(packed: bytes) -> Iterable[tuple[int, int]]:
    if len(packed) % _PAIR.size:
        raise ValueError("a spread that was cut off")
    return _PAIR.iter_unpack(packed)
