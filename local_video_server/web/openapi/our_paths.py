"""Our own JSON addresses, described."""

from __future__ import annotations

from typing import Any

from . import examples
from .operations import does, in_path, in_query, sending
from .schemas import TEXT, WHOLE, Schema

_KEY = in_path("key", "The key of a video.", examples.KEY)
_VIDEO = in_path(
    "video",
    "A key, a path relative to its root (also a former one), or a hash of the original server.",
    examples.FILENAME,
)
_TAG = in_path("tag", "A tag; case does not count, a leading # is dropped.", "desert")
_SORTS = ["date", "title", "rating", "views", "duration", "size", "random", "relevance"]
_LIST_PARAMETERS: list[Schema] = [
    in_query("q", "Words that have to be in title, name, folder or tags.", example="dune"),
    in_query("tag", "Only videos with exactly this tag."),
    in_query("folder", "Only videos in this folder and below."),
    in_query("favorite", "1: only favorites."),
    in_query("sort", "What the order goes by.", {"type": "string", "enum": _SORTS}),
    in_query("order", "asc or desc.", {"type": "string", "enum": ["asc", "desc"]}),
    in_query("page", "From 1; the last page when there are fewer.", {"type": "integer", "minimum": 1}),
    in_query("per_page", "1 to 120.", {"type": "integer", "minimum": 1, "maximum": 120, "default": 60}),
    in_query("seed", "Which random order.", WHOLE),
]

_SECRET: Schema = {
    "name": "X-LVS-Secret",
    "in": "header",
    "required": True,
    "description": "The secret in the lock file of the data folder.",
    "schema": TEXT,
}


def _changes(
    summary: str, parameters: list[Schema], sent: Schema | None = None, also: tuple[int, ...] = ()
) -> Schema:
    """A mark is set or taken away; the answer is the video as it is now."""
    return does(summary, "Video", examples.VIDEO, parameters, (404, *also), sent, is_write=True)


_HEALTH = does("Ready, and how each part stands.", "Health", examples.HEALTHY, is_open=True)
_NOT_READY = does("Not ready: something that is needed does not work.", "Health", examples.FAILED, is_open=True)
_HEALTH["responses"]["503"] = _NOT_READY["responses"]["200"]

PATHS: dict[str, dict[str, Any]] = {
    "/api/videos": {
        "get": does(
            "Videos, page by page.",
            "VideoList",
            {"videos": [examples.VIDEO], "total": 1, "page": 1, "pages": 1},
            _LIST_PARAMETERS,
        )
    },
    "/api/videos/{video}": {
        "get": does("One video with all that is known of it.", "WholeVideo", examples.WHOLE_VIDEO, [_VIDEO], (404,))
    },
    "/api/videos/{key}/rating": {
        "put": _changes(
            "Rates a video.", [_KEY], sending({"value": {"enum": [1, 2, 3, 4, 5]}}, {"value": 4}), (400,)
        ),
        "delete": _changes("Takes the rating away.", [_KEY]),
    },
    "/api/videos/{key}/favorite": {
        "put": _changes("Makes it a favorite.", [_KEY]),
        "delete": _changes("It is no favorite any more.", [_KEY]),
    },
    "/api/videos/{key}/tags/{tag}": {
        "put": _changes("Adds a tag.", [_KEY, _TAG], also=(400,)),
        "delete": _changes("Takes a tag away.", [_KEY, _TAG], also=(400,)),
    },
    "/api/videos/{key}/views": {
        "post": _changes(
            "Counts a view. The same name of a play counts once; without one every call counts.",
            [_KEY],
            {"required": False}
            | sending({"play": TEXT | {"minLength": 1, "maxLength": 64}}, {"play": "evening-1"}, ("play",)),
            (400,),
        )
    },
    "/api/tags": {
        "get": does("All tags, the most used first.", "TagList", {"tags": [{"tag": "desert", "count": 2}]})
    },
    "/api/admin/moving": {
        "post": does(
            "Moves an old library in. For database_migration.py on the machine itself, while this server runs.",
            "MoveReport",
            examples.MOVED,
            [_SECRET],
            (400, 422),
            sending(
                {"command": {"enum": ["import-json", "import-sqlite"]}, "path": TEXT, "source": TEXT},
                {"command": "import-json", "path": "/srv/video-server", "source": "original"},
                ("source",),
            ),
            is_write=True,
        ),
        "get": does("How far that is.", "MovingProgress", {"done": 120, "total": 333}, [_SECRET]),
    },
    "/api/openapi.json": {
        "get": does(
            "This description.",
            "Description",
            {
                "openapi": "3.1.0",
                "info": {"title": "Local Video Server", "version": "1"},
                "paths": {},
                "components": {},
            },
        )
    },
    "/ping": {
        "get": does("Alive; touches nothing.", "Alive", {"status": "ok", "message": "alive"}, is_open=True),
    },
    "/health": {"get": _HEALTH},
}
