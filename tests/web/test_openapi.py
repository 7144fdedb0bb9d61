from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]
from werkzeug.test import TestResponse

from local_video_server.library.video import media_hash
from local_video_server.web.openapi import describe
from local_video_server.web.rate_limit import MOST
from local_video_server.web.routes import ROUTES
from tests.homes import Home, open_home

DOCUMENT = describe()
COMPONENTS = DOCUMENT["components"]
OPERATIONS = [(path, method) for path, methods in DOCUMENT["paths"].items() for method in methods]
DUNE = "Dune.2021.1080p.mp4"
# The names of the routes that answer with a page, a part of one, bytes, or the way to another page.
NO_JSON = set(
    """
    gallery watch folders folder favorites popular best_of tags tag search random history progress pictures
    playlists playlist playlist_file folder_file
    video thumbnail thumbnail_by_stem static icon events playing
    set_rating set_favorite add_tag remove_tag add_view clear_recent
    create_playlist describe_playlist delete_playlist add_to_playlist move_item remove_item
    admin admin_panel routes_csv look_again act_on_task retry_posters
    forget first_password set_first_password login sign_in sign_out
    metrics original_performance later_dashboard later_performance
    left_gallery left_gallery_below left_links left_vr left_vr_below
    """.split()
)
ELSEWHERE = {
    ("/admin/cache/refresh", "post"),  # sets the broken files of the shared home back: test_original.py
    ("/api/admin/moving", "post"),  # below
}


def operation(path: str, method: str) -> dict[str, Any]:
    return dict(DOCUMENT["paths"][path][method])


def answer_of(described: dict[str, Any], status: int) -> dict[str, Any]:
    """What is said about an answer, here or where it is shared."""
    said = described["responses"][str(status)]
    return dict(COMPONENTS["responses"][said["$ref"].rpartition("/")[2]] if "$ref" in said else said)


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    """Its references point into the document."""
    return Draft202012Validator({**schema, "components": COMPONENTS}, format_checker=FormatChecker())


def check(described: dict[str, Any], answer: TestResponse) -> None:
    """An answer is one of those that are described, and has its shape."""
    assert str(answer.status_code) in described["responses"], answer.text
    content = answer_of(described, answer.status_code).get("content")
    if content is None:
        assert not answer.data
    else:
        assert answer.content_type == "application/json"
        validator(content["application/json"]["schema"]).validate(answer.get_json())


def test_every_address_that_answers_json_is_described_and_nothing_else() -> None:
    there = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route.rule), route.method.lower())
        for route in ROUTES
        if route.name not in NO_JSON
    }
    assert set(OPERATIONS) == there
    assert not NO_JSON - {route.name for route in ROUTES}


@pytest.mark.parametrize("name", COMPONENTS["schemas"])
def test_a_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(COMPONENTS["schemas"][name])


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_an_operation_names_the_parameters_in_its_path(path: str, method: str) -> None:
    named = {one["name"] for one in operation(path, method)["parameters"] if one["in"] == "path"}
    assert named == set(re.findall(r"\{(\w+)\}", path))


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_answer_with_a_body_has_a_shape_and_an_example_of_it(path: str, method: str) -> None:
    described = operation(path, method)
    assert described["summary"].endswith(".")
    for status in map(int, described["responses"]):
        answer = answer_of(described, status)
        assert answer["description"].endswith(".")
        for content in answer.get("content", {}).values():
            validator(content["schema"]).validate(content["example"])
        assert "content" in answer or status in (204, 304)
    for content in described.get("requestBody", {}).get("content", {}).values():
        validator(content["schema"]).validate(content["example"])
    for one in described["parameters"]:
        if "example" in one:
            validator(one["schema"]).validate(one["example"])


@pytest.mark.parametrize("name", COMPONENTS["responses"])
def test_every_shared_answer_has_an_example_of_its_shape(name: str) -> None:
    for content in COMPONENTS["responses"][name].get("content", {}).values():
        validator(content["schema"]).validate(content["example"])


def test_every_shape_and_every_shared_answer_is_named_somewhere() -> None:
    named = set(re.findall(r'"#/components/(\w+/\w+)"', json.dumps(DOCUMENT)))
    assert named == {f"{kind}/{name}" for kind, shared in COMPONENTS.items() for name in shared}


class Asked:
    """The home as somebody meets it who knows nothing but the description."""

    def __init__(self, home: Home, filename: str) -> None:
        self.home = home
        self.video = home.video(filename)
        self.playlists = home.application.wsgi.extensions["house"].playlists
        self.playlist = self.playlists.create("Described")
        self.playlists.add(self.playlist.id, self.video)
        self.values = {
            "video": self.video.key,
            "key": self.video.key,
            "tag": "described",
            "media_hash": media_hash(filename),
            "playlist_id": self.playlist.id,
            "rest": "anything",
        }

    def ask(self, path: str, method: str, sent: Any = None, **changed: Any) -> TestResponse:
        """The address with its required parameters; what is sent is the example, unless something else is."""
        described = operation(path, method)
        query = {p["name"]: p["example"] for p in described["parameters"] if p["in"] == "query" and p.get("required")}
        body = described.get("requestBody", {}).get("content", {}).get("application/json")
        more: dict[str, Any] = {"json": body["example"]} if body and sent is None else {}
        if sent is not None:
            more = {"data": sent, "content_type": "application/json"}
        more["headers"] = {"X-LVS-Secret": self.home.application.lock.secret}
        address = path.format(**(self.values | changed))
        return self.home.client.open(address, method=method.upper(), query_string=query, **more)

    def close(self) -> None:
        for playlist in list(self.home.application.catalog.snapshot.playlists.of.values()):
            if playlist.name in ("Described", "For the evening"):
                self.playlists.delete(playlist.id)
        self.ask("/api/videos/{key}/rating", "delete")
        self.ask("/api/videos/{key}/favorite", "delete")
        for tag in ("described", "desert"):
            self.ask("/api/videos/{key}/tags/{tag}", "delete", tag=tag)


@pytest.fixture(params=[DUNE, "Holiday/broken.mp4", "Series/Show.S01E02.mkv"])
def asked(home: Home, request: pytest.FixtureRequest) -> Iterator[Asked]:
    asked = Asked(home, request.param)
    yield asked
    asked.close()


def test_every_answer_fits_its_description(asked: Asked) -> None:
    # What deletes comes last.
    for path, method in sorted(OPERATIONS, key=lambda pair: pair[1] == "delete" and "/items/" not in pair[0]):
        if (path, method) in ELSEWHERE:
            continue
        with asked.ask(path, method) as answer:
            described = operation(path, method)
            usual = next(iter(described["responses"])) if not described.get("deprecated") else "410"
            assert str(answer.status_code) == usual, (path, method, answer.text)
            check(described, answer)
            if "304" in described["responses"]:
                known = dict(answer.request.headers) | {"If-None-Match": answer.headers["ETag"]}
                again = asked.home.get(answer.request.full_path, headers=known)
                assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    ("path", "method"), [pair for pair in OPERATIONS if "{" in pair[0] and "rest" not in pair[0]]
)
def test_a_refusal_of_a_name_that_is_none_fits_its_description(home: Home, path: str, method: str) -> None:
    values = {"video": "nowhere", "key": "nowhere", "tag": "a", "media_hash": "0" * 16, "playlist_id": 999_999}
    described = operation(path, method)
    body = described.get("requestBody", {}).get("content", {}).get("application/json")
    sent = {"json": body["example"]} if body else {}
    answer = home.client.open(path.format(**values), method=method.upper(), **sent)
    assert answer.status_code == (204 if method == "options" else 404)
    check(described, answer)


SENDING = [pair for pair in OPERATIONS if "requestBody" in operation(*pair)]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"[]", 400),
        (b"{", 400),
        (b'{"value": 6, "filename": 5, "name": 5, "play": 5, "video_filename": 5}', 400),
        (b"{}" + b" " * 1_000_001, 413),
    ],
    ids=["a list", "half of it", "wrong values", "too much"],
)
def test_a_refusal_of_what_is_sent_fits_its_description(home: Home, sent: bytes, status: int) -> None:
    asked = Asked(home, DUNE)
    try:
        for path, method in SENDING:
            answer = asked.ask(path, method, sent)
            assert answer.status_code == status, (path, answer.text)
            check(operation(path, method), answer)
    finally:
        asked.close()


@pytest.mark.parametrize(("path", "method"), SENDING)
def test_what_is_not_said_to_be_json_is_415_where_that_is_described(home: Home, path: str, method: str) -> None:
    described = operation(path, method)
    values = {"key": home.video(DUNE).key, "media_hash": media_hash(DUNE), "playlist_id": 999_999}
    answer = home.client.open(path.format(**values), method=method.upper(), data={"a": "b"})
    assert (answer.status_code == 415) is ("415" in described["responses"])
    check(described, answer)


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_who_may_not_is_told_so_as_described(home: Home, path: str, method: str) -> None:
    described = operation(path, method)
    values = dict.fromkeys(re.findall(r"\{(\w+)\}", path), "1")
    address = path.format(**values)
    for client, headers, status in (
        (home.guest("8.8.8.8"), {}, 403),
        (home.client, {"Host": "films.example"}, 421),
        (home.client, {"Origin": "http://evil.example"}, 403),
    ):
        answer = client.open(address, method=method.upper(), headers=headers)
        if "Origin" in headers and method in ("get", "options"):
            continue
        assert answer.status_code == status
        check(described, answer)


def test_who_did_not_give_the_viewer_password_is_told_so_as_described(tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    with open_home(tmp_path / "data", tmp_path / "films", videos=0, viewer_password="popcorn") as home:
        for path, method in OPERATIONS:
            address = path.format(**dict.fromkeys(re.findall(r"\{(\w+)\}", path), "1"))
            answer = home.guest().open(address, method=method.upper())
            assert answer.status_code == (200 if path in ("/ping", "/health") else 401), (path, method)
            check(operation(path, method), answer)


def test_our_own_fault_is_told_as_described(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    views: dict[str, Any] = home.application.wsgi.view_functions
    for route in ROUTES:
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route.rule)
        described = DOCUMENT["paths"].get(path, {}).get(route.method.lower(), {})
        if "500" in described.get("responses", {}):
            view = views[route.name]
            views[route.name] = lambda **_: 1 / 0
            try:
                address = re.sub(r"\{\w+\}", "1", path)
                check(described, home.client.open(address, method=route.method))
            finally:
                views[route.name] = view


def test_too_many_ratings_are_refused_as_described(home: Home) -> None:
    described = operation("/api/ratings/{media_hash}", "post")
    guest, address = home.guest("10.79.0.1"), f"/api/ratings/{media_hash(DUNE)}"
    answers = [guest.post(address, json={"value": 4}) for _ in range(MOST + 1)]
    assert answers[-1].status_code == 429
    assert answers[-1].headers["Retry-After"]
    for answer in answers:
        check(described, answer)
    home.client.delete(f"/api/videos/{home.video(DUNE).key}/rating")


def test_a_move_is_answered_as_described(home: Home, tmp_path: Path) -> None:
    (tmp_path / "ratings.json").write_text('{"a.mp4": 9}')
    asked = Asked(home, DUNE)
    described = operation("/api/admin/moving", "post")
    try:
        for folder, status in ((tmp_path, 200), (tmp_path / "nowhere", 422)):
            sent = json.dumps({"command": "import-json", "path": str(folder)}).encode()
            answer = asked.ask("/api/admin/moving", "post", sent)
            assert answer.status_code == status
            check(described, answer)
    finally:
        asked.close()


def test_the_description_is_served_as_it_is(home: Home) -> None:
    assert home.get("/api/openapi.json").get_json() == DOCUMENT


def test_every_sort_that_is_described_is_one(home: Home) -> None:
    sorts = next(p for p in DOCUMENT["paths"]["/api/videos"]["get"]["parameters"] if p["name"] == "sort")
    for name in sorts["schema"]["enum"]:
        assert home.get(f"/api/videos?sort={name}&q=show").get_json()["total"] == 2
