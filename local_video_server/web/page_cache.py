"""Finished pages, kept under what they were made from: the only place for Flask-Caching.

The key holds the address and the versions of the parts that the page shows, so nothing has to be thrown away
when something changes: the old page is simply never asked for again, and leaves when room is needed. Whoever asks for
a page that is being made gets that one.
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

from ..library.readings import CachedAddress, CacheReading

_LACKS = re.compile(r'data-lacks="([a-z0-9]{10})"')  # templates/parts/picture.html writes it
_SHOWS = re.compile(r'src="/thumbnails/([0-9a-f]+)-')
LONGEST_ADDRESS = 500  # characters; longer ones are made up, and would push out pages that people share
WAIT_S = 5.0  # for a page that somebody else is making; far above what the slowest takes
HIT, MISS, SKIP = "HIT", "MISS", "SKIP"  # as X-Cache says it; SKIP: nothing is kept for this


@dataclass(frozen=True, slots=True)
class StoredPage:
    body: bytes
    zipped: bytes
    etag: str  # without quotes
    lacking: tuple[str, ...] = ()  # keys of the videos on it that have no picture yet
    shown: tuple[str, ...] = ()  # stamps of the pictures on it
    rule: str = ""  # of its address


class Counts:
    """What became of the pages of one rule."""

    __slots__ = ("evictions", "hits", "misses", "shared", "size_bytes")

    def __init__(self) -> None:
        self.hits = self.misses = self.shared = self.evictions = self.size_bytes = 0


class BoundedCache(BaseCache):
    """Pages in memory up to so many bytes; the one used longest ago goes first."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(default_timeout=0)
        self.limit_bytes = limit_bytes
        self._lock = threading.Lock()
        self._pages: OrderedDict[str, StoredPage] = OrderedDict()
        self._by_rule: dict[str, Counts] = {}  # rules are those of web/routes.py: never more
        self.size_bytes = 0

    @classmethod
    def factory(cls, app: Flask, config: dict[str, Any], args: list[Any], kwargs: dict[str, Any]) -> BoundedCache:
        return cls(config["CACHE_LIMIT_BYTES"])

    def get(self, key: str) -> StoredPage | None:
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def set(self, key: str, value: StoredPage, timeout: object = None) -> bool:
        if _size(value) > self.limit_bytes:
            return False
        with self._lock:
            before = self._pages.pop(key, None)
            if before:
                self._weigh(before, -1)
            self._pages[key] = value
            self._weigh(value, 1)
            while self.size_bytes > self.limit_bytes:
                _, oldest = self._pages.popitem(last=False)
                self._weigh(oldest, -1)
                self._of(oldest.rule).evictions += 1
        return True

    def clear(self) -> bool:
        with self._lock:
            self._pages.clear()
            self.size_bytes = 0
            for counts in self._by_rule.values():
                counts.size_bytes = 0
        return True

    def __len__(self) -> int:
        return len(self._pages)

    def asked(self, rule: str, is_hit: bool, is_shared: bool = False) -> None:
        """Somebody asked for a page of this rule. A shared one was made once for all who asked at that time: it is
        a hit for all but the one who made it."""
        with self._lock:
            counts = self._of(rule)
            counts.hits += is_hit
            counts.misses += not is_hit
            counts.shared += is_shared

    def reading(self) -> CacheReading:
        with self._lock:
            by_address = [
                CachedAddress(rule, one.hits, one.misses, one.evictions, one.size_bytes, one.shared)
                for rule, one in sorted(self._by_rule.items())
            ]
            return CacheReading(len(self._pages), self.size_bytes, self.limit_bytes, by_address)

    def _of(self, rule: str) -> Counts:
        found = self._by_rule.get(rule)
        if found is None:
            found = self._by_rule[rule] = Counts()
        return found

    def _weigh(self, page: StoredPage, sign: int) -> None:
        size = sign * _size(page)
        self.size_bytes += size
        self._of(page.rule).size_bytes += size


class _Making:
    """A page that somebody makes just now; `page` stays None when that failed."""

    __slots__ = ("ended", "page")

    def __init__(self) -> None:
        self.ended = threading.Event()
        self.page: StoredPage | None = None


class PageCache:
    """Asks for a page, or makes and keeps it. `on_asked` is told the rule, and whether the page was there."""

    def __init__(
        self, app: Flask, limit_bytes: int, on_asked: Callable[[str, bool], None] = lambda rule, is_hit: None
    ) -> None:
        self._cache = Cache(
            app,
            config={
                "CACHE_TYPE": f"{BoundedCache.__module__}.{BoundedCache.__name__}",
                "CACHE_LIMIT_BYTES": limit_bytes,
            },
        )
        self._on_asked = on_asked
        self._lock = threading.Lock()
        self._making: dict[str, _Making] = {}

    @property
    def store(self) -> BoundedCache:
        return cast(BoundedCache, self._cache.cache)

    def page(
        self, rule: str, address: str, made_from: tuple[object, ...], make: Callable[[], str]
    ) -> tuple[StoredPage, str]:
        """The page at an address, made from parts of these versions, and HIT, MISS or SKIP. `rule` is the address as
        web/routes.py has it."""
        if len(address) > LONGEST_ADDRESS or not self.store.limit_bytes:
            return _finished(rule, make()), SKIP
        key = f"{address} {made_from!r}"
        page: StoredPage | None = self._cache.get(key)
        if page is not None:
            return self._told(rule, page, HIT)
        with self._lock:
            others = self._making.get(key)
            mine = None
            if others is None:
                mine = self._making[key] = _Making()
        if mine is not None:
            return self._made(rule, key, mine, make)
        assert others is not None
        others.ended.wait(WAIT_S)
        if others.page is not None:
            return self._told(rule, others.page, HIT, is_shared=True)
        return self._told(rule, _finished(rule, make()), MISS)  # who made it failed, or hangs: let it be one only

    def _made(self, rule: str, key: str, making: _Making, make: Callable[[], str]) -> tuple[StoredPage, str]:
        try:
            page: StoredPage | None = self._cache.get(key)  # finished between our look and our turn
            verdict = HIT
            if page is None:
                verdict, page = MISS, _finished(rule, make())
                self._cache.set(key, page)
            making.page = page
        finally:
            with self._lock:
                del self._making[key]
            making.ended.set()
        return self._told(rule, page, verdict)

    def _told(self, rule: str, page: StoredPage, verdict: str, is_shared: bool = False) -> tuple[StoredPage, str]:
        self.store.asked(rule, verdict == HIT, is_shared)
        self._on_asked(rule, verdict == HIT)
        return page, verdict


def _finished(rule: str, text: str) -> StoredPage:
    body = text.encode("utf-8", "replace")
    # Level 5 costs 1 ms for a full gallery page, once; mtime 0 makes equal pages equal bytes.
    etag = hashlib.sha256(body).hexdigest()[:20]
    zipped = gzip.compress(body, 5, mtime=0)
    return StoredPage(body, zipped, etag, tuple(_LACKS.findall(text)), tuple(_SHOWS.findall(text)), rule)


def _size(page: StoredPage) -> int:
    return len(page.body) + len(page.zipped) + 80 * len(page.shown) + 500  # and about so much for key and bookkeeping
