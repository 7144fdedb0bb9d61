"""What the server says of itself: to the terminal what needs somebody, to logs/server.log (data folder) all of it.

A line is made in the thread that has something to say and written in another, so that a disk that hangs, or a
terminal that was stopped with Ctrl-S, holds up nobody; in the file it is one JSON value. Below the level debug
nothing shows what is watched here: the modules say it by key and rule, and a trace shows where it happened and the
kind of error, but never its words, which may quote a title.

The standard library alone: python-json-logger takes 20 ms to load, two hundredths of what a start may take, for the
twelve lines of _Line.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import sys
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import QueueHandler, QueueListener, RotatingFileHandler
from pathlib import Path
from types import TracebackType

from .library.readings import LogLine

FILE_BYTES = 10_000_000
FILES = 3  # server.log and two former ones
LAST_LINES = 100
MOST_WAITING = 10_000  # lines, while the disk or the terminal hangs; what is said then is lost to it

_Error = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class LogFile(RotatingFileHandler):
    """A file for its owner alone, of which `files` are kept. Whatever goes wrong with it is said once on the terminal
    and stops nobody's work: a full disk, a data folder that was made read-only."""

    def __init__(self, path: Path, files: int) -> None:
        super().__init__(path, maxBytes=FILE_BYTES, backupCount=files - 1, encoding="utf-8", delay=True)
        self.errors = "backslashreplace"  # names that are no text
        self._has_failed = False

    def _open(self) -> TextIOWrapper:
        def to_owner(path: str, flags: int) -> int:
            return os.open(path, flags, 0o600)

        return open(self.baseFilename, "a", encoding="utf-8", errors=self.errors, opener=to_owner)

    def handleError(self, record: logging.LogRecord) -> None:
        error = sys.exc_info()[1]
        self._let_go()  # the next line opens it anew: there may be room again, or another disk
        reason = error.strerror if isinstance(error, OSError) else type(error).__name__
        if not self._has_failed and sys.stderr:
            self._has_failed = True
            with suppress(OSError):
                sys.stderr.write(f"Nothing is written to {self.baseFilename} now: {reason}. The server goes on.\n")

    def close(self) -> None:
        self._let_go()
        super().close()

    def _let_go(self) -> None:
        stream, self.stream = self.stream, None
        if stream:
            with suppress(OSError, ValueError):  # what it still holds finds no room
                stream.close()


class _Plain(logging.Formatter):
    """A line for people, and the trace below it."""

    def __init__(self, is_open: bool) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._is_open = is_open

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # as another formatter would have told it
        return super().format(record)

    def formatException(self, ei: _Error) -> str:
        return trace(ei[1], self._is_open)


class _Line(_Plain):
    """A line for programs."""

    def __init__(self, is_open: bool, request_id: Callable[[], str]) -> None:
        super().__init__(is_open)
        self._request_id = request_id

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")[:23] + "Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": _asked(record, self._request_id),
            "thread": record.threadName,
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def _asked(record: logging.LogRecord, request_id: Callable[[], str]) -> str:
    """Of which request it tells: the one it names, as the event loop does, which answers many; else its thread's."""
    return str(getattr(record, "request_id", "")) or request_id()


class _Later(QueueHandler):
    """Written by a listener. A queue that is full loses the line, and nobody waits."""

    def handleError(self, record: logging.LogRecord) -> None:
        pass


class _Last(logging.Handler):
    """The last warnings and errors, in memory."""

    def __init__(self, request_id: Callable[[], str]) -> None:
        super().__init__(logging.WARNING)
        self.last: deque[LogLine] = deque(maxlen=LAST_LINES)
        self._request_id = request_id

    def emit(self, record: logging.LogRecord) -> None:
        level, request = record.levelname.lower(), _asked(record, self._request_id)
        try:
            message = record.getMessage()
        except (TypeError, ValueError, KeyError):  # values that do not fit the sentence
            message = str(record.msg)
        self.last.append(LogLine(record.created, level, record.name, message, request))


class Logs:
    """What `begin` set up."""

    def __init__(
        self, last: _Last, listeners: Sequence[QueueListener], handlers: Sequence[logging.Handler], is_open: bool
    ) -> None:
        self._last = last
        self._listeners = listeners
        self._handlers = handlers
        self._is_open = is_open

    def lines(self) -> list[LogLine]:
        """The last warnings and errors, newest first."""
        return list(self._last.last)[::-1]

    def end(self) -> None:
        """Writes what waits. What is said later reaches nobody but the terminal."""
        listeners, self._listeners = self._listeners, ()  # asked again when the program ends
        if not listeners:
            return
        root = logging.getLogger()
        for one in self._handlers:
            root.removeHandler(one)
        terminal = logging.StreamHandler()
        terminal.setFormatter(_Plain(self._is_open))
        root.addHandler(terminal)
        for listener in listeners:
            with suppress(queue.Full):  # it hangs: what waits is lost
                listener.stop()
            for handler in listener.handlers:
                handler.close()


def begin(folder: Path, level: str, request_id: Callable[[], str]) -> Logs:
    """From now on what is logged goes to the terminal, to server.log in `folder`, and to `lines`.

    `level` is that of our own modules, one of settings.LEVELS; others are heard from warning on: at info SQLAlchemy
    would tell every value it stores. `request_id` is asked in the thread that logs.
    """
    is_open = level == "debug"
    last = _Last(request_id)
    to_terminal, terminal = _later(logging.StreamHandler(), _Plain(is_open))
    to_terminal.setLevel(logging.WARNING)
    to_file, file = _later(LogFile(folder / "server.log", FILES), _Line(is_open, request_id))
    with suppress(OSError):  # the file says so when it is to be written
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
    root = logging.getLogger()
    root.setLevel(logging.WARNING)
    logging.getLogger(__package__).setLevel(level.upper())
    handlers = to_terminal, last, to_file
    for handler in handlers:
        root.addHandler(handler)
    for listener in (terminal, file):
        listener.start()
    return Logs(last, (file, terminal), handlers, is_open)


def _later(handler: logging.Handler, form: logging.Formatter) -> tuple[QueueHandler, QueueListener]:
    waiting: queue.Queue[logging.LogRecord] = queue.Queue(MOST_WAITING)
    later = _Later(waiting)
    later.setFormatter(form)
    return later, QueueListener(waiting, handler)


def trace(error: BaseException | None, is_open: bool) -> str:
    """Where an error comes from. Its words are told only where `is_open`, or where they come from the system or
    the database, without the names it was about."""
    if error is None:
        return ""
    whole = traceback.TracebackException.from_exception(error)
    if is_open:
        return "".join(whole.format()).rstrip()
    parts = []
    for one in _chain(error):
        parts += traceback.format_tb(one.__traceback__)
        parts.append(f"{type(one).__qualname__}{_safe_words(one)}\n")
    return "".join(parts).rstrip()


def _chain(error: BaseException) -> list[BaseException]:
    """The error and what led to it, the first of them first."""
    found: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in found:
        found.append(one)
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return found[::-1]


def _safe_words(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f": {error.strerror}"
    said = getattr(error, "orig", None)  # SQLAlchemy's errors quote the values; SQLite's own words never do
    return f": {said}" if said is not None else ""
