"""Every page there is, of a library that has everything: hostile names, broken, missing and offline videos, marks.

What holds for all pages (they fit, they are accessible, their HTML is valid, they are light) is tested over these.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from tests.clips import make_clip
from tests.server import Server, serve, wait_for
from tests.web.test_hostile_names import FOLDER, NAMES

LONG = "A very long file name as a phone app or a download tool would make it " * 3
TAGS = ("family", "x" * 80, "بيت", "夏休み", "<b>&amp;")

# Template -> what it is shown at; a name in braces is the address of such a video.
PAGES = {
    "gallery": ("/", "/?sort=title&per_page=3&page=2", "/?sort=random&seed=1"),
    "folders": ("/folders/", "/folders/Films", "/folders/Films/Folder"),
    "favorites": ("/favorites",),
    "popular": ("/popular",),
    "best_of": ("/best-of",),
    "history": ("/history", "/history?page=2"),
    "playlists": ("/playlists",),
    "playlist": ("/playlist/1", "/playlist/2"),
    "tags": ("/tags",),
    "tag": ("/tag/family", "/tag/fam", "/tag/nobody"),
    "search": ("/search", "/search?q=clip", "/search?q=zzz", "/search?q=%3Cscript%3E"),
    "watch": ("{plain}", "{long}", "{upright}", "{hostile}", "{broken}", "{missing}", "{offline}"),
    "admin": ("/admin",),
    "login": ("/login",),
    "first_password": ("/admin/password",),
    "error": ("/nowhere",),
}
EMPTY = ("/", "/folders/", "/favorites", "/popular", "/best-of", "/history", "/playlists", "/tags", "/admin")


@dataclass(frozen=True)
class Pages:
    server: Server
    addresses: tuple[str, ...]  # whole ones


@contextmanager
def every_page(scratch: Path) -> Iterator[Pages]:
    films, disk = scratch / "Films", scratch / "Disk"
    named = {
        "plain": "Dune.mp4",
        "long": f"{LONG.strip()}.mp4",
        "upright": "Folder/upright.mp4",
        "hostile": f"{FOLDER}/{NAMES[0]}",
        "broken": "broken.mp4",
        "missing": "gone.mp4",
        "offline": "away.mp4",
    }
    _make(films, disk, named)
    with serve(films, disk, data=scratch / "data") as server, httpx.Client(base_url=server.base_url) as home:
        videos = wait_for(lambda: _ready(home, len([*films.rglob("*.mp4"), *disk.rglob("*.mp4")])), 10)
        where = {
            name: next(video for video in videos if video["filename"].endswith(path.rpartition("/")[2]))["watch_url"]
            for name, path in named.items()
        }
        _mark(home, where["plain"].rpartition("/")[2])
        for address in where.values():  # watched by somebody, whatever became of them
            home.post(f"/api/videos/{address.rpartition('/')[2]}/views").raise_for_status()
        _list(home, *(address.rpartition("/")[2] for address in where.values()))
        (films / named["missing"]).unlink()
        disk.rename(scratch / "unplugged")
        assert home.post("/admin/tasks", data={"task": "scan", "deed": "start"}).status_code == 303
        for status in ("missing", "offline"):
            wait_for(partial(_is, home, where[status].rpartition("/")[2], status), 5)
        wait_for(lambda: _is_read(home), 5)
        shown = (address.format(**where) for addresses in PAGES.values() for address in addresses)
        yield Pages(server, tuple(server.base_url + address for address in shown))


@contextmanager
def empty_pages(scratch: Path) -> Iterator[Pages]:
    """The pages of a library without any video."""
    (scratch / "Nothing").mkdir(parents=True)
    with serve(scratch / "Nothing", data=scratch / "empty-data") as server:
        wait_for(lambda: not httpx.get(server.base_url + "/parts/progress").text.strip(), 3)
        yield Pages(server, tuple(server.base_url + address for address in EMPTY))


def _make(films: Path, disk: Path, named: dict[str, str]) -> None:
    clip = make_clip(films / named["plain"], audio=True).read_bytes()
    make_clip(films / named["upright"], size="180x320", seed=3)
    others = [*(name for name in named if name not in ("plain", "upright", "broken", "offline"))]
    copies = [films / named[name] for name in others]
    copies += [films / FOLDER / name for name in NAMES[1:]]
    copies += [films / "Folder" / f"clip {'x' * 80} {number}.mp4" for number in range(3)]
    for number, path in enumerate([*copies, disk / named["offline"]]):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(clip + struct.pack(">I4sQ", 16, b"free", number))
    (films / named["broken"]).write_bytes(b"no video")


def has_pictures(videos: list[dict[str, Any]], count: int) -> bool:
    """Whether there are so many videos, all looked into, and each that can be shown has its picture."""
    return len(videos) == count and all(
        video["status"] == "broken" or (video["status"] == "ready" and video["thumbnail_url"]) for video in videos
    )


def _ready(home: httpx.Client, count: int) -> list[dict[str, Any]]:
    videos = list(home.get("/api/videos", params={"per_page": 120}).json()["videos"])
    return videos if has_pictures(videos, count) else []


def _is(home: httpx.Client, key: str, status: str) -> bool:
    return bool(home.get(f"/api/videos/{key}").json()["status"] == status)


def _is_read(home: httpx.Client) -> bool:
    return not home.get("/parts/progress").text.strip()


def _list(home: httpx.Client, *keys: str) -> None:
    """The first playlist holds all of these, the second nothing."""
    for name, held in ((LONG, keys), ("<b>&amp;", ())):
        made = home.post("/playlists", data={"name": name[:200], "description": f"{name}\n{TAGS[2]}"})
        number = made.headers["Location"].rpartition("/")[2]
        for key in held:
            home.post(f"/watch/{key}/playlists", data={"playlist": number})


def _mark(home: httpx.Client, key: str) -> None:
    home.put(f"/api/videos/{key}/rating", json={"value": 4}).raise_for_status()
    home.put(f"/api/videos/{key}/favorite").raise_for_status()
    home.post(f"/api/videos/{key}/views").raise_for_status()
    for tag in TAGS:
        home.post(f"/watch/{key}/tags", data={"tag": tag})
