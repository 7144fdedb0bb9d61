"""Marks that were moved in: what a batch of videos has already, and what it takes over, in a few statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, Update, bindparam, func, insert, select, update
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.dialects.sqlite import insert as insert_or

from ..library.marks import EVERYBODY, Tag
from ..library.merging import Known, Taken, merge
from ..library.moving import HASHES, Carried, MoveReport
from .tables import (
    favorites,
    former_paths,
    imported_views,
    media_hashes,
    plays,
    ratings,
    retired_keys,
    tags,
    video_tags,
    videos,
)

BATCH = 5000  # videos; memory does not grow with what is already here
Progress = Callable[[int, int], None]  # how many videos are done, of how many
_Rows = list[dict[str, Any]]
_DATING = update(videos).where(videos.c.id == bindparam("b_id")).values(added_at=bindparam("b_added_at"))


def take(connection: Connection, pairs: list[tuple[int, Carried]], report: MoveReport, progress: Progress) -> None:
    """Stores what each of these videos, by id, takes over of what is carried."""
    pairs.sort(key=lambda pair: pair[0])
    writer = MarkWriter(connection, report)
    done = 0
    while done < len(pairs):
        progress(done, len(pairs))
        batch = dict(_until_again(pairs[done : done + BATCH]))
        known = known_of(connection, list(batch))
        writer.write((video_id, merge(carried, known[video_id], report)) for video_id, carried in batch.items())
        done += len(batch)
    progress(done, len(pairs))


def _until_again(pairs: Sequence[tuple[int, Carried]]) -> Iterator[tuple[int, Carried]]:
    """The pairs up to a video that comes again: of two spellings of its name one is stored, then the other."""
    before = None
    for video_id, carried in pairs:
        if video_id == before:
            return
        before = video_id
        yield video_id, carried


def known_of(connection: Connection, ids: Sequence[int]) -> Mapping[int, Known]:
    """What is stored of these videos, whose ids are in order."""
    known: dict[int, Known] = {}
    wanted = set(ids)

    def rows(table: Table, *columns: Any) -> Iterable[Any]:
        of_video = table.c.id if table is videos else table.c.video_id
        within = select(of_video, *columns).where(of_video.between(ids[0], ids[-1]))
        return (row for row in connection.execute(within) if row[0] in wanted)

    of = videos.c
    for video_id, path, key, added_at, modified_ns, own in rows(
        videos, of.path, of.key, of.added_at, of.modified_ns, of.media_hash
    ):
        # In the first scan of a folder a file's own date stands for the day it came.
        is_guessed = abs(added_at - modified_ns / 1e9) < 0.001
        known[video_id] = Known(path, key, added_at=added_at, is_added_at_guessed=is_guessed, media_hashes={own})
    for video_id, value, when in rows(ratings, ratings.c.value, ratings.c.updated_at):
        known[video_id].rating = (value, when)
    for video_id, when in rows(favorites, favorites.c.created_at):
        known[video_id].favorite = when
    folded = {tag_id: text for tag_id, text in connection.execute(select(tags.c.id, tags.c.folded))}
    for video_id, tag_id in rows(video_tags, video_tags.c.tag_id):
        known[video_id].tags.add(folded[tag_id])
    of = imported_views.c
    for video_id, source, count, when in rows(imported_views, of.source, of.count, of.updated_at):
        known[video_id].views[source] = (count, when)
    for video_id, when, name in rows(plays, plays.c.played_at, plays.c.play):
        if name is None:
            known[video_id].nameless_plays.add(when)
        else:
            known[video_id].plays[name] = when
    for video_id, media_hash in rows(media_hashes, media_hashes.c.media_hash):
        known[video_id].media_hashes.add(media_hash)
    for video_id, path in rows(former_paths, former_paths.c.path):
        known[video_id].former_paths.add(path)
    return known


class MarkWriter:
    """Stores what videos take over, a batch at a time."""

    def __init__(self, connection: Connection, report: MoveReport) -> None:
        self._connection = connection
        self._report = report
        # By folded text: the tag's id, and how it is written here.
        self._tags = {row.folded: (row.id, row.name) for row in connection.execute(select(tags))}

    def write(self, batch: Iterable[tuple[int, Taken]]) -> None:
        rated: _Rows = []
        liked: _Rows = []
        tagged: _Rows = []
        viewed: _Rows = []
        played: _Rows = []
        named: _Rows = []
        hashed: _Rows = []
        dated: _Rows = []
        for video_id, taken in batch:
            mine = {"video_id": video_id, "profile_id": EVERYBODY}
            if taken.rating:
                rated.append(mine | {"value": taken.rating[0], "updated_at": taken.rating[1]})
            if taken.favorite is not None:
                liked.append(mine | {"created_at": taken.favorite})
            for tag, typed, when in taken.tags:
                tag_id, name = self._tag(tag)
                typed_otherwise = None if typed == f"#{name}" else typed
                tie = {"video_id": video_id, "tag_id": tag_id, "created_at": when, "typed": typed_otherwise}
                tagged.append(tie)
            for source, count, when in taken.views:
                viewed.append(mine | {"source": source, "count": count, "updated_at": when})
            played += [mine | {"played_at": when, "play": name} for when, name in taken.plays]
            named += [{"video_id": video_id, "path": path} for path in taken.former_paths]
            hashed += [{"video_id": video_id, "media_hash": one} for one in taken.media_hashes]
            if taken.added_at is not None:
                dated.append({"b_id": video_id, "b_added_at": taken.added_at})
            self._take_keys(video_id, taken)
        self._add(_replacing(ratings, "value", "updated_at"), rated)
        self._add(insert_or(favorites).on_conflict_do_nothing(), liked)
        self._add(insert_or(video_tags).on_conflict_do_nothing(), tagged)
        self._add(_replacing(imported_views, "count", "updated_at"), viewed)
        self._add_plays(played)
        self._add(insert_or(former_paths).on_conflict_do_nothing(), named)
        self._add(_DATING, dated)
        self._add_hashes(hashed)

    def _tag(self, tag: Tag) -> tuple[int, str]:
        if tag.folded not in self._tags:
            values = {"name": tag.name, "folded": tag.folded}
            row_id = self._connection.execute(insert(tags).values(values).returning(tags.c.id)).scalar_one()
            self._tags[tag.folded] = (int(row_id), tag.name)
        return self._tags[tag.folded]

    def _take_keys(self, video_id: int, taken: Taken) -> None:
        for key in taken.retired_keys:
            self._retire(key, video_id)
        if taken.key and self._is_free(taken.key):
            before = self._connection.scalar(select(videos.c.key).where(videos.c.id == video_id))
            self._connection.execute(update(videos).where(videos.c.id == video_id).values(key=taken.key))
            self._retire(str(before), video_id)

    def _is_free(self, key: str) -> bool:
        """A key is never used again: not one that a video has, and not one that any ever had."""
        used = select(videos.c.id).where(videos.c.key == key)
        retired = select(retired_keys.c.key).where(retired_keys.c.key == key)
        return self._connection.scalar(used) is None and self._connection.scalar(retired) is None

    def _retire(self, key: str, video_id: int) -> None:
        values = {"key": key, "video_id": video_id}
        self._connection.execute(insert_or(retired_keys).values(values).on_conflict_do_nothing())

    def _add_plays(self, played: _Rows) -> None:
        statement = insert_or(plays)
        latest = func.max(plays.c.played_at, statement.excluded.played_at)
        keys = [plays.c.video_id, plays.c.play]
        self._add(statement.on_conflict_do_update(index_elements=keys, set_={"played_at": latest}), played)

    def _add_hashes(self, hashed: _Rows) -> None:
        for row in hashed:
            added = self._connection.execute(insert_or(media_hashes).values(row).on_conflict_do_nothing())
            if not added.rowcount:
                self._report.of(HASHES).imported -= 1
                self._report.conflict(HASHES, row["media_hash"], "It leads to another video here, and goes on to.")

    def _add(self, statement: Insert | Update, rows: _Rows) -> None:
        if rows:
            self._connection.execute(statement, rows)


def _replacing(table: Table, *names: str) -> Insert:
    statement = insert_or(table)
    values = {name: statement.excluded[name] for name in names}
    return statement.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=values)
