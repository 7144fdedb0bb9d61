"""Good, warning, poor: at every limit, just below it and beside it."""

from __future__ import annotations

import pytest

from local_video_server.library.figures import Latency, State
from local_video_server.library.readings import Finding
from local_video_server.library.targets import (
    CPU,
    DISK,
    ENOUGH,
    MEMORY,
    Limits,
    of_answers,
    of_hits,
    of_latency,
    of_machine,
    whole,
    worst,
)

GOOD, FAIR, POOR = State.GOOD, State.FAIR, State.POOR


@pytest.mark.parametrize(
    ("p95_ms", "errors", "state"),
    [
        (0.1, 0, GOOD),
        (250, 0, GOOD),
        (250.1, 0, FAIR),
        (500, 0, FAIR),
        (500.1, 0, POOR),
        (1, 19, GOOD),
        (1, 20, FAIR),
        (1, 49, FAIR),
        (1, 50, POOR),
        (600, 20, POOR),
        (300, 50, POOR),
        (None, 0, GOOD),
        (None, 50, POOR),
    ],
)
def test_an_address_is_judged_by_its_latency_and_its_errors(p95_ms: float | None, errors: int, state: State) -> None:
    assert of_latency(Latency(1000, errors, p95_ms=p95_ms)) is state


def test_what_nobody_asked_is_not_judged() -> None:
    assert of_latency(Latency()) is None
    assert of_hits(0, 0) is None
    assert of_hits(ENOUGH - 1, ENOUGH - 1) is None


@pytest.mark.parametrize(
    ("limits", "value", "state"),
    [
        (CPU, 59.9, GOOD),
        (CPU, 60, FAIR),
        (CPU, 80, POOR),
        (MEMORY, 69.9, GOOD),
        (MEMORY, 70, FAIR),
        (MEMORY, 85, POOR),
        (DISK, 79.9, GOOD),
        (DISK, 80, FAIR),
        (DISK, 90, POOR),
        (DISK, None, None),
    ],
)
def test_the_machine_is_judged_by_percent(limits: Limits, value: float | None, state: State | None) -> None:
    assert limits.judge(value) is state


@pytest.mark.parametrize(
    ("misses", "state"), [(0, GOOD), (10, GOOD), (11, FAIR), (60, FAIR), (61, POOR), (100, POOR)]
)
def test_a_cache_is_judged_by_what_it_had(misses: int, state: State) -> None:
    assert of_hits(100, misses) is state


def test_the_worst_is_what_counts() -> None:
    assert worst([GOOD, None, POOR, FAIR]) is POOR
    assert worst([None]) is None


@pytest.mark.parametrize(
    ("states", "state", "sentence"),
    [
        ("good good", GOOD, "Everything works as it should."),
        ("good warning", FAIR, "It works, and something wants a look: b."),
        ("warning warning warning", FAIR, "It works, and something wants a look: a, b and c."),
        ("poor warning poor", POOR, "Something does not work as it should: a and c. Worth a look too: b."),
    ],
)
def test_the_whole_is_told_in_a_sentence(states: str, state: State, sentence: str) -> None:
    found = whole([Finding(name, State(one), "") for name, one in zip("abc", states.split(), strict=False)])
    assert found
    assert (found.state, found.sentence) == (state, sentence)


def test_one_that_wants_a_look_says_itself_what_is_so() -> None:
    found = whole([Finding("disk", GOOD, "There is room."), *of_machine(99, 50, [])])
    assert found == Finding(
        "server", FAIR, "It works, and something wants a look: processor. The processor of this machine is busy."
    )


def test_others_on_this_machine_are_no_more_than_a_warning_and_a_full_disk_is_poor() -> None:
    states = {one.name: one.state for one in of_machine(99, 99, [10, 95, None])}
    assert states == {"processor": FAIR, "memory": FAIR, "disk space": POOR}
    assert of_machine(None, None, []) == []


def test_slow_answers_and_failed_ones_are_two_things_and_of_few_nothing_is_said() -> None:
    assert of_answers(Latency(ENOUGH - 1, 10, p95_ms=900)) == []
    speed, errors = of_answers(Latency(40, 4, p95_ms=12))
    assert (speed.state, errors.state) == (GOOD, POOR)
    assert errors.sentence == "4 of 40 answers failed: the log says why."
    assert of_answers(Latency(40, 0, p95_ms=900))[0].state is POOR


def test_of_nothing_nothing_is_said() -> None:
    assert whole([]) is None
