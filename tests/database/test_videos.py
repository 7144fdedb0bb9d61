from __future__ import annotations

import os
from dataclasses import replace

import pytest

from local_video_server.database import videos as videos_module
from local_video_server.database.store import DatabaseStore
from local_video_server.library.facts import Facts, VideoTrack
from local_video_server.library.failure import Failure
from local_video_server.library.marks import Tag
from local_video_server.library.poster import Made, Poster
from local_video_server.library.reconcile import Changes, Placed
from local_video_server.library.video import Picture, Root, Status, Video
from tests.database.rows import add, file, loaded, vanish

FACTS = Facts("mp4", 61.5, 1920, 1080, (VideoTrack(0, "h264", 1920, 1080),))


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("a.mp4", id="plain"),
        pytest.param("Zoë/日本 🎬.mp4", id="unicode"),
        pytest.param(os.fsdecode(b"caf\xe9/\xff\xfe.mp4"), id="no UTF-8"),
        pytest.param("a\nb\x1b[31m.mp4", id="control characters"),
        pytest.param("'; DROP TABLE videos; --.mp4", id="SQL"),
        pytest.param("x" * 4000 + ".mp4", id="long"),
    ],
)
def test_a_path_comes_back_as_it_is_on_disk(store: DatabaseStore, root: Root, name: str) -> None:
    noise = add(store, root, file("other.mp4", inode=9))[0]
    added = add(store, root, file(name))[0]
    assert loaded(store, root) == {added.key: added, noise.key: noise}
    assert added.path == name
    placed = store.apply(root, Changes(placed=(Placed(added, file("new.mp4")),)), False, 0.0)
    assert placed.placed[0].path == "new.mp4"
    assert store.load([root]).former_paths == {added.filename: added.id}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("a-poster.jpg", id="plain"),
        pytest.param("Zoë/日本 🎬.png", id="unicode"),
        pytest.param(os.fsdecode(b"caf\xe9/\xff\xfe.webp"), id="no UTF-8"),
        pytest.param("a\nb\x1b[31m.jpg", id="control characters"),
    ],
)
def test_a_picture_comes_back_as_it_is_on_disk(store: DatabaseStore, root: Root, name: str) -> None:
    picture = Picture(name, 0, -(2**63))
    noise, added = add(store, root, file("other.mp4", inode=9), file("a.mp4", picture=picture))
    assert (added.picture, noise.picture) == (picture, None)
    assert loaded(store, root) == {added.key: added, noise.key: noise}


def test_another_picture_changes_nothing_else(store: DatabaseStore, root: Root) -> None:
    added = add(store, root, file("a.mp4"))[0]
    store.record_probes([(added, FACTS)])
    before = store.record_fingerprints([(added, b"1")])[0]
    for picture in (Picture("a.jpg", 1, 2), Picture("a.jpg", 1, 3), None):
        changes = Changes(placed=(Placed(before, file("a.mp4", picture=picture)),))
        assert store.apply(root, changes, False, 0.0).placed == [replace(before, picture=picture)]
        assert loaded(store, root) == {added.key: replace(before, picture=picture)}


def derived(store: DatabaseStore) -> dict[str, set[int]]:
    """The videos that have a poster, and those whose poster could not be made."""
    return {"posters": set(store.load_posters()), "failures": set(store.failures("poster"))}


def derive(store: DatabaseStore, *made: Video) -> None:
    """These get a poster, and a failure beside it."""
    store.record_posters([(video, Made(Poster("stamp", 640, 360, "000000"), 9)) for video in made], 1.0)
    for video in made:
        store.keep_failure("poster", Failure(video.id, "subject", 1, "It could not be made.", ("a line",), 5.0))


def test_what_was_made_of_former_content_goes_with_it(store: DatabaseStore, root: Root) -> None:
    changed, kept, pictured = add(store, root, file("a.mp4"), file("b.mp4", inode=3), file("c.mp4", inode=4))
    derive(store, changed, kept, pictured)
    changes = Changes(
        placed=(
            Placed(changed, file("a.mp4", size_bytes=8), has_new_content=True),
            Placed(kept, file("moved.mp4", inode=3)),
            Placed(pictured, file("c.mp4", inode=4, picture=Picture("c.jpg", 1, 2))),
        )
    )
    store.apply(root, changes, False, 2.0)
    assert derived(store) == {"posters": {kept.id, pictured.id}, "failures": {kept.id, pictured.id}}


def test_a_lost_video_keeps_its_poster_at_its_newcomers_place(store: DatabaseStore, root: Root) -> None:
    lost = add(store, root, file("old/a.mp4", picture=Picture("old/a.jpg", 1, 2)))[0]
    newcomer = add(store, root, file("new/a.mp4", inode=3, picture=Picture("new/a.png", 3, 4)))[0]
    derive(store, lost, newcomer)
    store.record_probes([(lost, FACTS)])
    lost = vanish(store, root, store.record_fingerprints([(lost, b"1")])[0])[0]
    found = store.adopt([(lost, newcomer)])[0]
    assert found.picture == Picture("new/a.png", 3, 4)
    assert loaded(store, root)[lost.key] == found
    assert derived(store) == {"posters": {lost.id}, "failures": {lost.id}}


def test_a_forgotten_video_takes_its_poster_along(store: DatabaseStore, root: Root) -> None:
    gone, kept = add(store, root, file("a.mp4"), file("b.mp4", inode=3))
    derive(store, gone, kept)
    store.forget(vanish(store, root, gone))
    assert derived(store) == {"posters": {kept.id}, "failures": {kept.id}}


def test_a_root_whose_name_is_no_utf8_is_the_same_root_again(store: DatabaseStore) -> None:
    path = os.fsdecode(b"/films/caf\xe9")
    first = store.use_roots([path])
    assert store.use_roots([path]) == first
    assert store.used_paths() == [path]


@pytest.mark.parametrize("number", [0, 1, 2**63 - 1, 2**63, 2**64 - 1])
def test_inode_and_device_of_64_bits_come_back(store: DatabaseStore, root: Root, number: int) -> None:
    added = add(store, root, file(inode=number, device=number))[0]
    found = loaded(store, root)[added.key]
    assert (found.inode, found.device) == (number, number)


def test_a_video_comes_back_with_all_that_was_found(store: DatabaseStore, root: Root) -> None:
    added = add(store, root, file("Dune.mp4"))[0]
    store.record_fingerprints([(added, b"\x00\xff")])
    probed = store.record_probes([(added, FACTS)])[0]
    found = loaded(store, root)[added.key]
    assert found == probed
    assert (found.status, found.duration_s, found.width, found.fingerprint) == (Status.READY, 61.5, 1920, b"\x00\xff")
    assert found.facts == FACTS


def test_a_probe_of_a_file_that_changed_meanwhile_is_not_stored(store: DatabaseStore, root: Root) -> None:
    added = add(store, root, file("a.mp4"))[0]
    store.apply(root, Changes(placed=(Placed(added, file("a.mp4", size_bytes=8), True),)), False, 0.0)
    assert store.record_probes([(added, FACTS)]) == []
    assert store.record_fingerprints([(added, b"1")]) == []
    assert loaded(store, root)[added.key].status is Status.PENDING


def test_new_content_voids_what_was_derived_and_keeps_the_key(store: DatabaseStore, root: Root) -> None:
    added = add(store, root, file("a.mp4"))[0]
    store.record_fingerprints([(added, b"1")])
    probed = store.record_probes([(added, FACTS)])[0]
    store.apply(root, Changes(placed=(Placed(probed, file("a.mp4", size_bytes=8), True),)), False, 0.0)
    found = loaded(store, root)[added.key]
    assert (found.status, found.fingerprint, found.duration_s) == (Status.PENDING, None, None)


def test_in_a_first_scan_a_file_was_added_when_it_was_made(store: DatabaseStore, root: Root) -> None:
    old, new = file("old.mp4", modified_ns=5 * 10**9), file("future.mp4", modified_ns=10**19 // 2, inode=3)
    first = store.apply(root, Changes(added=(old, new)), True, 1e9).added
    later = store.apply(root, Changes(added=(file("later.mp4", modified_ns=5 * 10**9, inode=4),)), False, 2e9).added
    assert [video.added_at for video in (*first, *later)] == [5.0, 1e9, 2e9]


def test_a_vanished_path_may_be_taken_by_another(store: DatabaseStore, root: Root) -> None:
    first = add(store, root, file("a.mp4"))[0]
    vanish(store, root, first)
    second = add(store, root, file("a.mp4", inode=3))[0]
    library = store.load([root])
    assert next(iter(library.away.values())).key == first.key
    assert next(iter(library.present.values())).key == second.key


def test_a_path_is_taken_in_the_same_change_that_frees_it(store: DatabaseStore, root: Root) -> None:
    first = add(store, root, file("a.mp4"))[0]
    done = store.apply(root, Changes(vanished=(first,), added=(file("a.mp4", inode=3),)), False, 5.0)
    assert done.added[0].id != first.id
    assert done.vanished[0].missing_since == 5.0


def test_two_files_swap_their_names(store: DatabaseStore, root: Root) -> None:
    a, b = add(store, root, file("a.mp4"), file("b.mp4", inode=3))
    swap = Changes(placed=(Placed(a, file("b.mp4")), Placed(b, file("a.mp4", inode=3))))
    done = store.apply(root, swap, False, 0.0)
    assert {video.key: video.path for video in done.placed} == {a.key: "b.mp4", b.key: "a.mp4"}
    assert {key: video.path for key, video in loaded(store, root).items()} == {a.key: "b.mp4", b.key: "a.mp4"}


def test_forgetting_takes_the_marks_along_and_nobody_elses(store: DatabaseStore, root: Root) -> None:
    gone, kept = add(store, root, file("gone.mp4"), file("kept.mp4", inode=3))
    for video in (gone, kept):
        store.set_rating(video.id, 5, 0.0)
        store.set_favorite(video.id, True, 0.0)
        store.add_tag(video.id, Tag.parse("both"), 0.0)
        store.add_play(video.id, None, 0.0)
    store.forget(vanish(store, root, gone))
    marks = store.load_marks()
    for each in (marks.ratings, marks.favorites, marks.tags, marks.views):
        assert set(each) == {kept.id}
    with store._writer.transaction() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall() == []


def test_the_id_of_a_forgotten_video_is_never_given_again(store: DatabaseStore, root: Root) -> None:
    gone = add(store, root, file("a.mp4"))[0]
    store.forget(vanish(store, root, gone))
    assert add(store, root, file("b.mp4"))[0].id > gone.id


def test_a_forgotten_key_is_never_used_again(
    store: DatabaseStore, root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = add(store, root, file("a.mp4"))[0]
    store.forget(vanish(store, root, gone))
    drawn = iter([gone.key, "bbbbbbbbbb"])  # the one chance in 36 to the power of 10
    monkeypatch.setattr(videos_module, "new_key", lambda: next(drawn))
    assert add(store, root, file("b.mp4"))[0].key == "bbbbbbbbbb"


def test_a_newcomer_that_is_a_lost_video_gives_it_its_place(store: DatabaseStore, root: Root) -> None:
    lost = add(store, root, file("old/a.mp4"))[0]
    store.set_rating(lost.id, 5, 0.0)
    lost = vanish(store, root, lost)[0]
    newcomer = add(store, root, file("new/a.mp4", inode=3))[0]
    found = store.adopt([(lost, newcomer)])[0]
    assert (found.key, found.path, found.missing_since) == (lost.key, "new/a.mp4", None)
    library = store.load([root])
    assert list(library.present) == [lost.id]
    assert library.retired_keys == {newcomer.key: lost.id}
    assert library.former_paths == {"old/a.mp4": lost.id}
    assert store.load_marks().ratings == {lost.id: 5}


def test_videos_of_a_root_that_is_not_served_are_away(store: DatabaseStore, root: Root) -> None:
    other = store.use_roots(["/films", "/kids"])[1]
    add(store, root, file("a.mp4"))
    kid = add(store, other, file("b.mp4"))[0]
    library = store.load([root])
    assert list(library.away) == [kid.id]
    assert library.away[kid.id].missing_since is None
