"""python database_migration.py upgrade."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from local_video_server.database.tables import HEAD
from tests.server import CHECKOUT, serve


def upgrade(data: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(CHECKOUT / "database_migration.py"), "upgrade", "--data", str(data)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_a_database_is_made_and_a_second_time_left_as_it_is(tmp_path: Path) -> None:
    assert upgrade(tmp_path / "data").stdout.endswith(f"library.db: nothing -> {HEAD}.\n")
    again = upgrade(tmp_path / "data")
    assert (again.returncode, again.stderr) == (0, "")
    assert "newest form" in again.stdout


def test_while_a_server_runs_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "videos").mkdir()
    with serve(tmp_path / "videos", data=tmp_path / "data") as server:
        done = upgrade(tmp_path / "data")
        assert done.returncode == 1
        assert f"process {server.pid}" in done.stderr


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "library.db").write_text("no database at all, but longer than nothing\n" * 50)
    done = upgrade(tmp_path / "data")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
