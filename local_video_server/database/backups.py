"""The folder with backups of library.db: one more is made, all are listed, those not kept are deleted.

SQLite's own backup copies one moment of the database while the one writer goes on: it reads through a connection that
cannot write (connection.py tells why there is one writer). A copy is written beside its name, looked through, flushed
and renamed, so what has a backup's name is whole.
"""

from __future__ import annotations

import errno
import os
import re
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import cast

from ..library.backup import Backup, name_of, parse, to_drop
from ..library.errors import NotStored
from .connection import open_to_read

PART = ".part"
_LEFT_OVER = re.compile(r"(?:library|damaged)-[0-9]{8}T[0-9]{6}Z.*\.db(?:-wal)?\.part(?:-journal|-wal|-shm)?", re.S)
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
# Not the fault of the file that is read: its disk, its folder, or whoever else uses it.
_ELSEWHERE = ("CANTOPEN", "IOERR", "BUSY", "LOCKED", "PERM", "READONLY", "FULL", "NOMEM", "PROTOCOL", "INTERRUPT")
_making = threading.Lock()  # what a killed run left is told from what another thread writes just now
_TURN_S = 60.0  # for another one to be finished; more means that its disk hangs
STEP_PAGES = 1024  # 4 MB of a copy, then it is asked whether to go on


def make(
    database: Path, folder: Path, reason: str, now: float, is_cancelled: Callable[[], bool] = lambda: False
) -> Backup:
    """A copy of the database as it is now, under a name that no other file had. `is_cancelled` is asked now and
    then, and ends it.

    Errors  NotStored, with what is wrong: no room, a folder that takes nothing, a damaged database. Nothing is left.
    """
    if not _making.acquire(timeout=_TURN_S):
        raise NotStored("No backup was made, because another one is being made and does not end. Try again later.")
    part = None
    try:
        prepare(folder)
        part = reserve(folder, lambda number: name_of(now, reason, number))
        with closing(open_to_read(database)) as source:
            copy(source, part, is_cancelled)
        path = publish(part)
        return cast(Backup, parse(str(path), path.stat().st_size))
    except (sqlite3.Error, OSError) as error:
        if is_cancelled():
            raise NotStored("No backup was made, because somebody cancelled it.") from error
        raise NotStored(f"No backup was made. {_reason(error, database, folder)}") from error
    finally:
        if part:
            with suppress(OSError):
                remove(part)
        _making.release()


def present(folder: Path) -> list[Backup]:
    """All that lie in the folder, in no order. Errors: NotStored when it cannot be read."""
    found = []
    try:
        for entry in os.scandir(folder):
            with suppress(FileNotFoundError):  # deleted just now
                if entry.is_file(follow_symlinks=False):
                    found.append(parse(entry.path, entry.stat(follow_symlinks=False).st_size))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise NotStored(f"The backups in {folder} cannot be seen: {error.strerror}.") from error
    return [backup for backup in found if backup]


def prune(folder: Path, now: float, days: int, weeks: int) -> None:
    """Deletes those that are not kept any more. Errors: NotStored, naming the first that stays."""
    for backup in to_drop(present(folder), now, days, weeks):
        try:
            with suppress(FileNotFoundError):
                os.unlink(backup.path)
        except OSError as error:
            raise NotStored(f"The old backup {backup.path} cannot be deleted: {error.strerror}.") from error


def prepare(folder: Path) -> None:
    """Makes the folder where its parent is, for a disk that is not mounted stays empty; and takes away what a killed
    run left in it."""
    if not folder.is_dir():
        folder.mkdir(0o700)  # the session secret and the passwords' hashes will lie in it
    for entry in os.scandir(folder):
        if _LEFT_OVER.fullmatch(entry.name):
            os.unlink(entry.path)


def reserve(folder: Path, name: Callable[[int], str]) -> Path:
    """An empty file of our own beside the first of these names that is free."""
    number = 1
    while True:
        path = folder / name(number)
        part = path.with_name(path.name + PART)
        with suppress(FileExistsError):
            os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
            if not os.path.lexists(path):
                return part
            os.unlink(part)
        number += 1


def copy(source: sqlite3.Connection, part: Path, is_cancelled: Callable[[], bool] = lambda: False) -> None:
    """One moment of the database as one file, looked through. Errors: sqlite3.Error, also when it is cancelled."""

    def go_on(*_: int) -> None:
        if is_cancelled():
            raise sqlite3.OperationalError("cancelled")

    with closing(sqlite3.connect(part, isolation_level=None)) as made:
        made.execute("PRAGMA synchronous = OFF")  # it is flushed once, when it is whole
        made.execute("PRAGMA locking_mode = EXCLUSIVE")  # on a share there is no memory to share
        source.execute("BEGIN")  # else what is written between two steps would begin the copy anew
        source.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        source.backup(made, pages=STEP_PAGES, progress=go_on)
        made.execute("PRAGMA journal_mode = DELETE")  # no second file belongs to it
        made.set_progress_handler(is_cancelled, 100_000)
        if said := damage(made, "quick_check"):
            raise sqlite3.DatabaseError(said)


def publish(part: Path) -> Path:
    """Gives a finished file its name, for good."""
    path = part.with_name(part.name.removesuffix(PART))
    flush(part)
    os.rename(part, path)
    with suppress(OSError):  # not every file system can flush a folder
        flush(part.parent)
    return path


def damage(database: sqlite3.Connection, check: str = "integrity_check") -> str | None:
    """What is wrong inside; None when nothing is."""
    said = str(database.execute(f"PRAGMA {check}(1)").fetchone()[0])
    return None if said == "ok" else said.replace("\n", " ")


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file itself is to blame."""
    return not getattr(error, "sqlite_errorname", "").removeprefix("SQLITE_").startswith(_ELSEWHERE)


def flush(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def remove(path: Path) -> None:
    """A database and the files that SQLite keeps beside it."""
    for name in (path, *beside(path)):
        with suppress(FileNotFoundError):
            os.unlink(name)


def beside(path: Path) -> list[Path]:
    return [path.with_name(path.name + ending) for ending in ("-wal", "-shm", "-journal")]


def _reason(error: sqlite3.Error | OSError, database: Path, folder: Path) -> str:
    name = getattr(error, "sqlite_errorname", "")
    if name == "SQLITE_FULL" or getattr(error, "errno", None) in _NO_ROOM:
        return f"There is no room left in {folder}: make room on that disk."
    if isinstance(error, sqlite3.Error) and is_damage(error):
        return (
            f"The copy of {database} is damaged («{error}»), so that file is, or the disk with {folder}. "
            "Bring an earlier backup back with --restore."
        )
    said = error.strerror if isinstance(error, OSError) else error
    return (
        f"The folder {folder} does not take it («{said}»): let the server write there, or set `backups` to another."
    )
