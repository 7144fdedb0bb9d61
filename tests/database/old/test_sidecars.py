"""Tags in files beside videos."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from local_video_server.database.old.json_files import read_json
from local_video_server.library.errors import CannotMove
from local_video_server.library.moving import ORIGINAL, TAGS, MoveReport
from tests.database.old.old_server import write_json


def put(path: Path, values: Any = None, text: str | None = None) -> None:
    """A file, with JSON or text in it; without either an empty one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text if text is not None else "" if values is None else json.dumps(values))


def tags_of(folder: Path, report: MoveReport | None = None, *roots: Path) -> dict[tuple[str, str], list[str]]:
    """Root and name of each video, and its tags. A root is called by the last part of its path."""
    places = [(str(root), root.name) for root in roots]
    videos = read_json(folder, ORIGINAL, report or MoveReport(), places).videos
    found = {(carried.root, carried.name): [typed for typed, _ in carried.tags] for carried in videos}
    assert len(found) == len(videos)
    return found


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A folder with the four files, empty."""
    return write_json(tmp_path / "old", ratings={}, views={}, tags={}, favorites=[])


@pytest.mark.parametrize(
    ("sidecar", "beside", "name"),
    [
        ("film.mp4.json", [], "film.mp4"),
        ("film.MKV.json", [], "film.MKV"),
        ("film.json", ["film.mp4"], "film.mp4"),
        ("film.json", ["film.mp4", "film.jpg", "film.txt"], "film.mp4"),
        ("videos/deep/film.mp4.json", [], "videos/deep/film.mp4"),
        ("videos/film.json", ["videos/film.webm"], "videos/film.webm"),
    ],
)
def test_a_sidecar_gives_its_tags_to_its_video(old: Path, sidecar: str, beside: list[str], name: str) -> None:
    put(old / sidecar, {"tags": ["#Sand", "book"], "title": "Dune"})
    for file in beside:
        put(old / file)
    assert tags_of(old) == {("", name): ["#Sand", "book"]}


@pytest.mark.parametrize(
    ("file", "values"),
    [
        ("film.json", {"tags": ["#x"]}),
        ("film.info.json", {"tags": ["#x"]}),
        ("film.mp4.json", {"title": "Dune"}),
        ("film.mp4.json", ["#x"]),
        (".film.mp4.json", {"tags": ["#x"]}),
        (".hidden/film.mp4.json", {"tags": ["#x"]}),
        ("@eaDir/film.mp4.json", {"tags": ["#x"]}),
        ("library.json", {"tags": ["#x"]}),
    ],
    ids=str,
)
def test_what_is_no_sidecar_is_left_alone(old: Path, file: str, values: Any) -> None:
    put(old / "library.mp4")
    put(old / file, values)
    report = MoveReport()
    assert tags_of(old, report) == {}
    assert (report.refused, report.notes) == ([], [])


def test_links_are_not_followed(old: Path, tmp_path: Path) -> None:
    put(tmp_path / "away" / "film.mp4.json", {"tags": ["#x"]})
    (old / "linked").symlink_to(tmp_path / "away")
    (old / "film.mp4.json").symlink_to(tmp_path / "away" / "film.mp4.json")
    (old / "loop").symlink_to(old)
    assert tags_of(old) == {}


def test_a_sidecar_and_the_file_of_tags_are_one(old: Path) -> None:
    write_json(old, tags={"film.mp4": ["#Sand", "#book"]})
    put(old / "film.mp4.json", {"tags": ["sand", "new"]})
    put(old / "film.json", {"tags": "#NEW"})
    put(old / "film.mp4")
    report = MoveReport()
    assert tags_of(old, report) == {("", "film.mp4"): ["#Sand", "#book", "#NEW"]}
    assert (report.of(TAGS).read, report.refused) == (3, [])


@pytest.mark.parametrize(
    ("text", "row", "reason"),
    [
        ('{"tags": ["#x"', "film.mp4", "breaks off at line 1, column 15"),
        ("", "film.mp4", "breaks off"),
        ('{"tags": {"x": 1}}', "film.mp4", "Tags are a list."),
        ('{"tags": null}', "film.mp4", "Tags are a list."),
        ('{"tags": [7]}', "film.mp4: 7", "A tag is text."),
        ('{"tags": "#"}', "film.mp4: #", "A tag needs at least one letter."),
        ('{"tags": [], "tags": []}', "tags", "It is named twice; the last one is taken."),
        (" " * 1_000_001, "film.mp4", "larger than 1 MB"),
    ],
    ids=["truncated", "empty", "an object", "nothing", "a number", "no letter", "twice", "huge"],
)
def test_a_broken_sidecar_is_refused_and_the_rest_goes_on(old: Path, text: str, row: str, reason: str) -> None:
    put(old / "film.mp4.json", text=text)
    put(old / "other.mp4.json", {"tags": ["#x"]})
    report = MoveReport()
    assert tags_of(old, report) == {("", "other.mp4"): ["#x"]}
    (refused,) = report.refused
    assert (refused.file, refused.row) == (str(old / "film.mp4.json"), row)
    assert reason in refused.reason


def test_a_sidecar_of_two_videos_is_refused(old: Path) -> None:
    for file in ("film.mp4", "film.mkv"):
        put(old / file)
    put(old / "film.json", {"tags": ["#x"]})
    report = MoveReport()
    assert tags_of(old, report) == {}
    assert [(row.row, row.reason) for row in report.refused] == [
        ("film.mkv: film.mp4", "More than one video beside it has this name.")
    ]


def test_a_sidecar_in_a_root_names_its_root(old: Path, tmp_path: Path) -> None:
    put(tmp_path / "films" / "deep" / "film.mp4.json", {"tags": ["#x"]})
    put(tmp_path / "series" / "deep" / "film.mp4.json", {"tags": ["#y"]})
    assert tags_of(old, None, tmp_path / "films", tmp_path / "series") == {
        ("films", "deep/film.mp4"): ["#x"],
        ("series", "deep/film.mp4"): ["#y"],
    }


def test_a_sidecar_in_a_root_is_one_with_what_the_files_say(old: Path, tmp_path: Path) -> None:
    write_json(old, ratings={"film.mp4": 5}, tags={"film.mp4": ["#x"]})
    put(tmp_path / "films" / "film.mp4.json", {"tags": ["#X", "#y"]})
    report = MoveReport()
    (carried,) = read_json(old, ORIGINAL, report, [(str(tmp_path / "films"), "films")]).videos
    assert (carried.root, carried.rating) == ("films", (5, 0.0))
    assert [typed for typed, _ in carried.tags] == ["#x", "#y"]
    assert report.of(TAGS).read == 2


def test_names_in_the_files_mean_the_first_root_that_has_them(old: Path, tmp_path: Path) -> None:
    write_json(old, tags={"film.mp4": ["#x"]})
    put(tmp_path / "films" / "film.mp4")
    put(tmp_path / "series" / "film.mp4.json", {"tags": ["#y"]})
    assert tags_of(old, None, tmp_path / "films", tmp_path / "series") == {
        ("", "film.mp4"): ["#x"],
        ("series", "film.mp4"): ["#y"],
    }


@pytest.mark.parametrize("root", ["old", "old/videos", "."], ids=["the folder", "inside it", "around it"])
def test_a_sidecar_that_is_found_both_ways_is_read_once(old: Path, tmp_path: Path, root: str) -> None:
    put(old / "videos" / "film.mp4.json", {"tags": ["#x", 7]})
    put(old / "tags.mp4")  # tags.json is no sidecar of it
    report = MoveReport()
    found = tags_of(old, report, (tmp_path / root).resolve())
    assert list(found.values()) == [["#x"]]
    assert (report.of(TAGS).read, len(report.refused)) == (2, 1)


def test_a_root_that_is_away_is_noted(old: Path, tmp_path: Path) -> None:
    put(old / "film.mp4.json", {"tags": ["#x"]})
    report = MoveReport()
    assert tags_of(old, report, tmp_path / "away") == {("", "film.mp4"): ["#x"]}
    assert report.notes == [f"No sidecars were looked for in {tmp_path / 'away'}: No such file or directory."]


def test_sidecars_alone_are_a_library(tmp_path: Path) -> None:
    put(tmp_path / "film.mp4.json", {"tags": []})
    assert tags_of(tmp_path) == {}
    (tmp_path / "film.mp4.json").unlink()
    with pytest.raises(CannotMove):
        tags_of(tmp_path)
