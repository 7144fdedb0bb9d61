"""docs/api.md, made from what the server says of itself in /api/openapi.json."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from local_video_server.settings import CHECKOUT
from local_video_server.web.openapi import describe

API = CHECKOUT / "docs" / "api.md"
Schema = dict[str, Any]
# Heading, sentence, and how the addresses begin; the first group that fits has an address.
GROUPS = (
    (
        "Videos and marks",
        "Marks are set, never switched: to do it twice changes nothing.",
        ("/api/videos", "/api/tags", "/api/tags/"),
    ),
    (
        "Numbers",
        "How fast each address answers, what the work in the background does, how much room is left, what is wrong. "
        "All from one store; anybody at home may read them, as often as wanted. Rates are of 1, "
        "times in the answers end in their unit, and what was not measured is null. A value that there is not is "
        "refused (400) with those that there are, also of a parameter that only a neighbouring address uses; a "
        "parameter that none has is passed over.",
        (
            "/api/admin/performance",
            "/api/admin/storage",
            "/api/admin/errors",
            "/admin/performance",
            "/dashboard/perf",
        ),
    ),
    ("The server itself", "", ("/ping", "/health", "/api/openapi.json", "/api/admin")),
    (
        "The original server's addresses",
        "For scripts and bookmarks of the server that this one replaces; docs/moving.md tells what is different.",
        ("/",),
    ),
)
EVERYWHERE = ("304", "401", "403", "413", "421", "500")
OF_TAGS_BY_THE_ORIGINAL = ("/api/tags/popular", "/api/tags/video")
HEAD = """# The addresses for programs

This page is made from `/api/openapi.json`, which the server itself hands out: give that to a program, and read this
yourself. All of it is plain HTTP with JSON, inside your own network:

    curl http://127.0.0.1:8080/api/videos?q=dune
    curl -X PUT -d '{"value": 4}' http://127.0.0.1:8080/api/videos/k3x9q2m7ab/rating

Dates are RFC 3339 in UTC, sizes bytes, and a field ends in its unit where it has one. What is sent is JSON, at most a
megabyte.

**Refusals** are `{"error": {"code", "message", "details"}}`; the message is for people and says what to do. The
original server's addresses say `{"error": "..."}`, as it did, its ratings also `detail`, and the numbers
`{"success": false, "error": {"code", "message", "details"}}`. Any address may answer 401, 403, 421 and 500, and 413
where something is sent; the others stand where they may come.

| status | when |
| --- | --- |
"""
OTHERS = """## Not JSON

- `GET /metrics`: all numbers for Prometheus, as text, or as OpenMetrics for who asks for that. The names begin with
  `lvs_`. Labels hold rules such as `/watch/<video>` and words of this server, never what somebody asked for and never
  a title. `deploy/prometheus/` has a scrape configuration and alarms. With `viewer_password` set it answers 401 to
  other machines, for a scraper cannot sign in, and still answers on the machine of the server itself.
- `GET /events`: what happens, as it happens (server-sent events).
"""
_STATUS = {"Unchanged": "304", "TooLarge": "413"}


def api_document() -> str:
    document = describe()
    parts = [HEAD + "\n".join(_refusals(document)), *_groups(document), OTHERS.strip(), *_shapes(document)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _refusals(document: Schema) -> Iterator[str]:
    told = {
        _STATUS.get(name) or name[-3:]: answer["description"]
        for name, answer in document["components"]["responses"].items()
    }
    for status, when in sorted(told.items()):
        yield f"| {status} | {when} |"


def _groups(document: Schema) -> Iterator[str]:
    left: list[tuple[str, str, Schema]] = [
        (path, method, described)
        for path, methods in document["paths"].items()
        for method, described in methods.items()
    ]
    for heading, sentence, beginnings in GROUPS:
        is_last = beginnings == ("/",)
        here = [
            one
            for one in left
            if one[0].startswith(beginnings) and (is_last or one[0] not in OF_TAGS_BY_THE_ORIGINAL)
        ]
        left = [one for one in left if one not in here]
        yield f"## {heading}"
        yield sentence
        yield from _operations([one for one in here if not one[2].get("deprecated")])
        gone = [one for one in here if one[2].get("deprecated")]
        if gone:
            yield (
                "**No more**, answering 410 with a sentence: "
                + ", ".join(f"`{method.upper()} {path}`" for path, method, _ in gone)
                + "."
            )
    assert not left


def _operations(some: list[tuple[str, str, Schema]]) -> Iterator[str]:
    told: list[Schema] = []
    for path, method, described in some:
        if described in told:
            continue
        told.append(described)
        same = [other for other, its, what in some if (its, what) == (method, described) and other != path]
        also = f" The same at {', '.join(f'`{other}`' for other in same)}." if same else ""
        lines = [f"### `{method.upper()} {path}`", "", f"{described['summary']}{also}", ""]
        lines += [f"- {line}" for line in (*_asked(described), *_sent(described), *_answers(described))]
        yield "\n".join(lines)


def _asked(described: Schema) -> Iterator[str]:
    for one in described["parameters"]:
        where = {"path": "in the address", "header": "header"}.get(one["in"])
        notes = [note for note in (where, _values(one["schema"]), "needed" if one.get("required") else "") if note]
        if one["in"] == "path":
            notes = notes[:1]
        yield (
            f"`{one['name']}` ({', '.join(notes)}): {one['description']}"
            if notes
            else (f"`{one['name']}`: {one['description']}")
        )


def _values(schema: Schema) -> str:
    usual = f", usually {schema['default']}" if "default" in schema else ""
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"]) + usual
    if "minimum" in schema and "maximum" in schema:
        return f"{schema['minimum']} to {schema['maximum']}{usual}"
    return ""


def _sent(described: Schema) -> Iterator[str]:
    body = described.get("requestBody")
    if body:
        schema = body["content"]["application/json"]["schema"]
        needed = schema.get("required", ())
        fields = [
            f"`{name}`{'' if name in needed else ' (may be left out)'}: {_kind(one)}"
            for name, one in schema["properties"].items()
        ]
        yield f"sent: {'; '.join(fields)}"


def _answers(described: Schema) -> Iterator[str]:
    refused = []
    for status, answer in described["responses"].items():
        if "$ref" in answer:
            if status not in EVERYWHERE:
                refused.append(status)
            continue
        content = answer.get("content", {}).get("application/json")
        yield f"{status}: {_kind(content['schema']) if content else 'nothing more'}"
    if refused:
        yield f"refused: {', '.join(refused)}"


def _shapes(document: Schema) -> Iterator[str]:
    yield "## The shapes of the answers"
    for name, schema in document["components"]["schemas"].items():
        rows = list(_fields(schema))
        if rows:
            yield "\n".join([f"### {name}", "", "| field | what it is |", "| --- | --- |", *rows])
        else:
            yield f"### {name}\n\n{_kind(schema).capitalize()}."


def _fields(schema: Schema, before: str = "") -> Iterator[str]:
    """A row for each field; those of an object inside have its name and a dot in front."""
    for name, one in schema.get("properties", {}).items():
        inside = one.get("items", {}) if one.get("type") == "array" else one
        sentence = one.get("description", "")
        yield f"| `{before}{name}` | {_kind(one)}{': ' + sentence if sentence else ''} |"
        yield from _fields(inside, f"{before}{name}{'[]' if inside is not one else ''}.")


def _kind(schema: Schema) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "const" in schema:
        return f"always `{_json(schema['const'])}`"
    if "enum" in schema:
        return " or ".join(f"`{_json(value)}`" for value in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if isinstance(schema.get("type"), list):
        return " or ".join(_word(word, schema) for word in schema["type"])
    return _word(schema.get("type", "anything"), schema)


def _word(word: str, schema: Schema) -> str:
    if word == "array":
        return f"list of {_kind(schema['items'])}"
    if word == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"object, by name: {_kind(schema['additionalProperties'])}"
    if word == "string" and schema.get("format") == "date-time":
        return "date and time"
    return {"string": "text", "integer": "whole number", "boolean": "`true` or `false`", "null": "`null`"}.get(
        word, word
    )


def _json(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
