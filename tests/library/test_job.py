"""How fast jobs are done, and how long the others will take."""

from __future__ import annotations

from local_video_server.library.job import Rate
from tests.examples import Clock


def test_before_anything_is_done_nobody_knows_how_long_it_takes() -> None:
    clock = Clock()
    rate = Rate(clock.running)
    assert (rate.per_s, rate.left_s(10)) == (0.0, None)
    rate.begin()
    clock.wait(5.0)
    assert (rate.per_s, rate.left_s(10)) == (0.0, None)


def test_the_rest_takes_as_long_as_what_was_done() -> None:
    clock = Clock()
    rate = Rate(clock.running)
    rate.begin()
    clock.wait(5.0)
    rate.begin()  # the next job of the same work
    rate.done += 10
    assert (rate.per_s, rate.left_s(6)) == (2.0, 3.0)


def test_the_next_work_is_not_measured_by_the_last() -> None:
    clock = Clock()
    rate = Rate(clock.running)
    rate.begin()
    rate.done += 100
    clock.wait(1.0)
    rate.end()
    clock.wait(3600.0)
    rate.begin()
    clock.wait(2.0)
    rate.done += 1
    assert rate.per_s == 0.5
