from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from types import SimpleNamespace

import pytest

from local_video_server.database import backups, integrity
from local_video_server.database.integrity import look_through
from local_video_server.database.store import DatabaseStore
from local_video_server.library.examined import DatabaseLook, Wholeness
from local_video_server.library.video import Root
from tests.database.rows import add, file

LONG_S = 60.0


def test_what_is_not_there_is_absent_and_not_made(path: Path) -> None:
    assert look_through(path, LONG_S) == DatabaseLook(Wholeness.ABSENT)
    assert not path.exists()


def test_one_that_nobody_has_open_is_whole_and_nothing_is_left_beside_it(path: Path) -> None:
    DatabaseStore(path).close()
    before = path.stat().st_mtime_ns
    assert look_through(path, LONG_S) == DatabaseLook(Wholeness.WHOLE)
    assert ([entry.name for entry in path.parent.iterdir()], path.stat().st_mtime_ns) == (["library.db"], before)


def test_one_that_a_server_writes_to_is_looked_through_and_goes_on(
    store: DatabaseStore, root: Root, path: Path
) -> None:
    (video,) = add(store, root, file("a.mp4"))
    assert path.with_name("library.db-wal").exists()
    assert look_through(path, LONG_S) == DatabaseLook(Wholeness.WHOLE)
    store.set_rating(video.id, 4, 0.0)
    assert store.load_marks().ratings == {video.id: 4}


def test_what_a_crashed_server_left_is_read_with_its_journal(path: Path, tmp_path: Path) -> None:
    store = DatabaseStore(path)
    store.set_credential("a", "b")
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    for entry in path.parent.glob("library.db*"):
        (crashed / entry.name).write_bytes(entry.read_bytes())
    store.close()
    assert look_through(crashed / "library.db", LONG_S) == DatabaseLook(Wholeness.WHOLE)


def test_a_page_that_was_overwritten_is_damage(path: Path) -> None:
    DatabaseStore(path).close()
    with path.open("r+b") as opened:
        opened.seek(3 * 4096)
        opened.write(os.urandom(2 * 4096))
    found = look_through(path, LONG_S)
    assert found.wholeness is Wholeness.DAMAGED
    assert found.said


@pytest.mark.parametrize("content", [b"not a database\n" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_what_is_no_database_is_damaged(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert look_through(path, LONG_S).wholeness is Wholeness.DAMAGED


def test_a_server_that_starts_meanwhile_is_no_damage(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read as if nobody wrote to it, half of a change looks like damage."""
    DatabaseStore(path).close()
    started: list[DatabaseStore] = []

    def damage(database: sqlite3.Connection, check: str) -> str | None:
        if not started:
            started.append(DatabaseStore(path))
            started[0].set_credential("a", "b")
            raise sqlite3.DatabaseError("database disk image is malformed")
        return backups.damage(database, check)

    monkeypatch.setattr(integrity, "backups", SimpleNamespace(damage=damage, is_damage=lambda error: True))
    assert look_through(path, LONG_S) == DatabaseLook(Wholeness.WHOLE)
    started[0].close()


def test_what_cannot_be_opened_is_not_said_to_be_damaged(path: Path) -> None:
    path.mkdir()
    assert look_through(path, LONG_S).wholeness is Wholeness.UNREADABLE


def test_it_ends_when_its_time_is_over(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE t (a UNIQUE)")
        database.executemany("INSERT INTO t VALUES (?)", ((number,) for number in range(5000)))
    database.close()
    monkeypatch.setattr(integrity, "_OFTEN", 100)
    assert look_through(path, 0.0) == DatabaseLook(Wholeness.UNFINISHED)
