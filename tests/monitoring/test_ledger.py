from __future__ import annotations

import logging
import random
import struct
import threading
import time

import pytest

from local_video_server.library.figures import WINDOWS_S, Kind, Tally
from local_video_server.monitoring.ledger import SLOWEST, Ledger
from local_video_server.monitoring.spread import Spread

NOON = 1_800_000_000 // 3600 * 3600.0
HOME = Kind.PAGE, "GET /"


class Clock:
    def __init__(self, now: float = NOON) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(clock: Clock) -> Ledger:
    return Ledger(clock, clock)


def ask(ledger: Ledger, *took_s: float, status: int = 200, kind: Kind = Kind.PAGE, rule: str = "/") -> None:
    for seconds in took_s:
        ledger.request(kind, "GET", rule, status, seconds, "a-request")


def test_a_request_is_counted_by_method_and_rule(ledger: Ledger, clock: Clock) -> None:
    ask(ledger, 0.010, 0.010, 0.030)
    ask(ledger, 0.5, rule="/watch/<video>")
    home = ledger.window(300).by_series[HOME]
    assert home.count == 3
    assert home.p50_ms == pytest.approx(10, rel=0.02)
    assert home.p99_ms == pytest.approx(30, rel=0.02)
    assert home.mean_ms == pytest.approx(50 / 3, rel=0.001)


def test_only_faults_of_ours_are_errors(ledger: Ledger) -> None:
    ask(ledger, 0.01, status=404)
    ask(ledger, 0.01, status=500)
    home = ledger.window(300).by_series[HOME]
    assert (home.count, home.errors, home.error_rate) == (2, 1, 0.5)
    assert ledger.statuses() == {("GET", "/", 404): 1, ("GET", "/", 500): 1}


@pytest.mark.parametrize("kind", [Kind.STREAM, Kind.PICTURE, Kind.LIVE, Kind.OWN, Kind.REFUSED])
def test_what_is_no_answer_to_a_viewer_does_not_spoil_the_figures(ledger: Ledger, kind: Kind) -> None:
    ask(ledger, 0.010)
    ask(ledger, 30.0, kind=kind, rule="/other")
    assert ledger.window(300).answers.count == 1
    assert ledger.window(300).answers.p99_ms == pytest.approx(10, rel=0.02)
    assert [slow.rule for slow in ledger.slowest()] == ["/"]
    assert ledger.window(300).of(kind)["GET /other"].count == 1


@pytest.mark.parametrize("seconds", WINDOWS_S)
def test_a_window_holds_what_is_no_older(ledger: Ledger, clock: Clock, seconds: int) -> None:
    ask(ledger, 0.010)
    clock.now += seconds * 2
    ask(ledger, 0.020)
    ledger.roll_up()
    assert ledger.window(seconds).answers.count == 1
    assert ledger.window(seconds).answers.min_ms == pytest.approx(20, rel=0.02)


def test_a_day_is_made_of_hours_and_of_the_minutes_since(ledger: Ledger, clock: Clock) -> None:
    for _ in range(150):  # minutes: two hours and a half
        ask(ledger, 0.010)
        clock.now += 60
        ledger.roll_up()
    assert ledger.window(86_400).answers.count == 150
    assert ledger.window(604_800).answers.count == 150
    assert 59 <= ledger.window(3600).answers.count <= 60


def test_a_minute_is_rolled_up_once(ledger: Ledger, clock: Clock) -> None:
    ask(ledger, 0.010)
    assert ledger.roll_up() == []  # its hour is not over
    clock.now += 3600
    (hour,) = ledger.roll_up()
    assert (hour.began, hour.count, hour.name) == (NOON, 1, "GET /")
    assert ledger.roll_up() == []


def test_there_is_no_other_window(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="17"):
        ledger.window(17)


def test_a_window_is_made_once_for_all_who_ask_at_the_same_time(ledger: Ledger, clock: Clock) -> None:
    before = ledger.window(300)
    ask(ledger, 0.010)
    assert ledger.window(300) is before
    clock.now += 2.1
    assert ledger.window(300).answers.count == 1


def test_series_together_are_one(ledger: Ledger) -> None:
    ask(ledger, 0.010, rule="/rate", kind=Kind.API)
    ask(ledger, 0.100, rule="/api/ratings/<media_hash>", kind=Kind.API)
    ask(ledger, 9.0)
    both = ledger.together(300, {(Kind.API, "GET /rate"), (Kind.API, "GET /api/ratings/<media_hash>")})
    assert (both.count, both.max_ms) == (2, pytest.approx(100, rel=0.02))


def test_the_line_of_the_last_hour_has_sixty_full_minutes(ledger: Ledger, clock: Clock) -> None:
    ask(ledger, 0.010)
    clock.now += 120
    ask(ledger, 0.030, 0.030)
    ledger.count(Kind.GAUGE, "cpu_percent", 10.0)
    ledger.count(Kind.GAUGE, "cpu_percent", 30.0)
    clock.now += 60
    line = ledger.p95_line({HOME})
    assert len(line) == 60
    assert line[-3:] == [pytest.approx(10, rel=0.02), None, pytest.approx(30, rel=0.02)]
    assert ledger.mean_line((Kind.GAUGE, "cpu_percent"))[-2:] == [None, 20.0]


def test_the_slowest_are_kept_and_no_more(ledger: Ledger) -> None:
    ask(ledger, *(number / 1000 for number in range(1, 101)))
    slowest = ledger.slowest()
    assert len(slowest) == SLOWEST
    assert [slowest[0].took_s, slowest[-1].took_s] == [0.1, 0.081]


def test_a_clock_that_jumps_back_loses_nothing_and_counts_nothing_of_the_future(ledger: Ledger, clock: Clock) -> None:
    clock.now += 7200
    ask(ledger, 0.010)
    clock.now -= 7200
    ask(ledger, 0.020)
    clock.now += 60
    ask(ledger, 0.020)
    assert ledger.window(3600).answers.count == 2
    assert len(ledger.take_unkept()) == 2  # the minute of the future is kept too, and counts when it has come
    clock.now += 7140
    assert ledger.window(86_400).answers.count == 3


def test_a_minute_that_comes_twice_counts_together(ledger: Ledger, clock: Clock) -> None:
    ask(ledger, 0.010)
    clock.now += 60
    ask(ledger, 0.010)
    clock.now -= 60
    ask(ledger, 0.010)
    clock.now += 120
    assert ledger.window(300).answers.count == 3


def test_a_minute_in_which_the_server_was_restarted_is_one_point_of_the_line(ledger: Ledger, clock: Clock) -> None:
    gauge = Kind.GAUGE, "cpu_percent"
    ask(ledger, 0.100)
    ledger.count(*gauge, 10.0)
    ledger.end_minute()
    later = Ledger(clock, clock)
    later.load([tally for minute in ledger.take_unkept() for tally in minute.pack()], [])
    ask(later, *[0.010] * 3)
    later.count(*gauge, 30.0)
    clock.now += 60
    assert later.p95_line({HOME})[-1] == pytest.approx(100, rel=0.02)
    assert later.mean_line(gauge)[-1] == 20.0


def test_what_makes_no_sense_is_left_out_and_said_once(
    ledger: Ledger, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    began = int(clock.now) - 60
    good = Tally(began, "page", "GET /", 1, 0, 0.01, b"")
    bad = [
        Tally(began, "page", "GET /x", 1, 0, 0.01, b"cut"),
        Tally(began, "no such kind", "GET /y", 1, 0, 0.01, b""),
        Tally(began, "page", "GET /z", -1, 0, 0.01, b""),
        Tally(began, "page", "GET /t", "many", 0, 0.01, b""),  # type: ignore[arg-type]
        Tally(began, "page", b"GET /b", 1, 0, 0.01, b""),  # type: ignore[arg-type]
        Tally(began, "page", "GET /i", 1, 0, float("inf"), b""),
        Tally(began, "page", "GET /e", 1, 2, 0.01, b""),
        Tally(began, "page", "GET /s", 2, 0, 0.01, struct.pack("<II", 1000, 1)),
        Tally(began, "page", "GET /w", 2**33 - 2, 0, 0.01, struct.pack("<IIII", 1000, 2**32 - 1, 1000, 2**32 - 1)),
    ]
    with caplog.at_level(logging.WARNING):
        ledger.load([good, *bad], bad)
    assert list(ledger.window(300).by_series) == [HOME]
    assert [record.getMessage() for record in caplog.records] == [
        "18 rows of metrics.db make no sense; the others are shown."
    ]


def test_rows_of_the_future_are_not_shown(ledger: Ledger, clock: Clock) -> None:
    ledger.load([Tally(int(clock.now) + 7200, "page", "GET /", 9, 0, 1.0, b"")], [])
    ask(ledger, 0.010)
    assert ledger.window(86_400).answers.count == 1


def test_a_week_of_many_addresses_is_added_up_once_and_quickly(clock: Clock) -> None:
    """A page waits for a window, and all other pages with it: only one thread computes at a time."""
    chance, spread = random.Random(1), Spread()
    for _ in range(200):
        spread.note(chance.lognormvariate(-5, 1))
    ledger, packed = Ledger(clock, clock), spread.packed()
    hours = [int(clock.now) - 3600 * back for back in range(1, 168)]
    ledger.load([], [Tally(began, "page", f"GET /{n}", 200, 0, 2.0, packed) for began in hours for n in range(40)])
    ledger.prepare()
    began = time.thread_time()
    window = ledger.window(604_800)
    assert time.thread_time() - began < 0.2, "0.03 s; without what was prepared 0.5 s, hour by hour 3 s"
    assert window.answers.count == 200 * 40 * 167
    assert window.by_series[Kind.PAGE, "GET /7"].p95_ms == spread.quantiles_ms(95)[0]


def test_the_hours_that_were_added_up_are_so_anew_when_there_is_another(ledger: Ledger, clock: Clock) -> None:
    for hour in range(1, 4):
        ask(ledger, 0.010)
        ledger.prepare()
        clock.now += 3600
        ledger.roll_up()
        assert ledger.window(86_400).answers.count == hour
        assert ledger.window(604_800).answers.count == hour


def test_counting_by_many_threads_loses_nothing(ledger: Ledger) -> None:
    threads = [threading.Thread(target=lambda: [ask(ledger, 0.01) for _ in range(500)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ledger.window(300).answers.count == 2000
    assert ledger.ever()[HOME].buckets[-1] == (10.0, 2000)
