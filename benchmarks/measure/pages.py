"""Home and watch beside a view that does nothing, on the same server and in turns, so that noise meets all of them.

Two tables: how long an answer takes, and what one costs.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass

from ..home import Home, Server
from ..load import PACKED, Load, load
from ..plan import Plan
from ..readings import processor_s, read_bytes, read_bytes_per_s
from ..tables import Column, Row, Rows, Table, median_ratio

_NAMES = (
    Column("videos", "videos", is_name=True),
    Column("page", "page", is_name=True),
    Column("clients", "clients", is_name=True),
)
PAGES = Table(
    "pages",
    (
        *_NAMES,
        Column("per_s", "requests/s"),
        Column("p50_ms", "p50 ms", 2),
        Column("p95_ms", "p95 ms", 2),
        Column("p95_spread_ms", "p95 of the rounds", 2),
        Column("p99_ms", "p99 ms", 2),
        Column("of_rate", "requests/s, of the bare view's", 2, better="more"),
        Column("times_p50", "p50, times the bare view's", 2, better="less"),
        Column("times_p95", "p95, times", 2, better="less"),
        Column("times_p99", "p99, times", 2),  # of a busy machine, p99 tells more than of us: not judged
    ),
)
COST = Table(
    "cost",
    (
        *_NAMES,
        Column("sent_bytes", "bytes sent (gzip)"),
        Column("times_sent", "times the bare view's", 1, better="less"),
        Column("processor_ms", "processor, ms", 3),
        Column("times_processor", "times the bare view's", 2, better="less"),
        Column("read_bytes", "read from files (`rchar`), bytes"),
    ),
)
BARE = "bare view"
_WARM = 100  # requests


@dataclass(frozen=True, slots=True)
class Round:
    """One page in one round."""

    load: Load
    processor_ms: float  # of the server, for one request
    read_bytes: float  # the same


def measure(home: Home, plan: Plan) -> Rows:
    videos = home.videos
    pages: list[Row] = []
    cost: list[Row] = []
    with home.serve() as server:
        addresses = {BARE: "/ping", "home": "/", "watch": f"/watch/{server.a_key()}"}
        sent = {page: len(server.get(address, **{"Accept-Encoding": PACKED})) for page, address in addresses.items()}
        for address in addresses.values():
            for _ in range(_WARM):
                server.get(address)
        by_itself = read_bytes_per_s(server.pid, plan.quiet_s)
        for clients in plan.clients:
            rounds: dict[str, list[Round]] = {page: [] for page in addresses}
            for number in range(plan.rounds):
                # There and back again: what grows or wanes during a round meets the first and the last alike.
                for page in list(addresses)[:: -1 if number % 2 else 1]:
                    rounds[page].append(_round(server, addresses[page], clients, plan.load_s, by_itself))
            for page in addresses:
                name: Row = {"videos": videos, "page": page, "clients": clients}
                pages.append({**name, **_times(rounds[page], rounds[BARE])})
                cost.append({**name, **_cost(rounds[page], rounds[BARE], sent[page], sent[BARE])})
    return {PAGES.name: pages, COST.name: cost}


def _round(server: Server, address: str, clients: int, seconds: float, read_by_itself: float) -> Round:
    processor, read = processor_s([server.pid]), read_bytes(server.pid)
    seen = load(server.base_url + address, clients, seconds)
    processor, read = processor_s([server.pid]) - processor, read_bytes(server.pid) - read
    return Round(
        seen,
        processor * 1000 / seen.requests,
        max(0.0, read - read_by_itself * seen.seconds) / seen.requests,
    )


def _times(rounds: list[Round], bare: list[Round]) -> Row:
    def ratio(of: Callable[[Load], float]) -> float | None:
        return median_ratio((of(one.load), of(other.load)) for one, other in zip(rounds, bare, strict=True))

    def middle(of: Callable[[Load], float]) -> float:
        return statistics.median(of(one.load) for one in rounds)

    p95s = [one.load.p95_ms for one in rounds]
    return {
        "per_s": middle(lambda seen: seen.per_s),
        "p50_ms": middle(lambda seen: seen.p50_ms),
        "p95_ms": statistics.median(p95s),
        "p95_spread_ms": (min(p95s), max(p95s)),
        "p99_ms": middle(lambda seen: seen.p99_ms),
        "of_rate": ratio(lambda seen: seen.per_s),
        "times_p50": ratio(lambda seen: seen.p50_ms),
        "times_p95": ratio(lambda seen: seen.p95_ms),
        "times_p99": ratio(lambda seen: seen.p99_ms),
    }


def _cost(rounds: list[Round], bare: list[Round], sent: int, bare_sent: int) -> Row:
    spent = [(one.processor_ms, other.processor_ms) for one, other in zip(rounds, bare, strict=True)]
    return {
        "sent_bytes": sent,
        "times_sent": sent / bare_sent,
        "processor_ms": statistics.median(own for own, _ in spent),
        "times_processor": median_ratio(spent),
        "read_bytes": statistics.median(one.read_bytes for one in rounds),
    }
