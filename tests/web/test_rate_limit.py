"""How often one client may."""

from __future__ import annotations

from local_video_server.web.rate_limit import CLIENTS, MOST, WITHIN_S, RateLimit
from tests.examples import Clock


def test_a_client_may_five_times_in_ten_seconds_and_is_told_how_long_to_wait() -> None:
    clock = Clock()
    limit = RateLimit(clock=clock.running)
    for _ in range(MOST):
        assert limit.wait_s("a") == 0
        clock.wait(1.0)
    assert limit.wait_s("a") == WITHIN_S - MOST
    assert limit.wait_s("b") == 0
    clock.wait(WITHIN_S - MOST)
    assert limit.wait_s("a") == 0
    assert limit.wait_s("a") == 1.0


def test_a_client_that_goes_on_asking_waits_no_longer() -> None:
    clock = Clock()
    limit = RateLimit(clock=clock.running)
    waits = [limit.wait_s("a") for _ in range(3 * MOST)]
    assert waits == [0.0] * MOST + [WITHIN_S] * 2 * MOST
    clock.wait(WITHIN_S)
    assert limit.wait_s("a") == 0


def test_who_was_not_heard_of_for_longest_is_forgotten() -> None:
    limit = RateLimit(clock=Clock().running)
    for number in range(3 * CLIENTS):
        limit.wait_s(str(number))
        limit.wait_s("often")
    assert len(limit._done) == CLIENTS
    assert limit.wait_s("often") > 0
