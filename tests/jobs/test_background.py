"""The queue of background work: its order, its bounds, and what a failing job does to it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterator, Sequence

import pytest

from local_video_server.jobs.background import BOUND, Background, Kind

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
        self._lock = threading.Lock()

    def kind(self) -> Kind:
        return Kind(self.name, self.waiting, self.work, self.rest)

    def waiting(self, most: int, taken: Collection[int]) -> list[int]:
        self.asked.append(most)
        return sorted(self.subjects - set(taken))[:most]

    def work(self, subject: int) -> None:
        self.begun.release()
        assert self.gate.wait(SOON_S)
        with self._lock:
            self.done.append(subject)
            self.diary.append(f"{self.name} {subject}")
            self.subjects.discard(subject)
        self.act(subject)

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

    def start(*works: Work, threads: int = 1) -> Background:
        background = Background([work.kind() for work in works], threads)
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
