"""Another library into a real database: what is taken, what waits, and that all of it comes out again."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from local_video_server.database.connection import reading
from local_video_server.database.moving_out import whole_library
from local_video_server.database.old.export import ExportReport, four_files
from local_video_server.database.store import DatabaseStore
from local_video_server.library.catalog import Catalog
from local_video_server.library.errors import NotStored
from local_video_server.library.events import Events
from local_video_server.library.moving import (
    ORIGINAL,
    STEP,
    UNDATED,
    Carried,
    CarriedPlaylist,
    MoveReport,
    OldLibrary,
)
from local_video_server.library.reconcile import Changes, Placed
from local_video_server.library.video import Root
from tests.database.rows import add, file, loaded, vanish

MAY, JUNE = 1_714_600_000.0, 1_717_300_000.0


@pytest.fixture
def root(store: DatabaseStore) -> Root:
    """A folder whose first scan is done: all its names are known."""
    root = store.use_roots(["/films"])[0]
    store.scanned(root, MAY)
    return root


def move(store: DatabaseStore, *videos: Carried, playlists: Sequence[CarriedPlaylist] = ()) -> MoveReport:
    report = MoveReport()
    store.move_in(OldLibrary(videos, tuple(playlists)), report, lambda root: False, JUNE)
    return report


def sums(report: MoveReport) -> dict[str, int]:
    """All kinds of marks together, without what is 0."""
    total: dict[str, int] = {}
    for counts in report.counts.values():
        for name, count in asdict(counts).items():
            total[name] = total.get(name, 0) + count
    return {name: count for name, count in total.items() if count}


def out(path: Path) -> OldLibrary:
    with reading(path) as connection:
        return whole_library(connection)


def marked(name: str, number: int = 0, **more: object) -> Carried:
    values: dict[str, object] = {
        "rating": (1 + number % 5, UNDATED),
        "favorite": number * STEP,
        "tags": (("#Sand", UNDATED), (f"#Tag {number}", STEP), ("#a", 2 * STEP)),
        "views": ((ORIGINAL, 3, UNDATED),),
    }
    return Carried(name, **(values | more))  # type: ignore[arg-type]


def test_marks_arrive_at_their_videos_and_at_no_other(store: DatabaseStore, root: Root) -> None:
    noise, dune, _ = add(store, root, file("noise.mp4"), file("Dune.mp4"), file("more noise.mp4"))
    report = move(store, marked("Dune.mp4", 3))
    marks = store.load_marks()
    assert (marks.ratings, marks.views, list(marks.favorites)) == ({dune.id: 4}, {dune.id: 3}, [dune.id])
    assert [tag.name for tag in marks.tags[dune.id]] == ["Sand", "Tag 3", "a"]
    assert noise.id not in marks.tags
    assert sums(report) == {"imported": 6}


def test_a_second_time_changes_nothing(store: DatabaseStore, root: Root, path: Path) -> None:
    add(store, root, file("a.mp4"), file("b.mp4"))
    videos = (
        marked("a.mp4"),
        marked("x/b.mp4", 1, rating=(2, MAY), plays=((MAY, "imported:original"),), added_at=MAY),
        marked("gone.mp4", 2),
    )
    playlist = CarriedPlaylist("Evening", "", MAY, (("gone.mp4", "", MAY), ("a.mp4", "", MAY), ("a.mp4", "", MAY)))
    move(store, *videos, playlists=[playlist])
    before = out(path)
    report = move(store, *videos, playlists=[playlist])
    assert out(path) == before
    assert set(sums(report)) == {"already_there", "waiting"}


def test_what_waits_goes_to_its_file_when_it_comes(store: DatabaseStore, root: Root) -> None:
    playlist = CarriedPlaylist("Evening", items=(("later.mp4", "", MAY), ("a.mp4", "", MAY)))
    add(store, root, file("a.mp4"))
    report = move(store, marked("later.mp4", 1), playlists=[playlist])
    assert sums(report) == {"waiting": 6, "imported": 1}
    catalog = Catalog(store, Events())
    catalog.open(["/films"])
    assert [item.waits_for for item in catalog.snapshot.playlists.of[1].items] == ["later.mp4", None]
    catalog.apply(root, Changes(added=(file("x/later.mp4"),)))
    (video,) = [one for one in catalog.snapshot.library.present.values() if one.path == "x/later.mp4"]
    assert catalog.snapshot.marks.ratings == {video.id: 2}
    assert catalog.snapshot.find("later.mp4") == video
    assert catalog.snapshot.playlists.of[1].items[0].video_id == video.id
    assert not store.awaited()


def test_in_a_first_scan_names_wait_until_all_files_are_known(store: DatabaseStore) -> None:
    move(store, marked("a.mp4", 1))
    catalog = Catalog(store, Events())
    (root,) = catalog.open(["/films"])
    catalog.scanning(root, True)
    catalog.apply(root, Changes(added=(file("x/a.mp4"),)), is_first_scan=True)
    move(store, marked("a.mp4", 1))
    with catalog.storing():
        pass
    catalog.apply(root, Changes(added=(file("a.mp4"),)), is_first_scan=True)
    assert not catalog.snapshot.marks.ratings
    store.scanned(root, JUNE)
    catalog.scanning(root, False)
    (video_id,) = catalog.snapshot.marks.ratings
    assert catalog.snapshot.library.present[video_id].path == "a.mp4"


def test_in_a_first_scan_of_one_folder_a_file_in_another_gets_only_what_names_it_exactly(
    store: DatabaseStore, root: Root
) -> None:
    move(store, marked("a.mp4"), marked("b.mp4", 1))
    catalog = Catalog(store, Events())
    films, series = catalog.open(["/films", "/series"])
    catalog.scanning(series, True)
    catalog.apply(films, Changes(added=(file("x/a.mp4", inode=1), file("b.mp4", inode=2))))
    assert list(catalog.snapshot.marks.ratings.values()) == [2]
    store.scanned(series, JUNE)
    catalog.scanning(series, False)
    assert sorted(catalog.snapshot.marks.ratings.values()) == [1, 2]


def test_a_folder_that_goes_away_in_its_first_scan_is_looked_at_again_first(store: DatabaseStore) -> None:
    move(store, marked("a.mp4"))
    catalog = Catalog(store, Events())
    (root,) = catalog.open(["/films"])
    catalog.scanning(root, True)
    catalog.apply(root, Changes(added=(file("x/a.mp4"),)), is_first_scan=True)
    catalog.root_answers(root, "gone")
    catalog.scanning(root, False)
    assert not catalog.snapshot.marks.ratings


def test_what_waits_is_never_given_to_a_video_that_has_its_own_name(store: DatabaseStore, root: Root) -> None:
    (video,) = add(store, root, file("a.mp4"))
    move(store, marked("a.mp4", 1), marked("x/a.mp4", 2), marked("copy.mp4", 3, size_bytes=7, fingerprint=b"f"))
    catalog = Catalog(store, Events())
    catalog.open(["/films"])
    catalog.record_fingerprints([(video, b"f")])
    catalog.open(["/films"])
    assert catalog.snapshot.marks.ratings == {video.id: 2}
    assert len(catalog.snapshot.marks.tags[video.id]) == 3


def test_a_newcomer_that_turns_out_to_be_a_lost_video_brings_its_hash_along(store: DatabaseStore, root: Root) -> None:
    (lost,) = add(store, root, file("lost.mp4", inode=1))
    store.record_fingerprints([(lost, b"f")])
    store.set_rating(lost.id, 5, MAY)
    vanish(store, root, lost)
    move(store, Carried("b.mp4", media_hashes=("f" * 16,)))
    catalog = Catalog(store, Events())
    catalog.open(["/films"])
    catalog.apply(root, Changes(added=(file("b.mp4", inode=2),)))
    (newcomer,) = catalog.snapshot.library.present.values()
    catalog.record_fingerprints([(newcomer, b"f")])
    catalog.open(["/films"])
    found = catalog.snapshot.find("f" * 16)
    assert found
    assert (found.key, found.path) == (lost.key, "b.mp4")


def test_what_a_killed_server_did_not_give_is_given_at_the_next_start(store: DatabaseStore, root: Root) -> None:
    move(store, marked("a.mp4", 2))
    (video,) = add(store, root, file("a.mp4"))
    catalog = Catalog(store, Events())
    catalog.open(["/films"])
    assert catalog.snapshot.marks.ratings == {video.id: 3}


def test_what_waited_is_there_once_when_the_same_library_comes_again(
    store: DatabaseStore, root: Root, path: Path
) -> None:
    playlist = CarriedPlaylist("Evening", items=(("a.mp4", "", MAY),))
    move(store, marked("a.mp4"), playlists=[playlist])
    (video,) = add(store, root, file("a.mp4"))
    report = move(store, marked("a.mp4"), playlists=[playlist])
    assert sums(report) == {"already_there": 7}
    assert [one.name for one in out(path).videos] == ["a.mp4"]
    assert store.load_playlists().of[1].items[0].video_id == video.id


def test_a_file_that_was_renamed_here_is_known_by_its_old_name(store: DatabaseStore, root: Root, path: Path) -> None:
    (video,) = add(store, root, file("a.mp4"))
    move(store, marked("a.mp4"))
    store.apply(root, Changes(placed=(Placed(video, file("b.mp4"), False),)), False, JUNE)
    before = out(path)
    assert set(sums(move(store, marked("a.mp4")))) == {"already_there"}
    assert out(path) == before


def test_what_comes_one_by_one_is_shown_as_a_new_start_would(store: DatabaseStore, root: Root) -> None:
    noise, _ = add(store, root, file("noise.mp4", inode=1), file("more noise.mp4", inode=2))
    store.add_play(noise.id, None, JUNE)
    playlist = CarriedPlaylist("Evening", items=(("a.mp4", "", MAY),))
    plays = ((MAY, None),)
    move(store, marked("a.mp4", key="a" * 10, media_hashes=("f" * 16,), plays=plays), playlists=[playlist])
    catalog, later = Catalog(store, Events()), Catalog(store, Events())
    catalog.open(["/films"])
    catalog.apply(root, Changes(added=(file("x/a.mp4", inode=3),)))
    later.open(["/films"])
    now, then = catalog.snapshot, later.snapshot
    assert replace(now.marks, version=0) == replace(then.marks, version=0)
    assert replace(now.library, version=0) == replace(then.library, version=0)
    assert now.playlists.of == then.playlists.of
    assert now.find("a" * 10) == now.find("f" * 16) == now.find("a.mp4")


def test_content_is_known_again_when_its_fingerprint_is(store: DatabaseStore, root: Root) -> None:
    move(store, marked("old name.mp4", size_bytes=7, fingerprint=b"f"))
    catalog = Catalog(store, Events())
    catalog.open(["/films"])
    catalog.apply(root, Changes(added=(file("new.mp4"),)))
    (video,) = catalog.snapshot.library.present.values()
    catalog.record_fingerprints([(video, b"f")])
    assert catalog.snapshot.marks.ratings == {video.id: 1}


def test_a_missing_video_takes_its_marks_too(store: DatabaseStore, root: Root) -> None:
    (video,) = add(store, root, file("a.mp4"))
    vanish(store, root, video)
    move(store, marked("a.mp4"))
    assert store.load_marks().ratings == {video.id: 1}


HARD_NAMES = [
    "a.mp4",
    "Ünïcode – “quoted”, 100 %.mkv",
    "x/y/z/deep.mp4",
    os.fsdecode(b"caf\xe9.mp4"),
    "emoji 🎬.webm",
    "quote' \" & <b>.mp4",
    "line\nbreak.mp4",
    "-dash.mp4",
    " space .mp4",
    "%2f.mp4",
    "#hash?.mp4",
]


def test_what_came_in_goes_out_in_the_same_form(store: DatabaseStore, root: Root, path: Path) -> None:
    add(store, root, *(file(name, inode=number) for number, name in enumerate(HARD_NAMES)))
    names = [*HARD_NAMES, "not there.mp4"]
    move(store, *(marked(name, number) for number, name in enumerate(names)))
    files = four_files(out(path), ExportReport())
    assert files == {
        "ratings.json": {name: 1 + number % 5 for number, name in enumerate(names)},
        "views.json": {name: 3 for name in names},
        "tags.json": {name: ["#Sand", f"#Tag {number}", "#a"] for number, name in enumerate(names)},
        "favorites.json": {"favorites": names},
    }
    json.dumps(files)


@pytest.mark.parametrize("typed", ["#sand", "sand", "# Sand", "##Sand", "#Sand  dune", "#SAND"])
def test_a_tag_goes_out_as_it_was_written(store: DatabaseStore, root: Root, path: Path, typed: str) -> None:
    add(store, root, file("a.mp4"), file("b.mp4"))
    move(store, Carried("a.mp4", tags=(("#Sand", 0.0),)), Carried("b.mp4", tags=((typed, 0.0),)))
    assert four_files(out(path), ExportReport())["tags.json"] == {"a.mp4": ["#Sand"], "b.mp4": [typed]}


def test_of_two_folders_with_one_name_the_first_goes_out_and_the_other_is_named(
    store: DatabaseStore, path: Path
) -> None:
    films, series = store.use_roots(["/films", "/series"])
    (first,) = add(store, films, file("a.mp4"))
    (second,) = add(store, series, file("a.mp4"))
    store.set_rating(first.id, 5, MAY)
    store.set_rating(second.id, 2, MAY)
    report = ExportReport()
    assert four_files(out(path), report)["ratings.json"] == {"a.mp4": 5}
    assert report.notes == ["a.mp4 is there twice: the marks of the one in /series are in library.json alone."]


def test_the_whole_library_moves_into_an_empty_one_with_nothing_lost(
    store: DatabaseStore, root: Root, path: Path, tmp_path: Path
) -> None:
    a, b = add(store, root, file("a.mp4", inode=1), file("b.mp4", inode=2))
    move(store, marked("a.mp4", views=((ORIGINAL, 2, MAY),), media_hashes=("f" * 16,)), marked("gone.mp4"))
    store.add_play(b.id, "evening", JUNE)
    store.add_play(b.id, None, MAY)
    store.record_fingerprints([(b, b"content")])
    store.clear_recent(MAY)
    playlist = CarriedPlaylist("Evening", "two\nlines", MAY, (("b.mp4", "/films", MAY), ("gone.mp4", "", JUNE)))
    move(store, playlists=[playlist])
    before = out(path)

    other = DatabaseStore(tmp_path / "other.db")
    other_root = other.use_roots(["/films"])[0]
    (new,) = add(other, other_root, file("b.mp4", inode=2))
    (moved,) = add(other, other_root, file("a.mp4", inode=1))
    report = MoveReport()
    other.move_in(before, report, lambda root: False, JUNE)
    after = out(tmp_path / "other.db")
    by_key = {one.key: one for one in after.videos}
    for video in before.videos:
        restored = by_key[video.key]
        assert {**asdict(restored), "retired_keys": (), "fingerprint": None} == {
            **asdict(video),
            "retired_keys": (),
            "fingerprint": None,
        }
    assert (after.playlists, after.recent_since) == (before.playlists, before.recent_since)
    assert set(loaded(other, other_root)) == {a.key, b.key}
    assert Catalog(other, Events()).open(["/films"])
    library = other.load([other_root])
    assert library.retired_keys[new.key] == new.id
    assert library.retired_keys[moved.key] == moved.id
    other.close()


def test_a_failure_in_the_middle_leaves_everything_as_it_was(store: DatabaseStore, root: Root, path: Path) -> None:
    (video,) = add(store, root, file("a.mp4"))
    store.set_rating(video.id, 5, MAY)
    before = out(path)
    with store._writer.transaction() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON playlists BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
        )
    with pytest.raises(NotStored, match="disk is full"):
        move(store, marked("a.mp4"), marked("b.mp4"), playlists=[CarriedPlaylist("Evening")])
    assert out(path) == before


def test_a_playlist_of_the_same_name_stays_and_the_other_is_reported(store: DatabaseStore, root: Root) -> None:
    add(store, root, file("a.mp4"), file("b.mp4"))
    move(store, playlists=[CarriedPlaylist("Evening", items=(("a.mp4", "", MAY),))])
    report = move(store, playlists=[CarriedPlaylist("Evening", items=(("b.mp4", "", MAY),))])
    assert [(row.what, row.row) for row in report.conflicts] == [("playlists", "Evening")]
    assert len(store.load_playlists().of[1].items) == 1


def test_a_hash_that_leads_elsewhere_goes_on_to_do_so(store: DatabaseStore, root: Root) -> None:
    a, _ = add(store, root, file("a.mp4"), file("b.mp4"))
    move(store, Carried("a.mp4", media_hashes=("f" * 16,)))
    report = move(store, Carried("b.mp4", media_hashes=("f" * 16,)))
    assert store.load([root]).old_hashes == {"f" * 16: a.id}
    assert [row.row for row in report.conflicts] == ["f" * 16]


def test_two_spellings_of_one_name_come_to_one_video(store: DatabaseStore, root: Root) -> None:
    (video, _) = add(store, root, file("Cafe\u0301.mp4"), file("noise.mp4"))
    report = move(
        store, Carried("Caf\u00e9.mp4", rating=(4, UNDATED)), Carried("Cafe\u0301.mp4", rating=(2, UNDATED))
    )
    assert store.load_marks().ratings == {video.id: 2}  # by its exact name
    assert [row.reason for row in report.conflicts] == ["It is rated 2 here; 4 was not known to be newer."]


def test_an_item_that_waits_goes_to_the_file_of_its_own_folder(store: DatabaseStore, path: Path) -> None:
    films = store.use_roots(["/films", "/series"])[0]
    add(store, films, file("noise.mp4"))
    items = (("a.mp4", "/series", MAY), ("a.mp4", "/films", MAY))
    move(store, playlists=[CarriedPlaylist("Evening", "", MAY, items)])
    assert out(path).playlists[0].items == items
    catalog = Catalog(store, Events())
    catalog.open(["/films", "/series"])
    catalog.apply(films, Changes(added=(file("a.mp4"),)))
    first, second = catalog.snapshot.playlists.of[1].items
    assert first.waits_for == "a.mp4"
    assert catalog.snapshot.library.present[second.video_id or 0].path == "a.mp4"
    assert out(path).playlists[0].items == items
