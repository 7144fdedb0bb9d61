from __future__ import annotations

import gzip
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from local_video_server.library.figures import Kind
from local_video_server.library.readings import CachedAddress
from local_video_server.web.page_cache import HIT, LONGEST_ADDRESS, MISS, SKIP, BoundedCache, PageCache, StoredPage
from tests.homes import Home
from tests.server import wait_for

DUNE = "Dune.2021.1080p.mp4"


TOGETHER = 6  # threads


def page_of(size: int, rule: str = "/") -> StoredPage:
    return StoredPage(b"x" * size, b"", "etag", rule=rule)


def cache_of(limit_bytes: int = 1_000_000) -> PageCache:
    return PageCache(Flask(__name__), limit_bytes)


def all_at_once(cache: PageCache, make: Callable[[], str], told: list[str]) -> None:
    """So many threads ask for one page; `told` gets what each was answered."""
    ready = threading.Barrier(TOGETHER)

    def ask(_: int) -> str:
        ready.wait(10)
        try:
            return cache.page("/", "/", (1,), make)[1]
        except ZeroDivisionError:
            return "failed"

    with ThreadPoolExecutor(TOGETHER) as threads:
        told += threads.map(ask, range(TOGETHER))


def test_who_asks_at_the_same_time_gets_the_page_made_once() -> None:
    cache, told, made = cache_of(), list[str](), list[int]()

    def make() -> str:
        made.append(1)
        (making,) = cache._making.values()
        wait_for(lambda: len(making.ended._cond._waiters) == TOGETHER - 1, 1)  # type: ignore[attr-defined]
        return "page"

    all_at_once(cache, make, told)
    assert (len(made), sorted(told)) == (1, [HIT] * (TOGETHER - 1) + [MISS])
    whole = cache.store.reading().whole
    assert (whole.hits, whole.misses, whole.shared) == (TOGETHER - 1, 1, TOGETHER - 1)


def test_a_page_that_cannot_be_made_holds_up_nobody_and_is_tried_again() -> None:
    cache, told = cache_of(), list[str]()

    def fail() -> str:
        raise ZeroDivisionError

    all_at_once(cache, fail, told)
    assert told == ["failed"] * TOGETHER
    assert cache.page("/", "/", (1,), lambda: "page")[1] == MISS
    assert cache.page("/", "/", (1,), fail)[1] == HIT


def test_hits_misses_evictions_and_bytes_are_counted_by_rule() -> None:
    asked: list[tuple[str, bool]] = []
    cache = PageCache(Flask(__name__), 4000, lambda rule, is_hit: asked.append((rule, is_hit)))
    for address in ("/watch/a", "/watch/a", "/watch/b"):
        cache.page("/watch/<video>", address, (), lambda: "a" * 1000)
    cache.page("/", "/", (), lambda: "b" * 3000)
    assert asked == [("/watch/<video>", False), ("/watch/<video>", True), ("/watch/<video>", False), ("/", False)]
    gallery, watch = cache.store.reading().by_address
    assert (gallery.rule, gallery.hits, gallery.misses, gallery.evictions, gallery.hit_rate) == ("/", 0, 1, 0, 0.0)
    assert (watch.rule, watch.hits, watch.misses, watch.evictions) == ("/watch/<video>", 1, 2, 2)
    assert (gallery.bytes, watch.bytes) == (cache.store.size_bytes, 0)
    assert CachedAddress("/").hit_rate is None


def test_where_no_memory_is_given_nothing_is_kept_or_counted() -> None:
    cache = cache_of(0)
    assert [cache.page("/", "/", (), lambda: "page")[1] for _ in range(2)] == [SKIP, SKIP]
    assert cache.store.reading().by_address == []


def test_every_page_and_json_says_whether_it_was_kept(home: Home) -> None:
    home.get("/tags")
    kept = home.get("/tags")
    assert kept.headers["X-Cache"] == "HIT"
    again = home.get("/tags", headers={"If-None-Match": kept.headers["ETag"]})
    assert (again.status_code, again.headers["X-Cache"]) == (304, "HIT")
    for address in (
        "/admin",
        "/api/tags",
        "/api/admin/performance",
        "/api/admin/errors",
        "/get_views",
        "/nowhere",
        "/api/nowhere",
        "/parts/progress",
        "/health",
    ):
        assert home.get(address).headers["X-Cache"] == "SKIP"
    for address in ("/ping", "/static/js/main.js"):
        assert home.get(address).headers.get("X-Cache") in (None, "SKIP")


def test_each_ask_is_counted_among_the_numbers(home: Home) -> None:
    house = home.application.wsgi.extensions["house"]
    before = house.numbers.ever().get((Kind.CACHE, "/popular"))
    for _ in range(3):
        home.get("/popular")
    after = house.numbers.ever()[Kind.CACHE, "/popular"]
    assert after.count - (before.count if before else 0) == 3
    assert after.errors - (before.errors if before else 0) <= 1
    assert next(one for one in house.machine.cache().by_address if one.rule == "/popular").hits >= 2


def test_the_cache_keeps_what_was_used_last_within_its_bytes() -> None:
    cache = BoundedCache(4 * 1500)
    for name in "abcd":
        cache.set(name, page_of(1000))
    assert cache.get("a")
    cache.set("e", page_of(1000))
    assert [name for name in "abcde" if cache.get(name)] == ["a", "c", "d", "e"]
    assert cache.reading().whole.evictions == 1
    assert cache.size_bytes <= 4 * 1500


def test_a_page_kept_again_counts_once() -> None:
    cache = BoundedCache(10_000)
    for size in (1000, 2000, 500):
        cache.set("a", page_of(size))
    assert len(cache) == 1
    assert cache.size_bytes == 1000


def test_a_page_larger_than_the_cache_is_not_kept_and_pushes_nothing_out() -> None:
    cache = BoundedCache(3000)
    cache.set("a", page_of(1000))
    assert not cache.set("b", page_of(5000))
    assert cache.get("a")
    assert cache.get("b") is None


def test_clear_forgets_all() -> None:
    cache = BoundedCache(3000)
    cache.set("a", page_of(1000))
    cache.clear()
    assert (len(cache), cache.size_bytes) == (0, 0)


def test_a_page_is_made_once_and_again_after_a_change(home: Home) -> None:
    address = "/?sort=size&page=1"
    home.get(address)
    first = home.get(address)
    assert first.headers["X-Cache"] == "HIT"
    home.client.post(f"/watch/{home.video(DUNE).key}/views")
    second = home.get(address)
    assert second.headers["X-Cache"] == "MISS"
    assert first.headers["ETag"] != second.headers["ETag"]


@pytest.mark.parametrize("address", ["/", "/favorites", f"/watch/{DUNE}", "/search?q=dune", "/tags"])
def test_a_browser_that_has_the_page_gets_304(home: Home, address: str) -> None:
    first = home.get(address, follow_redirects=True)
    etag = first.headers["ETag"]
    assert etag.startswith('"')
    address = first.request.path + ("?" + first.request.query_string.decode() if first.request.query_string else "")
    again = home.get(address, headers={"If-None-Match": f'"other", {etag}'})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == etag
    assert "Accept-Encoding" in again.headers["Vary"]
    assert home.get(address, headers={"If-None-Match": '"other"'}).status_code == 200
    assert home.get(address, headers={"If-Modified-Since": "Sat, 99 Foo 99999"}).status_code == 200


def test_packed_and_plain_are_two_variants_of_one_page(home: Home) -> None:
    plain = home.get("/")
    packed = home.get("/", headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert home.get("/", headers={"Accept-Encoding": "gzip;q=0"}).headers.get("Content-Encoding") is None
    for answer in (plain, packed):
        assert "Accept-Encoding" in answer.headers["Vary"]
    for name in ("gzip", "identity"):
        again = home.get("/", headers={"Accept-Encoding": name, "If-None-Match": packed.headers["ETag"]})
        assert again.status_code == (304 if name == "gzip" else 200)


def test_a_page_made_twice_from_the_same_is_the_same_bytes(home: Home) -> None:
    store = home.application.wsgi.extensions["house"].pages.store
    for address in ("/", f"/watch/{home.video(DUNE).key}", "/folders/"):
        first = home.get(address)
        store.clear()
        second = home.get(address)
        assert first.data == second.data
        assert first.headers["ETag"] == second.headers["ETag"]


def test_a_mark_is_on_the_very_next_page(home: Home) -> None:
    key = home.video("Holiday/Old/tape.avi").key
    for value in (5, 3, 4):
        home.client.put(f"/api/videos/{key}/rating", json={"value": value})
        assert f"Rated {value} of 5" in home.get("/").text
    home.client.delete(f"/api/videos/{key}/rating")
    assert "Rated 4 of 5" not in home.get("/").text


def test_an_address_that_somebody_made_up_is_answered_and_not_kept(home: Home) -> None:
    store = home.application.wsgi.extensions["house"].pages.store
    before = len(store)
    assert home.get("/?q=" + "x" * LONGEST_ADDRESS).status_code == 200
    assert len(store) == before


def test_what_changes_by_itself_is_never_kept(home: Home) -> None:
    for address in ("/admin", "/login", "/parts/progress", "/admin/password"):
        assert home.get(address).headers["Cache-Control"] == "no-store"
