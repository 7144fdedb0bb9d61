from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from local_video_server.database.old.library_file import completed, read_library, to_json
from local_video_server.library.errors import CannotMove
from local_video_server.library.moving import Carried, CarriedPlaylist, MoveReport, OldLibrary

LIBRARY = OldLibrary(
    (
        Carried(
            "a.mp4", "/films", rating=(4, 1e9), tags=(("#Sand", 1e9),), views=(("original", 2, 0.0),), key="a" * 10
        ),
        Carried("a.mp4", "/series", rating=(1, 1e9), key="b" * 10),
        Carried("b.mp4", "/films", plays=((1e9, None),), key="c" * 10),
    ),
    (CarriedPlaylist("Evening", "", 1e9, (("a.mp4", "/films", 1e9),)),),
    1e9,
)


def write(folder: Path, values: Any) -> Path:
    path = folder / "library.json"
    path.write_text(values if isinstance(values, str) else json.dumps(values))
    return path


def test_what_was_exported_is_read_back(tmp_path: Path) -> None:
    report = MoveReport()
    assert read_library(write(tmp_path, to_json(LIBRARY, "2026-11-21")), report) == LIBRARY
    assert {what: counts.read for what, counts in report.counts.items() if counts.read} == {
        "ratings": 2,
        "tags": 1,
        "views": 1,
        "plays": 1,
        "playlists": 1,
    }


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ('{"format": "local-video-ser', "is not whole JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("[]", "is no object"),
        ({"format": "something else", "version": 1}, "not written by export-json"),
        ({"videos": {}, "playlists": []}, "not written by export-json"),
        ({**to_json(LIBRARY, ""), "version": 2}, "newer version"),
        ({**to_json(LIBRARY, ""), "videos": {}}, "no lists"),
    ],
)
def test_a_file_that_is_not_ours_is_one_sentence(tmp_path: Path, values: Any, sentence: str) -> None:
    path = write(tmp_path, values)
    with pytest.raises(CannotMove, match=sentence) as refusal:
        read_library(path, MoveReport())
    assert str(path) in refusal.value.message


def test_a_row_that_was_changed_by_hand_is_refused_and_the_others_are_taken(tmp_path: Path) -> None:
    values = to_json(LIBRARY, "")
    values["videos"][0]["rating"] = [9, 0]
    values["playlists"].append({"name": "half"})
    report = MoveReport()
    assert read_library(write(tmp_path, values), report).videos == LIBRARY.videos[1:]
    assert [row.row for row in report.refused] == ["videos 1: a.mp4", "playlists 2: half"]
    assert "«rating»" in report.refused[0].reason


def test_the_four_files_beside_it_add_what_it_does_not_have() -> None:
    four = OldLibrary(
        (
            Carried(
                "a.mp4",
                rating=(4, 0.0),
                favorite=0.0,
                tags=(("#sand", 0.0), ("#new", 0.0)),
                views=(("original", 2, 0.0),),
            ),
            Carried("b.mp4", rating=(2, 0.0), views=(("original", 1, 0.0),)),
            Carried("later.mp4", rating=(3, 0.0)),
        )
    )
    report = MoveReport()
    whole = completed(LIBRARY, four, report)
    first, second, third, fourth = whole.videos
    assert (first.rating, first.favorite, first.tags) == ((4, 1e9), 0.0, (("#Sand", 1e9), ("#new", 0.0)))
    assert second == LIBRARY.videos[1]
    assert (third.rating, third.views) == ((2, 0.0), ())
    assert fourth.name == "later.mp4"
    assert report.conflicts == []
    assert {what: counts.read for what, counts in report.counts.items() if counts.read} == {
        "ratings": 2,
        "favorites": 1,
        "tags": 1,
    }


def test_tags_beside_a_video_go_to_the_one_in_their_folder() -> None:
    four = OldLibrary((Carried("a.mp4", "/series", tags=(("#new", 0.0),)), Carried("a.mp4", "/other", tags=())))
    first, second, _ = completed(LIBRARY, four, MoveReport()).videos
    assert (first.tags, second.tags) == (LIBRARY.videos[0].tags, (("#new", 0.0),))


def test_a_tag_that_cannot_be_one_is_refused_alone(tmp_path: Path) -> None:
    values = json.loads(json.dumps(to_json(LIBRARY, "")))
    values["videos"][0]["tags"].append(["x" * 10_000, 0])
    report = MoveReport()
    assert read_library(write(tmp_path, values), report) == LIBRARY
    assert [(row.what, row.row[:10]) for row in report.refused] == [("tags", "a.mp4: xxx")]


def test_where_the_four_files_say_otherwise_it_is_told() -> None:
    four = OldLibrary((Carried("a.mp4", rating=(5, 0.0), views=(("original", 1, 0.0),)),))
    report = MoveReport()
    assert completed(LIBRARY, four, report) == LIBRARY
    assert [row.reason for row in report.conflicts] == [
        "ratings.json says 5, library.json 4.",
        "views.json says 1, library.json 2.",
    ]


def test_what_the_original_server_counted_after_the_export_is_added_once() -> None:
    exported = OldLibrary((Carried("a.mp4", views=(("attic", 1, 5.0), ("original", 2, 9.0)), plays=((1e9, None),)),))
    report = MoveReport()
    (whole,) = completed(exported, OldLibrary((Carried("a.mp4", views=(("original", 7, 0.0),)),)), report).videos
    assert whole.views == (("attic", 1, 5.0), ("original", 5, 0.0))
    assert report.conflicts == []
