"""bin/bench: measures a real server on libraries made for it, writes the tables of PERFORMANCE.md and a JSON file.

Each figure stands beside something of the same run, because machines differ and are busy; only ratios hold.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from datetime import date
from pathlib import Path
from typing import Any

import httpx

from benchmarks.library import make_library
from local_video_server.serving import check_port
from tests.server import Server, serve

CHECKOUT = Path(__file__).resolve().parent.parent
SIZES = (333, 10_000)
ROUNDS = 5
LOAD_S = 4
Row = list[str]


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="lvs-bench-") as folder:
        place = Path(folder)
        tables: dict[str, list[Row]] = {"start": [], "scan": [], "pages": []}
        for size in SIZES:
            library = make_library(place / f"library-{size}", size)
            _measure(library, size, place / f"data-{size}", tables)
    facts = {"date": date.today().isoformat(), "commit": _commit(), "machine": _machine(), "command": "bin/bench"}
    _write_json({"facts": facts, "tables": tables})
    _write_document(facts, tables)
    return 0


def _measure(library: Path, size: int, data: Path, tables: dict[str, list[Row]]) -> None:
    find_s = _median(lambda: _time(["find", str(library), "-name", "*.mp4", "-size", "+0", "-printf", "%s %T@ %i\n"]))
    with serve(library, data=data) as server:
        began = time.perf_counter()
        _wait(server, lambda progress: "Finding" not in progress)
        report = httpx.get(server.base_url + "/admin").text
        scan_s = float(re.search(r"took ([0-9.]+) s", report)[1])  # type: ignore[index]
        _wait(server, lambda progress: not progress.strip())
        probe_s = time.perf_counter() - began
        tables["scan"].append(
            [
                f"{size:,}",
                f"{size / max(scan_s, 0.001):,.0f}",
                f"{size / find_s:,.0f}",
                f"{size / probe_s:,.0f}",
                f"{_memory_mb(server.pid):.0f}",
            ]
        )
        for address in ("/", "/watch/" + _a_key(server), "/ping"):
            for clients in (1, 8):
                tables["pages"].append([f"{size:,}", _named(address), str(clients), *_load(server, address, clients)])
    starts = []
    for _ in range(ROUNDS):
        starts.append(_start_s(library, data))
    python_s = _median(lambda: _time([sys.executable, "-c", "pass"]))
    middle = statistics.median(starts)
    tables["start"].append([f"{size:,}", f"{middle:.2f}", f"{max(starts):.2f}", f"{middle / python_s:.0f}"])


def _start_s(library: Path, data: Path) -> float:
    """Seconds from the command to the first byte of the gallery."""
    port = check_port("127.0.0.1", 0)
    command = [str(CHECKOUT / "bin" / "serve"), str(library), "--host", "127.0.0.1", "--port", str(port)]
    began = time.perf_counter()
    server = subprocess.Popen([*command, "--data", str(data)], stdout=subprocess.DEVNULL)
    try:
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as answer:
                    answer.read(1)
                    return time.perf_counter() - began
            except urllib.error.URLError:
                time.sleep(0.002)
    finally:
        server.terminate()
        server.wait()


def _load(server: Server, address: str, clients: int) -> Row:
    """Requests a second, p50, p95 in ms and bytes of one answer, by wrk."""
    with httpx.stream("GET", server.base_url + address, headers={"Accept-Encoding": "gzip"}) as answer:
        size = sum(map(len, answer.iter_raw()))
    if not shutil.which("wrk"):
        return ["wrk is not installed", "", "", str(size)]
    # wrk prints p50, 75, 90 and 99 by itself; a script asks for the one in between.
    script = Path(__file__).with_name("percentiles.lua")
    command = ["wrk", "-t1", f"-c{clients}", f"-d{LOAD_S}", "-s", str(script), server.base_url + address]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = json.loads(told.splitlines()[-1])
    if found["errors"]:
        raise SystemExit(f"{address} answered with {found['errors']} errors")
    return [f"{found['rate']:,.0f}", f"{found['p50_ms']:.2f}", f"{found['p95_ms']:.2f}", f"{size:,}"]


def _wait(server: Server, is_done: Any) -> None:
    while not is_done(httpx.get(server.base_url + "/parts/progress").text):
        time.sleep(0.02)


def _a_key(server: Server) -> str:
    return str(httpx.get(server.base_url + "/api/videos?per_page=1").json()["videos"][0]["key"])


def _named(address: str) -> str:
    return {"/": "home", "/ping": "a bare view (`/ping`)"}.get(address, "watch")


def _median(measure: Any) -> float:
    return statistics.median(measure() for _ in range(ROUNDS))


def _time(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def _memory_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1000  # type: ignore[index]


def _commit() -> str:
    command = ["git", "-C", str(CHECKOUT), "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() or "unknown"


def _machine() -> str:
    return f"{platform.system()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def _write_json(result: dict[str, Any]) -> None:
    path = CHECKOUT / "benchmarks" / "results" / f"{result['facts']['date']}-{result['facts']['commit']}.json"
    path.write_text(json.dumps(result, indent=1) + "\n")


HEADS = {
    "start": ["videos", "command to first byte of `/`, s (median)", "worst", "times a bare `python -c pass`"],
    "scan": ["videos", "first scan, files/s", "`find`, files/s", "looked into, files/s", "server, MB"],
    "pages": ["videos", "page", "clients", "requests/s", "p50 ms", "p95 ms", "bytes (gzip)"],
}


def _write_document(facts: dict[str, str], tables: dict[str, list[Row]]) -> None:
    path = CHECKOUT / "PERFORMANCE.md"
    text = path.read_text()
    for name, rows in tables.items():
        lines = [f"| {' | '.join(row)} |" for row in [HEADS[name], ["---"] * len(HEADS[name]), *rows]]
        where = "{date}, commit {commit}, {machine}, `{command}`".format(**facts)
        table = "\n".join([f"<!-- {name} -->", *lines, "", where, f"<!-- /{name} -->"])
        text = re.sub(f"<!-- {name} -->.*?<!-- /{name} -->", lambda _, table=table: table, text, flags=re.S)
    path.write_text(text)


if __name__ == "__main__":
    sys.exit(main())
