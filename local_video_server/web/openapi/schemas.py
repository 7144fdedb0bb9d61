"""The shapes of our JSON answers, as JSON Schema, and what schemas are put together from."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
YES_NO: Schema = {"type": "boolean"}
_TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
_WHOLE_OR_NULL: Schema = {"type": ["integer", "null"]}
NUMBER: Schema = {"type": "number"}
NUMBER_OR_NULL: Schema = {"type": ["number", "null"]}

_VIDEO: dict[str, Schema] = {
    "key": {"type": "string", "pattern": "^[a-z0-9]{10}$", "description": "Never changes, is never used again."},
    "filename": TEXT | {"description": "The path relative to its root."},
    "title": TEXT,
    "folder": TEXT | {"description": "The root's name and the folders below it."},
    "status": {"type": "string", "enum": ["pending", "ready", "broken", "missing", "offline"]},
    "duration_seconds": NUMBER_OR_NULL,
    "size_bytes": WHOLE,
    "width": _WHOLE_OR_NULL | {"description": "Pixels, as shown."},
    "height": _WHOLE_OR_NULL,
    "container": _TEXT_OR_NULL,
    "video_codec": _TEXT_OR_NULL,
    "audio_codecs": {"type": "array", "items": TEXT},
    "added_at": {"type": "string", "format": "date-time"},
    "rating": {"type": ["integer", "null"], "minimum": 1, "maximum": 5},
    "views": {"type": "integer", "minimum": 0},
    "favorite": YES_NO,
    "tags": {"type": "array", "items": TEXT},
    "watch_url": TEXT,
    "video_url": TEXT,
    "thumbnail_url": _TEXT_OR_NULL,
}

_VIDEO_TRACK: dict[str, Schema] = {
    "index": WHOLE,
    "codec": TEXT,
    "width": WHOLE,
    "height": WHOLE,
    "pixel_format": _TEXT_OR_NULL,
    "profile": _TEXT_OR_NULL,
    "frame_rate": NUMBER_OR_NULL,
    "rotation": {"type": "integer", "enum": [0, 90, 180, 270]},
    "pixel_aspect": NUMBER,
    "hdr": _TEXT_OR_NULL,
    "language": _TEXT_OR_NULL,
}
_AUDIO_TRACK: dict[str, Schema] = {
    "index": WHOLE,
    "codec": TEXT,
    "channels": _WHOLE_OR_NULL,
    "sample_rate": _WHOLE_OR_NULL,
    "language": _TEXT_OR_NULL,
    "title": _TEXT_OR_NULL,
    "is_default": YES_NO,
}
_SUBTITLE_TRACK: dict[str, Schema] = {
    "index": WHOLE,
    "codec": TEXT,
    "language": _TEXT_OR_NULL,
    "title": _TEXT_OR_NULL,
    "is_default": YES_NO,
    "is_forced": YES_NO,
}
_CHAPTER: dict[str, Schema] = {"start_s": NUMBER, "end_s": NUMBER, "title": _TEXT_OR_NULL}


def an_object(properties: dict[str, Schema]) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def list_of(name: str) -> Schema:
    return {"type": "array", "items": ref(name)}


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


_COUNTS = an_object(dict.fromkeys(("read", "imported", "already_there", "in_conflict", "waiting", "refused"), WHOLE))
_ROW = an_object(dict.fromkeys(("what", "file", "row", "reason"), TEXT))
_CHECK = an_object(
    {
        "state": {"type": "string", "enum": ["good", "warning", "poor"]},
        "reason": TEXT | {"description": "Empty where a viewer password is set and was not given."},
    }
)

SCHEMAS: dict[str, Schema] = {
    "Video": an_object(_VIDEO),
    "WholeVideo": an_object(
        _VIDEO
        | {
            "broken_reason": _TEXT_OR_NULL,
            "bit_rate": _WHOLE_OR_NULL,
            "video_tracks": list_of("VideoTrack"),
            "audio_tracks": list_of("AudioTrack"),
            "subtitle_tracks": list_of("SubtitleTrack"),
            "chapters": list_of("Chapter"),
        }
    ),
    "VideoTrack": an_object(_VIDEO_TRACK),
    "AudioTrack": an_object(_AUDIO_TRACK),
    "SubtitleTrack": an_object(_SUBTITLE_TRACK),
    "Chapter": an_object(_CHAPTER),
    "VideoList": an_object({"videos": list_of("Video"), "total": WHOLE, "page": WHOLE, "pages": WHOLE}),
    "TagList": an_object({"tags": {"type": "array", "items": an_object({"tag": TEXT, "count": WHOLE})}}),
    "Description": {"type": "object", "required": ["openapi", "info", "paths", "components"]},
    "Alive": an_object({"status": TEXT, "message": TEXT}),
    "Health": an_object(
        {
            "status": {"type": "string", "enum": ["ok", "warning", "failed"]},
            "checks": {
                "type": "object",
                "properties": dict.fromkeys(("database", "library", "disk", "jobs", "watcher"), _CHECK),
                "additionalProperties": False,
            },
        }
    ),
    "MoveReport": an_object(
        {
            "counts": {"type": "object", "additionalProperties": _COUNTS},
            "refused": {"type": "array", "items": _ROW},
            "conflicts": {"type": "array", "items": _ROW},
            "waiting": {"type": "array", "items": TEXT, "description": "Names whose file is not there."},
            "left_behind": {"type": "object", "additionalProperties": WHOLE},
            "notes": {"type": "array", "items": TEXT},
            "backup": _TEXT_OR_NULL | {"description": "Where the database lies as it was before."},
        }
    ),
    "MovingProgress": an_object({"done": WHOLE, "total": WHOLE}),
    "Error": an_object({"error": an_object({"code": TEXT, "message": TEXT, "details": {"type": "object"}})}),
}
