"""The tables of the original server's SQLite file, row by row. Of each version what is there: any table may be
missing, older ones have fewer columns.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ...library.errors import InvalidValue
from ...library.moving import PLAYLISTS, UNDATED, CarriedPlaylist, MoveReport, OldLibrary
from ...library.playlists import MOST_ITEMS, parse_description, parse_name
from ...library.text import shown
from .gathering import NAMED_TWICE, Gathering, Origin
from .values import parse_file_name, parse_time

MARKS = frozenset(("videos", "ratings", "views", "video_tags", "favorites"))
# What has no place here, as the report calls it.
LEFT_BEHIND = {
    "gallery_groups": "gallery groups",
    "gallery_group_items": "pictures in gallery groups",
    "phash_cache": "picture hashes",
    "search_history": "searches",
}


class Tables:
    """An opened file; `names` are its tables, in lower case as SQLite compares them."""

    def __init__(self, database: sqlite3.Connection, file: str, source: str, report: MoveReport) -> None:
        found = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        self.names = frozenset(str(row[0]).lower() for row in found)
        self._database = database
        self._file = shown(file)
        self._report = report
        self._gathering = Gathering(source, report)
        self._now = time.time()

    def read(self) -> OldLibrary:
        gathering, when = self._gathering, self._time
        ratings, views, tags = self._origin("ratings"), self._origin("views"), self._origin("video_tags")
        favorites, dates, hashes = self._origin("favorites"), self._origin("videos"), self._origin("media_hash_map")
        for name, rating, updated_at in self._rows("ratings", "filename", "rating", "updated_at"):
            gathering.rate(ratings, name, rating, when(updated_at))
        for name, count, viewed, updated in self._rows(
            "views", "filename", "view_count", "last_viewed", "updated_at"
        ):
            gathering.count_views(views, name, count, when(updated), when(viewed))
        for name, tag, created_at in self._rows("video_tags", "filename", "tag", "created_at"):
            gathering.tag(tags, name, tag, when(created_at))
        for name, created_at in self._rows("favorites", "filename", "created_at", needed=1):
            gathering.like(favorites, name, when(created_at))
        for name, added in self._rows("videos", "filename", "added_date", needed=1):
            if added:  # 0 stood for none
                gathering.date(dates, name, when(added))
        for name, media_hash in self._rows("media_hash_map", "filename", "media_hash"):
            gathering.name_by_hash(hashes, name, media_hash)
        for table in sorted(self.names & LEFT_BEHIND.keys()):
            if count := self._database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]:
                self._report.left_behind[LEFT_BEHIND[table]] = count
        return OldLibrary(gathering.videos(), self._playlists())

    def _rows(self, table: str, *columns: str, needed: int = 2) -> Iterator[tuple[Any, ...]]:
        """All rows in the order they were stored in; a column that is not there is None, unless it is one of the
        first that are needed."""
        if table not in self.names:
            return
        there = {str(row[1]).lower() for row in self._database.execute(f"PRAGMA table_info({table})")}
        if missing := [column for column in columns[:needed] if column not in there]:
            self._report.notes.append(
                f"The table {table} of {self._file} was left out: it has no column {' and no column '.join(missing)}."
            )
            return
        chosen = ", ".join(column if column in there else "NULL" for column in columns)
        # An index would give its own order.
        yield from self._database.execute(f"SELECT {chosen} FROM {table} NOT INDEXED")

    def _playlists(self) -> tuple[CarriedPlaylist, ...]:
        playlists: dict[object, _Playlist] = {}
        taken: set[str] = set()
        origin = self._origin("playlists")
        for number, *values, created_at in self._rows("playlists", "id", "name", "description", "created_at"):
            try:
                name, description = parse_name(values[0]), self._description(*values)
            except InvalidValue as error:
                self._gathering.refuse(PLAYLISTS, origin, error.message, values[0])
                continue
            if name in taken:
                self._gathering.refuse(PLAYLISTS, origin, NAMED_TWICE, name)
                continue
            taken.add(name)
            playlists[number] = _Playlist(name, description, self._time(created_at))
            self._report.of(PLAYLISTS).read += 1
        self._fill(playlists)
        return tuple(playlist.carried() for playlist in playlists.values())

    def _fill(self, playlists: dict[object, _Playlist]) -> None:
        origin = self._origin("playlist_items")
        columns = ("playlist_id", "video_filename", "position", "added_date")
        for number, name, position, added_at in self._rows("playlist_items", *columns):
            playlist = playlists.get(number)
            if playlist is None:
                self._gathering.refuse(PLAYLISTS, origin, "Its playlist is not there, or was refused.", name)
                continue
            try:
                playlist.add(name, position, self._time(added_at))
            except InvalidValue as error:
                self._gathering.refuse(PLAYLISTS, origin, error.message, playlist.name, name)

    def _description(self, name: str, description: object) -> str:
        try:
            return parse_description(description)
        except InvalidValue as error:
            self._report.notes.append(f"The description of the playlist {shown(name)} was left out. {error.message}")
            return ""

    def _origin(self, table: str) -> Origin:
        return Origin(self._file, table)

    def _time(self, value: object) -> float:
        return UNDATED if value is None else parse_time(value, self._now)


@dataclass
class _Playlist:
    name: str
    description: str
    created_at: float
    items: list[tuple[float, str, float]] = field(default_factory=list)  # position, name, when it was added

    def add(self, name: object, position: object, added_at: float) -> None:
        if len(self.items) == MOST_ITEMS:
            raise InvalidValue(f"A playlist has at most {MOST_ITEMS} videos.")
        # What has no position stands at the end.
        at = float(position) if isinstance(position, int | float) else float("inf")
        self.items.append((at, parse_file_name(name), added_at))

    def carried(self) -> CarriedPlaylist:
        in_order = sorted(self.items, key=lambda item: item[0])
        items = tuple((name, "", added_at) for _, name, added_at in in_order)
        return CarriedPlaylist(self.name, self.description, self.created_at, items)
