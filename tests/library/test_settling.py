"""When a copy has ended."""

from __future__ import annotations

import math

import pytest

from local_video_server.library.files import FoundFile
from local_video_server.library.settling import QUIET_S, Settling
from tests import examples
from tests.examples import Clock


class Disk:
    """Who has files open for writing: True, False, or None where the system does not tell."""

    def __init__(self, writing: bool | None) -> None:
        self.writing = writing
        self.asked: list[str] = []

    def is_being_written(self, path: str) -> bool | None:
        self.asked.append(path)
        return self.writing


class Scene:
    def __init__(self, writing: bool | None) -> None:
        self.clock, self.disk = Clock(), Disk(writing)
        self.settling = Settling(self.disk.is_being_written, self.clock.wall, self.clock.running)

    def file(self, path: str = "film.mp4", age_s: float = 0.0, size_bytes: int = 1) -> FoundFile:
        return examples.found(path, modified_ns=int((self.clock.now_s - age_s) * 1e9), size_bytes=size_bytes)

    def is_whole(self, file: FoundFile, *ended: str) -> bool:
        return self.settling.settled("/films", [file], ended) == [file]


# age of the last change, who writes, which copies ended -> whole?
AT_FIRST_SIGHT: dict[str, tuple[float, bool | None, tuple[str, ...], bool]] = {
    "old": (QUIET_S, None, (), True),
    "new, nobody writes": (0.0, False, (), True),
    "new, somebody writes": (0.0, True, (), False),
    "new, nobody can say": (0.0, None, (), False),
    "new, its copy ended": (0.0, None, ("a/film.mp4",), True),
    "new, its folder came whole": (0.0, None, ("a",), True),
    "new, another copy ended": (0.0, None, ("a/film", "b", "film.mp4"), False),
    "of the future, nobody writes": (-9999.0, False, (), True),
    "of the future, somebody writes": (-9999.0, True, (), False),
}


@pytest.mark.parametrize(
    ("age_s", "writing", "ended", "is_whole"), AT_FIRST_SIGHT.values(), ids=AT_FIRST_SIGHT.keys()
)
def test_at_first_sight(age_s: float, writing: bool | None, ended: tuple[str, ...], is_whole: bool) -> None:
    scene = Scene(writing)
    assert scene.is_whole(scene.file("a/film.mp4", age_s), *ended) == is_whole


def test_the_disk_is_asked_about_the_whole_path() -> None:
    scene = Scene(False)
    scene.is_whole(scene.file("a/film.mp4"))
    assert scene.disk.asked == ["/films/a/film.mp4"]


def test_old_files_are_not_opened() -> None:
    """A first scan would have to open a hundred thousand."""
    scene = Scene(False)
    scene.is_whole(scene.file(age_s=QUIET_S))
    assert scene.disk.asked == []


def test_where_nobody_can_say_stillness_decides() -> None:
    scene = Scene(None)
    file = scene.file(age_s=-9999)
    assert not scene.is_whole(file)
    scene.clock.wait(QUIET_S - 0.1)
    assert not scene.is_whole(file)
    scene.clock.wait(0.1)
    assert scene.is_whole(file)


def test_each_change_begins_the_stillness_anew() -> None:
    scene = Scene(None)
    assert not scene.is_whole(scene.file(age_s=-9999))
    scene.clock.wait(QUIET_S)
    assert not scene.is_whole(scene.file(age_s=-9999, size_bytes=2))


def test_a_copy_that_pauses_has_not_ended() -> None:
    """Its file is still open, though nothing was written to it for long."""
    scene = Scene(True)
    file = scene.file()
    assert not scene.is_whole(file)
    scene.clock.wait(10 * QUIET_S)
    assert not scene.is_whole(file)
    scene.disk.writing = False
    assert scene.is_whole(file)


def test_a_file_that_is_waited_for_is_due_again() -> None:
    scene = Scene(True)
    assert scene.settling.next_look_s() == math.inf
    scene.is_whole(scene.file())
    assert scene.settling.due() == []
    assert scene.settling.next_look_s() == QUIET_S
    scene.clock.wait(QUIET_S)
    assert scene.settling.next_look_s() == 0
    assert scene.settling.due() == ["film.mp4"]
    assert scene.settling.due() == []


def test_a_file_that_is_whole_is_waited_for_no_more() -> None:
    scene = Scene(True)
    file = scene.file()
    scene.is_whole(file)
    scene.is_whole(file, file.path)
    assert scene.settling.next_look_s() == math.inf


def test_a_file_that_is_gone_is_waited_for_no_more() -> None:
    scene = Scene(True)
    scene.is_whole(scene.file())
    for _ in range(3):  # nobody finds it any more
        scene.clock.wait(QUIET_S)
        scene.settling.due()
    assert scene.settling.next_look_s() == math.inf
