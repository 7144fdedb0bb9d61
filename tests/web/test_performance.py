"""The numbers at the addresses of the original server and ours: one store, one dialect, quick, no title in them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_video_server.library.figures import Kind
from tests.homes import Home, open_home
from tests.server import wait_for

WHOLE = (
    "/api/admin/performance",
    "/admin/performance.json",
    "/admin/performance/json",
    "/admin/performance/metrics",
    "/dashboard/performance/json",
    "/dashboard/performance/metrics",
)
ROUTES = "/api/admin/performance/routes"
OTHERS = (
    ROUTES,
    "/dashboard/performance/routes",
    "/dashboard/performance/workers",
    "/dashboard/performance/active",
    "/api/admin/performance/workers",
    "/api/admin/performance/active",
    "/api/admin/performance/storage",
    "/api/admin/performance/errors",
    "/api/admin/storage",
    "/api/admin/errors",
)
BROKEN = "Dune.2021.mp4"
RATED = {"PUT /api/videos/<key>/rating": Kind.API, "POST /rate": Kind.API, "POST /watch/<key>/rating": Kind.PAGE}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home of its own: what is counted below would stand on the pages of the shared one."""
    folder = tmp_path_factory.mktemp("numbers") / "Films"
    folder.mkdir()
    (folder / BROKEN).touch()
    with open_home(tmp_path_factory.mktemp("numbers-data"), folder, videos=1) as home:
        count_some(home)
        yield home


def count_some(home: Home) -> None:
    """Some requests, as the server would have counted them: a test client goes past what does."""
    ledger = home.application.observatory.ledger
    for name, kind in RATED.items():
        method, rule = name.split(" ")
        ledger.request(kind, method, rule, 200, 0.01, "id")
    for number in range(200):
        ledger.request(Kind.PAGE, "GET", "/watch/<video>", 500 if number < 5 else 200, 0.02, "id")
    for number in range(40):
        ledger.request(Kind.PAGE, "GET", f"/page-{number}", 200, 0.001 * number, "id")


def test_every_address_of_the_whole_tells_the_same_store(home: Home) -> None:
    told = [home.get(f"{address}?window_seconds=900").get_json() for address in WHOLE]
    assert all(one["global"] == told[0]["global"] and one["ratings"]["request_count"] == 3 for one in told)
    assert told[0]["routes"][0]["path"] == "/page-39"
    assert told[0]["global"]["error_count"] == 5
    assert told[0]["ratings_post"]["p95_latency_ms"] == pytest.approx(10, rel=0.02)


def test_the_routes_are_those_of_the_store_by_their_names(home: Home) -> None:
    told = home.get(f"{ROUTES}?sort_by=request_count&limit=1&window_seconds=900").get_json()
    assert [(row["path"], row["name"], row["request_count"], row["status"]) for row in told["routes"]] == [
        ("/watch/<video>", "watch", 200, "warning")
    ]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("window_seconds=301", "window_seconds is one of 300, 900, 3600, 86400, 604800."),
        ("limit=-1", "limit is a whole number from 1 to 500."),
        ("order=up", "order is one of asc, desc."),
        ("sort_by=%00", "sort_by is one of p95_latency_ms,"),
    ],
)
def test_what_there_is_not_is_refused_in_the_originals_words(home: Home, query: str, told: str) -> None:
    for address in (*WHOLE, ROUTES):
        answer = home.get(f"{address}?{query}")
        assert answer.status_code == 400
        refused = answer.get_json()
        assert refused["success"] is False
        assert refused["error"]["code"] == "INVALID_PARAMETER"
        assert refused["error"]["message"].startswith(told)


def test_all_of_it_is_answered_within_milliseconds_and_never_kept(home: Home) -> None:
    for address in (*WHOLE, *OTHERS):
        home.get(address)
        took = []
        for _ in range(5):
            began = time.perf_counter()
            answer = home.get(address)
            took.append(time.perf_counter() - began)
        assert answer.headers["Cache-Control"] == "no-store"
        assert min(took) < 0.05, address


def test_broken_files_are_named_by_key_and_nothing_holds_a_title(home: Home) -> None:
    told = home.get("/api/admin/errors").get_json()
    assert told["broken"] == [{"key": home.video(BROKEN).key, "reason": "The file is empty."}]
    assert told["broken_count"] == 1
    assert [(row["path"], row["error_count"]) for row in told["routes"]] == [("/watch/<video>", 5)]
    for address in (*WHOLE, *OTHERS, "/metrics"):
        assert "Dune" not in home.guest().get(address).text


def test_the_log_and_who_watches_are_for_the_admin_alone(home: Home) -> None:
    assert home.get("/api/admin/performance/errors").get_json()["log"] is not None
    assert home.guest().get("/api/admin/performance/errors").get_json()["log"] is None
    assert home.guest().get("/api/admin/performance/active").status_code == 200


@pytest.mark.parametrize("address", ["/admin/performance", "/dashboard", "/dashboard/performance"])
def test_old_bookmarks_show_the_dashboard(home: Home, address: str) -> None:
    answer = home.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert "<h1" in answer.text


def test_prometheus_is_told_in_the_form_it_asks_for(home: Home) -> None:
    plain = home.get("/metrics")
    assert plain.content_type == "text/plain; version=0.0.4; charset=utf-8"
    assert 'lvs_http_requests_total{method="GET",path="/watch/<video>",status="500"} 5.0' in plain.text
    other = home.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert other.content_type.startswith("application/openmetrics-text")
    assert other.text.endswith("# EOF\n")


def test_a_folder_whose_name_is_no_text_spoils_no_number(tmp_path: Path) -> None:
    films = Path(os.fsdecode(os.fsencode(tmp_path) + b"/Films \xff"))
    films.mkdir()
    with open_home(tmp_path / "data", films, videos=0) as odd:
        told = wait_for(lambda: odd.get("/api/admin/storage").get_json().get("disks"), 2.0)
        assert told[0]["path"] == f"{tmp_path}/Films \ufffd"
        films.rename(tmp_path / "elsewhere")
        odd.application.index.refresh()
        wait_for(lambda: "Films \ufffd" in odd.get("/health").text, 10.0)
        for address in (*WHOLE, *OTHERS, "/metrics", "/health", "/admin", "/admin/cache/status"):
            assert odd.get(address).status_code in (200, 503), address


def test_without_the_viewer_password_no_number_is_told(tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    with open_home(tmp_path / "data", tmp_path / "films", videos=0, viewer_password="popcorn") as asking:
        for address in ("/metrics", WHOLE[0], OTHERS[0]):
            answer = asking.guest().get(address)
            assert (answer.status_code, answer.mimetype) == (401, "application/json")
