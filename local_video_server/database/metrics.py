"""metrics.db: what was counted, by minute and by hour. It may be lost: a broken one is begun anew.

One connection, one small transaction a minute. A row that is there already is added to, so that a minute may be
kept in two halves (a stop in its middle, a clock that was set back).
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from sqlalchemy import (
    URL,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    NullPool,
    Table,
    Text,
    create_engine,
    delete,
    event,
    select,
)
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import DBAPIError

from ..library.errors import NotStored
from ..library.figures import Tally

FORM = 1  # another one is begun anew
MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86_400
BROKEN = ("malformed", "not a database", "no such table", "no such column", "file is encrypted")

log = logging.getLogger(__name__)
metadata = MetaData()
tallies = Table(
    "tallies",
    metadata,
    Column("span", Integer, primary_key=True),  # seconds: a minute or an hour
    Column("began", Integer, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("errors", Integer, nullable=False),
    Column("total", Float, nullable=False),
    Column("spread", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)


class Metrics:
    """Opened when first needed. Used by one thread at a time."""

    def __init__(self, path: Path, minutes_days: int, days: int) -> None:
        self._path = path
        self._minutes_days = minutes_days
        self._days = days
        self._engine: Engine | None = None
        self._connection: Connection | None = None
        self._opened_as: tuple[int, int] | None = None

    def load(self, now: float) -> tuple[list[Tally], list[Tally]]:
        """The minutes of the last hour, those before it that no hour holds yet, and the hours of the last week.

        Errors  NotStored when nothing can be read; a file that is broken is begun anew instead.
        """
        hours = self._select(HOUR_S, now - 7 * DAY_S, now)
        there = tallies.alias()
        whole = select(there.c.began).where(there.c.span == HOUR_S)
        its_hour = tallies.c.began - tallies.c.began % HOUR_S
        # Two days of minutes are 200,000 rows, of which a start needs an hour's.
        recent = (tallies.c.began >= now - HOUR_S) | its_hour.not_in(whole)
        return self._select(MINUTE_S, now - self._days * DAY_S, now, recent), hours

    def keep(self, minutes: Sequence[Tally], hours: Sequence[Tally], now: float) -> None:
        """Adds these in one transaction, and lets go of what is too old. Errors: NotStored, with nothing kept."""
        self._look_whether_it_is_there()
        try:
            with self._opened().begin():
                self._add(MINUTE_S, minutes)
                self._add(HOUR_S, hours)
                for span, days in ((MINUTE_S, self._minutes_days), (HOUR_S, self._days)):
                    old = (tallies.c.span == span) & (tallies.c.began < now - days * DAY_S)
                    self._opened().execute(delete(tallies).where(old))
        except DBAPIError as error:
            raise self._failed(error) from error

    def close(self) -> None:
        if self._connection is not None:
            with suppress(DBAPIError):
                self._connection.close()
        if self._engine is not None:
            self._engine.dispose()
        self._connection = self._engine = None

    def _add(self, span: int, some: Iterable[Tally]) -> None:
        rows = [
            {
                "span": span,
                "began": one.began,
                "kind": str(one.kind),
                "name": one.name,
                "count": one.count,
                "errors": one.errors,
                "total": one.total,
                "spread": one.spread,
            }
            for one in some
        ]
        if not rows:
            return
        adding = insert(tallies)
        new, there = adding.excluded, tallies.c
        sums = {name: there[name] + new[name] for name in ("count", "errors", "total")}
        # Two packed spreads behind each other are both together: monitoring/spread.py.
        sums["spread"] = there.spread.op("||")(new.spread).cast(LargeBinary)
        key = ["span", "began", "kind", "name"]
        self._opened().execute(adding.on_conflict_do_update(index_elements=key, set_=sums), rows)

    def _select(self, span: int, since: float, until: float, which: ColumnElement[bool] | None = None) -> list[Tally]:
        there = tallies.c
        wanted = (there.span == span) & (there.began > since) & (there.began <= until)
        if which is not None:
            wanted &= which
        columns = (there.began, there.kind, there.name, there.count, there.errors, there.total, there.spread)
        try:
            with self._opened().begin():
                return [Tally(*row) for row in self._opened().execute(select(*columns).where(wanted)).all()]
        except DBAPIError as error:
            failed = self._failed(error)
            if _is_broken(error):
                return []
            raise failed from error

    def _failed(self, error: DBAPIError) -> NotStored:
        """What is said of an error; a file that cannot be read is taken away, so that the next call makes another."""
        self.close()
        if _is_broken(error):
            log.warning("The numbers of earlier days could not be read (%s): metrics.db is begun anew.", error.orig)
            self._remove()
        return NotStored(f"The numbers could not be kept: the database says «{error.orig}».")

    def _remove(self) -> None:
        for name in (self._path.name, f"{self._path.name}-wal", f"{self._path.name}-shm"):
            with suppress(OSError):
                self._path.with_name(name).unlink(missing_ok=True)

    def _opened(self) -> Connection:
        """Errors: DBAPIError."""
        if self._connection is None:
            self._connection = self._open()
            self._opened_as = self._identity()
            with self._connection.begin():
                form = self._connection.exec_driver_sql("PRAGMA user_version").scalar()
                if form in (0, FORM):
                    metadata.create_all(self._connection)
                    self._connection.exec_driver_sql(f"PRAGMA user_version = {FORM}")
            if form not in (0, FORM):
                log.warning("metrics.db is of another version of this server: it is begun anew.")
                self.close()
                self._remove()
                return self._opened()
        return self._connection

    def _look_whether_it_is_there(self) -> None:
        if self._connection is not None and self._identity() != self._opened_as:
            log.warning("metrics.db was taken away: it is begun anew.")
            self.close()

    def _identity(self) -> tuple[int, int] | None:
        """Which file lies there: SQLite goes on writing to one that was deleted, and nobody would find it."""
        try:
            there = os.stat(self._path)
        except OSError:
            return None
        return there.st_dev, there.st_ino

    def _open(self) -> Connection:
        with suppress(OSError):  # what is wrong, SQLite says
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        address = URL.create("sqlite", database=str(self._path))
        self._engine = create_engine(address, poolclass=NullPool, connect_args={"check_same_thread": False})
        event.listen(self._engine, "connect", _prepare)
        event.listen(self._engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        return self._engine.connect()


def _prepare(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None
    connection.text_factory = _text  # one row that is no text must not hide all others
    # What the plug takes is the last minutes: not worth waiting for the disk.
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "cache_size = -1024"):
        connection.execute(f"PRAGMA {pragma}")


def _text(stored: bytes) -> str:
    return stored.decode("utf-8", "replace")


def _is_broken(error: DBAPIError) -> bool:
    return any(word in str(error.orig) for word in BROKEN)
