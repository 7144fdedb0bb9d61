from __future__ import annotations

import logging
import threading
import time

import pytest

from local_video_server.library.checkup import Checkup
from local_video_server.library.figures import State
from local_video_server.library.readings import Finding

SOON_S = 10.0
GOOD = Finding("clock", State.GOOD, "It is noon.")
POOR = Finding("clock", State.POOR, "It is 1970.")


class Doctor:
    def __init__(self) -> None:
        self.looks = 0
        self.has_ended = False

    def look(self) -> list[Finding]:
        self.looks += 1
        if self.looks == 2:
            raise ZeroDivisionError
        return [GOOD if self.looks == 1 else POOR]

    def end(self) -> None:
        self.has_ended = True


def checkup_of(doctor: Doctor, first_after_s: float = 3600.0) -> Checkup:
    return Checkup(doctor.look, lambda: [("Python", "3")], doctor.end, first_after_s)


def test_nothing_is_found_before_the_first_look_and_building_begins_none() -> None:
    doctor = Doctor()
    checkup = checkup_of(doctor, 0.0)
    assert (checkup.findings(), checkup.versions(), doctor.looks) == ((), (), 0)
    checkup.stop()
    assert doctor.has_ended


def test_it_looks_by_itself_a_while_after_the_start() -> None:
    looked = threading.Event()
    checkup = Checkup(lambda: looked.set() or [GOOD], list, lambda: None, 0.0)  # type: ignore[func-returns-value]
    checkup.start()
    try:
        assert looked.wait(SOON_S)
    finally:
        checkup.stop()


def test_it_looks_when_asked_and_a_look_that_fails_leaves_what_was_known(
    caplog: pytest.LogCaptureFixture,
) -> None:
    doctor = Doctor()
    checkup = checkup_of(doctor)
    checkup.start()
    try:
        assert checkup.look_again(SOON_S)
        assert (checkup.findings(), checkup.versions()) == ([GOOD], [("Python", "3")])
        with caplog.at_level(logging.CRITICAL):
            assert checkup.look_again(SOON_S)
        assert checkup.findings() == [GOOD]
        assert checkup.look_again(SOON_S)
        assert (checkup.findings(), doctor.looks) == ([POOR], 3)
    finally:
        checkup.stop()


def test_it_tells_when_it_looked_last() -> None:
    checkup = checkup_of(Doctor())
    checkup.start()
    try:
        assert checkup.looked_at() is None
        before = time.time()
        assert checkup.look_again(SOON_S)
        assert before <= (checkup.looked_at() or 0) <= time.time()
    finally:
        checkup.stop()


def test_after_news_it_looks_by_itself_but_not_again_at_once() -> None:
    looked = threading.Semaphore(0)

    def look() -> list[Finding]:
        looked.release()
        return [GOOD]

    for rest_s, is_due in ((0.0, True), (3600.0, False)):
        checkup = Checkup(look, list, lambda: None, 3600.0, rest_s)
        checkup.start()
        try:
            assert checkup.look_again(SOON_S)
            assert looked.acquire(timeout=SOON_S)
            checkup.look_soon()
            assert looked.acquire(timeout=SOON_S if is_due else 0.05) is is_due
        finally:
            checkup.stop()


def test_nobody_waits_longer_than_he_wants_to() -> None:
    answers = threading.Event()
    checkup = Checkup(lambda: answers.wait(SOON_S) and [GOOD], list, answers.set)  # type: ignore[arg-type, return-value]
    checkup.start()
    assert not checkup.look_again(0.01)
    checkup.stop()


def test_where_the_server_stops_nobody_waits() -> None:
    checkup = checkup_of(Doctor())
    checkup.start()
    checkup.stop()
    assert checkup.look_again(SOON_S)
    assert checkup.findings() == ()
