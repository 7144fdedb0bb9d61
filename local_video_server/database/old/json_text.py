"""One JSON file that somebody else wrote, as values: read with a bound, and with every reason why it cannot be."""

from __future__ import annotations

import json
import os
import stat
from typing import Any, NamedTuple

from ...library.errors import InvalidValue

READ_AS = ("utf-8", "utf-8-sig")  # RFC 8259 section 8.1, and what an editor puts in front


class Parsed(NamedTuple):
    value: Any
    doubled: tuple[str, ...]  # names that stand twice in one object: the last of them is in `value`


def load(path: str, most_bytes: int, follows_links: bool = True) -> Parsed | None:
    """What the file holds; None when there is no such file.

    Errors  InvalidValue with a sentence about the file, which begins with "It".
    """
    content = _content(path, most_bytes, follows_links)
    return None if content is None else _parsed(content)


def _content(path: str, most_bytes: int, follows_links: bool) -> bytes | None:
    # A pipe in its place would keep us waiting for somebody who writes.
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | (0 if follows_links else os.O_NOFOLLOW)
    try:
        with open(path, "rb", opener=lambda name, _: os.open(name, flags)) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise IsADirectoryError
            content = file.read(most_bytes + 1) if status.st_size <= most_bytes else None
    except (FileNotFoundError, NotADirectoryError):
        return None
    except IsADirectoryError as error:
        raise InvalidValue("It is a folder or a device, not a file.") from error
    except OSError as error:
        raise InvalidValue(f"It cannot be read: {error.strerror}.") from error
    if content is None or len(content) > most_bytes:
        raise InvalidValue(f"It is larger than {most_bytes // 1_000_000} MB, which no such file is.")
    return content


def _parsed(content: bytes) -> Parsed:
    text = _text(content)
    doubled: list[str] = []

    def as_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        values = dict(pairs)
        if len(values) < len(pairs):
            seen: set[str] = set()
            doubled.extend(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        return values

    try:
        value = json.loads(text, object_pairs_hook=as_object, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise InvalidValue(f"It is damaged or breaks off at {place}: {error.msg}.") from error
    except RecursionError as error:
        raise InvalidValue("It is nested too deeply.") from error
    except ValueError as error:  # Python reads no whole number of more than 4,300 digits
        raise InvalidValue("It holds a number of thousands of digits.") from error
    return Parsed(value, tuple(doubled))


def _text(content: bytes) -> str:
    encoding = json.detect_encoding(content)
    if encoding not in READ_AS:
        raise InvalidValue(f"It is written in {encoding.upper()}; save it as UTF-8.")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        at = error.start + (3 if encoding == "utf-8-sig" else 0)
        raise InvalidValue(f"It is not UTF-8 at byte {at}, counted from 0; save it as UTF-8.") from error


def _refuse_constant(name: str) -> None:
    raise InvalidValue(f"It holds {name}, which is no number of JSON.")
