"""What makes a file recognisable wherever it lies: its size and three samples of its content.

Three reads instead of the whole file, so that a library on a slow disk is known in minutes. Two videos with
the same size, beginning, middle and end are taken for one; Video Hub App has relied on the same (field.md).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import blake2b
from stat import S_ISREG

from ..library.errors import Unavailable
from ..library.text import shown
from .folders import reason

SAMPLE_BYTES = 64 * 1024
DIGEST_BYTES = 16

# A name that was swapped for a link is refused, one swapped for a pipe must not wait for a writer.
_OPEN = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_KEEP_ACCESS_TIME = getattr(os, "O_NOATIME", 0)  # Linux only


def fingerprint(path: str, size_bytes: int) -> bytes:
    """16 bytes: BLAKE2b over the size (8 bytes, big end first) and 64 KiB at start, middle and end.

    A file of up to three samples is read whole. Nothing is read twice, and the time of last access stays
    where the system lets us leave it.

    Errors  Unavailable when the file is gone, cannot be read, or has another size (it is being written)
    """
    try:
        descriptor = _open(path)
        try:
            _check(path, descriptor, size_bytes)
            digest = blake2b(size_bytes.to_bytes(8, "big"), digest_size=DIGEST_BYTES)
            for start, length in _samples(size_bytes):
                sample = _read(descriptor, start, length)
                if len(sample) != length:
                    raise _changed(path)
                digest.update(sample)
            _check(path, descriptor, size_bytes)
        finally:
            os.close(descriptor)
    except FileNotFoundError as error:
        raise Unavailable(f"The file {shown(path)} is gone.") from error
    except OSError as error:
        raise Unavailable(f"The file {shown(path)} cannot be read: {reason(error)}.") from error
    return digest.digest()


def _open(path: str) -> int:
    try:
        return os.open(path, _OPEN | _KEEP_ACCESS_TIME)
    except PermissionError:
        # Only the owner of a file may leave its access time alone.
        return os.open(path, _OPEN)


def _check(path: str, descriptor: int, size_bytes: int) -> None:
    status = os.fstat(descriptor)
    if not S_ISREG(status.st_mode):
        raise Unavailable(f"{shown(path)} is not a file.")
    if status.st_size != size_bytes:
        raise _changed(path)


def _samples(size_bytes: int) -> Iterator[tuple[int, int]]:
    if size_bytes <= 3 * SAMPLE_BYTES:
        yield 0, size_bytes
        return
    yield 0, SAMPLE_BYTES
    yield (size_bytes - SAMPLE_BYTES) // 2, SAMPLE_BYTES
    yield size_bytes - SAMPLE_BYTES, SAMPLE_BYTES


def _read(descriptor: int, start: int, length: int) -> bytes:
    """The bytes there, fewer only where the file ends: network disks may answer in pieces."""
    pieces: list[bytes] = []
    while length and (piece := os.pread(descriptor, length, start)):
        pieces.append(piece)
        start += len(piece)
        length -= len(piece)
    return b"".join(pieces)


def _changed(path: str) -> Unavailable:
    return Unavailable(f"The file {shown(path)} is being changed.")
