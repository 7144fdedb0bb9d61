from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from local_video_server.database.store import DatabaseStore
from local_video_server.library.errors import Unavailable
from local_video_server.library.video import Root, Video
from tests.database.rows import add, file


@pytest.fixture
def films(store: DatabaseStore, root: Root) -> list[Video]:
    return add(store, root, *(file(f"{name}.mp4", inode=number) for number, name in enumerate("abcd")))


def filled(store: DatabaseStore, films: list[Video], name: str = "Evening") -> tuple[int, list[int]]:
    playlist_id = store.create_playlist(name, "", 5.0)
    return playlist_id, [store.add_item(playlist_id, film.id, 6.0) for film in films]


def order(store: DatabaseStore, playlist_id: int) -> list[int]:
    return [item.id for item in store.load_playlists().of[playlist_id].items]


def rows(path: Path, asked: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.execute(asked))


def test_items_come_back_in_the_order_they_were_added(store: DatabaseStore, films: list[Video]) -> None:
    playlist_id, items = filled(store, [films[2], films[0], films[2]])
    noise, others = filled(store, [films[1]], "Noise")
    playlist = store.load_playlists().of[playlist_id]
    assert (playlist.name, playlist.description, playlist.created_at) == ("Evening", "", 5.0)
    assert [(item.id, item.video_id, item.added_at) for item in playlist.items] == [
        (items[0], films[2].id, 6.0),
        (items[1], films[0].id, 6.0),
        (items[2], films[2].id, 6.0),
    ]
    assert order(store, noise) == others


def test_one_that_moves_is_one_row_that_changes(store: DatabaseStore, path: Path, films: list[Video]) -> None:
    playlist_id, items = filled(store, films)
    before = dict(rows(path, "SELECT id, position FROM playlist_items"))  # type: ignore[arg-type]
    for moved in ([2, 0, 1, 3], [2, 1, 3, 0]):
        wanted = [items[at] for at in moved]
        mover = items[2] if moved[1] == 0 else items[0]
        store.move_item(mover, wanted)
        assert order(store, playlist_id) == wanted
    after = dict(rows(path, "SELECT id, position FROM playlist_items"))  # type: ignore[arg-type]
    assert {item for item in items if before[item] != after[item]} == {items[0], items[2]}


def test_where_no_gap_is_left_all_are_numbered_anew(store: DatabaseStore, path: Path, films: list[Video]) -> None:
    playlist_id, items = filled(store, films[:3])
    _, others = filled(store, films, "Noise")
    noise = f"SELECT id, position FROM playlist_items WHERE id >= {others[0]}"
    before = rows(path, noise)
    for _ in range(50):
        now = order(store, playlist_id)
        wanted = [now[0], now[2], now[1]]
        store.move_item(wanted[1], wanted)
        assert order(store, playlist_id) == wanted
    assert sorted(order(store, playlist_id)) == items
    assert rows(path, noise) == before


def test_one_can_be_put_in_front_of_all_and_behind_all(store: DatabaseStore, films: list[Video]) -> None:
    playlist_id, (one, two, three) = filled(store, films[:3])
    for wanted, mover in (([three, one, two], three), ([one, two, three], three), ([two, three, one], one)):
        store.move_item(mover, wanted)
        assert order(store, playlist_id) == wanted
    added = store.add_item(playlist_id, films[3].id, 7.0)
    assert order(store, playlist_id) == [two, three, one, added]


def test_a_deleted_playlist_takes_its_items_along(store: DatabaseStore, path: Path, films: list[Video]) -> None:
    playlist_id, _ = filled(store, films)
    noise, others = filled(store, films[:2], "Noise")
    store.delete_playlist(playlist_id)
    assert [*store.load_playlists().of] == [noise]
    assert [row[0] for row in rows(path, "SELECT id FROM playlist_items")] == others


def test_a_forgotten_video_leaves_its_playlists(store: DatabaseStore, films: list[Video]) -> None:
    playlist_id, items = filled(store, [films[0], films[1], films[0]])
    store.forget([films[0]])
    assert order(store, playlist_id) == [items[1]]


def test_two_items_are_removed_and_the_rest_stays(store: DatabaseStore, films: list[Video]) -> None:
    playlist_id, items = filled(store, films)
    store.remove_items([items[0], items[2]])
    assert order(store, playlist_id) == [items[1], items[3]]


def test_a_playlist_is_described_anew(store: DatabaseStore) -> None:
    playlist_id, noise = store.create_playlist("Evening", "dark", 5.0), store.create_playlist("Noise", "", 5.0)
    store.describe_playlist(playlist_id, "Night", "")
    names = {one.id: (one.name, one.description) for one in store.load_playlists().of.values()}
    assert names == {playlist_id: ("Night", ""), noise: ("Noise", "")}


def test_the_database_itself_refuses_a_second_playlist_of_a_name(store: DatabaseStore) -> None:
    store.create_playlist("Evening", "", 5.0)
    with pytest.raises(Unavailable, match="UNIQUE"):
        store.create_playlist("Evening", "", 5.0)


def test_an_item_that_waits_names_its_file(store: DatabaseStore, path: Path) -> None:
    playlist_id = store.create_playlist("Evening", "", 5.0)
    with closing(sqlite3.connect(path)) as connection:
        row = (playlist_id, 1, b"caf\xe9.mp4", 2.0)
        statement = "INSERT INTO playlist_items (playlist_id, position, waits_for, added_at) VALUES (?, ?, ?, ?)"
        connection.execute(statement, row)
        connection.commit()
    (item,) = store.load_playlists().of[playlist_id].items
    assert (item.video_id, item.waits_for) == (None, "caf\ufffd.mp4")
