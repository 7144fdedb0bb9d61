"""Which video files this process sends, read from its own open files."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

from local_video_server.disk.fingerprint import fingerprint
from local_video_server.library.viewers import LOOK_EVERY_S, MOVED_S, Viewers
from local_video_server.streams import open_streams
from tests.server import wait_for

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells how far an open file is")


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "Dune – part one.MKV"
    path.write_bytes(b"x" * 100_000)
    return path


def of(path: Path) -> list[int]:
    return [position for name, position in open_streams().items() if name.endswith(f" {path}")]


def test_an_open_video_is_seen_as_far_as_it_was_read(film: Path) -> None:
    assert of(film) == []
    with film.open("rb", buffering=0) as file:
        assert of(film) == [0]
        file.read(70_000)
        assert of(film) == [70_000]
    assert of(film) == []


def test_two_answers_of_the_same_film_are_two(film: Path) -> None:
    with film.open("rb", buffering=0) as one, film.open("rb", buffering=0) as other:
        one.read(10)
        other.read(20)
        assert sorted(of(film)) == [10, 20]


def test_files_that_are_no_videos_are_not_seen(tmp_path: Path) -> None:
    for name in ("library.db", "poster.jpg", "mp4", ".hidden.mp4"):
        path = tmp_path / name
        with path.open("wb"):
            assert of(path) == []


def test_sockets_and_pipes_are_passed_over(film: Path) -> None:
    reading, writing = os.pipe()
    try:
        with film.open("rb"):
            assert of(film) == [0]
    finally:
        os.close(reading)
        os.close(writing)


class Scene:
    def __init__(self) -> None:
        self.now_s = 1000.0
        self.viewers = Viewers(open_streams, lambda: self.now_s)

    def after(self, seconds: float) -> bool:
        self.now_s += seconds
        return self.viewers.anybody()


def test_a_film_that_is_read_on_is_somebody_who_watches_and_one_that_stands_still_is_nobody(film: Path) -> None:
    scene = Scene()
    with film.open("rb", buffering=0) as file:
        assert not scene.after(LOOK_EVERY_S)
        file.read(1)
        assert scene.after(LOOK_EVERY_S)
        assert not scene.after(MOVED_S)
        file.read(1)
        assert scene.after(MOVED_S)


def test_taking_fingerprints_is_not_watching(film: Path) -> None:
    """Else no film would be looked into before the fingerprints of all films are taken."""
    seen: list[list[int]] = []
    done = threading.Event()

    def take() -> None:
        while not done.is_set():
            fingerprint(str(film), film.stat().st_size)

    thread = threading.Thread(target=take)
    thread.start()
    try:
        wait_for(lambda: seen.append(of(film)) or sum(map(bool, seen)) >= 20, 2.0)
    finally:
        done.set()
        thread.join()
    assert {position for positions in seen for position in positions} == {0}
