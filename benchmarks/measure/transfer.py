"""Bytes of a large file a second, and what a GB costs, beside nginx sending the same file in turns."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..home import Home
from ..library import make_large_file
from ..nginx import ABSENT, nginx
from ..plan import Plan
from ..readings import processor_s
from ..tables import Column, Row, Rows, Table, median_ratio

BYTES = Table(
    "bytes",
    (
        Column("clients", "clients", is_name=True),
        Column("gb_per_s", "GB/s", 2),
        Column("nginx_gb_per_s", "nginx, GB/s", 2),
        Column("of_nginx", "of nginx's", 2, better="more"),
        Column("processor_s_per_gb", "processor, s/GB", 2),
        Column("nginx_processor_s_per_gb", "nginx, s/GB", 2),
        Column("times_nginx", "times nginx's", 2, better="less"),
    ),
)


@dataclass(frozen=True, slots=True)
class Sent:
    gb_per_s: float
    processor_s_per_gb: float


def measure(place: Path, plan: Plan) -> Rows:
    film = make_large_file(place / "films" / "film.mp4", plan.film_bytes)
    home = Home("a large file", film.parent, place / "home", 0)
    assert home.videos == 1
    rows: list[Row] = []
    with home.serve() as server, nginx(film.parent) as neighbour:
        address = f"{server.base_url}/video/{server.a_key()}"
        for clients in plan.clients:
            own: list[Sent] = []
            others: list[Sent] = []
            for _ in range(plan.rounds):
                own.append(_send(address, clients, plan.load_s / 2, [server.pid]))
                if neighbour:
                    there = f"{neighbour.base_url}/{film.name}"
                    others.append(_send(there, clients, plan.load_s / 2, neighbour.pids))
            rows.append({"clients": clients, **_row(own, others)})
    return {BYTES.name: rows}


def _send(address: str, clients: int, seconds: float, pids: Sequence[int]) -> Sent:
    before = processor_s(pids)
    command = [sys.executable, "-m", "benchmarks.fetch", address, str(clients), str(seconds)]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    gigabytes = told["bytes"] / 1e9
    return Sent(gigabytes / told["seconds"], (processor_s(pids) - before) / gigabytes)


def _row(own: list[Sent], others: list[Sent]) -> Row:
    row: dict[str, str | float | None] = {
        "gb_per_s": statistics.median(one.gb_per_s for one in own),
        "processor_s_per_gb": statistics.median(one.processor_s_per_gb for one in own),
        "nginx_gb_per_s": ABSENT,
        "nginx_processor_s_per_gb": ABSENT,
    }
    if others:
        pairs = list(zip(own, others, strict=True))
        row |= {
            "nginx_gb_per_s": statistics.median(one.gb_per_s for one in others),
            "nginx_processor_s_per_gb": statistics.median(one.processor_s_per_gb for one in others),
            "of_nginx": median_ratio((one.gb_per_s, other.gb_per_s) for one, other in pairs),
            "times_nginx": median_ratio((one.processor_s_per_gb, other.processor_s_per_gb) for one, other in pairs),
        }
    return row
