"""Bytes: route, the snapshot's path, range, slice, Granian."""

from __future__ import annotations

import socket
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil

from tests.clips import make_clip
from tests.server import Server, serve, wait_for


def test_ranges_are_exact_and_the_type_is_what_is_inside(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "videos" / "odd name #1 & 100%.avi", f="mp4", seconds=2)
    content = clip.read_bytes()
    with serve(tmp_path / "videos", data=tmp_path / "data") as server, httpx.Client(base_url=server.base_url) as home:
        url = ready(home)["video_url"]
        whole = home.get(url)
        assert whole.content == content
        assert whole.headers["Content-Type"] == "video/mp4"
        for header, part in [
            ("bytes=0-1", content[:2]),
            ("bytes=100-199", content[100:200]),
            ("bytes=-500", content[-500:]),
            (f"bytes={len(content) - 1}-", content[-1:]),
            ("bytes=5-999999999", content[5:]),
        ]:
            answer = home.get(url, headers={"Range": header})
            assert (answer.status_code, answer.content) == (206, part), header
            assert answer.headers["Content-Length"] == str(len(part))
        beyond = home.get(url, headers={"Range": f"bytes={len(content)}-"})
        assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(content)}")
        head = home.head(url, headers={"Range": "bytes=0-1"})
        assert (head.status_code, head.headers["Content-Length"], head.content) == (200, str(len(content)), b"")
        stale = home.get(url, headers={"Range": "bytes=0-1", "If-Range": '"other"'})
        assert (stale.status_code, stale.content) == (200, content)


def test_players_that_leave_give_back_what_they_held(tmp_path: Path) -> None:
    big = make_clip(tmp_path / "videos" / "long.mp4")
    with big.open("ab") as file:
        file.truncate(60_000_000)  # what a paused player does not take stays with the kernel and the server
    with serve(tmp_path / "videos", data=tmp_path / "data") as server, httpx.Client(base_url=server.base_url) as home:
        url = ready(home)["video_url"]
        process = psutil.Process(server.pid)
        players = [paused_player(server, url) for _ in range(40)]
        wait_for(lambda: sum(file.path == str(big) for file in process.open_files()) == 40, 2)
        threads = process.num_threads()
        assert home.get("/").status_code == 200
        more = [paused_player(server, url) for _ in range(40)]
        wait_for(lambda: sum(file.path == str(big) for file in process.open_files()) == 80, 2)
        wait_for(lambda: process.num_threads() <= threads + 4, 12)  # idle readers of Granian end after 10 s
        for player in (*players, *more):
            player.close()
        wait_for(lambda: not any(file.path == str(big) for file in process.open_files()), 2)


def test_only_what_is_asked_for_is_read(tmp_path: Path) -> None:
    big = make_clip(tmp_path / "videos" / "long.mp4")
    with big.open("ab") as file:
        file.truncate(80_000_000)
    with serve(tmp_path / "videos", data=tmp_path / "data") as server, httpx.Client(base_url=server.base_url) as home:
        url = ready(home)["video_url"]
        wait_for(lambda: is_quiet(server), 2)
        before = bytes_read(server)
        for start in range(0, 50_000_000, 5_000_000):
            assert len(home.get(url, headers={"Range": f"bytes={start}-{start + 999}"}).content) == 1000
        assert bytes_read(server) - before < 1_000_000


def paused_player(server: Server, url: str) -> socket.socket:
    where = urlsplit(server.base_url)
    player = socket.create_connection((str(where.hostname), int(where.port or 0)))
    player.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    player.sendall(f"GET {url} HTTP/1.1\r\nHost: {where.netloc}\r\nRange: bytes=0-\r\n\r\n".encode())
    return player


def bytes_read(server: Server) -> int:
    return int(Path(f"/proc/{server.pid}/io").read_text().split("rchar: ")[1].split()[0])


def is_quiet(server: Server) -> bool:
    """Whether the server reads nothing by itself any more (fingerprints, database)."""
    before = bytes_read(server)
    psutil.Process(server.pid).cpu_percent(0.3)
    return bytes_read(server) - before < 2000


def ready(home: httpx.Client) -> dict[str, str]:
    def one() -> dict[str, str] | None:
        videos = home.get("/api/videos").json()["videos"]
        return videos[0] if videos and videos[0]["status"] == "ready" else None

    found = wait_for(one, 3)
    assert found
    return found
