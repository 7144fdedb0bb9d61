"""A scan against what is known, over a real database; a disk and its files are handed in."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

from local_video_server.library import comparing as module
from local_video_server.library.comparing import Comparing
from local_video_server.library.files import Scan
from local_video_server.library.fingerprinting import Fingerprinting
from local_video_server.library.settling import Settling
from local_video_server.library.video import Video
from tests.examples import Clock, found
from tests.library.running import DISK, Stored


class Compared:
    """A folder of which `written` are still being written."""

    def __init__(self, database: Path) -> None:
        self.stored = Stored(database, "/Films")
        self.clock = Clock()
        self.written: set[str] = set()
        self.told: list[Video] = []
        root = self.stored.roots[0]
        self.comparing = Comparing(
            root,
            self.stored.catalog,
            Settling(lambda path: Path(path).name in self.written, self.clock.wall),
            Fingerprinting(root, self.stored.catalog, DISK, lambda: None),
            self.told.extend,
        )

    def see(self, *names: str, ended: Collection[str] = (), unreadable: tuple[str, ...] = ()) -> None:
        files = tuple(found(name) for name in names)
        self.comparing.compare(Scan(files, unreadable=unreadable), False, ended)

    @property
    def shown(self) -> set[str]:
        return {video.path for video in self.stored.catalog.snapshot.library.present.values()}


@pytest.fixture
def scene(database: Path) -> Iterator[Compared]:
    scene = Compared(database)
    yield scene
    scene.stored.close()


def test_what_is_new_is_shown_and_told(scene: Compared) -> None:
    scene.see("Dune.mp4", "Tron.mp4")
    assert scene.shown == {"Dune.mp4", "Tron.mp4"}
    assert [video.path for video in scene.told] == ["Dune.mp4", "Tron.mp4"]


def test_what_was_not_seen_is_gone_but_for_what_could_not_be_read(scene: Compared) -> None:
    scene.see("Dune.mp4", "locked/Tron.mp4")
    scene.see(unreadable=("locked",))
    assert scene.shown == {"locked/Tron.mp4"}


def test_a_known_file_that_is_being_written_stays_as_it_was(scene: Compared) -> None:
    scene.see("Dune.mp4")
    before = scene.stored.at("Dune.mp4")
    scene.written.add("Dune.mp4")
    scene.see("Dune.mp4")  # of another size now
    assert scene.stored.at("Dune.mp4") == before
    scene.see("Dune.mp4", ended=("Dune.mp4",))
    assert scene.stored.at("Dune.mp4").modified_ns > before.modified_ns


def test_while_a_look_goes_on_only_what_cannot_have_moved_here_is_shown(
    scene: Compared, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SHOW_EVERY_S", 0.0)
    scene.see("Dune.mp4")
    dune = scene.stored.at("Dune.mp4")
    show = scene.comparing.newcomers(False)
    show([found("Arrakis.mp4", size_bytes=dune.size_bytes), found("Tron.mp4", size_bytes=dune.size_bytes + 1)])
    assert scene.shown == {"Dune.mp4", "Tron.mp4"}
