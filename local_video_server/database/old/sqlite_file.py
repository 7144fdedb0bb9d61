"""The SQLite file of the original server's later version: opened so that nothing of it changes, and judged whole.

That server may be running and writing meanwhile. Everything is read in one transaction, and no file is left beside
its own: where SQLite would have to write one to read at all, a copy is read.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from urllib.parse import quote

from ...library.errors import CannotMove
from ...library.moving import MoveReport, OldLibrary
from ...library.text import shown
from .sqlite_tables import MARKS, Tables

BUSY_S = 5.0
COPIES = 5  # tries, of a file that is written to meanwhile
ENDINGS = ("", "-wal", "-journal")  # the file, and what SQLite keeps beside it
_MAGIC = b"SQLite format 3\0"
_OURS = {"alembic_version", "roots"}
# What quick_check says of values; those are judged row by row. https://sqlite.org/pragma.html#pragma_integrity_check
_OF_VALUES = re.compile(r" value in |^CHECK constraint ")

_State = tuple[tuple[int, int] | None, ...]


def read_sqlite(path: Path, source: str, report: MoveReport) -> OldLibrary:
    """What video_metadata.db or video_cache.db says.

    Errors  CannotMove when it is no such file, is damaged, or stays locked
    """
    name = shown(str(path))
    try:
        file = path.resolve()
        if not stat.S_ISREG(file.stat().st_mode):
            raise CannotMove(f"{name} is not a file. Name the SQLite file of the old server.")
        _refuse_ours(file, name)
        with _opened(file, name) as database:
            tables = Tables(database, path.name, source, report)
            _judge(tables, database, name)
            return tables.read()
    except sqlite3.Error as error:
        raise CannotMove(f"{name} {_reason(error)}") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CannotMove(f"{name} cannot be read: {reason}. Nothing was changed.") from error


def _judge(tables: Tables, database: sqlite3.Connection, name: str) -> None:
    """Errors: CannotMove when the file is damaged, or of another program."""
    if tables.names >= _OURS:
        raise _ours(name)
    for (message,) in database.execute("PRAGMA quick_check"):
        if message != "ok" and not _OF_VALUES.search(message):
            said = " ".join(shown(message.replace("\n", " ")).split())[:200]
            raise CannotMove(f"{name} is damaged: {said}. Nothing was changed; take an older copy of it.")
    if not tables.names & MARKS:
        raise CannotMove(
            f"{name} is a database of another program: it has none of the tables {', '.join(sorted(MARKS))}. "
            "The old server's is called video_metadata.db."
        )


def _refuse_ours(file: Path, name: str) -> None:
    """Refuses a library.db before anything but SQLite opens it: this very process may have it open, and would lose
    its locks with any other descriptor that is closed. https://sqlite.org/howtocorrupt.html section 2.2"""
    with suppress(sqlite3.Error), closing(_connect(file, "mode=ro&immutable=1")) as database:
        if {str(row[0]).lower() for row in database.execute("SELECT name FROM sqlite_master")} >= _OURS:
            raise _ours(name)


def _ours(name: str) -> CannotMove:
    return CannotMove(
        f"{name} is a database of this program, not of the old server. "
        f"To go back to it, stop the server and run: python app.py --restore {name}"
    )


@contextmanager
def _opened(file: Path, name: str) -> Iterator[sqlite3.Connection]:
    """The database inside a transaction that reads."""
    with open(file, "rb") as opened:
        header = opened.read(20)
    if not header:
        raise CannotMove(f"{name} is empty. Name the SQLite file of the old server.")
    if header[:16] != _MAGIC:
        raise CannotMove(f"{name} is no SQLite database. The old server's is called video_metadata.db.")
    # https://sqlite.org/fileformat2.html section 1.3: 2 is a file with a write-ahead log, 1 one without.
    if header[19:20] == b"\x02" and not _beside(file, "-wal").exists():
        with _settled(file, name):
            with closing(_begun(file, "mode=ro&immutable=1")) as database:
                yield database
        return
    with tempfile.TemporaryDirectory(prefix="lvs-import-") as folder:
        try:
            # Without readonly_shm SQLite would write into the -shm of the log, or make one.
            database = _begun(file, "mode=ro&readonly_shm=1")
        except sqlite3.OperationalError as error:
            if _code(error) not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
                raise
            # A log, or a journal to be rolled back, that nobody has open any more.
            database = _begun(_copied(file, Path(folder), name), "mode=rw")
        with closing(database):
            yield database


def _begun(file: Path, way: str) -> sqlite3.Connection:
    database = _connect(file, way)
    try:
        database.execute("PRAGMA trusted_schema = OFF")
        database.execute("BEGIN")
        database.execute(
            "SELECT count(*) FROM sqlite_master"
        ).fetchone()  # the transaction begins with the first read
    except BaseException:
        database.close()
        raise
    return database


def _connect(file: Path, way: str) -> sqlite3.Connection:
    address = f"file:{quote(bytes(file))}?{way}"
    database = sqlite3.connect(address, uri=True, timeout=BUSY_S, isolation_level=None)
    database.text_factory = partial(str, encoding="utf-8", errors="surrogateescape")
    return database


@contextmanager
def _settled(file: Path, name: str) -> Iterator[None]:
    """Refuses what was read without locks if somebody wrote meanwhile."""
    before = _state(file)
    yield
    if _state(file) != before:
        raise _busy(name)


def _copied(file: Path, folder: Path, name: str) -> Path:
    """A copy of the file with its log and journal, all of one moment."""
    copy = folder / file.name
    for _ in range(COPIES):
        before = _state(file)
        try:
            for ending in ENDINGS:
                with suppress(FileNotFoundError):
                    shutil.copyfile(_beside(file, ending), _beside(copy, ending))
        except OSError as error:
            raise CannotMove(f"{name} cannot be copied to {folder} to be read there: {error.strerror}.") from error
        if _state(file) == before:
            return copy
        for left in folder.iterdir():
            left.unlink()
    raise _busy(name)


def _state(file: Path) -> _State:
    """Size and time of the file, its log and its journal."""
    state: list[tuple[int, int] | None] = []
    for ending in ENDINGS:
        try:
            status = _beside(file, ending).stat()
            state.append((status.st_size, status.st_mtime_ns))
        except FileNotFoundError:
            state.append(None)
    return tuple(state)


def _beside(file: Path, ending: str) -> Path:
    return file.with_name(file.name + ending)


def _busy(name: str) -> CannotMove:
    return CannotMove(
        f"{name} was written to while it was read. Nothing was changed; stop the old server, or try again."
    )


def _reason(error: sqlite3.Error) -> str:
    code = _code(error)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return "is locked by another program. Nothing was changed; stop the old server, or try again."
    if code == sqlite3.SQLITE_NOTADB:
        return "is no SQLite database, or an encrypted one. The old server's is called video_metadata.db."
    if code == sqlite3.SQLITE_CORRUPT:
        return f"is damaged: {error}. Nothing was changed; take an older copy of it."
    return f"cannot be read: {error}. Nothing was changed."


def _code(error: sqlite3.Error) -> int:
    """SQLite's plain result code, without what extends it."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
