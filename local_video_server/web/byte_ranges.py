"""The Range header: which slice of a file a player asks for.

Only text and numbers come in and a slice comes out; no file, request or status code is known here. Whatever
RFC 9110 section 14 leaves open is decided in this one place, so that one table can test it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Ends of a range; [0-9] because \d would also take the digits of other scripts.
_RANGE = re.compile(r"([0-9]*)-([0-9]*)")
_OPTIONAL_SPACE = " \t"


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Offsets in bytes; the last one is included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1

    def content_range(self, size_bytes: int) -> str:
        """The Content-Range header of a 206."""
        return f"bytes {self.first}-{self.last}/{size_bytes}"


class RangeUnsatisfiable(Exception):
    """None of the bytes asked for exist. The answer is 416 and tells the size."""

    def __init__(self, size_bytes: int) -> None:
        super().__init__(f"the file has {size_bytes} bytes and none of them was asked for")
        self.size_bytes = size_bytes

    @property
    def content_range(self) -> str:
        """The Content-Range header of a 416."""
        return f"bytes */{self.size_bytes}"


def parse(header: str | None, size_bytes: int) -> ByteRange | None:
    """The slice of a file that a Range header asks for; None means send it whole.

    Units   offsets and size in bytes; the last offset is included.
    Errors  RangeUnsatisfiable when the first byte lies at or past the end, or the last zero bytes are wanted.
    Source  RFC 9110 section 14. Several ranges, a unit we do not know, or anything misspelt: None.
    """
    if header is None:
        return None
    unit, _, ranges = header.strip(_OPTIONAL_SPACE).partition("=")
    if unit.lower() != "bytes":
        return None  # 14.2: a unit that is not understood MUST be ignored
    # 5.6.1.2: empty elements of a list are read over.
    specifiers = [text for part in ranges.split(",") if (text := part.strip(_OPTIONAL_SPACE))]
    if len(specifiers) != 1:
        return None  # 14.2 lets a server ignore Range; no player needs multipart/byteranges
    match = _RANGE.fullmatch(specifiers[0])
    if match is None:
        return None
    first, last = (digits.lstrip("0") or digits[:1] for digits in match.groups())
    if first:
        return _from_first(first, last, size_bytes)
    return _suffix(last, size_bytes) if last else None


def _from_first(first: str, last: str, size_bytes: int) -> ByteRange | None:
    # Compared as numerals: int() refuses more than 4300 digits, and 14.1.2 wants any length understood.
    if last and (len(last), last) < (len(first), first):
        return None  # 14.1.1: a last position before the first makes the whole header invalid
    start = _at_most(first, size_bytes)
    if start >= size_bytes:
        raise RangeUnsatisfiable(size_bytes)
    return ByteRange(start, _at_most(last, size_bytes - 1) if last else size_bytes - 1)


def _suffix(digits: str, size_bytes: int) -> ByteRange | None:
    wanted = _at_most(digits, size_bytes)
    if digits == "0":
        raise RangeUnsatisfiable(size_bytes)
    if wanted == 0:
        # 14.1.2 calls the end of an empty file satisfiable, but no Content-Range can name nothing: 200.
        return None
    return ByteRange(size_bytes - wanted, size_bytes - 1)


def _at_most(digits: str, limit: int) -> int:
    """The number, or the limit when that is smaller. `digits` has no zeros in front."""
    return limit if len(digits) > len(str(limit)) else min(int(digits), limit)
