"""What measuring costs a request, and whether the figures of the server are those that a load tool sees."""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

from local_video_server import bridge
from local_video_server.application import create_app
from local_video_server.settings import combine
from tests.slow_server import SLOW_S

from ..home import Home, Server
from ..library import make_library
from ..load import PACKED, load
from ..machine import CHECKOUT
from ..plan import Plan
from ..tables import Column, Row, Rows, Table

HOOK = Table(
    "hook",
    (
        Column("what", "what", is_name=True),
        Column("us", "µs a request", 1),
        Column("of_bare", "of a bare view's p50", 3, better="less"),
    ),
)
AGREEMENT = Table(
    "agreement",
    (
        Column("page", "page", is_name=True),
        Column("rate", "requests/s"),
        Column("client_p50_ms", "load tool, p50 ms", 2),
        Column("server_p50_ms", "dashboard, p50 ms", 2),
        Column("client_p95_ms", "load tool, p95 ms", 2),
        Column("server_p95_ms", "dashboard, p95 ms", 2),
        Column("apart_ms", "p95 apart, ms", 2),
        Column("apart_percent", "of the load tool's, %", 1),
    ),
)
RATES = {"home": 100.0, "watch": 60.0, "50 ms": 40.0}  # together 200 requests/s
RULES = {"home": "/", "watch": "/watch/<video>", "50 ms": "/slow"}
BARE_S = 0.5
PAUSE_S = 0.05  # of each of wrk's connections, in the mean: benchmarks/steady.lua
UNDER_WAY = 10  # answers that wrk no longer waits for
WINDOW_S = 300


def measure(place: Path, plan: Plan) -> Rows:
    home = Home("monitoring", make_library(place / "library", 20), place / "home", 0)
    with home.serve(program=("-m", "tests.slow_server")) as server:
        bare_ms = _bare_ms(server, plan)
        agreement = _agreement(server, plan.steady_s)
    us = _hook_us(place, plan.hook_requests)
    hook: Row = {"what": "the whole hook", "us": us, "of_bare": us / 1000 / bare_ms}
    return {HOOK.name: [hook], AGREEMENT.name: agreement}


def _hook_us(place: Path, requests: int) -> float:
    """Everything that measuring adds to a request, with as many addresses as a home uses; the median of ten parts."""
    data = str(place / "hook")
    application = create_app(combine({"folders": [str(place / "library")], "data": data, "thumbnails": data}, {}, {}))
    rules = [f"/{number}/<video>" for number in range(30)]
    parts = []
    for _ in range(10):
        began = time.perf_counter()
        for number in range(requests // 10):
            request_id = bridge.told_apart("")
            at = time.perf_counter()
            took_s = time.perf_counter() - at
            bridge.stamped([("content-type", "text/html")], request_id, took_s)
            application.observatory.measure(
                "page", "GET", rules[number % 30], 200, 0.002, request_id, "192.168.1.7", ""
            )
        parts.append((time.perf_counter() - began) / (requests // 10) * 1e6)
    application.stop()
    return statistics.median(parts)


def _bare_ms(server: Server, plan: Plan) -> float:
    return load(f"{server.base_url}/ping", 1, max(BARE_S, plan.load_s)).p50_ms


def _agreement(server: Server, seconds: float) -> list[Row]:
    addresses = {"home": "/", "watch": f"/watch/{server.a_key()}", "50 ms": "/slow"}
    for address in addresses.values():
        server.get(address)
    before = _counts(server)
    ask = _by_wrk if shutil.which("wrk") else steady
    seen = ask(server.base_url, {addresses[page]: rate for page, rate in RATES.items()}, seconds)
    time.sleep(2.1)  # the dashboard's answer is at most two seconds old
    told = _routes(server)
    rows: list[Row] = []
    for page, address in addresses.items():
        client, own = seen[server.base_url + address], told[RULES[page]]
        asked = own["request_count"] - before.get(RULES[page], 0)
        if not 0 <= asked - client["requests"] <= UNDER_WAY:
            raise SystemExit(f"{page}: {client['requests']} requests were sent and {asked} counted")
        apart = own["p95_latency_ms"] - client["p95_ms"]
        rows.append(
            {
                "page": page,
                "rate": client["requests"] / client["seconds"],
                "client_p50_ms": client["p50_ms"],
                "server_p50_ms": own["p50_latency_ms"],
                "client_p95_ms": client["p95_ms"],
                "server_p95_ms": own["p95_latency_ms"],
                "apart_ms": abs(apart),
                "apart_percent": abs(apart) / client["p95_ms"] * 100,
            }
        )
    return rows


def steady(base_url: str, rates: dict[str, float], seconds: float) -> dict[str, dict[str, float]]:
    """What benchmarks/steady.py saw, by whole address."""
    command = [sys.executable, "-m", "benchmarks.steady", str(seconds)]
    for address, rate in rates.items():
        command += [str(rate), base_url + address]
    told = subprocess.run(command, capture_output=True, text=True, check=True, cwd=CHECKOUT).stdout
    seen: dict[str, dict[str, float]] = json.loads(told)
    return seen


def _by_wrk(base_url: str, rates: dict[str, float], seconds: float) -> dict[str, dict[str, float]]:
    """The same by wrk, which waits less for itself; the rates are met nearly."""
    running = {}
    for address, rate in rates.items():
        connections = max(1, round(rate * (PAUSE_S + (SLOW_S if address == "/slow" else 0))))
        command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}", "-s", "benchmarks/steady.lua"]
        command += ["-H", f"Accept-Encoding: {PACKED}", base_url + address]
        running[base_url + address] = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT)
    return {address: json.loads(one.communicate()[0].splitlines()[-1]) for address, one in running.items()}


def _routes(server: Server) -> dict[str, dict[str, float]]:
    told = json.loads(server.get(f"/api/admin/performance/routes?window_seconds={WINDOW_S}&limit=500"))
    return {route["path"]: route for route in told["routes"] if route["method"] == "GET"}


def _counts(server: Server) -> dict[str, float]:
    """How often each was asked so far."""
    time.sleep(2.1)
    return {rule: route["request_count"] for rule, route in _routes(server).items()}
