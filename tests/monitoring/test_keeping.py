from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import pytest

from local_video_server.database.metrics import Metrics
from local_video_server.library.errors import NotStored
from local_video_server.library.figures import WINDOWS_S, Kind, Tally
from local_video_server.monitoring import ledger as ledgers
from local_video_server.monitoring.keeping import Keeping
from local_video_server.monitoring.ledger import Ledger

NOON = 1_800_000_000 // 3600 * 3600.0


class Run:
    """A run of the server, as far as its numbers go, on a clock of its own."""

    def __init__(self, path: Path, now: float = NOON) -> None:
        self.now = now
        self.ledger = Ledger(lambda: self.now, lambda: self.now)
        self.metrics = Metrics(path, 2, 90)
        self.keeping = Keeping(self.ledger, self.metrics, lambda: self.now)
        self.keeping.load()

    def minute(self, requests: int = 1) -> None:
        for _ in range(requests):
            self.ledger.request(Kind.PAGE, "GET", "/", 200, 0.010, "")
        self.now += 60
        self.keeping.keep()

    def count(self, seconds: int = 3600) -> int:
        return self.ledger.window(seconds).answers.count


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "metrics.db"


def test_the_numbers_are_there_after_a_restart(path: Path) -> None:
    before = Run(path)
    for _ in range(200):
        before.minute()
    before.keeping.stop()
    before.metrics.close()
    after = Run(path, before.now)
    for seconds in WINDOWS_S:
        assert after.ledger.window(seconds).answers == before.ledger.window(seconds).answers
    after.metrics.close()


def test_a_kill_takes_the_minute_that_runs_and_no_other(path: Path) -> None:
    killed = Run(path)
    killed.minute(5)
    killed.ledger.request(Kind.PAGE, "GET", "/", 200, 0.010, "")
    after = Run(path, killed.now)
    assert after.count() == 5
    for run in (killed, after):
        run.metrics.close()


def test_an_hour_in_which_the_server_was_stopped_is_rolled_up_later(path: Path) -> None:
    before = Run(path)
    before.minute(5)
    before.metrics.close()
    after = Run(path, NOON + 5 * 3600)
    after.minute(2)
    assert after.count(86_400) == 7
    after.metrics.close()
    assert Run(path, NOON + 3 * 86_400).count(604_800) == 7


class Full:
    """A disk that takes nothing, until it has room."""

    def __init__(self) -> None:
        self.has_room = False
        self.kept: list[Tally] = []

    def load(self, now: float) -> tuple[list[Tally], list[Tally]]:
        raise NotStored("The disk is full.")

    def keep(self, minutes: Sequence[Tally], hours: Sequence[Tally], now: float) -> None:
        if not self.has_room:
            raise NotStored("The disk is full.")
        self.kept += [*minutes, *hours]

    def close(self) -> None: ...


def test_what_a_full_disk_does_not_take_is_kept_when_there_is_room(caplog: pytest.LogCaptureFixture) -> None:
    now = [NOON]
    ledger, full = Ledger(lambda: now[0]), Full()
    keeping = Keeping(ledger, full, lambda: now[0])
    with caplog.at_level(logging.WARNING):
        for _ in range(70):
            ledger.request(Kind.PAGE, "GET", "/", 200, 0.010, "")
            now[0] += 60
            keeping.keep()
    assert [record.getMessage() for record in caplog.records] == ["The disk is full."]
    full.has_room = True
    now[0] += 60
    keeping.keep()
    assert sum(tally.count for tally in full.kept) == 70 + 60  # the minutes, and the hour that is over
    assert [tally.began for tally in full.kept[:70]] == [int(NOON) + 60 * number for number in range(70)]


def test_a_disk_that_stays_full_takes_no_more_than_a_day_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledgers, "UNKEPT_MOST", 10)
    now = [NOON]
    ledger, full = Ledger(lambda: now[0]), Full()
    keeping = Keeping(ledger, full, lambda: now[0])
    for _ in range(50):
        ledger.request(Kind.PAGE, "GET", "/", 200, 0.010, "")
        now[0] += 3600
        keeping.keep()
    full.has_room = True
    keeping.keep()
    assert len(full.kept) == 10 + 24  # the last minutes, and a day of hours
    assert max(tally.began for tally in full.kept) == NOON + 49 * 3600


def test_a_stop_keeps_the_minute_that_runs(path: Path) -> None:
    ledger = Ledger()
    keeping = Keeping(ledger, Metrics(path, 2, 90))
    keeping.start()
    ledger.request(Kind.PAGE, "GET", "/", 200, 0.010, "")
    keeping.stop()
    again = Metrics(path, 2, 90)
    minutes, _ = again.load(ledger.started_at + 120)
    again.close()
    assert [tally.count for tally in minutes] == [1]


def test_whatever_happens_to_the_first_reading_what_is_counted_now_is_kept() -> None:
    class Odd(Full):
        def load(self, now: float) -> tuple[list[Tally], list[Tally]]:
            raise RecursionError("nobody expected this")

    ledger, odd = Ledger(), Odd()
    odd.has_room = True
    keeping = Keeping(ledger, odd)
    keeping.start()
    ledger.request(Kind.PAGE, "GET", "/", 200, 0.010, "")
    keeping.stop()
    assert [tally.count for tally in odd.kept] == [1]
