from __future__ import annotations

import random

import pytest

from local_video_server.monitoring.spread import LONGEST_US, Spread, held_by


def spread_of(*seconds: float) -> Spread:
    made = Spread()
    for one in seconds:
        made.note(one)
    return made


def test_quantiles_are_those_of_the_values_to_one_percent() -> None:
    chance = random.Random(1)
    values = sorted(chance.lognormvariate(-5, 1.5) for _ in range(20_000))
    found = spread_of(*values).quantiles_ms(50, 95, 99)
    for percent, quantile in zip((50, 95, 99), found, strict=True):
        assert quantile == pytest.approx(values[len(values) * percent // 100] * 1000, rel=0.012)


def test_nothing_has_no_quantile() -> None:
    nothing = Spread()
    assert nothing.quantiles_ms(50, 95) == [None, None]
    assert nothing.min_ms is None
    assert nothing.max_ms is None
    assert nothing.packed() == b""


@pytest.mark.parametrize("seconds", [0.0, -1.0, 1e-9, 3600.0], ids=["none", "a clock set back", "tiny", "an hour"])
def test_what_lies_outside_counts_as_the_nearest_that_lies_inside(seconds: float) -> None:
    assert spread_of(seconds).count == 1
    assert 0 <= (spread_of(seconds).max_ms or 0) <= LONGEST_US / 1000 * 1.01


def test_a_packed_spread_is_the_same_spread() -> None:
    whole = spread_of(0.001, 0.002, 0.002, 0.5, 30.0)
    again = Spread()
    again.add(whole.packed())
    assert again.quantiles_ms(1, 50, 99) == whole.quantiles_ms(1, 50, 99)
    assert (again.count, again.min_ms, again.max_ms) == (5, whole.min_ms, whole.max_ms)


def test_two_packed_behind_each_other_are_both_together() -> None:
    """metrics.db adds a row to one that is there in just this way."""
    first, second = spread_of(0.001, 0.010), spread_of(0.010, 0.100, 0.1)
    both = Spread()
    both.add(first.packed() + second.packed())
    first.merge(second)
    assert both.packed() == first.packed()


@pytest.mark.parametrize(
    "packed", [b"abc", b"\xff" * 8, b"\0" * 7], ids=["cut off", "longer than any", "a byte is missing"]
)
def test_what_is_not_ours_is_refused(packed: bytes) -> None:
    with pytest.raises(ValueError, match="spread"):
        held_by(packed)


def test_how_many_took_at_most_so_long() -> None:
    assert spread_of(0.0005, 0.004, 0.004, 0.2).at_most((0.001, 0.005, 0.1, 1.0)) == [1, 3, 3, 4]
