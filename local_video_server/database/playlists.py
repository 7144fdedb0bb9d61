"""Playlists in the database."""

from __future__ import annotations

from sqlalchemy import Connection, select

from ..library.marks import EVERYBODY
from ..library.playlists import Item, Playlist, Playlists
from ..library.text import shown
from .tables import playlist_items, playlists


def load(connection: Connection, profile_id: int = EVERYBODY) -> Playlists:
    items: dict[int, list[Item]] = {}
    in_order = (playlist_items.c.playlist_id, playlist_items.c.position, playlist_items.c.id)
    for row in connection.execute(select(playlist_items).order_by(*in_order)):
        waits_for = None if row.waits_for is None else shown(row.waits_for)
        items.setdefault(row.playlist_id, []).append(Item(row.id, row.video_id, row.added_at, waits_for))
    mine = select(playlists).filter_by(profile_id=profile_id).order_by(playlists.c.id)
    return Playlists(
        of={
            row.id: Playlist(row.id, row.name, row.description or "", row.created_at, tuple(items.get(row.id, ())))
            for row in connection.execute(mine)
        }
    )
