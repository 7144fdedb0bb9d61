"""Part of a file as the body of an answer. Our server sends it without Python; any other iterates it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_BLOCK_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class FileSlice:
    path: str
    start: int
    end: int  # not included

    def __iter__(self) -> Iterator[bytes]:
        left = self.end - self.start
        with open(self.path, "rb") as file:
            file.seek(self.start)
            while left > 0 and (block := file.read(min(left, _BLOCK_BYTES))):
                left -= len(block)
                yield block
