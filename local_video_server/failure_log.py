"""thumbnail_errors.log in the data folder: one line of JSON for each picture that could not be made.

For people with a terminal and for programs; /admin shows the same from the database. Times are RFC 3339 in UTC. A
video goes by its key: names are told only where the server tells them everywhere, at the log level debug.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

from .library.failure import Failure, nameless, nameless_words
from .library.video import Video


class FailureLog:
    def __init__(self, file: logging.Handler, tells_names: bool) -> None:
        self._log = logging.Logger("thumbnail_errors")
        self._file = file
        self._log.addHandler(file)
        self._tells_names = tells_names

    def write(self, video: Video, failure: Failure) -> None:
        line = {
            "time": _time(datetime.now(UTC)),
            "video": video.key,
            "attempt": failure.attempts,
            "reason": failure.reason,
            "ffmpeg": list(failure.ffmpeg),
            "next_try": _time(datetime.fromtimestamp(failure.due_at, UTC)) if failure.due_at else None,
        }
        if self._tells_names:
            line["filename"] = video.filename
        else:
            line["reason"] = nameless(failure.reason, video)
            line["ffmpeg"] = [nameless_words(word, video) for word in failure.ffmpeg]
        self._log.info(json.dumps(line, ensure_ascii=False))

    def close(self) -> None:
        self._file.close()


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
