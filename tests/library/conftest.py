"""An empty database for each test: made once, by the migrations, then copied."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local_video_server.database.store import DatabaseStore
from local_video_server.disk.writing import ignore_lease_breaks
from tests.library.running import Running, Stored


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "library.db"
    DatabaseStore(path).close()
    return path


@pytest.fixture
def database(tmp_path: Path, empty_database: Path) -> Path:
    (tmp_path / "data").mkdir()
    return Path(shutil.copy(empty_database, tmp_path / "data" / "library.db"))


@pytest.fixture
def stored(database: Path) -> Iterator[Stored]:
    """A catalog of two folders that nobody looks at."""
    stored = Stored(database, "/Films", "/Shows")
    yield stored
    stored.close()


@pytest.fixture
def run(database: Path) -> Iterator[Callable[..., Running]]:
    """Starts the index of some folders; a second call is a restart of the server."""
    ignore_lease_breaks()
    running: list[Running] = []

    def start(*folders: Path, **options: object) -> Running:
        while running:
            running.pop().stop()
        running.append(Running(database, *folders, **options))  # type: ignore[arg-type]
        return running[-1]

    yield start
    for one in running:
        one.stop()
