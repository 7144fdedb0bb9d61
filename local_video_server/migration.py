"""Joins what database_migration.py works with: the database without a server, or the server that has it.

The other module beside application.py that knows more than one folder; it starts no thread and serves nothing. What
only a move needs is imported when there is one: a server that starts needs none of it.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from .database import backups
from .database.connection import reading
from .database.lock import DataLock, holder
from .database.store import DatabaseStore
from .database.tables import HEAD
from .database.upgrade import stored_version
from .database.upgrade import upgrade as bring_up_to_date
from .disk import letter_case
from .disk.patience import Patience
from .library.backup import BEFORE_IMPORT
from .library.errors import CannotMove, Unavailable
from .library.moving import MoveReport
from .library.moving_in import MovingIn, Reader

if TYPE_CHECKING:
    from .database.old.export import ExportReport
    from .handing_over import RunningServer

ANSWERS_WITHIN_S = 2.0  # a disk that sleeps takes longer; then case counts, and the name waits
Progress = Callable[[Callable[[], tuple[int, int]]], None]  # is told whom to ask how far it is


def import_library(
    command: str, path: Path, data: Path, backup_folder: Path, source: str, is_dry: bool, progress: Progress
) -> MoveReport:
    """Moves an old library in, by the server that holds the data folder if there is one.

    Errors  CannotMove, CannotStart: nothing was changed.
    """
    path = path.absolute()
    if is_dry:
        with _copy(data) as copy:
            return _move_in(command, path, copy, None, source, progress)
    server = _server(data)
    if server:
        progress(server.progress)
        return server.move_in(command, path, source)
    lock = DataLock(data)
    try:
        return _move_in(command, path, data, backup_folder, source, progress)
    finally:
        lock.release()


def export_library(folder: Path, data: Path) -> ExportReport:
    """Writes the library into a folder. A server may run meanwhile: it is only read. Errors: CannotMove."""
    from .database.moving_out import whole_library
    from .database.old.export import export

    database = data / "library.db"
    version = stored_version(database)
    if version is None:
        raise CannotMove(f"There is no library in {data}. Name its folder with --data.")
    if version != HEAD:
        raise CannotMove(f"{database} has an older form ({version}). Run «upgrade» first; it makes a backup.")
    with reading(database) as connection:
        library = whole_library(connection)
    return export(library, folder, time.time())


def upgrade(data: Path, backup_folder: Path) -> tuple[str | None, str | None]:
    """Brings library.db to the newest form. Answers the form it had, and where a backup of that lies."""
    lock = DataLock(data)
    try:
        before = stored_version(data / "library.db")
        kept = bring_up_to_date(data / "library.db", backup_folder)
        return before, str(kept) if kept else None
    finally:
        lock.release()


def mover(
    store: DatabaseStore,
    data: Path,
    backup_folder: Path | None,
    folders: Callable[[], Sequence[str]],
    storing: Callable[[], AbstractContextManager[None]],
) -> MovingIn:
    """What moves libraries in, for the server and for the command. `folders` are those with videos that answer;
    without a folder for backups none is made."""

    def back_up() -> str | None:
        if backup_folder is None:
            return None
        return backups.make(data / "library.db", backup_folder, BEFORE_IMPORT, time.time()).path

    def read() -> Mapping[str, Reader]:
        from .database.old.reading import readers

        return readers(folders)

    return MovingIn(store, read, back_up, ignores_case, storing)


def ignores_case(root: str) -> bool:
    """Whether the file system of a root takes "A" for "a"; one that does not answer is not waited for."""
    try:
        return Patience(root).ask(lambda: letter_case.ignores_case(root), ANSWERS_WITHIN_S)
    except Unavailable:
        return False


def _move_in(
    command: str, path: Path, data: Path, backup_folder: Path | None, source: str, progress: Progress
) -> MoveReport:
    store = DatabaseStore(data / "library.db", backup_folder)
    try:
        moving = mover(store, data, backup_folder, store.used_paths, nullcontext)
        progress(lambda: moving.progress)
        report = moving.run(command, path, source)
        if not store.used_paths():
            report.notes.append("No folder was served with this data folder yet: all waits for its first start.")
        return report
    finally:
        store.close()


def _server(data: Path) -> RunningServer | None:
    from .handing_over import RunningServer

    held = holder(data)
    return RunningServer(held["address"], held["secret"]) if held and held.get("address") else None


@contextmanager
def _copy(data: Path) -> Iterator[Path]:
    """A data folder with a copy of the database, to try things on."""
    with tempfile.TemporaryDirectory(prefix="lvs-dry-run-") as folder:
        database = data / "library.db"
        if stored_version(database) is not None:
            copy = backups.make(database, Path(folder), "", time.time())
            os.rename(copy.path, Path(folder) / "library.db")
        yield Path(folder)
