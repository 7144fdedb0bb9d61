"""One media worker for all tests that only ask it about files."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local_video_server.media.workers import Worker


@pytest.fixture(scope="session")
def worker() -> Iterator[Worker]:
    with Worker() as worker:
        yield worker
