"""Every row of web/routes.py answers, whatever it is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local_video_server.web import dialects
from local_video_server.web.routes import ROUTES, Route
from tests.conftest import BROKEN_FILES, HOME_FILES
from tests.homes import Home

DUNE = "Dune.2021.1080p.mp4"
NOWHERE = "aaaaaaaaaa"

# name of the route -> what stands in its address, the form or JSON it is sent, the answer
USUAL: dict[str, tuple[dict[str, str], dict[str, str] | None, int]] = {
    "gallery": ({}, None, 200),
    "watch": ({"video": "KEY"}, None, 200),
    "folders": ({}, None, 200),
    "folder": ({"folder": "Films/Series"}, None, 200),
    "favorites": ({}, None, 200),
    "popular": ({}, None, 200),
    "best_of": ({}, None, 200),
    "tags": ({}, None, 200),
    "tag": ({"tag": "anything"}, None, 200),
    "search": ({}, None, 200),
    "random": ({}, None, 302),
    "history": ({}, None, 200),
    "clear_recent": ({}, {}, 303),
    "playlists": ({}, None, 200),
    "playlist": ({"playlist_id": "99999"}, None, 404),
    "playlist_file": ({"playlist_id": "99999"}, None, 404),
    "folder_file": ({"folder": "Films/Series"}, None, 200),
    "create_playlist": ({}, {"name": ""}, 400),
    "describe_playlist": ({"playlist_id": "99999"}, {"name": "route"}, 404),
    "delete_playlist": ({"playlist_id": "99999"}, {"sure": "1"}, 404),
    "move_item": ({"playlist_id": "99999", "item_id": "1"}, {"place": "1"}, 404),
    "remove_item": ({"playlist_id": "99999", "item_id": "1"}, {}, 404),
    "add_to_playlist": ({"key": "KEY"}, {}, 400),
    "progress": ({}, None, 200),
    "pictures": ({}, None, 200),
    "thumbnail": ({"picture": "PICTURE"}, None, 200),
    "thumbnail_by_stem": ({"stem": "Dune.2021.1080p"}, None, 200),
    "playing": ({"key": "KEY"}, {}, 204),
    "retry_posters": ({}, {}, 303),
    "video": ({"video": "KEY"}, None, 200),
    "static": ({"name": "js/main.js"}, None, 200),
    "icon": ({}, None, 200),
    "ping": ({}, None, 200),
    "health": ({}, None, 200),
    "set_rating": ({"key": "KEY"}, {"value": ""}, 303),
    "set_favorite": ({"key": "KEY"}, {"value": "0"}, 303),
    "add_tag": ({"key": "KEY"}, {"tag": "route"}, 303),
    "remove_tag": ({"key": "KEY"}, {"tag": "route"}, 303),
    "add_view": ({"key": "KEY"}, {}, 303),
    "api_videos": ({}, None, 200),
    "api_video": ({"video": "KEY"}, None, 200),
    "api_rate": ({"key": "KEY"}, {"value": "4"}, 200),
    "api_unrate": ({"key": "KEY"}, None, 200),
    "api_favor": ({"key": "KEY"}, None, 200),
    "api_unfavor": ({"key": "KEY"}, None, 200),
    "api_add_tag": ({"key": "KEY", "tag": "route"}, None, 200),
    "api_remove_tag": ({"key": "KEY", "tag": "route"}, None, 200),
    "api_add_view": ({"key": "KEY"}, None, 200),
    "api_tags": ({}, None, 200),
    "metrics": ({}, None, 200),
    "api_performance": ({}, None, 200),
    "api_performance_routes": ({}, None, 200),
    "api_performance_workers": ({}, None, 200),
    "api_performance_active": ({}, None, 200),
    "api_performance_storage": ({}, None, 200),
    "api_performance_errors": ({}, None, 200),
    "api_storage": ({}, None, 200),
    "api_errors": ({}, None, 200),
    "api_move_in": ({}, {}, 403),
    "api_moving": ({}, None, 403),
    "api_openapi": ({}, None, 200),
    "admin": ({}, None, 200),
    "admin_panel": ({"panel": "figures"}, None, 200),
    "routes_csv": ({}, None, 200),
    "act_on_task": ({}, {"task": "scan", "deed": "cancel"}, 303),
    "forget": ({}, {"sure": "1"}, 303),
    "look_again": ({}, {}, 303),
    "first_password": ({}, None, 200),
    "set_first_password": ({}, {"once": "wrong", "password": "x"}, 400),
    "login": ({}, None, 200),
    "sign_in": ({}, {"password": "wrong"}, 403),
    "sign_out": ({}, None, 303),
    # Of the original server: what they answer to more than this is in test_original.py.
    "original_views": ({}, None, 200),
    "original_rate": ({}, {}, 400),
    "original_view": ({}, {}, 400),
    "original_favorite": ({}, {}, 400),
    "original_tag": ({}, {}, 400),
    "original_delete_tag": ({}, {}, 400),
    "original_popular_tags": ({}, None, 200),
    "original_tags_of_video": ({}, None, 400),
    "original_rating_options": ({"media_hash": "KEY"}, None, 204),
    "original_rating": ({"media_hash": "KEY"}, None, 200),
    "original_set_rating": ({"media_hash": "KEY"}, {}, 400),
    "original_playlists": ({}, None, 200),
    "original_create_playlist": ({}, {}, 400),
    "original_playlist": ({"playlist_id": "99999"}, None, 404),
    "original_delete_playlist": ({"playlist_id": "99999"}, None, 404),
    "original_add_item": ({"playlist_id": "99999"}, {}, 404),
    "original_remove_item": ({"playlist_id": "99999", "video": "KEY"}, None, 404),
    "original_cache_status": ({}, None, 200),
    "original_refresh_cache": ({}, {}, 200),
    "original_prune": ({}, {}, 200),
    "original_performance": ({}, None, 200),
    "original_performance_file": ({}, None, 200),
    "original_performance_json": ({}, None, 200),
    "original_performance_metrics": ({}, None, 200),
    "later_dashboard": ({}, None, 200),
    "later_performance": ({}, None, 200),
    "later_performance_json": ({}, None, 200),
    "later_performance_metrics": ({}, None, 200),
    "later_performance_routes": ({}, None, 200),
    "later_performance_workers": ({}, None, 200),
    "later_performance_active": ({}, None, 200),
    "left_gallery": ({}, None, 410),
    "left_gallery_below": ({"rest": "groups/a"}, None, 410),
    "left_links": ({}, None, 410),
    "left_vr": ({}, None, 410),
    "left_vr_below": ({"rest": "a"}, None, 410),
    "left_api_gallery": ({}, None, 410),
    "left_api_gallery_post": ({}, {}, 410),
    "left_api_gallery_below": ({"rest": "groups"}, None, 410),
    "left_api_gallery_below_post": ({"rest": "groups"}, {}, 410),
    "left_api_gallery_below_put": ({"rest": "groups/1"}, {}, 410),
    "left_api_gallery_below_patch": ({"rest": "groups/1"}, {}, 410),
    "left_api_gallery_below_delete": ({"rest": "groups/1"}, None, 410),
    "left_analytics": ({}, None, 410),
    "left_analytics_post": ({}, {}, 410),
    "left_analytics_below": ({"rest": "stats"}, None, 410),
    "left_analytics_below_post": ({"rest": "event"}, {}, 410),
    "left_rename": ({}, {}, 410),
    "left_duplicate": ({}, {}, 410),
}
MADE_UP = {"media_hash": "0123456789abcdef", "playlist_id": "99999", "item_id": "1", "rest": "a", "panel": "figures"}
ELSEWHERE = {"events"}  # a stream without an end: test_live.py
each_route = pytest.mark.parametrize("route", [r for r in ROUTES if r.name not in ELSEWHERE], ids=lambda r: r.name)


def filled(route: Route, values: dict[str, str]) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: quote(values[found[1]]), route.rule)


def picture_of(home: Home) -> str:
    """The name of the picture file of a video."""
    poster = home.application.catalog.snapshot.posters.of[home.video(DUNE).id]
    return f"{poster.stamp}-320.jpg"


def test_every_route_is_asked_here_or_in_a_test_of_its_own() -> None:
    assert {route.name for route in ROUTES} == USUAL.keys() | ELSEWHERE
    assert len({(route.rule, route.method) for route in ROUTES}) == len(ROUTES)


@each_route
def test_a_route_answers_as_it_should(home: Home, route: Route) -> None:
    values, sent, status = USUAL[route.name]
    key = home.video("Series/Show.S01E02.mkv").key
    made_up = {"KEY": key, "PICTURE": picture_of(home)}
    address = filled(route, {name: made_up.get(value, value) for name, value in values.items()})
    body: dict[str, Any] = {"json": sent} if dialects.is_json(route.rule) else {"data": sent}
    with home.client.open(address, method=route.method, **(body if sent is not None else {})) as answer:
        assert answer.status_code == status
        if route.method == "GET":
            with home.client.head(address) as head:
                assert (head.status_code, head.data) == (status, b"")
    if route.name in ("refresh", "original_refresh_cache"):
        home.settle(len(HOME_FILES) + len(BROKEN_FILES))


HOSTILE = [
    b"../../../../etc/passwd",
    b"..%2f..%2fetc%2fpasswd",
    b"%2e%2e/%2e%2e/etc/passwd",
    b"/etc/passwd",
    b"//etc/passwd",
    b"C:\\Windows\\win.ini",
    b"..\\..\\secret",
    b"a\0b",
    b"\xff\xfe",
    b"\xed\xb3\xbf",
    b"\xc0\xae\xc0\xae/",
    b".",
    b"..",
    b"...",
    b"%00",
    b"a\nb",
    b"a\r\nX-Evil: 1",
    b"~root",
    b"file:///etc/passwd",
    b"x" * 10_000,
    b"/" * 500,
    b"{{7*7}}",
    b"<script>alert(1)</script>",
    b"'; DROP TABLE videos; --",
    "日本/é".encode(),
    b"%s%n%d",
    b"Dune.2021.1080p.mp4/",
    b"Dune.2021.1080p.mp4/../empty.mp4",
    b"./Dune.2021.1080p.mp4",
    b"Series/../Dune.2021.1080p.mp4",
    b"aaaaaaaaaa",
    b"0123456789abcdef",
]


@each_route
@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda name: repr(name)[:30])
def test_a_hostile_name_in_an_address_finds_nothing(home: Home, route: Route, hostile: bytes) -> None:
    if "<" not in route.rule:
        return
    path = re.sub(rb"<[^>]+>", lambda _: hostile, route.rule.encode())
    with home.get_raw(path, method=route.method) as answer:
        may_be_found = route.name == "tag" or (route.name == "folder" and not hostile.strip(b"/"))
        expected = {200, 404} if may_be_found else {404}
        expected |= {USUAL[route.name][2]} & {204, 410}  # those that look at no name
        assert answer.status_code in expected | ({400, 405, 415} if route.method != "GET" else set())
        assert b"root:x:" not in answer.data
        assert b"<script>alert" not in answer.data
        assert "X-Evil" not in answer.headers


QUERIES = [
    b"page=0",
    b"page=-1",
    b"page=abc",
    b"page=1e9",
    b"page=99999999999999999999999",
    b"page=\xd9\xa3",
    b"page=\xc2\xb2",
    b"page=1&page=2",
    b"page=",
    b"per_page=1000000",
    b"per_page=0",
    b"per_page=-5",
    b"sort=nonsense",
    b"sort=__class__",
    b"sort=relevance",
    b"sort=random&seed=abc",
    b"sort=random&seed=99999999999999999999",
    b"sort=random&seed=-5",
    b"order=sideways",
    b"sort[]=date",
    b"q=" + b"x" * 10_000,
    b"q=%00%ff%ed%b3%bf",
    b"q=\xff",
    b"q=" + b"a+" * 5000,
    b"tag=...",
    b"tag=%00",
    b"folder=../../etc",
    b"favorite=maybe",
    b"t=nan",
    b"t=inf",
    b"t=-1",
    b"t=1e400",
    b"t=<script>",
    b"_external=1&_scheme=javascript&_anchor=x&_host=evil.example&_method=POST",
    b"endpoint=admin&video=x&key=x&tag=x&folder=x",
    b"&&&===&%%%zz",
    b"a=1" * 3000,
    b"download=1&download=2",
    b"back=//evil.example",
    b"once=<script>alert(1)</script>",
]


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: repr(query)[:40])
def test_a_hostile_query_is_brought_into_range(home: Home, query: bytes) -> None:
    for route in ROUTES:
        if route.method != "GET" or route.name in ELSEWHERE:
            continue
        values = {"video": home.video(DUNE).key, "folder": "Films", "tag": "a", "name": "js/main.js"}
        values |= MADE_UP | {"picture": picture_of(home), "stem": "Dune.2021.1080p"}
        path = filled(route, values | {"media_hash": values["video"]})
        with home.get_raw(path.encode(), query) as answer:
            refused = {400} if route.view.__module__.endswith(".performance") else set()  # as the original did
            assert answer.status_code in {200, 302, USUAL[route.name][2], *refused}, path
            assert b"<script>alert" not in answer.data
            if answer.status_code == 302:
                assert answer.headers["Location"].startswith("/")
                assert not answer.headers["Location"].startswith("//")
            for link in re.findall(rb'(?:href|action)="([^"]*)"', answer.data):
                assert link[:1] in (b"/", b"#", b"?", b""), link
                assert not link.startswith(b"//")


@pytest.mark.parametrize(
    ("asked", "page", "shown"),
    [
        ("page=0&per_page=3", 1, 3),
        ("page=-1&per_page=3", 1, 3),
        ("page=2&per_page=3", 2, 3),
        ("page=3&per_page=3", 3, 1),
        ("page=1000000000&per_page=3", 3, 1),
        ("page=abc&per_page=3", 1, 3),
        ("page=1&page=2&per_page=3", 1, 3),
        ("per_page=1000000", 1, 7),
        ("per_page=0", 1, 1),
        ("per_page=abc", 1, 7),
    ],
)
def test_pages_are_clamped(home: Home, asked: str, page: int, shown: int) -> None:
    answer = home.get(f"/api/videos?{asked}").json
    assert answer is not None
    assert (answer["page"], len(answer["videos"])) == (page, shown)
    assert answer["total"] == len(HOME_FILES) + len(BROKEN_FILES)


READ = [route for route in ROUTES if route.method == "GET" and route.name not in ELSEWHERE]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(route=st.sampled_from(READ), name=st.binary(min_size=1, max_size=60), query=st.binary(max_size=60))
def test_no_bytes_at_all_make_the_server_fail(home: Home, route: Route, name: bytes, query: bytes) -> None:
    path = re.sub(rb"<[^>]+>", lambda _: name, route.rule.encode())
    with home.get_raw(path, query) as answer:
        assert answer.status_code in (200, 302, 404, USUAL[route.name][2])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    route=st.sampled_from([r for r in ROUTES if r.method != "GET" and not r.rule.startswith("/log")]),
    body=st.binary(max_size=80)
    | st.text(max_size=30).map(lambda text: f"value={text}&tag={text}&play={text}".encode()),
    kind=st.sampled_from(
        ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
    ),
)
def test_no_body_at_all_makes_the_server_fail(home: Home, route: Route, body: bytes, kind: str) -> None:
    key = home.video(BROKEN_FILES[1]).key
    address = filled(route, MADE_UP | {"key": key, "video": key, "media_hash": key, "tag": "fuzz"})
    answer = home.client.open(address, method=route.method, data=body, content_type=kind)
    allowed = {200, 204, 303, 400, 403, 413, USUAL[route.name][2]}
    assert answer.status_code in (allowed | {415} if dialects.is_json(route.rule) else allowed), answer.text


@pytest.fixture(scope="module", autouse=True)
def everything_is_looked_into_again(home: Home) -> Iterator[None]:
    yield
    home.settle(len(HOME_FILES) + len(BROKEN_FILES))
