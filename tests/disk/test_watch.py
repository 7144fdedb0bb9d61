"""What the watcher tells about each thing that can happen in a root."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local_video_server.disk.fingerprint import fingerprint
from local_video_server.disk.inotify import Instance
from local_video_server.disk.scan import scan
from local_video_server.disk.watch import Watch
from local_video_server.library.errors import Unavailable
from local_video_server.library.files import Seen, Sighting
from tests.disk.faults import SOON_S, Sightings, eventually, mounted, program, without_privileges

pytestmark = pytest.mark.skipif(not os.path.exists("/proc/sys/fs/inotify"), reason="there is no inotify here")

MARKER = "marker.mp4"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root with some videos, beside a folder outside of it."""
    for path in (
        "root/x.mp4",
        "root/show/one.mp4",
        "root/folder.jpg",
        "root/notes.txt",
        "outside/new.mp4",
        "outside/film/two.mp4",
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(b"video")
    return tmp_path / "root"


@pytest.fixture
def sightings() -> Sightings:
    return Sightings()


@pytest.fixture
def watch(root: Path, sightings: Sightings) -> Iterator[Watch]:
    watch = Watch(str(root), sightings)
    watch.start()
    yield watch
    watch.stop()


def after_all_else(root: Path, sightings: Sightings) -> list[Sighting]:
    """Everything reported up to now: a marker is made and waited for, for news come in order."""
    (root / MARKER).touch()
    sightings.wait_for(Sighting(Seen.COMPLETED, MARKER))
    return [sighting for sighting in sightings.all if sighting.path != MARKER]


def made(path: Path) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.touch()
    return path


def folder(seen: Seen, path: str, source: str = "") -> Sighting:
    return Sighting(seen, path, source, is_folder=True)


APPEARED, COMPLETED, VANISHED, MOVED = Seen.APPEARED, Seen.COMPLETED, Seen.VANISHED, Seen.MOVED
HAPPENINGS: dict[str, tuple[Callable[[Path], object], list[Sighting]]] = {
    "a file is written": (
        lambda root: (root / "new.mp4").write_bytes(b"video"),
        [Sighting(APPEARED, "new.mp4"), Sighting(COMPLETED, "new.mp4")],
    ),
    "a file is written anew": (
        lambda root: (root / "x.mp4").write_bytes(b"other"),
        [Sighting(COMPLETED, "x.mp4")],
    ),
    "a file is deleted": (
        lambda root: (root / "show/one.mp4").unlink(),
        [Sighting(VANISHED, "show/one.mp4")],
    ),
    "a file is renamed": (
        lambda root: (root / "x.mp4").rename(root / "y.mp4"),
        [Sighting(MOVED, "y.mp4", "x.mp4")],
    ),
    "a file is moved to another folder": (
        lambda root: (root / "x.mp4").rename(root / "show/x.mp4"),
        [Sighting(MOVED, "show/x.mp4", "x.mp4")],
    ),
    "a file comes from outside": (
        lambda root: (root.parent / "outside/new.mp4").rename(root / "new.mp4"),
        [Sighting(COMPLETED, "new.mp4")],
    ),
    "a file goes outside": (
        lambda root: (root / "x.mp4").rename(root.parent / "x.mp4"),
        [Sighting(VANISHED, "x.mp4")],
    ),
    "a download ends": (
        lambda root: made(root / "d.mp4.part").rename(root / "d.mp4"),
        [Sighting(COMPLETED, "d.mp4")],
    ),
    "rsync ends": (
        lambda root: made(root / ".d.mp4.Xy").rename(root / "d.mp4"),
        [Sighting(COMPLETED, "d.mp4")],
    ),
    "a file is hidden": (
        lambda root: (root / "x.mp4").rename(root / ".x.mp4"),
        [Sighting(VANISHED, "x.mp4")],
    ),
    "a file is linked": (
        lambda root: os.link(root / "x.mp4", root / "y.mp4"),
        [Sighting(APPEARED, "y.mp4")],
    ),
    "a file has a name that is not UTF-8": (
        lambda root: (root / os.fsdecode(b"caf\xe9.mp4")).touch(),
        [Sighting(APPEARED, "caf\udce9.mp4"), Sighting(COMPLETED, "caf\udce9.mp4")],
    ),
    "a file has two lines for a name": (
        lambda root: (root / "x.mp4").rename(root / "two\nlines.mp4"),
        [Sighting(MOVED, "two\nlines.mp4", "x.mp4")],
    ),
    "a text is written": (lambda root: (root / "notes.txt").write_text("more"), []),
    "a picture is written": (
        lambda root: (root / "X-poster.JPG").write_bytes(b"picture"),
        [Sighting(COMPLETED, "X-poster.JPG")],
    ),
    "a picture is deleted": (
        lambda root: (root / "folder.jpg").unlink(),
        [Sighting(VANISHED, "folder.jpg")],
    ),
    "a picture is renamed": (
        lambda root: (root / "folder.jpg").rename(root / "show/one.jpg"),
        [Sighting(MOVED, "show/one.jpg", "folder.jpg")],
    ),
    "the download of a picture ends": (
        lambda root: made(root / "x.png.part").rename(root / "x.png"),
        [Sighting(COMPLETED, "x.png")],
    ),
    "a picture goes outside": (
        lambda root: (root / "folder.jpg").rename(root.parent / "folder.jpg"),
        [Sighting(VANISHED, "folder.jpg")],
    ),
    "a picture has a name that is not UTF-8": (
        lambda root: (root / os.fsdecode(b"caf\xe9.webp")).touch(),
        [Sighting(COMPLETED, "caf\udce9.webp")],
    ),
    "a picture is hidden": (lambda root: made(root / "._x.jpg"), []),
    "a folder has the name of a picture": (
        lambda root: (root / "holiday.jpg").mkdir(),
        [folder(APPEARED, "holiday.jpg")],
    ),
    "a folder is made": (lambda root: (root / "film").mkdir(), [folder(APPEARED, "film")]),
    "a folder is renamed": (
        lambda root: (root / "show").rename(root / "series"),
        [folder(MOVED, "series", "show")],
    ),
    "a folder comes from outside": (
        lambda root: (root.parent / "outside/film").rename(root / "film"),
        [folder(COMPLETED, "film")],
    ),
    "a folder goes outside": (
        lambda root: (root / "show").rename(root.parent / "show"),
        [folder(VANISHED, "show")],
    ),
    "a folder goes outside and returns": (
        lambda root: [
            (root / "show").rename(root.parent / "show"),
            (root.parent / "show").rename(root / "show"),
        ],
        [folder(VANISHED, "show"), folder(COMPLETED, "show")],
    ),
    "a folder is hidden": (
        lambda root: (root / "show").rename(root / ".show"),
        [folder(VANISHED, "show")],
    ),
    "a folder is deleted": (
        lambda root: shutil.rmtree(root / "show"),
        [Sighting(VANISHED, "show/one.mp4"), folder(VANISHED, "show")],
    ),
    "a folder of a NAS is made": (
        lambda root: made(root / "@eaDir/x.mp4"),
        [],
    ),
}


@pytest.mark.parametrize("happening", HAPPENINGS)
def test_each_happening_is_told_once_and_for_what_it_is(
    root: Path, watch: Watch, sightings: Sightings, happening: str
) -> None:
    cause, told = HAPPENINGS[happening]
    cause(root)
    assert after_all_else(root, sightings) == told


@pytest.mark.parametrize("happening", [name for name in HAPPENINGS if "folder" in name])
def test_as_many_folders_are_watched_as_a_scan_sees(
    root: Path, watch: Watch, sightings: Sightings, happening: str
) -> None:
    HAPPENINGS[happening][0](root)
    after_all_else(root, sightings)
    assert eventually(lambda: watch.watches() == scan(str(root)).folders)


@pytest.mark.parametrize(
    ("happening", "folder"),
    [
        ("a folder is made", "film"),
        ("a folder is renamed", "series"),
        ("a folder comes from outside", "film"),
        ("a folder goes outside and returns", "show"),
    ],
)
def test_a_folder_that_came_is_watched_under_its_name(
    root: Path, watch: Watch, sightings: Sightings, happening: str, folder: str
) -> None:
    HAPPENINGS[happening][0](root)
    after_all_else(root, sightings)
    (root / folder / "late.mp4").touch()
    sightings.wait_for(Sighting(COMPLETED, f"{folder}/late.mp4"))


def test_a_folder_that_takes_the_name_of_one_that_left_is_watched(
    root: Path, watch: Watch, sightings: Sightings
) -> None:
    (root / "film/disc").mkdir(parents=True)
    after_all_else(root, sightings)
    before = len(sightings.all)
    (root / "film").rename(root.parent / "film")
    (root / "show").rename(root / "film")
    sightings.wait_for(folder(MOVED, "film", "show"))
    (root / "film/late.mp4").touch()
    sightings.wait_for(Sighting(COMPLETED, "film/late.mp4"))
    assert sightings.all[before:][:2] == [folder(VANISHED, "film"), folder(MOVED, "film", "show")]
    assert watch.watches() == scan(str(root)).folders
    made(root.parent / "film/disc/elsewhere.mp4")
    (root / "last.mp4").touch()
    sightings.wait_for(Sighting(COMPLETED, "last.mp4"))
    assert not any(sighting.path.endswith("elsewhere.mp4") for sighting in sightings.all)


def test_who_looks_into_each_new_folder_misses_no_file(root: Path, watch: Watch, sightings: Sightings) -> None:
    made = set()
    for number in range(100):
        folder = f"season {number}/disc/part"
        (root / folder).mkdir(parents=True)
        (root / folder / "x.mp4").touch()
        made.add(f"{folder}/x.mp4")
    told = after_all_else(root, sightings)
    folders = {item.path for item in told if item.seen is APPEARED and not item.path.endswith(".mp4")}
    looked_at = {file.path for file in scan(str(root), sorted(folders)).files}
    assert made <= looked_at | {item.path for item in told}
    assert watch.watches() == scan(str(root)).folders


def test_our_own_reads_are_no_news(root: Path, watch: Watch, sightings: Sightings) -> None:
    for file in scan(str(root)).files:
        (root / file.path).read_bytes()
        fingerprint(str(root / file.path), file.size_bytes)
    assert after_all_else(root, sightings) == []


def test_an_excluded_folder_is_not_watched(root: Path, sightings: Sightings) -> None:
    (root / "data").mkdir()
    watch = Watch(str(root), sightings, excluded=frozenset([os.path.realpath(root / "data")]))
    watch.start()
    try:
        assert watch.watches() == 2
        (root / "data/segment.mp4").touch()
        assert after_all_else(root, sightings) == []
    finally:
        watch.stop()


def test_a_root_that_is_a_link_is_watched_where_it_leads(root: Path, sightings: Sightings) -> None:
    (root.parent / "films").symlink_to(root)
    (root / "loop").symlink_to(root)
    watch = Watch(str(root.parent / "films"), sightings)
    watch.start()
    try:
        (root / "show/new.mp4").touch()
        sightings.wait_for(Sighting(COMPLETED, "show/new.mp4"))
        assert watch.watches() == 2
    finally:
        watch.stop()


def test_a_mount_that_leads_back_does_not_change_names(root: Path, sightings: Sightings) -> None:
    (root / "show/loop").mkdir()
    with mounted(root / "show/loop", "--bind", str(root)):
        watch = Watch(str(root), sightings)
        watch.start()
        try:
            assert watch.watches() == scan(str(root)).folders == 2
            (root / "show/loop/show/new.mp4").touch()
            sightings.wait_for(Sighting(COMPLETED, "show/new.mp4"))
        finally:
            watch.stop()


def test_a_root_that_is_unmounted_is_told(root: Path, sightings: Sightings) -> None:
    with mounted(root, "-t", "tmpfs", "none"):
        (root / "inside").mkdir()
        watch = Watch(str(root), sightings)
        watch.start()
    try:
        sightings.wait_for(folder(VANISHED, ""))
        assert eventually(lambda: watch.watches() == 0)
    finally:
        watch.stop()


def test_a_root_that_is_deleted_is_told(root: Path, watch: Watch, sightings: Sightings) -> None:
    shutil.rmtree(root)
    sightings.wait_for(folder(VANISHED, ""))


def test_a_reader_that_fails_does_not_end_the_watcher(root: Path, sightings: Sightings) -> None:
    def fail_at_first(sighting: Sighting) -> None:
        sightings(sighting)
        raise RuntimeError("a reader's mistake")

    watch = Watch(str(root), fail_at_first)
    watch.start()
    try:
        (root / "a.mp4").touch()
        sightings.wait_for(Sighting(COMPLETED, "a.mp4"))
        (root / "b.mp4").touch()
        sightings.wait_for(Sighting(COMPLETED, "b.mp4"))
    finally:
        watch.stop()


@pytest.mark.parametrize(("name", "sentence"), [("nothing", "does not exist"), ("x.mp4", "is not a folder")])
def test_what_cannot_be_watched_says_why(root: Path, sightings: Sightings, name: str, sentence: str) -> None:
    before = held()
    with pytest.raises(Unavailable, match=sentence):
        Watch(str(root / name), sightings).start()
    assert held() == before


def test_building_and_stopping_without_a_start_does_nothing(root: Path, sightings: Sightings) -> None:
    before = held()
    watch = Watch(str(root), sightings)
    assert watch.watches() == 0
    watch.stop()
    assert held() == before
    with pytest.raises(Unavailable):
        watch.start()


def test_twenty_starts_and_stops_leave_nothing_behind(root: Path, sightings: Sightings) -> None:
    before = held()
    for _ in range(20):
        watch = Watch(str(root), sightings)
        watch.start()
        assert watch.watches() == 2
        watch.stop()
        assert watch.watches() == 0
        assert held() == before


def test_a_stop_from_within_a_report_does_not_hang(root: Path) -> None:
    before, is_over = held(), threading.Event()

    def stop(sighting: Sighting) -> None:
        stopped.stop()
        is_over.set()

    stopped = Watch(str(root), stop)
    stopped.start()
    (root / "new.mp4").touch()
    assert is_over.wait(SOON_S)
    assert eventually(lambda: held() == before)


def test_two_roots_have_nothing_in_common(root: Path, watch: Watch, sightings: Sightings) -> None:
    others = Sightings()
    other = Watch(str(root.parent / "outside"), others)
    other.start()
    other.stop()
    assert after_all_else(root, sightings) == []
    assert others.all == []


def test_an_instance_stopped_before_its_first_read_leaves_nothing_behind() -> None:
    before = held()
    instance = Instance(lambda: None)
    instance.stop()
    instance.start()
    instance.join()
    assert held() == before


def test_forbidden_folders_are_not_counted_as_watched(root: Path) -> None:
    forbidden = [root / "show", root / "other", root / "another"]
    for folder in forbidden:
        folder.mkdir(exist_ok=True)
        folder.chmod(0)
    count = (
        "import sys; from local_video_server.disk.watch import Watch; watch = Watch(sys.argv[1], print)\n"
        "watch.start(); print(watch.watches()); watch.stop()"
    )
    some = without_privileges(program(count, root))
    none = without_privileges(program(count, root / "show"))
    for folder in forbidden:
        folder.chmod(0o755)
    assert (some.stdout, some.stderr) == ("1\n", "")
    assert f"Unavailable: The folder {root / 'show'} cannot be read: permission denied." in none.stderr


def held() -> tuple[int, int]:
    """Descriptors and threads of this process."""
    return len(os.listdir("/proc/self/fd")), threading.active_count()
