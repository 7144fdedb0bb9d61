"""The whole library as what another one could move in: every video by name, what waits for a file, playlists."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select, select

from ..library.carried_json import from_values
from ..library.marks import EVERYBODY
from ..library.moving import Carried, CarriedPlaylist, OldLibrary
from .tables import (
    AS_GIVEN,
    favorites,
    former_paths,
    imported_views,
    media_hashes,
    playlist_items,
    playlists,
    plays,
    profiles,
    ratings,
    retired_keys,
    roots,
    tags,
    video_tags,
    videos,
    waiting,
)


def whole_library(connection: Connection) -> OldLibrary:
    """Everything that cannot be found again in the files. Of two videos with one name that which is there comes
    first, then that of the folder named first."""
    rows = connection.execute(select(waiting.c.carried).order_by(waiting.c.id)).scalars()
    kept = [from_values(json.loads(carried)) for carried in rows]
    cleared_at = connection.scalar(select(profiles.c.recent_since).where(profiles.c.id == EVERYBODY))
    return OldLibrary((*_videos(connection), *kept), tuple(_playlists(connection)), cleared_at or 0.0)


def _videos(connection: Connection) -> Iterator[Carried]:
    mine = {"profile_id": EVERYBODY}
    of = ratings.c
    rated = _single(connection, select(of.video_id, of.value, of.updated_at).filter_by(**mine))
    liked = _single(connection, select(favorites.c.video_id, favorites.c.created_at).filter_by(**mine))
    tagged = _many(
        connection,
        select(video_tags.c.video_id, video_tags.c.typed, tags.c.name, video_tags.c.created_at)
        .join(tags)
        .order_by(video_tags.c.created_at, AS_GIVEN),
    )
    of = imported_views.c
    viewed = _many(
        connection, select(of.video_id, of.source, of.count, of.updated_at).filter_by(**mine).order_by(of.source)
    )
    played = _many(
        connection,
        select(plays.c.video_id, plays.c.played_at, plays.c.play)
        .filter_by(**mine)
        .order_by(plays.c.played_at, plays.c.id),
    )
    of = media_hashes.c
    hashes = _many(connection, select(of.video_id, of.media_hash).order_by(of.media_hash))
    former = _many(connection, select(former_paths.c.video_id, former_paths.c.path).order_by(former_paths.c.path))
    of = retired_keys.c
    retired = _many(connection, select(of.video_id, of.key).where(of.video_id.is_not(None)).order_by(of.key))
    in_order = select(videos, roots.c.path.label("root")).join(roots)
    in_order = in_order.order_by(videos.c.missing_since.is_not(None), videos.c.root_id, videos.c.id)
    for row in connection.execute(in_order):
        rating, favorite = rated.get(row.id), liked.get(row.id)
        hashes_here = (row.media_hash, *(one for (one,) in hashes.get(row.id, ()) if one != row.media_hash))
        yield Carried(
            name=row.path,
            root=row.root,
            rating=(rating[0], rating[1]) if rating else None,
            favorite=favorite[0] if favorite else None,
            tags=tuple((typed or f"#{name}", when) for typed, name, when in tagged.get(row.id, ())),
            views=tuple(viewed.get(row.id, ())),
            plays=tuple(played.get(row.id, ())),
            added_at=row.added_at,
            media_hashes=hashes_here,
            key=row.key,
            size_bytes=row.size_bytes,
            fingerprint=row.fingerprint,
            former_paths=tuple(path for (path,) in former.get(row.id, ())),
            retired_keys=tuple(key for (key,) in retired.get(row.id, ())),
        )


def _playlists(connection: Connection) -> Iterator[CarriedPlaylist]:
    place = (playlist_items.c.playlist_id, playlist_items.c.position, playlist_items.c.id)
    items: dict[int, list[tuple[str, str, float]]] = {}
    stored = (
        select(playlist_items, videos.c.path, roots.c.path.label("root"))
        .outerjoin(videos, videos.c.id == playlist_items.c.video_id)
        .outerjoin(roots, roots.c.id == videos.c.root_id)
        .order_by(*place)
    )
    for row in connection.execute(stored):
        name, root = (row.path, row.root) if row.video_id else (row.waits_for, row.waits_in or "")
        items.setdefault(row.playlist_id, []).append((name, root, row.added_at))
    mine = select(playlists).filter_by(profile_id=EVERYBODY).order_by(playlists.c.id)
    for row in connection.execute(mine):
        yield CarriedPlaylist(row.name, row.description or "", row.created_at, tuple(items.get(row.id, ())))


def _single(connection: Connection, rows: Select[Any]) -> dict[int, Any]:
    return {row[0]: row[1:] for row in connection.execute(rows)}


def _many(connection: Connection, rows: Select[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in connection.execute(rows):
        found.setdefault(row[0], []).append(tuple(row[1:]))
    return found
