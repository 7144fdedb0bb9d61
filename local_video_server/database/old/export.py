"""The library as files: the original's four, so that its server can read them, and library.json with the rest.

Each is written beside, flushed and renamed; one that is there and says something else is kept under a name with the
time in it. None is renamed before all are written and all former ones kept.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ...library.errors import CannotMove
from ...library.moving import Carried, OldLibrary
from ...library.text import shown
from . import library_file

RATINGS_FILE, VIEWS_FILE = "ratings.json", "views.json"
TAGS_FILE, FAVORITES_FILE = "tags.json", "favorites.json"


@dataclass
class ExportReport:
    """What was written: how many of each, and sentences about what only library.json holds."""

    counts: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


def export(library: OldLibrary, folder: Path, now: float) -> ExportReport:
    """Writes all five files. Errors: CannotMove when one cannot be written; the former ones are there then."""
    report = ExportReport()
    moment = datetime.fromtimestamp(now, UTC)
    contents = four_files(library, report) | {
        library_file.NAME: library_file.to_json(library, moment.isoformat(timespec="seconds"))
    }
    report.counts |= {"videos": len(library.videos), "playlists": len(library.playlists)}
    report.counts["plays"] = sum(len(carried.plays) for carried in library.videos)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in contents:
            if (folder / name).is_dir():
                raise IsADirectoryError(0, f"{name} is a folder there")
        written = [(_write(folder / name, values), folder / name) for name, values in contents.items()]
        for part, path in written:
            _keep_former(part, path, moment.strftime("%Y%m%dT%H%M%SZ"), report)
        for part, path in written:
            os.replace(part, path)
            report.files.append(str(path))
        with suppress(OSError):  # not every file system can flush a folder
            _flush_folder(folder)
    except OSError as error:
        for name in contents if folder.is_dir() else ():
            with suppress(OSError):
                (folder / f".{name}.part").unlink(missing_ok=True)
        done = f"Only {', '.join(map(os.path.basename, report.files))} was" if report.files else "Nothing was"
        raise CannotMove(f"{done} exported to {folder}: {error.strerror}.") from error
    return report


def four_files(library: OldLibrary, report: ExportReport) -> dict[str, Any]:
    """The original's files as values. Names are relative to the root; of two with one name the first goes out."""
    first: dict[str, Carried] = {}
    for carried in library.videos:
        if first.setdefault(carried.name, carried) is not carried and _has_marks(carried):
            report.notes.append(
                f"{shown(carried.name)} is there twice: the marks of the one in {shown(carried.root) or 'no folder'} "
                f"are in {library_file.NAME} alone."
            )
    liked = sorted(
        (one for one in first.values() if one.favorite is not None), key=lambda one: (one.favorite or 0.0, one.name)
    )
    ratings = {name: one.rating[0] for name, one in first.items() if one.rating}
    views = {name: _views(one) for name, one in first.items() if one.views or one.plays}
    tags = {name: [typed for typed, _ in one.tags] for name, one in first.items() if one.tags}
    report.counts |= {"ratings": len(ratings), "views": len(views), "tags": sum(map(len, tags.values()))}
    report.counts["favorites"] = len(liked)
    return {
        RATINGS_FILE: ratings,
        VIEWS_FILE: views,
        TAGS_FILE: tags,
        FAVORITES_FILE: {"favorites": [one.name for one in liked]},
    }


def _views(carried: Carried) -> int:
    return len(carried.plays) + sum(count for _, count, _ in carried.views)


def _has_marks(carried: Carried) -> bool:
    return bool(carried.rating or carried.favorite is not None or carried.tags or carried.views or carried.plays)


def _write(path: Path, values: Any) -> Path:
    part = path.with_name(f".{path.name}.part")
    with open(part, "w", encoding="ascii") as file:  # lone surrogates are written as escapes
        json.dump(values, file, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    return part


def _keep_former(part: Path, path: Path, stamp: str, report: ExportReport) -> None:
    """Files that somebody wrote are not overwritten: those of the original server, or of an earlier export."""
    if not path.exists() or _said(path) == _said(part):
        return
    kept = path.with_name(f"{path.stem}-before-{stamp}{path.suffix}")
    shutil.copy2(path, kept)
    report.notes.append(f"The former {path.name} is kept as {kept.name}.")


def _said(path: Path) -> list[bytes]:
    """What a file says, whenever it was written."""
    return [line for line in path.read_bytes().splitlines() if not line.startswith(b'  "exported_at"')]


def _flush_folder(folder: Path) -> None:
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
