"""What became of an old library, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from .library.moving import FAVORITES, RATINGS, TAGS, VIEWS, Counts, MoveReport, Row
from .library.text import shown

SHOWN_ROWS = 20
_ALWAYS = (RATINGS, VIEWS, TAGS, FAVORITES)
_COLUMNS = tuple(field.name for field in fields(Counts))


def lines(report: MoveReport) -> list[str]:
    """A table of the counts, then every row that was not taken, up to SHOWN_ROWS of a kind."""
    written = [*_table(report)]
    written += _rows("Refused", report.refused)
    written += _rows("In conflict; what was here stays", report.conflicts)
    if report.waiting:
        written += ["", "Waiting for a file, and given to it by itself when it comes:"]
        written += _first([f"  {name}" for name in report.waiting])
    if report.left_behind:
        left = ", ".join(f"{count:,} {what}" for what, count in report.left_behind.items())
        written += ["", f"Left behind, since there is no place for it here: {left}."]
    written += ["", *report.notes] if report.notes else []
    if report.backup:
        written += ["", f"The library as it was before: {report.backup}"]
    return [shown(line) for line in written]


def _table(report: MoveReport) -> Sequence[str]:
    heads = [name.replace("_", " ") for name in _COLUMNS]
    told = {what: report.of(what) for what in _ALWAYS} | report.counts
    body = [
        [what, *(f"{getattr(counts, name):,}" for name in _COLUMNS)]
        for what, counts in told.items()
        if what in _ALWAYS or counts != Counts()
    ]
    widths = [max(map(len, column)) for column in zip(["", *heads], *body, strict=True)]
    return [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in (["", *heads], *body)
    ]


def _rows(title: str, rows: Sequence[Row]) -> list[str]:
    if not rows:
        return []
    return ["", f"{title}:", *_first([f"  {row.file or row.what}, {row.row}: {row.reason}" for row in rows])]


def _first(rows: Sequence[str]) -> list[str]:
    more = f"  And {len(rows) - SHOWN_ROWS:,} more; --report FILE names them all."
    return [*rows[:SHOWN_ROWS], *([more] if len(rows) > SHOWN_ROWS else [])]
