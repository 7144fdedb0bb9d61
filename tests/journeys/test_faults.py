"""What goes wrong at home: a second server, a used port, folders that loop, hang, or cannot be watched, a pulled
plug. Each is caused for real."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import httpx
import psutil
import pytest

from local_video_server.jobs import background
from local_video_server.media import pool
from tests.clips import make_clip
from tests.disk.slow_folder import slow_folder
from tests.homes import open_home
from tests.journeys.test_bytes import paused_player
from tests.server import CHECKOUT, SLACK, STOP_S, serve, wait_for


def start_and_fail(*arguments: object, **environment: str) -> str:
    """What the server says when it cannot start; it must be one sentence or two, and exit code 1."""
    command = [sys.executable, str(CHECKOUT / "app.py"), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=os.environ | environment)
    assert done.returncode == 1, done
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    return done.stderr


def test_a_second_server_on_the_same_data_is_refused(tmp_path: Path) -> None:
    (tmp_path / "videos").mkdir()
    with serve(tmp_path / "videos", data=tmp_path / "data") as server:
        said = start_and_fail(tmp_path / "videos", "--data", tmp_path / "data", "--port", "0")
        assert f"process {server.pid}" in said
        assert server.base_url.rpartition(":")[2] in said
        assert httpx.get(server.base_url + "/ping").status_code == 200


def test_a_used_port_is_refused(tmp_path: Path) -> None:
    (tmp_path / "videos").mkdir()
    with serve(tmp_path / "videos") as server:
        port = server.base_url.rpartition(":")[2]
        said = start_and_fail(tmp_path / "videos", "--data", tmp_path / "data", "--port", port, "--host", "127.0.0.1")
        assert f"Port {port} is in use" in said


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Name at least one folder"),
        (["/no/such/folder"], "There is no folder /no/such/folder"),
        (["--port", "many", "/tmp"], "The setting port cannot be 'many'"),
        (["--port", "70000", "/tmp"], "ports go up to 65535"),
        (["--host", "256.1.1.1", "/tmp"], "256.1.1.1"),
    ],
    ids=["no folder", "a folder that does not exist", "port of letters", "port too high", "no address"],
)
def test_what_cannot_start_says_so_in_a_sentence(tmp_path: Path, arguments: list[str], sentence: str) -> None:
    assert sentence in start_and_fail(*arguments, "--data", tmp_path / "data")


def test_folders_inside_another_twice_and_in_loops_are_served_once(tmp_path: Path) -> None:
    outer = tmp_path / "videos"
    make_clip(outer / "inner" / "Dune.mp4")
    (outer / "inner" / "loop").symlink_to(outer)
    (tmp_path / "other name").symlink_to(outer)
    with serve(outer, outer / "inner", outer, tmp_path / "other name") as server:
        found = wait_for(lambda: httpx.get(server.base_url + "/api/videos").json()["videos"], 1)
        assert [video["filename"] for video in found] == ["inner/Dune.mp4"]
        assert f"{outer / 'inner'} lies in {outer}" in server.output


def test_a_hung_folder_delays_no_other_and_pages_go_on(tmp_path: Path) -> None:
    make_clip(tmp_path / "source" / "on the share.mp4")
    make_clip(tmp_path / "local" / "here.mp4", seed=1)
    with slow_folder(tmp_path / "source", tmp_path / "share") as share:
        with serve(tmp_path / "share", tmp_path / "local", data=tmp_path / "data") as server:
            with httpx.Client(base_url=server.base_url, timeout=30) as home:
                wait_for(lambda: home.get("/api/videos").json()["total"] == 2 and is_done(home), 3)
                videos = {video["filename"]: video for video in home.get("/api/videos").json()["videos"]}
                share.hang()
                make_clip(tmp_path / "local" / "later.mp4", seed=2)
                wait_for(lambda: home.get("/api/videos?q=later").json()["total"] == 1, 1)
                players = [paused_player(server, videos["on the share.mp4"]["video_url"]) for _ in range(8)]
                began = time.monotonic()
                assert home.get("/").status_code == 200
                assert home.get("/admin").status_code == 200
                healthy = home.get(videos["here.mp4"]["video_url"])
                assert (healthy.status_code, len(healthy.content)) == (200, videos["here.mp4"]["size_bytes"])
                assert time.monotonic() - began < 5
                wait_for(lambda: "does not answer" in home.get("/admin").text, 12)
                for player in players:
                    player.close()
                server.process.send_signal(signal.SIGTERM)
                # A thread inside a file system that does not answer cannot be ended by anybody, so the process
                # stays until it does; but the port and the data folder are free for the next server.
                wait_for(lambda: not answers(server.base_url), STOP_S)
                with serve(tmp_path / "local", data=tmp_path / "data") as another:
                    assert httpx.get(another.base_url + "/api/videos?q=later").json()["total"] == 1
                share.resume()
                assert server.process.wait(SLACK * STOP_S) == 0
        with serve(tmp_path / "local", tmp_path / "share", data=tmp_path / "data") as server:
            assert httpx.get(server.base_url + "/api/videos").json()["total"] == 3


def test_a_folder_that_hangs_at_the_start_does_not_hold_it_up(tmp_path: Path) -> None:
    make_clip(tmp_path / "source" / "on the share.mp4")
    make_clip(tmp_path / "local" / "here.mp4", seed=1)
    with slow_folder(tmp_path / "source", tmp_path / "share") as share:
        share.hang()
        with serve(tmp_path / "share", tmp_path / "local", data=tmp_path / "data") as server:
            with httpx.Client(base_url=server.base_url) as home:
                wait_for(lambda: home.get("/api/videos?q=here").json()["total"] == 1, 2)
                share.resume()
                wait_for(lambda: home.get("/api/videos").json()["total"] == 2, 5)


def test_a_slow_folder_fills_the_gallery_while_it_is_read(tmp_path: Path) -> None:
    for number in range(30):
        make_file(tmp_path / "source" / f"folder {number:02}" / f"clip {number}.mp4", number)
    with slow_folder(tmp_path / "source", tmp_path / "share") as share:
        share.slow(40)
        with (
            serve(tmp_path / "share", data=tmp_path / "data") as server,
            httpx.Client(base_url=server.base_url) as home,
        ):
            wait_for(lambda: 0 < home.get("/api/videos").json()["total"] < 30, 2)
            assert "being read" in home.get("/").text
            assert "Finding videos" in home.get("/parts/progress").text
            share.slow(0)
            wait_for(lambda: home.get("/api/videos").json()["total"] == 30, 5)


def test_folders_that_cannot_all_be_watched_are_looked_at_again_and_again(tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / "videos" / f"folder {number}").mkdir(parents=True)
    probe = subprocess.run(["unshare", "--user", "--map-root-user", "true"], capture_output=True)
    if probe.returncode:
        pytest.skip("this machine does not let a user namespace be made")
    limited = 'echo 5 > /proc/sys/user/max_inotify_watches; exec "$@"'
    before = ["unshare", "--user", "--map-root-user", "sh", "-c", limited, "sh"]
    with serve(tmp_path / "videos", data=tmp_path / "data", before=before, poll_interval_s="1") as server:
        with httpx.Client(base_url=server.base_url) as home:
            page = wait_for(lambda: (text := home.get("/admin").text) and "looked at again" in text and text, 2)
            assert "sysctl fs.inotify.max_user_watches=" in page
            for number in range(20):
                make_file(tmp_path / "videos" / f"folder {number}" / "new.mp4", number)
            wait_for(lambda: home.get("/api/videos").json()["total"] == 20, 4)


def test_lost_news_of_the_watcher_lead_to_a_full_look(tmp_path: Path) -> None:
    (tmp_path / "videos").mkdir()
    limit = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    with serve(tmp_path / "videos", data=tmp_path / "data") as server, httpx.Client(base_url=server.base_url) as home:
        wait_for(lambda: "watched</span>" in home.get("/admin").text, 1)
        os.kill(server.pid, signal.SIGSTOP)
        try:
            for number in range(limit // 2 + 100):
                made = tmp_path / "videos" / f"{number}.mp4"
                made.touch()
                made.unlink()
            make_clip(tmp_path / "videos" / "after the flood.mp4")
        finally:
            os.kill(server.pid, signal.SIGCONT)
        wait_for(lambda: home.get("/api/videos?q=flood").json()["total"] == 1, 4)


def test_it_stops_in_time_with_players_and_live_pages(tmp_path: Path) -> None:
    big = make_clip(tmp_path / "videos" / "long.mp4")
    with big.open("ab") as file:
        file.truncate(60_000_000)
    with serve(tmp_path / "videos", data=tmp_path / "data") as server, httpx.Client(base_url=server.base_url) as home:
        video = wait_for(lambda: home.get("/api/videos").json()["videos"], 1)[0]
        wait_for(lambda: is_done(home), 3)
        players = [paused_player(server, video["video_url"]) for _ in range(10)]
        pages = [live_page(server.base_url) for _ in range(10)]
        home.put(f"/api/videos/{video['key']}/favorite")
        assert b"event: mark.changed" in wait_for_bytes(pages[0], b"mark.changed")
        threads = psutil.Process(server.pid).num_threads()
        more = [live_page(server.base_url) for _ in range(40)]
        assert psutil.Process(server.pid).num_threads() <= threads + 8  # the pool of page threads, not forty readers
        began = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - began < SLACK * STOP_S
        assert "Traceback" not in server.output
        for connection in (*players, *pages, *more):
            connection.close()


def test_kill_9_leaves_nothing_behind(tmp_path: Path) -> None:
    for number in range(3):
        make_clip(tmp_path / "videos" / f"clip {number}.mp4", seed=number)
    with serve(tmp_path / "videos", data=tmp_path / "data") as server, httpx.Client(base_url=server.base_url) as home:
        wait_for(lambda: is_done(home), 3)
        # A stream followed by a hole keeps its worker busy for minutes; others rest when there is nothing to do.
        os.truncate(make_clip(tmp_path / "endless.ts"), 200 << 30)
        os.rename(tmp_path / "endless.ts", tmp_path / "videos" / "endless.ts")
        wait_for(lambda: not is_done(home), 1)
        workers = wait_for(lambda: psutil.Process(server.pid).children(recursive=True), 2)
        server.kill()
        _, alive = psutil.wait_procs(workers, timeout=10)
        assert not alive
        port = int(server.base_url.rpartition(":")[2])
        with socket.socket() as again:
            again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            again.bind(("127.0.0.1", port))
        (tmp_path / "videos" / "endless.ts").unlink()
    with serve(tmp_path / "videos", data=tmp_path / "data") as server:
        wait_for(lambda: httpx.get(server.base_url + "/api/videos").json()["total"] == 3, 1)


def test_idle_workers_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "IDLE_S", 0.5)
    monkeypatch.setattr(background, "LOOK_AGAIN_S", 0.5)
    others = set(psutil.Process().children(recursive=True))
    make_clip(tmp_path / "videos" / "Dune.mp4")
    with open_home(tmp_path / "data", tmp_path / "videos", videos=1) as home:
        wait_for(lambda: set(psutil.Process().children(recursive=True)) <= others, 1)
        make_clip(tmp_path / "videos" / "Tron.mp4", seed=1)
        home.settle(2)


def test_the_terminal_shows_a_bar_with_rate_and_time_left(tmp_path: Path) -> None:
    for number in range(3000):
        make_file(tmp_path / "videos" / f"clip {number}.mp4", number)
    terminal, other = pty.openpty()
    fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    command = [
        sys.executable,
        str(CHECKOUT / "app.py"),
        str(tmp_path / "videos"),
        "--port",
        "0",
        "--host",
        "127.0.0.1",
    ]
    server = subprocess.Popen([*command, "--data", str(tmp_path / "data")], stdout=other, stderr=other, stdin=other)
    os.close(other)
    try:
        drawn = b""

        def has_bar() -> bool:
            nonlocal drawn
            if select.select([terminal], [], [], 0.1)[0]:
                drawn += os.read(terminal, 65536)
            return bool(re.search(rb"\d+%.*\d+/3000 \[\d\d:\d\d<\d\d:\d\d, *[\d.]+ files/s", drawn))

        wait_for(has_bar, 6)
    finally:
        server.terminate()
        server.wait(SLACK * STOP_S)
        os.close(terminal)
    assert server.returncode == 0


def answers(base_url: str) -> bool:
    try:
        return httpx.get(base_url + "/ping", timeout=2).status_code == 200
    except httpx.TransportError:
        return False


def is_done(home: httpx.Client) -> bool:
    return not home.get("/parts/progress").text.strip()


def make_file(path: Path, number: int) -> None:
    """A file with a video's name and a size of its own; what is inside does not matter here."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * (number + 1))


def live_page(base_url: str) -> socket.socket:
    host, port = base_url.removeprefix("http://").split(":")
    page = socket.create_connection((host, int(port)))
    page.sendall(f"GET /events HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
    assert b"event: state" in wait_for_bytes(page, b"event: state")
    return page


def wait_for_bytes(connection: socket.socket, wanted: bytes) -> bytes:
    connection.settimeout(10)
    read = b""
    while wanted not in read:
        block = connection.recv(65536)
        assert block, read
        read += block
    return read
