"""The thumbnails folder: what lies in it, what leaves it, and what keeps anything from being made there."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from local_video_server.disk import derived
from local_video_server.disk.derived import LEFTOVER_S, DerivedFiles
from local_video_server.library.budget import FILL_TO, Derived
from tests.disk.faults import mounted

KB = 1000
DAY_S = 86400.0
NOW = time.time()
A, B, C = ("aa" + "0" * 19, "bb" + "0" * 19, "bb" + "1" * 19)


class Scene:
    def __init__(self, folder: Path, budget_kb: int = 1000) -> None:
        self.folder = folder
        self.files = DerivedFiles(str(folder), budget_kb * KB)

    def put(self, stamp: str, size: int = 1 * KB, days_ago: float = 0.0, what: str = "320.jpg") -> Path:
        return self.write(f"{stamp[:2]}/{stamp}-{what}", size, days_ago)

    def write(self, name: str, size: int = 1 * KB, days_ago: float = 0.0) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * size)
        os.utime(path, (NOW - days_ago * DAY_S,) * 2)
        return path

    def look(self) -> dict[str, Derived]:
        stored = self.files.look()
        assert stored is not None
        return stored

    def make_room(self, *known: str) -> list[str]:
        return self.files.make_room(self.look(), known)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    folder = tmp_path / "thumbnails"
    folder.mkdir()
    return Scene(folder)


# What lies there


def test_an_empty_folder_holds_nothing(scene: Scene) -> None:
    assert scene.look() == {}
    assert scene.files.size_bytes == 0


def test_all_files_of_a_stamp_are_one_and_the_last_use_counts(scene: Scene) -> None:
    scene.put(A, 3 * KB, days_ago=2, what="320.jpg")
    scene.put(A, 2 * KB, days_ago=1, what="640.avif")
    scene.put(B, 1 * KB, days_ago=3)
    stored = scene.look()
    assert stored.keys() == {A, B}
    assert (stored[A].size_bytes, stored[A].files, stored[B].size_bytes) == (5 * KB, 2, 1 * KB)
    assert stored[A].used_at == pytest.approx(NOW - DAY_S, abs=1)
    assert scene.files.size_bytes == 6 * KB


def test_an_empty_file_takes_its_place_and_is_no_picture(scene: Scene) -> None:
    scene.put(A, 0)
    assert scene.look()[A].files == 0


FOREIGN = (
    "README.md",
    ".gitkeep",
    "holiday.jpg",
    f"{A}-320.jpg",
    f"aa/{A}.jpg",
    "aa/holiday.jpg",
    f"AA/{A}-320.jpg",
    f"other/{A}-320.jpg",
    f"aa/deeper/{A}-320.jpg",
    f"aa/{A.upper()}-320.jpg",
    f"aa/{A}-320.jpg.bak",
    "aa/abc-320.jpg",
    "aa/.DS_Store",
    "aa/.snapshot/x",
    f"aa/.{A}-320.jpg.bak",
    "old.jpg/x",
)


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_not_ours_is_not_counted_and_never_removed(scene: Scene, name: str) -> None:
    path = scene.write(name, 5000 * KB, days_ago=100)
    scene.put(B, 2000 * KB, days_ago=1)
    scene.write(f"cc/.{C}-320.jpg.17", days_ago=1)
    assert scene.make_room() == [B]
    assert path.exists()
    assert scene.files.size_bytes == 0


def test_a_file_that_is_named_like_a_folder_of_ours_is_passed_over(scene: Scene) -> None:
    scene.write("bb")
    scene.put(A)
    assert scene.look().keys() == {A}


def test_what_a_killed_worker_left_is_removed_when_it_is_old(scene: Scene) -> None:
    old = scene.write(f"aa/.{A}-320.jpg.17", days_ago=1.1 * LEFTOVER_S / DAY_S)
    new = scene.write(f"aa/.{A}-640.jpg.17", days_ago=0.9 * LEFTOVER_S / DAY_S)
    scene.look()
    assert (old.exists(), new.exists()) == (False, True)


def test_a_link_is_not_followed_out_of_the_folder(scene: Scene, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(b"x" * 5000 * KB)
    (scene.folder / "aa").mkdir()
    link = scene.folder / "aa" / f"{A}-320.jpg"
    link.symlink_to(film)
    assert scene.look()[A].size_bytes < KB
    scene.files.remove([A])
    assert (link.is_symlink(), film.exists()) == (False, True)


def test_a_folder_that_was_deleted_is_empty(scene: Scene) -> None:
    scene.folder.rmdir()
    assert scene.look() == {}


def test_a_folder_whose_disk_is_gone_says_nothing(tmp_path: Path) -> None:
    scene = Scene(tmp_path / "disk" / "thumbnails")
    scene.put(A)
    scene.look()
    (tmp_path / "disk").rename(tmp_path / "away")
    assert scene.files.look() is None
    assert scene.files.size_bytes == 1 * KB


def test_a_folder_that_leads_nowhere_says_nothing(tmp_path: Path) -> None:
    """A link to a disk that is not connected."""
    (tmp_path / "thumbnails").symlink_to(tmp_path / "disk")
    assert DerivedFiles(str(tmp_path / "thumbnails"), KB).look() is None


def test_a_file_in_the_place_of_the_folder_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "thumbnails").write_bytes(b"")
    assert DerivedFiles(str(tmp_path / "thumbnails"), KB).look() is None


# Use


def test_what_was_shown_counts_as_used_from_the_next_look_on(scene: Scene) -> None:
    scene.put(A, days_ago=9)
    scene.put(B, days_ago=9)
    scene.files.used([A])
    stored = scene.look()
    assert stored[A].used_at == pytest.approx(time.time(), abs=5)
    assert stored[B].used_at == pytest.approx(NOW - 9 * DAY_S, abs=1)


def test_the_use_is_remembered_by_the_files(scene: Scene) -> None:
    scene.put(A, days_ago=9)
    scene.files.used([A])
    scene.look()
    again = DerivedFiles(str(scene.folder), KB).look()
    assert again is not None
    assert again[A].used_at == pytest.approx(time.time(), abs=5)


def test_the_use_of_what_is_gone_makes_no_file(scene: Scene) -> None:
    scene.files.used([A])
    assert scene.look() == {}
    assert not (scene.folder / "aa").exists()


# The budget


def test_what_was_added_counts_before_the_next_look(scene: Scene) -> None:
    scene.files.added(7 * KB)
    assert scene.files.size_bytes == 7 * KB
    scene.look()
    assert scene.files.size_bytes == 0


def test_no_addition_is_lost_among_threads(scene: Scene) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(scene.files.added, [1] * 20_000))
    assert scene.files.size_bytes == 20_000


# bytes of a budget of 1 MB -> filled, over
FILLING = {
    "nothing": (0, False, False),
    "a byte below": (int(1000 * KB * FILL_TO) - 1, False, False),
    "filled": (int(1000 * KB * FILL_TO), True, False),
    "all of it": (1000 * KB, True, False),
    "a byte above": (1000 * KB + 1, True, True),
}


@pytest.mark.parametrize(("size", "filled", "over"), FILLING.values(), ids=FILLING.keys())
def test_how_full_it_is(scene: Scene, size: int, filled: bool, over: bool) -> None:
    scene.files.added(size)
    assert (scene.files.is_filled, scene.files.is_over) == (filled, over)


def test_while_all_fit_none_leaves(scene: Scene) -> None:
    scene.put(A, 500 * KB)
    scene.put(B, 500 * KB)
    assert scene.make_room() == []
    assert scene.look().keys() == {A, B}


def test_the_longest_unused_leaves_with_all_its_files_and_no_other(scene: Scene) -> None:
    scene.put(A, 500 * KB, days_ago=1)
    scene.put(B, 300 * KB, days_ago=3)
    scene.put(B, 100 * KB, days_ago=3, what="640.avif")
    scene.put(C, 300 * KB, days_ago=2)
    assert scene.make_room(A, B, C) == [B]
    assert scene.files.size_bytes == 800 * KB
    assert scene.look().keys() == {A, C}


def test_what_belongs_to_no_video_leaves_first(scene: Scene) -> None:
    scene.put(A, 600 * KB, days_ago=1)
    scene.put(B, 600 * KB, days_ago=2)
    assert scene.make_room(B) == [A]


def test_what_was_made_a_moment_ago_leaves_last_though_nobody_knows_it_yet(scene: Scene) -> None:
    """A poster is stored a moment after its files: to remove it then would show a picture that is not there."""
    scene.put(A, 600 * KB)
    scene.put(B, 600 * KB, days_ago=1)
    assert scene.make_room(B) == [B]


def test_what_cannot_be_removed_is_not_said_to_be_gone(scene: Scene, tmp_path: Path) -> None:
    scene.put(A, 600 * KB, days_ago=2)
    scene.put(B, 600 * KB, days_ago=1)
    with mounted(scene.folder, "--bind", str(scene.folder)), mounted(scene.folder, "-o", "remount,ro,bind"):
        assert scene.make_room(A, B) == []
        assert scene.files.size_bytes == 1200 * KB


def test_to_remove_what_is_not_there_is_no_matter(scene: Scene) -> None:
    scene.put(B)
    assert scene.files.remove([A]) == [A]
    assert scene.look().keys() == {B}


# What keeps anything from being made


def test_where_there_is_room_nothing_is_short(scene: Scene) -> None:
    assert scene.files.shortage() is None


def test_the_folder_is_made_where_only_it_is_missing(scene: Scene) -> None:
    scene.folder.rmdir()
    assert scene.files.shortage() is None
    assert scene.folder.is_dir()


def test_less_than_half_a_gigabyte_free_is_too_little(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    assert derived.FREE_BYTES == 500_000_000
    monkeypatch.setattr(derived, "FREE_BYTES", 10**18)
    sentence = scene.files.shortage()
    assert sentence is not None
    assert "are free on the disk" in sentence
    assert str(scene.folder) in sentence


def no_disk(folder: Path) -> None:
    folder.parent.rename(folder.parent.with_name("away"))


def file_instead(folder: Path) -> None:
    folder.rmdir()
    folder.write_bytes(b"")


def dangling_link(folder: Path) -> None:
    folder.rmdir()
    folder.symlink_to(folder.with_name("nowhere"))


SPOILT: dict[str, tuple[Callable[[Path], None], str]] = {
    "its disk is gone": (no_disk, "cannot be used: "),
    "it is a file": (file_instead, "is not a folder"),
    "it leads nowhere": (dangling_link, "is not a folder"),
}


@pytest.mark.parametrize(("spoil", "words"), SPOILT.values(), ids=SPOILT.keys())
def test_a_folder_that_cannot_be_used_is_a_sentence(
    tmp_path: Path, spoil: Callable[[Path], None], words: str
) -> None:
    folder = tmp_path / "disk" / "thumbnails"
    folder.mkdir(parents=True)
    spoil(folder)
    sentence = DerivedFiles(str(folder), KB).shortage()
    assert sentence is not None
    assert sentence.startswith(f"The thumbnails folder {folder} {words}")
    assert sentence.endswith(".")


def test_a_read_only_folder_is_a_sentence(scene: Scene) -> None:
    with mounted(scene.folder, "--bind", str(scene.folder)), mounted(scene.folder, "-o", "remount,ro,bind"):
        sentence = scene.files.shortage()
    assert sentence == (f"The thumbnails folder {scene.folder} cannot be written to. Change who may write there.")


def test_a_folder_is_as_large_as_it_is_whoever_deletes_meanwhile(scene: Scene) -> None:
    """Somebody empties the folder while it is looked at: no error, and never more than there was."""
    for number in range(300):
        scene.put(f"{number % 256:02x}{number:019x}")

    def empty() -> None:
        for folder in list(scene.folder.iterdir()):
            for file in list(folder.iterdir()):
                file.unlink()
            folder.rmdir()

    with ThreadPoolExecutor(2) as threads:
        emptying = threads.submit(empty)
        while not emptying.done():
            assert len(scene.look()) <= 300
        emptying.result()
    assert scene.look() == {}
