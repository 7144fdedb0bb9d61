"""What the bridge adds to a request. How requests pass through it, test_serving.py tries on real sockets."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from local_video_server.bridge import Arrivals, stamped, told_apart


@pytest.mark.parametrize("given", ["abc", "A.b_c-9", "x" * 64])
def test_the_name_that_a_proxy_gave_a_request_is_kept(given: str) -> None:
    assert told_apart(given) == given


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "a\n", "é", "<b>", "a;b"])
def test_a_request_without_a_sane_name_gets_one_of_its_own(given: str) -> None:
    names = {told_apart(given) for _ in range(100)}
    assert len(names) == 100
    assert given not in names


def test_an_answer_says_which_it_is_and_how_long_it_took() -> None:
    before = [("content-type", "text/html")]
    assert stamped(before, "abc", 0.0123) == [*before, ("x-request-id", "abc"), ("server-timing", "total;dur=12.30")]
    assert before == [("content-type", "text/html")], "the application's own list stays as it is"


def test_a_request_that_waits_for_a_busy_loop_came_when_it_came() -> None:
    seen: list[float] = []

    async def busy() -> float:
        loop = asyncio.get_running_loop()
        arrivals = Arrivals()
        arrivals.note_those_of(loop)
        thread = threading.Thread(target=lambda: loop.call_soon_threadsafe(lambda: seen.append(arrivals.last_at)))
        thread.start()
        thread.join()
        handed_over_by = time.perf_counter()  # and the loop has had no time for it yet
        while not seen:
            await asyncio.sleep(0)
        return handed_over_by

    assert asyncio.run(busy()) > seen[0]
