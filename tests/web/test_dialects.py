"""In which words an address refuses."""

from __future__ import annotations

import re

import pytest

from local_video_server.web import dialects
from local_video_server.web.routes import ROUTES, Route

OWN = [route for route in ROUTES if route.view.__module__.rpartition(".")[2].startswith(("original", "left_out"))]
NUMBERS = [route for route in ROUTES if route.view.__module__.endswith(".performance") and route.name != "metrics"]


@pytest.mark.parametrize("route", OWN, ids=lambda route: f"{route.method} {route.rule}")
def test_every_json_address_of_the_original_refuses_as_it_did(route: Route) -> None:
    """A wrong method has no view that could say so: the address alone tells."""
    path = re.sub(r"<[^>]+>", "1", route.rule)
    told = dialects.refusal(path, 405, "wrong", "A sentence.", {})
    if route.rule.startswith("/dashboard/"):
        assert told == {"success": False, "error": {"code": "wrong", "message": "A sentence.", "details": {}}}
    elif route.rule.startswith(("/gallery", "/links", "/vr")):
        assert told is None
    else:
        assert told == {"error": "A sentence."}


@pytest.mark.parametrize(
    "route", [r for r in ROUTES if r not in OWN + NUMBERS], ids=lambda route: f"{route.method} {route.rule}"
)
def test_no_address_of_ours_does(route: Route) -> None:
    told = dialects.refusal(re.sub(r"<[^>]+>", "1", route.rule), 404, "wrong", "A sentence.", {})
    assert told is None or told == {"error": {"code": "wrong", "message": "A sentence.", "details": {}}}


@pytest.mark.parametrize("route", NUMBERS, ids=lambda route: route.rule)
def test_the_numbers_refuse_as_the_originals_did(route: Route) -> None:
    for code, word in (
        ("invalid_value", "INVALID_PARAMETER"),
        ("internal", "METRICS_UNAVAILABLE"),
        ("method_not_allowed", "METHOD_NOT_ALLOWED"),
    ):
        told = dialects.refusal(route.rule, 400, code, "A sentence.", {"limit": 1})
        assert told == {"success": False, "error": {"code": word, "message": "A sentence.", "details": {"limit": 1}}}


@pytest.mark.parametrize(
    ("status", "has_detail"), [(400, True), (429, True), (404, False), (405, False), (415, False)]
)
def test_a_rating_of_the_original_tells_a_detail_where_it_did(status: int, has_detail: bool) -> None:
    for details in ({}, {"detail": "A number from 1 to 5."}):
        told = dialects.refusal("/api/ratings/0123456789abcdef", status, "x", "Invalid rating", details)
        assert told is not None
        assert told["error"] == "Invalid rating"
        assert told.get("detail") == (details.get("detail", "Invalid rating") if has_detail else None)


@pytest.mark.parametrize(
    "path", ["/", "/tag/rate", "/tags", "/watch/api/x", "/rate/x", "/favorites", "/views", "/gallery/json", "/apix"]
)
def test_people_are_answered_with_a_page(path: str) -> None:
    assert dialects.is_json(path) is (path == "/gallery/json")


@pytest.mark.parametrize("path", ["/api/ratings/a\nb", "/analytics/a\nb", "/rate/", "/api/playlists/"])
def test_line_ends_and_a_slash_at_the_end_change_nothing(path: str) -> None:
    assert dialects.refusal(path, 404, "not_found", "A sentence.", {}) == {"error": "A sentence."}
