"""Answers as they come, for the description of the addresses."""

from __future__ import annotations

from typing import Any

KEY = "k3x9q2m7ab"
FILENAME = "Dune.2021.1080p.mp4"
MEDIA_HASH = "5d1c0c1ba7e4a2f0"

VIDEO: dict[str, Any] = {
    "key": KEY,
    "filename": FILENAME,
    "title": "Dune (2021)",
    "folder": "Films",
    "status": "ready",
    "duration_seconds": 9331.2,
    "size_bytes": 4_831_838_208,
    "width": 1920,
    "height": 1080,
    "container": "mp4",
    "video_codec": "h264",
    "audio_codecs": ["aac"],
    "added_at": "2026-03-01T18:30:00Z",
    "rating": 4,
    "views": 2,
    "favorite": True,
    "tags": ["desert"],
    "watch_url": f"/watch/{KEY}",
    "video_url": f"/video/{KEY}",
    "thumbnail_url": "/thumbnails/0123456789abcdef-640.jpg",
}

WHOLE_VIDEO: dict[str, Any] = VIDEO | {
    "broken_reason": None,
    "bit_rate": 4_142_000,
    "video_tracks": [
        {
            "index": 0,
            "codec": "h264",
            "width": 1920,
            "height": 1080,
            "pixel_format": "yuv420p",
            "profile": "High",
            "frame_rate": 23.976,
            "rotation": 0,
            "pixel_aspect": 1.0,
            "hdr": None,
            "language": None,
        }
    ],
    "audio_tracks": [
        {
            "index": 1,
            "codec": "aac",
            "channels": 2,
            "sample_rate": 48000,
            "language": "eng",
            "title": None,
            "is_default": True,
        }
    ],
    "subtitle_tracks": [
        {
            "index": 2,
            "codec": "mov_text",
            "language": "ger",
            "title": None,
            "is_default": False,
            "is_forced": False,
        }
    ],
    "chapters": [{"start_s": 0.0, "end_s": 612.5, "title": "Arrakis"}],
}

MOVED: dict[str, Any] = {
    "counts": {
        "ratings": {"read": 3, "imported": 1, "already_there": 0, "in_conflict": 0, "waiting": 1, "refused": 1}
    },
    "refused": [
        {
            "what": "ratings",
            "file": "/srv/video-server/ratings.json",
            "row": "a.mp4",
            "reason": "A rating is a whole number from 1 to 5.",
        }
    ],
    "conflicts": [],
    "waiting": ["Gone.mp4"],
    "left_behind": {"gallery groups": 2},
    "notes": [],
    "backup": "/home/lvs/data/backups/library-20260301T183000Z-before-import.db",
}

_AGE = {"last_refresh": 1772390000.0, "age_seconds": 60.0, "is_valid": True}
_ASKED = {"hits": 950, "misses": 50, "shared": 4, "evictions": 0, "hit_rate": 0.95}

CACHES: dict[str, Any] = {
    "backend": "sqlite",
    "status": "good",
    "video_count": 333,
    "favorites_count": 12,
    "cache_ttl": 300,
    "video_list_ttl": 60,
    "cache_ages": dict.fromkeys(("ratings", "views", "tags", "favorites", "videos"), _AGE),
    "recent_videos": [KEY],
    "preview_cache_bytes": 40_000_000,
    "preview_cache_limit_bytes": 8_000_000_000,
    "preview_cache_usage_ratio": 0.005,
    "preview_cache_items": 333,
    "last_refresh_at": "2026-03-01T18:33:20Z",
    "entries": 40,
    "size_bytes": 2_400_000,
    "limit_bytes": 33_554_432,
    **_ASKED,
    "addresses": [{"path": "/watch/<video>", "size_bytes": 1_200_000, **_ASKED}],
}

PRUNED: dict[str, Any] = {
    "success": True,
    "videos_on_disk": 333,
    "ratings_removed": 0,
    "views_removed": 0,
    "favorites_removed": 0,
    "tag_entries_removed": 0,
    "tag_values_removed": 0,
}

PLAYLIST: dict[str, Any] = {
    "id": 3,
    "name": "For the evening",
    "description": "Long ones",
    "created_at": "2026-03-01T18:30:00Z",
    "item_count": 1,
}

ITEM: dict[str, Any] = {
    "video_filename": FILENAME,
    "position": 1,
    "duration": 9331.2,
    "added_date": 1772389800.0,
}

HEALTHY: dict[str, Any] = {
    "status": "ok",
    "checks": {
        "database": {"state": "good", "reason": "What changes is stored."},
        "library": {"state": "good", "reason": "All 2 folders answer."},
        "disk": {"state": "good", "reason": "The data folder takes files."},
        "jobs": {"state": "good", "reason": "The background work goes on."},
        "watcher": {"state": "good", "reason": "New files are seen at once."},
    },
}
FAILED: dict[str, Any] = {
    "status": "failed",
    "checks": HEALTHY["checks"] | {"disk": {"state": "poor", "reason": "Only 12 MB are free for the data folder."}},
}
