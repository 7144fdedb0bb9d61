"""python app.py --restore FILE."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from local_video_server.database.backups import make
from local_video_server.database.lock import DataLock
from tests.database.libraries import rate, rating
from tests.server import CHECKOUT


def bring_back(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(CHECKOUT / "app.py"), "--restore", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder whose library has the rating 2; in a backup it is 4."""
    data = tmp_path / "data"
    data.mkdir()
    rate(data / "library.db", 4)
    make(data / "library.db", data / "backups", "", 1795283100.0)
    rate(data / "library.db", 2)
    return data


def test_a_backup_is_brought_back_and_both_files_are_named(data: Path) -> None:
    backup = data / "backups" / "library-20261121T174500Z.db"
    done = bring_back(backup, "--data", data)
    assert (done.returncode, done.stderr, len(done.stdout.splitlines())) == (0, "", 1)
    assert str(backup) in done.stdout
    assert rating(data / "library.db") == 4
    (kept,) = [path for path in (data / "backups").iterdir() if path.name.endswith("-before-restore.db")]
    assert str(kept) in done.stdout
    assert rating(kept) == 2


def test_the_former_one_goes_where_the_setting_says(data: Path, tmp_path: Path) -> None:
    (data / "lvs.toml").write_text(f'backups = "{tmp_path / "stick"}"\n')
    assert bring_back(data / "backups" / "library-20261121T174500Z.db", "--data", data).returncode == 0
    assert len(list((tmp_path / "stick").iterdir())) == 1


def test_what_is_no_backup_is_one_sentence(data: Path) -> None:
    (data / "notes.txt").write_text("not a database\n" * 100)
    for file in (data / "notes.txt", data / "nowhere.db", ""):
        done = bring_back(file, "--data", data)
        assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)
    assert rating(data / "library.db") == 2


def test_while_a_server_runs_it_is_refused(data: Path) -> None:
    lock = DataLock(data)
    try:
        lock.tell("http://127.0.0.1:8080/")
        done = bring_back(data / "backups" / "library-20261121T174500Z.db", "--data", data)
    finally:
        lock.release()
    assert done.returncode == 1
    assert "at http://127.0.0.1:8080/" in done.stderr
    assert "Stop it" in done.stderr
    assert rating(data / "library.db") == 2
