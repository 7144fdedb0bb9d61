"""Whose fingerprint is taken when, and who hears of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from local_video_server.library import fingerprinting
from local_video_server.library.errors import Unavailable
from local_video_server.library.fingerprinting import AT_MOST_S, Fingerprinting
from tests.examples import LONG_AGO_S, found
from tests.library.running import DISK, Stored

DAY_NS = 86_400 * 10**9


class Taking:
    """The fingerprints of the first root, from a disk that answers at once; `taken` are names, in order."""

    def __init__(self, stored: Stored, monotonic: Callable[[], float] = lambda: 0.0) -> None:
        self.taken: list[str] = []
        self.heard: list[int] = []  # how many fingerprints were stored, each time that it was told
        self._stored = stored
        disk = replace(DISK, fingerprint=self._take)
        self.work = Fingerprinting(
            stored.roots[0], stored.catalog, disk, lambda: None, on_taken=self._hear, monotonic=monotonic
        )

    def _take(self, path: str, size_bytes: int) -> bytes:
        name = path.rpartition("/")[2]
        self.taken.append(name)
        if name.startswith("unreadable"):
            raise Unavailable("The file cannot be read.")
        return name.encode()

    def _hear(self) -> None:
        here = self._stored.catalog.snapshot.library.present.values()
        self.heard.append(sum(video.fingerprint is not None for video in here))

    def take_all(self) -> None:
        while self.work.is_wanted():
            self.work.take_some(has_more_urgent=lambda: False)


def add(stored: Stored, *days: int) -> None:
    """Videos that were added on these days."""
    files = [found(f"{day}.mp4", modified_ns=int(LONG_AGO_S) * 10**9 + day * DAY_NS) for day in days]
    stored.add(*files, is_first_scan=True)


def test_the_newest_comes_first(stored: Stored) -> None:
    add(stored, 3, 9, 1, 7)
    taking = Taking(stored)
    taking.take_all()
    assert taking.taken == ["9.mp4", "7.mp4", "3.mp4", "1.mp4"]


def test_those_that_came_together_keep_their_order(stored: Stored) -> None:
    stored.add(found("a.mp4"), found("b.mp4"), found("c.mp4"))
    taking = Taking(stored)
    taking.take_all()
    assert taking.taken == ["a.mp4", "b.mp4", "c.mp4"]


def test_one_that_comes_meanwhile_does_not_wait_for_the_old_ones(
    stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fingerprinting, "AT_ONCE", 1)
    add(stored, 1, 2, 3)
    taking = Taking(stored)
    assert taking.work.is_wanted()
    taking.work.take_some(has_more_urgent=lambda: False)
    stored.add(found("new.mp4"))
    taking.take_all()
    assert taking.taken == ["3.mp4", "new.mp4", "2.mp4", "1.mp4"]


def test_each_storing_is_told_after_it_happened(stored: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fingerprinting, "AT_ONCE", 2)
    add(stored, 1, 2, 3)
    taking = Taking(stored)
    taking.take_all()
    assert taking.heard == [2, 3]


def test_nothing_taken_is_nothing_told(stored: Stored) -> None:
    stored.add(found("unreadable.mp4"))
    taking = Taking(stored)
    taking.take_all()
    assert taking.taken == ["unreadable.mp4"]
    assert taking.heard == []


def test_a_slow_disk_stores_what_it_has(stored: Stored) -> None:
    """Posters wait for fingerprints: two hundred of them may take minutes."""
    add(stored, 1, 2, 3)
    now = [0.0]
    taking = Taking(stored, monotonic=lambda: now[0])
    assert taking.work.is_wanted()

    def time_passes() -> bool:
        now[0] += 0.6 * AT_MOST_S
        return False

    taking.work.take_some(has_more_urgent=time_passes)
    assert taking.heard == [2]


def test_what_is_urgent_goes_first(stored: Stored) -> None:
    add(stored, 1, 2)
    taking = Taking(stored)
    assert taking.work.is_wanted()
    taking.work.take_some(has_more_urgent=lambda: bool(taking.taken))
    assert taking.taken == ["2.mp4"]
    taking.take_all()
    assert taking.taken == ["2.mp4", "1.mp4"]
