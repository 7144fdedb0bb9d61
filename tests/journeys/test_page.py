"""A page: route, query, cache or snapshot, template."""

from __future__ import annotations

from pathlib import Path

import httpx

from tests.clips import make_clip
from tests.server import serve, wait_for


def test_a_page_is_made_once_and_a_mark_is_on_the_very_next_one(tmp_path: Path) -> None:
    make_clip(tmp_path / "videos" / "Family" / "Zoë’s birthday.mp4")
    make_clip(tmp_path / "videos" / "Garden.mp4", seed=2)
    with serve(tmp_path / "videos", data=tmp_path / "data") as server, httpx.Client(base_url=server.base_url) as home:
        wait_for(lambda: len(pictures(home)) == 2 and all(pictures(home)), 4)  # each picture makes another page
        first = home.get("/")
        assert "Zoë’s birthday" in first.text
        assert "Garden" in first.text
        again = home.get("/", headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")

        video = home.get("/api/videos", params={"q": "zoe BIRTHDAY"}).json()["videos"][0]
        home.put(f"/api/videos/{video['key']}/rating", json={"value": 4})
        changed = home.get("/", headers={"If-None-Match": first.headers["ETag"]})
        assert changed.status_code == 200
        assert "Rated 4 of 5" in changed.text
        best = home.get("/best-of").text
        assert "Zoë’s birthday" in best
        assert "Garden" not in best


def pictures(home: httpx.Client) -> list[str | None]:
    return [video["thumbnail_url"] for video in home.get("/api/videos").json()["videos"]]


def test_every_page_can_be_opened(tmp_path: Path) -> None:
    make_clip(tmp_path / "videos" / "Family" / "Dune.mp4")
    pages = ["/", "/folders/", "/folders/videos/Family", "/favorites", "/tags", "/popular", "/best-of"]
    pages += ["/search", "/search?q=dune", "/admin", "/login", "/watch/Family/Dune.mp4", "/random", "/tag/none"]
    with serve(tmp_path / "videos", data=tmp_path / "data") as server:
        with httpx.Client(base_url=server.base_url, follow_redirects=True) as home:
            wait_for(lambda: "Dune" in home.get("/").text, 1)
            for page in pages:
                answer = home.get(page)
                assert answer.status_code == 200, page
                assert "<h1" in answer.text, page
