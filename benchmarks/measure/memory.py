"""Memory of the server and of its media workers at four moments, beside a Python that does nothing."""

from __future__ import annotations

import subprocess
import sys
import time

from ..home import Home
from ..load import load
from ..plan import Plan
from ..readings import Memory, memory, workers_of
from ..tables import Column, Row, Rows, Table

MEMORY = Table(
    "memory",
    (
        Column("videos", "videos", is_name=True),
        Column("moment", "moment", is_name=True),
        Column("rss_mb", "server, MB (RSS)"),
        Column("pss_mb", "PSS"),
        Column("times_python", "RSS, times a Python that does nothing", 1, better="less"),
        Column("workers", "workers"),
        Column("workers_rss_mb", "all workers, MB (RSS)"),
        Column("workers_pss_mb", "PSS"),
    ),
)
_VISITED = ("/?page=2", "/?sort=title", "/search?q=dog", "/folders/", "/popular", "/admin", "/api/videos")
_VISITS = 20


def measure(home: Home, plan: Plan) -> Rows:
    first = home.first_run
    moments = [
        ("first run, at work", first.server_at_work, first.workers_at_work),
        ("first run, all done", first.server_after, first.workers_after),
    ]
    with home.serve() as server:
        time.sleep(plan.quiet_s)
        moments.append(("started again, idle", memory([server.pid]), memory(workers_of(server.pid))))
        for address in ("/", f"/watch/{server.a_key()}"):
            load(server.base_url + address, max(plan.clients), plan.load_s)
        for address in _VISITED * _VISITS:
            server.get(address)
        time.sleep(plan.quiet_s)
        moments.append(("after the load", memory([server.pid]), memory(workers_of(server.pid))))
    python_mb = _bare_python_mb()
    return {MEMORY.name: [_row(home.videos, *moment, python_mb) for moment in moments]}


def _row(videos: int, moment: str, own: Memory, workers: Memory, python_mb: float) -> Row:
    return {
        "videos": videos,
        "moment": moment,
        "rss_mb": own.rss_mb,
        "pss_mb": own.pss_mb,
        "times_python": own.rss_mb / python_mb,
        "workers": workers.processes,
        "workers_rss_mb": workers.rss_mb,
        "workers_pss_mb": workers.pss_mb,
    }


def _bare_python_mb() -> float:
    process = subprocess.Popen([sys.executable, "-c", "print(flush=True); input()"], stdin=-1, stdout=-1)
    assert process.stdout is not None
    with process:
        process.stdout.readline()
        held = memory([process.pid]).rss_mb
        process.kill()
    return held
