"""What start says about files of the original server: it names them, and obeys none."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from local_video_server import settings
from local_video_server.old_files import DATABASES, JSON_FILES, KEYS, VARIABLES, old_files


def put(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def test_of_nothing_nothing_is_said(tmp_path: Path) -> None:
    noise = {
        "config.json": '{"port": 80, "debug": true}',
        ".env": "TOKEN=1\nPORT=5\n#LVS_PORT=1\n",
        "library.json": "{}",
        "lvs.toml": "",
    }
    put(tmp_path, **noise)
    (tmp_path / "ratings.json").mkdir()
    assert old_files([tmp_path, tmp_path / "nowhere"], ()) == []


@pytest.mark.parametrize("name", JSON_FILES)
def test_marks_are_named_with_the_command_that_moves_them_in(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "old server"
    put(folder, **{name: "{}"})
    (told,) = old_files([folder], ())
    assert name in told
    assert f"python3 database_migration.py import-json '{folder}'" in told


@pytest.mark.parametrize("name", DATABASES)
def test_a_database_is_named_with_the_command_that_moves_it_in(tmp_path: Path, name: str) -> None:
    put(tmp_path, **{name: "x"})
    (told,) = old_files([tmp_path, tmp_path / "data", tmp_path], ())
    assert told.endswith(f"python3 database_migration.py import-sqlite {tmp_path / name}")


@pytest.mark.parametrize(
    ("name", "text", "is_its"),
    [
        ("config.json", json.dumps({"video_directory": "/srv"}), True),
        ("config.json", "\ufeff" + json.dumps({"port": 5000, "feature_previews": True}), True),
        ("config.json", json.dumps({"port": 5000, "host": "0.0.0.0"}), False),
        ("config.json", json.dumps(["video_directory"]), False),
        ("config.json", "{", False),
        ("config.json", "[" * 50_000, False),
        ("config.json", json.dumps({"video_directory": "x" * 100_000}), False),
        ("config.json", "\xff\x00", False),
        (".env", "LVS_VIDEO_DIRECTORY=/srv\n", True),
        (".env", "A=1\n  export LVS_PORT = 5000\n", True),
        (".env", "LVS_SOMETHING_ELSE=1\n", False),
        (".env", "MY_LVS_PORT=1\n# LVS_PORT=1\n", False),
    ],
    ids=lambda value: str(value)[:40],
)
def test_settings_are_named_when_they_hold_a_key_of_its(tmp_path: Path, name: str, text: str, is_its: bool) -> None:
    put(tmp_path, **{name: text})
    told = old_files([tmp_path], ())
    assert len(told) == is_its
    if told:
        assert name in told[0]
        assert "not obeyed" in told[0]
        assert "docs/moving.md" in told[0]


def test_what_is_no_plain_file_is_not_opened(tmp_path: Path) -> None:
    """A pipe that nobody writes to would hang the start."""
    for name in ("config.json", ".env", "ratings.json"):
        os.mkfifo(tmp_path / name)
    assert old_files([tmp_path], ()) == []


def test_backups_are_named(tmp_path: Path) -> None:
    (tmp_path / "backup_json").mkdir()
    (told,) = old_files([tmp_path], ())
    assert "backup_json" in told


def test_variables_of_the_original_are_named_and_those_of_others_are_not() -> None:
    environment = {
        "LVS_DB_PATH": "/x",
        "LVS_VIDEO_DIRECTORY": "/y",
        "LVS_PORT": "9000",
        "LVS_OURS_SOON": "1",
        "A": "1",
    }
    read = settings.combine({}, environment, {})
    assert read.port == 9000
    (told,) = old_files([], read.strange_variables)
    assert "LVS_DB_PATH, LVS_VIDEO_DIRECTORY." in told
    assert "LVS_PORT" not in told
    assert "LVS_OURS_SOON" not in told


def test_every_variable_is_named_but_for_those_that_are_settings() -> None:
    names = {"LVS_" + key.upper() for key in KEYS} | set(VARIABLES)
    ours = {setting.variable for setting in settings.TABLE}
    read = settings.combine({}, dict.fromkeys(names - ours, "x"), {})
    assert set(read.strange_variables) == names - ours
    (told,) = old_files([], read.strange_variables)
    assert all(name in told for name in names - ours)


def test_the_commands_name_the_data_folder_of_this_server(tmp_path: Path) -> None:
    """Without it the marks would go into another library, and wait there for ever."""
    put(tmp_path, **{"ratings.json": "{}", "video_cache.db": "x"})
    told = old_files([tmp_path], (), data=tmp_path / "our data")
    assert len(told) == 2
    assert all(one.endswith(f" --data '{tmp_path / 'our data'}'") for one in told)


def test_a_folder_that_is_gone_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    put(tmp_path, **{"tags.json": "{}"})
    assert len(old_files([Path(), tmp_path], ())) == 1


def test_it_takes_no_time(tmp_path: Path) -> None:
    put(tmp_path, **dict.fromkeys((*JSON_FILES, *DATABASES), "x" * 100_000), **{".env": "x" * 60_000})
    took = []
    for _ in range(5):  # the machine may be busy just now, though not five times
        started = time.perf_counter()
        assert old_files([tmp_path] * 3, VARIABLES)
        took.append(time.perf_counter() - started)
    assert min(took) < 5 * 0.005
