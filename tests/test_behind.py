"""Readers of live news that do not read, read slowly, or are gone: the rule, and real sockets."""

from __future__ import annotations

import os
import socket
import struct
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

import httpx
import pytest

from local_video_server import behind
from local_video_server.behind import Connection, Left, Unread
from tests.server import wait_for
from tests.test_serving import Running, receive, running

SIZE = 100
FRAMED = SIZE + 6  # "64\r\n" before it and "\r\n" behind

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what a reader acknowledged")


class Kernel:
    """What it says, and the time."""

    def __init__(self, left: Left = (0, 0)) -> None:
        self.left = left
        self.now = 100.0
        self.asked = 0

    def says(self) -> Left:
        self.asked += 1
        return self.left


def unread(kernel: Kernel) -> Unread:
    return Unread(kernel.says, lambda: kernel.now)


def add(to: Unread, events: int, size: int = SIZE) -> bool:
    return any([to.add(size) for _ in range(events)])


def test_a_reader_that_takes_nothing_is_behind_at_ten_events_and_a_second() -> None:
    kernel = Kernel((0, 500))
    reader = unread(kernel)
    kernel.left = 3000, 500
    assert not add(reader, 30), "a burst has not had the time to arrive"
    kernel.now += 1.01
    assert add(reader, 1)


def test_nine_events_are_few_however_old() -> None:
    kernel = Kernel((9 * FRAMED, 0))
    reader = unread(kernel)
    for _ in range(9):
        assert not add(reader, 1)
        kernel.now += 20


def test_who_has_taken_all_is_not_behind() -> None:
    kernel = Kernel()
    reader = unread(kernel)
    for _ in range(50):
        assert not add(reader, 12)
        kernel.now += 1.5


def test_who_is_always_a_little_late_but_goes_on_is_not_behind() -> None:
    """Twenty events a second, of which the last ten are always on their way."""
    kernel = Kernel()
    reader = unread(kernel)
    for sent in range(1, 400):
        kernel.left = 10 * FRAMED, max(0, sent - 10) * FRAMED
        assert not add(reader, 1), sent
        kernel.now += 0.05


def test_what_lies_in_granian_counts_like_what_lies_in_the_kernel() -> None:
    kernel = Kernel((2 * FRAMED, 0))  # a small window: most of it did not even get so far
    reader = unread(kernel)
    assert not add(reader, 20)
    kernel.now += 1.5
    assert add(reader, 1)


def test_a_megabyte_is_too_much_at_once() -> None:
    assert add(unread(Kernel((5000, 0))), 11, size=100_000)


def test_a_megabyte_that_arrives_is_not() -> None:
    assert not add(unread(Kernel()), 50, size=100_000)


def test_where_the_kernel_tells_nothing_a_megabyte_ends_the_feed() -> None:
    kernel = Kernel(None)
    reader = unread(kernel)
    for _ in range(1000):
        assert not add(reader, 1)
        kernel.now += 1
    assert add(reader, 9000)


def test_the_kernel_is_asked_once_a_second_and_never_for_few_events() -> None:
    kernel = Kernel((1, 0))
    reader = unread(kernel)
    kernel.asked = 0
    add(reader, 9)
    assert kernel.asked == 0
    add(reader, 1000, size=1)
    assert kernel.asked == 1


@contextmanager
def connected(family: socket.AddressFamily, listens_on: str, asks: str) -> Iterator[tuple[socket.socket, str, str]]:
    """The server's end of a connection, and both names as Granian has them."""
    with closing(socket.create_server((listens_on, 0), family=family, dualstack_ipv6=listens_on == "::")) as server:
        with closing(socket.create_connection((asks, server.getsockname()[1]))) as client:
            own, _ = server.accept()
            with closing(own):
                host, port = client.getsockname()[:2]
                mapped = f"[::ffff:{host}]" if listens_on == "::" and "." in host else host
                name = f"[{host}]" if ":" in host else mapped
                yield own, f"{name}:{port}", f"{listens_on}:{server.getsockname()[1]}"


@linux
@pytest.mark.parametrize(
    ("family", "listens_on", "asks"),
    [
        (socket.AF_INET, "127.0.0.1", "127.0.0.1"),
        (socket.AF_INET, "0.0.0.0", "127.0.0.1"),
        (socket.AF_INET6, "::1", "::1"),
        (socket.AF_INET6, "::", "127.0.0.1"),
    ],
    ids=["IPv4", "all of IPv4", "IPv6", "IPv4 on a socket for both"],
)
def test_a_connection_is_found_told_of_and_cut(family: socket.AddressFamily, listens_on: str, asks: str) -> None:
    with connected(family, listens_on, asks) as (own, client, server):
        if listens_on == "::":
            server = server.replace("::", "[::]", 1)
        found = Connection.of(client, server)
        assert found is not None
        assert found.left() == (0, 0) or found.left() == (0, 1)  # some kernels count the greeting
        own.sendall(b"x" * 100)
        wait_for(lambda: (found.left() or (1, 0))[0] == 0, 1)
        assert (found.left() or (0, 0))[1] >= 100
        assert not own.getblocking() or own.gettimeout() is None, "its mode is Granian's affair"
        found.cut()
        found.close()
        with pytest.raises(OSError):
            own.sendall(b"y")


@pytest.mark.parametrize("client", ["127.0.0.1:1", "", "nobody", "[::1]:2", "unix:"])
def test_a_connection_that_is_not_there_is_none_and_nothing_stays_open(client: str) -> None:
    before = len(os.listdir("/dev/fd"))
    assert Connection.of(client, "127.0.0.1:8080") is None
    assert len(os.listdir("/dev/fd")) == before


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running() as one:
        yield one


@contextmanager
def feeds(server: Running, readers: int) -> Iterator[list[socket.socket]]:
    with ExitStack() as stack:
        some = [stack.enter_context(server.open("/feed")) for _ in range(readers)]
        for one in some:
            receive(one, b"hello\n")
        wait_for(lambda: server.state()["feeds"] == readers, 1)
        yield some


@linux
def test_who_does_not_read_is_cut_off_and_its_bytes_are_given_up(server: Running) -> None:
    with feeds(server, 1) as (reader,), httpx.Client(base_url=server.url) as client:

        def is_dropped() -> bool:
            client.get("/push", params={"size": "1000"})
            return server_feeds(client) == 0

        wait_for(is_dropped, behind.LATE_S + 1)
        with pytest.raises(ConnectionResetError):
            deque(iter(lambda: reader.recv(100_000), b""), maxlen=0)


def server_feeds(client: httpx.Client) -> int:
    return int(client.get("/state").json()["feeds"])


@linux
def test_who_reads_slowly_is_kept_among_fifty(server: Running) -> None:
    with feeds(server, 50) as (slow, *others), httpx.Client(base_url=server.url) as client:

        def news() -> None:
            client.get("/push", params={"size": "500"})
            slow.recv(600)  # what has just come, and never more than a little
            for other in others:
                other.recv(100_000)

        end = time.monotonic() + behind.LATE_S + behind.LOOK_EVERY_S / 2
        while time.monotonic() < end:
            news()
        assert server_feeds(client) == 50
    wait_for(lambda: server.state()["feeds"] == 0, 1)


def test_who_is_gone_is_forgotten(server: Running) -> None:
    with feeds(server, 2) as (one, other):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        one.close()
        wait_for(lambda: server.state()["feeds"] == 1, 1)
        other.close()
        wait_for(lambda: server.state()["feeds"] == 0, 1)
