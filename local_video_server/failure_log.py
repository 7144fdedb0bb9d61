"""thumbnail_errors.log in the data folder: one line of JSON for each picture that could not be made.

For people with a terminal and for programs; /admin shows the same from the database. Times are RFC 3339 in UTC.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from .library.failure import Failure
from .library.video import Video

MOST_BYTES = 10_000_000  # then it begins anew, and one former file is kept


class _QuietHandler(RotatingFileHandler):
    """A disk that is full, or a data folder that was made read-only, must stop nobody's work."""

    def handleError(self, record: logging.LogRecord) -> None:
        pass


class FailureLog:
    def __init__(self, path: Path) -> None:
        self._log = logging.Logger("thumbnail_errors")
        self._handler = _QuietHandler(path, maxBytes=MOST_BYTES, backupCount=1, encoding="utf-8", delay=True)
        self._log.addHandler(self._handler)

    def write(self, video: Video, failure: Failure) -> None:
        due_at = failure.due_at
        line = {
            "time": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            "video": video.key,
            "filename": video.filename,
            "attempt": failure.attempts,
            "reason": failure.reason,
            "ffmpeg": list(failure.ffmpeg),
            "next_try": datetime.fromtimestamp(due_at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
            if due_at
            else None,
        }
        self._log.info(json.dumps(line, ensure_ascii=False))

    def close(self) -> None:
        self._handler.close()
