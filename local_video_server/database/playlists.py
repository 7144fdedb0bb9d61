"""Playlists in the database.

The positions of a playlist's items have gaps, so that one that moves is one row that changes; where there is no gap
left, all are numbered anew.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from ..library.marks import EVERYBODY
from ..library.playlists import Item, Playlist, Playlists
from ..library.text import shown
from .tables import playlist_items, playlists

STEP = 1 << 20  # between two positions: an item can be put between the same two twenty times


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


def create(connection: Connection, name: str, description: str, now: float) -> int:
    values = {"profile_id": EVERYBODY, "name": name, "description": description or None, "created_at": now}
    return int(connection.execute(insert(playlists).values(values).returning(playlists.c.id)).scalar_one())


def describe(connection: Connection, playlist_id: int, name: str, description: str) -> None:
    values = {"name": name, "description": description or None}
    connection.execute(update(playlists).where(playlists.c.id == playlist_id).values(values))


def remove(connection: Connection, playlist_id: int) -> None:
    """Deletes a playlist; its items go with it (ON DELETE CASCADE)."""
    connection.execute(delete(playlists).where(playlists.c.id == playlist_id))


def add_item(connection: Connection, playlist_id: int, video_id: int, now: float) -> int:
    """Puts a video at the end of a playlist; the answer is the id of its item."""
    last = connection.scalar(
        select(func.max(playlist_items.c.position)).where(playlist_items.c.playlist_id == playlist_id)
    )
    values = {
        "playlist_id": playlist_id,
        "position": (last or 0) + STEP,
        "video_id": video_id,
        "added_at": now,
    }
    return int(connection.execute(insert(playlist_items).values(values).returning(playlist_items.c.id)).scalar_one())


def remove_items(connection: Connection, item_ids: Sequence[int]) -> None:
    statement = delete(playlist_items).where(playlist_items.c.id == bindparam("b_id"))
    connection.execute(statement, [{"b_id": item_id} for item_id in item_ids])


def move_item(connection: Connection, item_id: int, order: Sequence[int]) -> None:
    """Moves an item to where it stands in `order`, the ids of all items of its playlist."""
    at = order.index(item_id)
    before = _position(connection, order[at - 1]) if at else None
    after = _position(connection, order[at + 1]) if at + 1 < len(order) else None
    if before is None:
        before = (after or 0) - 2 * STEP
    if after is None:
        after = before + 2 * STEP
    if after - before > 1:
        positions = {item_id: (before + after) // 2}
    else:
        positions = {one: place * STEP for place, one in enumerate(order, start=1)}
    statement = update(playlist_items).where(playlist_items.c.id == bindparam("b_id"))
    connection.execute(
        statement.values(position=bindparam("b_position")),
        [{"b_id": one, "b_position": position} for one, position in positions.items()],
    )


def _position(connection: Connection, item_id: int) -> int:
    asked = select(playlist_items.c.position).where(playlist_items.c.id == item_id)
    return int(connection.execute(asked).scalar_one())
