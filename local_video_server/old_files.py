"""What of the original server lies here. It is named, with the command that moves it in; nothing of it is obeyed.

Only this program's own places are looked at, each with a few names: no folder of videos, no walk, no wait. What
looks like it but is somebody else's costs a line on the terminal.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import stat
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

# Every key of config.json; in .env and the environment it is LVS_ and the name in capitals.
KEYS = tuple(
    """
    host port debug video_directory thumbnail_directory max_thumbnail_size supported_formats metadata_db cache_db
    cache_timeout max_cache_size enable_thumbnails thumbnail_quality enable_analytics log_level max_log_size
    enable_perf_log enable_cors allowed_origins feature_vr_simplify feature_previews
    """.split()
)
# What was a variable only.
VARIABLES = tuple(
    """
    LVS_DB_PATH LVS_DATABASE_URL LVS_SKIP_INIT_REFRESH LVS_VERSION LVS_SMOKE_BASE_URL LVS_VIDEOS_DIR LVS_CACHE_DIR
    LVS_CACHE_CAP_BYTES LVS_BACKUP_DIR LVS_BACKUP_FRESH_HOURS LVS_ALLOWLIST_FILE LVS_SSL_CERT LVS_SSL_KEY
    LVS_QUIET_START LVS_QUIET_END
    """.split()
)
JSON_FILES = ("ratings.json", "views.json", "tags.json", "favorites.json", "video_analytics.json")
DATABASES = ("video_metadata.db", "data/video_metadata.db", "video_cache.db")

_ANYBODYS = {"host", "port", "debug", "log_level", "enable_cors", "allowed_origins"}  # other programs have these too
_OF_THE_ORIGINAL = {"LVS_" + key.upper() for key in KEYS} | set(VARIABLES)
_SETTINGS_BYTES = 64_000  # a larger file with settings was never its
_ENV_LINE = re.compile(r"^\s*(?:export\s+)?(LVS_[A-Z_]+)\s*=", re.M)


def old_files(folders: Iterable[Path], strange_variables: Collection[str], data: Path | None = None) -> list[str]:
    """A sentence for each find: files of marks, databases, settings. `strange_variables` are no settings of ours;
    `data` is our data folder, where the commands would look for another."""
    told: list[str] = []
    for folder in folders:
        with suppress(OSError):  # the working folder may be gone
            told += _in_folder(Path(os.path.realpath(folder)), f" --data {shlex.quote(str(data))}" if data else "")
    told = list(dict.fromkeys(told))  # one folder may be another, or lie in it
    unused = sorted(_OF_THE_ORIGINAL & set(strange_variables))
    if unused:
        told.append(f"Variables of the original server are not obeyed: {', '.join(unused)}. See docs/moving.md.")
    return told


def _in_folder(folder: Path, into: str) -> Sequence[str]:
    told = []
    marks = [name for name in JSON_FILES if _is_file(folder / name)]
    if _is(folder / "backup_json", stat.S_ISDIR):
        told.append(f"Backups of the original server's files lie in {folder / 'backup_json'}, unread.")
    if marks:
        told.append(
            f"Files of the original server lie in {folder}, unread: {', '.join(marks)}. "
            f"To move them in: python3 database_migration.py import-json {shlex.quote(str(folder))}{into}"
        )
    for path in (folder / name for name in DATABASES):
        if _is_file(path):
            told.append(
                f"A database of the original server is unread: {path}. "
                f"To move it in: python3 database_migration.py import-sqlite {shlex.quote(str(path))}{into}"
            )
    settings = [name for name, is_its in (("config.json", _has_its_keys), (".env", _has_its_lines)) if is_its(folder)]
    if settings:
        told.append(
            f"Settings of the original server lie in {folder} and are not obeyed: {', '.join(settings)}. "
            "docs/moving.md has ours beside each of them."
        )
    return told


def _has_its_keys(folder: Path) -> bool:
    try:
        values = json.loads(_start_of(folder / "config.json"))
    except (ValueError, RecursionError):
        return False
    return isinstance(values, dict) and bool(values.keys() & set(KEYS) - _ANYBODYS)


def _has_its_lines(folder: Path) -> bool:
    return bool(_OF_THE_ORIGINAL & set(_ENV_LINE.findall(_start_of(folder / ".env"))))


def _start_of(path: Path) -> str:
    """The text of a small file; nothing of what is no file, cannot be read, or is too large to be settings."""
    if not _is_file(path):
        return ""
    try:
        with path.open("rb") as file:
            text = file.read(_SETTINGS_BYTES + 1)
    except OSError:
        return ""
    return text.decode("utf-8-sig", "replace") if len(text) <= _SETTINGS_BYTES else ""


def _is_file(path: Path) -> bool:
    return _is(path, stat.S_ISREG)


def _is(path: Path, kind: Callable[[int], bool]) -> bool:
    try:
        return kind(path.lstat().st_mode)
    except (OSError, ValueError):
        return False
