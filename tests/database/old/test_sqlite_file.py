"""The SQLite file of the original's later version: what is read of it, and that nothing of it changes."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from local_video_server.database.old import sqlite_file
from local_video_server.database.old.sqlite_file import read_sqlite
from local_video_server.database.upgrade import make
from local_video_server.library.errors import CannotMove
from local_video_server.library.moving import ORIGINAL, MoveReport
from tests.database.old.old_server import SCHEMA, write_sqlite


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "old" / "video_metadata.db"


def ratings(path: Path) -> dict[str, int]:
    videos = read_sqlite(path, ORIGINAL, MoveReport()).videos
    return {carried.name: carried.rating[0] for carried in videos if carried.rating}


def refusal(path: Path) -> str:
    with pytest.raises(CannotMove) as refused:
        read_sqlite(path, ORIGINAL, MoveReport())
    assert str(path) in refused.value.message
    return refused.value.message


def files(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Everything in a folder: names, bytes and times."""
    return {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in folder.iterdir()}


@contextmanager
def untouched(folder: Path) -> Iterator[None]:
    before = files(folder)
    yield
    assert files(folder) == before


@contextmanager
def server(path: Path) -> Iterator[Callable[[str], None]]:
    """The old server with its connection open, in a process of its own; it does each statement that it is given."""
    program = """
        import sqlite3, sys
        database = sqlite3.connect(sys.argv[1], isolation_level=None)
        for line in sys.stdin:
            print(database.execute(line).fetchall(), flush=True)
    """
    command = [sys.executable, "-c", textwrap.dedent(program), str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout

        def do(statement: str) -> None:
            process.stdin.write(statement + "\n")
            process.stdin.flush()
            assert process.stdout.readline()

        yield do


@pytest.fixture
def left_behind(path: Path) -> Path:
    """A file in WAL mode whose server was killed: what it wrote last is in the log alone."""
    write_sqlite(path, ratings={"a": 1}, wal=True)
    program = f"""
        import os, sqlite3
        server = sqlite3.connect({str(path)!r}, isolation_level=None)
        server.execute("INSERT INTO ratings VALUES ('b', 2, NULL)")
        server.execute("BEGIN IMMEDIATE")
        server.execute("INSERT INTO ratings VALUES ('c', 3, NULL)")
        os._exit(0)
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(program)], check=True)
    assert sorted(files(path.parent)) == [path.name, f"{path.name}-shm", f"{path.name}-wal"]
    return path


@pytest.mark.parametrize("wal", [False, True], ids=["journal", "log"])
def test_reading_leaves_the_folder_as_it_was(path: Path, wal: bool) -> None:
    write_sqlite(path, ratings={"a": 1}, wal=wal)
    with untouched(path.parent):
        assert ratings(path) == {"a": 1}
    assert list(files(path.parent)) == [path.name]


def test_a_server_that_runs_is_read_up_to_its_last_transaction(path: Path) -> None:
    write_sqlite(path, ratings={"a": 1}, wal=True)
    with server(path) as do:
        do("INSERT INTO ratings VALUES ('b', 2, NULL)")
        do("BEGIN IMMEDIATE")
        do("INSERT INTO ratings VALUES ('c', 3, NULL)")
        with untouched(path.parent):
            assert ratings(path) == {"a": 1, "b": 2}
        do("COMMIT")
        with untouched(path.parent):
            assert ratings(path) == {"a": 1, "b": 2, "c": 3}
        do("UPDATE ratings SET rating = 5")  # nothing of ours keeps it from writing
        assert set(ratings(path).values()) == {5}


def test_what_is_read_is_of_one_moment_while_the_server_writes(path: Path) -> None:
    write_sqlite(path, ratings={"a": 1}, views={"a": 1}, wal=True)
    with server(path) as do:
        do("SELECT * FROM ratings")
        reading = ExitStack()
        database = reading.enter_context(sqlite_file._opened(path, path.name))
        do("UPDATE ratings SET rating = 2")
        do("UPDATE views SET view_count = 2")
        do("PRAGMA wal_checkpoint")
        assert database.execute("SELECT rating, view_count FROM ratings, views").fetchall() == [(1, 1)]
        reading.close()


def test_a_log_that_was_left_behind_is_read_too(left_behind: Path) -> None:
    with untouched(left_behind.parent):
        assert ratings(left_behind) == {"a": 1, "b": 2}


def test_a_log_that_was_copied_without_its_index_is_read_too(left_behind: Path) -> None:
    Path(f"{left_behind}-shm").unlink()
    with untouched(left_behind.parent):
        assert ratings(left_behind) == {"a": 1, "b": 2}


def test_a_journal_that_was_left_behind_is_rolled_back_in_a_copy(path: Path) -> None:
    write_sqlite(path, ratings={f"{number}": 1 for number in range(2000)})
    program = f"""
        import os, sqlite3
        server = sqlite3.connect({str(path)!r}, isolation_level=None)
        server.execute("PRAGMA cache_size = 1")
        server.execute("BEGIN IMMEDIATE")
        server.execute("UPDATE ratings SET rating = 2")
        os._exit(0)
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(program)], check=True)
    assert Path(f"{path}-journal").stat().st_size
    with untouched(path.parent):
        assert set(ratings(path).values()) == {1}


def test_a_file_with_a_hard_name_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "100% a?b#c&mode=rw é"
    assert ratings(write_sqlite(folder / "x;y.db", ratings={"a": 1}, wal=True)) == {"a": 1}
    (tmp_path / "link.db").symlink_to(folder / "x;y.db")
    assert ratings(tmp_path / "link.db") == {"a": 1}


@pytest.mark.parametrize("has_index", [True, False], ids=["index", "no index"])
def test_a_log_in_a_folder_that_is_read_only_is_read(left_behind: Path, has_index: bool) -> None:
    if not shutil.which("setpriv"):
        pytest.skip("The tool setpriv is not here, which takes root's rights away from a program.")
    if not has_index:
        Path(f"{left_behind}-shm").unlink()
    program = """
        import sys
        from pathlib import Path
        from local_video_server.database.old.sqlite_file import read_sqlite
        from local_video_server.library.moving import MoveReport
        print([carried.name for carried in read_sqlite(Path(sys.argv[1]), "x", MoveReport()).videos])
    """
    command = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", sys.executable, "-c", textwrap.dedent(program)]
    left_behind.parent.chmod(0o500)
    try:
        for file in left_behind.parent.iterdir():
            file.chmod(0o400)
        done = subprocess.run([*command, str(left_behind)], capture_output=True, text=True)
    finally:
        left_behind.parent.chmod(0o700)
    if "setpriv:" in done.stderr:
        pytest.skip("Root's rights cannot be taken away here.")
    assert (done.stdout, done.stderr) == ("['a', 'b']\n", "")


def test_a_file_that_changes_while_it_is_read_without_locks_is_refused(path: Path) -> None:
    write_sqlite(path, ratings={"a": 1}, wal=True)
    reading = ExitStack()
    reading.enter_context(sqlite_file._opened(path, path.name))
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE ratings SET rating = 2")
        database.commit()
    with pytest.raises(CannotMove, match="was written to while it was read"):
        reading.close()


def test_a_file_that_is_locked_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_file, "BUSY_S", 0.01)
    write_sqlite(path, ratings={"a": 1})
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("BEGIN EXCLUSIVE")
        assert "is locked by another program" in refusal(path)
        database.execute("ROLLBACK")
        assert ratings(path) == {"a": 1}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"{}", "is no SQLite database"),
        (b"just text\n" * 500, "is no SQLite database"),
        (b"SQLite format 3\0" + b"\xff" * 5000, "is no SQLite database"),
        (b"SQLite format 3\0", "is no SQLite database"),
    ],
    ids=["empty", "JSON", "text", "garbage", "the beginning alone"],
)
def test_what_is_no_database_is_refused_and_untouched(path: Path, content: bytes, reason: str) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with untouched(path.parent):
        assert reason in refusal(path)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("wal", [False, True], ids=["journal", "log"])
def test_a_truncated_database_is_refused(path: Path, share: float, wal: bool) -> None:
    write_sqlite(path, ratings={f"{number}.mp4": 1 for number in range(2000)}, wal=wal)
    os.truncate(path, int(path.stat().st_size * share))
    with untouched(path.parent):
        assert "is damaged" in refusal(path)


def test_a_database_that_is_damaged_in_the_middle_is_refused(path: Path) -> None:
    write_sqlite(path, ratings={f"{number}.mp4": 1 for number in range(2000)})
    with open(path, "r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\xff" * 4096)
    assert "is damaged" in refusal(path)


def test_rows_that_break_a_rule_of_their_table_are_no_damage(path: Path) -> None:
    schema = SCHEMA.replace("rating INTEGER,", "rating INTEGER NOT NULL CHECK (rating BETWEEN 1 AND 5),")
    write_sqlite(path, schema=schema)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA ignore_check_constraints = ON")
        database.execute("INSERT INTO ratings (filename, rating) VALUES ('a', 6), ('b', 3)")
    report = MoveReport()
    assert [carried.name for carried in read_sqlite(path, ORIGINAL, report).videos] == ["b"]
    assert [row.row for row in report.refused] == ["ratings: a"]


def test_a_database_of_another_program_is_refused(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE recipes (name)")
    assert "is a database of another program: it has none of the tables favorites, ratings" in refusal(path)


@pytest.mark.parametrize("is_open", [True, False], ids=["open", "closed"])
def test_a_database_of_ours_is_refused_with_the_command_that_takes_it(tmp_path: Path, is_open: bool) -> None:
    path = tmp_path / "library.db"
    make(path)
    with closing(sqlite3.connect(path)) as database:
        if is_open:
            database.execute("SELECT * FROM roots").fetchall()
        message = refusal(path)
    assert "is a database of this program" in message
    assert f"python app.py --restore {path}" in message


def test_our_locks_on_a_database_of_ours_survive_that_it_is_named(tmp_path: Path) -> None:
    """Another program could take the log away under a writer that has lost them."""
    path = tmp_path / "library.db"
    make(path)
    with closing(sqlite3.connect(path)) as database:
        database.execute("SELECT * FROM roots").fetchall()
        refusal(path)
        program = (
            "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('SELECT * FROM roots').connection.close()"
        )
        subprocess.run([sys.executable, "-c", program, str(path)], check=True)
        assert Path(f"{path}-wal").exists()


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe"])
def test_what_is_no_file_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "video_metadata.db"
    if kind != "missing":
        path.mkdir() if kind == "folder" else os.mkfifo(path)
    message = refusal(path)
    assert ("No such file" if kind == "missing" else "is not a file") in message


def test_no_room_for_a_copy_is_one_sentence(
    left_behind: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    Path(f"{left_behind}-shm").unlink()
    full = tmp_path / "full"
    full.touch()
    monkeypatch.setattr(sqlite_file.tempfile, "tempdir", str(full))
    assert "Nothing was changed" in refusal(left_behind)
