"""Brings library.db to the newest form, after a backup of it as it was. Alembic is loaded only when there is
something to do: it takes longer to import than a start may cost."""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from ..library.backup import BEFORE_UPGRADE
from ..library.errors import CannotStart, NotStored
from ..library.marks import EVERYBODY
from . import backups
from .connection import engine, open_to_read
from .tables import HEAD, metadata, profiles

MIGRATIONS = Path(__file__).with_name("migrations")

log = logging.getLogger(__name__)


def upgrade(path: Path, backups_folder: Path | None = None) -> Path | None:
    """Makes the database at `path` if there is none, and migrates an older one; answers where that lies as it was.

    Backups go to backups/ beside it where no other folder is named.
    Errors  CannotStart when it was made by a newer program, is no database, cannot be written or not be backed up.
    """
    _keep_to_owner(path)
    version = stored_version(path)
    if version == HEAD:
        return None
    if version is not None and version not in known_versions():
        raise CannotStart(
            f"The database {path} was made by a newer version of this program (its form is {version}, this "
            f"program knows forms up to {HEAD}). Start the newer program, or bring an older backup back with "
            "--restore FILE."
        )
    kept = _back_up(path, backups_folder or path.parent / "backups", version) if version else None
    try:
        if version is None:
            make(path)
        else:
            migrate(path)
            log.info("The database was brought from form %s to %s", version, HEAD)
    except DBAPIError as error:
        raise CannotStart(f"The database {path} cannot be made or brought up to date: {error.orig}.") from error
    return kept


def make(path: Path) -> None:
    """A new database in the newest form, as all migrations together would make it, without loading Alembic: that
    would stay in memory (12 MB) for as long as the server runs."""
    made = engine(path)
    try:
        with made.begin() as connection:
            metadata.create_all(connection)
            connection.execute(insert(profiles).values(id=EVERYBODY, name="Everybody"))
            connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
            connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})
    finally:
        made.dispose()


def migrate(path: Path) -> None:
    """All migrations that a database has not seen yet, in one transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    made = engine(path)
    try:
        with made.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        made.dispose()


def stored_version(path: Path) -> str | None:
    """The form of the database at `path`; None when there is none yet."""
    if not path.exists() or path.stat().st_size == 0:
        return None
    try:
        with closing(open_to_read(path)) as database:
            tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if "alembic_version" in tables:
                row = database.execute("SELECT version_num FROM alembic_version").fetchone()
                return str(row[0]) if row else None
    except sqlite3.Error as error:
        is_damaged = getattr(error, "sqlite_errorname", "") in ("SQLITE_CORRUPT", "SQLITE_NOTADB", "")
        advice = (
            "Bring a backup back with --restore FILE, or move it away to begin anew."
            if is_damaged
            else "Check that its disk has room, and that this user may read and write it."
        )
        raise CannotStart(f"The database {path} cannot be read: {error}. {advice}") from error
    if tables:
        raise CannotStart(f"{path} is a database of another program. Name another data folder with --data.")
    return None


def _back_up(path: Path, folder: Path, version: str) -> Path:
    """A backup of this form. A start that fails after it, again and again, makes no further one of the same."""
    reason = BEFORE_UPGRADE + version
    journal = path.with_name(path.name + "-wal")
    files = [path, journal] if journal.exists() and journal.stat().st_size else [path]
    changed_at = max(file.stat().st_mtime for file in files)
    try:
        for backup in backups.present(folder):
            if backup.reason == reason and backup.made_at > changed_at:
                return Path(backup.path)
        return Path(backups.make(path, folder, reason, time.time()).path)
    except NotStored as error:
        raise CannotStart(
            f"{path} has to be brought up to date, and is not without a backup. {error.message}"
        ) from error


def _keep_to_owner(path: Path) -> None:
    """The session secret and the admin password's hash lie in it; SQLite gives its journal the same mode."""
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.fchmod(file, 0o600)
        finally:
            os.close(file)
    except OSError as error:
        raise CannotStart(
            f"The database {path} cannot be written to: {error.strerror}. Name another data folder with --data."
        ) from error


def known_versions() -> frozenset[str]:
    return frozenset(script.name.partition("_")[0] for script in (MIGRATIONS / "versions").glob("[0-9]*.py"))
