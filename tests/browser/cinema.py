"""A real server of small films for viewers to walk through, and what it has stored, as its API tells."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from tests.server import Server, serve, wait_for

_number = count(1)


@dataclass(frozen=True)
class Cinema:
    server: Server
    api: httpx.Client
    folder: Path

    def address(self, path: str = "/") -> str:
        return self.server.base_url + path

    def video(self, filename: str) -> dict[str, Any]:
        return dict(self.api.get(f"/api/videos/{quote(filename)}").raise_for_status().json())

    def videos(self, **asked: object) -> list[dict[str, Any]]:
        answer = self.api.get(
            "/api/videos", params={"per_page": 120} | {name: str(one) for name, one in asked.items()}
        )
        return list(answer.raise_for_status().json()["videos"])

    def titles(self, **asked: object) -> list[str]:
        return [video["title"] for video in self.videos(**asked)]

    def lacking(self, videos: int) -> list[str]:
        """What is still to come until so many are there, all looked into and with their picture."""
        found = self.videos()
        unready = [one for one in found if not one["thumbnail_url"] and one["status"] != "broken"]
        return [f"{one['status']} {one['filename']}" for one in unready] + ["?"] * (videos - len(found))


@contextmanager
def open_cinema(folder: Path, data: Path, **options: str) -> Iterator[Cinema]:
    """A server of this folder, once all of it can be seen. Work in the background never rests here: the journeys
    play films all the time."""
    videos = sum(path.is_file() for path in folder.rglob("*"))
    with (
        serve(folder, data=data, rest_while_watched="0", **options) as server,
        httpx.Client(base_url=server.base_url) as api,
    ):
        cinema = Cinema(server, api, folder)
        try:
            wait_for(lambda: not cinema.lacking(videos), 10)
        except AssertionError as late:
            late.add_note(f"Still to come: {cinema.lacking(videos)}\n{server.output}\n{api.get('/admin').text}")
            raise
        yield cinema


def copy_in(original: Path, paths: Iterable[Path]) -> None:
    """The same film at each of these paths, each of other bytes."""
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.part")
        beside.write_bytes(original.read_bytes() + struct.pack(">I4sQ", 16, b"free", next(_number)))
        beside.rename(path)
