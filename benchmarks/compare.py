"""bin/bench compare A B: what became worse from one run to another, by ratios alone.

Each ratio has its other half in the same run, on the same machine. Pure: two results in, changes out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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


def _pairs(table: Table, before: Result, after: Result) -> list[tuple[str, Row, Row]]:
    earlier = {table.name_of(row): row for row in before.tables.get(table.name, ())}
    later = {table.name_of(row): row for row in after.tables.get(table.name, ())}
    heads = [column.head for column in table.columns if column.is_name]
    return [(_words(heads, name), row, later[name]) for name, row in earlier.items() if name in later]


def _words(heads: Sequence[str], name: Sequence[str]) -> str:
    """«333 videos, home, 8 clients»: numbers with what they count, names alone."""
    pairs = zip(heads, name, strict=True)
    return ", ".join(f"{one} {head}" if one[:1].isdigit() else one for head, one in pairs)


def _change(
    table: Table, column: Column, row: str, earlier: Mapping[str, object], later: Mapping[str, object]
) -> Change | None:
    before, after = earlier.get(column.key), later.get(column.key)
    if column.better is None or not isinstance(before, int | float) or not isinstance(after, int | float):
        return None
    if before <= 0 or after <= 0:
        return None
    loss = after / before - 1 if column.better == "less" else before / after - 1
    return Change(table.name, row, column.head, before, after, loss)
