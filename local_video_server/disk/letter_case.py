"""Whether a file system takes "A" for "a": exFAT sticks, NTFS, Windows shares, macOS."""

from __future__ import annotations

import os


def ignores_case(folder: str) -> bool:
    """Asked of the folder's own first entry, since a folder may be the root of a disk whose name lies on another.
    False when there is nothing to ask, or no answer."""
    try:
        with os.scandir(folder) as entries:
            names = (entry.name for entry in entries if entry.name.swapcase() != entry.name)
            name = next(names, None)
        if name is None:
            return False
        path, other = os.path.join(folder, name), os.path.join(folder, name.swapcase())
        return os.path.samestat(os.lstat(path), os.lstat(other))
    except (OSError, ValueError):
        return False
