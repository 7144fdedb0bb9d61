"""How a folder stands that the doctor looks at: whether it is there, can be read, takes files, and how full it is.

Each call may hang with its disk: whoever asks does so where it can be left behind (patience.py). Nothing stays behind
in a folder, and none is made.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import time
from contextlib import suppress

from ..library.examined import Place
from .folders import is_entered, reason
from .mounts import file_system

TRIED_BYTES = 4096  # one block: a full disk has none left


def videos(path: str) -> Place:
    """A folder with videos: is it there, may it be listed?"""
    try:
        with os.scandir(path) as entries:
            next(entries, None)
    except OSError as error:
        is_absent = isinstance(error, FileNotFoundError | NotADirectoryError)
        return Place(path, trouble=reason(error), is_absent=is_absent)
    return Place(path, file_system=file_system(os.path.realpath(path)))


def own(path: str, made_after: str | None = None) -> Place:
    """A folder of ours: does it take a file? For one that is still to be made, the folder above it is tried.

    The data folder is made with all that is above it; another only in a folder that is there or is `made_after`, for
    a disk that is not connected must not be written beside.
    """
    is_absent = not os.path.isdir(path)
    try:
        if not is_absent:
            try_file(path)
        elif os.path.lexists(path):
            raise NotADirectoryError(errno.ENOTDIR, "there is a file of this name")
        here, above = _nearest(path), os.path.dirname(path)
        if is_absent and made_after is not None and above not in (here, made_after):
            raise FileNotFoundError(errno.ENOENT, f"there is no folder {above}")
        if is_absent:
            _try_to_make_in(here)
        free = shutil.disk_usage(here).free
        return Place(path, is_absent=is_absent, free_bytes=free, file_system=file_system(os.path.realpath(here)))
    except OSError as error:
        return Place(path, trouble=reason(error), is_absent=is_absent, errno=error.errno)


def folders_below(path: str, excluded: frozenset[str], within_s: float) -> int | None:
    """How many folders would be watched, itself included; None where counting takes longer than that."""
    until, waiting, count = time.monotonic() + within_s, [os.path.realpath(path)], 0
    while waiting:
        if time.monotonic() > until:
            return None
        folder = waiting.pop()
        count += 1
        with suppress(OSError), os.scandir(folder) as entries:  # what cannot be read is not watched either
            for entry in entries:
                if entry.is_dir(follow_symlinks=False) and is_entered(entry.name, entry.path, excluded):
                    waiting.append(entry.path)
    return count


def size_of(path: str, within_s: float) -> int | None:
    """Bytes of all files in the folders right below; None where that takes longer. One that is not there is empty."""
    until, size = time.monotonic() + within_s, 0
    with suppress(FileNotFoundError), os.scandir(path) as folders:
        for folder in folders:
            if time.monotonic() > until:
                return None
            with suppress(OSError), os.scandir(folder.path) as entries:
                size += sum(entry.stat(follow_symlinks=False).st_size for entry in entries)
    return size


def try_file(path: str) -> None:
    """Whether a folder takes a file. Errors: OSError.

    The file has no name where the system can do that, and else is gone at once.
    """
    with tempfile.TemporaryFile(dir=path, prefix=".try-") as file:
        file.write(b"\0" * TRIED_BYTES)
        file.flush()
        os.fsync(file.fileno())


def _nearest(path: str) -> str:
    """The folder itself, or the nearest above it that exists."""
    while not os.path.isdir(path):
        path = os.path.dirname(path)
    return path


def _try_to_make_in(path: str) -> None:
    """Errors: OSError that names this folder, since it is another than the one that was asked about."""
    try:
        try_file(path)
    except OSError as error:
        raise OSError(error.errno, f"nothing can be made in {path} ({reason(error)})") from error
