from __future__ import annotations

import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]

from local_video_server.web.openapi import describe
from local_video_server.web.routes import ROUTES
from tests.homes import Home

DOCUMENT = describe()
OPERATIONS = [(path, method) for path, methods in DOCUMENT["paths"].items() for method in methods]


def schema(operation: Any, status: int) -> Draft202012Validator:
    """The validator of an operation's answer; its references point into the document."""
    described = operation["responses"][str(status)]["content"]["application/json"]["schema"]
    return Draft202012Validator({**described, "components": DOCUMENT["components"]}, format_checker=FormatChecker())


def test_every_json_address_is_described_and_nothing_else() -> None:
    there = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route.rule), route.method.lower())
        for route in ROUTES
        if route.rule.startswith("/api/") or route.name == "ping"
    }
    assert set(OPERATIONS) == there


@pytest.mark.parametrize("name", DOCUMENT["components"]["schemas"])
def test_a_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(DOCUMENT["components"]["schemas"][name])


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_an_operation_names_the_parameters_in_its_path(path: str, method: str) -> None:
    named = {p["name"] for p in DOCUMENT["paths"][path][method].get("parameters", ()) if p["in"] == "path"}
    assert named == set(re.findall(r"\{(\w+)\}", path))


@pytest.mark.parametrize("filename", ["Dune.2021.1080p.mp4", "Holiday/broken.mp4", "Series/Show.S01E02.mkv"])
@pytest.mark.parametrize(("path", "method"), [pair for pair in OPERATIONS if "openapi" not in pair[0]])
def test_an_answer_fits_its_description(home: Home, path: str, method: str, filename: str) -> None:
    operation = DOCUMENT["paths"][path][method]
    video = home.video(filename)
    address = path.format(video=video.key, key=video.key, tag="described")
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    answer = home.client.open(address, method=method.upper(), json=body["example"] if body else None)
    assert answer.status_code == 200
    schema(operation, 200).validate(answer.get_json())
    home.client.delete(f"/api/videos/{video.key}/rating")


@pytest.mark.parametrize(("path", "method"), [pair for pair in OPERATIONS if "{" in pair[0]])
def test_a_refusal_fits_its_description(home: Home, path: str, method: str) -> None:
    operation = DOCUMENT["paths"][path][method]
    address = path.format(video="nowhere", key="nowhere", tag="a")
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    answer = home.client.open(address, method=method.upper(), json=body["example"] if body else None)
    assert answer.status_code == 404
    schema(operation, 404).validate(answer.get_json())


def test_an_example_fits_its_own_schema() -> None:
    for path, method in OPERATIONS:
        for content in DOCUMENT["paths"][path][method].get("requestBody", {}).get("content", {}).values():
            Draft202012Validator(content["schema"]).validate(content["example"])


def test_the_description_is_served_as_it_is(home: Home) -> None:
    assert home.get("/api/openapi.json").get_json() == DOCUMENT


def test_every_sort_that_is_described_is_one(home: Home) -> None:
    sorts = next(p for p in DOCUMENT["paths"]["/api/videos"]["get"]["parameters"] if p["name"] == "sort")
    for name in sorts["schema"]["enum"]:
        assert home.get(f"/api/videos?sort={name}&q=show").get_json()["total"] == 2
