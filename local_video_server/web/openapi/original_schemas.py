"""The shapes of the original server's JSON answers, as JSON Schema."""

from __future__ import annotations

from ...library.figures import State
from .schemas import NUMBER, NUMBER_OR_NULL, TEXT, WHOLE, Schema, an_object, list_of, ref

_SUCCESS: Schema = {"const": True}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_NONE_REMOVED: Schema = {"const": 0, "description": "Nothing is ever removed by this."}
_TAGS: Schema = {"type": "array", "items": {"type": "string", "pattern": "^#", "description": "With # in front."}}
_NAMES: Schema = {"type": "array", "items": TEXT}
_RATING: Schema = {"type": "integer", "minimum": 1, "maximum": 5}
_AGE = an_object({"last_refresh": NUMBER, "age_seconds": NUMBER, "is_valid": {"const": True}})
_ASKED: dict[str, Schema] = {
    "hits": _COUNT,
    "misses": _COUNT,
    "shared": _COUNT | {"description": "Hits that waited for a page that was being made."},
    "evictions": _COUNT,
    "hit_rate": NUMBER_OR_NULL | {"description": "Of 1, since the start; null when nobody asked."},
}
_ITEM = an_object(
    {
        "video_filename": TEXT,
        "position": {"type": "integer", "minimum": 1},
        "duration": NUMBER_OR_NULL | {"description": "Seconds; null when it is not known."},
        "added_date": NUMBER_OR_NULL | {"description": "When the video was added, in seconds since 1970."},
    }
)

SCHEMAS: dict[str, Schema] = {
    "OriginalViews": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 1}},
    "OriginalRated": an_object({"success": _SUCCESS, "rating": _RATING}),
    "OriginalViewed": an_object({"success": _SUCCESS, "views": {"type": "integer", "minimum": 1}}),
    "OriginalFavorites": an_object({"success": _SUCCESS, "favorites": _NAMES, "is_favorite": {"type": "boolean"}}),
    "OriginalTagged": an_object({"success": _SUCCESS, "tags": _TAGS}),
    "OriginalTags": an_object({"filename": TEXT, "tags": _TAGS}),
    "OriginalPopularTags": an_object(
        {"tags": {"type": "array", "items": an_object({"tag": _TAGS["items"], "count": _COUNT})}}
    ),
    "OriginalRating": an_object(
        {
            "average": {"type": "number", "minimum": 0, "maximum": 5, "description": "0 when nobody rated."},
            "count": {"type": "integer", "enum": [0, 1]},
            "user": {"anyOf": [an_object({"value": _RATING}), {"type": "null"}]},
        }
    ),
    "OriginalPlaylist": an_object(
        {
            "id": WHOLE,
            "name": TEXT,
            "description": TEXT,
            "created_at": {"type": "string", "format": "date-time"},
            "item_count": _COUNT,
        }
    ),
    "OriginalPlaylists": an_object({"success": _SUCCESS, "playlists": list_of("OriginalPlaylist")}),
    "OriginalCreated": an_object({"success": _SUCCESS, "playlist_id": WHOLE, "name": TEXT, "description": TEXT}),
    "OriginalItem": _ITEM,
    "OriginalItems": an_object({"success": _SUCCESS, "id": WHOLE, "name": TEXT, "items": list_of("OriginalItem")}),
    "OriginalDone": an_object({"success": _SUCCESS}),
    "OriginalRefreshed": an_object({"success": _SUCCESS, "message": TEXT}),
    "OriginalPruned": an_object(
        {
            "success": _SUCCESS,
            "videos_on_disk": _COUNT,
            "ratings_removed": _NONE_REMOVED,
            "views_removed": _NONE_REMOVED,
            "favorites_removed": _NONE_REMOVED,
            "tag_entries_removed": _NONE_REMOVED,
            "tag_values_removed": _NONE_REMOVED,
        }
    ),
    "OriginalCaches": an_object(
        {
            "backend": {"const": "sqlite"},
            "status": {
                "enum": [state.value for state in State],
                "description": "By preview_cache_usage_ratio: warning from 0.8 on, poor from 0.95 on.",
            },
            "video_count": _COUNT,
            "favorites_count": _COUNT,
            "cache_ttl": {"const": 300},
            "video_list_ttl": {"const": 60},
            "cache_ages": an_object(
                {name: ref("OriginalAge") for name in ("ratings", "views", "tags", "favorites", "videos")}
            ),
            "recent_videos": _NAMES | {"maxItems": 10, "description": "Keys, the newest video first."},
            "preview_cache_bytes": _COUNT,
            "preview_cache_limit_bytes": _COUNT,
            "preview_cache_usage_ratio": NUMBER,
            "preview_cache_items": _COUNT,
            "last_refresh_at": {"type": "string", "format": "date-time"},
            "entries": _COUNT | {"description": "Finished pages in memory; all that follows speaks of these."},
            "size_bytes": _COUNT,
            "limit_bytes": _COUNT,
            **_ASKED,
            "addresses": list_of("OriginalCachedAddress"),
        }
    ),
    "OriginalCachedAddress": an_object({"path": TEXT, "size_bytes": _COUNT, **_ASKED}),
    "OriginalAge": _AGE,
    "OriginalError": an_object({"error": TEXT}),
    "OriginalDetailedError": an_object({"error": TEXT, "detail": TEXT}),
    "OriginalDashboardError": an_object(
        {
            "success": {"const": False},
            "error": an_object({"code": TEXT, "message": TEXT, "details": {"type": "object"}}),
        }
    ),
}
