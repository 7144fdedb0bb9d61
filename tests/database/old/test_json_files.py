"""The four JSON files of the original server, in every shape that its code wrote or accepted, and in all others."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local_video_server.database.old import json_files
from local_video_server.database.old.json_files import read_json
from local_video_server.library.errors import CannotMove
from local_video_server.library.moving import (
    FAVORITES,
    ORIGINAL,
    RATINGS,
    STEP,
    TAGS,
    UNDATED,
    VIEWS,
    Carried,
    MoveReport,
    is_dated,
)
from tests.database.old.old_server import write_json


def read(folder: Path, report: MoveReport | None = None) -> dict[str, Carried]:
    videos = read_json(folder, ORIGINAL, report or MoveReport()).videos
    assert len({carried.name for carried in videos}) == len(videos)
    return {carried.name: carried for carried in videos}


def marks_of(folder: Path) -> dict[str, Any]:
    """Names and values alone, of whatever kind of mark."""
    found: dict[str, Any] = {}
    for name, carried in read(folder).items():
        found[name] = (
            (carried.rating and carried.rating[0])
            or (carried.views and carried.views[0][1])
            or [typed for typed, _ in carried.tags]
        )
    return found


def test_all_four_files_tell_of_one_video(tmp_path: Path) -> None:
    report = MoveReport()
    write_json(
        tmp_path,
        ratings={"Dune.mp4": 5},
        views={"Dune.mp4": 12},
        tags={"Dune.mp4": ["#Sand", "#book"], "noise.mp4": []},
        favorites=["Dune.mp4"],
    )
    assert read(tmp_path, report) == {
        "Dune.mp4": Carried(
            "Dune.mp4",
            rating=(5, UNDATED),
            favorite=UNDATED,
            tags=(("#Sand", UNDATED), ("#book", UNDATED + STEP)),
            views=((ORIGINAL, 12, UNDATED),),
        )
    }
    assert {what: counts.read for what, counts in report.counts.items()} == {
        RATINGS: 1,
        VIEWS: 1,
        TAGS: 2,
        FAVORITES: 1,
    }
    assert report.refused == []


SHAPES: dict[str, tuple[str, Any, dict[str, Any]]] = {
    "ratings": ("ratings", {"a": 1, "b": 5}, {"a": 1, "b": 5}),
    "ratings as text and with a point": ("ratings", {"a": "4", "b": 4.0, "c": " 3 "}, {"a": 4, "b": 4, "c": 3}),
    "ratings, none": ("ratings", {}, {}),
    "ratings, an empty list": ("ratings", [], {}),
    "ratings, wrapped": ("ratings", {"ratings": {"a": 1}}, {"a": 1}),
    "ratings, a list": ("ratings", [{"filename": "a", "rating": 1, "more": 0}], {"a": 1}),
    "ratings, a wrapped list": ("ratings", {"ratings": [{"filename": "a", "rating": 1}]}, {"a": 1}),
    "a file that is called like the wrapper": ("ratings", {"ratings": 2}, {"ratings": 2}),
    "views": ("views", {"a": 3, "b": "12", "c": 7.0}, {"a": 3, "b": 12, "c": 7}),
    "views, wrapped": ("views", {"views": {"a": 3}}, {"a": 3}),
    "views, a list": ("views", [{"filename": "a", "views": 3}], {"a": 3}),
    "tags": ("tags", {"a": ["#x", "y z"], "b": []}, {"a": ["#x", "y z"]}),
    "a single tag": ("tags", {"a": "#x"}, {"a": ["#x"]}),
    "tags with markup": ("tags", {"a": ["<b>x</b>"]}, {"a": ["<b>x</b>"]}),
    "tags, wrapped": ("tags", {"tags": {"a": ["#x"]}}, {"a": ["#x"]}),
    "tags, a list": ("tags", [{"filename": "a", "tags": ["#x"]}], {"a": ["#x"]}),
    "two spellings of one path": ("tags", {"./f//a": ["#x"], "f/a": ["#y"]}, {"f/a": ["#x", "#y"]}),
    "hard names": (
        "ratings",
        {"é 'q\" <i>&.mp4": 1, "caf\udce9": 2, "🎂": 3},
        {"é 'q\" <i>&.mp4": 1, "caf\udce9": 2, "🎂": 3},
    ),
}


@pytest.mark.parametrize(("file", "values", "marks"), SHAPES.values(), ids=SHAPES)
def test_a_shape_is_read(tmp_path: Path, file: str, values: Any, marks: dict[str, Any]) -> None:
    assert marks_of(write_json(tmp_path, **{file: values})) == marks


@pytest.mark.parametrize(
    ("values", "names"),
    [({"favorites": ["b", "a"]}, ["b", "a"]), ({}, []), ({"favorites": []}, []), (["b", "a"], ["b", "a"]), ([], [])],
    ids=["wrapped", "none", "wrapped, none", "a list", "an empty list"],
)
def test_favorites_keep_their_order(tmp_path: Path, values: Any, names: list[str]) -> None:
    (tmp_path / "favorites.json").write_text(json.dumps(values))
    found = read(tmp_path)
    assert sorted(found, key=lambda name: found[name].favorite or 0) == names
    assert not any(is_dated(carried.favorite or 0) for carried in found.values())


def test_a_mark_in_front_of_the_text_is_overlooked(tmp_path: Path) -> None:
    (tmp_path / "ratings.json").write_bytes(b'\xef\xbb\xbf{"a": 3}')
    assert marks_of(tmp_path) == {"a": 3}


@pytest.mark.parametrize("file", ["ratings", "views", "tags", "favorites"])
def test_each_file_may_be_missing(tmp_path: Path, file: str) -> None:
    write_json(tmp_path, ratings={"a": 1}, views={"b": 1}, tags={"c": ["#x"]}, favorites=["d"])
    (tmp_path / f"{file}.json").unlink()
    assert len(read(tmp_path)) == 3


REFUSED_ROWS: dict[str, tuple[str, Any, str, str]] = {
    **{
        f"ratings {value!r}": ("ratings", {"a": value, "ok": 1}, "a", f"a whole number from 1 to 5, not {told}.")
        for value, told in (
            (0, "0"),
            (6, "6"),
            (3.5, "3.5"),
            (True, "true"),
            (None, "null"),
            ("x", '"x"'),
            ("y" * 100, '"' + "y" * 39 + "…"),
            ([4], "a list"),
            ({"rating": 4}, "an object"),
        )
    },
    **{
        f"views {value!r}": ("views", {"a": value, "ok": 1}, "a", "A number of views is a whole number")
        for value in (-1, 10**12, 1.5, True, None, "x", [], {})
    },
    "a tag that is a number": ("tags", {"a": [7], "ok": ["x"]}, "a: 7", "A tag is text."),
    "an empty tag": ("tags", {"a": [""], "ok": ["x"]}, "a: (empty)", "A tag needs at least one letter."),
    "a long tag": ("tags", {"a": ["x" * 10_000], "ok": ["x"]}, "a: " + "x" * 200, "this one has 10000."),
    "a tag that steers": ("tags", {"a": ["x\x1b[2J"], "ok": ["x"]}, "a: x\ufffd[2J", "control characters"),
    "a tag that is a list": ("tags", {"a": [["x"]], "ok": ["x"]}, "a: (a list)", "A tag is text."),
    "a tag twice": ("tags", {"ok": ["Sand", "#sand"]}, "ok: #sand", "the same tag twice"),
    "tags that are an object": ("tags", {"a": {"x": 1}, "ok": ["x"]}, "a", "Tags are a list."),
    "tags that are nothing": ("tags", {"a": None, "ok": ["x"]}, "a", "Tags are a list."),
    "a favorite that is a number": ("favorites", [7, "ok"], "7", "The name of a file is text."),
    "a favorite that is nothing": ("favorites", [None, "ok"], "None", "The name of a file is text."),
    "a favorite that is an object": ("favorites", [{"filename": "a"}, "ok"], "(an object)", "is text."),
    "a favorite twice": ("favorites", ["ok", "./ok"], "./ok", "It is named twice."),
    "an empty name": ("ratings", {"": 1, "ok": 1}, "(empty)", "The name of the file is empty."),
    "NUL": ("ratings", {"a\0": 1, "ok": 1}, "a\ufffd", "NUL"),
    "the folder above": ("ratings", {"../a": 1, "ok": 1}, "../a", "«..»"),
    "an absolute name": ("ratings", {"/a": 1, "ok": 1}, "/a", "begins in its folder"),
    "half a letter": ("ratings", {"\ud83d": 1, "ok": 1}, "\ufffd", "half a letter"),
    "a long name": ("ratings", {"é" * 3000: 1, "ok": 1}, "é" * 200, "at most 4096 bytes; this one has 6000."),
    "one path, spelt twice": ("ratings", {"ok": 1, "./ok": 2}, "./ok", "It is named twice."),
    "beside the wrapper": ("ratings", {"ratings": {"ok": 1}, "a": 2}, "a", "beside «ratings»"),
    "a list without names": ("ratings", [4, {"filename": "ok", "rating": 1}], "entry 1", "«filename» and «rating»"),
    "tags without a name": ("tags", {"tags": ["#x", {"filename": "ok", "tags": ["x"]}]}, "entry 1", "«filename»"),
}


@pytest.mark.parametrize(("file", "values", "row", "reason"), REFUSED_ROWS.values(), ids=REFUSED_ROWS)
def test_a_row_that_cannot_be_taken_is_named_and_the_rest_goes_on(
    tmp_path: Path, file: str, values: Any, row: str, reason: str
) -> None:
    report = MoveReport()
    assert list(read(write_json(tmp_path, **{file: values}), report)) == ["ok"]
    (refused,) = report.refused
    assert (refused.what, refused.file, refused.row) == (file, f"{file}.json", row)
    assert reason in refused.reason
    assert (report.of(file).read, report.of(file).refused) == (2, 1)


@pytest.mark.parametrize("values", [{"a": True}, {"favorites": {"a": True}}], ids=["bare", "wrapped"])
def test_favorites_that_are_no_list_are_refused_by_name(tmp_path: Path, values: Any) -> None:
    report = MoveReport()
    assert read(write_json(tmp_path, favorites=values), report) == {}
    assert [(row.row, row.reason) for row in report.refused] == [("a", "Favorites are a list of names.")]


def test_of_a_name_that_stands_twice_the_last_is_taken_and_the_first_named(tmp_path: Path) -> None:
    (tmp_path / "ratings.json").write_text('{"a": 1, "b": 2, "a": 3, "a": 4}')
    report = MoveReport()
    assert {name: carried.rating for name, carried in read(tmp_path, report).items()} == {
        "a": (4, UNDATED),
        "b": (2, UNDATED),
    }
    assert [row.row for row in report.refused] == ["a", "a"]
    assert (report.of(RATINGS).read, report.of(RATINGS).refused) == (4, 2)


DAMAGED = {
    "truncated": (b'{\n  "a": 1,\n  "b', "breaks off at line 3, column 3"),
    "empty": (b"", "breaks off at line 1, column 1"),
    "more behind it": (b'{"a": 1} x', "line 1, column 10"),
    "a number": (b"7", "neither an object nor a list"),
    "nothing": (b"null", "neither an object nor a list"),
    "text": (b'"a"', "neither an object nor a list"),
    "not UTF-8": (b'{"caf\xe9.mp4": 1}', "not UTF-8 at byte 5"),
    "not UTF-8 behind a mark": (b'\xef\xbb\xbf{"caf\xe9.mp4": 1}', "not UTF-8 at byte 8"),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), "written in UTF-16; save it as UTF-8"),
    "UTF-16 without a mark": ('{"a": 1}'.encode("utf-16-le"), "written in UTF-16-LE; save it as UTF-8"),
    "nested deeply": (b"[" * 200_000, "nested too deeply"),
    "not a number": (b'{"a": NaN}', "holds NaN"),
    "endless": (b'{"a": -Infinity}', "holds -Infinity"),
    "thousands of digits": (b'{"a": ' + b"9" * 5000 + b"}", "thousands of digits"),
}


@pytest.mark.parametrize(
    "file", ["ratings.json", "views.json", "tags.json", "favorites.json", "video_analytics.json"]
)
@pytest.mark.parametrize(("content", "reason"), DAMAGED.values(), ids=DAMAGED)
def test_a_file_that_cannot_be_read_whole_ends_in_a_sentence(
    tmp_path: Path, file: str, content: bytes, reason: str
) -> None:
    path = tmp_path / file
    path.write_bytes(content)
    with pytest.raises(CannotMove) as refused:
        read(tmp_path)
    assert refused.value.message.startswith(f"{path} cannot be moved in. It ")
    assert reason in refused.value.message
    assert "Nothing was changed" in refused.value.message


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with open(tmp_path / "ratings.json", "wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(CannotMove, match="larger than 100 MB"):
        read(tmp_path)


def test_a_file_that_grows_while_it_is_read_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_files, "MOST_BYTES", 5)
    write_json(tmp_path, ratings={"a": 1})
    with pytest.raises(CannotMove, match="is larger than"):
        read(tmp_path)


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "ratings.json"
    path.mkdir() if kind == "folder" else os.mkfifo(path)
    with pytest.raises(CannotMove, match="a folder or a device"):
        read(tmp_path)


def test_a_folder_with_nothing_in_it_is_refused_with_what_was_looked_for(tmp_path: Path) -> None:
    (tmp_path / "notes.json").write_text("{}")
    with pytest.raises(CannotMove, match=r"none of ratings\.json, .*library\.json.*film\.mp4\.json.*Name the folder"):
        read(tmp_path)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotMove, match=r"gone does not exist\. Name the one"):
        read(tmp_path / "gone")


def test_a_library_of_ours_alone_is_no_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "library.json").write_text("not read here")
    assert read(tmp_path) == {}


def test_totals_stand_in_for_views_that_are_not_told(tmp_path: Path) -> None:
    report = MoveReport()
    totals = {
        "a": {"totalWatchTime": 3600, "watchCount": 4, "completionPercentage": 80},
        "b": {"totalWatchTime": 10, "watchCount": 9},
        "c": {"watchCount": -1},
        "d": 7,
        "../e": {"watchCount": 1},
        "f": {},
    }
    write_json(tmp_path, views={"b": 2}, analytics=totals)
    found = read(tmp_path, report)
    assert {name: carried.views for name, carried in found.items()} == {
        "a": ((ORIGINAL, 4, UNDATED),),
        "b": ((ORIGINAL, 2, UNDATED),),
    }
    assert report.left_behind == {"watch times": 2, "completion percentages": 1, "watch counts beside views.json": 1}
    assert [row.row for row in report.refused] == ["c", "d", "../e"]


def test_totals_as_they_were_exported_are_read(tmp_path: Path) -> None:
    exported = {"totalVideos": 1, "exportDate": "2024-03-01", "analytics": {"a": {"watchCount": 4}}}
    assert marks_of(write_json(tmp_path, analytics=exported)) == {"a": 4}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["filename", "ratings", "tags", "a/b", "../a"]) | st.text(max_size=8), inner
        )
    ),
    max_leaves=12,
)
SOME_FILE = st.sampled_from(["ratings", "views", "tags", "favorites", "video_analytics", "film.mp4"])


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(SOME_FILE, JSON, min_size=1))
def test_no_value_in_any_place_raises_anything_else(tmp_path: Path, files: dict[str, Any]) -> None:
    for path in tmp_path.iterdir():
        path.unlink()
    for file, values in files.items():
        (tmp_path / f"{file}.json").write_text(json.dumps(values))
    report = MoveReport()
    with suppress(CannotMove):
        videos = read(tmp_path, report).values()
        taken = sum(
            len(one.tags) + len(one.views) + (one.rating is not None) + (one.favorite is not None) for one in videos
        )
        assert sum(counts.read - counts.refused for counts in report.counts.values()) == taken
    "".join(row.row for row in report.refused).encode()  # a terminal can show it


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=40) | st.text(max_size=40).map(str.encode))
def test_no_bytes_raise_anything_else(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "tags.json").write_bytes(content)
    with suppress(CannotMove):
        read(tmp_path)
