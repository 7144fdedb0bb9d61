"""Derived files put in their folder: never half written, and never on a disk that is not there.

A file is written beside its place under a name with a leading dot, flushed to the disk, and renamed. What goes
wrong is the folder's fault and says so: nothing about the video is wrong.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Mapping

from ..library.errors import Unavailable

_READABLE = 0o644
_ENTERED = 0o755
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


def keep(folder: str, files: Mapping[str, bytes]) -> int:
    """Writes each content under its name in `folder`, "/" between; the bytes of all of them.

    Errors  Unavailable when the folder does not take them. What was kept before stays, and nothing is half there.
    """
    try:
        for name, content in files.items():
            _make_room_for(folder, name)
            _write(os.path.join(folder, name), content)
    except OSError as error:
        raise Unavailable(_sentence(folder, error)) from error
    return sum(map(len, files.values()))


def _make_room_for(folder: str, name: str) -> None:
    """The folders on the way. `folder` is made only where its parent is: a disk that is not mounted stays empty."""
    for needed in (folder, os.path.dirname(os.path.join(folder, name))):
        # Asked first: a read-only file system refuses even to make what is already there.
        if not os.path.isdir(needed):
            with contextlib.suppress(FileExistsError):
                os.mkdir(needed, _ENTERED)


def _write(path: str, content: bytes) -> None:
    place, name = os.path.split(path)
    # Our own number in it: two workers may make the same poster of two copies of a film.
    beside = os.path.join(place, f".{name}.{os.getpid()}")
    try:
        with open(beside, "wb") as file:
            os.fchmod(file.fileno(), _READABLE)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(beside)
        raise


def _sentence(folder: str, error: OSError) -> str:
    if error.errno in _NO_ROOM:
        return f"There is no room left for pictures in {folder}: make room on that disk."
    if error.errno == errno.ENOENT:
        return f"The folder for pictures {folder} is not there, and neither is the one it stands in."
    return f"Pictures cannot be written to {folder} ({error.strerror or error}): let the server write there."
