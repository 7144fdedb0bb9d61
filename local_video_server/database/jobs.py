"""Jobs in the database: those that failed. What merely waits follows from the videos and is not written down."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from ..library.failure import Failure
from .tables import jobs, videos


def failures(connection: Connection, kind: str) -> dict[int, Failure]:
    """What failed, by video. One that is tried again by itself is open, the others are failed for good."""
    found = {}
    for row in connection.execute(select(jobs).where(jobs.c.kind == kind)).mappings():
        due_at = row["due_at"] if row["state"] == "open" else None
        words = tuple(json.loads(row["ffmpeg"])) if row["ffmpeg"] else ()
        found[row["video_id"]] = Failure(
            row["video_id"], row["subject"], row["attempts"], row["reason"], words, due_at
        )
    return found


def keep(connection: Connection, kind: str, failure: Failure) -> None:
    """Stores a failure in the place of the one before; that of a video that is no longer known is dropped."""
    if connection.execute(select(videos.c.id).where(videos.c.id == failure.video_id)).first() is None:
        return
    values = {
        "state": "failed" if failure.due_at is None else "open",
        "attempts": failure.attempts,
        "due_at": failure.due_at or 0.0,
        "reason": failure.reason,
        "subject": failure.subject,
        "ffmpeg": json.dumps(failure.ffmpeg) if failure.ffmpeg else None,
    }
    row = insert(jobs).values(kind=kind, video_id=failure.video_id, **values)
    connection.execute(row.on_conflict_do_update(index_elements=["kind", "video_id"], set_=values))


def drop(connection: Connection, kind: str, video_ids: Iterable[int]) -> None:
    rows = [{"b_id": video_id} for video_id in video_ids]
    if rows:
        statement = delete(jobs).where(jobs.c.kind == kind, jobs.c.video_id == bindparam("b_id"))
        connection.execute(statement, rows)
