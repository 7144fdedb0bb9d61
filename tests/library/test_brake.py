"""When a kind of job pauses, and what makes it go on."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor

import pytest

from local_video_server.library.brake import ALIKE, TRY_EVERY_S, Brake
from local_video_server.library.failure import TRY_AGAIN_S


class Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s

    def wait(self, seconds: float) -> None:
        self.now_s += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def brake(clock: Clock) -> Brake:
    return Brake("poster", clock)


def fail_alike(brake: Brake, reason: str = "The decoder crashed.", times: int = ALIKE) -> None:
    for _ in range(times):
        brake.failed(reason)


def needs(brake: Brake) -> set[str]:
    return {pause.needs for pause in brake.pauses}


def test_at_first_every_job_may_begin(brake: Brake) -> None:
    assert all(brake.may_begin(needs) for needs in ("", "h264", "h264", "hevc"))
    assert not brake.pauses


# the reasons of jobs that failed one after another -> does the kind pause?
FAILURES: dict[str, tuple[list[str], bool]] = {
    "five alike": (["It crashed."] * 5, True),
    "four alike": (["It crashed."] * 4, False),
    "five that differ": (["It crashed.", "No picture."] * 3, False),
    "five that differ in numbers": ([f"It took {number} s." for number in range(5)], True),
    "four alike, another, four alike": (["It crashed."] * 4 + ["No picture."] + ["It crashed."] * 4, False),
    "another, then five alike": (["No picture."] + ["It crashed."] * 5, True),
}


@pytest.mark.parametrize(("reasons", "pauses"), FAILURES.values(), ids=FAILURES.keys())
def test_only_five_alike_in_a_row_pause_the_kind(brake: Brake, reasons: list[str], pauses: bool) -> None:
    for reason in reasons:
        brake.failed(reason)
    assert brake.may_begin("h264") is not pauses
    assert [pause.reason for pause in brake.pauses] == ([reasons[-1]] if pauses else [])


def test_a_success_between_breaks_the_row(brake: Brake) -> None:
    fail_alike(brake, times=ALIKE - 1)
    brake.succeeded("h264")
    fail_alike(brake, times=ALIKE - 1)
    assert brake.may_begin("h264")


def test_while_all_pause_one_may_begin_every_thirty_seconds(brake: Brake, clock: Clock) -> None:
    fail_alike(brake)
    begun = 0
    for _ in range(300):
        clock.wait(1.0)
        begun += sum(brake.may_begin(needs) for needs in ("", "h264", "hevc"))
    assert begun == 300 / TRY_EVERY_S


def test_to_ask_whether_it_holds_lets_nobody_begin(brake: Brake, clock: Clock) -> None:
    fail_alike(brake)
    assert brake.holds("h264")
    clock.wait(TRY_EVERY_S)
    assert not brake.holds("h264")
    assert not brake.holds("h264")
    assert brake.may_begin("h264")
    assert brake.holds("h264")


def test_one_success_ends_the_pause_of_all(brake: Brake, clock: Clock) -> None:
    fail_alike(brake)
    clock.wait(TRY_EVERY_S)
    assert brake.may_begin("h264")
    brake.succeeded("h264")
    assert not brake.pauses
    assert all(brake.may_begin(needs) for needs in ("h264", "hevc"))
    fail_alike(brake, times=ALIKE - 1)
    assert not brake.pauses


def test_a_try_that_fails_keeps_the_pause(brake: Brake, clock: Clock) -> None:
    fail_alike(brake)
    for reason in ("The decoder crashed.", "No picture."):
        clock.wait(TRY_EVERY_S)
        assert brake.may_begin("h264")
        brake.failed(reason)
        assert not brake.may_begin("h264")


def test_a_missing_decoder_pauses_only_what_needs_it(brake: Brake) -> None:
    brake.lacks("vvc", "There is no decoder for vvc.")
    assert brake.holds("vvc")
    assert brake.may_begin("h264")
    assert brake.may_begin("")
    assert [(pause.needs, pause.reason) for pause in brake.pauses] == [("vvc", "There is no decoder for vvc.")]


def test_a_missing_decoder_is_tried_twice_and_then_only_when_asked(brake: Brake, clock: Clock) -> None:
    for wait_s in TRY_AGAIN_S:
        brake.lacks("vvc", "There is no decoder for vvc.")
        clock.wait(wait_s - 1.0)
        assert brake.holds("vvc")
        clock.wait(1.0)
        assert brake.may_begin("vvc")
    brake.lacks("vvc", "There is no decoder for vvc.")
    clock.wait(1e9)
    assert brake.holds("vvc")
    assert brake.pauses[0].is_for_good
    brake.lift()
    assert brake.may_begin("vvc")


def test_many_that_lack_a_decoder_at_once_are_one_try(brake: Brake, clock: Clock) -> None:
    for _ in range(4):
        brake.lacks("vvc", "There is no decoder for vvc.")
    clock.wait(TRY_AGAIN_S[0])
    assert brake.may_begin("vvc")


def test_another_codec_that_works_does_not_bring_the_missing_decoder(brake: Brake) -> None:
    brake.lacks("vvc", "There is no decoder for vvc.")
    fail_alike(brake)
    brake.succeeded("h264")
    assert needs(brake) == {"vvc"}
    brake.succeeded("vvc")
    assert not brake.pauses


def test_a_job_that_waits_for_two_reasons_waits_for_the_later(brake: Brake, clock: Clock) -> None:
    brake.lacks("vvc", "There is no decoder for vvc.")
    clock.wait(10.0)
    brake.lacks("", "The disk is full.")
    clock.wait(TRY_EVERY_S - 10.0)
    assert brake.holds("vvc")
    clock.wait(10.0)
    assert brake.may_begin("vvc")
    assert not brake.may_begin("h264")


def test_it_says_so_once_and_that_it_goes_on(brake: Brake, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        for _ in range(10):
            fail_alike(brake)
            brake.lacks("vvc", "There is no decoder for vvc.")
            clock.wait(TRY_EVERY_S)
            brake.may_begin("vvc")
        brake.succeeded("vvc")
        brake.succeeded("vvc")
    assert sorted(record.getMessage() for record in caplog.records) == [
        "The poster jobs go on.",
        "The poster jobs pause: The decoder crashed.",
        "The poster jobs that need vvc go on.",
        "The poster jobs that need vvc pause: There is no decoder for vvc.",
    ]


def test_a_lift_ends_all_pauses_and_counts_from_the_start(brake: Brake) -> None:
    fail_alike(brake)
    brake.lacks("vvc", "There is no decoder for vvc.")
    brake.lift()
    assert brake.may_begin("vvc")
    fail_alike(brake, times=ALIKE - 1)
    assert not brake.pauses


def test_of_many_threads_one_tries(brake: Brake, clock: Clock) -> None:
    fail_alike(brake)
    with ThreadPoolExecutor(8) as threads:
        for _ in range(50):
            clock.wait(TRY_EVERY_S)
            assert sum(threads.map(brake.may_begin, ["h264", "hevc", "vp9", ""] * 4)) == 1


def test_threads_that_ask_while_pauses_come_and_go_are_answered(brake: Brake) -> None:
    def come_and_go(_: int) -> None:
        for _ in range(2000):
            brake.lacks("h264", "No decoder.")
            brake.lift()

    def ask(_: int) -> None:
        for _ in range(5000):
            brake.holds("h264")
            assert len(brake.pauses) <= 1

    logging.disable(logging.WARNING)
    try:
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda deed: deed(0), [come_and_go, ask, ask, ask]))
    finally:
        logging.disable(logging.NOTSET)
