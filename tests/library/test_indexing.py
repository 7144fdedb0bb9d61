"""What happens in a folder, and what the gallery makes of it: real files, real watcher, real database.

Empty files will do where content does not matter; where it does, it differs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from local_video_server.library import comparing, events, indexing
from local_video_server.library.errors import Unavailable
from local_video_server.library.files import FoundFile, Scan, Sighting
from local_video_server.library.settling import QUIET_S
from local_video_server.library.video import Picture, Status, Video
from tests import examples
from tests.disk.faults import mounted
from tests.library.running import DISK, RETURN_S, Running, never, scan, until, write

pytestmark = pytest.mark.skipif(not os.path.exists("/proc/sys/fs/inotify"), reason="there is no inotify here")

Run = Callable[..., Running]


@pytest.fixture
def films(tmp_path: Path) -> Path:
    """Three videos, and what is none."""
    for name in ("Dune.mp4", "old/Solaris.mkv", "old/Tron.mp4", "notes.txt", "@eaDir/Dune.mp4", ".hidden.mp4"):
        write(tmp_path / "films" / name)
    return tmp_path / "films"


VIDEOS = ("Dune.mp4", "old/Solaris.mkv", "old/Tron.mp4")


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Roots are tended more often, where the time that takes is not what is tested."""
    monkeypatch.setattr(indexing, "TEND_S", 0.1)


def marked(running: Running, path: str = "Dune.mp4") -> Video:
    """The video at this path, with a rating and looked into."""
    video = running.at(path)
    running.catalog.rate(video, 5)
    running.catalog.record_probes([(video, examples.facts())])
    return running.now(video)


def is_same(running: Running, video: Video, path: str) -> bool:
    """Whether the video is at this path now, rated and looked into as before."""
    if not running.has(path):
        return False
    now = running.at(path)
    rating = running.catalog.snapshot.marks.ratings.get(now.id)
    return (now.key, rating, now.status) == (video.key, 5, Status.READY)


# A first look


def test_a_first_look_finds_the_videos_and_nothing_else(run: Run, films: Path) -> None:
    running = run(films)
    running.settle(*VIDEOS)
    assert {video.path for video in running.wanted} == set(VIDEOS)
    report = running.report()
    assert (report.activity, report.files, report.folders, report.watches) == ("idle", 3, 2, 2)
    assert report.polling_reason is None
    assert not running.catalog.snapshot.scanning


def test_a_second_start_changes_nothing(run: Run, films: Path) -> None:
    first = run(films)
    first.settle(*VIDEOS)
    before = {video.path: video for video in first.catalog.snapshot.library.present.values()}
    second = run(films)
    until(lambda: second.report().scanned_at)
    assert {video.path: video for video in second.catalog.snapshot.library.present.values()} == before
    assert second.heard == []


def test_videos_are_shown_while_the_first_look_goes_on(
    run: Run, films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "SHOW_EVERY_S", 0.0)
    goes_on = threading.Event()

    def slow(root: str, scope: Sequence[str], on_files: Callable[[Sequence[FoundFile], int], None]) -> Scan:
        found = scan(root, scope, on_files)
        assert goes_on.wait(RETURN_S)
        return found

    running = run(films, disk=replace(DISK, scan=slow))
    until(lambda: running.present == set(VIDEOS))
    assert running.catalog.snapshot.is_filling
    assert running.report().activity == "scanning"
    goes_on.set()
    running.settle(*VIDEOS)


def test_a_root_that_hangs_delays_no_other(
    run: Run, films: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "SILENT_S", 0.2)
    answers = threading.Event()
    write(tmp_path / "dead/x.mp4")

    def hanging(root: str, scope: Sequence[str], on_files: Callable[[Sequence[FoundFile], int], None]) -> Scan:
        if root.endswith("dead"):
            assert answers.wait(RETURN_S)
        return scan(root, scope, on_files)

    running = run(tmp_path / "dead", films, disk=replace(DISK, scan=hanging))
    dead, alive = running.roots
    until(lambda: all(running.has(path, alive) for path in VIDEOS))
    until(lambda: running.report(0).is_silent)
    assert not running.index.answers(dead)
    assert not running.report(1).is_silent
    answers.set()
    until(lambda: running.has("x.mp4", dead))
    until(lambda: running.index.answers(dead))


# The end of a copy


def test_a_copy_in_progress_is_not_shown_until_it_ended(run: Run, films: Path) -> None:
    running = run(films)
    running.settle(*VIDEOS)
    with (films / "new.mp4").open("wb") as copy:
        copy.write(b"first half")
        copy.flush()
        # A pause inside the copy, longer than any stillness that counts.
        never(lambda: running.has("new.mp4"), QUIET_S + 1.5)
        running.index.refresh()
        scanned_at = running.report().scanned_at
        until(lambda: running.report().scanned_at != scanned_at)
        assert not running.has("new.mp4")
        copy.write(b"second half")
    until(lambda: running.has("new.mp4"))
    assert running.at("new.mp4").size_bytes == len(b"first half" + b"second half")


def test_a_file_that_is_overwritten_stays_as_it_was_until_that_ended(run: Run, films: Path) -> None:
    running = run(films)
    running.settle(*VIDEOS)
    video = marked(running)
    with (films / "Dune.mp4").open("wb") as copy:
        copy.write(b"new")
        copy.flush()
        write(films / "later.mp4")  # once this is seen, so is what happened before
        running.index.refresh()
        until(lambda: running.has("later.mp4"))
        assert running.now(video) == video
    until(lambda: running.now(video).size_bytes == 3)
    assert running.at("Dune.mp4").key == video.key
    assert running.now(video).status is Status.PENDING
    assert running.catalog.snapshot.marks.ratings == {video.id: 5}
    until(lambda: any((one.id, one.size_bytes) == (video.id, 3) for one in running.wanted))


def test_two_files_of_one_folder_that_are_overwritten_at_once_stay(run: Run, films: Path) -> None:
    running = run(films)
    running.settle(*VIDEOS)
    before = {path: running.at(path).key for path in VIDEOS}
    for name in ("old/Solaris.mkv", "old/Tron.mp4"):
        write(films / name, "new")
    until(lambda: all(running.has(path) and running.at(path).size_bytes == 3 for path in VIDEOS[1:]))
    assert {path: running.at(path).key for path in VIDEOS} == before
    assert events.VIDEO_MISSING not in {name for name, _ in running.heard}


def test_a_download_is_shown_when_it_gets_its_name(run: Run, films: Path) -> None:
    running = run(films)
    running.settle(*VIDEOS)
    part = write(films / "new.mp4.part", "content")
    write(films / "later.mp4")
    until(lambda: running.has("later.mp4"))
    assert not any("part" in path for path in running.present)
    part.rename(films / "new.mp4")
    until(lambda: running.has("new.mp4"))


def test_a_copied_folder_is_shown_with_all_that_is_in_it(run: Run, films: Path, tmp_path: Path) -> None:
    for number in range(40):
        write(tmp_path / f"season/{number % 4}/deep/{number}.mp4", os.urandom(100_000))
    running = run(films)
    running.settle(*VIDEOS)
    subprocess.run(["cp", "-r", str(tmp_path / "season"), str(films)], check=True)
    until(lambda: len(running.present) == 3 + 40)
    assert all(video.size_bytes == 100_000 for video in running.wanted[3:])


def test_a_folder_moved_in_from_outside_is_shown(run: Run, films: Path, tmp_path: Path) -> None:
    write(tmp_path / "season/deep/1.mp4")
    running = run(films)
    running.settle(*VIDEOS)
    (tmp_path / "season").rename(films / "season")
    until(lambda: running.has("season/deep/1.mp4"))
    write(films / "season/deep/2.mp4")
    until(lambda: running.has("season/deep/2.mp4"))


# Renames and moves


RENAMES: dict[str, tuple[Callable[[Path], object], str]] = {
    "a file": (lambda films: (films / "Dune.mp4").rename(films / "Dune (1984).mp4"), "Dune (1984).mp4"),
    "a file into another folder": (lambda films: (films / "Dune.mp4").rename(films / "old/Dune.mp4"), "old/Dune.mp4"),
    "a file twice": (
        lambda films: (films / "Dune.mp4").rename(films / "a.mp4").rename(films / "b.mp4"),
        "b.mp4",
    ),
    "a file out and in again": (
        lambda films: (films / "Dune.mp4").rename(films.parent / "x.mp4").rename(films / "in.mp4"),
        "in.mp4",
    ),
}


@pytest.mark.parametrize(("rename", "path"), RENAMES.values(), ids=RENAMES.keys())
def test_a_renamed_file_keeps_its_rating(run: Run, films: Path, rename: Callable[[Path], object], path: str) -> None:
    running = run(films)
    running.settle(*VIDEOS)
    video = marked(running)
    rename(films)
    until(lambda: is_same(running, video, path))
    assert running.catalog.snapshot.find("Dune.mp4") == running.now(video)
    assert len(running.present) == 3


def test_a_file_renamed_into_a_new_folder_keeps_its_rating(run: Run, films: Path) -> None:
    """The new folder is not watched yet when the file comes: it is known by its content."""
    running = run(films)
    running.settle(*VIDEOS)
    video = marked(running)
    (films / "new/er").mkdir(parents=True)
    (films / "Dune.mp4").rename(films / "new/er/Dune.mp4")
    until(lambda: running.now(video).path == "new/er/Dune.mp4" and not running.now(video).missing_since)
    assert running.catalog.snapshot.marks.ratings == {video.id: 5}
    assert len(running.present) == 3


def test_a_renamed_folder_keeps_its_ratings(run: Run, films: Path) -> None:
    running = run(films)
    running.settle(*VIDEOS)
    video = marked(running, "old/Tron.mp4")
    (films / "old").rename(films / "new name")
    until(lambda: is_same(running, video, "new name/Tron.mp4"))
    assert running.present == {"Dune.mp4", "new name/Solaris.mkv", "new name/Tron.mp4"}


def test_two_files_that_swap_names_keep_their_ratings(run: Run, films: Path) -> None:
    running = run(films)
    running.settle(*VIDEOS)
    video, other = marked(running), running.at("old/Tron.mp4")
    (films / "Dune.mp4").rename(films / "swap")
    (films / "old/Tron.mp4").rename(films / "Dune.mp4")
    (films / "swap").rename(films / "old/Tron.mp4")
    until(lambda: is_same(running, video, "old/Tron.mp4"))
    until(lambda: running.has("Dune.mp4") and running.at("Dune.mp4").key == other.key)


def test_a_file_renamed_while_nobody_looked_keeps_its_rating(run: Run, films: Path) -> None:
    running = run(films)
    running.settle(*VIDEOS)
    video = marked(running)
    running = stopped(run, films, lambda: (films / "Dune.mp4").rename(films / "old/other name.mp4"))
    until(lambda: is_same(running, video, "old/other name.mp4"))


def stopped(run: Run, films: Path, happens: Callable[[], object]) -> Running:
    """What a restart finds when this happened in between."""
    run().index.stop()
    happens()
    return run(films)


def test_a_file_moved_to_another_root_keeps_its_marks(run: Run, films: Path, tmp_path: Path) -> None:
    """By copy and delete, as between two disks: for a moment both are there."""
    shows = tmp_path / "shows"
    write(shows / "noise.mp4")
    running = run(films, shows)
    running.settle(*VIDEOS, "noise.mp4")
    video = marked(running)
    shutil.copy(films / "Dune.mp4", shows / "Moved.mp4")
    until(lambda: running.has("Moved.mp4", running.roots[1]))
    newcomer = running.at("Moved.mp4", running.roots[1])
    assert newcomer.key != video.key
    assert running.has("Dune.mp4")
    (films / "Dune.mp4").unlink()
    until(lambda: running.now(video).root_id == running.roots[1].id)
    find = running.catalog.snapshot.find
    here = running.now(video)
    assert (here.path, here.missing_since) == ("Moved.mp4", None)
    assert [find(newcomer.key), find(video.key), find("Dune.mp4"), find("Moved.mp4")] == [here] * 4
    assert running.catalog.snapshot.marks.ratings == {video.id: 5}


def test_a_file_renamed_into_another_root_keeps_its_marks(run: Run, films: Path, tmp_path: Path) -> None:
    shows = tmp_path / "shows"
    write(shows / "noise.mp4")
    running = run(films, shows)
    running.settle(*VIDEOS, "noise.mp4")
    video = marked(running)
    (films / "Dune.mp4").rename(shows / "Moved.mp4")
    until(lambda: running.now(video).root_id == running.roots[1].id and not running.now(video).missing_since)
    assert running.now(video).path == "Moved.mp4"
    assert len(running.present) == 4


# The pictures beside them


def picture(running: Running, path: str = "Dune.mp4") -> str | None:
    """Where the picture of the video at this path lies."""
    beside = running.at(path).picture
    return beside.path if beside else None


def looked_into(running: Running, path: str = "Dune.mp4") -> Video:
    """The video at this path with rating, facts and fingerprint, when the index has come to rest."""
    running.settle(*VIDEOS)
    video = marked(running, path)
    running.wanted.clear()
    running.heard.clear()
    return video


def has_only_another_picture(running: Running, video: Video) -> bool:
    """Whether everything but its picture is as before, and nobody wants to look into it again."""
    return (
        replace(running.now(video), picture=video.picture) == video
        and video.id not in {one.id for one in running.wanted}
        and {name for name, _ in running.heard} <= {events.VIDEO_CHANGED}
        and running.present == set(VIDEOS)
        and running.catalog.snapshot.marks.ratings == {video.id: 5}
    )


BESIDE: dict[str, tuple[Callable[[Path], object], str | None]] = {
    "appears": (lambda films: write(films / "Dune-poster.jpg"), "Dune-poster.jpg"),
    "appears in capitals": (lambda films: write(films / "DUNE.JPG"), "DUNE.JPG"),
    "is downloaded": (lambda films: write(films / "Dune.jpg.part").rename(films / "Dune.jpg"), "Dune.jpg"),
    "comes from outside": (lambda films: write(films.parent / "x.jpg").rename(films / "Dune.webp"), "Dune.webp"),
    "of its folder appears": (lambda films: write(films / "folder.jpg"), "folder.jpg"),
    "of its folder appears as poster": (lambda films: write(films / "Poster.png"), "Poster.png"),
}


@pytest.mark.parametrize(("happens", "path"), BESIDE.values(), ids=BESIDE.keys())
def test_a_picture_that_appears_is_that_of_its_video(
    run: Run, films: Path, happens: Callable[[Path], object], path: str
) -> None:
    running = run(films)
    video = looked_into(running)
    happens(films)
    until(lambda: picture(running) == path)
    assert running.at("Dune.mp4").picture == Picture(
        path, (films / path).stat().st_size, (films / path).stat().st_mtime_ns
    )
    assert has_only_another_picture(running, video)
    assert picture(running, "old/Tron.mp4") is None


LATER: dict[str, tuple[Callable[[Path], object], str | None]] = {
    "is deleted": (lambda films: (films / "Dune.jpg").unlink(), None),
    "goes outside": (lambda films: (films / "Dune.jpg").rename(films.parent / "Dune.jpg"), None),
    "is hidden": (lambda films: (films / "Dune.jpg").rename(films / ".Dune.jpg"), None),
    "is given to another": (lambda films: (films / "Dune.jpg").rename(films / "old/Tron.jpg"), None),
    "gets a better name": (lambda films: (films / "Dune.jpg").rename(films / "dune-poster.jpg"), "dune-poster.jpg"),
    "is surpassed": (lambda films: write(films / "Dune-poster.png"), "Dune-poster.png"),
}


@pytest.mark.parametrize(("happens", "path"), LATER.values(), ids=LATER.keys())
def test_a_picture_that_goes_is_nobodys(
    run: Run, films: Path, happens: Callable[[Path], object], path: str | None
) -> None:
    write(films / "Dune.jpg")
    running = run(films)
    video = looked_into(running)
    assert picture(running) == "Dune.jpg"
    happens(films)
    until(lambda: picture(running) == path)
    assert has_only_another_picture(running, replace(video, picture=running.at("Dune.mp4").picture))


def test_a_picture_that_is_given_to_another_is_that_ones(run: Run, films: Path) -> None:
    write(films / "Dune.jpg")
    running = run(films)
    running.settle(*VIDEOS)
    (films / "Dune.jpg").rename(films / "old/Tron.jpg")
    until(lambda: (picture(running), picture(running, "old/Tron.mp4")) == (None, "old/Tron.jpg"))


def test_a_picture_that_is_replaced_is_another(run: Run, films: Path) -> None:
    write(films / "Dune.jpg", "old")
    running = run(films)
    video = looked_into(running)
    assert video.picture
    write(films / "Dune.jpg", "newer")
    until(lambda: running.now(video).picture != video.picture)
    until(lambda: running.at("Dune.mp4").picture == replace(video.picture, size_bytes=5, modified_ns=time_of(films)))
    assert has_only_another_picture(running, video)


def time_of(films: Path) -> int:
    return (films / "Dune.jpg").stat().st_mtime_ns


def test_a_picture_that_is_still_written_is_not_taken(run: Run, films: Path) -> None:
    running = run(films)
    running.settle(*VIDEOS)
    with (films / "Dune.jpg").open("wb") as copy:
        copy.write(b"first half")
        copy.flush()
        write(films / "old/Tron.jpg")  # once this is seen, so is what happened before
        until(lambda: picture(running, "old/Tron.mp4"))
        assert picture(running) is None
        copy.write(b"second half")
    until(lambda: picture(running) == "Dune.jpg")


def test_a_film_that_is_renamed_with_its_picture_keeps_both(run: Run, films: Path) -> None:
    write(films / "Dune.jpg")
    running = run(films)
    video = looked_into(running)
    (films / "Dune.mp4").rename(films / "old/Dune (1984).mp4")
    (films / "Dune.jpg").rename(films / "old/Dune (1984).jpg")
    until(lambda: is_same(running, video, "old/Dune (1984).mp4"))
    until(lambda: picture(running, "old/Dune (1984).mp4") == "old/Dune (1984).jpg")
    now, before = running.now(video), video.picture
    assert before
    assert now.picture == replace(before, path="old/Dune (1984).jpg")
    assert (now.fingerprint, running.wanted) == (video.fingerprint, [])


def test_a_film_that_is_renamed_alone_leaves_its_picture_behind(run: Run, films: Path) -> None:
    write(films / "Dune.jpg")
    running = run(films)
    video = looked_into(running)
    (films / "Dune.mp4").rename(films / "other.mp4")
    until(lambda: is_same(running, video, "other.mp4"))
    assert picture(running, "other.mp4") is None


def test_a_folder_that_is_renamed_takes_its_pictures_along(run: Run, films: Path) -> None:
    write(films / "old/Tron.jpg")
    running = run(films)
    video = looked_into(running, "old/Tron.mp4")
    (films / "old").rename(films / "Season 1.jpg")
    until(lambda: is_same(running, video, "Season 1.jpg/Tron.mp4"))
    assert picture(running, "Season 1.jpg/Tron.mp4") == "Season 1.jpg/Tron.jpg"


def test_a_film_that_is_copied_with_its_picture_has_it(run: Run, films: Path, tmp_path: Path) -> None:
    write(tmp_path / "new/Alien.mp4")
    write(tmp_path / "new/Alien-poster.jpg")
    running = run(films)
    running.settle(*VIDEOS)
    subprocess.run(["cp", "-r", str(tmp_path / "new"), str(films)], check=True)
    until(lambda: running.has("new/Alien.mp4") and picture(running, "new/Alien.mp4") == "new/Alien-poster.jpg")
    shutil.copy(tmp_path / "new/Alien.mp4", films / "Copy.mp4")
    shutil.copy(tmp_path / "new/Alien-poster.jpg", films / "Copy.jpg")
    until(lambda: running.has("Copy.mp4") and picture(running, "Copy.mp4") == "Copy.jpg")


def test_the_picture_of_a_folder_is_that_of_its_only_video(run: Run, films: Path) -> None:
    write(films / "folder.jpg")
    running = run(films)
    video = looked_into(running)
    assert picture(running) == "folder.jpg"
    write(films / "second.mp4")
    until(lambda: running.has("second.mp4") and picture(running) is None)
    assert picture(running, "second.mp4") is None
    (films / "second.mp4").unlink()
    until(lambda: picture(running) == "folder.jpg")
    until(lambda: running.now(video) == video)
    (films / "Dune.mp4").rename(films / "old/Dune.mp4")
    until(lambda: is_same(running, video, "old/Dune.mp4"))
    assert picture(running, "old/Dune.mp4") is None


def test_pictures_that_changed_while_nobody_looked_are_found(run: Run, films: Path) -> None:
    write(films / "Dune.jpg")
    write(films / "old/Tron.jpg")
    running = run(films)
    video = looked_into(running)

    def happens() -> None:
        (films / "Dune.jpg").unlink()
        (films / "old/Tron.jpg").rename(films / "old/Solaris-poster.jpg")

    running = stopped(run, films, happens)
    until(lambda: running.report().scanned_at)
    assert [picture(running, path) for path in VIDEOS] == [None, "old/Solaris-poster.jpg", None]
    assert replace(running.now(video), picture=video.picture) == video


def test_a_picture_stays_through_a_restart(run: Run, films: Path) -> None:
    path = os.fsdecode(b"caf\xe9.mp4")
    write(films / path, "video")
    write(films / os.fsdecode(b"CAF\xe9.jpg"), "picture")
    running = run(films)
    running.settle(*VIDEOS, path)
    before = running.at(path).picture
    assert before
    assert os.fsencode(before.path) == b"CAF\xe9.jpg"
    running = run(films)
    until(lambda: running.report().scanned_at)
    assert running.at(path).picture == before
    assert running.heard == []


def test_a_picture_is_never_a_video(run: Run, films: Path) -> None:
    for name in ("Dune.jpg", "alone.png", "old/folder.jpg", "photos/IMG_1.jpg"):
        write(films / name)
    running = run(films)
    running.settle(*VIDEOS)
    for name in ("late.webp", "photos/IMG_2.JPG"):
        write(films / name)
    (films / "alone.png").rename(films / "renamed.png")
    write(films / "last.mp4")
    until(lambda: running.has("last.mp4"))
    assert running.present == {*VIDEOS, "last.mp4"}


def test_photos_that_are_nobodys_picture_cause_no_look(run: Run, films: Path) -> None:
    looks: list[Sequence[str]] = []

    def counted(root: str, scope: Sequence[str], on_files: Callable[[Sequence[FoundFile], int], None]) -> Scan:
        looks.append(scope)
        return scan(root, scope, on_files)

    running = run(films, disk=replace(DISK, scan=counted))
    running.settle(*VIDEOS)
    looks.clear()
    for number in range(50):
        write(films / f"IMG_{number}.jpg")
    write(films / "last.mp4")
    until(lambda: running.has("last.mp4"))
    assert {path for scope in looks for path in scope} <= {"last.mp4", "Dune.mp4"}


# Deleted, and back


def test_a_deleted_file_is_hidden_at_once_and_keeps_its_marks(run: Run, films: Path) -> None:
    running = run(films)
    running.settle(*VIDEOS)
    video = marked(running)
    (films / "Dune.mp4").unlink()
    until(lambda: not running.has("Dune.mp4"))
    gone = running.now(video)
    assert gone.missing_since == pytest.approx(time.time(), abs=60)
    assert running.catalog.snapshot.status(gone) is Status.MISSING
    assert running.catalog.snapshot.marks.ratings == {video.id: 5}
    assert running.present == {"old/Solaris.mkv", "old/Tron.mp4"}


def test_the_last_file_of_a_folder_can_be_deleted(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "films/Dune.mp4")
    running = run(tmp_path / "films")
    running.settle("Dune.mp4")
    (tmp_path / "films/Dune.mp4").unlink()
    until(lambda: running.present == set())
    assert not running.catalog.snapshot.library.roots[running.roots[0].id].is_offline


def test_half_of_a_library_that_was_away_returns_with_its_marks(run: Run, films: Path, tmp_path: Path) -> None:
    running = run(films)
    running.settle(*VIDEOS)
    video, other = marked(running, "old/Tron.mp4"), running.at("old/Solaris.mkv")
    shutil.move(films / "old", tmp_path / "shelf")
    until(lambda: running.present == {"Dune.mp4"})
    # Copied back, so that neither inodes nor times are as before.
    shutil.copytree(tmp_path / "shelf", films / "returned", copy_function=shutil.copyfile)
    until(lambda: is_same(running, video, "returned/Tron.mp4"))
    until(lambda: running.has("returned/Solaris.mkv"))
    assert running.at("returned/Solaris.mkv").key == other.key
    assert len(running.present) == 3


def copy_and_remove(old: Path, new: Path) -> None:
    """As between two disks: neither inodes nor times stay."""
    shutil.copytree(old, new, copy_function=shutil.copyfile)
    shutil.rmtree(old)


MOVES: dict[str, Callable[[Path, Path], object]] = {
    "by mv": lambda old, new: old.rename(new),
    "by cp and rm": copy_and_remove,
}


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES.keys())
def test_a_library_moved_to_another_folder_keeps_everything(
    run: Run, films: Path, tmp_path: Path, move: Callable[[Path, Path], object]
) -> None:
    """The old folder is gone and no longer named, as after a move to a new disk."""
    running = run(films)
    running.settle(*VIDEOS)
    video = marked(running)
    keys = {one.path: one.key for one in running.catalog.snapshot.library.present.values()}
    run().index.stop()
    move(films, tmp_path / "moved")
    running = run(tmp_path / "moved")
    running.settle(*VIDEOS)
    assert {one.path: one.key for one in running.catalog.snapshot.library.present.values()} == keys
    assert is_same(running, video, "Dune.mp4")


def test_a_library_moved_while_the_old_root_is_still_named_keeps_everything(
    run: Run, films: Path, tmp_path: Path, hurried: None
) -> None:
    shows = tmp_path / "shows"
    write(shows / "noise.mp4")
    running = run(films, shows)
    running.settle(*VIDEOS, "noise.mp4")
    video = marked(running)
    films.rename(tmp_path / "unplugged")
    until(lambda: running.report().activity == "offline")
    shutil.copytree(tmp_path / "unplugged", shows / "films", copy_function=shutil.copyfile)
    until(lambda: running.now(video).path == "films/Dune.mp4")
    assert running.catalog.snapshot.marks.ratings == {video.id: 5}


# Roots that go and come


def empty(films: Path) -> None:
    films.rename(films.parent / "unplugged")
    films.mkdir()


def a_file(films: Path) -> None:
    films.rename(films.parent / "unplugged")
    films.touch()


def replug(films: Path) -> None:
    if films.is_dir():
        films.rmdir()
    elif films.exists():
        films.unlink()
    (films.parent / "unplugged").rename(films)


GOINGS: dict[str, tuple[Callable[[Path], object], str]] = {
    "absent": (lambda films: films.rename(films.parent / "unplugged"), "does not exist"),
    "an empty folder": (empty, "is empty"),
    "a file": (a_file, "is not a folder"),
}


@pytest.mark.parametrize(("go", "reason"), GOINGS.values(), ids=GOINGS.keys())
def test_a_root_that_is_away_loses_nothing_and_returns_by_itself(
    run: Run, films: Path, hurried: None, go: Callable[[Path], object], reason: str
) -> None:
    running = run(films)
    running.settle(*VIDEOS)
    video = marked(running)
    before = dict(running.catalog.snapshot.library.present)
    go(films)
    until(lambda: reason in (running.report().root.offline_reason or ""))
    assert running.catalog.snapshot.library.present == before
    assert running.catalog.snapshot.status(video) is Status.OFFLINE
    assert not any(name == "video.missing" for name, _ in running.heard)
    replug(films)
    until(lambda: running.report().activity == "idle")
    assert running.catalog.snapshot.library.present == before
    assert is_same(running, video, "Dune.mp4")
    write(films / "new.mp4")
    until(lambda: running.has("new.mp4"))


@pytest.mark.parametrize("go", [go for go, _ in GOINGS.values()], ids=GOINGS.keys())
def test_a_root_that_is_away_at_the_start_loses_nothing(
    run: Run, films: Path, hurried: None, go: Callable[[Path], object]
) -> None:
    running = run(films)
    running.settle(*VIDEOS)
    video = marked(running)
    run().index.stop()
    go(films)
    running = run(films)
    until(lambda: running.report().activity == "offline")
    assert len(running.present) == 3
    replug(films)
    until(lambda: running.report().activity == "idle")
    assert is_same(running, video, "Dune.mp4")


def test_a_disk_that_is_unmounted_loses_nothing(run: Run, tmp_path: Path, hurried: None) -> None:
    """What is left is the empty folder that it was mounted on."""
    films = tmp_path / "disk"
    films.mkdir()
    with mounted(films, "-t", "tmpfs", "none"):
        write(films / "Dune.mp4")
        running = run(films)
        running.settle("Dune.mp4")
        before = dict(running.catalog.snapshot.library.present)
    until(lambda: running.report().activity == "offline")
    assert running.catalog.snapshot.library.present == before
    assert not any(name == "video.missing" for name, _ in running.heard)


def test_a_root_that_became_another_folder_is_watched_anew(run: Run, films: Path, tmp_path: Path) -> None:
    """Within 5 s; nothing is hurried here."""
    write(tmp_path / "other/Alien.mp4")
    running = run(films)
    running.settle(*VIDEOS)
    films.rename(tmp_path / "unplugged")
    (tmp_path / "other").rename(films)
    until(lambda: running.present == {"Alien.mp4"}, RETURN_S)
    write(films / "new.mp4")
    until(lambda: running.has("new.mp4"))
    assert running.report().watches == 1


def test_a_folder_that_cannot_be_read_loses_nothing(run: Run, films: Path) -> None:
    running = run(films, disk=replace(DISK, scan=unreadable("old")))
    running.settle("Dune.mp4")
    running = run(films)
    running.settle(*VIDEOS)
    running = run(films, disk=replace(DISK, scan=unreadable("old")))
    until(lambda: running.report().scanned_at)
    assert running.present == set(VIDEOS)


def unreadable(folder: str) -> Callable[..., Scan]:
    """A scan of a disk where this folder fails."""

    def look(root: str, scope: Sequence[str], on_files: Callable[[Sequence[FoundFile], int], None]) -> Scan:
        found = scan(root, scope, lambda files, folders: None)
        kept = tuple(file for file in found.files if not file.path.startswith(folder + "/"))
        on_files(kept, found.folders)
        return replace(found, files=kept, unreadable=(folder,))

    return look


# Watching that fails


class Blind:
    """A watcher of a disk that cannot be watched."""

    def __init__(self, root: str, report: Callable[[Sighting], None]) -> None: ...

    def start(self) -> None:
        raise Unavailable("This disk cannot be watched.")

    def stop(self) -> None: ...

    def watches(self) -> int | None: ...


class Short(Blind):
    """A watcher that silently watches fewer folders than there are."""

    def start(self) -> None: ...

    def watches(self) -> int | None:
        return 1


@pytest.mark.parametrize(
    ("watch", "reason"), [(Blind, "cannot be watched"), (Short, "sysctl")], ids=["none", "short"]
)
def test_where_watching_fails_the_folder_is_looked_at_again_and_again(
    run: Run, films: Path, watch: type[Blind], reason: str
) -> None:
    running = run(films, disk=replace(DISK, watch=watch), poll_interval_s=0.1)
    running.settle(*VIDEOS)
    until(lambda: reason in (running.report().polling_reason or ""))
    write(films / "new.mp4")
    until(lambda: running.has("new.mp4"))
    (films / "new.mp4").unlink()
    until(lambda: not running.has("new.mp4"))


def test_an_index_that_meets_the_unexpected_looks_again(
    run: Run, films: Path, hurried: None, caplog: pytest.LogCaptureFixture
) -> None:
    problems = iter([RuntimeError("nobody thought of this")])

    def odd(root: str, scope: Sequence[str], on_files: Callable[[Sequence[FoundFile], int], None]) -> Scan:
        for problem in problems:
            raise problem
        return scan(root, scope, on_files)

    running = run(films, disk=replace(DISK, scan=odd))
    running.settle(*VIDEOS)
    assert "nobody thought of this" in caplog.text
    write(films / "new.mp4")
    until(lambda: running.has("new.mp4"))


def test_a_stop_ends_the_thread(run: Run, films: Path) -> None:
    running = run(films)
    running.settle(*VIDEOS)
    running.index.stop()
    until(lambda: not running.indexes[0]._thread.is_alive())
