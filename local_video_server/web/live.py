"""Live news for pages: server-sent events, one feed a connection.

A feed holds no thread: the server's bridge subscribes it on its event loop, and drops a reader who is too far
behind (behind.py). What a new reader needs first is the state, so that nothing between the page and the feed is
missed. Events are numbered without a gap since the start of the server, also those that nobody heard: who comes back
sees by the number of the state whether anything was missed. Source: WHATWG HTML, section 9.2.
"""

from __future__ import annotations

import json
import queue
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping

from ..library.events import Events

HEARTBEAT_S = 20.0
COMES_BACK_MS = 2000  # a reader who lost its connection
_HEARTBEAT = b": alive\n\n"

Push = Callable[[bytes | None], None]


class LiveNews:
    """Everybody who listens. `start` begins the heartbeat, `stop` ends all feeds."""

    def __init__(self, happened: Events, state: Callable[[], Mapping[str, object]]) -> None:
        self._state = state
        self._pushes: frozenset[Push] = frozenset()
        self._lock = threading.Lock()  # every reader gets the events in the order of their numbers
        self._run = secrets.token_hex(4)  # numbers of another run of the server are no earlier ones of this
        self._told = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
        happened.listen(self._tell)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        for push in self._pushes:
            push(None)

    def feed(self) -> Feed:
        return Feed(self)

    def join(self, push: Push) -> Callable[[], None]:
        with self._lock:
            push(b"retry: %d\n" % COMES_BACK_MS + self._event("state", self._state()))
            self._pushes |= {push}
        if self._stopping.is_set():
            push(None)

        def leave() -> None:
            with self._lock:
                self._pushes -= {push}

        return leave

    def _tell(self, name: str, what: Mapping[str, object]) -> None:
        with self._lock:
            self._told += 1
            if self._pushes:
                told = self._event(name, what)
                for push in self._pushes:
                    push(told)

    def _event(self, name: str, what: Mapping[str, object]) -> bytes:
        return f"event: {name}\nid: {self._run}.{self._told}\ndata: {json.dumps(what)}\n\n".encode()

    def _beat(self) -> None:
        while not self._stopping.wait(HEARTBEAT_S):
            for push in self._pushes:
                push(_HEARTBEAT)


class Feed:
    """The body of one live answer."""

    def __init__(self, news: LiveNews) -> None:
        self._news = news

    def subscribe(self, push: Push) -> Callable[[], None]:
        return self._news.join(push)

    def __iter__(self) -> Iterator[bytes]:
        """For a server that knows no feeds; it gives a thread to each reader."""
        told: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        leave = self._news.join(told.put)
        try:
            while (one := told.get()) is not None:
                yield one
        finally:
            leave()
