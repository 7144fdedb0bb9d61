"""The addresses and how fast they were: rows, their order, and all of them as CSV. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ..library.figures import ANSWERS, Kind, Latency, State, Window
from ..library.targets import of_latency

# What is counted apart from what viewers wait for, in the order it is shown.
APART = (Kind.STREAM, Kind.PICTURE, Kind.LIVE, Kind.OWN, Kind.REFUSED)
MEASURED = (*ANSWERS, *APART)
_STATES = (None, State.GOOD, State.FAIR, State.POOR)
_HEAD = "method path kind requests errors error_percent mean_ms p50_ms p95_ms p99_ms state".split()
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Row:
    """`state` is None of what is not judged: how long a film was sent says nothing about the server."""

    method: str
    path: str
    kind: Kind
    latency: Latency
    state: State | None


# What the table can be sorted by -> its value, and whether the largest comes first when nothing else is asked.
SORTS: dict[str, tuple[Callable[[Row], float | str | None], bool]] = {
    "path": (lambda row: row.path, False),
    "method": (lambda row: row.method, False),
    "kind": (lambda row: row.kind.value, False),
    "asked": (lambda row: row.latency.count, True),
    "errors": (lambda row: row.latency.error_rate, True),
    "mean": (lambda row: row.latency.mean_ms, True),
    "p50": (lambda row: row.latency.p50_ms, True),
    "p95": (lambda row: row.latency.p95_ms, True),
    "p99": (lambda row: row.latency.p99_ms, True),
    "state": (lambda row: _STATES.index(row.state), True),
}
USUAL = "p95"


def rows(window: Window, kinds: Iterable[Kind]) -> list[Row]:
    """A row for each address that was asked."""
    found = []
    for kind in kinds:
        for name, latency in window.of(kind).items():
            method, _, path = name.partition(" ")
            found.append(Row(method, path, kind, latency, of_latency(latency) if kind in ANSWERS else None))
    return found


def in_order(some: Iterable[Row], sort: str, is_descending: bool) -> list[Row]:
    """By one of SORTS; what has no value comes last, and ties go by path and method."""
    value, _ = SORTS[sort]
    known: list[Row] = []
    unknown: list[Row] = []
    for row in sorted(some, key=lambda row: (row.path, row.method)):
        (unknown if value(row) is None else known).append(row)
    known.sort(key=value, reverse=is_descending)  # type: ignore[arg-type]  # all of one type, and none is None
    return known + unknown


def as_csv(some: Iterable[Row]) -> str:
    """
    Units   milliseconds; errors in percent too
    Source  RFC 4180; no cell begins as a formula does, for programs that would run one
    """
    text = io.StringIO()
    writer = csv.writer(text)  # lines end as RFC 4180 wants them
    writer.writerow(_HEAD)
    for row in some:
        its = row.latency
        figures = (its.mean_ms, its.p50_ms, its.p95_ms, its.p99_ms)
        cells = [row.method, row.path, row.kind.value, its.count, its.errors, f"{100 * its.error_rate:.2f}"]
        cells += ["" if one is None else f"{one:.3f}" for one in figures]
        cells.append(row.state.value if row.state else "")
        writer.writerow([_plain(str(cell)) for cell in cells])
    return text.getvalue()


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
