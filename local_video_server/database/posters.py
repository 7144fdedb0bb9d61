"""Posters in the database: which picture files each video has. The files themselves are in the thumbnails folder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from ..library.poster import Made, Poster
from ..library.video import Video
from .tables import posters, videos


def load(connection: Connection) -> dict[int, Poster]:
    columns = (posters.c.video_id, posters.c.stamp, posters.c.width, posters.c.height, posters.c.tones)
    return {video_id: Poster(*values) for video_id, *values in connection.execute(select(*columns))}


def record(connection: Connection, made: Sequence[tuple[Video, Made]], now: float) -> set[int]:
    """Stores what was made, unless the file changed since; answers the ids of the videos that got theirs."""
    stored = set()
    for video, one in made:
        is_same = select(videos.c.id).where(
            videos.c.id == video.id,
            videos.c.size_bytes == video.size_bytes,
            videos.c.modified_ns == video.modified_ns,
        )
        if connection.execute(is_same).first() is None:
            continue
        values = {
            "stamp": one.poster.stamp,
            "width": one.poster.width,
            "height": one.poster.height,
            "tones": one.poster.tones,
            "bytes": one.size_bytes,
            "made_at": now,
        }
        row = insert(posters).values(video_id=video.id, **values)
        connection.execute(row.on_conflict_do_update(index_elements=["video_id"], set_=values))
        stored.add(video.id)
    return stored


def remove(connection: Connection, video_ids: Iterable[int]) -> None:
    rows = [{"b_id": video_id} for video_id in video_ids]
    if rows:
        connection.execute(delete(posters).where(posters.c.video_id == bindparam("b_id")), rows)
