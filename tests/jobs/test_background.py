"""The queue of background work: its order, its bounds, when it rests, and what a failing job does to it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from local_video_server.jobs import background as module
from local_video_server.jobs.background import Background, Kind
from local_video_server.jobs.line import BOUND
from local_video_server.library.job import Outcome
from tests.server import wait_for

SOON_S = 5.0


class Work:
    """A kind of work with subjects that wait; tells what was done, and can hold the threads at a gate."""

    def __init__(self, subjects: Sequence[int] = (), name: str = "work", diary: list[str] | None = None) -> None:
        self.name = name
        self.subjects = set(subjects)
        self.done: list[int] = []
        self.diary = diary if diary is not None else []
        self.asked: list[int] = []
        self.rested = threading.Semaphore(0)
        self.begun = threading.Semaphore(0)
        self.gate = threading.Event()
        self.gate.set()
        self.act: Callable[[int], None] = lambda subject: None
        self.at_rest: Callable[[], None] = lambda: None
        self.rests = True
        self.may_urge = False
        self.outcome = Outcome.DONE
        self._lock = threading.Lock()

    def kind(self) -> Kind:
        return Kind(self.name, self.waiting, self.work, self.rest, self.rests, self.may_urge)

    def waiting(self, most: int, taken: Collection[int]) -> list[int]:
        self.asked.append(most)
        return sorted(self.subjects - set(taken))[:most]

    def work(self, subject: int) -> Outcome:
        self.begun.release()
        assert self.gate.wait(SOON_S)
        with self._lock:
            self.done.append(subject)
            self.diary.append(f"{self.name} {subject}")
            self.subjects.discard(subject)
        self.act(subject)
        return self.outcome

    def rest(self) -> None:
        self.rested.release()
        self.at_rest()

    def wait_for_rest(self) -> None:
        assert self.rested.acquire(timeout=SOON_S), f"{self.name} did not come to rest; done: {self.done}"

    def wait_for_begin(self) -> None:
        assert self.begun.acquire(timeout=SOON_S), f"no {self.name} was begun"


@pytest.fixture
def run() -> Iterator[Callable[..., Background]]:
    started: list[Background] = []

    def start(*works: Work, threads: int = 1, **collaborators: Callable[[], Any]) -> Background:
        background = Background([work.kind() for work in works], threads, **collaborators)
        started.append(background)
        background.start()
        return background

    yield start
    for background in started:
        background.stop()


Run = Callable[..., Background]


def test_everything_that_waits_is_done(run: Run) -> None:
    work = Work(range(20))
    run(work, threads=3)
    work.wait_for_rest()
    assert sorted(work.done) == list(range(20))


def test_nothing_is_done_before_the_start() -> None:
    work = Work([1])
    Background([work.kind()], 1)
    assert (work.asked, work.done) == ([], [])


def test_a_job_is_not_begun_twice_while_it_is_under_way(run: Run) -> None:
    work = Work([1])
    work.gate.clear()
    background = run(work, threads=3)
    work.wait_for_begin()
    asked = len(work.asked)
    for _ in range(5):
        background.wake()
    work.subjects.add(2)
    background.wake()
    work.wait_for_begin()  # subject 2, so somebody looked again
    assert len(work.asked) > asked
    work.gate.set()
    work.wait_for_rest()
    assert sorted(work.done) == [1, 2]


def test_what_began_while_it_was_asked_what_waits_is_not_queued_again(run: Run) -> None:
    work, asked, go_on = Work([1, 2]), threading.Event(), threading.Event()

    def waiting(most: int, taken: Collection[int]) -> list[int]:
        found = sorted(work.subjects)  # as it is before the other thread begins one of these
        asked.set()
        assert go_on.wait(SOON_S)
        return found

    work.waiting = waiting  # type: ignore[method-assign]
    work.gate.clear()
    background = run(work, threads=2)
    assert asked.wait(SOON_S)
    background.urge("work", [1])
    work.wait_for_begin()
    go_on.set()
    work.wait_for_begin()
    work.gate.set()
    work.wait_for_rest()
    assert sorted(work.done) == [1, 2]


def test_kinds_named_first_go_first(run: Run) -> None:
    diary: list[str] = []
    urgent, idle = Work([1, 2], "urgent", diary), Work([1, 2], "idle", diary)
    run(urgent, idle)
    idle.wait_for_rest()
    assert diary == ["urgent 1", "urgent 2", "idle 1", "idle 2"]


def test_a_job_that_fails_ends_no_thread(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    work = Work([1, 2, 3])

    def fail(subject: int) -> None:
        if subject == 1:
            raise RuntimeError("a bad file")

    work.act = fail
    with caplog.at_level(logging.ERROR):
        run(work)
        work.wait_for_rest()
    assert work.done == [1, 2, 3]
    assert "a bad file" in caplog.text


def test_a_rest_that_fails_ends_no_thread(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    """It stores what was done, and a full disk refuses that."""
    work = Work([1])

    def fail() -> None:
        raise OSError("the disk is full")

    work.at_rest = fail
    background = run(work)
    work.wait_for_rest()
    work.subjects.add(2)
    background.wake()
    work.wait_for_rest()
    assert work.done == [1, 2]
    assert "the disk is full" in caplog.text


def test_a_kind_that_cannot_say_what_waits_ends_no_thread(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    diary: list[str] = []
    bad, good = Work([1], "bad", diary), Work([1], "good", diary)

    def waiting(most: int, taken: Collection[int]) -> list[int]:
        raise OSError("nobody knows")

    bad.waiting = waiting  # type: ignore[method-assign]
    background = run(bad, good)
    good.wait_for_rest()
    good.subjects.add(2)
    background.wake()
    good.wait_for_rest()
    assert diary == ["good 1", "good 2"]
    assert "nobody knows" in caplog.text


def test_rest_is_called_once_all_is_done(run: Run) -> None:
    work = Work([1, 2])
    work.gate.clear()
    run(work, threads=2)
    work.wait_for_begin()
    work.wait_for_begin()
    assert not work.rested.acquire(blocking=False)
    work.gate.set()
    work.wait_for_rest()
    assert len(work.done) == 2


def test_news_wake_a_queue_that_rests(run: Run) -> None:
    work = Work([1])
    background = run(work)
    work.wait_for_rest()
    work.subjects.add(2)
    background.wake()
    work.wait_for_rest()
    assert work.done == [1, 2]


def test_after_the_stop_no_job_is_begun(run: Run) -> None:
    work = Work([1, 2])
    work.gate.clear()
    before = set(threading.enumerate())
    background = run(work)
    mine = set(threading.enumerate()) - before
    work.wait_for_begin()
    background.stop()
    work.gate.set()
    for thread in mine:
        thread.join(SOON_S)
    assert work.done == [1]
    assert not any(thread.is_alive() for thread in mine)


def test_a_stop_ends_threads_that_rest(run: Run) -> None:
    before = set(threading.enumerate())
    work = Work([1])
    background = run(work, threads=2)
    mine = set(threading.enumerate()) - before
    work.wait_for_rest()
    background.stop()
    for thread in mine:
        thread.join(SOON_S)
    assert not any(thread.is_alive() for thread in mine)


def test_no_more_are_held_than_the_bound(run: Run) -> None:
    work = Work(range(3 * BOUND))
    held: list[int] = []
    ask = work.waiting

    def waiting(most: int, taken: Collection[int]) -> list[int]:
        found = ask(most, taken)
        held.append(len(found) + len(taken))
        return found

    work.waiting = waiting  # type: ignore[method-assign]
    threads = 2
    run(work, threads=threads)
    while len(work.done) < 3 * BOUND:
        work.wait_for_rest()
    assert max(held) <= BOUND + threads
    assert sorted(work.done) == list(range(3 * BOUND))


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes by time alone comes soon."""
    monkeypatch.setattr(module, "LOOK_AGAIN_S", 0.02)
    monkeypatch.setattr(module, "RESTING_S", 0.02)


def test_what_time_alone_brings_is_found(run: Run, often: None) -> None:
    work = Work([1])
    run(work)
    work.wait_for_rest()
    work.subjects.add(2)
    work.wait_for_rest()
    assert work.done == [1, 2]


def test_a_queue_without_work_asks_seldom(run: Run) -> None:
    work = Work([])
    background = run(work, threads=3)
    wait_for(lambda: work.asked, SOON_S)
    background.urge("work", [1])  # after a job it asks once more
    wait_for(lambda: work.done and len(work.asked) == 2, SOON_S)


def test_a_long_queue_does_not_hide_what_comes_before_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new film is looked into although a thousand posters wait."""
    diary: list[str] = []
    urgent, idle = Work([], "urgent", diary), Work(range(BOUND), "idle", diary)
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: 1000.0 + len(diary)))  # a second a job
    idle.gate.clear()
    run(urgent, idle)
    idle.wait_for_begin()
    urgent.subjects.add(1)
    idle.gate.set()
    urgent.wait_for_rest()
    assert diary.index("urgent 1") <= module.LOOK_AGAIN_S


def test_what_waits_is_asked_for_without_holding_up_who_urges(run: Run) -> None:
    """To say what waits means to look at every video; a page urges meanwhile."""
    work, asked, go_on = Work([1, 2]), threading.Event(), threading.Event()
    ask = work.waiting

    def waiting(most: int, taken: Collection[int]) -> list[int]:
        asked.set()
        assert go_on.wait(SOON_S)
        return ask(most, taken)

    work.waiting = waiting  # type: ignore[method-assign]
    background = run(work, threads=2)
    assert asked.wait(SOON_S)
    background.urge("work", [3])  # the other thread does it
    work.wait_for_begin()
    go_on.set()
    wait_for(lambda: len(work.done) == 3, SOON_S)
    assert work.done[0] == 3


def test_while_one_thread_asks_what_waits_no_other_does(run: Run) -> None:
    work, both = Work([]), threading.Semaphore(0)
    at_once: list[int] = []
    asking: set[int] = set()
    ask = work.waiting

    def waiting(most: int, taken: Collection[int]) -> list[int]:
        asking.add(threading.get_ident())
        at_once.append(len(asking))
        both.acquire(timeout=0.05)
        asking.discard(threading.get_ident())
        return ask(most, taken)

    work.waiting = waiting  # type: ignore[method-assign]
    background = run(work, threads=4)
    for _ in range(5):
        background.wake()
        wait_for(lambda: not asking, SOON_S)
    assert set(at_once) == {1}


def test_news_that_come_while_it_is_asked_what_waits_are_not_lost(run: Run) -> None:
    work, background = Work([]), None
    ask = work.waiting

    def waiting(most: int, taken: Collection[int]) -> list[int]:
        found = ask(most, taken)
        if len(work.asked) == 1:  # just after it was looked
            work.subjects.add(1)
            assert background is not None
            background.wake()
        return found

    work.waiting = waiting  # type: ignore[method-assign]
    background = Background([work.kind()], 1)
    background.start()
    try:
        work.wait_for_rest()
    finally:
        background.stop()
    assert work.done == [1]


# What somebody looks at


def held(run: Run, *works: Work) -> tuple[Background, Callable[[], None]]:
    """A queue whose one thread is busy with subject 0 of the first kind, and how to let it go on."""
    works[0].subjects.add(0)
    for work in works:
        work.gate.clear()
    background = run(*works)
    works[0].wait_for_begin()

    def go_on() -> None:
        for work in works:
            work.gate.set()

    return background, go_on


def test_what_is_urged_goes_first_in_its_order(run: Run) -> None:
    work = Work(range(1, 10))
    background, go_on = held(run, work)
    background.urge("work", [7, 3, 5])
    go_on()
    work.wait_for_rest()
    assert work.done == [0, 7, 3, 5, 1, 2, 4, 6, 8, 9]


def test_what_is_urged_last_goes_first(run: Run) -> None:
    """The page that is open now, not the one that was left."""
    work = Work(range(1, 10))
    background, go_on = held(run, work)
    background.urge("work", [7, 3, 5])
    background.urge("work", [9, 5])
    go_on()
    work.wait_for_rest()
    assert work.done == [0, 9, 5, 7, 3, 1, 2, 4, 6, 8]


def test_what_is_urged_overtakes_kinds_named_before_it(run: Run) -> None:
    diary: list[str] = []
    first, second = Work([1], "first", diary), Work([1, 2], "second", diary)
    background, go_on = held(run, first, second)
    background.urge("second", [2])
    go_on()
    second.wait_for_rest()
    assert diary == ["first 0", "second 2", "first 1", "second 1"]


def test_what_nobody_found_waiting_is_done_when_it_is_urged(run: Run) -> None:
    """A filled budget: posters are made only for what somebody looks at."""
    work = Work([])
    background = run(work)
    wait_for(lambda: work.asked, SOON_S)
    background.urge("work", [42])
    work.wait_for_rest()
    assert work.done == [42]


def test_what_is_under_way_is_not_begun_again_when_it_is_urged(run: Run) -> None:
    work = Work([1])
    background, go_on = held(run, work)
    background.urge("work", [0, 0, 1, 1])
    go_on()
    work.wait_for_rest()
    assert work.done == [0, 1]


def test_to_urge_nothing_is_no_matter(run: Run) -> None:
    work = Work([1])
    background, go_on = held(run, work)
    background.urge("work", [])
    background.urge("work", iter(()))
    go_on()
    work.wait_for_rest()
    assert work.done == [0, 1]


def test_of_more_than_the_bound_the_first_of_the_last_are_kept(run: Run) -> None:
    work = Work()
    background, go_on = held(run, work)
    background.urge("work", [1, 2, 3])
    background.urge("work", range(101, 101 + BOUND - 1))
    go_on()
    work.wait_for_rest()
    assert work.done == [0, *range(101, 101 + BOUND - 1), 1]


# While somebody watches


def test_while_somebody_watches_nothing_is_begun_not_even_what_is_urged(run: Run, often: None) -> None:
    is_watched = threading.Event()
    is_watched.set()
    times_asked = threading.Semaphore(0)

    def is_resting() -> bool:
        times_asked.release()
        return is_watched.is_set()

    work = Work([1, 2])
    background = run(work, threads=2, is_resting=is_resting)
    background.urge("work", [2])
    background.wake()
    for _ in range(20):
        assert times_asked.acquire(timeout=SOON_S)
    assert (work.asked, work.done) == ([], [])
    is_watched.clear()
    work.wait_for_rest()
    assert sorted(work.done) == [1, 2]


def test_what_does_not_rest_is_done_while_somebody_watches(run: Run, often: None) -> None:
    is_watched = threading.Event()
    is_watched.set()
    rests, goes_on = Work([1], "rests"), Work([2], "goes on")
    goes_on.rests = False
    background = run(rests, goes_on, is_resting=is_watched.is_set)
    background.wake()
    goes_on.wait_for_rest()
    assert (rests.asked, rests.done, goes_on.done) == ([], [], [2])
    is_watched.clear()
    rests.wait_for_rest()
    assert rests.done == [1]


def test_work_that_is_under_way_when_somebody_begins_to_watch_is_finished(run: Run, often: None) -> None:
    is_watched = threading.Event()
    work = Work([1, 2])
    work.gate.clear()
    run(work, is_resting=is_watched.is_set)
    work.wait_for_begin()
    is_watched.set()
    work.gate.set()
    wait_for(lambda: work.done, SOON_S)
    assert work.done == [1]
    is_watched.clear()
    work.wait_for_rest()
    assert work.done == [1, 2]


def test_a_stop_ends_threads_while_somebody_watches(run: Run) -> None:
    before = set(threading.enumerate())
    background = run(Work([1]), threads=2, is_resting=lambda: True)
    mine = set(threading.enumerate()) - before
    background.stop()
    for thread in mine:
        thread.join(SOON_S)
    assert not any(thread.is_alive() for thread in mine)


@pytest.mark.parametrize("is_watched", [True, False], ids=["somebody watches", "nothing to do"])
def test_idle_is_called_now_and_then(run: Run, often: None, is_watched: bool) -> None:
    idle = threading.Semaphore(0)
    run(Work([1] if is_watched else []), is_resting=lambda: is_watched, idle=idle.release)
    for _ in range(3):
        assert idle.acquire(timeout=SOON_S)


def test_idle_is_not_called_while_there_is_work(run: Run) -> None:
    idle: list[int] = []
    work = Work(range(50))
    run(work, idle=lambda: idle.append(1))
    work.wait_for_rest()
    assert idle == []


# Coming to rest


def test_a_rest_that_failed_is_tried_again_and_said_once(
    run: Run, often: None, caplog: pytest.LogCaptureFixture
) -> None:
    """What was made waits to be stored, and nothing else may ever come to bring it up."""
    work, has_room = Work([1]), threading.Event()
    rests: list[bool] = []

    def rest() -> None:
        rests.append(has_room.is_set())
        if not has_room.is_set():
            raise OSError("the disk is full")

    work.at_rest = rest
    with caplog.at_level(logging.ERROR):
        run(work)
        wait_for(lambda: len(rests) >= 5, SOON_S)
        has_room.set()
        wait_for(lambda: rests[-1], SOON_S)
    assert rests.count(True) == 1
    assert caplog.text.count("Traceback") == 1
    assert work.done == [1]


# What the admin pauses and lets go


def test_of_a_kind_that_is_paused_nothing_is_begun_not_even_what_is_urged(run: Run, often: None) -> None:
    held_back, other = Work([], "held back"), Work([], "other")
    background = run(held_back, other)
    background.pause("held back")
    held_back.subjects.update([1, 2])
    background.urge("held back", [2])
    for subject in range(3):
        other.subjects.add(subject)
        background.wake()
        other.wait_for_rest()
    assert held_back.done == []
    assert (background.reading("held back").is_paused, background.reading("other").is_paused) == (True, False)
    background.go_on("held back")
    held_back.wait_for_rest()
    assert held_back.done == [2, 1]


def test_what_is_under_way_when_its_kind_is_paused_is_finished(run: Run, often: None) -> None:
    work = Work([1])
    background, go_on = held(run, work)
    background.pause("work")
    go_on()
    wait_for(lambda: background.reading("work").done == 1, SOON_S)
    assert (work.done, background.reading("work").queued) == ([0], 1)
    background.go_on("work")
    work.wait_for_rest()
    assert work.done == [0, 1]


def test_news_of_other_kinds_are_seen_while_a_full_queue_is_paused(run: Run) -> None:
    paused, other = Work([1], "paused"), Work([], "other")
    background, go_on = held(run, other, paused)
    background.urge("paused", range(100, 200))
    background.pause("paused")
    go_on()
    other.wait_for_rest()
    other.subjects.add(7)
    background.wake()
    other.wait_for_rest()
    assert (other.done, paused.done) == ([0, 7], [])


def test_a_kind_may_begin_what_is_urged_although_it_is_paused(run: Run, often: None) -> None:
    work = Work([])
    work.may_urge = True
    background = run(work)
    background.pause("work")
    work.subjects.add(1)
    background.urge("work", [2])
    wait_for(lambda: background.reading("work").done == 1, SOON_S)
    assert work.done == [2]


def test_what_is_dropped_waits_no_more(run: Run) -> None:
    work = Work(range(1, 5))
    background, go_on = held(run, work)
    background.urge("work", [9])
    work.subjects.clear()
    background.drop("work")
    assert background.reading("work").queued == 0
    go_on()
    work.wait_for_rest()
    assert work.done == [0]


def test_what_was_found_before_it_was_dropped_is_not_queued_after(run: Run) -> None:
    work, asked, go_on = Work([1, 2]), threading.Event(), threading.Event()

    def waiting(most: int, taken: Collection[int]) -> list[int]:
        found = sorted(work.subjects)
        asked.set()
        assert go_on.wait(SOON_S)
        return found

    work.waiting = waiting  # type: ignore[method-assign]
    background = run(work)
    assert asked.wait(SOON_S)
    work.subjects.clear()
    background.drop("work")
    go_on.set()
    background.urge("work", [3])
    work.wait_for_rest()
    assert work.done == [3]


# What is told


def test_each_end_is_told_but_for_those_that_found_nothing_to_do(run: Run) -> None:
    told: list[tuple[str, int, bool]] = []
    works = [Work([number], outcome.name) for number, outcome in enumerate(Outcome)]
    for work, outcome in zip(works, Outcome, strict=True):
        work.outcome = outcome
    raises = Work([7], "raises")
    raises.act = lambda subject: 1 // 0  # type: ignore[assignment, return-value]

    def on_done(kind: str, subject: int, seconds: float, is_failed: bool) -> None:
        assert 0 <= seconds < SOON_S
        told.append((kind, subject, is_failed))
        raise RuntimeError("what listens may fail")

    background = run(*works, raises, on_done=on_done)
    raises.wait_for_rest()
    wait_for(lambda: len(told) == 3, SOON_S)
    assert told == [("DONE", 0, False), ("FAILED", 1, True), ("raises", 7, True)]
    counted = {one.name: (one.done, one.failed) for one in background.readings()}
    assert counted == {"DONE": (1, 0), "FAILED": (0, 1), "NOTHING": (0, 0), "raises": (0, 1)}


def test_a_kind_that_rests_says_so(run: Run, often: None) -> None:
    rests, goes_on = Work([1], "rests"), Work([], "goes on")
    goes_on.rests = False
    background = run(rests, goes_on, is_resting=lambda: True)
    assert [one.is_resting for one in background.readings()] == [True, False]


def test_every_thread_gives_signs_of_life(run: Run) -> None:
    work = Work([1])
    background = run(work, threads=2)
    work.wait_for_rest()
    assert [(one.name, one.is_alive) for one in background.workers()] == [("job-0", True), ("job-1", True)]
    assert all(0 <= one.seen_s_ago < SOON_S for one in background.workers())
