"""Which folders inside a root are entered, and what is said of a folder that fails.

The scan and the watcher must agree on the first, or the number of watches says nothing about the number of
folders. Paths here are the system's own; nothing is opened.
"""

from __future__ import annotations

import errno

from ..library.errors import Unavailable
from ..library.formats import is_skipped_folder
from ..library.text import shown


def is_entered(name: str, full_path: str, excluded: frozenset[str]) -> bool:
    """Whether a folder of this name at this real path is looked into. `excluded` are real absolute paths."""
    return not is_skipped_folder(name) and full_path not in excluded


def unavailable(folder: str, error: OSError) -> Unavailable:
    """The refusal that tells a person why this folder cannot be used."""
    name = shown(folder)
    if error.errno == errno.ENOENT:
        return Unavailable(f"The folder {name} does not exist.")
    if error.errno == errno.ENOTDIR:
        return Unavailable(f"{name} is not a folder.")
    if error.errno in (errno.EACCES, errno.EPERM):
        return Unavailable(f"The folder {name} cannot be read: permission denied.")
    return Unavailable(f"The folder {name} cannot be read: {reason(error)}.")


def reason(error: OSError) -> str:
    """The system's own words, ready to stand inside a sentence."""
    words = error.strerror or str(error)
    return words[:1].lower() + words[1:]
