"""Each promise of the server, tried on real processes and real sockets."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import platform
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import wsgiref.simple_server
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import httpx
import psutil
import pytest

from local_video_server import serving
from local_video_server.library.errors import CannotStart
from tests.serving_app import app

ROOT = Path(__file__).parent.parent
SIZE = 50_000_000
STOP_S = 5 * 5.0  # five times the promise


class Running:
    """A server process; `text` is what it said."""

    def __init__(self, *options: str, port: int = 0) -> None:
        command = [sys.executable, "-m", "tests.serving_app", str(port), *options]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        self.text = line
        self.port = int(line.split()[1]) if line.startswith("listening") else 0
        self.url = f"http://127.0.0.1:{self.port}"

    def get(self, path: str, timeout: float = 25.0) -> httpx.Response:
        return httpx.get(self.url + path, timeout=timeout)

    def state(self) -> dict[str, int]:
        found: dict[str, int] = json.loads(self.get("/state").text)
        return found

    def open(self, path: str, method: str = "GET", extra: str = "") -> socket.socket:
        """A connection that has asked and reads nothing."""
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(25)
        client.connect(("127.0.0.1", self.port))
        client.sendall(f"{method} {path} HTTP/1.1\r\nHost: a\r\n{extra}\r\n".encode())
        return client

    def threads(self) -> int:
        return psutil.Process(self.process.pid).num_threads()

    def opened(self, name: str) -> int:
        links = Path(f"/proc/{self.process.pid}/fd").iterdir()
        return sum(_target(link).endswith(name) for link in links)

    def bytes_read(self) -> int:
        lines = Path(f"/proc/{self.process.pid}/io").read_text().split("\n")
        return int(lines[0].removeprefix("rchar: "))

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)
        if self.process.stdout is not None:
            self.process.stdout.close()


def _target(link: Path) -> str:
    try:
        return os.readlink(link)
    except OSError:
        return ""


def wait_until(is_so: Callable[[], bool], limit_s: float = 25.0) -> None:
    deadline = time.monotonic() + limit_s
    while not is_so():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.02)


@contextlib.contextmanager
def running(*options: str, port: int = 0) -> Iterator[Running]:
    server = Running(*options, port=port)
    try:
        yield server
    finally:
        server.end()


@pytest.fixture(scope="module")
def shared() -> Iterator[Running]:
    with running("--body-wait", "2") as server:
        yield server


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("films") / "film é.bin"
    path.write_bytes(os.urandom(SIZE))
    return path


def piece_of(film: Path, start: int, end: int) -> str:
    return f"/file?path={quote(str(film))}&start={start}&end={end}"


def receive(client: socket.socket, until: bytes) -> bytes:
    got = b""
    while until not in got and (chunk := client.recv(65_536)):
        got += chunk
    return got


# The port


def test_a_used_port_is_refused_with_the_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(CannotStart) as refusal:
            serving.check_port("127.0.0.1", port)
    assert refusal.value.message == (
        f"Port {port} is in use by another program. Stop it, or choose another: --port {port + 1}"
    )


def test_port_0_becomes_a_free_one() -> None:
    port = serving.check_port("127.0.0.1", 0)
    assert serving.check_port("127.0.0.1", port) == port > 0


@pytest.mark.parametrize(
    ("host", "port", "sentence"),
    [
        ("192.0.2.1", 8080, "This machine has no address 192.0.2.1. For all of its own: --host 0.0.0.0"),
        ("no such.invalid", 8080, "no such.invalid is no address known to this machine."),
        ("127.0.0.1", 70_000, "There is no port 70000. Choose one from 1 to 65535: --port 8080"),
    ],
    ids=["foreign address", "unknown name", "no such port"],
)
def test_an_impossible_address_is_refused_with_a_sentence(host: str, port: int, sentence: str) -> None:
    with pytest.raises(CannotStart) as refusal:
        serving.check_port(host, port)
    assert refusal.value.message.startswith(sentence)


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "localhost"])
def test_a_second_server_on_the_port_ends_with_a_sentence(shared: Running, host: str) -> None:
    with running("--host", host, port=shared.port) as second:
        assert second.process.wait(25) == 1
        assert second.text.startswith(f"Port {shared.port} is in use by another program.")


def test_a_name_can_be_listened_on() -> None:
    with running("--host", "localhost") as server:
        assert server.get("/hello").text == "hello"


def test_after_kill_9_the_port_is_free_at_once(film: Path) -> None:
    with running() as server, server.open(piece_of(film, 0, SIZE)) as player:
        receive(player, b"\r\n\r\n")
        server.process.kill()
        server.process.wait(10)
        with running(port=server.port) as again:
            assert again.get("/hello").text == "hello"


# The end


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_it_stops_in_time_whatever_is_open(film: Path, number: int) -> None:
    with running("--hang-on-stop") as server, contextlib.ExitStack() as clients:
        players = [clients.enter_context(server.open(piece_of(film, 0, SIZE))) for _ in range(5)]
        feeds = [clients.enter_context(server.open("/feed")) for _ in range(5)]
        stuck = clients.enter_context(server.open("/video/stuck"))
        idle = clients.enter_context(server.open("/hello"))
        for client in (*players, *feeds):
            receive(client, b"\r\n\r\n")
        receive(idle, b"hello")
        wait_until(lambda: server.state()["feeds"] == 5)
        began = time.monotonic()
        server.process.send_signal(number)
        assert server.process.wait(STOP_S) == 0
        print(f"stopped after {time.monotonic() - began:.2f} s")
        assert stuck.recv(1000) == b""
        assert feeds[0].recv(1000).endswith(b"0\r\n\r\n"), "a feed ends as a whole answer"


def test_an_idle_server_stops_after_its_own_tidying() -> None:
    with running() as server:
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(STOP_S) == 0
        assert server.process.stdout is not None
        assert server.process.stdout.read() == "stopping\n"


def test_a_second_ctrl_c_leaves_at_once() -> None:
    with running("--hang-on-stop") as server:
        server.process.send_signal(signal.SIGINT)
        wait_until(lambda: not _accepts(server.port))
        began = time.monotonic()
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(STOP_S) == 130
        assert time.monotonic() - began < 2.0


def _accepts(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def test_a_start_that_fails_ends_the_server_with_code_1() -> None:
    with running("--fail-on-start") as server:
        assert server.process.wait(STOP_S) == 1


# Files and feeds


def test_paused_players_and_waiting_feeds_hold_no_thread(film: Path) -> None:
    with running() as server, contextlib.ExitStack() as clients:
        with ThreadPoolExecutor(8) as eight:  # so that all threads for pages are there
            list(eight.map(server.get, ["/together"] * 8))
        before = server.threads()
        waiting = [clients.enter_context(server.open(piece_of(film, 0, SIZE))) for _ in range(100)]
        waiting += [clients.enter_context(server.open("/feed")) for _ in range(20)]
        for client in waiting:
            receive(client, b"\r\n\r\n")
        wait_until(lambda: server.state()["feeds"] == 20)
        assert server.opened(film.name) == 100
        assert server.get("/hello").text == "hello"
        at_once = server.threads()
        assert at_once <= before + serving.FILE_READERS + 4
        # Opening a hundred files at once took Granian's readers; it ends those without work after 10 s.
        wait_until(lambda: server.threads() <= before + 4, limit_s=50)
        print(f"threads {before} -> {at_once} -> {server.threads()}")
        assert server.opened(film.name) == 100
        clients.close()
        wait_until(lambda: server.opened(film.name) == 0)
        wait_until(lambda: server.state()["feeds"] == 0)


@pytest.mark.parametrize(
    ("start", "end"),
    [(0, 1), (0, 2), (12_345, 77_777), (SIZE - 1, SIZE), (SIZE // 2, SIZE), (7, 7)],
    ids=["first byte", "two bytes", "middle", "last byte", "second half", "nothing"],
)
def test_a_slice_is_exact(shared: Running, film: Path, start: int, end: int) -> None:
    answer = shared.get(piece_of(film, start, end))
    assert answer.status_code == 206
    assert answer.headers["content-length"] == str(end - start)
    assert answer.content == film.read_bytes()[start:end]


def test_a_file_with_a_name_that_is_no_utf8_is_sent(shared: Running, tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\xff.bin"
    with open(name, "wb") as file:
        file.write(b"0123456789")
    assert shared.get(f"/file?path={quote(name)}&start=3&end=6").content == b"345"


def test_a_file_that_is_gone_is_not_found(shared: Running, tmp_path: Path) -> None:
    assert shared.get(piece_of(tmp_path / "gone", 0, 10)).status_code == 404


def test_nothing_is_read_beyond_what_is_sent(shared: Running, film: Path) -> None:
    before = shared.bytes_read()
    assert len(shared.get(piece_of(film, 1_000_000, 1_001_024)).content) == 1024
    assert shared.bytes_read() - before < 1_000_000


def test_a_player_that_leaves_ends_the_reading(shared: Running, film: Path) -> None:
    before = shared.bytes_read()
    with shared.open(piece_of(film, 0, SIZE)) as player:
        receive(player, b"\r\n\r\n")
    wait_until(lambda: shared.opened(film.name) == 0)
    assert shared.bytes_read() - before < SIZE / 2


def test_a_feed_gets_what_is_pushed_until_it_ends(shared: Running) -> None:
    with shared.open("/feed") as reader:
        assert b"hello\n" in receive(reader, b"hello\n")
        wait_until(lambda: shared.state()["feeds"] == 1)
        shared.get("/push")
        assert b"news\n" in receive(reader, b"news\n")
        shared.get("/push?end=1")
        assert receive(reader, b"0\r\n\r\n").endswith(b"0\r\n\r\n")
    wait_until(lambda: shared.state()["feeds"] == 0)


def test_a_reader_that_takes_nothing_is_dropped(shared: Running) -> None:
    with shared.open("/feed") as reader:
        receive(reader, b"hello\n")
        wait_until(lambda: shared.state()["feeds"] == 1)
        for _ in range(11):
            shared.get("/push?size=100000")
        wait_until(lambda: shared.state()["feeds"] == 0)


# Requests


def test_pages_go_on_while_every_disk_thread_hangs() -> None:
    with running() as server, contextlib.ExitStack() as clients:
        for _ in range(8):
            clients.enter_context(server.open("/video/stuck"))
        late = clients.enter_context(server.open("/video/stuck"))
        began = time.monotonic()
        assert server.get("/hello", timeout=2).text == "hello"
        answer = receive(late, b"seconds.\n")
        print(f"503 after {time.monotonic() - began:.2f} s")
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"retry-after: 5\r\n" in answer
        assert b"A disk does not answer now." in answer
        server.get("/release")
        assert server.get("/video/stuck").status_code == 200


@pytest.mark.parametrize("size", [0, 5, 1_000_000], ids=["empty", "small", "at the limit"])
@pytest.mark.parametrize("is_chunked", [False, True], ids=["with a length", "in chunks"])
def test_a_body_arrives_whole(shared: Running, size: int, is_chunked: bool) -> None:
    content = b"a" * size
    sent = iter([content[: size // 2], content[size // 2 :]]) if is_chunked else content
    answer = httpx.post(shared.url + "/echo", content=sent, timeout=25)
    assert answer.text == f"{size} {content[:20].decode()}"


def test_a_body_too_large_is_refused_before_it_is_read(shared: Running) -> None:
    with shared.open("/echo", "POST", "Content-Length: 1000001\r\n") as client:
        answer = receive(client, b"at once.\n")
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"larger than 1000000 bytes" in answer


def test_a_body_too_large_in_chunks_is_refused_on_the_way(shared: Running) -> None:
    with shared.open("/echo", "POST", "Transfer-Encoding: chunked\r\n") as client:
        client.sendall(b"f4241\r\n" + b"a" * 1_000_001 + b"\r\n")
        assert receive(client, b"at once.\n").startswith(b"HTTP/1.1 413 ")


def test_a_body_that_stalls_holds_no_thread_and_is_given_up(shared: Running) -> None:
    with contextlib.ExitStack() as clients:
        stalled = [clients.enter_context(shared.open("/echo", "POST", "Content-Length: 10\r\n")) for _ in range(20)]
        stalled[0].sendall(b"12345")
        assert shared.get("/hello", timeout=1.5).text == "hello"
        assert receive(stalled[0], b"again.\n").startswith(b"HTTP/1.1 408 ")


def test_a_body_cut_off_does_not_reach_the_application(shared: Running) -> None:
    with shared.open("/echo", "POST", "Content-Length: 10\r\n") as client:
        client.sendall(b"12345")
        client.shutdown(socket.SHUT_WR)
        assert b"200 OK" not in receive(client, b"\n\n")


def test_two_requests_sent_together_are_both_answered(shared: Running) -> None:
    with shared.open("/hello") as client:
        client.sendall(b"GET /write HTTP/1.1\r\nHost: a\r\n\r\n")
        answers = receive(client, b"first second")
        assert answers.index(b"hello") < answers.index(b"first second")


def test_head_has_the_headers_and_no_body(shared: Running, film: Path) -> None:
    for path, length in (("/hello", "5"), (piece_of(film, 0, 10), "10")):
        answer = httpx.head(shared.url + path)
        assert (answer.headers["content-length"], answer.content) == (length, b"")
    with shared.open("/feed", "HEAD") as client:
        assert receive(client, b"\r\n\r\n").endswith(b"\r\n\r\n")
        client.sendall(b"GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
        assert receive(client, b"hello").endswith(b"hello")


@pytest.mark.parametrize("code", [204, 304])
def test_an_answer_without_a_body_keeps_its_headers(shared: Running, code: int) -> None:
    answer = shared.get(f"/status?code={code}")
    assert (answer.status_code, answer.headers["etag"], answer.content) == (code, '"1"', b"")
    assert answer.headers["server"] == "local-video-server"


@pytest.mark.parametrize(
    ("method", "path", "extra", "status"),
    [
        ("GET", "/hello", "", 200),
        ("HEAD", "/hello", "", 200),
        ("GET", "/status?code=304", "", 304),
        ("GET", "/status?code=404", "", 404),
        ("GET", "/hello", "Host: b\r\n", 400),
        ("POST", "/echo", "Content-Length: 1000001\r\n", 413),
        ("GET", "/boom", "", 500),
        ("GET", "/feed", "", 200),
    ],
)
def test_every_answer_has_a_number_of_its_own_and_how_long_it_took(
    shared: Running, method: str, path: str, extra: str, status: int
) -> None:
    found = set()
    for _ in range(2):
        with shared.open(path, method, extra) as client:
            head = receive(client, b"\r\n\r\n").partition(b"\r\n\r\n")[0].decode()
        assert head.startswith(f"HTTP/1.1 {status} ")
        assert re.search(r"^server-timing: total;dur=\d+\.\d\d\r?$", head, re.M)
        number = re.search(r"^x-request-id: ([0-9a-f]{16})\r?$", head, re.M)
        assert number
        found.add(number[1])
    assert len(found) == 2


@pytest.mark.parametrize(
    ("given", "is_kept"),
    [
        ("proxy-1.2_c", True),
        ("a" * 64, True),
        ("a" * 65, False),
        ("", False),
        ("two words", False),
        ("<b>", False),
        ("é", False),
        ('"}', False),
    ],
)
def test_a_number_that_a_proxy_gave_goes_on_when_it_is_one(shared: Running, given: str, is_kept: bool) -> None:
    answer = httpx.get(shared.url + "/hello", headers={"X-Request-ID": given.encode()})
    assert (answer.headers["x-request-id"] == given) is is_kept
    assert "lvs.request_id" in httpx.get(shared.url + "/environ").json()


@pytest.mark.parametrize("path", ["/boom", "/evil", "/evil-name", "/broken-pieces"])
def test_a_broken_view_or_header_is_a_500(shared: Running, path: str) -> None:
    answer = shared.get(path)
    assert answer.status_code == 500
    assert "x-evil" not in answer.headers
    assert answer.text == "Something went wrong in the server. Its log says what.\n"


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/%c3%a9", "/Ã©"),
        ("/a/%2e%2e/%2e%2e/etc", "/a/../../etc"),
        ("/a/../b", "/a/../b"),
        ("/a%00b", "/a\0b"),
        ("/%ff", "/ï¿½"),
        ("/a%2fb//c", "/a/b//c"),
        ("/%252e", "/%2e"),
        ("/a%zz", "/a%zz"),
    ],
    ids=["UTF-8", "coded dots", "dots", "NUL", "no UTF-8", "slashes", "decoded once", "no code"],
)
def test_an_address_reaches_the_application_decoded_once(shared: Running, target: str, path: str) -> None:
    with shared.open(target, extra="Connection: close\r\n") as client:
        body = receive(client, b"\0\0\0").split(b"\r\n\r\n", 1)[1]
    assert json.loads(body)["PATH_INFO"] == path


@pytest.mark.parametrize("hosts", ["", "Host: a\r\nHost: b\r\n"], ids=["no host", "two hosts"])
def test_an_unclear_host_is_refused(shared: Running, hosts: str) -> None:
    with socket.create_connection(("127.0.0.1", shared.port), 25) as client:
        client.sendall(f"GET /hello HTTP/1.1\r\n{hosts}\r\n".encode())
        assert receive(client, b"slash.\n").startswith(b"HTTP/1.1 400 ")


# Plain WSGI


@pytest.fixture(params=["wsgiref", "waitress"])
def other_url(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "wsgiref":
        with wsgiref.simple_server.make_server("127.0.0.1", 0, app, handler_class=_Quiet) as plain:
            thread = threading.Thread(target=plain.serve_forever, args=(0.02,))
            thread.start()
            yield f"http://127.0.0.1:{plain.server_port}"
            plain.shutdown()
            thread.join()
        return
    port = serving.check_port("127.0.0.1", 0)
    command = [sys.executable, "-m", "waitress", f"--listen=127.0.0.1:{port}", "tests.serving_app:app"]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: _accepts(port))
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait(10)


class _Quiet(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


def test_any_wsgi_server_gives_the_same_bytes(shared: Running, other_url: str, film: Path) -> None:
    for path in ("/hello", "/pieces", "/write", piece_of(film, 5, 300_000)):
        ours, theirs = shared.get(path), httpx.get(other_url + path, timeout=25)
        assert (ours.status_code, ours.content) == (theirs.status_code, theirs.content), path
    assert httpx.get(other_url + "/feed").text == "hello\n"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a test choose the thread that gets a signal")
def test_a_stop_that_another_thread_hears_ends_the_server() -> None:
    """The kernel may give a signal to any thread, or to the main one just before it falls asleep: Python then
    notes it, and nobody wakes up to read the note."""
    with running() as server:
        assert server.get("/hello").text == "hello"  # a page thread exists now
        process = server.process.pid
        other = max(int(name) for name in os.listdir(f"/proc/{process}/task"))
        assert other != process
        tgkill = {"x86_64": 234, "aarch64": 131}[platform.machine()]
        assert ctypes.CDLL(None).syscall(tgkill, process, other, signal.SIGTERM) == 0
        assert server.process.wait(STOP_S) == 0
