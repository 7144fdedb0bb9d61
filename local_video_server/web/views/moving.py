"""What `database_migration.py` hands over while this server holds the data folder. For that command alone: it shows
the secret of the lock file, which only the owner of the data can read."""

from __future__ import annotations

import hmac
from pathlib import Path

from flask import request
from werkzeug.wrappers import Response

from ...library.errors import InvalidValue, NotAllowed
from ...library.moving import ORIGINAL, to_json
from ..answers import data, json_body
from ..house import house

COMMANDS = ("import-json", "import-sqlite")


def move_in() -> Response:
    _require_secret()
    values = json_body()
    command, path, source = values.get("command"), values.get("path"), values.get("source", ORIGINAL)
    if command not in COMMANDS or not isinstance(path, str) or not isinstance(source, str):
        raise InvalidValue("Which command, on which path?")
    return data(to_json(house().moving.run(str(command), Path(path), source)))


def progress() -> Response:
    _require_secret()
    done, total = house().moving.progress
    return data({"done": done, "total": total})


def _require_secret() -> None:
    if not hmac.compare_digest(request.headers.get("X-LVS-Secret", "").encode(), house().secret.encode()):
        raise NotAllowed("This address is for database_migration.py on the machine itself.")
