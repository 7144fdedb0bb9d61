"""A request is counted, and a film that is sent is remembered: with a real server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx

from local_video_server.monitoring.machine import FIRST_S
from tests.clips import make_clip
from tests.server import serve, wait_for


def test_who_is_sent_a_film_is_told_by_its_address_and_the_film_by_its_key(tmp_path: Path) -> None:
    make_clip(tmp_path / "films" / "Dune.mp4")
    with serve(tmp_path / "films") as server, httpx.Client(base_url=server.base_url) as home:

        def streams() -> list[dict[str, Any]]:
            return list(home.get("/api/admin/performance/active").json()["streams"])

        (video,) = wait_for(lambda: home.get("/api/videos").json()["videos"], 3)
        assert home.get("/health").status_code == 200
        address = video["video_url"]
        assert home.head(address).status_code == 200
        assert home.get(address, headers={"Range": "bytes=999999999-"}).status_code == 416
        assert home.get("/video/nowhere").status_code == 404
        assert streams() == []  # nothing was sent so far
        for name in (address, "/video/Dune.mp4", address):
            assert home.get(name, headers={"Range": "bytes=0-99"}).status_code == 206
        (one,) = streams()
        assert (one["path"], one["method"], one["remote_addr"]) == (f"/video/{video['key']}", "GET", "127.0.0.1")
        assert one["last_seen_seconds_ago"] < 5
        metrics = wait_for(
            lambda: (text := home.get("/metrics").text) and "lvs_process_cpu" in text and text, FIRST_S
        )
        assert "Dune" not in metrics
