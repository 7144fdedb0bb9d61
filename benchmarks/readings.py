"""What a process has used so far, as the system counts it: processor time, memory, bytes read.

Bytes read are `rchar` of /proc/<pid>/io: whatever read, pread and sendfile moved. A request does not appear there,
since sockets are read by recv, which Linux does not count; so what a page adds comes from files.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class Memory:
    """MB resident, and MB of that when shared pages are divided among those who share them."""

    processes: int
    rss_mb: float
    pss_mb: float


def processor_s(pids: Iterable[int]) -> float:
    """Seconds of processor time of these processes, without their children."""
    times = [psutil.Process(pid).cpu_times() for pid in pids]
    return sum(spent.user + spent.system for spent in times)


def read_bytes(pid: int) -> int:
    counted: int = psutil.Process(pid).io_counters().read_chars
    return counted


def read_bytes_per_s(pid: int, seconds: float) -> float:
    """What the process reads while nobody asks: the watch of the folders looks at itself."""
    before = read_bytes(pid)
    time.sleep(seconds)
    return (read_bytes(pid) - before) / seconds


def memory(pids: Iterable[int]) -> Memory:
    """Of these processes together; those that ended meanwhile hold nothing."""
    found = []
    for pid in pids:
        try:
            found.append(psutil.Process(pid).memory_full_info())
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return Memory(len(found), sum(one.rss for one in found) / 1e6, sum(one.pss for one in found) / 1e6)


def workers_of(pid: int) -> list[int]:
    """The media workers that a server has now."""
    found = []
    for child in psutil.Process(pid).children():
        try:
            if "local_video_server.media.worker" in child.cmdline():
                found.append(child.pid)
        except psutil.Error:
            continue
    return found
