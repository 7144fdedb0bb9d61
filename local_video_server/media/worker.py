"""The media worker: a process that reads video files for the server, one task a line.

`python -m local_video_server.media.worker MEMORY_MB`. Each line on stdin is a task as JSON (name, path, time
limit, more arguments), each line on stdout its answer, in order; the first line says that it is ready. Nothing
a library prints gets between, a bad file is an answer and never an end, and the worker is gone as soon as the
server is.
"""

from __future__ import annotations

import json
import os
import queue
import resource
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, BinaryIO

import psutil

from ..library.errors import LibraryError, MediaUnreadable
from . import ffmpeg_log
from .about import about
from .poster import key_frame, poster
from .probe import probe

TASKS: dict[str, Callable[..., dict[str, Any]]] = {
    "probe": lambda path: asdict(probe(path)),
    "poster": poster,
    "key_frame": key_frame,
    "about": lambda path: about(),
}

NICENESS = 10
# The server kills a worker that is late. This is for a worker whose server is gone while a library holds the
# interpreter's lock, so that no Python of ours runs any more.
LATE_S = 5.0


def main() -> None:
    memory_mb = int(sys.argv[1])
    tasks, answers = _private(0, os.O_RDONLY), _private(1, os.O_WRONLY)
    _be_modest(memory_mb)
    ffmpeg_log.catch()
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(tasks, lines), daemon=True).start()
    _send(answers, {"ready": os.getpid()})
    while True:
        _send(answers, _answer(lines.get()))


def _private(descriptor: int, mode: int) -> BinaryIO:
    """Our own copy of stdin or stdout; the public one leads nowhere from now on."""
    copy = os.dup(descriptor)
    nowhere = os.open(os.devnull, mode)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
    return os.fdopen(copy, "rb" if mode == os.O_RDONLY else "wb", buffering=0 if mode == os.O_WRONLY else -1)


def _be_modest(memory_mb: int) -> None:
    """Watching comes first: the processor and the disk serve a worker when nobody else wants them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then ends us in order
    os.nice(NICENESS)
    if sys.platform == "linux":
        psutil.Process().ionice(psutil.IOPRIO_CLASS_IDLE)
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb * 1024 * 1024,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _listen(tasks: BinaryIO, lines: queue.SimpleQueue[bytes]) -> None:
    for line in tasks:
        lines.put(line)
    # The server has closed its end or is dead. The main thread may be decoding: do not wait for it.
    os._exit(0)


def _answer(line: bytes) -> dict[str, Any]:
    task = json.loads(line)
    ffmpeg_log.forget()
    signal.setitimer(signal.ITIMER_REAL, task["timeout_s"] + LATE_S)  # SIGALRM's default action: die
    try:
        return {"result": TASKS[task["task"]](task["path"], **task["arguments"])}
    except LibraryError as refusal:
        lines = ffmpeg_log.last()
        if any("Cannot allocate memory" in text for text in (refusal.message, *lines)):
            return {"refused": "memory"}
        return _refused(refusal, lines)
    except MemoryError:
        return {"refused": "memory"}
    except Exception as error:  # noqa: BLE001 - whatever one file does to us, the next one has its turn
        reason = f"Reading this file failed ({type(error).__name__}: {error})."
        return _refused(MediaUnreadable(reason), ffmpeg_log.last())
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _refused(refusal: LibraryError, lines: list[str]) -> dict[str, Any]:
    """ffmpeg's last lines go with what is wrong with a file; a full disk is none of its business."""
    details = refusal.details
    if lines and isinstance(refusal, MediaUnreadable):
        details = {**details, "ffmpeg": lines}
    return {"refused": refusal.code, "message": refusal.message, "details": details}


def _send(answers: BinaryIO, answer: dict[str, Any]) -> None:
    rest = memoryview(json.dumps(answer).encode() + b"\n")
    while rest:
        rest = rest[answers.write(rest) :]


if __name__ == "__main__":
    main()
