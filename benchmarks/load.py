"""So many clients that ask for one page again and again, as browsers do: each on a connection that stays open,
taking packed pages. By wrk where it is installed, else by aiohttp in a process of its own (client.py), which needs
more of the processor itself: figures of the two are not to be compared with each other.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

PACKED = "gzip"


@dataclass(frozen=True, slots=True)
class Load:
    """What the clients saw together."""

    requests: int
    seconds: float
    p50_ms: float
    p95_ms: float
    p99_ms: float

    @property
    def per_s(self) -> float:
        return self.requests / self.seconds


def tool() -> str:
    """What makes the load here, with its version."""
    if not shutil.which("wrk"):
        return f"aiohttp {version('aiohttp')}"
    said = subprocess.run(["wrk", "-v"], capture_output=True, text=True, check=False).stdout
    return " ".join(["wrk", *re.findall(r"^wrk (?:\D*/)?([\d.]+)", said)])


def load(address: str, clients: int, seconds: float) -> Load:
    """Errors: SystemExit when one of the answers was none."""
    if shutil.which("wrk"):
        # wrk takes whole seconds only; a shorter round is one of milliseconds to it.
        command = ["wrk", "-t1", f"-c{clients}", f"-d{max(1, round(seconds))}", "-H", f"Accept-Encoding: {PACKED}"]
        command += ["-s", str(Path(__file__).with_name("percentiles.lua")), address]
    else:
        command = [sys.executable, "-m", "benchmarks.client", address, str(clients), str(seconds)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = json.loads(said.splitlines()[-1])
    if found.pop("errors") or not found["requests"]:
        raise SystemExit(f"{address} does not answer each time: {said}")
    return Load(**found)
