"""The media workers of a server: how many there are, and when they end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from local_video_server.library.errors import MediaUnreadable, Unavailable
from local_video_server.library.poster import Order, file_name
from local_video_server.media import pool as pools
from local_video_server.media.pool import WorkerPool
from tests.clips import make_clip
from tests.server import wait_for

PLAIN_STAMP = "cd" * 10 + "1"
STAMP = "ab" + "0" * 19


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("clip") / "clip.mp4")


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[WorkerPool]:
    pool = WorkerPool(2048, 60.0, 60.0, str(tmp_path / "thumbnails"))
    yield pool
    pool.stop()


def workers() -> set[int]:
    """The media workers that this process runs."""
    found = set()
    for child in psutil.Process().children():
        try:
            if "local_video_server.media.worker" in child.cmdline() and child.status() != psutil.STATUS_ZOMBIE:
                found.add(child.pid)
        except psutil.NoSuchProcess:
            continue
    return found


@pytest.fixture(autouse=True)
def others() -> set[int]:
    """Those of other tests in this run."""
    return workers()


def test_no_worker_runs_before_the_first_file(pool: WorkerPool, others: set[int]) -> None:
    assert workers() == others


def test_a_poster_is_made_from_an_order(pool: WorkerPool, clip: Path, tmp_path: Path) -> None:
    made = pool.poster(Order(str(clip), None, STAMP, PLAIN_STAMP))
    assert (made.poster.stamp, made.poster.width, made.poster.height, made.note) == (STAMP, 320, 180, None)
    files = [path for path in (tmp_path / "thumbnails").rglob("*") if path.is_file()]
    assert len(files) == made.poster.files
    assert made.size_bytes == sum(path.stat().st_size for path in files)
    assert tmp_path / "thumbnails" / file_name(STAMP, 320, "jpg") in files


def test_a_picture_that_cannot_be_used_is_a_note(pool: WorkerPool, clip: Path, tmp_path: Path) -> None:
    beside = tmp_path / "clip-poster.jpg"
    beside.write_bytes(b"no picture")
    made = pool.poster(Order(str(clip), str(beside), STAMP, PLAIN_STAMP))
    assert made.note is not None
    assert "clip-poster.jpg" in made.note
    assert made.poster.stamp == PLAIN_STAMP


def test_each_task_has_its_own_limit(clip: Path, tmp_path: Path) -> None:
    pool = WorkerPool(2048, 60.0, 0.001, str(tmp_path))
    try:
        assert pool.probe(str(clip)).width == 320
        with pytest.raises(MediaUnreadable, match=r"took longer than 0\.001 s"):
            pool.poster(Order(str(clip), None, STAMP, PLAIN_STAMP))
    finally:
        pool.stop()


def test_each_thread_has_one_worker_of_its_own(pool: WorkerPool, clip: Path, others: set[int]) -> None:
    together = threading.Barrier(2, timeout=30)

    def probe_twice(_: int) -> None:
        together.wait()
        pool.probe(str(clip))
        pool.probe(str(clip))

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(probe_twice, range(2)))
        assert len(workers() - others) == 2


def test_a_worker_rests_only_when_there_was_nothing_to_do_for_a_while(
    pool: WorkerPool, clip: Path, others: set[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    pool.probe(str(clip))
    (first,) = workers() - others
    pool.rest()
    assert workers() - others == {first}
    monkeypatch.setattr(pools, "IDLE_S", 0.0)
    pool.rest()
    assert workers() == others
    assert pool.probe(str(clip)).width == 320
    assert first not in workers()


def endless(folder: Path) -> Path:
    """A transport stream followed by a hole of 200 GB, which ffmpeg reads for minutes. It takes no room."""
    path = make_clip(folder / "endless.ts")
    with path.open("r+b") as file:
        file.truncate(200 << 30)
    return path


@pytest.fixture
def busy(pool: WorkerPool, tmp_path: Path, others: set[int]) -> Iterator[Callable[[], str]]:
    """A worker that reads for minutes in another thread; a call waits for what became of it."""
    ended: list[str] = []

    def probe() -> None:
        try:
            pool.probe(str(path))
        except (MediaUnreadable, Unavailable) as error:
            ended.append(error.message)

    def outcome() -> str:
        thread.join(5)
        return ended[0]

    path = endless(tmp_path)
    thread = threading.Thread(target=probe)
    thread.start()
    wait_for(lambda: any(open_files(pid, path) for pid in workers() - others), 5.0)
    yield outcome
    pool.stop()
    thread.join(5)


def open_files(pid: int, path: Path) -> bool:
    try:
        return any(file.path == str(path) for file in psutil.Process(pid).open_files())
    except psutil.NoSuchProcess:
        return False


def test_a_worker_at_work_is_left_alone(
    pool: WorkerPool, busy: Callable[[], str], others: set[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "IDLE_S", 0.0)
    before = workers() - others
    pool.rest()
    assert workers() - others == before != set()


def test_a_stop_ends_workers_at_work_at_once(pool: WorkerPool, busy: Callable[[], str], others: set[int]) -> None:
    pool.stop()
    assert busy() == "The server is stopping."
    assert workers() == others


def test_after_a_stop_no_worker_is_started(pool: WorkerPool, clip: Path, others: set[int]) -> None:
    pool.stop()
    with pytest.raises(Unavailable, match="stopping"):
        pool.probe(str(clip))
    with pytest.raises(Unavailable, match="stopping"):
        pool.poster(Order(str(clip), None, STAMP, PLAIN_STAMP))
    assert workers() == others
