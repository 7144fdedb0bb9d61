"""Which video files are being sent just now, and how far: read from the process's own open files.

The server hands a file to Granian and hears no more of it, so an answer that runs for an hour is seen only here: its
file stays open, and its position moves for as long as somebody watches. Linux only; elsewhere nothing is seen.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress

from .library.formats import is_video_name

_OPEN_FILES, _POSITIONS = "/proc/self/fd", "/proc/self/fdinfo"


def open_streams() -> Mapping[str, int]:
    """The position in bytes of each video file that is open, by its descriptor and path."""
    found: dict[str, int] = {}
    with suppress(OSError):
        for descriptor in os.listdir(_OPEN_FILES):
            with suppress(OSError, ValueError):
                path = os.readlink(f"{_OPEN_FILES}/{descriptor}")
                if is_video_name(os.path.basename(path)):
                    with open(f"{_POSITIONS}/{descriptor}", "rb") as info:
                        found[f"{descriptor} {path}"] = int(info.readline().split()[1])
    return found
