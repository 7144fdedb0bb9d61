"""Which version of what runs here: of this server, of Python, and of the packages that it stands on."""

from __future__ import annotations

import platform
import re
from importlib import metadata
from pathlib import Path

from . import VERSION

PACKAGES = (
    "Flask",
    "Flask-Caching",
    "SQLAlchemy",
    "Alembic",
    "Granian",
    "watchdog",
    "Pillow",
    "av",
    "ffmpeg-python",
    "psutil",
    "hdrhistogram",
    "prometheus-client",
)
_COMMIT = re.compile(r"[0-9a-f]{40,64}")


def versions(checkout: Path, sqlite: str) -> list[tuple[str, str]]:
    """Names and versions; what is not installed is left out. Reads files: not while a page waits."""
    commit = commit_of(checkout)
    found = [
        ("Local Video Server", f"{VERSION} (commit {commit[:10]})" if commit else VERSION),
        ("Python", platform.python_version()),
        ("SQLite", sqlite),
        ("System", platform.platform()),
    ]
    for name in PACKAGES:
        try:
            found.append((name, metadata.version(name)))
        except metadata.PackageNotFoundError:
            continue
    return found


def commit_of(checkout: Path) -> str:
    """What is checked out there, read from git's own files; empty where there is no checkout."""
    git = checkout / ".git"
    try:
        head = (git / "HEAD").read_text("utf-8").strip()
        name = head.removeprefix("ref: ")
        if name != head:
            head = _of_branch(git, name)
    except (OSError, UnicodeDecodeError):
        return ""
    return head if _COMMIT.fullmatch(head) else ""


def _of_branch(git: Path, name: str) -> str:
    try:
        return (git / name).read_text("utf-8").strip()
    except FileNotFoundError:  # git packs what did not change for long
        lines = (git / "packed-refs").read_text("utf-8").splitlines()
        return next((line.split(" ")[0] for line in lines if line.endswith(f" {name}")), "")
