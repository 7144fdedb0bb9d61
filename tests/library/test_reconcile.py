"""Who each file is: every rung of the ladder, and what is never lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from local_video_server.library.files import FoundFile, Move, Scan
from local_video_server.library.reconcile import Changes, Placed, choose, reconcile
from local_video_server.library.video import Picture, Video
from tests import examples
from tests.examples import found

DUNE = examples.video(path="films/Dune.mp4", fingerprint=b"dune")
COPY = examples.video(path="copies/Dune.mp4", fingerprint=b"dune", size_bytes=DUNE.size_bytes)
GONE = examples.video(path="films/Gone.mp4", fingerprint=b"gone", missing_since=5.0)
NEIGHBOUR = examples.video(path="films/Dune 2.mp4", fingerprint=b"neighbour")
NOISE = examples.video(path="noise/Noise.mp4", fingerprint=b"noise")
SAME_CONTENT: dict[str, Any] = {"size_bytes": DUNE.size_bytes}


def outcome(changes: Changes) -> dict[str, Any]:
    """Changes as paths; a video with new content has a star."""
    told = {
        "added": {file.path for file in changes.added},
        "placed": {one.video.path: one.file.path + "*" * one.has_new_content for one in changes.placed},
        "vanished": {video.path for video in changes.vanished},
        "unsure": {file.path for file in changes.unsure},
    }
    return {name: what for name, what in told.items() if what}


def look(
    known: Iterable[Video],
    files: Iterable[FoundFile],
    elsewhere: Iterable[Video] = (),
    prints: Mapping[str, bytes | None] | None = None,
    **scan: Any,
) -> dict[str, Any]:
    """What changed, with a video that did not beside it."""
    seen = (*files, found(NOISE.path, like=NOISE))
    return outcome(reconcile((*known, NOISE), elsewhere, Scan(seen, **scan), prints))


LADDER: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "unchanged": (
        {"known": [DUNE], "files": [found(DUNE.path, like=DUNE)]},
        {},
    ),
    "the same file at another inode": (
        {"known": [DUNE], "files": [found(DUNE.path, like=DUNE, inode=99)]},
        {"placed": {DUNE.path: DUNE.path}},
    ),
    "touched": (
        {"known": [DUNE], "files": [found(DUNE.path, like=DUNE, modified_ns=7)]},
        {"placed": {DUNE.path: DUNE.path + "*"}},
    ),
    "new content at the same path": (
        {"known": [DUNE], "files": [found(DUNE.path)]},
        {"placed": {DUNE.path: DUNE.path + "*"}},
    ),
    "deleted": (
        {"known": [DUNE], "files": []},
        {"vanished": {DUNE.path}},
    ),
    "new": (
        {"known": [DUNE], "files": [found(DUNE.path, like=DUNE), found("new.mp4")]},
        {"added": {"new.mp4"}},
    ),
    "moved under the watcher's eyes": (
        {
            "known": [DUNE],
            "files": [found("b.mp4", inode=99, size_bytes=DUNE.size_bytes)],
            "moves": (Move(DUNE.path, "b.mp4"),),
        },
        {"placed": {DUNE.path: "b.mp4"}},
    ),
    "moved and written to": (
        {"known": [DUNE], "files": [found("b.mp4", size_bytes=7)], "moves": (Move(DUNE.path, "b.mp4"),)},
        {"placed": {DUNE.path: "b.mp4*"}},
    ),
    "its folder moved under the watcher's eyes": (
        {
            "known": [DUNE, NEIGHBOUR],
            "files": [found("x/Dune.mp4", **SAME_CONTENT), found("x/Dune 2.mp4", size_bytes=NEIGHBOUR.size_bytes)],
            "moves": (Move("films", "x"),),
        },
        {"placed": {DUNE.path: "x/Dune.mp4", NEIGHBOUR.path: "x/Dune 2.mp4"}},
    ),
    "a folder moved whose name only begins alike": (
        {
            "known": [DUNE],
            "files": [found("x/Dune.mp4")],
            "moves": (Move("film", "x"),),
        },
        {"added": {"x/Dune.mp4"}, "vanished": {DUNE.path}},
    ),
    "moved unseen": (
        {"known": [DUNE], "files": [found("b.mp4", like=DUNE)]},
        {"placed": {DUNE.path: "b.mp4"}},
    ),
    "another file at its inode": (
        {"known": [DUNE], "files": [found("b.mp4", like=DUNE, modified_ns=7, size_bytes=7)]},
        {"added": {"b.mp4"}, "vanished": {DUNE.path}},
    ),
    "the same inode of another device": (
        {"known": [DUNE], "files": [found("b.mp4", like=DUNE, device=9, size_bytes=7)]},
        {"added": {"b.mp4"}, "vanished": {DUNE.path}},
    ),
    "two files that swapped names": (
        {"known": [DUNE, NEIGHBOUR], "files": [found(NEIGHBOUR.path, like=DUNE), found(DUNE.path, like=NEIGHBOUR)]},
        {"placed": {DUNE.path: NEIGHBOUR.path, NEIGHBOUR.path: DUNE.path}},
    ),
    "three files that changed places": (
        {
            "known": [DUNE, NEIGHBOUR, COPY],
            "files": [
                found(NEIGHBOUR.path, like=DUNE),
                found(COPY.path, like=NEIGHBOUR),
                found(DUNE.path, like=COPY),
            ],
        },
        {"placed": {DUNE.path: NEIGHBOUR.path, NEIGHBOUR.path: COPY.path, COPY.path: DUNE.path}},
    ),
    "moved, and another file took its place": (
        {"known": [DUNE], "files": [found("b.mp4", like=DUNE), found(DUNE.path)]},
        {"placed": {DUNE.path: "b.mp4"}, "added": {DUNE.path}},
    ),
    "moved onto another video": (
        {"known": [DUNE, NEIGHBOUR], "files": [found(NEIGHBOUR.path, like=DUNE)]},
        {"placed": {DUNE.path: NEIGHBOUR.path}, "vanished": {NEIGHBOUR.path}},
    ),
    "a hard link beside it": (
        {"known": [DUNE], "files": [found(DUNE.path, like=DUNE), found("b.mp4", like=DUNE)]},
        {"added": {"b.mp4"}},
    ),
    "of a size that a lost one has": (
        {"known": [DUNE], "files": [found("b.mp4", **SAME_CONTENT)]},
        {"unsure": {"b.mp4"}},
    ),
    "of a lost one's size, and of its content": (
        {"known": [DUNE], "files": [found("b.mp4", **SAME_CONTENT)], "prints": {"b.mp4": b"dune"}},
        {"placed": {DUNE.path: "b.mp4"}},
    ),
    "of a lost one's size, and of other content": (
        {"known": [DUNE], "files": [found("b.mp4", **SAME_CONTENT)], "prints": {"b.mp4": b"other"}},
        {"added": {"b.mp4"}, "vanished": {DUNE.path}},
    ),
    "of a lost one's size, and unreadable": (
        {"known": [DUNE], "files": [found("b.mp4", **SAME_CONTENT)], "prints": {"b.mp4": None}},
        {"added": {"b.mp4"}, "vanished": {DUNE.path}},
    ),
    "a copy of one that is here": (
        {
            "known": [DUNE],
            "files": [found(DUNE.path, like=DUNE), found("b.mp4", **SAME_CONTENT)],
            "prints": {"b.mp4": b"dune"},
        },
        {"added": {"b.mp4"}},
    ),
    "two lost ones of its content, one of its name": (
        {
            "known": [DUNE, examples.video(path="x/Other.mp4", fingerprint=b"dune", **SAME_CONTENT)],
            "files": [found("new/Dune.mp4", **SAME_CONTENT)],
            "prints": {"new/Dune.mp4": b"dune"},
        },
        {"placed": {DUNE.path: "new/Dune.mp4"}, "vanished": {"x/Other.mp4"}},
    ),
    "two lost ones of its content and name, one of its folder's name": (
        {
            "known": [DUNE, COPY],
            "files": [found("archive/copies/Dune.mp4", **SAME_CONTENT)],
            "prints": {"archive/copies/Dune.mp4": b"dune"},
        },
        {"placed": {COPY.path: "archive/copies/Dune.mp4"}, "vanished": {DUNE.path}},
    ),
    "two lost ones that are just as likely": (
        {
            "known": [DUNE, COPY],
            "files": [found("b.mp4", **SAME_CONTENT)],
            "prints": {"b.mp4": b"dune"},
        },
        {"added": {"b.mp4"}, "vanished": {DUNE.path, COPY.path}},
    ),
    "two files, and one lost one of their content": (
        {
            "known": [DUNE],
            "files": [found("b.mp4", **SAME_CONTENT), found("c.mp4", **SAME_CONTENT)],
            "prints": {"b.mp4": b"dune", "c.mp4": b"dune"},
        },
        {"placed": {DUNE.path: "b.mp4"}, "added": {"c.mp4"}},
    ),
    "missing, and back at its path": (
        {"known": [GONE], "files": [found(GONE.path, like=GONE)]},
        {"placed": {GONE.path: GONE.path}},
    ),
    "missing, and back at its path from a backup": (
        {"known": [GONE], "files": [found(GONE.path, like=GONE, inode=99, device=9)]},
        {"placed": {GONE.path: GONE.path}},
    ),
    "missing, and back at another path": (
        {"known": [GONE], "files": [found("b.mp4", like=GONE)]},
        {"placed": {GONE.path: "b.mp4"}},
    ),
    "missing, and its path is taken by another file": (
        {"known": [GONE], "files": [found(GONE.path)]},
        {"placed": {GONE.path: GONE.path + "*"}},
    ),
    "missing, and its path is taken by another video": (
        {"known": [GONE, DUNE], "files": [found(GONE.path, like=DUNE)]},
        {"placed": {DUNE.path: GONE.path}},
    ),
    "still missing": (
        {"known": [GONE], "files": []},
        {},
    ),
    "lost by another root, by inode": (
        {"known": [], "elsewhere": [DUNE], "files": [found("b.mp4", like=DUNE)]},
        {"placed": {DUNE.path: "b.mp4"}},
    ),
    "lost by another root, by content": (
        {
            "known": [],
            "elsewhere": [DUNE],
            "files": [found("b.mp4", **SAME_CONTENT)],
            "prints": {"b.mp4": b"dune"},
        },
        {"placed": {DUNE.path: "b.mp4"}},
    ),
    "at the path that a lost one of another root had": (
        {"known": [], "elsewhere": [DUNE], "files": [found(DUNE.path)]},
        {"added": {DUNE.path}},
    ),
    "nothing here that another root lost": (
        {"known": [], "elsewhere": [DUNE], "files": []},
        {},
    ),
}


@pytest.mark.parametrize(("given", "expected"), LADDER.values(), ids=LADDER.keys())
def test_who_a_file_is(given: dict[str, Any], expected: dict[str, Any]) -> None:
    assert look(**given) == expected


SHOWN = Picture("films/Dune.jpg", 10, 20)
PICTURED = examples.video(path="films/Pictured.mp4", fingerprint=b"pictured", picture=SHOWN)
PICTURES: dict[str, tuple[Video, Picture | None]] = {
    "one appeared": (DUNE, SHOWN),
    "it vanished": (PICTURED, None),
    "it was replaced by a larger one": (PICTURED, replace(SHOWN, size_bytes=11)),
    "it was replaced by a later one": (PICTURED, replace(SHOWN, modified_ns=21)),
    "another is preferred now": (PICTURED, replace(SHOWN, path="films/Dune-poster.jpg")),
}


@pytest.mark.parametrize(("video", "picture"), PICTURES.values(), ids=PICTURES.keys())
def test_another_picture_is_taken_over_and_nothing_else(video: Video, picture: Picture | None) -> None:
    file = found(video.path, like=video, picture=picture)
    changes = reconcile([video, NOISE], (), Scan((file, found(NOISE.path, like=NOISE))))
    assert changes == Changes(placed=(Placed(video, file, has_new_content=False),))


def test_the_same_picture_changes_nothing() -> None:
    file = found(PICTURED.path, like=PICTURED, picture=replace(SHOWN))
    assert reconcile([PICTURED], (), Scan((file,))).is_empty


def test_a_video_that_moved_has_the_picture_of_its_new_place() -> None:
    there = found("b.mp4", like=PICTURED)
    (placed,) = reconcile([PICTURED], (), Scan((there,))).placed
    assert (placed.file.picture, placed.has_new_content) == (None, False)


def test_a_lost_video_does_not_vanish_before_an_unsure_file_is_known() -> None:
    unsure = found("b.mp4", **SAME_CONTENT)
    first = reconcile([DUNE, NEIGHBOUR], (), Scan((unsure,)))
    assert outcome(first) == {"unsure": {"b.mp4"}, "vanished": {NEIGHBOUR.path}}
    assert not first.is_empty


def test_an_answer_that_is_only_unsure_stores_nothing() -> None:
    assert reconcile([DUNE], (), Scan((found("b.mp4", **SAME_CONTENT),))).is_empty


def test_a_lost_video_without_fingerprint_makes_nobody_unsure() -> None:
    dune = examples.video("Dune")
    assert look([dune], [found("b.mp4", size_bytes=dune.size_bytes)]) == {"added": {"b.mp4"}, "vanished": {dune.path}}


UNREADABLE = [("films",), ("films/Dune.mp4",), ("",)]


@pytest.mark.parametrize("unreadable", UNREADABLE, ids=["its folder", "itself", "the root"])
def test_what_cannot_be_read_loses_nothing(unreadable: tuple[str, ...]) -> None:
    assert look([DUNE], [], unreadable=unreadable) == {}


def test_a_folder_that_cannot_be_read_hides_no_other() -> None:
    assert look([DUNE, COPY], [], unreadable=("films",)) == {"vanished": {COPY.path}}


SCOPES: dict[str, tuple[tuple[str, ...], set[str]]] = {
    "the folder": (("films",), {DUNE.path, NEIGHBOUR.path}),
    "one file": ((DUNE.path,), {DUNE.path}),
    "another folder": (("copies",), set()),
    "a folder whose name only begins alike": (("film",), set()),
    "two places": (("copies", NEIGHBOUR.path), {NEIGHBOUR.path}),
    "everything": (("",), {DUNE.path, NEIGHBOUR.path}),
}


@pytest.mark.parametrize(("scope", "vanished"), SCOPES.values(), ids=SCOPES.keys())
def test_only_what_was_looked_at_can_be_gone(scope: tuple[str, ...], vanished: set[str]) -> None:
    assert look([DUNE, NEIGHBOUR], [], scope=scope).get("vanished", set()) == vanished


def test_two_missing_videos_of_one_path_can_both_return() -> None:
    first = examples.video(path="films/Gone.mp4", missing_since=4.0)
    files = [found("a.mp4", like=first), found("b.mp4", like=GONE)]
    placed = reconcile([first, GONE], (), Scan(tuple(files))).placed
    assert {(one.video.id, one.file.path) for one in placed} == {(first.id, "a.mp4"), (GONE.id, "b.mp4")}


def test_nothing_is_given_away_twice() -> None:
    changes = reconcile([GONE], (), Scan((found("a.mp4", like=GONE), found("b.mp4", like=GONE))))
    assert (len(changes.placed), len(changes.added)) == (1, 1)


CHOICES: dict[str, tuple[str, list[str], str | None]] = {
    "nobody": ("a/x.mp4", [], None),
    "one alone": ("a/x.mp4", ["b/y.mp4"], "b/y.mp4"),
    "the same name": ("a/x.mp4", ["a/y.mp4", "b/x.mp4"], "b/x.mp4"),
    "the same name in the same folder": ("n/a/x.mp4", ["b/x.mp4", "o/a/x.mp4"], "o/a/x.mp4"),
    "the same folder, no one the name": ("n/a/x.mp4", ["b/y.mp4", "a/z.mp4"], "a/z.mp4"),
    "both alike": ("x.mp4", ["a/x.mp4", "b/x.mp4"], None),
}


@pytest.mark.parametrize(("path", "candidates", "chosen"), CHOICES.values(), ids=CHOICES.keys())
def test_which_of_several_with_the_same_content(path: str, candidates: list[str], chosen: str | None) -> None:
    found_one = choose(path, [examples.video(path=candidate) for candidate in candidates])
    assert (found_one.path if found_one else None) == chosen


def test_who_loses_its_place_to_another_vanishes_also_while_somebody_is_unsure() -> None:
    """Files of one size (VOBs, dash cams): q was moved over p, and x is a copy of the vanished r."""
    p, q, r = (examples.video(path=f"{name}.mp4", size_bytes=7, fingerprint=name.encode() * 16) for name in "pqr")
    scan = Scan((found("p.mp4", like=q), found("x.mp4", size_bytes=7, inode=99)))
    changes = reconcile([p, q, r], [], scan)
    assert [(placed.video.id, placed.file.path) for placed in changes.placed] == [(q.id, "p.mp4")]
    assert [video.id for video in changes.vanished] == [p.id]
    assert [file.path for file in changes.unsure] == ["x.mp4"]
