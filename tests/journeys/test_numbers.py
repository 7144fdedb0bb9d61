"""The numbers: what the dashboard tells is what a load tool sees, and it is there after a restart."""

from __future__ import annotations

import contextlib
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.measure.monitoring import steady
from tests.server import SLACK, Server, serve, wait_for

RATES = {"/": 100.0, "/api/tags": 60.0, "/slow": 40.0}  # requests/s; 200 together
FOR_S = 3.0
KEPT = ("request_count", "p50_latency_ms", "p95_latency_ms")
SHOWN_S = 2.0  # a window is made anew so often


def routes(server: Server) -> dict[str, dict[str, float]]:
    with urllib.request.urlopen(f"{server.base_url}/api/admin/performance/routes?window_seconds=300") as answer:
        return {one["path"]: one for one in json.load(answer)["routes"] if one["method"] == "GET"}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("numbers") / "data"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("no-films")


@pytest.fixture(scope="module")
def slow_server(data: Path, folder: Path) -> Iterator[Server]:
    with serve(folder, data=data, program=("-m", "tests.slow_server")) as server:
        yield server


def test_under_load_the_figures_are_those_of_a_load_tool(slow_server: Server) -> None:
    """Promised within 10 % or 1 ms at 200 requests/s. bin/bench measures how near; here five times that, and where an
    answer takes no time by its middle: other work shares the machine, and keeps the load tool waiting too."""
    seen = steady(slow_server.base_url, RATES, FOR_S)

    def all_counted() -> dict[str, dict[str, float]] | None:
        told = routes(slow_server)
        is_whole = all(told.get(path, {}).get("request_count") == RATES[path] * FOR_S for path in RATES)
        return told if is_whole else None

    told = wait_for(all_counted, SHOWN_S)
    assert told
    for path in RATES:
        rank = "p95" if path == "/slow" else "p50"
        client_ms, own_ms = seen[slow_server.base_url + path][f"{rank}_ms"], told[path][f"{rank}_latency_ms"]
        assert abs(client_ms - own_ms) <= SLACK * max(0.1 * client_ms, 1.0), (path, client_ms, own_ms)
    assert told["/slow"]["p50_latency_ms"] >= 50


def test_addresses_are_counted_by_their_rule_and_never_by_what_they_name(slow_server: Server) -> None:
    asked = [
        ("GET", "/watch/secret"),
        ("GET", "/secret"),
        ("SECRET", "/"),
        ("POST", "/tag/secret"),
        ("GET", "/tag/secret"),
    ]
    for method, path in asked:
        with contextlib.suppress(urllib.error.HTTPError):
            urllib.request.urlopen(urllib.request.Request(slow_server.base_url + path, method=method)).read()

    def text() -> str | None:
        with urllib.request.urlopen(f"{slow_server.base_url}/api/admin/performance/routes?limit=500") as answer:
            told: str = answer.read().decode()
        return told if "/tag/<tag>" in told and "/watch/<video>" in told and "(none)" in told else None

    assert "secret" not in (wait_for(text, SHOWN_S) or "").lower()


def test_the_numbers_are_there_after_a_restart(slow_server: Server, data: Path, folder: Path) -> None:
    for _ in range(3):
        urllib.request.urlopen(f"{slow_server.base_url}/playlists").read()

    def counted() -> dict[str, float] | None:
        told = routes(slow_server).get("/playlists", {})
        return told if told.get("request_count") == 3 else None

    before = wait_for(counted, SHOWN_S)
    assert before
    assert slow_server.stop() == 0
    with serve(folder, data=data) as again:
        after = wait_for(lambda: routes(again).get("/playlists"), SHOWN_S)
    assert [after[name] for name in KEPT] == [before[name] for name in KEPT]


@pytest.mark.long
@pytest.mark.timeout(300)
def test_after_a_kill_all_is_there_but_the_minute_that_ran(tmp_path: Path, folder: Path) -> None:
    data = tmp_path / "data"
    with serve(folder, data=data) as server:
        urllib.request.urlopen(f"{server.base_url}/").read()
        time.sleep(62 - time.time() % 60)  # that minute is over, and kept
        urllib.request.urlopen(f"{server.base_url}/tags").read()
        server.kill()
    with serve(folder, data=data) as again:
        after = wait_for(lambda: (told := routes(again)).get("/") and told, SHOWN_S)
    assert after["/"]["request_count"] == 1
    assert "/tags" not in after
