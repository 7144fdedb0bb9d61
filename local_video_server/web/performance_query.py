"""What is asked of the numbers: window, order, limit. What there is not is refused, with what there is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..library.errors import InvalidValue
from ..library.figures import WINDOWS_S

# To what route_table.py calls them. The names of the original's earlier versions still sort.
SORTS = {
    "p95_latency_ms": "p95",
    "error_rate": "errors",
    "request_count": "asked",
    "path": "path",
    "p95_ms": "p95",
    "p99_ms": "p99",
    "avg_ms": "mean",
}
ORDERS = ("asc", "desc")
LIMIT, MOST = 100, 500
_YES_NO = {"1": True, "true": True, "0": False, "false": False}


@dataclass(frozen=True, slots=True)
class PerformanceQuery:
    window_s: int = WINDOWS_S[0]
    has_routes: bool = True
    has_workers: bool = True
    sort: str = "p95"
    is_descending: bool = True
    limit: int = LIMIT


def parse(asked: Mapping[str, str]) -> PerformanceQuery:
    """Errors: InvalidValue with the values that there are."""
    sort = SORTS[_one_of(asked, "sort_by", tuple(SORTS), "p95_latency_ms")]
    order = _one_of(asked, "order", ORDERS, "asc" if sort == "path" else "desc")
    return PerformanceQuery(
        window_s=int(_one_of(asked, "window_seconds", [str(one) for one in WINDOWS_S], str(WINDOWS_S[0]))),
        has_routes=_YES_NO[_one_of(asked, "include_routes", tuple(_YES_NO), "1")],
        has_workers=_YES_NO[_one_of(asked, "include_workers", tuple(_YES_NO), "1")],
        sort=sort,
        is_descending=order == "desc",
        limit=_limit(asked.get("limit", str(LIMIT))),
    )


def _one_of(asked: Mapping[str, str], name: str, known: Sequence[str], usual: str) -> str:
    value = asked.get(name, usual)
    if value not in known:
        raise InvalidValue(f"{name} is one of {', '.join(known)}.", parameter=name, allowed=list(known))
    return value


def _limit(value: str) -> int:
    if not re.fullmatch(r"[0-9]{1,3}", value) or not 1 <= int(value) <= MOST:
        raise InvalidValue(f"limit is a whole number from 1 to {MOST}.", parameter="limit", allowed=[1, MOST])
    return int(value)
