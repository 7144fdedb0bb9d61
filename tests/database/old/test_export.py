from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from local_video_server.database.old.export import export
from local_video_server.library.errors import CannotMove
from local_video_server.library.moving import Carried, OldLibrary

NOW = 1_717_300_000.0
FILES = {"ratings.json", "views.json", "tags.json", "favorites.json", "library.json"}


def library(rating: int) -> OldLibrary:
    return OldLibrary(
        (Carried("caf\udce9.mp4", rating=(rating, 0.0), favorite=2e-6), Carried("b.mp4", favorite=1e-6))
    )


def test_five_files_are_written_and_nothing_else(tmp_path: Path) -> None:
    report = export(library(4), tmp_path / "new", NOW)
    assert {path.name for path in (tmp_path / "new").iterdir()} == FILES
    assert {Path(name).name for name in report.files} == FILES
    assert json.loads((tmp_path / "new" / "ratings.json").read_text("ascii")) == {"caf\udce9.mp4": 4}
    assert json.loads((tmp_path / "new" / "favorites.json").read_text("ascii")) == {
        "favorites": ["b.mp4", "caf\udce9.mp4"]
    }
    assert (report.counts["ratings"], report.counts["favorites"], report.counts["videos"]) == (1, 2, 2)


def test_an_empty_library_is_written_as_the_original_writes_it(tmp_path: Path) -> None:
    export(OldLibrary(), tmp_path, NOW)
    contents = {name: json.loads((tmp_path / name).read_text()) for name in sorted(FILES - {"library.json"})}
    assert contents == {"favorites.json": {"favorites": []}, "ratings.json": {}, "tags.json": {}, "views.json": {}}


def test_a_file_that_says_something_else_is_kept(tmp_path: Path) -> None:
    (tmp_path / "ratings.json").write_text('{"mine.mp4": 5}')
    report = export(library(4), tmp_path, NOW)
    kept = tmp_path / "ratings-before-20240602T034640Z.json"
    assert kept.read_text() == '{"mine.mp4": 5}'
    assert report.notes == [f"The former ratings.json is kept as {kept.name}."]
    assert export(library(4), tmp_path, NOW + 60).notes == []


def test_a_library_json_of_another_library_is_kept_too(tmp_path: Path) -> None:
    export(library(4), tmp_path, NOW)
    report = export(library(5), tmp_path, NOW + 60)
    assert [note.partition(" is ")[0] for note in report.notes] == [
        "The former ratings.json",
        "The former library.json",
    ]


def test_a_folder_in_place_of_a_file_leaves_all_of_them_as_they_were(tmp_path: Path) -> None:
    export(library(4), tmp_path, NOW)
    before = (tmp_path / "ratings.json").read_bytes()
    (tmp_path / "tags.json").unlink()
    (tmp_path / "tags.json").mkdir()
    with pytest.raises(CannotMove, match=r"Nothing was exported .*tags.json is a folder"):
        export(library(5), tmp_path, NOW)
    assert (tmp_path / "ratings.json").read_bytes() == before


def test_a_disk_that_fills_up_leaves_the_former_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    export(library(4), tmp_path, NOW)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    flushed: list[int] = []

    def full(file: int) -> None:
        flushed.append(file)
        if len(flushed) == 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CannotMove, match="No space left on device"):
        export(library(5), tmp_path, NOW)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_file_in_place_of_the_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(CannotMove, match="Nothing was exported"):
        export(library(4), tmp_path / "taken", NOW)
