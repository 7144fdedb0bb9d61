"""The one connection that reads and writes library.db, and how a transaction begins and ends.

Only the holder of the lock on the data folder opens it (lock.py). One connection of one process writes and
checkpoints: SQLite before 3.51.3 can damage a WAL when one connection commits while another checkpoints.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError, ResourceClosedError

from ..library.errors import CannotStart, NotStored
from ..library.readings import SlowQuery
from .querying import Querying

PRAGMAS = (
    ("journal_mode", "WAL"),
    ("synchronous", "FULL"),  # a mark that was answered survives the plug
    ("foreign_keys", "ON"),
    ("busy_timeout", "5000"),  # milliseconds
    ("cache_size", "-8192"),  # KiB when negative
    ("mmap_size", "0"),
    ("temp_store", "MEMORY"),
)
TURN_S = 1.0  # who only asks how it stands waits no longer for who stores much


def engine(path: Path) -> Engine:
    """An engine whose connections have our pragmas and whose transactions are ours to begin."""
    # Not as text: a folder's name may hold what an address gives a meaning to.
    address = URL.create("sqlite", database=str(path))
    made = create_engine(address, poolclass=NullPool, connect_args={"check_same_thread": False, "timeout": 5})

    @event.listens_for(made, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # the driver would begin and commit where we do not see it
        for name, value in PRAGMAS:
            connection.execute(f"PRAGMA {name} = {value}")

    @event.listens_for(made, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return made


def open_to_read(path: Path, is_at_rest: bool = False) -> sqlite3.Connection:
    """A connection that cannot write. What nobody writes to (`is_at_rest`), as where nobody can, is read
    without a file beside it."""
    has_journal = path.with_name(path.name + "-wal").exists()
    is_at_rest = is_at_rest or not (has_journal or os.access(path.parent, os.W_OK))
    more = "&immutable=1" if is_at_rest else ""
    return sqlite3.connect(f"file:{quote(os.fsencode(path))}?mode=ro{more}", uri=True, timeout=5)


@contextmanager
def reading(path: Path) -> Iterator[Connection]:
    """One moment of the database, for a program that never writes it. Errors: NotStored with what SQLite said."""
    made = create_engine("sqlite://", creator=lambda: open_to_read(path), poolclass=NullPool)
    try:
        with made.connect() as connection:
            connection.exec_driver_sql("BEGIN")  # else each statement would see a moment of its own
            yield connection
    except DBAPIError as error:
        raise NotStored(f"The database {path} cannot be read: {error.orig}.") from error
    finally:
        made.dispose()


class Writer:
    """The connection, and a lock so that one thread uses it at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._querying = Querying()
        self._trouble: str | None = None
        try:
            self._engine = engine(path)
            self._connection = self._engine.connect()
        except DBAPIError as error:
            raise CannotStart(
                f"The database {path} cannot be opened: {error.orig}. "
                "Check that the data folder can be written to; if the file is damaged, put a backup in its place."
            ) from error

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Everything inside is stored together and for good, or not at all.

        Errors  NotStored with what SQLite said: the disk is full, read only or failing.
        """
        with self._lock:
            try:
                with self._connection.begin():
                    yield self._connection
                    asked = time.perf_counter()
                self._querying.committed(asked)
            except DBAPIError as error:
                sentence = f"Nothing was stored: the database says «{error.orig}»."
                if not isinstance(error, IntegrityError):  # that one says something of the change, not of the disk
                    self._trouble = sentence
                raise NotStored(sentence) from error
            except ResourceClosedError as error:
                raise NotStored("Nothing was stored: the server is stopping.") from error

    def trouble(self) -> str | None:
        """Why the last change that failed was not stored; None once something can be stored again, which is tried."""
        if self._trouble and self._lock.acquire(timeout=TURN_S):
            try:
                with suppress(NotStored), self.transaction() as connection:
                    # Nothing changes, but a page is written.
                    version = connection.exec_driver_sql("PRAGMA user_version").scalar()
                    connection.exec_driver_sql(f"PRAGMA user_version = {version}")
                    self._trouble = None
            finally:
                self._lock.release()
        return self._trouble

    def measure(self, note: Callable[[str, float], None]) -> None:
        """From now on `note` is told the kind of each statement, and how many seconds it took."""
        self._querying.measure(self._engine, note)

    def slow_queries(self) -> Sequence[SlowQuery]:
        """The last that took long since then, newest first."""
        return self._querying.slow()

    def close(self) -> None:
        """Writes the journal back into the database and lets go of it."""
        with self._lock:
            if not self._connection.closed:
                # On the driver's own connection: SQLAlchemy would begin a transaction, and nothing is
                # checkpointed inside one.
                with suppress(sqlite3.Error):  # a full disk; nothing is lost, the next start reads the journal
                    self._connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
                self._connection.close()
                self._engine.dispose()
