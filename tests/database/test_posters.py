"""Posters in the database."""

from __future__ import annotations

from pathlib import Path

from local_video_server.database.store import DatabaseStore
from local_video_server.library.poster import Made, Poster
from local_video_server.library.reconcile import Changes, Placed
from local_video_server.library.video import Root, Video
from tests.database.rows import add, file, vanish

WIDE, TALL = Poster("ab12", 1280, 720, "0280150"), Poster("cd34", 360, 640, "f39a01")


def two(store: DatabaseStore, root: Root) -> list[Video]:
    return add(store, root, file("a.mp4"), file("b.mp4", inode=3))


def test_posters_are_there_after_a_restart(store: DatabaseStore, root: Root, path: Path) -> None:
    one, other = two(store, root)
    assert store.load_posters() == {}
    assert store.record_posters([(one, Made(WIDE, 9)), (other, Made(TALL, 8))], 1.0) == {one.id, other.id}
    store.close()
    again = DatabaseStore(path)
    assert again.load_posters() == {one.id: WIDE, other.id: TALL}
    again.close()


def test_a_poster_takes_the_place_of_the_one_before(store: DatabaseStore, root: Root) -> None:
    one, other = two(store, root)
    store.record_posters([(one, Made(WIDE, 9)), (other, Made(WIDE, 9))], 1.0)
    store.record_posters([(one, Made(TALL, 9))], 2.0)
    assert store.load_posters() == {one.id: TALL, other.id: WIDE}


def test_of_two_for_one_video_the_last_stays(store: DatabaseStore, root: Root) -> None:
    one, _ = two(store, root)
    assert store.record_posters([(one, Made(WIDE, 9)), (one, Made(TALL, 9))], 1.0) == {one.id}
    assert store.load_posters() == {one.id: TALL}


def test_that_of_a_file_that_changed_is_not_taken_and_the_others_are(store: DatabaseStore, root: Root) -> None:
    one, other = two(store, root)
    for change in ({"size_bytes": 8}, {"modified_ns": 2 * 10**18}):
        store.apply(root, Changes(placed=(Placed(one, file("a.mp4", **change), has_new_content=True),)), False, 2.0)
        assert store.record_posters([(one, Made(WIDE, 9)), (other, Made(TALL, 9))], 3.0) == {other.id}
        assert store.load_posters() == {other.id: TALL}


def test_that_of_a_video_that_was_forgotten_is_not_taken(store: DatabaseStore, root: Root) -> None:
    one, other = two(store, root)
    store.forget(vanish(store, root, one))
    assert store.record_posters([(one, Made(WIDE, 9)), (other, Made(TALL, 9))], 1.0) == {other.id}


def test_a_moved_or_missing_video_gets_its_poster_all_the_same(store: DatabaseStore, root: Root) -> None:
    one, other = two(store, root)
    store.apply(root, Changes(placed=(Placed(one, file("moved.mp4")),), vanished=(other,)), False, 2.0)
    assert store.record_posters([(one, Made(WIDE, 9)), (other, Made(TALL, 9))], 1.0) == {one.id, other.id}


def test_only_the_named_posters_are_deleted(store: DatabaseStore, root: Root) -> None:
    one, other = two(store, root)
    store.record_posters([(one, Made(WIDE, 9)), (other, Made(WIDE, 9))], 1.0)
    store.delete_posters([])
    store.delete_posters([one.id, 12345])
    assert store.load_posters() == {other.id: WIDE}


def test_nothing_made_is_nothing_stored(store: DatabaseStore) -> None:
    assert store.record_posters([], 1.0) == set()
