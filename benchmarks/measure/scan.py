"""A first scan beside `find`, and looking into every file beside one `ffprobe` command a file."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from local_video_server.settings import Settings

from ..home import Home
from ..plan import Plan
from ..tables import Column, Row, Rows, Table, Value, median_ratio

SCAN = Table(
    "scan",
    (
        Column("videos", "videos", is_name=True),
        Column("scan_per_s", "first scan, files/s"),
        Column("find_per_s", "`find`, files/s"),
        Column("of_find", "of find's", 3, better="more"),
        Column("probe_per_s", "looked into, files/s"),
        Column("ffprobe_per_s", "`ffprobe`, files/s"),
        Column("times_ffprobe", "times that", 1, better="more"),
    ),
)
_FOUND = "%s %T@ %i\n"
_TOLD = ("-v", "error", "-show_format", "-show_streams", "-show_chapters", "-of", "json")


def measure(home: Home, plan: Plan) -> Rows:
    rounds = [(_scan_s(home.library), _find_s(home.library)) for _ in range(plan.rounds)]
    scans, finds = zip(*rounds, strict=True)
    videos = home.videos
    looked_into_per_s = videos / home.first_run.probe_s
    ffprobe_per_s = _ffprobe_per_s(home.library, plan.compared_files)
    row: Row = {
        "videos": videos,
        "scan_per_s": videos / statistics.median(scans),
        "find_per_s": videos / statistics.median(finds),
        "of_find": median_ratio((find, scan) for scan, find in rounds),
        "probe_per_s": looked_into_per_s,
        "ffprobe_per_s": ffprobe_per_s,
        "times_ffprobe": looked_into_per_s / ffprobe_per_s if isinstance(ffprobe_per_s, float) else None,
    }
    return {SCAN.name: [row]}


def some_of(files: Sequence[Path], count: int) -> list[Path]:
    """At most `count`, from everywhere in the list."""
    step = max(1, len(files) // count)
    return sorted(files)[::step][:count]


def _scan_s(library: Path) -> float:
    with tempfile.TemporaryDirectory(prefix="lvs-scan-") as data:
        command = [sys.executable, "-m", "benchmarks.first_scan", str(library), data]
        return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def _find_s(library: Path) -> float:
    command = ["find", str(library), "-name", "*.mp4", "-size", "+0", "-printf", _FOUND]
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def _ffprobe_per_s(library: Path, count: int) -> Value:
    """As many commands at once as the server has workers."""
    if not shutil.which("ffprobe"):
        return "ffprobe is not installed"
    files = some_of(list(library.rglob("*.mp4")), count)
    began = time.perf_counter()
    with ThreadPoolExecutor(workers()) as pool:
        list(pool.map(lambda file: subprocess.run(["ffprobe", *_TOLD, file], capture_output=True, check=True), files))
    return len(files) / (time.perf_counter() - began)


def workers() -> int:
    return Settings().media_workers
