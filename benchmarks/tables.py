"""Tables of figures: which columns there are, and how they look on the screen, in PERFORMANCE.md and as JSON.

A row holds plain values under the keys of its table's columns. Columns that say which row it is come first. A
ratio says which way is better; compare.py judges by those alone, since machines differ and are busy.
"""

from __future__ import annotations

import json
import re
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from .machine import Facts

Value = str | int | float | tuple[float, float] | None  # a pair: from the least to the most
Row = Mapping[str, Value]
Rows = dict[str, list[Row]]  # by the name of their table


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    head: str
    digits: int = 0  # behind the point
    is_name: bool = False  # says which row it is
    better: Literal["less", "more"] | None = None  # of a ratio


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    columns: tuple[Column, ...]

    def name_of(self, row: Row) -> tuple[str, ...]:
        return tuple(_shown(row.get(column.key), column) for column in self.columns if column.is_name)

    def as_markdown(self, rows: Sequence[Row]) -> str:
        lines = [[column.head for column in self.columns], ["---"] * len(self.columns)]
        lines += [[_shown(row.get(column.key), column) for column in self.columns] for row in rows]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)


@dataclass(frozen=True, slots=True)
class Result:
    """One run: rows by the name of their table."""

    facts: Facts
    tables: Mapping[str, Sequence[Row]]

    def as_json(self) -> str:
        return json.dumps(asdict(self), indent=1) + "\n"


def median_ratio(pairs: Iterable[tuple[float, float]]) -> float | None:
    """The median of the ratios of each round; None when the other half was too small to be counted."""
    ratios = [own / other for own, other in pairs if other]
    return statistics.median(ratios) if ratios else None


def read(path: Path) -> Result:
    """A run as `as_json` wrote it. Errors: SystemExit when it is none."""
    try:
        found = json.loads(path.read_text("utf-8"))
        tables = {name: [dict(row) for row in rows] for name, rows in found["tables"].items()}
        return Result(Facts(**found["facts"]), tables)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise SystemExit(f"{path} holds no run of bin/bench in today's form ({error}).") from error


def in_document(text: str, table: Table, rows: Sequence[Row], facts: Facts) -> str:
    """The document with this table between its two marks; SystemExit when it has no such marks."""
    start, end = f"<!-- {table.name} -->", f"<!-- /{table.name} -->"
    content = f"{start}\n{table.as_markdown(rows)}\n\n{facts}\n{end}"
    changed, times = re.subn(f"{start}.*?{end}", lambda _: content, text, flags=re.S)
    if times != 1:
        raise SystemExit(f"The document has {times} places for the table «{table.name}».")
    return changed


def _shown(value: Any, column: Column) -> str:
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    if isinstance(value, tuple | list):
        return " to ".join(_shown(one, column) for one in value)
    return f"{value:,.{column.digits}f}"
