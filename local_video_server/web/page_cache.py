"""Finished pages, kept under what they were made from: the only place for Flask-Caching.

The key holds the address and the versions of the parts that the page shows, so nothing has to be thrown away
when something changes: the old page is simply never asked for again, and leaves when room is needed.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from flask import Flask
from flask_caching import Cache
from flask_caching.backends.base import BaseCache

_LACKS = re.compile(r'data-lacks="([a-z0-9]{10})"')  # templates/parts/picture.html writes it
_SHOWS = re.compile(r'src="/thumbnails/([0-9a-f]+)-')
LONGEST_ADDRESS = 500  # characters; longer ones are made up, and would push out pages that people share


@dataclass(frozen=True, slots=True)
class StoredPage:
    body: bytes
    zipped: bytes
    etag: str  # without quotes
    lacking: tuple[str, ...] = ()  # keys of the videos on it that have no picture yet
    shown: tuple[str, ...] = ()  # stamps of the pictures on it


class BoundedCache(BaseCache):
    """Pages in memory up to so many bytes; the one used longest ago goes first."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(default_timeout=0)
        self._limit_bytes = limit_bytes
        self._lock = threading.Lock()
        self._pages: OrderedDict[str, StoredPage] = OrderedDict()
        self.size_bytes = 0
        self.hits = self.misses = self.evictions = 0

    @classmethod
    def factory(cls, app: Flask, config: dict[str, Any], args: list[Any], kwargs: dict[str, Any]) -> BoundedCache:
        return cls(config["CACHE_LIMIT_BYTES"])

    def get(self, key: str) -> StoredPage | None:
        with self._lock:
            page = self._pages.get(key)
            if page is None:
                self.misses += 1
                return None
            self.hits += 1
            self._pages.move_to_end(key)
            return page

    def set(self, key: str, value: StoredPage, timeout: object = None) -> bool:
        size = _size(value)
        if size > self._limit_bytes:
            return False
        with self._lock:
            before = self._pages.pop(key, None)
            self.size_bytes += size - (_size(before) if before else 0)
            self._pages[key] = value
            while self.size_bytes > self._limit_bytes:
                _, oldest = self._pages.popitem(last=False)
                self.size_bytes -= _size(oldest)
                self.evictions += 1
        return True

    def clear(self) -> bool:
        with self._lock:
            self._pages.clear()
            self.size_bytes = 0
        return True

    def __len__(self) -> int:
        return len(self._pages)


class PageCache:
    """Asks for a page, or makes and keeps it."""

    def __init__(self, app: Flask, limit_bytes: int) -> None:
        self._cache = Cache(
            app,
            config={
                "CACHE_TYPE": f"{BoundedCache.__module__}.{BoundedCache.__name__}",
                "CACHE_LIMIT_BYTES": limit_bytes,
            },
        )

    @property
    def store(self) -> BoundedCache:
        return cast(BoundedCache, self._cache.cache)

    def page(self, address: str, made_from: tuple[object, ...], make: Callable[[], str]) -> StoredPage:
        """The page at an address, made from parts of these versions."""
        key = f"{address} {made_from!r}"
        if len(address) > LONGEST_ADDRESS:
            return _finished(make())
        page: StoredPage | None = self._cache.get(key)
        if page is None:
            page = _finished(make())
            self._cache.set(key, page)
        return page


def _finished(text: str) -> StoredPage:
    body = text.encode("utf-8", "replace")
    # Level 5 costs 1 ms for a full gallery page, once; mtime 0 makes equal pages equal bytes.
    etag = hashlib.sha256(body).hexdigest()[:20]
    return StoredPage(
        body, gzip.compress(body, 5, mtime=0), etag, tuple(_LACKS.findall(text)), tuple(_SHOWS.findall(text))
    )


def _size(page: StoredPage) -> int:
    return len(page.body) + len(page.zipped) + 80 * len(page.shown) + 500  # and about so much for key and bookkeeping
