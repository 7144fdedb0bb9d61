"""The rows of the original's SQLite file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from local_video_server.database.old import sqlite_tables
from local_video_server.database.old.sqlite_file import read_sqlite
from local_video_server.library.moving import (
    DATES,
    FAVORITES,
    HASHES,
    ORIGINAL,
    PLAYLISTS,
    PLAYS,
    RATINGS,
    STEP,
    TAGS,
    UNDATED,
    VIEWS,
    Carried,
    CarriedPlaylist,
    MoveReport,
    OldLibrary,
    imported_play,
)
from tests.database.old.old_server import MARKED, MARKED_S, write_sqlite

VIEWED, VIEWED_S = "2024-05-06 07:08:09", 1714979289.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "video_metadata.db"


def read(path: Path, report: MoveReport | None = None) -> OldLibrary:
    return read_sqlite(path, ORIGINAL, report or MoveReport())


def marks(path: Path, report: MoveReport | None = None) -> dict[str, Carried]:
    return {carried.name: carried for carried in read(path, report).videos}


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        for statement in statements:
            database.execute(statement)


def test_everything_about_one_video_comes_together(path: Path) -> None:
    report = MoveReport()
    write_sqlite(
        path,
        videos={"Dune.mp4": 1700000000.5, "noise.mp4": None},
        ratings={"Dune.mp4": (5, MARKED)},
        views={"Dune.mp4": (7, VIEWED)},
        tags=[("Dune.mp4", "#Sand"), ("Dune.mp4", "book")],
        favorites={"Dune.mp4": MARKED},
        playlists={"Evening": ["Dune.mp4", "b.mp4", "Dune.mp4"]},
        media_hashes={"0123456789ABCDEF": "Dune.mp4"},
    )
    library = read(path, report)
    assert library.videos == (
        Carried(
            "Dune.mp4",
            rating=(5, MARKED_S),
            favorite=MARKED_S,
            tags=(("#Sand", MARKED_S), ("book", MARKED_S + STEP)),
            views=((ORIGINAL, 6, MARKED_S),),
            plays=((VIEWED_S, imported_play(ORIGINAL)),),
            added_at=1700000000.5,
            media_hashes=("0123456789abcdef",),
        ),
    )
    items = tuple((name, "", UNDATED) for name in ("Dune.mp4", "b.mp4", "Dune.mp4"))
    assert library.playlists == (CarriedPlaylist("Evening", "", MARKED_S, items),)
    counted = {RATINGS: 1, VIEWS: 1, PLAYS: 1, TAGS: 2, FAVORITES: 1, PLAYLISTS: 1, DATES: 1, HASHES: 1}
    assert {what: counts.read for what, counts in report.counts.items()} == counted
    assert (report.refused, report.notes, report.left_behind) == ([], [], {})


@pytest.mark.parametrize(
    ("stored", "views", "plays"),
    [
        (7, 7, ()),
        ((7, VIEWED), 6, (VIEWED_S,)),
        ((1, VIEWED), 0, (VIEWED_S,)),
        ((0, VIEWED), 0, ()),
        ((7, "long ago"), 7, ()),
        ((7, 0), 7, ()),
        ((7, VIEWED_S * 1000), 6, (VIEWED_S,)),
    ],
    ids=["no date", "a date", "once", "never", "no real date", "zero", "milliseconds"],
)
def test_the_last_view_becomes_a_play(path: Path, stored: Any, views: int, plays: tuple[float, ...]) -> None:
    carried = marks(write_sqlite(path, views={"a": stored}))["a"]
    assert carried.views == ((ORIGINAL, views, MARKED_S),)
    assert tuple(when for when, _ in carried.plays) == plays


def test_tags_keep_the_order_of_their_ids(path: Path) -> None:
    write_sqlite(path, tags=[("a", "z", None), ("b", "y", None), ("a", "y", None), ("a", "x", None)])
    assert [typed for typed, _ in marks(path)["a"].tags] == ["z", "y", "x"]
    times = [when for _, when in marks(path)["a"].tags]
    assert times == sorted(set(times))


def test_favorites_without_a_date_keep_their_order(path: Path) -> None:
    found = marks(write_sqlite(path, favorites={"b": None, "a": None, "c": MARKED}))
    assert sorted(found, key=lambda name: found[name].favorite or 0) == ["b", "a", "c"]


def test_names_that_are_no_utf8_are_read_as_the_disk_spells_them(path: Path) -> None:
    write_sqlite(path)
    change(path, "INSERT INTO ratings VALUES (CAST(x'636166e92e6d7034' AS TEXT), 4, NULL)")
    assert list(marks(path)) == ["caf\udce9.mp4"]


REFUSED: dict[str, tuple[str, dict[str, Any], str, str]] = {
    **{
        f"rating {value!r}": (RATINGS, {"ratings": {"a": value}}, "ratings: a", "from 1 to 5")
        for value in (0, 6, 3.5, "x", None, b"4")
    },
    **{
        f"views {value!r}": (VIEWS, {"views": {"a": value}}, "views: a", "A number of views")
        for value in (-1, 10**12, 1.5, "x", None, b"4")
    },
    "a name that is nothing": (RATINGS, {"ratings": {None: 4}}, "ratings: None", "is text"),
    "a name that is bytes": (RATINGS, {"ratings": {b"a": 4}}, "ratings: (bytes)", "is text"),
    "an empty name": (FAVORITES, {"favorites": {"": MARKED}}, "favorites: (empty)", "is empty"),
    "the folder above": (TAGS, {"tags": [("../a", "x")]}, "video_tags: ../a: x", "«..»"),
    "NUL": (FAVORITES, {"favorites": {"a\0b": MARKED}}, "favorites: a\ufffdb", "NUL"),
    "a tag that is a number": (TAGS, {"tags": [("a", b"7")]}, "video_tags: a: (bytes)", "A tag is text."),
    "an empty tag": (TAGS, {"tags": [("a", "")]}, "video_tags: a: (empty)", "at least one letter"),
    "a tag twice": (TAGS, {"tags": [("ok", "#X"), ("ok", "x")]}, "video_tags: ok: x", "the same tag twice"),
    "one path, spelt twice": (RATINGS, {"ratings": {"ok": 3, "./ok": 4}}, "ratings: ./ok", "named twice"),
    "a date to come": (DATES, {"videos": {"a": 9e10}}, "videos: a", "no date"),
    "no date": (DATES, {"videos": {"a": "soon"}}, "videos: a", "no date"),
    "no hash": (HASHES, {"media_hashes": {"xyz": "a"}}, "media_hash_map: a: xyz", "16 hex digits"),
    "a playlist without a name": (PLAYLISTS, {"playlists": {" ": []}}, "playlists:  ", "needs a name"),
    "a playlist's name twice": (PLAYLISTS, {"playlists": {"A": [], " A": []}}, "playlists: A", "named twice"),
    "an item": (PLAYLISTS, {"playlists": {"A": ["/a"]}}, "playlist_items: A: /a", "begins in its folder"),
}


@pytest.mark.parametrize(("what", "values", "row", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_row_that_cannot_be_taken_is_named_and_the_rest_goes_on(
    path: Path, what: str, values: dict[str, Any], row: str, reason: str
) -> None:
    report = MoveReport()
    write_sqlite(path, **values)
    change(path, "INSERT INTO favorites VALUES ('zz', NULL)")
    assert "zz" in marks(path, report)
    (refused,) = report.refused
    assert (refused.what, refused.file, refused.row) == (what, path.name, row)
    assert reason in refused.reason


def test_a_playlist_is_in_the_order_of_its_positions(path: Path) -> None:
    write_sqlite(path, playlists={"A": []})
    change(
        path,
        "INSERT INTO playlist_items VALUES (1, 'd', 'x'), (1, 'c', 10), (1, 'a', 1), (1, 'b', 1.5), (1, 'e', NULL)",
    )
    assert [name for name, _, _ in read(path).playlists[0].items] == ["a", "b", "c", "d", "e"]


def test_items_without_their_playlist_are_refused(path: Path) -> None:
    report = MoveReport()
    write_sqlite(path, playlists={"A": ["a"], " A ": ["b"]})
    change(path, "INSERT INTO playlist_items VALUES (9, 'c', 1)")
    (playlist,) = read(path, report).playlists
    assert [name for name, _, _ in playlist.items] == ["a"]
    assert [row.row for row in report.refused] == ["playlists: A", "playlist_items: b", "playlist_items: c"]


def test_a_playlist_is_no_longer_than_ours_may_be(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_tables, "MOST_ITEMS", 2)
    report = MoveReport()
    library = read(write_sqlite(path, playlists={"A": ["c", "b", "a"]}), report)
    assert len(library.playlists[0].items) == 2
    assert "at most 2 videos" in report.refused[0].reason


def test_a_description_is_kept_and_one_that_cannot_be_is_noted(path: Path) -> None:
    report = MoveReport()
    write_sqlite(path, playlists={"A": [], "B": []})
    change(
        path,
        "UPDATE playlists SET description = ' two  words ' WHERE id = 1",
        "UPDATE playlists SET description = 7 || char(27) WHERE id = 2",
    )
    assert [playlist.description for playlist in read(path, report).playlists] == ["two words", ""]
    (note,) = report.notes
    assert note.startswith("The description of the playlist B was left out. ")


def test_what_has_no_place_here_is_counted(path: Path) -> None:
    report = MoveReport()
    write_sqlite(path)
    change(
        path,
        "INSERT INTO gallery_groups VALUES (1, 'a', 'a', NULL), (2, 'b', 'b', NULL)",
        "INSERT INTO gallery_group_items VALUES (1, 'a.jpg', 0)",
        "INSERT INTO phash_cache VALUES ('a', 'video', 'ff'), ('a', 'image', 'ff'), ('b', 'video', '00')",
        "CREATE TABLE search_history (query)",
        "INSERT INTO search_history VALUES ('dune')",
    )
    read(path, report)
    assert report.left_behind == {
        "gallery groups": 2,
        "pictures in gallery groups": 1,
        "picture hashes": 3,
        "searches": 1,
    }


def test_an_older_file_with_fewer_tables_and_columns_is_read(path: Path) -> None:
    schema = """
        CREATE TABLE Videos (filename TEXT PRIMARY KEY, Added_Date REAL);
        CREATE TABLE ratings (filename TEXT PRIMARY KEY, rating INTEGER);
        CREATE TABLE favorites (filename TEXT PRIMARY KEY);
        CREATE TABLE views (filename TEXT PRIMARY KEY, "count" INTEGER);
        INSERT INTO Videos VALUES ('a', 1700000000);
        INSERT INTO ratings VALUES ('a', 4);
        INSERT INTO favorites VALUES ('b'), ('a');
        INSERT INTO views VALUES ('a', 7);
    """
    with closing(sqlite3.connect(path)) as database:
        database.executescript(schema)
    report = MoveReport()
    found = marks(path, report)
    assert found["a"] == Carried("a", rating=(4, UNDATED), favorite=STEP, added_at=1700000000.0)
    assert found["b"] == Carried("b", favorite=UNDATED)
    assert report.notes == [f"The table views of {path.name} was left out: it has no column view_count."]
