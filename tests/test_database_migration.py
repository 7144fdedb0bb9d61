"""python3 database_migration.py: what it says and how it ends. The way of whole libraries is in journeys/."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

import database_migration
from local_video_server.database.lock import DataLock
from local_video_server.database.tables import HEAD
from tests.database.old.old_server import write_json, write_sqlite
from tests.server import CHECKOUT, serve


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LVS_DATA", "LVS_BACKUPS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return write_json(
        tmp_path / "old", ratings={"a.mp4": 4}, views={"a.mp4": 2}, tags={"a.mp4": ["#x"]}, favorites=[]
    )


class Command:
    """Runs it in this process: a start of Python for each would take most of the time."""

    def __init__(self, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.data = data
        self._capsys = capsys
        self.out = self.err = ""

    def __call__(self, *arguments: object) -> int:
        code = database_migration.main([*map(str, arguments), "--data", str(self.data)])
        self.out, self.err = self._capsys.readouterr()
        return code

    def count(self, table: str) -> int:
        with closing(sqlite3.connect(self.data / "library.db")) as database:
            return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


@pytest.fixture
def command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(tmp_path / "data", capsys)


def test_a_database_is_made_and_a_second_time_left_as_it_is(command: Command) -> None:
    assert command("upgrade") == 0
    assert command.out.endswith(f"library.db: nothing -> {HEAD}.\n")
    assert command("upgrade") == 0
    assert "newest form" in command.out
    assert not (command.data / "backups").exists()


def test_an_older_database_is_kept_before_it_is_changed(command: Command, tmp_path: Path) -> None:
    command("upgrade")
    with closing(sqlite3.connect(command.data / "library.db")) as database:
        database.executescript("""
            DROP TABLE playlist_items; DROP TABLE imported_views; DROP TABLE media_hashes; DROP TABLE waiting;
            ALTER TABLE profiles DROP COLUMN recent_since; ALTER TABLE video_tags DROP COLUMN typed;
            CREATE TABLE playlist_items (playlist_id, position, video_id, added_at);
            UPDATE alembic_version SET version_num = '0002';
        """)
    assert command("upgrade", "--report", tmp_path / "report.json") == 0
    report = json.loads((tmp_path / "report.json").read_text())
    assert (report["before"], report["now"]) == ("0002", HEAD)
    assert "before-upgrade-0002" in report["backup"]
    assert report["backup"] in command.out


def test_while_a_server_runs_upgrade_is_refused(tmp_path: Path, command: Command) -> None:
    command.data.mkdir()
    lock = DataLock(command.data)
    assert command("upgrade") == 1
    assert "Another server" in command.err
    lock.release()


def test_all_that_is_taken_is_0_and_a_row_that_is_not_is_3(old: Path, command: Command, tmp_path: Path) -> None:
    assert command("import-json", old) == 0
    write_json(old, ratings={"a.mp4": 5, "b.mp4": 9})
    assert command("import-json", old, "--report", tmp_path / "report.json") == 3
    assert "ratings.json, b.mp4: A rating is" in command.out
    report = json.loads((tmp_path / "report.json").read_text())
    assert [(row["file"], row["row"]) for row in report["refused"]] == [("ratings.json", "b.mp4")]
    assert report["counts"]["tags"]["waiting"] == 1


def test_a_source_of_its_own_is_added_up(old: Path, command: Command, tmp_path: Path) -> None:
    command("import-json", old)
    command("import-json", old, "--source", "the other house")
    command("export-json", tmp_path / "out")
    assert json.loads((tmp_path / "out" / "views.json").read_text()) == {"a.mp4": 4}


@pytest.mark.parametrize(
    ("name", "body", "sentence"),
    [
        ("views.json", b'{"a.mp4": 1, "b', "views.json"),
        ("tags.json", b"5", "tags.json"),
        ("favorites.json", b"\xff\xfe{}", "favorites.json"),
        ("ratings.json", b"[" * 100_000, "ratings.json"),
        ("video_analytics.json", b"[[", "video_analytics.json"),
        ("library.json", b"{}", "library.json"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence_and_nothing_is_changed(
    old: Path, command: Command, name: str, body: bytes, sentence: str
) -> None:
    command("import-json", old)
    (old / name).write_bytes(body)
    write_json(old, **({} if name == "ratings.json" else {"ratings": {"new.mp4": 5}}))
    assert command("import-json", old) == 1
    assert sentence in command.err
    assert command.err.count("\n") == 1
    assert command.out == ""
    assert command.count("waiting") == 1


@pytest.mark.parametrize("what", ["text", "a folder", "nothing", "our own", "another program's"])
def test_a_database_that_is_not_the_originals_is_one_sentence(tmp_path: Path, command: Command, what: str) -> None:
    path = tmp_path / "video_metadata.db"
    if what == "text":
        path.write_text("no database\n" * 1000)
    elif what == "a folder":
        path.mkdir()
    elif what == "our own":
        command("upgrade")
        path = command.data / "library.db"
    elif what == "another program's":
        write_sqlite(path, schema="CREATE TABLE recipes (name);")
    assert command("import-sqlite", path) == 1
    assert str(path) in command.err
    assert command.err.count("\n") == 1


def test_a_report_that_cannot_be_written_is_known_before_anything_is_done(old: Path, command: Command) -> None:
    assert command("import-json", old, "--report", old / "none" / "report.json") == 1
    assert "report.json cannot be written" in command.err
    assert not command.data.exists()


@pytest.mark.parametrize(
    "source", ["", "half \udcff", "x" * 201, "two\nlines"], ids=["none", "half", "long", "lines"]
)
def test_a_source_is_a_name(old: Path, command: Command, source: str) -> None:
    assert command("import-json", old, f"--source={source}") == 1
    assert command.err.startswith("The name of a source")
    assert command.count("waiting") == 0


def test_a_server_that_ends_before_it_answers_may_have_done_it(old: Path, command: Command) -> None:
    command.data.mkdir()
    lock = DataLock(command.data)
    with socket.create_server(("127.0.0.1", 0)) as server:
        lock.tell(f"http://127.0.0.1:{server.getsockname()[1]}/")
        ending = threading.Thread(target=lambda: server.accept()[0].close())
        ending.start()
        assert command("import-json", old) == 4
        ending.join()
    assert "did not say what became of it" in command.err
    assert command("import-json", old) == 1  # nobody listens there any more
    assert "Nothing was changed" in command.err
    lock.release()


def test_a_reader_that_leaves_does_not_undo_it(old: Path, command: Command) -> None:
    program = [sys.executable, str(CHECKOUT / "database_migration.py"), "import-json", str(old)]
    gone, output = os.pipe()
    os.close(gone)
    done = subprocess.run([*program, "--data", str(command.data)], stdout=output, stderr=subprocess.PIPE, timeout=60)
    os.close(output)
    assert (done.returncode, done.stderr) == (0, b"")
    assert command.count("waiting") == 1


def test_what_waits_and_why_is_said(old: Path, command: Command) -> None:
    command("import-json", old)
    assert "Waiting for a file, and given to it by itself when it comes:\n  a.mp4\n" in command.out
    assert "No folder was served with this data folder yet" in command.out


def test_a_failure_is_in_the_report_too(old: Path, command: Command, tmp_path: Path) -> None:
    (old / "views.json").write_text("{")
    command("import-json", old, "--report", tmp_path / "report.json")
    assert json.loads((tmp_path / "report.json").read_text())["error"] == command.err.rstrip("\n")


def test_an_export_of_no_library_is_one_sentence(command: Command, tmp_path: Path) -> None:
    assert command("export-json", tmp_path / "out") == 1
    assert "There is no library in" in command.err
    assert not (tmp_path / "out").exists()


def test_a_backup_that_cannot_be_made_stops_the_import(old: Path, command: Command) -> None:
    command.data.mkdir()
    (command.data / "backups").write_text("in the way")
    assert command("import-json", old) == 1
    assert "No backup was made" in command.err
    assert command.count("waiting") == 0


def test_a_server_that_was_given_a_bad_file_says_the_same_sentence(
    tmp_path: Path, old: Path, command: Command
) -> None:
    (tmp_path / "videos").mkdir()
    with serve(tmp_path / "videos", data=command.data):
        (old / "views.json").write_text("{")
        assert command("import-json", old) == 1
        assert "views.json" in command.err
        (old / "views.json").write_text("{}")
        assert command("import-json", old) == 0
        assert command("import-sqlite", tmp_path / "none.db") == 1
        assert "none.db" in command.err


@pytest.mark.parametrize("arguments", [["--help"], ["import-json", "--help"], ["export-json", "--help"]])
def test_help_teaches(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        database_migration.main(arguments)
    assert ended.value.code == 0
    assert "exit codes" in capsys.readouterr().out
