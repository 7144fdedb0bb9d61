"""Which reader stands behind which command."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ...library.moving import MoveReport, OldLibrary
from ...library.moving_in import Reader
from .json_files import read_json
from .library_file import NAME, completed, read_library
from .sqlite_file import read_sqlite


def readers(folders: Callable[[], Sequence[str]]) -> Mapping[str, Reader]:
    """`folders` are those of the videos, beside which the original server kept tags in files of their own."""

    def read_folder(folder: Path, source: str, report: MoveReport) -> OldLibrary:
        beside = [(root, root) for root in folders()]
        if not (folder / NAME).is_file():
            return read_json(folder, source, report, beside)
        ours = read_library(folder / NAME, report)
        apart = MoveReport()  # mostly the same marks again, which are not to be counted twice
        four = read_json(folder, source, apart, beside)
        for row in apart.refused:
            report.refuse(row.what, row.file, row.row, row.reason)
        report.left_behind |= apart.left_behind
        report.notes += apart.notes
        return completed(ours, four, report)

    return {"import-json": read_folder, "import-sqlite": read_sqlite}
