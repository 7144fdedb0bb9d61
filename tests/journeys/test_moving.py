"""The way of an old library: in by the command or through the running server, and out again."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from tests.database.old.old_server import write_json, write_sqlite
from tests.server import CHECKOUT, Server, serve, wait_for

COMMAND = [sys.executable, str(CHECKOUT / "database_migration.py")]
BEST, FIRST = "/api/videos?sort=rating&per_page=1", "/api/videos?sort=title&per_page=1"
VIDEOS = 333  # as many as the owner has
HARD = [
    "Ünïcode – “quoted”, 100 %.mkv",
    "deep/er/est/Film.mp4",
    "emoji 🎬🏽.webm",
    "quote' \" & <b>bold</b>.mp4",
    "comma, semicolon; colon: pipe|.mp4",
    "%2f..%2fetc.mp4",
    "#hash?query=1&x.mp4",
    " leading and trailing .mp4",
    "-dash.mp4",
    "tab\tline\nbreak.mp4",
    "عربي.mp4",
    "日本語.mp4",
    "e\u0301 decomposed.mp4",
    "é composed.mp4",
    "UPPER.MP4",
    "upper.MP4",
    "very " + "long " * 40 + ".mp4",
    "back\\slash.mp4",
    "same/name.mp4",
    "other/name.mp4",
    os.fsdecode(b"latin-1 \xe9.mp4"),
]
TAGS = ["#drama", "#Drama Queen", "#a, b", "#a/b", "#100%", "#_", "#ünï", "#<b>", "#日本語", "plain"]


def run(*arguments: object, expect: int = 0) -> str:
    """What the command wrote, and that it ended as expected."""
    done = subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, text=True, timeout=120)
    assert done.returncode == expect, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def names() -> list[str]:
    return [*HARD, *(f"Film {number}.mp4" for number in range(VIDEOS - len(HARD)))]


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> Path:
    """The files, each different; no film, since names are what this is about."""
    folder = tmp_path_factory.mktemp("moving") / "films"
    for number, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(f"no film, number {number}".encode())
    return folder


@pytest.fixture(scope="module")
def marks(names: list[str]) -> dict[str, Any]:
    """What the original server kept of them, and of a file that is gone."""
    all_names = [*names, "gone.mp4"]
    return {
        "ratings": {name: 1 + number % 5 for number, name in enumerate(all_names) if number % 3},
        "views": {name: number for number, name in enumerate(all_names) if number % 2},
        "tags": {
            name: [TAGS[number % len(TAGS)], TAGS[(number + 3) % len(TAGS)], f"#own {number}"]
            for number, name in enumerate(all_names)
            if number % 4
        },
        "favorites": [name for number, name in reversed(list(enumerate(all_names))) if number % 5 == 0],
    }


def old_files(marks: dict[str, Any]) -> dict[str, Any]:
    return {
        "ratings.json": marks["ratings"],
        "views.json": marks["views"],
        "tags.json": marks["tags"],
        "favorites.json": {"favorites": marks["favorites"]},
    }


def read_back(folder: Path) -> dict[str, Any]:
    names = ("ratings.json", "views.json", "tags.json", "favorites.json")
    return {name: json.loads((folder / name).read_text("ascii")) for name in names}


def _of_text(marks: Any) -> Any:
    """Without the one whose name is no text: the original's driver could not store it in SQLite."""
    if isinstance(marks, list):
        return [name for name in marks if name.isprintable() or "\t" in name]
    return {name: mark for name, mark in marks.items() if name.isprintable() or "\t" in name}


def ask(server: Server, address: str) -> Any:
    with urlopen(server.base_url + address, timeout=30) as answer:
        return json.load(answer)


@pytest.fixture(scope="module")
def running(films: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("moving-data")
    (data / "ratings.json").write_text("{}")  # of the original, left there
    with serve(films, data=data, rest_while_watched="0") as server:
        wait_for(lambda: ask(server, "/api/videos?per_page=1")["total"] == VIDEOS, 2)
        yield server


def test_start_names_old_files_and_the_command_that_moves_them_into_its_own_library(running: Server) -> None:
    command = f"database_migration.py import-json {running.data} --data {running.data}\n"
    wait_for(lambda: command in running.output, 2)


def test_json_goes_in_through_the_running_server_and_comes_out_equal(
    running: Server, marks: dict[str, Any], tmp_path: Path
) -> None:
    old = write_json(tmp_path / "old", **marks)
    said = run("import-json", old, "--data", running.data, "--report", tmp_path / "report.json")
    report = json.loads((tmp_path / "report.json").read_text())
    assert (report["refused"], report["conflicts"]) == ([], [])
    assert report["counts"]["ratings"] == {
        "read": len(marks["ratings"]),
        "imported": len(marks["ratings"]) - ("gone.mp4" in marks["ratings"]),
        "already_there": 0,
        "in_conflict": 0,
        "waiting": int("gone.mp4" in marks["ratings"]),
        "refused": 0,
    }
    assert Path(report["backup"]).is_file()
    assert report["backup"] in said
    rated = max(marks["ratings"], key=lambda name: (marks["ratings"][name], name == "Film 1.mp4"))
    video = next(v for v in ask(running, "/api/videos?sort=rating&per_page=120")["videos"] if v["filename"] == rated)
    assert video["rating"] == 5

    run("export-json", tmp_path / "new", "--data", running.data)
    assert read_back(tmp_path / "new") == old_files(marks)

    again = run("import-json", old, "--data", running.data)
    run("export-json", tmp_path / "again", "--data", running.data)
    assert read_back(tmp_path / "again") == old_files(marks)
    assert "In conflict" not in again


def test_sqlite_goes_in_before_the_first_start_and_comes_out_equal(
    films: Path, marks: dict[str, Any], tmp_path: Path
) -> None:
    kept = {what: _of_text(marks[what]) for what in marks}
    old = write_sqlite(
        tmp_path / "old" / "video_metadata.db",
        ratings=kept["ratings"],
        views={name: (count, "2024-02-01 10:00:00" if count else None) for name, count in kept["views"].items()},
        tags=[(name, tag) for name, tags in kept["tags"].items() for tag in tags],
        favorites={
            name: f"2024-01-01 00:{number // 60:02}:{number % 60:02}" for number, name in enumerate(kept["favorites"])
        },
        playlists={"Evening": ["Film 3.mp4", "gone.mp4", "Film 1.mp4"]},
        wal=True,
    )
    data = tmp_path / "data"
    assert "waiting" in run("import-sqlite", old, "--data", data)
    with serve(films, data=data, rest_while_watched="0") as server:
        wait_for(lambda: [video["rating"] for video in ask(server, BEST)["videos"]] == [5], 3)
        (playlist,) = ask(server, "/api/playlists")["playlists"]
        assert playlist["name"] == "Evening"
        run("export-json", tmp_path / "new", "--data", data)
    assert read_back(tmp_path / "new") == old_files(kept)
    library = json.loads((tmp_path / "new" / "library.json").read_text("ascii"))
    assert [item[0] for item in library["playlists"][0]["items"]] == ["Film 3.mp4", "gone.mp4", "Film 1.mp4"]


def test_our_own_export_moves_into_an_empty_library_with_keys_and_plays(
    running: Server, films: Path, tmp_path: Path
) -> None:
    key = ask(running, FIRST)["videos"][0]["key"]
    run("export-json", tmp_path / "out", "--data", running.data)
    run("import-json", tmp_path / "out", "--data", tmp_path / "data")
    with serve(films, data=tmp_path / "data", rest_while_watched="0") as server:
        wait_for(lambda: [video["key"] for video in ask(server, FIRST)["videos"]] == [key], 3)
        run("export-json", tmp_path / "again", "--data", tmp_path / "data")
    first, second = (json.loads((tmp_path / name / "library.json").read_text("ascii")) for name in ("out", "again"))

    def by_key(library: dict[str, Any]) -> dict[str, Any]:
        gone = ("retired_keys", "fingerprint")
        return {v.get("key", v["name"]): {n: w for n, w in v.items() if n not in gone} for v in library["videos"]}

    assert by_key(second) == by_key(first)
    assert second["playlists"] == first["playlists"]


def test_an_import_that_is_killed_leaves_the_library_as_it_was(marks: dict[str, Any], tmp_path: Path) -> None:
    old = write_json(tmp_path / "old", **marks)
    run("upgrade", "--data", tmp_path / "data")
    program = (
        "import os, signal, sys\n"
        "import database_migration\n"
        "from local_video_server.database import moving\n"
        "keep = moving.awaiting.keep\n"
        "def killed(*given):\n"
        "    keep(*given)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "moving.awaiting.keep = killed\n"
        "database_migration.main(sys.argv[1:])\n"
    )
    arguments = ["import-json", str(old), "--data", str(tmp_path / "data")]
    done = subprocess.run([sys.executable, "-c", program, *arguments], cwd=CHECKOUT, timeout=60)
    assert done.returncode == -9
    with closing(sqlite3.connect(tmp_path / "data" / "library.db")) as database:
        assert database.execute("SELECT count(*) FROM waiting").fetchone() == (0,)
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    run("import-json", old, "--data", tmp_path / "data")


def test_a_dry_run_says_the_same_and_changes_nothing(marks: dict[str, Any], tmp_path: Path) -> None:
    old = write_json(tmp_path / "old", **marks)
    dry = run("import-json", old, "--data", tmp_path / "data", "--dry-run")
    assert not (tmp_path / "data").exists()
    real = run("import-json", old, "--data", tmp_path / "data")
    table = [line for line in real.splitlines() if line.startswith(("ratings", "views", "tags", "favorites"))]
    assert len(table) == 4
    assert all(line in dry for line in table)
