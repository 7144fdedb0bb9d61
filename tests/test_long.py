"""What takes minutes: pulled plugs, a long evening, a hundred thousand videos. bin/test --long runs it and leaves
dated figures in benchmarks/results/."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import psutil
import pytest

from benchmarks.library import make_library
from tests.server import CHECKOUT, Server, serve, wait_for

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def figures() -> Iterator[dict[str, float]]:
    """What was measured on the way; written when the module is done."""
    found: dict[str, float] = {}
    yield found
    path = CHECKOUT / "benchmarks" / "results" / f"long-{date.today().isoformat()}.json"
    before = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps(before | found, indent=1) + "\n")


def test_twenty_pulled_plugs_lose_no_mark_that_was_answered(tmp_path: Path) -> None:
    folder = make_library(tmp_path / "videos", 40)
    marks: dict[str, int] = {}
    chance = random.Random(20)
    for _ in range(20):
        with serve(folder, data=tmp_path / "data") as server:
            keys = wait_for(lambda server=server: keys_of(server), 3)
            plug = threading.Timer(chance.uniform(0.05, 0.6), server.process.kill)
            plug.start()
            with httpx.Client(base_url=server.base_url) as home:
                while server.process.poll() is None:
                    key, value = chance.choice(keys), chance.randint(1, 5)
                    try:
                        home.put(f"/api/videos/{key}/rating", json={"value": value}).raise_for_status()
                    except httpx.TransportError:
                        marks.pop(key, None)  # not answered: either is right
                    else:
                        marks[key] = value
            server.process.wait()
    with serve(folder, data=tmp_path / "data") as server:
        stored = {
            v["key"]: v["rating"] for v in httpx.get(server.base_url + "/api/videos?per_page=120").json()["videos"]
        }
    assert len(marks) > 10
    assert {key: stored[key] for key in marks} == marks


def test_a_long_evening_leaves_no_memory_thread_or_file_behind(tmp_path: Path, figures: dict[str, float]) -> None:
    folder = make_library(tmp_path / "videos", 333)
    with serve(folder, data=tmp_path / "data") as server, httpx.Client(base_url=server.base_url) as home:
        wait_for(lambda: len(keys_of(server)) == 120 and not home.get("/parts/progress").text.strip(), 10)
        process = psutil.Process(server.pid)
        browse(home, server, 30)
        before = (process.memory_info().rss, process.num_threads(), process.num_fds())
        served = browse(home, server, 120)
        after = (process.memory_info().rss, process.num_threads(), process.num_fds())
        figures["evening_requests"] = served
        figures["evening_memory_growth_mb"] = (after[0] - before[0]) / 1e6
        assert after[0] - before[0] < 20_000_000
        assert after[1] <= before[1] + 4
        assert after[2] <= before[2] + 10
        assert "Traceback" not in server.output


def test_a_hundred_thousand_videos_are_read_and_browsed(tmp_path: Path, figures: dict[str, float]) -> None:
    folder = make_library(tmp_path / "videos", 100_000)
    with serve(folder, data=tmp_path / "data") as server, httpx.Client(base_url=server.base_url, timeout=60) as home:
        began = time.monotonic()
        while home.get("/api/videos?per_page=1").json()["total"] < 100_000:
            assert time.monotonic() - began < 300
            time.sleep(1)  # the question takes the server's time too: asked all the while, it would double the answer
        figures["scan_100000_s"] = time.monotonic() - began
        for name, address in [("home", "/"), ("search", "/search?q=holiday+snow"), ("last_page", "/?page=1000000")]:
            began = time.monotonic()
            assert home.get(address).status_code == 200
            figures[f"{name}_100000_first_ms"] = (time.monotonic() - began) * 1000
        figures["memory_100000_mb"] = psutil.Process(server.pid).memory_info().rss / 1e6
    began = time.monotonic()
    with serve(folder, data=tmp_path / "data") as server:
        figures["start_100000_s"] = time.monotonic() - began
        assert httpx.get(server.base_url + "/api/videos?per_page=1", timeout=60).json()["total"] == 100_000


def browse(home: httpx.Client, server: Server, seconds: float) -> int:
    """A household that browses, searches, watches and marks; how many requests were answered."""
    chance = random.Random(1)
    keys = keys_of(server)
    until, served = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        key = chance.choice(keys)
        for answer in (
            home.get("/", params={"page": chance.randint(1, 6), "sort": chance.choice(["date", "title", "views"])}),
            home.get("/search", params={"q": chance.choice(["dog", "snow beach", "nothing at all"])}),
            home.get(f"/watch/{key}"),
            home.get(f"/video/{key}", headers={"Range": f"bytes={chance.randint(0, 20_000)}-"}),
            home.put(f"/api/videos/{key}/rating", json={"value": chance.randint(1, 5)}),
            home.get("/admin"),
        ):
            assert answer.status_code in (200, 206)
            served += 1
    return served


def keys_of(server: Server) -> list[str]:
    return [video["key"] for video in httpx.get(server.base_url + "/api/videos?per_page=120").json()["videos"]]
