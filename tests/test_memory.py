"""What was freed goes back to the system. In a process of its own, whose memory nobody else uses."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.server import CHECKOUT

PROGRAM = """
import psutil
from local_video_server.memory import Memory

def rss_mb():
    return psutil.Process().memory_info().rss / 1e6

memory = Memory()
pieces = [bytes(2000) for _ in range(50_000)]
pins = pieces[::1000]  # between the others, so that the heap does not shrink by itself
del pieces
before = rss_mb()
memory.give_back()
after = rss_mb()
pieces = [bytes(2000) for _ in range(50_000)]
pins += pieces[::1000]
del pieces
again = rss_mb()
memory.give_back()  # so soon it is not worth its time
print(before - after, again - rss_mb())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc gives memory back when it is told to")
def test_what_was_freed_goes_back_to_the_system_now_and_then() -> None:
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=CHECKOUT)
    first, second = map(float, done.stdout.split())
    assert first > 50
    assert second < 50
