"""One moment of the library: finding videos in it, and its folders."""

from __future__ import annotations

import dataclasses
import os

import pytest

from local_video_server.library.snapshot import Folder, Library
from local_video_server.library.video import Status, media_hash
from tests import examples
from tests.examples import root, snapshot, video

FILMS, SHOWS = root("Films", 1), root("Shows", 2)
DUNE = video(path="scifi/Dune.mp4")
SOLARIS = video(path="Solaris.mp4")
AWAY = video(path="Away.mp4", missing_since=1.0)
MOVED = video(path="new/Arrival.mp4", media_hash=media_hash("Arrival.mp4"))
WHOLE = snapshot(
    SOLARIS,
    DUNE,
    MOVED,
    away=[AWAY],
    former_paths={"old/Dune.mp4": DUNE.id, "Solaris.mp4": DUNE.id, "lost.mp4": AWAY.id, "forgotten.mp4": 10**9},
    retired_keys={"aaaaaaaaaa": DUNE.id, "bbbbbbbbbb": 10**9},
    old_hashes={"00112233aabbccdd": DUNE.id, "ffffffffffffffff": 10**9, SOLARIS.media_hash: AWAY.id},
)

NAMES = {
    "its key": (DUNE.key, DUNE),
    "a key that was retired": ("aaaaaaaaaa", DUNE),
    "its path": ("scifi/Dune.mp4", DUNE),
    "a former path": ("old/Dune.mp4", DUNE),
    "a path that two had is whose it is now": ("Solaris.mp4", SOLARIS),
    "the hash of the original server": (media_hash("scifi/Dune.mp4"), DUNE),
    "the key of one that is missing": (AWAY.key, AWAY),
    "the hash of one that is missing": (AWAY.media_hash, AWAY),
    "a former path of one that is missing": ("lost.mp4", AWAY),
    "the hash of the path that it has now": (media_hash(MOVED.filename), MOVED),
    "the hash of the path that it was first seen at": (MOVED.media_hash, MOVED),
    "the hash of a former path": (media_hash("old/Dune.mp4"), DUNE),
    "the hash of a former path of one that is missing": (media_hash("lost.mp4"), AWAY),
    "a hash of a path that two had is whose it is now": (media_hash("Solaris.mp4"), SOLARIS),
    "a hash that was moved in": ("00112233aabbccdd", DUNE),
}


@pytest.mark.parametrize(("name", "expected"), NAMES.values(), ids=NAMES.keys())
def test_a_video_is_found_by(name: str, expected: object) -> None:
    assert WHOLE.find(name) == expected


NO_NAMES = [
    *("", ".", "..", "/", "scifi", "Dune.mp4", "scifi/../scifi/Dune.mp4", "/scifi/Dune.mp4", "./Solaris.mp4"),
    *("../Films/Solaris.mp4", "Solaris.mp4\x00", "solaris.mp4", "/Films/Solaris.mp4", "zzzzzzzzzz", "bbbbbbbbbb"),
    *(
        "forgotten.mp4",
        "0" * 16,
        "f" * 16,
        "\ud800",
        media_hash("forgotten.mp4"),
        "00112233AABBCCDD",
        DUNE.key.upper(),
        DUNE.key + "\n",
        "%2e%2e",
    ),
]


# A key is drawn anew each time: its test has to have the same name for every process.
@pytest.mark.parametrize("name", NO_NAMES, ids=lambda name: repr(name).lower().replace(DUNE.key, "its key"))
def test_nothing_else_is_found(name: str) -> None:
    assert WHOLE.find(name) is None


def test_of_two_roots_with_the_same_path_the_first_has_it() -> None:
    first, second = video("Dune", root=FILMS), video("Dune", root=SHOWS)
    for order in ((first, second), (second, first)):
        assert snapshot(*order, roots=(FILMS, SHOWS)).find("Dune.mp4") == first


def test_a_name_that_is_no_utf_8_is_found_as_it_is_shown() -> None:
    odd = video(path=os.fsdecode(b"caf\xe9.mp4"))
    assert snapshot(odd, DUNE).find("caf\ufffd.mp4") == odd


# Folders

TREE = snapshot(
    video(path="b/Part 10.mp4"),
    video(path="b/Part 2.mp4"),
    video(path="b/deep/er/x.mp4"),
    video(path="B 2/y.mp4"),
    video(path="z.mp4"),
    video(path="s.mp4", root=SHOWS),
    roots=(FILMS, SHOWS, root("Empty", 3)),
    away=[video(path="gone/x.mp4", missing_since=1.0), video(path="b/gone.mp4", missing_since=1.0)],
).library.folders


def folder(path: str) -> Folder:
    return TREE[path]


def test_the_folders_are_those_with_videos_below_and_the_roots() -> None:
    assert set(TREE) == {"Films", "Films/b", "Films/b/deep", "Films/b/deep/er", "Films/B 2", "Shows", "Empty"}


@pytest.mark.parametrize(
    ("path", "total"),
    [("Films", 5), ("Films/b", 3), ("Films/b/deep", 1), ("Films/b/deep/er", 1), ("Shows", 1), ("Empty", 0)],
)
def test_a_folder_counts_all_that_lies_below(path: str, total: int) -> None:
    assert folder(path).total == total


def test_a_folder_lists_what_lies_directly_in_it_as_people_count() -> None:
    assert [one.name for one in folder("Films/b").videos] == ["Part 2.mp4", "Part 10.mp4"]
    assert folder("Films/b").folders == ("Films/b/deep",)
    assert folder("Films").folders == ("Films/b", "Films/B 2")
    assert (folder("Films/b/deep").name, folder("Films/b/deep").videos) == ("deep", ())


# Status and counts


def test_what_viewers_are_told_of_a_video() -> None:
    offline, unused = root("Shows", 2, offline_reason="gone"), root("Unused", 9)
    broken, there, lost = video(status=Status.BROKEN), video(root=offline), video(root=unused)
    lost_there = video(root=offline, missing_since=1.0)
    some = snapshot(DUNE, broken, there, away=[AWAY, lost, lost_there], roots=(FILMS, offline))
    told = [some.status(one) for one in (DUNE, broken, AWAY, there, lost, lost_there)]
    assert told == ["ready", "broken", "missing", "offline", "offline", "offline"]


def test_the_missing_ones_are_those_that_vanished_latest_first() -> None:
    late = video(missing_since=2.0)
    unused = video(root=root("Unused", 9))
    assert snapshot(DUNE, away=[AWAY, late, unused]).library.missing == (late, AWAY)


def test_a_library_fills_while_it_is_scanned_or_looked_into() -> None:
    waiting = snapshot(DUNE, video(status=Status.PENDING))
    assert waiting.is_filling
    assert waiting.library.pending == 1
    assert not snapshot(DUNE).is_filling
    assert dataclasses.replace(snapshot(DUNE), scanning=frozenset({1})).is_filling


def test_a_snapshot_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        WHOLE.library = Library()  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        DUNE.title = "Other"  # type: ignore[misc]


def test_neighbours_by_title_end_where_the_titles_end() -> None:
    some = [examples.video(f"Film {number}") for number in range(10)]
    library = snapshot(*reversed(some)).library
    assert list(library.neighbours_by_title(some[0], 2)) == some[:3]
    assert list(library.neighbours_by_title(some[5], 2)) == some[3:8]
    assert list(library.neighbours_by_title(some[9], 2)) == some[7:]


def test_an_offline_folders_own_videos_are_not_sought_elsewhere() -> None:
    """It may be asked about while it is still taken for away: what lies in it is known to be there."""
    home, disk = examples.root(), examples.root("Disk", 2, offline_reason="unplugged")
    here, there = examples.video("Here", root=home), examples.video("There", root=disk)
    library = examples.snapshot(here, there, roots=(home, disk)).library
    assert list(library.elsewhere(disk)) == []
    assert list(library.elsewhere(home)) == [there]
