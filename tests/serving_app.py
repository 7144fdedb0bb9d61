"""A small WSGI application for the server tests, and the program that serves it.

python -m tests.serving_app PORT [--hang-on-stop] [--body-wait S] [--host H]
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

StartResponse = Callable[..., Callable[[bytes], object]]

closed: list[str] = []
pushes: set[Callable[[bytes | None], None]] = set()
released = threading.Event()
all_threads = threading.Barrier(8)


class Slice:
    def __init__(self, path: str, start: int, end: int) -> None:
        self.path, self.start, self.end = path, start, end

    def __iter__(self) -> Iterator[bytes]:
        with open(self.path, "rb") as file:
            file.seek(self.start)
            left = self.end - self.start
            while left > 0 and (chunk := file.read(min(left, 65_536))):
                left -= len(chunk)
                yield chunk


class Feed:
    def subscribe(self, push: Callable[[bytes | None], None]) -> Callable[[], None]:
        push(b"hello\n")
        pushes.add(push)
        return lambda: pushes.discard(push)

    def __iter__(self) -> Iterator[bytes]:
        yield b"hello\n"


class Pieces:
    def __init__(self, *pieces: bytes, breaks: bool = False) -> None:
        self._pieces, self._breaks = pieces, breaks

    def __iter__(self) -> Iterator[bytes]:
        yield from self._pieces
        if self._breaks:
            raise RuntimeError("broke on the way")

    def close(self) -> None:
        closed.append("pieces")


def app(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    query = dict(urllib.parse.parse_qsl(environ["QUERY_STRING"], errors="surrogateescape"))
    plain = [("Content-Type", "text/plain")]
    if path == "/boom":
        raise RuntimeError("boom on purpose")
    if path == "/evil":
        start_response("200 OK", [("X-Name", "a\r\nX-Evil: 1"), *plain])
        return [b"evil"]
    if path == "/evil-name":
        start_response("200 OK", [("X-Name: a\r\nX-Evil", "1"), *plain])
        return [b"evil"]
    if path == "/status":
        start_response(query["code"] + " Whatever", [("ETag", '"1"')])
        return []
    if path == "/latin":
        start_response("200 OK", [("X-Name", "é".encode().decode("latin-1"))])
        return [b"ok"]
    if path in ("/file", "/video/file"):
        name, start, end = query["path"], int(query["start"]), int(query["end"])
        start_response("206 Partial Content", [("Content-Length", str(end - start)), *plain])
        return Slice(name, start, end)
    if path == "/feed":
        start_response("200 OK", [("Content-Type", "text/event-stream")])
        return Feed()
    if path == "/video/stuck":
        released.wait(60)
    if path == "/write":
        start_response("200 OK", plain)(b"first ")
        return [b"second"]
    if path in ("/pieces", "/broken-pieces"):
        start_response("200 OK", plain)
        return Pieces(b"a", b"", b"b", breaks=path == "/broken-pieces")
    body = _text(path, environ, query).encode()
    start_response("200 OK", [("Content-Length", str(len(body))), *plain])
    return [body]


def _text(path: str, environ: dict[str, Any], query: dict[str, str]) -> str:
    if path == "/push":
        size = int(query.get("size", "0"))
        chunk = None if "end" in query else (b"x" * size or b"news\n")
        for push in tuple(pushes):
            push(chunk)
    if path == "/together":
        all_threads.wait(25)
    if path == "/release":
        released.set()
    if path == "/echo":
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        return f"{len(body)} {body[:20].decode()}"
    if path == "/state":
        return json.dumps({"closed": closed, "feeds": len(pushes), "threads": threading.active_count()})
    if path == "/hello":
        return "hello"
    return json.dumps({key: value for key, value in environ.items() if isinstance(value, str)})


def main() -> None:
    from local_video_server import serving
    from local_video_server.library.errors import CannotStart

    asks = argparse.ArgumentParser()
    asks.add_argument("port", type=int)
    asks.add_argument("--host", default="127.0.0.1")
    asks.add_argument("--hang-on-stop", action="store_true")
    asks.add_argument("--fail-on-start", action="store_true")
    asks.add_argument("--body-wait", type=float, default=30.0)
    given = asks.parse_args()
    left = Path("/dev/null")

    def on_listening() -> None:
        if given.fail_on_start:
            raise RuntimeError("cannot scan")
        print("listening", port, flush=True)

    def on_stop() -> None:
        print("stopping", file=left.open("w") if given.hang_on_stop else sys.stdout)
        if given.hang_on_stop:
            time.sleep(600)

    try:
        port = serving.check_port(given.host, given.port)
        serving.serve(
            app,
            host=given.host,
            port=port,
            body_wait_s=given.body_wait,
            on_listening=on_listening,
            on_stop=on_stop,
        )
    except CannotStart as refusal:
        print(refusal, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
