"""A store of its own for each test, and what stands in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from local_video_server.database.store import DatabaseStore
from local_video_server.library.video import Root
from tests.database.older_forms import database_of


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "library.db"


@pytest.fixture
def store(path: Path) -> Iterator[DatabaseStore]:
    store = DatabaseStore(path)
    yield store
    store.close()


@pytest.fixture
def root(store: DatabaseStore) -> Root:
    return store.use_roots(["/films"])[0]


@pytest.fixture
def first_form(path: Path) -> Path:
    database_of("0001", path)
    return path


@pytest.fixture
def second_form(path: Path) -> Path:
    database_of("0002", path)
    return path
