"""A command hands its work to the server that holds the data folder, over loopback.

Only one process writes the database (database/connection.py). Where the server answers, and the secret that shows
who asks, stand in its lock file, which its owner alone can read.
"""

from __future__ import annotations

import json
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from .library.errors import CannotMove, Unavailable
from .library.moving import MoveReport, from_json

SECRET_HEADER = "X-LVS-Secret"
ADDRESS = "api/admin/moving"
ASKS_WITHIN_S = 5.0


class RunningServer:
    """The server that holds a data folder."""

    def __init__(self, address: str, secret: str) -> None:
        self._address = address
        self._secret = secret
        self._open = build_opener(ProxyHandler({})).open  # loopback is never behind a proxy

    def move_in(self, command: str, path: Path, source: str) -> MoveReport:
        """Errors: CannotMove with the server's sentence; Unavailable when it gave none, and may have done it."""
        body = json.dumps({"command": command, "path": str(path), "source": source}).encode()
        try:
            return from_json(self._ask(body, None))
        except HTTPError as error:
            raise CannotMove(_sentence(error)) from error
        except (OSError, ValueError, KeyError, TypeError, HTTPException) as error:
            if isinstance(getattr(error, "reason", None), ConnectionRefusedError):
                raise CannotMove(
                    f"The server that has the data folder does not answer at {self._address}. Nothing was changed; "
                    "it may be starting or stopping: try again."
                ) from error
            raise Unavailable(
                f"The server at {self._address} did not say what became of it ({error}). Look at its pages, then run "
                "the same command again: what is there already is not taken twice."
            ) from error

    def progress(self) -> tuple[int, int]:
        try:
            values = self._ask(None, ASKS_WITHIN_S)
            return int(values["done"]), int(values["total"])
        except (OSError, ValueError, KeyError, TypeError, HTTPException):
            return 0, 0

    def _ask(self, body: bytes | None, within_s: float | None) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", SECRET_HEADER: self._secret}
        with self._open(Request(self._address + ADDRESS, body, headers), timeout=within_s) as answer:
            values = json.load(answer)
        if not isinstance(values, dict):
            raise ValueError("no object")
        return values


def _sentence(error: HTTPError) -> str:
    try:
        return str(json.load(error)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return f"The server refused ({error.code})."
