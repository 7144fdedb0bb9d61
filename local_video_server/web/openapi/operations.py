"""How one address is described: its parameters, what is sent, and every answer that it gives, each with an example.

Answers that many give (refusals, 304) are described once, and only named where they come.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .schemas import TEXT, Schema, ref

_EVERYWHERE = (401, 403, 421, 500)

# status -> its code in our JSON, a sentence that comes with it
_SENTENCES: dict[int, tuple[str, str]] = {
    400: ("invalid_value", "A rating is a whole number from 1 to 5."),
    401: ("password_needed", "This server asks for a password: sign in under /login."),
    403: ("not_allowed", "Changes are taken only from this server's own pages."),
    404: ("not_found", "There is no video at this address. It may have been removed; the search finds the rest."),
    410: (
        "gone",
        "The image gallery is no more: this server shows videos. Your pictures are where they always were.",
    ),
    413: ("http_413", "The request is larger than 1000000 bytes, which is all this server takes at once."),
    415: ("unsupported_media_type", "Send JSON here, with the content type application/json."),
    421: ("unknown_host", "This server does not know itself by the name films.example."),
    422: ("cannot_move", "There is no folder /srv/video-server. Check its name."),
    429: ("too_many_requests", "Too many ratings at once. Try again in 7 seconds."),
    500: ("internal", "Something went wrong in this server. Its log says what."),
    503: ("unavailable", "Nothing was stored: the database says «database or disk is full»."),
}
_WHEN = {
    400: "What was sent or asked is no such value.",
    401: "A viewer password is set, and was not given.",
    403: "From outside the network, a change from another site, or a deed of the admin.",
    404: "There is nothing of this name.",
    410: "The original server had this; this one has not.",
    413: "More than a megabyte was sent.",
    415: "What was sent is not said to be JSON.",
    421: "The server does not know itself by this name.",
    422: "What was named cannot be moved in; nothing was changed.",
    429: "Five ratings in ten seconds; Retry-After tells when the next one may come.",
    500: "The server failed; its log says why.",
    503: "The database did not take the change: nothing of it is shown.",
}
OURS, ORIGINAL, RATINGS, DASHBOARD = "Refused", "OriginalRefused", "RatingRefused", "DashboardRefused"
NUMBERS = "NumbersRefused"


def does(
    summary: str,
    answer: str | None,
    example: Any = None,
    parameters: Sequence[Schema] = (),
    refusals: Sequence[int] = (),
    sent: Schema | None = None,
    status: int = 200,
    speaks: str = OURS,
    is_write: bool = False,
    is_open: bool = False,
    is_fresh: bool = False,
) -> Schema:
    """An operation. `answer` names its schema; without one the answer has no body. `is_open` needs no password;
    what `is_fresh` is never the same twice."""
    refused = {*refusals, *_EVERYWHERE} | ({503} if is_write else set()) | ({413} if sent else set())
    responses: Schema = {str(status): _answer(summary, answer, example)}
    if status == 200 and not (is_write or is_open or is_fresh):
        responses["304"] = {"$ref": "#/components/responses/Unchanged"}
    for code in sorted(refused - ({401} if is_open else set())):
        responses[str(code)] = {"$ref": f"#/components/responses/{_shared_name(speaks, code)}"}
    described: Schema = {"summary": summary, "parameters": list(parameters), "responses": responses}
    return described | ({"requestBody": {"required": True, **sent}} if sent else {})


def gone(summary: str, parameters: Sequence[Schema] = (), speaks: str = ORIGINAL) -> Schema:
    """An operation that is no more."""
    responses = {str(code): {"$ref": f"#/components/responses/{_shared_name(speaks, code)}"} for code in _GONE}
    return {"summary": summary, "deprecated": True, "parameters": list(parameters), "responses": responses}


def sending(properties: dict[str, Schema], example: dict[str, Any], optional: Sequence[str] = ()) -> Schema:
    """A JSON object that is sent."""
    required = [name for name in properties if name not in optional]
    schema = {"type": "object", "properties": properties, "required": required}
    return {"content": {"application/json": {"schema": schema, "example": example}}}


def in_path(name: str, sentence: str, example: Any, schema: Schema = TEXT) -> Schema:
    described = {"name": name, "in": "path", "required": True, "description": sentence, "schema": schema}
    return described | {"example": example}


def in_query(name: str, sentence: str, schema: Schema = TEXT, **more: Any) -> Schema:
    return {"name": name, "in": "query", "description": sentence, "schema": schema, **more}


def shared_answers() -> Schema:
    """The answers that operations only name."""
    answers: Schema = {"Unchanged": {"description": "The same as what If-None-Match names; without a body."}}
    for code, (word, sentence) in _SENTENCES.items():
        ours = {"error": {"code": word, "message": sentence, "details": {}}}
        original = {"error": _ORIGINAL_WORDS.get(code, sentence)}
        if code not in (410, 415, 429):
            answers[_shared_name(OURS, code)] = _answer(_WHEN[code], "Error", ours)
        if code not in (422, 429):
            answers[_shared_name(ORIGINAL, code)] = _answer(_WHEN[code], "OriginalError", original)
        if code in _GONE:
            of_dashboard = {"success": False} | ours
            answers[_shared_name(DASHBOARD, code)] = _answer(_WHEN[code], "OriginalDashboardError", of_dashboard)
    for code in _OF_NUMBERS:
        word, sentence = _NUMBERS_SAY.get(code) or (_SENTENCES[code][0].upper(), _SENTENCES[code][1])
        of_numbers = {"success": False, "error": {"code": word, "message": sentence, "details": {}}}
        answers[_shared_name(NUMBERS, code)] = _answer(_WHEN[code], "OriginalDashboardError", of_numbers)
    for code, word in ((400, "Invalid rating"), (429, _SENTENCES[429][1])):
        example = {"error": word, "detail": _SENTENCES[code][1]}
        answers[_shared_name(RATINGS, code)] = _answer(_WHEN[code], "OriginalDetailedError", example)
    answers[_shared_name(RATINGS, 429)]["headers"] = {
        "Retry-After": {"description": "Seconds.", "schema": {"type": "integer", "minimum": 1}}
    }
    # It is refused before anybody looks whose address it is.
    answers[_TOO_LARGE]["content"] = {
        "application/json": {
            "schema": {"anyOf": [ref("Error"), ref("OriginalError"), ref("OriginalDetailedError")]},
            "example": {"error": {"code": "http_413", "message": _SENTENCES[413][1], "details": {}}},
        },
        "text/plain": {"schema": TEXT, "example": _SENTENCES[413][1]},
    }
    return answers


_GONE = (401, 403, 410, 421)
_OF_NUMBERS = (400, *_EVERYWHERE)
_NUMBERS_SAY = {
    400: ("INVALID_PARAMETER", "limit is a whole number from 1 to 500."),
    500: ("METRICS_UNAVAILABLE", _SENTENCES[500][1]),
}
_TOO_LARGE = "TooLarge"
_ORIGINAL_WORDS = {400: "Missing filename", 404: "Video not found"}


def _shared_name(speaks: str, code: int) -> str:
    """Ratings of the original tell a detail with two of their refusals, else they speak like the rest of it."""
    if code == 413:
        return _TOO_LARGE
    return f"{ORIGINAL if speaks == RATINGS and code not in (400, 429) else speaks}{code}"


def _answer(sentence: str, schema: str | None, example: Any) -> Schema:
    if schema is None:
        return {"description": sentence}
    content = {"application/json": {"schema": ref(schema), "example": example}}
    return {"description": sentence, "content": content}
