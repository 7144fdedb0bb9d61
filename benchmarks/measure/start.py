"""From the command to the first byte of the gallery, beside a Python that does nothing."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request

from local_video_server.serving import check_port

from ..home import Home
from ..machine import CHECKOUT
from ..plan import Plan
from ..tables import Column, Rows, Table, median_ratio

START = Table(
    "start",
    (
        Column("videos", "videos", is_name=True),
        Column("median_s", "command to first byte of `/`, s (median)", 2),
        Column("worst_s", "worst", 2),
        Column("python_s", "a bare `python -c pass`, s", 3),
        Column("times_python", "times that", 1, better="less"),
    ),
)


def measure(home: Home, plan: Plan) -> Rows:
    """Later starts: the library is known, and in turns with Python's own, so that noise meets both."""
    videos = home.videos
    rounds = [(_start_s(home), _python_s()) for _ in range(plan.starts)]
    starts, pythons = zip(*rounds, strict=True)
    row = {
        "videos": videos,
        "median_s": statistics.median(starts),
        "worst_s": max(starts),
        "python_s": statistics.median(pythons),
        "times_python": median_ratio(rounds),
    }
    return {START.name: [row]}


def _start_s(home: Home) -> float:
    port = check_port("127.0.0.1", 0)
    command = [str(CHECKOUT / "bin" / "serve"), str(home.library), "--host", "127.0.0.1", "--port", str(port)]
    command += ["--data", str(home.data), "--thumbnails", str(home.place / "pictures")]
    began = time.perf_counter()
    with (home.place / "output").open("ab") as output:
        server = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        while server.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as answer:
                    answer.read(1)
                    return time.perf_counter() - began
            except urllib.error.URLError:
                time.sleep(0.002)
        raise SystemExit(f"bin/serve ended by itself: {home.place / 'output'}")
    finally:
        server.terminate()
        server.wait()


def _python_s() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return time.perf_counter() - began
