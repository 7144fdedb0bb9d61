"""A video file opened: regular files only, and what goes wrong told as a refusal.

Everything that looks into a video goes through here, so that one file is refused with the same sentence by all
of them. Opens the file itself and nothing that it points to (containers.OPEN_OPTIONS).
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator

import av
from av.container import InputContainer

from ..library.errors import Gone, MediaUnreadable, Unavailable
from . import ffmpeg_log, unreadable
from .containers import OPEN_OPTIONS


@contextlib.contextmanager
def refusals() -> Iterator[None]:
    """What the disk says inside, as refusals: MediaUnreadable, Gone or Unavailable."""
    try:
        yield
    except PermissionError as error:
        raise MediaUnreadable(unreadable.NOT_ALLOWED) from error
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Gone("The file is no longer there.") from error
    except OSError as error:
        raise Unavailable(f"The disk cannot read this file now ({error.strerror or error}).") from error


def size_of_regular_file(path: str) -> int:
    """Its size in bytes. A pipe or a device would be waited for, perhaps for ever."""
    status = os.stat(path)
    if not stat.S_ISREG(status.st_mode):
        raise MediaUnreadable(unreadable.NOT_REGULAR)
    if status.st_size == 0:
        raise MediaUnreadable(unreadable.EMPTY)
    return status.st_size


def opened(path: str, **options: str) -> InputContainer:
    """The file at an absolute path; `options` are ffmpeg's own, for this one opening."""
    try:
        # Tags in real files are not always UTF-8: an old phone wrote its place as bare bytes.
        return av.open(path, "r", metadata_errors="replace", container_options=OPEN_OPTIONS | options)
    except MemoryError:
        raise
    except av.FFmpegError as error:
        raise unreadable.why(path, error, ffmpeg_log.said()) from error
