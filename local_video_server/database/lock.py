"""The lock on the data folder: one server, one writer.

Held by flock, so that the kernel lets go of it when the process ends, however it ends. The file tells who holds
it and, for commands that hand their work over, where to find it; only its owner may read it.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from pathlib import Path
from typing import Any

from ..library.errors import CannotStart


class DataLock:
    """Taken on construction, released by `release` or the end of the process. Errors: CannotStart."""

    def __init__(self, data: Path) -> None:
        self.path = data / "server.lock"
        self.secret = secrets.token_urlsafe(24)
        try:
            # 0700: the session secret and the passwords' hashes lie in it. A folder that was there is not ours.
            data.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise CannotStart(
                f"The data folder {data} cannot be written to: {error.strerror}. Name another with --data."
            ) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = _holder(self._file)
            os.close(self._file)
            where = f" at {holder['address']}" if holder.get("address") else ""
            raise CannotStart(
                f"Another server (process {holder.get('process', 'unknown')}{where}) uses the data folder {data}. "
                "Stop it, or name another folder with --data."
            ) from error

    def tell(self, address: str) -> None:
        """Writes down who holds the lock and where it answers."""
        told = json.dumps({"process": os.getpid(), "address": address, "secret": self.secret}).encode()
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, told, 0)

    def release(self) -> None:
        os.ftruncate(self._file, 0)
        os.close(self._file)


def holder(data: Path) -> dict[str, Any] | None:
    """Who holds the lock on a data folder, and where to find it; None when nobody does."""
    try:
        file = os.open(data / "server.lock", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return _holder(file)
    else:
        return None
    finally:
        os.close(file)


def _holder(file: int) -> dict[str, Any]:
    try:
        told = json.loads(os.pread(file, 4096, 0))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
