"""Live news for pages: server-sent events, one feed a connection.

A feed holds no thread: the server's bridge subscribes it on its event loop. What a new reader needs first is the
state, so that nothing between the page and the feed is missed. Source: WHATWG HTML, section 9.2.
"""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable, Iterator, Mapping

from ..library.events import Events

HEARTBEAT_S = 20.0
_HEARTBEAT = b": alive\n\n"

Push = Callable[[bytes | None], None]


class LiveNews:
    """Everybody who listens. `start` begins the heartbeat, `stop` ends all feeds."""

    def __init__(self, happened: Events, state: Callable[[], Mapping[str, object]]) -> None:
        self._state = state
        self._pushes: frozenset[Push] = frozenset()
        self._lock = threading.Lock()
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
            self._pushes |= {push}
        push(_event("state", self._state()))
        if self._stopping.is_set():
            push(None)

        def leave() -> None:
            with self._lock:
                self._pushes -= {push}

        return leave

    def _tell(self, name: str, what: Mapping[str, object]) -> None:
        if self._pushes:
            told = _event(name, what)
            for push in self._pushes:
                push(told)

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


def _event(name: str, what: Mapping[str, object]) -> bytes:
    return f"event: {name}\ndata: {json.dumps(what)}\n\n".encode()
