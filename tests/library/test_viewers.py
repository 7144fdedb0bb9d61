"""Whether somebody watches: three signs, and how long each of them lasts."""

from __future__ import annotations

import pytest

from local_video_server.library.viewers import ASKED_S, LOOK_EVERY_S, MOVED_S, PLAYING_S, Viewers


class Scene:
    def __init__(self) -> None:
        self.now_s = 1000.0
        self.positions: dict[str, int] = {}
        self.looks = 0
        self.viewers = Viewers(self.streams, lambda: self.now_s)

    def streams(self) -> dict[str, int]:
        self.looks += 1
        return dict(self.positions)

    def after(self, seconds: float) -> bool:
        self.now_s += seconds
        return self.viewers.anybody()


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_at_first_nobody_watches(scene: Scene) -> None:
    assert not scene.viewers.anybody()


SIGNS = {"asked": ASKED_S, "playing": PLAYING_S}


@pytest.mark.parametrize(("sign", "lasts_s"), SIGNS.items(), ids=SIGNS.keys())
def test_a_sign_lasts_for_its_time(scene: Scene, sign: str, lasts_s: float) -> None:
    getattr(scene.viewers, sign)()
    assert scene.after(0.0)
    assert scene.after(lasts_s - 0.1)
    assert not scene.after(0.2)


def test_a_short_sign_does_not_shorten_a_long_one(scene: Scene) -> None:
    scene.viewers.playing()
    scene.viewers.asked()
    assert scene.after(PLAYING_S - 0.1)


def test_a_message_of_a_player_may_get_lost(scene: Scene) -> None:
    """Players say every 10 s that they play."""
    assert PLAYING_S > 2 * 10


def test_bytes_that_move_are_a_viewer(scene: Scene) -> None:
    scene.positions = {"7 /films/dune.mp4": 0}
    assert not scene.after(LOOK_EVERY_S)
    scene.positions = {"7 /films/dune.mp4": 65536}
    assert scene.after(LOOK_EVERY_S)
    assert scene.after(MOVED_S - 0.1)
    assert not scene.after(0.2)


def test_an_hour_of_watching_is_seen_to_its_end(scene: Scene) -> None:
    scene.positions = {"7 /films/dune.mp4": 0}
    scene.viewers.asked()
    assert scene.after(2.0)
    for position in range(1, 180):  # a browser reads ahead for 20 s at a time
        scene.positions = {"7 /films/dune.mp4": position}
        assert all(scene.after(2.0) for _ in range(10))
    assert not scene.after(MOVED_S)


def test_an_answer_that_stands_still_is_no_viewer(scene: Scene) -> None:
    """A player that is paused keeps its file open for hours."""
    scene.positions = {"7 /films/dune.mp4": 65536}
    scene.after(LOOK_EVERY_S)
    assert not any(scene.after(MOVED_S) for _ in range(10))


def test_an_answer_that_is_new_is_a_viewer_once_it_was_read_from(scene: Scene) -> None:
    scene.after(LOOK_EVERY_S)
    scene.positions = {"7 /films/dune.mp4": 0}
    assert not scene.after(LOOK_EVERY_S)
    scene.positions = {"7 /films/dune.mp4": 0, "8 /films/dune.mp4": 4096}
    assert scene.after(LOOK_EVERY_S)


def test_another_answer_through_the_same_descriptor_is_new(scene: Scene) -> None:
    scene.positions = {"7 /films/dune.mp4": 4096}
    scene.after(LOOK_EVERY_S)
    scene.positions = {"7 /films/heat.mp4": 0}
    assert not scene.after(MOVED_S)
    scene.positions = {"7 /films/alien.mp4": 4096}
    assert scene.after(LOOK_EVERY_S)


def test_an_answer_that_ended_is_no_viewer(scene: Scene) -> None:
    scene.positions = {"7 /films/dune.mp4": 4096}
    scene.after(LOOK_EVERY_S)
    scene.positions = {}
    assert not scene.after(MOVED_S)


def test_of_many_who_ask_one_looks(scene: Scene) -> None:
    """Each job asks before it begins, and to look means to read all open files."""
    for _ in range(100):
        scene.viewers.anybody()
    assert scene.looks == 1
    scene.after(LOOK_EVERY_S)
    assert scene.looks == 2
