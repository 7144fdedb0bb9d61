"""Marks in the database: ratings, favorites, tags and plays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as insert_or

from ..library.marks import EVERYBODY, Marks, Play, Tag
from .tables import AS_GIVEN, favorites, imported_views, plays, profiles, ratings, tags, video_tags


def load(connection: Connection, profile_id: int = EVERYBODY, only: Collection[int] | None = None) -> Marks:
    """All marks, or only those of some videos."""

    def rows(chosen: Any, of_video: Any) -> Any:
        return connection.execute(chosen if only is None else chosen.where(of_video.in_(only)))

    tagged: dict[int, tuple[Tag, ...]] = {}
    by_id = {row.id: Tag(row.name, row.folded) for row in connection.execute(select(tags))}
    in_order = select(video_tags).order_by(video_tags.c.created_at, AS_GIVEN)
    for row in rows(in_order, video_tags.c.video_id):
        tagged[row.video_id] = (*tagged.get(row.video_id, ()), by_id[row.tag_id])
    mine = {"profile_id": profile_id}
    rated = select(ratings.c.video_id, ratings.c.value).filter_by(**mine)
    liked = select(favorites.c.video_id, favorites.c.created_at).filter_by(**mine)
    played = select(plays.c.played_at, plays.c.video_id).filter_by(**mine).order_by(plays.c.played_at, plays.c.id)
    history = tuple(Play(*row) for row in rows(played, plays.c.video_id))
    views = Counter(play.video_id for play in history)
    counted = select(imported_views.c.video_id, func.sum(imported_views.c.count)).filter_by(**mine)
    for video_id, count in rows(counted.group_by(imported_views.c.video_id), imported_views.c.video_id):
        views[video_id] += count
    cleared_at = connection.scalar(select(profiles.c.recent_since).where(profiles.c.id == profile_id))
    return Marks(
        ratings={video_id: value for video_id, value in rows(rated, ratings.c.video_id)},
        favorites={video_id: since for video_id, since in rows(liked, favorites.c.video_id)},
        tags=tagged,
        views=dict(views),
        plays=history,
        recent_since=cleared_at or 0.0,
    )


def set_rating(connection: Connection, video_id: int, rating: int | None, now: float) -> None:
    connection.execute(delete(ratings).filter_by(video_id=video_id, profile_id=EVERYBODY))
    if rating is not None:
        values = {"video_id": video_id, "profile_id": EVERYBODY, "value": rating, "updated_at": now}
        connection.execute(insert(ratings).values(values))


def set_favorite(connection: Connection, video_id: int, is_favorite: bool, now: float) -> None:
    if not is_favorite:
        connection.execute(delete(favorites).filter_by(video_id=video_id, profile_id=EVERYBODY))
        return
    values = {"video_id": video_id, "profile_id": EVERYBODY, "created_at": now}
    connection.execute(insert_or(favorites).values(values).on_conflict_do_nothing())


def add_tag(connection: Connection, video_id: int, tag: Tag, now: float) -> Tag:
    """Ties a tag to a video; the answer is the tag as it was first typed by anybody."""
    row = connection.execute(select(tags).where(tags.c.folded == tag.folded)).one_or_none()
    if row is None:
        values = {"name": tag.name, "folded": tag.folded}
        tag_id = connection.execute(insert(tags).values(values).returning(tags.c.id)).scalar_one()
    else:
        tag_id, tag = row.id, Tag(row.name, row.folded)
    tie = {"video_id": video_id, "tag_id": tag_id, "created_at": now}
    connection.execute(insert_or(video_tags).values(tie).on_conflict_do_nothing())
    return tag


def remove_tag(connection: Connection, video_id: int, tag: Tag) -> None:
    """Takes a tag off a video; a tag that no video has any more is forgotten as typed."""
    tag_id = connection.scalar(select(tags.c.id).where(tags.c.folded == tag.folded))
    if tag_id is None:
        return
    connection.execute(delete(video_tags).filter_by(video_id=video_id, tag_id=tag_id))
    if connection.scalar(select(video_tags.c.video_id).where(video_tags.c.tag_id == tag_id).limit(1)) is None:
        connection.execute(delete(tags).where(tags.c.id == tag_id))


def add_play(connection: Connection, video_id: int, play: str | None, now: float) -> bool:
    """Stores that a video was watched; False when this play is stored already."""
    values = {"video_id": video_id, "profile_id": EVERYBODY, "played_at": now, "play": play}
    done = connection.execute(insert_or(plays).values(values).on_conflict_do_nothing())
    return bool(done.rowcount)


def clear_recent(connection: Connection, now: float) -> None:
    """Stores that what was played until now is not shown as recent any more."""
    connection.execute(update(profiles).filter_by(id=EVERYBODY).values(recent_since=now))
