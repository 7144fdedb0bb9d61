"""A backup takes the place of library.db, and what stood there is kept aside.

To be called by the holder of the lock on the data folder, with no connection open. Killed at any moment, it leaves
the old library or the new one: the file is copied beside and flushed first, then renamed over the old one. Before
that the old one's journal goes into the old one, for a journal that outlives its database is read into the next.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..library.backup import BEFORE_RESTORE
from ..library.errors import CannotStart, NotStored
from . import backups
from .connection import open_to_read
from .upgrade import known_versions

OURS = frozenset({"alembic_version", "profiles", "roots", "videos"})  # tables in every form of library.db
_PATIENCE_S = 1.0  # with another program that reads the library


@dataclass(frozen=True)
class Restored:
    """`kept` is where the former library lies now; None when there was none."""

    file: Path
    kept: Path | None
    was_damaged: bool = False

    @property
    def sentence(self) -> str:
        if self.kept is None:
            return f"{self.file} is the library now. There was none before."
        former = "The former one, which is damaged," if self.was_damaged else "The former one"
        return f"{self.file} is the library now. {former} is kept as {self.kept}."


def restore(file: Path, data: Path, folder: Path, now: float) -> Restored:
    """Puts the backup `file` in the place of the library in `data`. A plain name is also looked for in `folder`,
    where the former library goes.

    Errors  CannotStart, with one sentence; then the library is as it was.
    """
    library, coming = data / "library.db", data / "library.db.restoring"
    if file.name == str(file) and not file.exists():
        file = folder / file
    check(file)
    if library.exists() and library.samefile(file):
        raise CannotStart(f"{file} is the library that is in use. Name a backup of it.")
    try:
        backups.remove(coming)
        os.close(os.open(coming, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        with closing(_open(file)) as source:
            backups.copy(source, coming)
        backups.flush(coming)
        is_sound = not _is_there(library) or (_reads_well(library) and _settle(library))
        kept = _keep_aside(library, folder, is_sound, now)
        for path in backups.beside(library):
            path.unlink(missing_ok=True)
        os.rename(coming, library)
        with suppress(OSError):  # not every file system can flush a folder
            backups.flush(data)
    except NotStored as error:
        raise CannotStart(f"{file} was not brought back, and the library is as it was. {error.message}") from error
    except (OSError, sqlite3.Error) as error:
        raise CannotStart(f"{file} was not brought back, and the library is as it was: {error}.") from error
    finally:
        with suppress(OSError):
            backups.remove(coming)
    return Restored(file, kept, not is_sound)


def check(file: Path) -> None:
    """Whether this file may become the library. Errors: CannotStart with what is wrong with it."""
    if not file.is_file():
        raise CannotStart(f"There is no file {file}. Check its name; the page Server lists the backups.")
    if file.stat().st_size == 0:
        raise CannotStart(f"{file} is empty. Choose another backup.")
    try:
        with closing(_open(file)) as database:
            tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if not tables >= OURS:
                raise CannotStart(f"{file} is a database of another program, and no backup of this one.")
            form = database.execute("SELECT version_num FROM alembic_version").fetchone()
            if form is None or form[0] not in known_versions():
                raise CannotStart(
                    f"{file} was made by a newer version of this program. Bring it back with that, or choose another."
                )
            said = backups.damage(database)
            if said is None and (row := database.execute("PRAGMA foreign_key_check").fetchone()):
                said = f"a row of {row[0]} belongs to nothing in {row[2]}"
    except sqlite3.Error as error:
        raise CannotStart(f"{file} cannot be read as a database: «{error}». Choose another backup.") from error
    if said:
        raise CannotStart(f"{file} is damaged: «{said}». Choose another backup.")


def _open(file: Path) -> sqlite3.Connection:
    """A backup may lie where nothing can be written, and is left as it is found."""
    return open_to_read(file, is_at_rest=not any(path.exists() for path in backups.beside(file)))


def _reads_well(library: Path) -> bool:
    """Asked first, and without writing: whoever wants to rescue a damaged library needs all of it as it is."""
    try:
        with closing(open_to_read(library)) as database:
            return backups.damage(database, "quick_check") is None
    except sqlite3.Error as error:
        return not backups.is_damage(error)


def _settle(library: Path) -> bool:
    """Brings what its journals hold into the old library; whether that is sound."""
    try:
        with closing(sqlite3.connect(library, timeout=_PATIENCE_S, isolation_level=None)) as database:
            is_sound = backups.damage(database, "quick_check") is None
            is_busy, *_ = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error as error:
        if not backups.is_damage(error):
            raise
        return False
    if is_busy:
        raise sqlite3.OperationalError(f"another program uses {library}")
    return is_sound


def _keep_aside(library: Path, folder: Path, is_sound: bool, now: float) -> Path | None:
    """Copies the library to the backups; a damaged one as it is, with its journals, under a name that says so."""
    if not _is_there(library):
        return None
    if is_sound:
        return Path(backups.make(library, folder, BEFORE_RESTORE, now).path)
    backups.prepare(folder)
    moment = datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%SZ")
    part = backups.reserve(folder, lambda number: f"damaged-{moment}{f'.{number}' if number > 1 else ''}.db")
    path = part.with_name(part.name.removesuffix(backups.PART))
    for one, other in zip(backups.beside(library), backups.beside(path), strict=True):
        if one.exists():
            _copy_raw(one, other)
    _copy_raw(library, part)
    return backups.publish(part)


def _copy_raw(file: Path, to: Path) -> None:
    shutil.copyfile(file, to)
    to.chmod(0o600)
    backups.flush(to)


def _is_there(library: Path) -> bool:
    return library.exists() and library.stat().st_size > 0
