"""The contract with scripts and bookmarks of the original server: each of its addresses, and what it answers."""

from __future__ import annotations

import itertools
import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from local_video_server.library.readings import CacheReading
from local_video_server.library.video import media_hash
from local_video_server.web.original_shapes import cache_status
from local_video_server.web.rate_limit import MOST
from tests.homes import Home, open_home
from tests.server import wait_for

DUNE = "Dune.2021.1080p.mp4"
TAPE = "Holiday/Old/tape.mp4"
SEA = "Holiday/Beach & Sea.mp4"
FILES = (DUNE, SEA, TAPE)
HASH = media_hash(TAPE)
PAGE = "a page"  # answers with HTML
ANY = object()
ERROR = {"error": str}
DETAILED = {"error": str, "detail": str}
UNKNOWN = {"error": "Video not found"}
MISSING = {"error": "Missing filename"}
NO_RATING = {"error": "Invalid rating"}
NO_TAG = {"error": "No tag provided"}
SUMMARY = {"average": float, "count": 1, "user": {"value": int}}
AGE = {"last_refresh": float, "age_seconds": float, "is_valid": True}
_addresses = itertools.count(1)


@dataclass(frozen=True)
class Row:
    """What is asked, and what has to come. In an address {playlist} is one with SEA and TAPE in it."""

    method: str
    address: str
    sent: Any  # JSON; bytes go out as they are, said to be JSON; text is sent as a form; None is no body
    status: int
    answer: Any

    def __str__(self) -> str:
        told = "" if self.sent is None else f" {self.sent!r}"[:60]
        return f"{self.method} {self.address[:50]}{told} -> {self.status}"


ROWS = [
    # pages
    *(Row("GET", address, None, 200, PAGE) for address in ("/", "/?sort=rating&order=desc&page=1&per_page=60")),
    *(Row("GET", f"/?{query}", None, 200, PAGE) for query in ("sort=no", "page=abc", "per_page=999", "page=99")),
    Row("GET", f"/watch/{TAPE}", None, 302, ANY),  # to the address that stays
    Row("GET", "/watch/nowhere.mp4", None, 404, PAGE),
    Row("GET", f"/watch/{DUNE}?page=abc", None, 302, ANY),
    Row("GET", f"/video/{DUNE}", None, 200, ANY),
    Row("GET", "/video/nowhere.mp4", None, 404, PAGE),
    *(Row("GET", f"/tag/{tag}", None, 200, PAGE) for tag in ("old", "%23old", "ol")),
    *(Row("GET", address, None, 200, PAGE) for address in ("/tags", "/favorites", "/popular", "/best-of")),
    *(Row("GET", address, None, 200, PAGE) for address in ("/playlists", "/playlist/{playlist}")),
    Row("GET", "/playlist/999999", None, 404, PAGE),
    *(Row("GET", address, None, 200, PAGE) for address in ("/search", "/search?q=", "/search?q=tape")),
    Row("GET", "/random", None, 302, ANY),
    Row("GET", "/ping", None, 200, {"status": "ok", "message": str}),
    Row("GET", "/favicon.ico", None, 200, ANY),
    Row("GET", "/static/thumbnails/Dune.2021.1080p.jpg", None, 200, ANY),
    Row("GET", "/static/thumbnails/nowhere.jpg", None, 404, PAGE),
    # views
    Row("GET", "/get_views", None, 200, ANY),
    Row("POST", "/get_views", {}, 405, ERROR),
    Row("POST", "/view", {"filename": TAPE}, 200, {"success": True, "views": int}),
    Row("POST", "/view", {"filename": HASH}, 200, {"success": True, "views": int}),
    Row("POST", "/view", {}, 400, MISSING),
    Row("POST", "/view", {"filename": None}, 400, MISSING),
    Row("POST", "/view", {"filename": "nowhere.mp4"}, 404, UNKNOWN),
    # ratings
    Row("POST", "/rate", {"filename": TAPE, "rating": 4}, 200, {"success": True, "rating": 4}),
    Row("POST", "/rate", {"filename": TAPE, "rating": "5"}, 200, {"success": True, "rating": 5}),
    *(
        Row("POST", "/rate", {"filename": TAPE, "rating": value}, 400, NO_RATING)
        for value in (0, 6, -1, 4.9, 4.0, True, None, "", "six", [4], {"value": 4})
    ),
    Row("POST", "/rate", {"filename": TAPE}, 400, NO_RATING),
    *(Row("POST", "/rate", {"filename": name, "rating": 4}, 400, MISSING) for name in ("", None, 5, [TAPE], {})),
    Row("POST", "/rate", {"rating": 4}, 400, MISSING),
    *(
        Row("POST", "/rate", {"filename": name, "rating": 4}, 404, UNKNOWN)
        for name in ("nowhere.mp4", "../" + TAPE, "/" + TAPE, "a\0b", "\ud800", "0" * 16, "x" * 5000)
    ),
    Row("GET", f"/api/ratings/{HASH}", None, 200, {"average": 3.0, "count": 1, "user": {"value": 3}}),
    Row("GET", f"/api/ratings/{media_hash(SEA)}", None, 200, {"average": 0, "count": 0, "user": None}),
    Row("GET", f"/api/ratings/{quote(TAPE)}", None, 200, SUMMARY),
    Row("GET", f"/api/ratings/{'0' * 16}", None, 404, UNKNOWN),
    Row("POST", f"/api/ratings/{HASH}", {"value": 5}, 201, {"average": 5.0, "count": 1, "user": {"value": 5}}),
    Row("POST", f"/api/ratings/{quote(TAPE)}", {"value": "2"}, 201, SUMMARY),
    *(
        Row("POST", f"/api/ratings/{HASH}", {"value": value}, 400, NO_RATING | {"detail": str})
        for value in (0, 6, 4.9, True, None, "x")
    ),
    Row("POST", f"/api/ratings/{HASH}", {}, 400, DETAILED),
    Row("POST", f"/api/ratings/{HASH}", b"[4]", 400, DETAILED),
    Row("POST", f"/api/ratings/{HASH}", "value=4", 415, ERROR),
    Row("POST", "/api/ratings/nowhere", {"value": 5}, 404, UNKNOWN),
    Row("PUT", f"/api/ratings/{HASH}", {"value": 5}, 405, ERROR),
    Row("OPTIONS", f"/api/ratings/{HASH}", None, 204, ANY),
    # tags
    Row("POST", "/tag", {"filename": TAPE, "tag": "new"}, 200, {"success": True, "tags": ["#old", "#new"]}),
    Row("POST", "/tag", {"filename": TAPE, "tag": "#New one"}, 200, {"success": True, "tags": ["#old", "#New one"]}),
    Row("POST", "/tag", {"filename": TAPE, "tag": "OLD"}, 200, {"success": True, "tags": ["#old"]}),
    Row("POST", "/tag", {"filename": TAPE, "tag": "a, b/c"}, 200, {"success": True, "tags": ["#old", "#a, b/c"]}),
    *(Row("POST", "/tag", {"filename": TAPE, "tag": tag}, 400, NO_TAG) for tag in ("", " ", "#", "# #", None)),
    Row("POST", "/tag", {"filename": TAPE}, 400, NO_TAG),
    *(Row("POST", "/tag", {"filename": TAPE, "tag": tag}, 400, ERROR) for tag in (5, True, ["a"], "...", "x" * 201)),
    Row("POST", "/tag", {"tag": "new"}, 400, MISSING),
    Row("POST", "/tag", {"filename": "nowhere.mp4", "tag": "new"}, 404, UNKNOWN),
    Row("GET", "/tag", None, 405, ERROR),
    *(
        Row("POST", "/delete_tag", {"filename": TAPE, "tag": tag}, 200, {"success": True, "tags": []})
        for tag in ("old", "#old", "#OLD")
    ),
    Row("POST", "/delete_tag", {"filename": TAPE, "tag": "other"}, 200, {"success": True, "tags": ["#old"]}),
    Row("POST", "/delete_tag", {"filename": TAPE}, 400, NO_TAG),
    Row("POST", "/delete_tag", {"tag": "old"}, 400, MISSING),
    Row("POST", "/delete_tag", {"filename": SEA, "tag": "old"}, 404, ERROR),
    Row("POST", "/delete_tag", {"filename": "nowhere.mp4", "tag": "old"}, 404, UNKNOWN),
    Row("GET", "/api/tags/popular", None, 200, {"tags": [{"tag": "#old", "count": 1}]}),
    *(
        Row("GET", f"/api/tags/popular?limit={limit}", None, 200, {"tags": [{"tag": "#old", "count": 1}]})
        for limit in ("1", "200", "0", "-5", "999", "abc", "")
    ),
    Row("GET", f"/api/tags/video?filename={quote(TAPE)}", None, 200, {"filename": TAPE, "tags": ["#old"]}),
    Row("GET", f"/api/tags/video?filename={HASH}", None, 200, {"filename": TAPE, "tags": ["#old"]}),
    Row("GET", "/api/tags/video", None, 400, MISSING),
    Row("GET", "/api/tags/video?filename=nowhere.mp4", None, 404, UNKNOWN),
    # favorites
    Row("POST", "/favorite", {"filename": TAPE}, 200, {"success": True, "favorites": [], "is_favorite": False}),
    Row(
        "POST", "/favorite", {"filename": SEA}, 200, {"success": True, "favorites": [TAPE, SEA], "is_favorite": True}
    ),
    Row("POST", "/favorite", {}, 400, MISSING),
    Row("POST", "/favorite", {"filename": "nowhere.mp4"}, 404, UNKNOWN),
    # bodies that are none, for all of them
    *(
        Row("POST", address, sent, status, ERROR)
        for address in ("/rate", "/view", "/tag", "/delete_tag", "/favorite", "/api/playlists")
        for sent, status in (
            ("filename=x", 415),
            (b"", 400),
            (b"{", 400),
            (b"[]", 400),
            (b'"x"', 400),
            (b"null", 400),
            (b"\xff", 400),
            (b"[" * 100_000, 400),
        )
    ),
    *(Row("GET", address, None, 405, ERROR) for address in ("/rate", "/view", "/delete_tag", "/favorite")),
    # playlists
    Row(
        "GET",
        "/api/playlists",
        None,
        200,
        {
            "success": True,
            "playlists": [{"id": int, "name": "Evening", "description": "", "created_at": str, "item_count": 2}],
        },
    ),
    Row(
        "POST",
        "/api/playlists",
        {"name": " For  later ", "description": "Long ones"},
        201,
        {"success": True, "playlist_id": int, "name": "For later", "description": "Long ones"},
    ),
    Row("POST", "/api/playlists", {"name": "Evening"}, 400, ERROR),
    Row("POST", "/api/playlists", {"description": "no name"}, 400, {"error": "Missing name"}),
    *(Row("POST", "/api/playlists", {"name": name}, 400, ERROR) for name in ("", "  ", 5, None, "x" * 201, "a\0b")),
    Row("POST", "/api/playlists", {"name": "x", "description": 5}, 400, ERROR),
    Row(
        "GET",
        "/api/playlists/{playlist}",
        None,
        200,
        {
            "success": True,
            "id": int,
            "name": "Evening",
            "items": [
                {"video_filename": SEA, "position": 1, "duration": float, "added_date": float},
                {"video_filename": TAPE, "position": 2, "duration": float, "added_date": float},
            ],
        },
    ),
    Row("GET", "/api/playlists/999999", None, 404, ERROR),
    Row("GET", "/api/playlists/abc", None, 404, ERROR),
    Row("DELETE", "/api/playlists/{playlist}", None, 200, {"success": True}),
    Row("DELETE", "/api/playlists/999999", None, 404, ERROR),
    Row("POST", "/api/playlists/{playlist}/add", {"video_filename": DUNE}, 200, {"success": True}),
    Row("POST", "/api/playlists/{playlist}/add", {}, 400, {"error": "Missing video_filename"}),
    Row("POST", "/api/playlists/{playlist}/add", {"video_filename": "nowhere.mp4"}, 404, UNKNOWN),
    Row("POST", "/api/playlists/{playlist}/add", "video_filename=x", 415, ERROR),
    Row("POST", "/api/playlists/999999/add", {"video_filename": DUNE}, 404, ERROR),
    Row("DELETE", f"/api/playlists/{{playlist}}/items/{quote(TAPE)}", None, 200, {"success": True}),
    Row("DELETE", f"/api/playlists/{{playlist}}/items/{quote(TAPE)}?position=2", None, 200, {"success": True}),
    Row("DELETE", f"/api/playlists/{{playlist}}/items/{quote(TAPE)}?position=1", None, 404, ERROR),
    *(
        Row("DELETE", f"/api/playlists/{{playlist}}/items/{quote(TAPE)}?position={position}", None, 400, ERROR)
        for position in ("x", "", "-1", "1.5", "9" * 30)
    ),
    Row("DELETE", f"/api/playlists/{{playlist}}/items/{DUNE}", None, 404, ERROR),
    Row("DELETE", "/api/playlists/{playlist}/items/nowhere.mp4", None, 404, UNKNOWN),
    Row("DELETE", f"/api/playlists/999999/items/{DUNE}", None, 404, ERROR),
    # caches
    Row(
        "GET",
        "/admin/cache/status",
        None,
        200,
        {
            "backend": "sqlite",
            "status": "good",
            "video_count": len(FILES),
            "favorites_count": 1,
            "cache_ttl": 300,
            "video_list_ttl": 60,
            "cache_ages": dict.fromkeys(("ratings", "views", "tags", "favorites", "videos"), AGE),
            "recent_videos": [str] * len(FILES),
            "preview_cache_bytes": int,
            "preview_cache_limit_bytes": int,
            "preview_cache_usage_ratio": float,
            "preview_cache_items": int,
            "last_refresh_at": str,
            **dict.fromkeys(("entries", "size_bytes", "limit_bytes", "hits", "misses", "shared", "evictions"), int),
            "hit_rate": ANY,  # null where nobody asked
            "addresses": ANY,
        },
    ),
    Row("POST", "/admin/cache/status", {}, 405, ERROR),
    *(
        Row(
            "POST",
            "/admin/metadata/prune",
            sent,
            200,
            {
                "success": True,
                "videos_on_disk": len(FILES),
                "ratings_removed": 0,
                "views_removed": 0,
                "favorites_removed": 0,
                "tag_entries_removed": 0,
                "tag_values_removed": 0,
            },
        )
        for sent in (None, {})
    ),
    # what was left out
    *(Row("GET", address, None, 410, PAGE) for address in ("/gallery", "/gallery/image/a.jpg", "/gallery/groups/a")),
    *(Row("GET", address, None, 410, PAGE) for address in ("/links", "/vr", "/vr/anything")),
    *(Row("GET", f"/api/gallery{below}", None, 410, ERROR) for below in ("", "/groups", "/groups/1/images")),
    *(Row("POST", f"/api/gallery{below}", {}, 410, ERROR) for below in ("", "/groups", "/groups/similar")),
    *(Row(method, "/api/gallery/groups/1", {}, 410, ERROR) for method in ("PUT", "PATCH", "DELETE")),
    *(Row("GET", f"/analytics{below}", None, 410, ERROR) for below in ("", "/get/a.mp4", "/export", "/stats")),
    *(Row("POST", f"/analytics{below}", {}, 410, ERROR) for below in ("", "/save", "/event")),
    *(
        Row(
            "POST",
            address,
            {"old_filename": TAPE, "new_filename": "a.avi"},
            410,
            {"success": False, "error": {"code": "gone", "message": str, "details": {}}},
        )
        for address in ("/dashboard/media/rename", "/dashboard/media/duplicate")
    ),
]


@dataclass
class Original:
    """A home as a script of the original meets it."""

    home: Home
    client: FlaskClient
    playlist: int

    def ask(self, method: str, address: str, sent: Any = None, **more: Any) -> TestResponse:
        address = address.replace("{playlist}", str(self.playlist))
        if isinstance(sent, str):
            more |= {"data": sent, "content_type": "application/x-www-form-urlencoded"}
        elif sent is not None:
            body = sent if isinstance(sent, bytes) else json.dumps(sent)
            more |= {"data": body, "content_type": "application/json"}
        return self.client.open(address, method=method, **more)


@pytest.fixture(scope="module")
def old_home(tmp_path_factory: pytest.TempPathFactory, clip: Path) -> Iterator[Home]:
    folder = tmp_path_factory.mktemp("old") / "Films"
    for name in FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(clip, folder / name)
    with open_home(tmp_path_factory.mktemp("old-data"), folder, videos=len(FILES)) as home:
        yield home


@pytest.fixture
def original(old_home: Home) -> Original:
    """Of all videos only TAPE is rated (3), tagged ("old") and a favorite; one playlist holds SEA and TAPE."""
    catalog, playlists = old_home.application.catalog, old_home.application.wsgi.extensions["house"].playlists
    for video in catalog.snapshot.library.present.values():
        catalog.rate(video, None)
        catalog.set_favorite(video, False)
        for tag in catalog.snapshot.marks.tags.get(video.id, ()):
            catalog.remove_tag(video, tag.name)
    for playlist_id in catalog.snapshot.playlists.of:
        playlists.delete(playlist_id)
    tape = old_home.video(TAPE)
    catalog.rate(tape, 3)
    catalog.set_favorite(tape, True)
    catalog.add_tag(tape, "old")
    made = playlists.create("Evening")
    for name in (SEA, TAPE):
        playlists.add(made.id, old_home.video(name))
    # A client of its own each time: one may rate five times only.
    return Original(old_home, old_home.guest(f"10.77.0.{next(_addresses) % 250 + 1}"), made.id)


def fits(said: Any, wanted: Any) -> bool:
    """A type stands for any value of exactly that type; 0 and 1 are no floats and no booleans."""
    if wanted is ANY:
        return True
    if isinstance(wanted, type):
        return type(said) is wanted or (wanted is float and said == 0)
    if isinstance(wanted, dict):
        return isinstance(said, dict) and said.keys() == wanted.keys() and all(fits(said[k], wanted[k]) for k in said)
    if isinstance(wanted, list):
        return isinstance(said, list) and len(said) == len(wanted) and all(map(fits, said, wanted))
    return bool(said == wanted) and isinstance(said, bool) == isinstance(wanted, bool)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_an_address_answers_as_it_did(original: Original, row: Row) -> None:
    with original.ask(row.method, row.address, row.sent) as answer:
        assert answer.status_code == row.status
        if row.answer is PAGE:
            assert answer.content_type == "text/html; charset=utf-8"
            assert "<h1" in answer.text
        elif row.answer is not ANY:
            assert answer.content_type == "application/json"
            assert fits(answer.get_json(), row.answer), answer.text


def test_the_views_are_those_of_every_video_that_was_watched(original: Original) -> None:
    for name in (SEA, SEA, TAPE):
        original.ask("POST", "/view", {"filename": name})
    said = original.ask("GET", "/get_views").get_json()
    catalog = original.home.application.catalog.snapshot
    assert said == {name: catalog.marks.views[original.home.video(name).id] for name in (SEA, TAPE)}


def test_forty_who_switch_a_favorite_at_once_are_forty_switches(original: Original) -> None:
    """The original lost half of them, and told all that they were stored."""
    start = threading.Barrier(40)
    answered: list[tuple[int, bool]] = []

    def switch() -> None:
        client = original.home.guest()
        start.wait(5 * 2)
        answer = client.post("/favorite", json={"filename": SEA})
        answered.append((answer.status_code, answer.get_json()["is_favorite"]))

    writers = [threading.Thread(target=switch) for _ in range(40)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(5 * 2)
    assert sorted(answered) == [(200, False)] * 20 + [(200, True)] * 20
    assert original.ask("POST", "/favorite", {"filename": SEA}).get_json()["is_favorite"] is True


def test_a_client_rates_five_times_and_then_waits(original: Original) -> None:
    address = f"/api/ratings/{HASH}"
    for _ in range(2 * MOST):
        assert original.ask("POST", address, {"value": 0}).status_code == 400  # nothing was rated
    for _ in range(MOST):
        assert original.ask("POST", address, {"value": 4}).status_code == 201
    for claimed in ({}, {"X-Forwarded-For": "10.1.2.3"}, {"Forwarded": "for=10.1.2.3"}):
        answer = original.ask("POST", address, {"value": 5}, headers=claimed)
        assert (answer.status_code, set(answer.get_json())) == (429, {"error", "detail"})
        assert 1 <= int(answer.headers["Retry-After"]) <= 10
    assert original.ask("GET", address).get_json()["average"] == 4.0
    assert original.home.guest("10.78.0.1").post(address, json={"value": 5}).status_code == 201


@pytest.mark.parametrize(
    ("origin", "is_at_home"),
    [
        ("http://192.168.1.5:3000", True),
        ("http://10.0.0.9", True),
        ("http://[fd00::5]:8080", True),
        ("http://nas.local", True),
        ("http://tv", True),
        ("http://10.evil.example", False),
        ("http://192.168.1.evil.example", False),
        ("http://172.99.1.1", False),
        ("http://8.8.8.8", False),
        ("https://evil.example", False),
        ("http://nas.local.evil.example", False),
        ("http://nas.local/evil", False),
        ("file://nas.local", False),
        ("nas.local", False),
        ("null", False),
        ("", False),
        ("http://[", False),
        ("http://", False),
    ],
)
def test_only_pages_of_this_home_may_read_a_rating(original: Original, origin: str, is_at_home: bool) -> None:
    for method in ("OPTIONS", "GET"):
        answer = original.ask(method, f"/api/ratings/{HASH}", headers={"Origin": origin})
        assert answer.status_code == (204 if method == "OPTIONS" else 200)
        assert answer.headers.get("Access-Control-Allow-Origin") == (origin if is_at_home else None)
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert "Origin" in answer.headers["Vary"]


def test_no_page_of_another_origin_may_rate(original: Original) -> None:
    for address, sent in ((f"/api/ratings/{HASH}", {"value": 5}), ("/rate", {"filename": TAPE, "rating": 5})):
        answer = original.ask("POST", address, sent, headers={"Origin": "http://192.168.1.5:3000"})
        assert (answer.status_code, set(answer.get_json())) == (403, {"error"})
    assert original.ask("GET", f"/api/ratings/{HASH}").get_json()["average"] == 3.0


def test_only_the_admin_looks_at_everything_again(original: Original) -> None:
    assert original.ask("POST", "/admin/cache/refresh").status_code == 403
    assert set(original.ask("POST", "/admin/cache/refresh").get_json()) == {"error"}
    answer = original.home.client.post("/admin/cache/refresh")
    assert (answer.status_code, answer.get_json()) == (200, {"success": True, "message": "Cache refreshed"})
    original.home.settle(len(FILES))


def test_nobody_is_told_titles_by_the_caches(original: Original) -> None:
    said = original.ask("GET", "/admin/cache/status").get_json()
    assert set(said["recent_videos"]) == {original.home.video(name).key for name in FILES}
    assert "Dune" not in original.ask("GET", "/admin/cache/status").text


@pytest.mark.parametrize(("used", "state"), [(79, "good"), (80, "warning"), (95, "poor")])
def test_the_caches_are_judged_by_the_room_that_is_left(original: Original, used: int, state: str) -> None:
    known, pages = original.home.application.catalog.snapshot, CacheReading(0, 0, 0)
    assert cache_status(known, (used, 100), pages, 0.0, 1.0)["status"] == state
    assert cache_status(known, (used, 0), pages, 0.0, 1.0)["status"] == "good"


def test_pruning_removes_nothing(original: Original) -> None:
    before = original.home.application.catalog.snapshot.marks
    for _ in range(2):
        assert original.ask("POST", "/admin/metadata/prune").get_json()["ratings_removed"] == 0
    assert original.home.application.catalog.snapshot.marks is before


def test_a_renamed_video_answers_to_its_old_path_and_both_hashes(original: Original) -> None:
    folder = Path(original.home.application.folders.used[0])
    key, renamed = original.home.video(DUNE).key, "Renamed.mp4"
    (folder / DUNE).rename(folder / renamed)
    wait_for(lambda: renamed in original.home.application.catalog.snapshot.library.by_filename, 5.0)
    try:
        for name in (key, DUNE, renamed, media_hash(DUNE), media_hash(renamed)):
            said = original.ask("POST", "/rate", {"filename": name, "rating": 2})
            assert said.status_code == 200, name
            assert original.ask("GET", f"/api/ratings/{name}").get_json()["count"] == 1
            assert original.ask("GET", f"/api/tags/video?filename={name}").get_json()["filename"] == renamed
            assert original.ask("GET", f"/watch/{name}", follow_redirects=True).status_code == 200
    finally:
        (folder / renamed).rename(folder / DUNE)
        wait_for(lambda: DUNE in original.home.application.catalog.snapshot.library.by_filename, 5.0)
