"""The original server's JSON addresses, described: those that answer, and those that are no more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import examples
from .operations import DASHBOARD, ORIGINAL, RATINGS, does, gone, in_path, in_query, sending
from .schemas import TEXT, WHOLE, Schema

_NAME = "The path of a video relative to its root (also a former one), its key, or a hash of the original server."
_FILENAME: dict[str, Schema] = {"filename": TEXT | {"description": _NAME}}
_HASH = in_path("media_hash", f"The first 16 hex digits of SHA-256 of the file name. {_NAME}", examples.FILENAME)
_PLAYLIST = in_path("playlist_id", "The number of a playlist.", 3, WHOLE)
_REST = in_path("rest", "Anything.", "groups")
_TAG: dict[str, Schema] = {"tag": TEXT | {"description": "With or without # in front; case does not count."}}
_RATING: Schema = {"description": "A number, or one as text.", "enum": [1, 2, 3, 4, 5, "1", "2", "3", "4", "5"]}
_SUMMARY = {"average": 4.0, "count": 1, "user": {"value": 4}}
_DONE = {"success": True}
_TAGGED = {"success": True, "tags": ["#desert"]}


def _reads(
    summary: str, answer: str, example: Any, parameters: Sequence[Schema] = (), refusals: Sequence[int] = ()
) -> Schema:
    return does(summary, answer, example, parameters, refusals, speaks=ORIGINAL)


def _marks(summary: str, answer: str, example: Any, properties: dict[str, Schema], typed: dict[str, Any]) -> Schema:
    """A deed on the video that what is sent names."""
    sent = sending(_FILENAME | properties, {"filename": examples.FILENAME, **typed})
    return does(summary, answer, example, (), (400, 404, 415), sent, speaks=ORIGINAL, is_write=True)


def _deed(summary: str, answer: str, example: Any, **more: Any) -> Schema:
    return does(summary, answer, example, speaks=ORIGINAL, is_write=True, **more)


_MARKS: dict[str, dict[str, Any]] = {
    "/get_views": {
        "get": _reads("How often each video was watched.", "OriginalViews", {examples.FILENAME: 2}),
    },
    "/rate": {
        "post": _marks(
            "Rates a video.", "OriginalRated", {"success": True, "rating": 4}, {"rating": _RATING}, {"rating": 4}
        )
    },
    "/view": {"post": _marks("Counts a view.", "OriginalViewed", {"success": True, "views": 3}, {}, {})},
    "/favorite": {
        "post": _marks(
            "Makes it a favorite, or no favorite where it was one. /api/videos/{key}/favorite says which.",
            "OriginalFavorites",
            {"success": True, "favorites": [examples.FILENAME], "is_favorite": True},
            {},
            {},
        )
    },
    "/tag": {"post": _marks("Adds a tag.", "OriginalTagged", _TAGGED, _TAG, {"tag": "#desert"})},
    "/delete_tag": {"post": _marks("Takes a tag away.", "OriginalTagged", _TAGGED, _TAG, {"tag": "#desert"})},
    "/api/tags/popular": {
        "get": _reads(
            "The tags, the most used first.",
            "OriginalPopularTags",
            {"tags": [{"tag": "#desert", "count": 2}]},
            [in_query("limit", "How many, 1 to 200; 50 when it is no number.", WHOLE)],
        )
    },
    "/api/tags/video": {
        "get": _reads(
            "The tags of a video.",
            "OriginalTags",
            {"filename": examples.FILENAME, "tags": ["#desert"]},
            [in_query("filename", _NAME, required=True, example=examples.FILENAME)],
            (400, 404),
        )
    },
    "/api/ratings/{media_hash}": {
        "get": does(
            "The rating of a video; pages of other machines at home may read it.",
            "OriginalRating",
            _SUMMARY,
            [_HASH],
            (404,),
            speaks=RATINGS,
        ),
        "post": does(
            "Rates a video.",
            "OriginalRating",
            _SUMMARY,
            [_HASH],
            (400, 404, 415, 429),
            sending({"value": _RATING}, {"value": 4}),
            201,
            RATINGS,
            is_write=True,
        ),
        "options": does("What a page of another machine may do here.", None, None, [_HASH], (), None, 204, RATINGS),
    },
}

_PLAYLISTS: dict[str, dict[str, Any]] = {
    "/api/playlists": {
        "get": _reads("All playlists.", "OriginalPlaylists", {"success": True, "playlists": [examples.PLAYLIST]}),
        "post": _deed(
            "Makes a playlist.",
            "OriginalCreated",
            {"success": True, "playlist_id": 3, "name": "For the evening", "description": "Long ones"},
            refusals=(400, 415),
            sent=sending(
                {"name": TEXT, "description": {"type": ["string", "null"]}},
                {"name": "For the evening", "description": "Long ones"},
                ("description",),
            ),
            status=201,
        ),
    },
    "/api/playlists/{playlist_id}": {
        "get": _reads(
            "A playlist and its videos, in their order.",
            "OriginalItems",
            {"success": True, "id": 3, "name": "For the evening", "items": [examples.ITEM]},
            [_PLAYLIST],
            (404,),
        ),
        "delete": _deed(
            "Deletes a playlist; its videos stay.", "OriginalDone", _DONE, parameters=[_PLAYLIST], refusals=(404,)
        ),
    },
    "/api/playlists/{playlist_id}/add": {
        "post": _deed(
            "Puts a video at the end.",
            "OriginalDone",
            _DONE,
            parameters=[_PLAYLIST],
            refusals=(400, 404, 415),
            sent=sending({"video_filename": TEXT}, {"video_filename": examples.FILENAME}),
        )
    },
    "/api/playlists/{playlist_id}/items/{video}": {
        "delete": _deed(
            "Takes a video out of a playlist.",
            "OriginalDone",
            _DONE,
            parameters=[
                _PLAYLIST,
                in_path("video", _NAME, examples.FILENAME),
                in_query("position", "From this place alone, counted from 1; without it wherever it stands.", WHOLE),
            ],
            refusals=(400, 404),
        )
    },
}

_CACHES: dict[str, dict[str, Any]] = {
    "/admin/cache/status": {
        "get": does("Numbers for the dashboard.", "OriginalCaches", examples.CACHES, speaks=ORIGINAL, is_fresh=True)
    },
    "/admin/cache/refresh": {
        "post": _deed(
            "Looks at all folders again, and into broken files. Needs the admin.",
            "OriginalRefreshed",
            {"success": True, "message": "Cache refreshed"},
        )
    },
    "/admin/metadata/prune": {
        "post": _deed("Removes nothing: marks wait for files that are away.", "OriginalPruned", examples.PRUNED)
    },
}

_GONE: dict[str, dict[str, Any]] = {
    "/api/gallery": {method: gone("The image gallery is no more.") for method in ("get", "post")},
    "/api/gallery/{rest}": {
        method: gone("The image gallery is no more.", [_REST]) for method in ("get", "post", "put", "patch", "delete")
    },
    "/analytics": {method: gone("Analytics are no more.") for method in ("get", "post")},
    "/analytics/{rest}": {method: gone("Analytics are no more.", [_REST]) for method in ("get", "post")},
    "/dashboard/media/rename": {"post": gone("Rename the file in its folder.", speaks=DASHBOARD)},
    "/dashboard/media/duplicate": {"post": gone("Copy the file in its folder.", speaks=DASHBOARD)},
}

PATHS = _MARKS | _PLAYLISTS | _CACHES | _GONE
