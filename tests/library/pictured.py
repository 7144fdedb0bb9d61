"""Posters over a real database and a real thumbnails folder; what a worker would do is handed in."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local_video_server.disk.derived import DerivedFiles
from local_video_server.library.facts import VideoTrack
from local_video_server.library.failure import Failure
from local_video_server.library.poster import SMALLER, SMALLER_TOO, Made, Order, Poster, file_name
from local_video_server.library.postering import Postering
from local_video_server.library.shelf import Shelf
from local_video_server.library.video import Root, Video
from tests import examples
from tests.examples import Clock, found
from tests.library.running import Stored

FILE_BYTES = 1000
FILES = 5  # of one poster
POSTER_BYTES = FILES * FILE_BYTES


class Pictured:
    """`worker` is what happens before the files of a poster are written: it may raise; what it answers is a note."""

    def __init__(
        self, database: Path, folder: Path, budget_posters: float = 1000, clock: Clock | None = None
    ) -> None:
        self.database, self.path = database, folder
        self.stored = Stored(database, "/Films", "/Shows")
        self.catalog = self.stored.catalog
        self.clock = clock or Clock()
        self.clock.wait(3600.0)
        self.folder = DerivedFiles(str(folder), int(budget_posters * POSTER_BYTES))
        self.shelf = Shelf(self.catalog, self.folder, self.clock.running)
        self.silent: set[int] = set()
        self.orders: list[Order] = []
        self.urged: list[list[int]] = []
        self.woken: list[bool] = []
        self.logged: list[tuple[str, Failure]] = []
        self.worker: Callable[[Order], str | None] = lambda order: None
        self.postering = Postering(
            self.catalog,
            self.make,
            self.shelf,
            self.stored.store,
            self.answers,
            self.stored.events,
            urge=self.urge,
            wake=lambda: self.woken.append(True),
            log_failure=lambda video, failure: self.logged.append((video.filename, failure)),
            wall=self.clock.wall,
            running=self.clock.running,
        )

    def restarted(self) -> Pictured:
        self.close()
        return Pictured(self.database, self.path, clock=self.clock)

    def close(self) -> None:
        self.stored.close()

    def answers(self, root: Root) -> bool:
        return root.id not in self.silent

    def urge(self, videos: Iterable[Video]) -> None:
        self.urged.append([video.id for video in videos])

    def make(self, order: Order) -> Made:
        self.orders.append(order)
        note = self.worker(order)
        stamp = order.plain_stamp if note else order.stamp
        poster = Poster(stamp, 1280, 720, "0280150")
        for side in poster.sides:
            for kind in ("jpg", SMALLER) if side in SMALLER_TOO else ("jpg",):
                path = self.path / file_name(stamp, side, kind)
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(b"x" * FILE_BYTES)
        return Made(poster, POSTER_BYTES, note)

    def film(
        self, path: str = "Dune.mp4", codec: str = "h264", root: Root | None = None, content: bytes = b"", **file: Any
    ) -> Video:
        """A film that was looked into and has a fingerprint; films of other names have other contents."""
        (video,) = self.stored.add(found(path, **file), root=root)
        self.read(video, codec, content)
        return self.stored.now(video)

    def read(self, video: Video, codec: str = "h264", content: bytes = b"") -> Video:
        """Looks into a film and takes its fingerprint."""
        facts = examples.facts(video=(VideoTrack(0, codec, 1920, 1080),))
        self.catalog.record_probes([(video, facts)])
        self.catalog.record_fingerprints([(video, (content or video.path.encode()).ljust(32, b"."))])
        return self.stored.now(video)

    def run(self, *videos: Video) -> None:
        """What the queue does: the jobs, then the rest."""
        for video in videos:
            self.postering.make(video.id)
        self.postering.rest()

    def poster(self, video: Video) -> Poster | None:
        return self.catalog.snapshot.posters.of.get(video.id)

    def waiting(self, most: int = 500, *taken: Video) -> list[int]:
        return self.postering.waiting(most, [video.id for video in taken])

    def files(self) -> int:
        return sum(path.is_file() for path in self.path.rglob("*"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "disk" / "thumbnails").mkdir(parents=True)
    return tmp_path / "disk" / "thumbnails"


@pytest.fixture
def scene(database: Path, folder: Path) -> Iterator[Pictured]:
    scene = Pictured(database, folder)
    yield scene
    scene.close()


def failing(error: Exception) -> Callable[[Order], str | None]:
    def worker(order: Order) -> str | None:
        raise error

    return worker


def said(records: Iterable[logging.LogRecord]) -> list[str]:
    return [record.getMessage() for record in records]
