"""What a value of an old file means here. Such files were edited by hand and by several programs, and SQLite stores
anything in any column: no type is trusted, and what is meant beyond doubt is taken ("4", 4.0).
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from functools import lru_cache

from ...library import marks
from ...library.carried_json import MOST_VIEWS
from ...library.errors import InvalidValue
from ...library.moving import DATED_FROM, STEP, UNDATED
from ...library.text import shown

QUOTED_LENGTH = 40  # characters of a value that is refused
NAME_BYTES = 4096  # PATH_MAX of Linux
DAY_S = 86_400.0  # how far ahead of ours the clock of another machine may be
MILLISECONDS_FROM = 1e11  # as seconds it would be the year 5138
_NUMBER = re.compile(r"[0-9]+(\.[0-9]*)?", re.ASCII)


def parse_file_name(value: object) -> str:
    """A path below a root, "./" and doubled slashes tidied, spelt as the disk gives it. Errors: InvalidValue."""
    if not isinstance(value, str):
        raise InvalidValue("The name of a file is text.")
    if value.startswith("/"):
        raise InvalidValue("The name of a file begins in its folder, not with a slash.")
    parts = [part for part in value.split("/") if part not in ("", ".")]
    if not parts:
        raise InvalidValue("The name of the file is empty.")
    if "\0" in value or ".." in parts:
        raise InvalidValue("The name of a file cannot hold «..» as a folder, nor NUL.")
    try:
        raw = "/".join(parts).encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        raise InvalidValue("The name of the file holds half a letter (a lone surrogate).") from error
    if len(raw) > NAME_BYTES:
        raise InvalidValue(f"The name of a file has at most {NAME_BYTES} bytes; this one has {len(raw)}.")
    # Escaped bytes that are UTF-8 together are spelt as letters, as they would be read from the disk.
    return raw.decode("utf-8", "surrogateescape")


def parse_rating(value: object) -> int:
    """Errors: InvalidValue for all but 1 to 5, also written as text or as 4.0."""
    try:
        return marks.parse_rating(_whole(value))
    except InvalidValue as error:
        raise InvalidValue(f"A rating is a whole number from 1 to 5, not {_quoted(value)}.") from error


def parse_count(value: object) -> int:
    """How often something was viewed. Errors: InvalidValue."""
    value = _whole(value)
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,12}", value.strip(), re.ASCII):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST_VIEWS:
        raise InvalidValue(f"A number of views is a whole number from 0 to {MOST_VIEWS:,}, not {_quoted(value)}.")
    return value


def parse_tag(value: object) -> tuple[str, str]:
    """A tag as it is written there, and as it is compared. Errors: InvalidValue."""
    if not isinstance(value, str):
        raise InvalidValue("A tag is text.")
    return _tag(value)


def parse_media_hash(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9A-Fa-f]{16}", value):
        raise InvalidValue("A media hash has 16 hex digits.")
    return value.lower()


def parse_time(value: object, now: float) -> float:
    """Seconds since 1970, UTC; UNDATED for what is no date, or one that has not come yet.

    Units  seconds, or milliseconds where seconds would lie far ahead; as text also "YYYY-MM-DD HH:MM:SS" with or
           without a zone, as SQLite and Python write it.
    """
    try:
        seconds = _seconds(value)
    except (ValueError, OverflowError):
        return UNDATED
    return seconds if DATED_FROM <= seconds <= now + DAY_S else UNDATED


def undated(place: int) -> float:
    """The time of a mark that has none, by its place in a list: later than those before it, and no date."""
    return UNDATED + min(place * STEP, DATED_FROM - STEP)


def _quoted(value: object) -> str:
    """A value that was not expected, as an old file has it, and not longer than a line."""
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    text = value[: QUOTED_LENGTH + 1] if isinstance(value, str | bytes) else value
    written = json.dumps(text, ensure_ascii=False, default=repr)
    return shown(written if len(written) <= QUOTED_LENGTH else f"{written[:QUOTED_LENGTH]}…")


def _whole(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


@lru_cache(maxsize=10_000)
def _tag(text: str) -> tuple[str, str]:
    """Few tags stand for many: each is judged once, and kept in memory once."""
    return text, marks.Tag.parse(text).folded


def _seconds(value: object) -> float:
    if isinstance(value, str):
        text = value.strip()
        if not _NUMBER.fullmatch(text):
            moment = datetime.fromisoformat(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        value = float(text)
    if not isinstance(value, int | float):
        raise ValueError(value)
    return value / 1000 if value > MILLISECONDS_FROM else float(value)
