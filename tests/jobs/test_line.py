"""The jobs of one kind: how they are counted, and what is told of them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from local_video_server.jobs import line as module
from local_video_server.jobs.line import BOUND, Line
from local_video_server.library.job import Outcome, Progress
from local_video_server.library.readings import JobReading
from tests.examples import Clock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=clock.running))
    return clock


def reading(line: Line, progress: Progress | None = None) -> JobReading:
    return line.reading("work", progress, is_resting=False)


def do(line: Line, outcome: Outcome = Outcome.DONE, seconds: float = 1.0) -> None:
    line.urge([1])
    line.end(line.take(), outcome, seconds)


def test_of_nothing_nothing_is_known() -> None:
    assert reading(Line()) == JobReading("work", queued=0, running=0, done=0, failed=0, shared=0)


def test_ends_are_counted_with_how_long_they_took(clock: Clock) -> None:
    line = Line()
    for seconds in range(1, 20):
        do(line, seconds=float(seconds))
    do(line, Outcome.FAILED, 60.0)
    do(line, Outcome.NOTHING, 1000.0)
    told = reading(line)
    assert (told.done, told.failed) == (19, 1)
    assert (told.mean_s, told.p95_s) == (12.5, 19.0)


def test_what_is_asked_for_twice_is_shared(clock: Clock) -> None:
    line = Line()
    line.put([1, 2])
    line.put([2, 3])
    line.urge([1, 4])
    line.take()
    line.urge([1])
    assert (reading(line).queued, reading(line).running, reading(line).shared) == (3, 1, 3)


def test_where_one_is_done_at_a_time_the_next_waits_in_the_line(clock: Clock) -> None:
    line = Line(may_urge=True, is_single=True)
    line.put([1, 3])
    line.urge([2])
    assert line.take() == 2
    line.urge([4])
    assert (line.has_urged(), line.has_queued(), reading(line).queued) == (False, False, 3)
    line.end(2, Outcome.DONE, 1.0)
    assert (line.take(), line.has_queued()) == (4, False)


def test_the_oldest_keeps_its_age_when_it_is_urged(clock: Clock) -> None:
    line = Line()
    line.put([1])
    clock.wait(30.0)
    line.put([2])
    line.urge([2, 1])
    assert reading(line).oldest_waiting_s == 30.0
    assert [line.take(), line.take()] == [2, 1]
    clock.wait(5.0)
    assert (reading(line).oldest_waiting_s, reading(line).longest_s) == (None, 5.0)


def test_nobody_knows_how_long_it_takes_while_it_is_paused_or_rests() -> None:
    line = Line()
    assert line.reading("work", Progress(5, 60.0), is_resting=True).left_s is None
    line.is_paused = True
    assert reading(line, Progress(5, 60.0)).left_s is None


def test_what_waits_beyond_the_bound_is_told_too() -> None:
    line = Line()
    line.put(range(BOUND))
    line.take()
    told = reading(line, Progress(5000, left_s=60.0))
    assert (told.queued, told.running, told.left_s) == (4999, 1, 60.0)
    assert (line.room, reading(line).queued) == (1, BOUND - 1)
