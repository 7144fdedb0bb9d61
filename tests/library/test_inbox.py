"""What a watcher tells, from one thread to another."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from local_video_server.library.files import Seen, Sighting
from local_video_server.library.inbox import GATHER_S, Inbox

APPEARED, COMPLETED = Sighting(Seen.APPEARED, "Dune.mp4"), Sighting(Seen.COMPLETED, "Dune.mp4")


def test_what_belongs_together_is_gathered_together() -> None:
    inbox = Inbox()
    inbox.put(APPEARED)
    inbox.put(COMPLETED)
    assert not inbox.is_empty()
    assert inbox.gather(60.0) == [APPEARED, COMPLETED]
    assert (inbox.is_empty(), inbox.gather(0.0)) == (True, [])


def test_whoever_waits_is_woken_with_nothing() -> None:
    inbox = Inbox()
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(inbox.gather, 60.0)
        inbox.wake()
        assert waiting.result(10) == []


def test_a_watcher_that_never_stops_talking_does_not_hold_the_index() -> None:
    inbox = Inbox()
    for _ in range(100):
        inbox.put(APPEARED)
    began = time.monotonic()
    assert len(inbox.gather(0.0)) == 100
    assert time.monotonic() - began < 10 * GATHER_S
