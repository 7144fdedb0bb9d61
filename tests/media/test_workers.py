"""A worker process through everything that can happen to it, each caused for real."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from local_video_server.library.errors import MediaUnreadable, Unavailable
from local_video_server.media.workers import LETS_GO_S, Worker
from tests.clips import make_clip
from tests.disk.slow_folder import slow_folder
from tests.server import wait_for

DEADLINE_S = 5.0  # five times what is promised for any end
ROOT = Path(__file__).resolve().parents[2]


def until(is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not is_so():
        assert time.monotonic() < deadline, f"not within {DEADLINE_S} s: {what}"
        time.sleep(0.01)


def is_gone(pid: int) -> bool:
    """A zombie whose parent was killed waits for whoever is init here: it runs no more."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def is_reading(pid: int | None, path: Path) -> bool:
    try:
        return any(os.readlink(link) == str(path) for link in Path(f"/proc/{pid}/fd").iterdir())
    except FileNotFoundError:
        return False


@pytest.fixture
def own() -> Iterator[Worker]:
    with Worker() as worker:
        yield worker


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("clip") / "clip.mp4")


@pytest.fixture(scope="module")
def endless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A transport stream followed by a hole of 200 GB, which ffmpeg reads for minutes. It takes no room."""
    path = make_clip(tmp_path_factory.mktemp("endless") / "endless.ts")
    os.truncate(path, 200 << 30)
    return path


def test_nothing_runs_before_the_first_file(own: Worker, clip: Path) -> None:
    assert own.pid is None
    own.probe(str(clip))
    assert own.pid is not None


def test_a_worker_serves_file_after_file(own: Worker, clip: Path) -> None:
    own.probe(str(clip))
    first = own.pid
    own.probe(str(clip))
    assert own.pid == first


def test_a_bad_file_does_not_end_the_worker(own: Worker, clip: Path, tmp_path: Path) -> None:
    own.probe(str(clip))
    pid = own.pid
    (tmp_path / "bad.mp4").write_bytes(b"\0\0\0\x14ftypisom" + b"x" * 999)
    for _ in range(3):
        with pytest.raises(MediaUnreadable):
            own.probe(str(tmp_path / "bad.mp4"))
    assert own.probe(str(clip)).width == 320
    assert own.pid == pid


def test_a_file_that_takes_too_long_is_given_up(own: Worker, clip: Path, endless: Path) -> None:
    own.probe(str(clip))
    hung = own.pid
    started = time.monotonic()
    with pytest.raises(MediaUnreadable, match=r"^Reading this file took longer than 0\.3 s\.$"):
        own.probe(str(endless), timeout_s=0.3)
    assert time.monotonic() - started < 0.3 * 5
    assert hung is not None
    assert not psutil.pid_exists(hung)
    assert own.probe(str(clip)).width == 320


def test_a_worker_that_does_not_even_listen_is_given_up(own: Worker, clip: Path) -> None:
    own.probe(str(clip))
    assert own.pid is not None
    os.kill(own.pid, signal.SIGSTOP)
    with pytest.raises(MediaUnreadable, match=r"took longer than 0\.3 s"):
        own.probe(str(clip), timeout_s=0.3)
    assert own.probe(str(clip)).width == 320


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV], ids=["killed", "crashed"])
def test_a_crash_is_told_and_the_next_file_has_its_turn(
    number: signal.Signals, own: Worker, clip: Path, endless: Path
) -> None:
    own.probe(str(clip))
    pid = own.pid
    assert pid is not None

    def kill() -> None:
        until(lambda: is_reading(pid, endless), "the worker reads the file")
        os.kill(pid, number)

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(MediaUnreadable, match=rf"^The decoder crashed on this file \(signal {number}\)\.$"):
        own.probe(str(endless))
    killer.join()
    assert not psutil.pid_exists(pid)
    assert own.probe(str(clip)).width == 320


def test_a_worker_that_died_idle_is_replaced_unnoticed(own: Worker, clip: Path) -> None:
    own.probe(str(clip))
    pid = own.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: own.pid is None, "the worker is dead")
    assert own.probe(str(clip)).width == 320
    assert own.pid != pid


def test_a_picture_too_large_for_the_memory_limit_is_refused(clip: Path, tmp_path: Path) -> None:
    # One picture is 96 MB; the worker itself takes 130 to 190 MB of addresses, as its allocator pleases.
    huge = make_clip(tmp_path / "huge.avi", codec="mjpeg", size="8000x8000", rate=1)
    with Worker(memory_mb=200) as small:
        with pytest.raises(MediaUnreadable, match=r"^Reading this file takes more than 200 MB of memory\.$"):
            small.probe(str(huge))
        assert small.probe(str(clip)).width == 320
    with Worker() as large:
        assert large.probe(str(huge)).width == 8000


def test_a_worker_takes_only_what_nobody_else_wants(own: Worker, clip: Path) -> None:
    own.probe(str(clip))
    process = psutil.Process(own.pid)
    assert process.nice() == 10
    assert process.ionice().ioclass == psutil.IOPRIO_CLASS_IDLE
    assert process.rlimit(resource.RLIMIT_AS) == (2048 << 20, 2048 << 20)


def test_control_c_is_for_the_server_alone(own: Worker, clip: Path) -> None:
    own.probe(str(clip))
    pid = own.pid
    assert pid is not None
    assert os.getsid(pid) != os.getsid(0)
    os.kill(pid, signal.SIGINT)
    own.probe(str(clip))
    assert own.pid == pid


def test_a_stopped_worker_leaves_no_process_and_starts_none(clip: Path) -> None:
    worker = Worker()
    worker.probe(str(clip))
    pid = worker.pid
    assert pid is not None
    worker.stop()
    worker.stop()
    assert not psutil.pid_exists(pid)
    with pytest.raises(Unavailable):
        worker.probe(str(clip))
    assert worker.pid is None


def test_a_stop_frees_the_thread_that_waits_for_a_file(clip: Path, endless: Path) -> None:
    worker = Worker()
    worker.probe(str(clip))
    pid = worker.pid
    ends: list[Exception] = []

    def wait() -> None:
        try:
            worker.probe(str(endless))
        except Unavailable as refusal:
            ends.append(refusal)

    waiting = threading.Thread(target=wait)
    waiting.start()
    until(lambda: is_reading(pid, endless), "the worker reads the file")
    worker.stop()
    waiting.join(DEADLINE_S)
    assert len(ends) == 1
    assert pid is not None
    assert not psutil.pid_exists(pid)


def test_a_worker_that_cannot_start_blames_no_file(clip: Path) -> None:
    with Worker(memory_mb=1) as worker, pytest.raises(Unavailable, match="does not start"):
        worker.probe(str(clip))


PARENT = """
import sys
from local_video_server.media.workers import Worker
worker = Worker()
worker.probe(sys.argv[1])
print(worker.pid, flush=True)
worker.probe(sys.argv[2]) if len(sys.argv) > 2 else sys.stdin.read()
"""


@pytest.mark.parametrize("is_busy", [True, False], ids=["decoding", "idle"])
def test_a_killed_server_leaves_no_worker(is_busy: bool, clip: Path, endless: Path) -> None:
    files = [str(clip), str(endless)] if is_busy else [str(clip)]
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, *files], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        if is_busy:
            until(lambda: is_reading(pid, endless), "the worker reads the file")
        assert not is_gone(pid)
        parent.kill()
    until(lambda: is_gone(pid), "the worker followed its server")


def test_the_server_never_imports_the_decoder() -> None:
    code = "import sys, local_video_server.media.workers; print({'av', 'PIL'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


NOISY = """
import os, sys
from local_video_server.media import worker
def shout(path):
    print("noise", flush=True)
    os.write(1, b"noise\\n")
    os.write(2, b"noise\\n")
    print("noise\\n" * 100_000, file=sys.stderr, flush=True)
    return {"path": path, "typed": sys.stdin.read()}
worker.TASKS["shout"] = shout
worker.main()
"""


def test_what_a_library_prints_does_not_get_between_the_answers() -> None:
    tasks = [{"task": "shout", "path": path, "timeout_s": 9, "arguments": {}} for path in ("a", "\udcff", "c")]
    with subprocess.Popen(
        [sys.executable, "-c", NOISY, "1000"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        assert json.loads(process.stdout.readline()) == {"ready": process.pid}
        for task in tasks:
            process.stdin.write(json.dumps(task).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline()) == {"result": {"path": task["path"], "typed": ""}}
        process.stdin.close()
        assert process.stdout.read() == b""
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_a_worker_that_rests_is_started_again(own: Worker, clip: Path) -> None:
    own.probe(str(clip))
    resting = own.pid
    own.rest()
    assert own.pid is None
    assert own.probe(str(clip)).container == "mp4"
    assert own.pid != resting


def test_a_worker_at_work_does_not_rest(own: Worker, endless: Path) -> None:
    with ThreadPoolExecutor(1) as threads:
        reading = threads.submit(own.probe, str(endless), 3)
        wait_for(lambda: own.pid, 2)
        own.rest()
        assert own.pid
        with pytest.raises(MediaUnreadable, match="longer than 3 s"):
            reading.result()


def test_a_worker_that_hangs_in_a_disk_is_left_behind(clip: Path, tmp_path: Path) -> None:
    """The kernel lets nobody end a process that waits for a disk: neither a task nor a stop waits for it."""
    (tmp_path / "source").mkdir()
    shutil.copy(clip, tmp_path / "source" / "clip.mp4")
    with slow_folder(tmp_path / "source", tmp_path / "share") as share, Worker() as own:
        share.hang()
        began = time.monotonic()
        with pytest.raises(MediaUnreadable, match=r"longer than 0\.2 s"):
            own.probe(str(tmp_path / "share" / "clip.mp4"), timeout_s=0.2)
        assert own.probe(str(clip)).width == 320
        with ThreadPoolExecutor(1) as thread:
            waiting = thread.submit(own.probe, str(tmp_path / "share" / "clip.mp4"), 20.0)
            pid = wait_for(lambda: own.pid, 1)
            until(lambda: psutil.Process(pid).status() == psutil.STATUS_DISK_SLEEP, "the worker asks the disk")
            stopped = time.monotonic()
            own.stop()
            assert time.monotonic() - stopped < 5 * 2 * LETS_GO_S
            share.resume()
            with pytest.raises(Unavailable):
                waiting.result(DEADLINE_S)
        assert time.monotonic() - began < 30
        until(lambda: is_gone(pid), "it ends when the disk answers")
