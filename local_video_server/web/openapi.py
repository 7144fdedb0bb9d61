"""The description of every JSON address (OpenAPI 3.1). A test proves that answers fit it and none is missing."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
_WHOLE: Schema = {"type": "integer"}
_WHOLE_OR_NULL: Schema = {"type": ["integer", "null"]}
_NUMBER_OR_NULL: Schema = {"type": ["number", "null"]}
_YES_NO: Schema = {"type": "boolean"}

_VIDEO: dict[str, Schema] = {
    "key": {"type": "string", "pattern": "^[a-z0-9]{10}$", "description": "Never changes, is never used again."},
    "filename": _TEXT | {"description": "The path relative to its root."},
    "title": _TEXT,
    "folder": _TEXT | {"description": "The root's name and the folders below it."},
    "status": {"type": "string", "enum": ["pending", "ready", "broken", "missing", "offline"]},
    "duration_seconds": _NUMBER_OR_NULL,
    "size_bytes": _WHOLE,
    "width": _WHOLE_OR_NULL | {"description": "Pixels, as shown."},
    "height": _WHOLE_OR_NULL,
    "container": _TEXT_OR_NULL,
    "video_codec": _TEXT_OR_NULL,
    "audio_codecs": {"type": "array", "items": _TEXT},
    "added_at": {"type": "string", "format": "date-time"},
    "rating": {"type": ["integer", "null"], "minimum": 1, "maximum": 5},
    "views": {"type": "integer", "minimum": 0},
    "favorite": _YES_NO,
    "tags": {"type": "array", "items": _TEXT},
    "watch_url": _TEXT,
    "video_url": _TEXT,
    "thumbnail_url": _TEXT_OR_NULL,
}

_VIDEO_TRACK: dict[str, Schema] = {
    "index": _WHOLE,
    "codec": _TEXT,
    "width": _WHOLE,
    "height": _WHOLE,
    "pixel_format": _TEXT_OR_NULL,
    "profile": _TEXT_OR_NULL,
    "frame_rate": _NUMBER_OR_NULL,
    "rotation": {"type": "integer", "enum": [0, 90, 180, 270]},
    "pixel_aspect": {"type": "number"},
    "hdr": _TEXT_OR_NULL,
    "language": _TEXT_OR_NULL,
}
_AUDIO_TRACK: dict[str, Schema] = {
    "index": _WHOLE,
    "codec": _TEXT,
    "channels": _WHOLE_OR_NULL,
    "sample_rate": _WHOLE_OR_NULL,
    "language": _TEXT_OR_NULL,
    "title": _TEXT_OR_NULL,
    "is_default": _YES_NO,
}
_SUBTITLE_TRACK: dict[str, Schema] = {
    "index": _WHOLE,
    "codec": _TEXT,
    "language": _TEXT_OR_NULL,
    "title": _TEXT_OR_NULL,
    "is_default": _YES_NO,
    "is_forced": _YES_NO,
}
_CHAPTER: dict[str, Schema] = {"start_s": {"type": "number"}, "end_s": {"type": "number"}, "title": _TEXT_OR_NULL}


def _object(properties: dict[str, Schema]) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _list_of(name: str) -> Schema:
    return {"type": "array", "items": _ref(name)}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


SCHEMAS: dict[str, Schema] = {
    "Video": _object(_VIDEO),
    "WholeVideo": _object(
        _VIDEO
        | {
            "broken_reason": _TEXT_OR_NULL,
            "bit_rate": _WHOLE_OR_NULL,
            "video_tracks": _list_of("VideoTrack"),
            "audio_tracks": _list_of("AudioTrack"),
            "subtitle_tracks": _list_of("SubtitleTrack"),
            "chapters": _list_of("Chapter"),
        }
    ),
    "VideoTrack": _object(_VIDEO_TRACK),
    "AudioTrack": _object(_AUDIO_TRACK),
    "SubtitleTrack": _object(_SUBTITLE_TRACK),
    "Chapter": _object(_CHAPTER),
    "VideoList": _object({"videos": _list_of("Video"), "total": _WHOLE, "page": _WHOLE, "pages": _WHOLE}),
    "TagList": _object({"tags": {"type": "array", "items": _object({"tag": _TEXT, "count": _WHOLE})}}),
    "Alive": _object({"status": _TEXT, "message": _TEXT}),
    "Error": _object({"error": _object({"code": _TEXT, "message": _TEXT, "details": {"type": "object"}})}),
}


def describe() -> dict[str, Any]:
    """The whole document."""
    key = _in_path("key", "The key of a video.")
    video = _in_path("video", "A key, a path relative to its root (also a former one), or the old media hash.")
    tag = _in_path("tag", "A tag; case does not count, a leading # is dropped.")
    changed = "The video as it is now."
    return {
        "openapi": "3.1.0",
        "info": {"title": "Local Video Server", "version": "1"},
        "paths": {
            "/api/videos": {"get": _does("Videos, page by page.", "VideoList", _list_parameters(), (400,))},
            "/api/videos/{video}": {"get": _does("One video with all that is known of it.", "WholeVideo", [video])},
            "/api/videos/{key}/rating": {
                "put": _does(changed, "Video", [key], (400, 404), {"value": {"enum": [1, 2, 3, 4, 5]}}, {"value": 4}),
                "delete": _does(changed, "Video", [key]),
            },
            "/api/videos/{key}/favorite": {
                "put": _does(changed, "Video", [key]),
                "delete": _does(changed, "Video", [key]),
            },
            "/api/videos/{key}/tags/{tag}": {
                "put": _does(changed, "Video", [key, tag], (400, 404)),
                "delete": _does(changed, "Video", [key, tag], (400, 404)),
            },
            "/api/videos/{key}/views": {
                "post": _does(
                    "Counts a view. The same name of a play counts once.",
                    "Video",
                    [key],
                    (400, 404),
                    {"play": {"type": "string", "minLength": 1, "maxLength": 64}},
                    {"play": "evening-1"},
                )
            },
            "/api/tags": {"get": _does("All tags, the most used first.", "TagList", [], ())},
            "/api/openapi.json": {"get": {"summary": "This document.", "responses": {"200": {"description": "It."}}}},
            "/ping": {"get": _does("Alive; touches nothing.", "Alive", [], ())},
        },
        "components": {"schemas": SCHEMAS},
    }


def _does(
    summary: str,
    answer: str,
    parameters: list[Schema],
    refusals: tuple[int, ...] = (404,),
    body: dict[str, Schema] | None = None,
    example: dict[str, object] | None = None,
) -> Schema:
    responses = {"200": {"description": summary, "content": {"application/json": {"schema": _ref(answer)}}}}
    for status in (*refusals, 403):
        responses[str(status)] = {
            "description": "Refused; the message says why and what to do.",
            "content": {"application/json": {"schema": _ref("Error")}},
        }
    described: Schema = {"summary": summary, "parameters": parameters, "responses": responses}
    if body is not None:
        schema = {"type": "object", "properties": body}
        described["requestBody"] = {"content": {"application/json": {"schema": schema, "example": example}}}
    return described


def _in_path(name: str, sentence: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "description": sentence, "schema": _TEXT}


def _list_parameters() -> list[Schema]:
    sorts = ["date", "title", "rating", "views", "duration", "size", "random", "relevance"]
    described: list[tuple[str, str, Schema]] = [
        ("q", "Words that have to be in title, name, folder or tags.", _TEXT),
        ("tag", "Only videos with exactly this tag.", _TEXT),
        ("folder", "Only videos in this folder and below.", _TEXT),
        ("favorite", "1: only favorites.", _TEXT),
        ("sort", "What the order goes by.", {"type": "string", "enum": sorts}),
        ("order", "asc or desc.", {"type": "string", "enum": ["asc", "desc"]}),
        ("page", "From 1; the last page when there are fewer.", {"type": "integer", "minimum": 1}),
        ("per_page", "1 to 120.", {"type": "integer", "minimum": 1, "maximum": 120, "default": 60}),
        ("seed", "Which random order.", _WHOLE),
    ]
    return [
        {"name": name, "in": "query", "description": sentence, "schema": schema}
        for name, sentence, schema in described
    ]
