"""A rating: rule, commit, swap, the changed page."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from tests.clips import make_clip
from tests.server import serve, wait_for


def test_marks_survive_kill_9_the_moment_they_were_answered(tmp_path: Path) -> None:
    make_clip(tmp_path / "videos" / "Dune.mp4")
    with serve(tmp_path / "videos", data=tmp_path / "data") as server, httpx.Client(base_url=server.base_url) as home:
        key = first_key(home)
        home.put(f"/api/videos/{key}/rating", json={"value": 5})
        home.put(f"/api/videos/{key}/favorite")
        home.put(f"/api/videos/{key}/tags/Sci-Fi, old/new")
        answered = home.post(f"/api/videos/{key}/views").json()
        server.kill()
    with serve(tmp_path / "videos", data=tmp_path / "data") as server, httpx.Client(base_url=server.base_url) as home:
        found = home.get(f"/api/videos/{key}").json()
        for mark in ("rating", "favorite", "tags", "views"):
            assert found[mark] == answered[mark]
        assert (found["rating"], found["tags"], found["views"]) == (5, ["Sci-Fi, old/new"], 1)


def test_forty_marks_at_once_are_forty_stored(tmp_path: Path) -> None:
    for number in range(40):
        make_clip(tmp_path / "videos" / f"clip {number}.mp4", seed=number)
    with serve(tmp_path / "videos", data=tmp_path / "data") as server, httpx.Client(base_url=server.base_url) as home:
        wait_for(lambda: home.get("/api/videos").json()["total"] == 40, 1)
        keys = [video["key"] for video in home.get("/api/videos").json()["videos"]]

        def mark(key: str) -> int:
            return httpx.put(f"{server.base_url}/api/videos/{key}/favorite").status_code

        with ThreadPoolExecutor(40) as everybody:
            assert set(everybody.map(mark, keys)) == {200}
        assert home.get("/api/videos?favorite=1").json()["total"] == 40
        server.kill()
    with serve(tmp_path / "videos", data=tmp_path / "data") as server:
        assert httpx.get(f"{server.base_url}/api/videos?favorite=1").json()["total"] == 40


def test_a_form_without_script_goes_back_to_its_page(tmp_path: Path) -> None:
    make_clip(tmp_path / "videos" / "Dune.mp4")
    with serve(tmp_path / "videos", data=tmp_path / "data") as server, httpx.Client(base_url=server.base_url) as home:
        key = first_key(home)
        ours = {"Origin": server.base_url, "Sec-Fetch-Site": "same-origin"}
        answer = home.post(f"/watch/{key}/rating", data={"value": "3"}, headers=ours)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/watch/{key}")
        assert home.get(f"/api/videos/{key}").json()["rating"] == 3
        foreign = home.post(f"/watch/{key}/rating", data={"value": "1"}, headers={"Origin": "http://evil.example"})
        assert foreign.status_code == 403
        assert home.get(f"/api/videos/{key}").json()["rating"] == 3


def first_key(home: httpx.Client) -> str:
    videos = wait_for(lambda: home.get("/api/videos").json()["videos"], 1)
    return str(videos[0]["key"])
