"""What the original server's JSON answers look like, made from a snapshot. Names are paths relative to their root.

Of two roots with the same name in them the first has it, as in every address. Titles are told to nobody here.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from typing import Any

from ..library.figures import State
from ..library.playlists import Item, Playlist
from ..library.readings import CachedAddress, CacheReading
from ..library.snapshot import Snapshot
from ..library.text import shown
from ..library.video import Video
from .performance_parts import PICTURES
from .presenting import moment

CACHE_TTL_S, VIDEO_LIST_TTL_S = 300, 60  # what the original kept its caches for, and its clients expect to read
RECENT_VIDEOS = 10


def views(known: Snapshot) -> dict[str, int]:
    """How often each video that is there was watched, of those that were."""
    counts = known.marks.views
    return {name: counts[video_id] for name, video_id in _named(known, counts) if video_id in known.library.present}


def favorites(known: Snapshot) -> list[str]:
    """All favorites, the first one first; those that are away stay favorites."""
    since = known.marks.favorites
    return [name for name, _ in _named(known, sorted(since, key=lambda video_id: since[video_id]))]


def tags_of(known: Snapshot, video: Video) -> list[str]:
    return [f"#{tag.name}" for tag in known.marks.tags.get(video.id, ())]


def popular_tags(known: Snapshot, most: int) -> list[dict[str, Any]]:
    counted = sorted(known.tag_counts(), key=lambda pair: -pair[1])
    return [{"tag": f"#{tag.name}", "count": count} for tag, count in counted[:most]]


def rating_summary(known: Snapshot, video: Video) -> dict[str, Any]:
    """The average of one rating, everybody's. Without one it is 0, as of nobody."""
    rating = known.marks.ratings.get(video.id)
    if rating is None:
        return {"average": 0, "count": 0, "user": None}
    return {"average": float(rating), "count": 1, "user": {"value": rating}}


def playlist_row(playlist: Playlist) -> dict[str, Any]:
    return {
        "id": playlist.id,
        "name": playlist.name,
        "description": playlist.description,
        "created_at": moment(playlist.created_at),
        "item_count": len(playlist.items),
    }


def playlist_items(known: Snapshot, playlist: Playlist) -> list[dict[str, Any]]:
    """The videos in their order; positions count from 1, as `#pos-n` in the address of the page."""
    return [_item(known, item, position) for position, item in enumerate(playlist.items, start=1)]


def cache_status(
    known: Snapshot, room: tuple[int, int], pages: CacheReading, opened_at: float, now: float
) -> dict[str, Any]:
    """Numbers as the original's dashboard reads them, and those of the finished pages. What pages read is never
    older than what is stored."""
    used, limit = room
    age = {"last_refresh": opened_at, "age_seconds": round(max(0.0, now - opened_at), 1), "is_valid": True}
    newest = heapq.nlargest(RECENT_VIDEOS, known.library.present.values(), key=lambda video: video.added_at)
    return {
        "backend": "sqlite",
        "status": PICTURES.judge(100 * used / limit) if limit else State.GOOD,
        "video_count": len(known.library.present),
        "favorites_count": len(known.marks.favorites),
        "cache_ttl": CACHE_TTL_S,
        "video_list_ttl": VIDEO_LIST_TTL_S,
        "cache_ages": {name: age for name in ("ratings", "views", "tags", "favorites", "videos")},
        "recent_videos": [video.key for video in newest],
        "preview_cache_bytes": used,
        "preview_cache_limit_bytes": limit,
        "preview_cache_usage_ratio": round(used / limit, 4) if limit else 0,
        "preview_cache_items": len(known.posters.of),
        "last_refresh_at": moment(opened_at),
        "entries": pages.pages,
        "size_bytes": pages.size_bytes,
        "limit_bytes": pages.limit_bytes,
        **_asked(pages.whole),
        "addresses": [{"path": one.rule, "size_bytes": one.bytes, **_asked(one)} for one in pages.by_address],
    }


def _asked(one: CachedAddress) -> dict[str, Any]:
    rate = None if one.hit_rate is None else round(one.hit_rate, 4)
    counts = {"hits": one.hits, "misses": one.misses, "shared": one.shared, "evictions": one.evictions}
    return {**counts, "hit_rate": rate}


def pruned(known: Snapshot) -> dict[str, Any]:
    """That nothing was removed: marks of files that are away wait for them."""
    removed = ("ratings_removed", "views_removed", "favorites_removed", "tag_entries_removed", "tag_values_removed")
    return {"success": True, "videos_on_disk": len(known.library.present), **dict.fromkeys(removed, 0)}


def _named(known: Snapshot, video_ids: Iterable[int]) -> Iterable[tuple[str, int]]:
    """The names of these videos, of those that have one to themselves."""
    library = known.library
    for video_id in video_ids:
        video = library.present.get(video_id) or library.away.get(video_id)
        if video is not None and library.by_filename.get(video.filename) is video:
            yield video.filename, video_id


def _item(known: Snapshot, item: Item, position: int) -> dict[str, Any]:
    library = known.library
    video = library.present.get(item.video_id or 0) or library.away.get(item.video_id or 0)
    return {
        "video_filename": video.filename if video else shown(item.waits_for or ""),
        "position": position,
        "duration": video.duration_s if video else None,
        "added_date": video.added_at if video else None,
    }
