"""python app.py --check, as somebody types it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app import main
from local_video_server import checking
from local_video_server.checking import Examination, check
from local_video_server.library.figures import State
from tests.database.libraries import rate, rating
from tests.disk.faults import mounted
from tests.disk.slow_folder import slow_folder
from tests.homes import open_home, settings_of
from tests.server import CHECKOUT

NAMES = "folders watching decoders encoders ffmpeg room clock database writing network open".split()


def checked(*arguments: object) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LVS_")}
    command = [sys.executable, str(CHECKOUT / "app.py"), "--check", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)


@pytest.fixture
def films(tmp_path: Path) -> Path:
    (tmp_path / "films" / "Series").mkdir(parents=True)
    return tmp_path / "films"


def test_before_the_first_start_it_looks_and_makes_nothing(tmp_path: Path, films: Path) -> None:
    data = tmp_path / "new" / "data"
    done = checked("--data", data, "--thumbnails", data / "pictures", films)
    assert (done.returncode, done.stderr) in ((0, ""), (1, ""))  # this machine may have little room
    first, *lines, last = done.stdout.splitlines()
    assert first.startswith("Local Video Server ")
    assert "FFmpeg" in first
    found = [line for line in lines if not line.startswith(" ")]
    assert [line.split()[1].rstrip(":") for line in found] == NAMES
    assert {line.split()[0] for line in found} <= {"good", "warning"}
    assert "2 of the " in found[1]
    assert last
    assert os.listdir(tmp_path) == ["films"]


def test_while_a_server_runs_it_looks_and_the_server_goes_on(tmp_path: Path, films: Path) -> None:
    data = tmp_path / "data"
    with open_home(data, films, videos=0) as home:
        done = checked("--data", data, "--thumbnails", data / "pictures", films)
        assert done.returncode in (0, 1), done.stdout
        assert "database: The database was looked through and is whole." in done.stdout
        assert home.client.post("/playlists", data={"name": "Written after it"}).status_code == 303


def test_what_is_poor_ends_with_two_and_says_what_to_do(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "library.db").write_bytes(b"not a database\n" * 100)
    said: list[str] = []
    assert check(settings_of(data, tmp_path / "nowhere"), said.append) == 2
    text = "\n".join(said)
    assert f"poor     folders: There is no folder {tmp_path / 'nowhere'}" in text
    assert f"         try: ls -ld {tmp_path / 'nowhere'}" in text
    assert "poor     database: The database is damaged" in text
    assert "--restore" not in text, "there is no backup to bring back"


def test_a_data_folder_that_has_too_little_room_or_cannot_be_made_is_poor(tmp_path: Path, films: Path) -> None:
    said: list[str] = []
    (tmp_path / "small").mkdir()
    with mounted(tmp_path / "small", "-t", "tmpfs", "-o", "size=3m", "none"):
        assert check(settings_of(tmp_path / "small", films), said.append) == 2
    assert check(settings_of(Path("/proc/x"), films), said.append) == 2
    text = "\n".join(said)
    assert f"poor     writing: Only 3 MB are free for the data folder {tmp_path / 'small'}." in text
    assert "poor     writing: The data folder /proc/x takes no files: nothing can be made in /proc (" in text


def test_where_no_program_can_be_started_that_is_what_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no python"))
    said: list[str] = []
    assert check(settings_of(tmp_path / "data", tmp_path), said.append) == 2
    assert "programs that read videos: no such file or directory." in "\n".join(said)


def test_a_warning_ends_with_one(tmp_path: Path) -> None:
    said: list[str] = []
    assert check(settings_of(tmp_path / "data"), said.append) == 1
    assert "warning  folders: No folder with videos was named." in said


def test_settings_that_cannot_be_are_poor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "lvs.toml").write_text('port = "abc"\n')
    assert main(["--check", "--data", str(tmp_path)]) == 2
    said = capsys.readouterr()
    assert (said.out, len(said.err.splitlines())) == ("", 1)


def test_a_library_is_left_as_it_was(tmp_path: Path, films: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    rate(data / "library.db", 4)
    before = {entry.name: entry.stat().st_mtime_ns for entry in data.iterdir()}
    check(settings_of(data, films), lambda line: None)
    assert {entry.name: entry.stat().st_mtime_ns for entry in data.iterdir()} == before
    assert rating(data / "library.db") == 4


def test_a_folder_that_hangs_is_named_and_holds_nobody_up(
    tmp_path: Path, films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "ANSWER_S", 0.2)
    monkeypatch.setattr(checking, "COUNT_S", 0.2)
    (tmp_path / "slow").mkdir()
    with slow_folder(films, tmp_path / "slow") as disk:
        disk.hang()
        examination = Examination(settings_of(tmp_path / "data", films), [str(tmp_path / "slow"), str(films)])
        found = {one.name: one for one in examination.look()}
        examination.stop()
    assert found["folders"].state is State.POOR
    assert "does not answer" in found["folders"].sentence
    assert found["database"].state is State.GOOD


def test_a_check_ends_while_a_disk_hangs_in_the_kernel(tmp_path: Path, films: Path) -> None:
    (tmp_path / "slow").mkdir()
    quick = "import sys, app; from local_video_server import checking as c; c.ANSWER_S = c.COUNT_S = 0.2"
    with slow_folder(films, tmp_path / "slow") as disk:
        disk.hang()
        asked = ["--check", "--data", str(tmp_path / "data"), str(tmp_path / "slow")]
        ended = subprocess.run(
            [sys.executable, "-c", f"{quick}; sys.exit(app.main({asked!r}))"],
            capture_output=True,
            text=True,
            timeout=20,
            cwd=CHECKOUT,
        )
    assert (ended.returncode, ended.stderr) == (2, "")
    assert "does not answer" in ended.stdout
