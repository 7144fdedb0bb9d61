"""bin/bench compare A B: what became worse from one run to another, by ratios alone, and what was lost sight of.

Each ratio has its other half in the same run, on the same machine. Pure: two results in, changes and gaps out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeGuard

from .tables import Column, Result, Row, Table

LOSS = 0.20  # what the owners accept; the rounds of one run differ by up to half of that


@dataclass(frozen=True, slots=True)
class Change:
    table: str
    row: str
    what: str
    before: float
    after: float
    loss: float  # 0.25: a quarter worse; negative: better

    def __str__(self) -> str:
        way = "worse" if self.loss > 0 else "better"
        figures = f"{self.before:.3g} -> {self.after:.3g}, {abs(self.loss):.0%} {way}"
        return f"{self.table}, {self.row}: {self.what}: {figures}"


@dataclass(frozen=True, slots=True)
class Missing:
    """What the earlier run has and the later one has not: a table, one row of it, or one ratio of that."""

    table: str
    row: str = ""
    what: str = ""

    def __str__(self) -> str:
        return f"{self.table}, {self.row or 'all rows'}" + (f": {self.what}" if self.what else "")


def changes(tables: Sequence[Table], before: Result, after: Result) -> list[Change]:
    """Of every ratio that both runs have, the worst first."""
    found = [
        change
        for table in tables
        for row, earlier, later in _pairs(table, before, after)
        for column in table.columns
        if (change := _change(table, column, row, earlier, later))
    ]
    return sorted(found, key=lambda change: -change.loss)


def losses(found: Sequence[Change]) -> list[Change]:
    return [change for change in found if change.loss > LOSS]


def missing(tables: Sequence[Table], before: Result, after: Result) -> list[Missing]:
    """In the order of the tables."""
    gaps: list[Missing] = []
    for table in tables:
        if before.tables.get(table.name) and not after.tables.get(table.name):
            gaps.append(Missing(table.name))
            continue
        later = {table.name_of(row) for row in after.tables.get(table.name, ())}
        names = [table.name_of(row) for row in before.tables.get(table.name, ())]
        gaps += [Missing(table.name, _words(table, name)) for name in names if name not in later]
        gaps += [
            Missing(table.name, row, column.head)
            for row, was, now in _pairs(table, before, after)
            for column in table.columns
            if column.better and _counted(was.get(column.key)) and not _counted(now.get(column.key))
        ]
    return gaps


def _pairs(table: Table, before: Result, after: Result) -> list[tuple[str, Row, Row]]:
    earlier = {table.name_of(row): row for row in before.tables.get(table.name, ())}
    later = {table.name_of(row): row for row in after.tables.get(table.name, ())}
    return [(_words(table, name), row, later[name]) for name, row in earlier.items() if name in later]


def _words(table: Table, name: Sequence[str]) -> str:
    """«333 videos, home, 8 clients»: numbers with what they count, names alone."""
    heads = [column.head for column in table.columns if column.is_name]
    pairs = zip(heads, name, strict=True)
    return ", ".join(f"{one} {head}" if one[:1].isdigit() else one for head, one in pairs)


def _change(
    table: Table, column: Column, row: str, earlier: Mapping[str, object], later: Mapping[str, object]
) -> Change | None:
    before, after = earlier.get(column.key), later.get(column.key)
    if column.better is None or not _counted(before) or not _counted(after):
        return None
    loss = after / before - 1 if column.better == "less" else before / after - 1
    return Change(table.name, row, column.head, before, after, loss)


def _counted(value: object) -> TypeGuard[float]:
    """Whether it is a figure: nothing, or a zero of a round too short, tells neither better nor worse."""
    return isinstance(value, int | float) and value > 0
