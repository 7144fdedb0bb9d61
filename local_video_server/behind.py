"""How far behind the reader of a live feed is, and the end of its connection.

Granian takes whatever is sent and keeps what the reader does not take, without a word. The kernel knows better: it
counts what the other side acknowledged. What was acknowledged and not yet read is the reader's own affair: no server
can see that without asking it. Where the kernel tells nothing (macOS), what was sent counts as not arrived.
"""

from __future__ import annotations

import fcntl
import os
import socket
import struct
import sys
import termios
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from ipaddress import IPv6Address, ip_address
from stat import S_ISSOCK

MOST_EVENTS = 10  # design.md: who is so many behind loads the page anew, which tells all of them at once
LATE_S = 1.0  # and has had so long to take the first of them; longer than any way through a house
MOST_BYTES = 1_000_000  # what may lie here for one reader, seen or not
LOOK_EVERY_S = 1.0
_ACKED_AT = 120  # tcpi_bytes_acked in struct tcp_info: linux/tcp.h, since Linux 4.1

# Bytes in the kernel that were not acknowledged, and all that ever were on this connection; None: it cannot tell.
Left = tuple[int, int] | None


class Connection:
    """The socket of a request, by a descriptor of our own: Granian may close its own at any time."""

    def __init__(self, own: socket.socket) -> None:
        self._own = own

    @classmethod
    def of(cls, client: str, server: str) -> Connection | None:
        """The one between these two, as Granian names them ("10.0.0.7:51432", "[::1]:8080")."""
        with suppress(OSError, ValueError):
            wanted = _end(client), _end(server)[1]
            for name in _descriptors():
                found = _socket(name)
                if found is not None:
                    if _ends(found) == wanted:
                        return cls(found)
                    found.close()
        return None

    def left(self) -> Left:
        if sys.platform != "linux":
            return None
        try:
            answer = fcntl.ioctl(self._own, termios.TIOCOUTQ, b"\0\0\0\0")
            told = self._own.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _ACKED_AT + 8)
        except OSError:
            return None
        acked = struct.unpack_from("=Q", told, _ACKED_AT)[0] if len(told) >= _ACKED_AT + 8 else 0
        return struct.unpack("=i", answer)[0], acked

    def cut(self) -> None:
        """Ends it at once, with whatever waits in the kernel and in Granian: both would keep it for a quarter of an
        hour."""
        with suppress(OSError):  # it is gone already
            self._own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._own.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._own.close()


class Unread:
    """What was sent to one reader and is not known to have arrived."""

    def __init__(self, left: Callable[[], Left], clock: Callable[[], float] = time.monotonic) -> None:
        self._left = left
        self._clock = clock
        self._sent: deque[tuple[float, int]] = deque()  # when, and how many bytes
        self._bytes = 0
        self._looked_at = 0.0
        known = left()
        self._acked = known[1] if known else 0

    def add(self, size: int) -> bool:
        """One more event was sent; whether its reader is too far behind."""
        now = self._clock()
        framed = size + len(f"{size:x}") + 4  # as a chunk: RFC 9112 section 7.1
        self._sent.append((now, framed))
        self._bytes += framed
        is_much = self._bytes > MOST_BYTES
        if not is_much and (len(self._sent) < MOST_EVENTS or now - self._looked_at < LOOK_EVERY_S):
            return False
        self._looked_at = now
        left = self._left()
        if left is None:
            return is_much
        self._arrived(*left)
        is_late = len(self._sent) >= MOST_EVENTS and now - self._sent[0][0] > LATE_S
        return is_late or self._bytes > MOST_BYTES

    def _arrived(self, queued: int, acked: int) -> None:
        if not queued:
            self._sent.clear()
            self._bytes, self._acked = 0, acked
        while self._sent and self._acked + self._sent[0][1] <= acked:
            framed = self._sent.popleft()[1]
            self._bytes -= framed
            self._acked += framed


def _descriptors() -> list[str]:
    """The newest first: the connection of a request that has just come is among them."""
    return sorted(os.listdir("/dev/fd"), key=int, reverse=True)


def _socket(name: str) -> socket.socket | None:
    """Of a descriptor, duplicated before it is asked: its number may belong to another one by now."""
    with suppress(OSError):
        if S_ISSOCK(os.fstat(int(name)).st_mode):
            return socket.socket(fileno=os.dup(int(name)))
    return None


def _ends(one: socket.socket) -> tuple[tuple[str, int], int] | None:
    """The other side and our port, of a connection of a network."""
    if one.family not in (socket.AF_INET, socket.AF_INET6):
        return None
    with suppress(OSError, ValueError):  # it listens, or is no longer connected
        return _address(*one.getpeername()[:2]), one.getsockname()[1]
    return None


def _end(named: str) -> tuple[str, int]:
    host, _, port = named.rpartition(":")
    return _address(host.strip("[]"), int(port))


def _address(host: str, port: int) -> tuple[str, int]:
    """In one spelling: without the name of the network card, and IPv4 as itself on a socket for both."""
    address = ip_address(host.partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address), port
