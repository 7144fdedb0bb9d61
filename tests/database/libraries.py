"""Libraries for the tests of backups: what is in a file, and one that a killed server left."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from local_video_server.database.store import DatabaseStore
from tests.database.rows import add, file


def rate(path: Path, rating: int) -> None:
    """A library whose one video has this rating."""
    store = DatabaseStore(path)
    root = store.use_roots(["/films"])[0]
    known = list(store.load([root]).present.values()) or add(store, root, file("Dune.mp4"))
    store.set_rating(known[0].id, rating, 0.0)
    store.close()


def rating(path: Path) -> int | None:
    """The rating in a library that is whole, as whoever opens it next reads it; its journal is read with it."""
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        found = database.execute("SELECT value FROM ratings").fetchone()
    return int(found[0]) if found else None


def leave_behind(path: Path, last_rating: int) -> None:
    """As a killed server leaves a library: the last rating stands in the journal alone."""
    rate(path, 1)
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE ratings SET value = ?", (last_rating,))
        database.commit()
        for name in ("library.db", "library.db-wal"):
            shutil.copy(path.with_name(name), path.with_name(f"{name}.left"))
    for name in ("library.db", "library.db-wal"):
        path.with_name(f"{name}.left").rename(path.with_name(name))


def damage(path: Path, at: int = 4096, length: int = 4096) -> None:
    """Overwrites a part of a file, by default its second page."""
    with path.open("r+b") as opened:
        opened.seek(at)
        opened.write(b"\xa5" * length)
