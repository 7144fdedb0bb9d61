"""Numbers as the paths of an SVG. Pure; how they look is chart.css, what they say is parts/chart.html.

A chart is drawn in units of its own and stretched to its place, so nothing here knows a width in pixels.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 240, 48
_GAP = 0.3  # of a column's width
_STEPS = (1, 1.5, 2, 3, 5, 8, 10)


@dataclass(frozen=True, slots=True)
class Line:
    """Values over time, oldest first; where nothing was measured the line is broken.

    dots     those that stand alone: strokes of no length, which round ends make seen
    top      the value at the upper edge
    target   the height of the target's line, if it lies within
    ago      how many values lie behind the last one that was measured
    """

    line: str
    dots: str
    area: str
    top: float
    lowest: float
    highest: float
    last: float
    ago: int
    target: float | None = None


@dataclass(frozen=True, slots=True)
class Column:
    x: float
    y: float
    width: float
    height: float


def line(
    values: Sequence[float | None], target: float | None = None, most: float | None = None, least: float = 0.0
) -> Line | None:
    """None when nothing was measured. `most` fixes the upper edge, such as 100 of percentages; it is never below
    `least`, such as 1 of what is counted."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    lowest, highest = min(known), max(known)
    # A target far above all values would press the line flat: then only words tell of it.
    reach = max(highest, target) if target is not None and highest >= target / 4 else highest
    top = most or max(least, nice(reach * 1.1))
    step = WIDTH / max(1, len(values) - 1)
    runs = [[(at * step, _height(value, top)) for at, value in run] for run in _runs(values)]
    together = [run for run in runs if len(run) > 1]
    shown = target is not None and target <= top
    return Line(
        line="".join(map(_stroke, together)),
        dots="".join(f"M{_point(run[0])}h0.01" for run in runs if len(run) == 1),
        area="".join(map(_ground, together)),
        top=top,
        lowest=lowest,
        highest=highest,
        last=known[-1],
        ago=next(ago for ago, value in enumerate(reversed(values)) if value is not None),
        target=_height(target, top) if shown and target is not None else None,
    )


def columns(counts: Sequence[int]) -> tuple[Column, ...]:
    """One column a count, the highest as high as the chart. A count of none has no height, one of few a little."""
    most = max(counts, default=0)
    wide = WIDTH / max(1, len(counts))
    made = []
    for at, number in enumerate(counts):
        height = max(1.0, HEIGHT * number / most) if number else 0.0
        x, y = round(at * wide + wide * _GAP / 2, 1), round(HEIGHT - height, 1)
        made.append(Column(x, y, round(wide * (1 - _GAP), 1), round(height, 1)))
    return tuple(made)


def nice(value: float) -> float:
    """The next number at or above it that people like at the end of a scale."""
    if value <= 0:
        return 1.0
    size = 10.0 ** math.floor(math.log10(value))
    return next((step * size for step in _STEPS if step * size >= value * (1 - 1e-9)), 10 * size)


def _runs(values: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    runs: list[list[tuple[int, float]]] = [[]]
    for at, value in enumerate(values):
        if value is not None:
            runs[-1].append((at, value))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _height(value: float, top: float) -> float:
    return round(HEIGHT * (1 - min(max(value / top, 0.0), 1.0)), 1)


def _stroke(run: Sequence[tuple[float, float]]) -> str:
    return f"M{_point(run[0])}L{' '.join(map(_point, run[1:]))}"


def _ground(run: Sequence[tuple[float, float]]) -> str:
    return f"M{run[0][0]:.1f} {HEIGHT}L{' '.join(map(_point, run))} {run[-1][0]:.1f} {HEIGHT}Z"


def _point(point: tuple[float, float]) -> str:
    return f"{point[0]:.1f} {point[1]:.1f}"
