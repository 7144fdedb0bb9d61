"""Whether library.db is whole: read only, also while a server writes to it, and for so long and no longer."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from ..library.examined import DatabaseLook, Wholeness
from . import backups
from .connection import open_to_read

VERSION = sqlite3.sqlite_version
_OFTEN = 10_000  # steps of SQLite's machine, about a millisecond


def look_through(path: Path, within_s: float) -> DatabaseLook:
    """What SQLite's quick_check says; it reads the whole file, from the disk or the system's memory."""
    if not path.exists():
        return DatabaseLook(Wholeness.ABSENT)
    until, journal = time.monotonic() + within_s, path.with_name(path.name + "-wal")
    # Without a journal nobody has it open; reading it the usual way would leave two files beside it.
    is_at_rest = not journal.exists()
    found = _look(path, is_at_rest, until)
    if is_at_rest and found.wholeness is not Wholeness.WHOLE and journal.exists():
        return _look(path, False, until)  # a server has started meanwhile: what was read was half of a change
    return found


def _look(path: Path, is_at_rest: bool, until: float) -> DatabaseLook:
    try:
        with closing(open_to_read(path, is_at_rest)) as database:
            database.set_progress_handler(lambda: time.monotonic() > until, _OFTEN)
            said = backups.damage(database, "quick_check")
        return DatabaseLook(Wholeness.DAMAGED if said else Wholeness.WHOLE, said or "")
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorname", "") == "SQLITE_INTERRUPT":
            return DatabaseLook(Wholeness.UNFINISHED)
        return DatabaseLook(Wholeness.DAMAGED if backups.is_damage(error) else Wholeness.UNREADABLE, str(error))
