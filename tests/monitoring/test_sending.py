"""Who is being sent what: by what is asked for, and by what is read on."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from local_video_server.monitoring import sending
from local_video_server.monitoring.sending import ASKED_S, MOVED_S, Sending
from local_video_server.streams import open_streams

DUNE, TRON = "/video/dune000000", "/video/tron000000"
PC, PHONE = "192.168.1.5", "192.168.1.7"
RULE = "/video/<video>"


class Scene:
    """Two films, of which so many files are open, so far read."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.positions: dict[str, int] = {}
        self.lasted: list[tuple[str, float]] = []
        files = {DUNE: "/films/Dune – part one.mkv", TRON: "/films/tron.mp4"}
        self.sending = Sending(
            lambda: self.positions, files.get, lambda rule, s: self.lasted.append((rule, s)), lambda: self.now
        )

    def asked(self, client: str = PC, path: str = DUNE) -> None:
        self.sending.asked(client, path, "GET", RULE)

    def after(self, seconds: float) -> list[tuple[str, str]]:
        self.now += seconds
        self.sending.look()
        return [(one.remote_addr, one.path) for one in self.sending.streams()]


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_nobody_is_sent_anything(scene: Scene) -> None:
    assert scene.after(1) == []


def test_who_asked_is_sent_something_for_a_while(scene: Scene) -> None:
    scene.asked()
    assert scene.after(ASKED_S - 1) == [(PC, DUNE)]
    assert scene.after(1) == []


def test_what_is_told_of_a_stream_holds_no_title(scene: Scene) -> None:
    scene.asked()
    scene.now += 3
    (one,) = scene.sending.streams()
    assert (one.path, one.method, one.endpoint, one.remote_addr) == (DUNE, "GET", RULE, PC)
    assert one.seen_s_ago == 3


def test_who_asks_again_and_again_is_one_stream_that_lasts(scene: Scene) -> None:
    for _ in range(6):
        scene.asked()
        assert scene.after(10) == [(PC, DUNE)]
    assert scene.lasted == []
    assert scene.after(ASKED_S) == []
    assert scene.lasted == [(RULE, 50.0)]


def test_two_who_watch_the_same_and_one_who_watches_two_are_four(scene: Scene) -> None:
    for client in (PC, PHONE):
        for path in (DUNE, TRON):
            scene.asked(client, path)
    assert len(scene.after(1)) == 4


def test_a_file_that_is_read_on_keeps_its_stream(scene: Scene) -> None:
    scene.asked()
    for number in range(1, 10):
        scene.positions = {"7 /films/Dune – part one.mkv": number * 1000}
        assert scene.after(ASKED_S) == [(PC, DUNE)]
        assert scene.sending.streams()[0].seen_s_ago == 0
    assert scene.after(MOVED_S - 1) == [(PC, DUNE)]  # browsers read ahead
    assert scene.after(1) == []  # paused
    assert scene.lasted == [(RULE, 9 * ASKED_S + MOVED_S - 1)]


def test_a_file_that_was_never_read_from_is_no_sign_of_a_stream(scene: Scene) -> None:
    """Fingerprints open it too."""
    scene.positions = {"7 /films/Dune – part one.mkv": 0}
    scene.asked()
    assert scene.after(ASKED_S) == []


def test_of_two_who_asked_the_one_who_asked_last_reads_the_one_file_that_moves(scene: Scene) -> None:
    scene.asked(PC)
    scene.now += 5
    scene.asked(PHONE)
    scene.positions = {"7 /films/Dune – part one.mkv": 1000}
    assert scene.after(ASKED_S) == [(PHONE, DUNE)]
    scene.positions = {"7 /films/Dune – part one.mkv": 2000, "8 /films/Dune – part one.mkv": 10}
    scene.asked(PC)
    scene.now += 1
    scene.asked(PHONE)
    assert scene.after(ASKED_S) == [(PHONE, DUNE), (PC, DUNE)]


def test_a_film_that_was_forgotten_meanwhile_ends(scene: Scene) -> None:
    scene.asked(path="/video/nowhere000")
    assert scene.after(1) == [(PC, "/video/nowhere000")]
    assert scene.after(ASKED_S) == []


def test_no_more_are_remembered_than_so_many(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "MOST", 3)
    for number in range(10):
        scene.asked(f"10.0.0.{number}")
    assert scene.after(0) == [("10.0.0.9", DUNE), ("10.0.0.8", DUNE), ("10.0.0.7", DUNE)]
    assert len(scene.lasted) == 7


def test_a_stop_ends_all(scene: Scene) -> None:
    scene.asked()
    scene.now += 5
    scene.asked(PHONE)
    scene.sending.stop()
    assert scene.after(0) == []
    assert scene.lasted == [(RULE, 0.0), (RULE, 0.0)]


def test_open_files_of_this_process_are_seen(tmp_path: Path, scene: Scene) -> None:
    film = tmp_path / "Dune.mkv"
    film.write_bytes(bytes(100_000))
    real = Sending(open_streams, lambda path: str(film), scene.sending._ended, lambda: scene.now)
    real.asked(PC, DUNE, "GET", RULE)
    with film.open("rb", buffering=0) as file:
        file.read(1000)
        scene.now += ASKED_S
        real.look()
        assert [one.path for one in real.streams()] == [DUNE]
    scene.now += MOVED_S
    real.look()
    assert real.streams() == ()


def test_many_may_ask_while_somebody_looks(scene: Scene) -> None:
    def ask(client: str) -> None:
        for number in range(500):
            scene.asked(client, f"/video/{number}")

    threads = [threading.Thread(target=ask, args=(f"10.0.0.{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        scene.after(0)
    assert len(scene.after(0)) == sending.MOST
