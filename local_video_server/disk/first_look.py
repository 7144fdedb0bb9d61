"""What stands at the named folders before anything is started; a disk that hangs must not hold up the rest."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

PATIENCE_S = 3.0  # for all folders together; a sleeping disk may take longer and is then taken as it was named


@dataclass(frozen=True, slots=True)
class FirstLook:
    """`real_path` has no links in it; `is_folder` is None where the disk did not answer in time."""

    real_path: str
    is_folder: bool | None = None


def first_look(paths: Iterable[str], patience_s: float = PATIENCE_S) -> Mapping[str, FirstLook]:
    """Looks at all paths side by side; a thread that hangs is left behind."""
    found = {path: FirstLook(os.path.abspath(path)) for path in paths}

    def look(path: str) -> None:
        real_path = os.path.realpath(path)
        found[path] = FirstLook(real_path, os.path.isdir(real_path))

    threads = [threading.Thread(target=look, args=(path,), name="first-look", daemon=True) for path in tuple(found)]
    for thread in threads:
        thread.start()
    until = time.monotonic() + patience_s
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    return dict(found)
