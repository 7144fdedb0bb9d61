from __future__ import annotations

import gzip

import pytest

from local_video_server.web.page_cache import LONGEST_ADDRESS, BoundedCache, StoredPage
from tests.homes import Home

DUNE = "Dune.2021.1080p.mp4"


def page_of(size: int) -> StoredPage:
    return StoredPage(b"x" * size, b"", "etag")


def test_the_cache_keeps_what_was_used_last_within_its_bytes() -> None:
    cache = BoundedCache(4 * 1500)
    for name in "abcd":
        cache.set(name, page_of(1000))
    assert cache.get("a")
    cache.set("e", page_of(1000))
    assert [name for name in "abcde" if cache.get(name)] == ["a", "c", "d", "e"]
    assert cache.evictions == 1
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
    cache = home.application.wsgi.extensions["house"].pages.store
    address = "/?sort=size&page=1"
    home.get(address)
    hits = cache.hits
    first = home.get(address)
    assert cache.hits == hits + 1
    home.client.post(f"/watch/{home.video(DUNE).key}/views")
    second = home.get(address)
    assert cache.hits == hits + 1
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
