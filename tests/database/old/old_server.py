"""The files of the original server, as it left them behind: made from plain values.

Values are written as they are given, also those that it never wrote, so that a test can name a bad one.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

MARKED = "2024-03-01 20:15:00"  # as SQLite's CURRENT_TIMESTAMP writes it
MARKED_S = 1709324100.0

SCHEMA = """
    CREATE TABLE videos (filename TEXT PRIMARY KEY, added_date REAL, file_size INTEGER, duration REAL,
        created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
    CREATE TABLE ratings (filename TEXT PRIMARY KEY, rating INTEGER, updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
    CREATE TABLE views (filename TEXT PRIMARY KEY, view_count INTEGER DEFAULT 0, last_viewed TIMESTAMP,
        updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
    CREATE TABLE video_tags (id INTEGER PRIMARY KEY AUTOINCREMENT, filename TEXT, tag TEXT,
        created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, UNIQUE (filename, tag));
    CREATE TABLE favorites (filename TEXT PRIMARY KEY, created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
    CREATE TABLE playlists (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, description TEXT,
        created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
    CREATE TABLE playlist_items (playlist_id INTEGER, video_filename TEXT, position INTEGER);
    CREATE TABLE media_hash_map (media_hash TEXT PRIMARY KEY, filename TEXT UNIQUE);
    CREATE TABLE gallery_groups (id INTEGER PRIMARY KEY, name TEXT, slug TEXT UNIQUE, cover_image TEXT);
    CREATE TABLE gallery_group_items (group_id INTEGER, image_path TEXT, position INTEGER);
    CREATE TABLE phash_cache (filename TEXT, kind TEXT, phash TEXT, PRIMARY KEY (filename, kind));
    CREATE INDEX idx_videos_added_date ON videos (added_date);
    CREATE INDEX idx_ratings_rating ON ratings (rating);
    CREATE INDEX idx_views_last_viewed ON views (last_viewed);
    CREATE INDEX idx_video_tags_tag ON video_tags (tag);
    CREATE INDEX idx_favorites_created_at ON favorites (created_at);
    CREATE TRIGGER update_ratings AFTER UPDATE OF rating ON ratings
        BEGIN UPDATE ratings SET updated_at = CURRENT_TIMESTAMP WHERE filename = NEW.filename; END;
"""


def write_json(
    folder: Path,
    *,
    ratings: Any = None,
    views: Any = None,
    tags: Any = None,
    favorites: Any = None,
    analytics: Any = None,
) -> Path:
    """A file for each that is given, as the original's code wrote it: a list of favorites is wrapped."""
    folder.mkdir(parents=True, exist_ok=True)
    wrapped = {"favorites": list(favorites)} if isinstance(favorites, list | tuple) else favorites
    files = {"ratings": ratings, "views": views, "tags": tags, "favorites": wrapped, "video_analytics": analytics}
    for name, values in files.items():
        if values is not None:
            (folder / f"{name}.json").write_text(json.dumps(values, indent=2), "ascii")
    return folder


def write_sqlite(
    path: Path,
    *,
    videos: Mapping[Any, Any] | None = None,
    ratings: Mapping[Any, Any] | None = None,
    views: Mapping[Any, Any] | None = None,
    tags: Iterable[Sequence[Any]] = (),
    favorites: Mapping[Any, Any] | None = None,
    playlists: Mapping[Any, Sequence[Any]] | None = None,
    media_hashes: Mapping[Any, Any] | None = None,
    wal: bool = False,
    schema: str = SCHEMA,
) -> Path:
    """A video_metadata.db.

    videos        name -> added_date
    ratings       name -> rating, or (rating, updated_at)
    views         name -> view_count, or (view_count, last_viewed), or (view_count, last_viewed, updated_at)
    tags          (name, tag) or (name, tag, created_at), in the order of their ids
    favorites     name -> created_at
    playlists     name -> the names of its videos in order; they are stored in another
    media_hashes  hash -> name
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA synchronous = OFF")  # a test need not survive the plug
        if wal:
            database.execute("PRAGMA journal_mode = WAL")
        database.executescript(schema)
        database.execute("BEGIN")
        _insert(database, "videos (filename, added_date)", (videos or {}).items())
        _insert(database, "ratings", _rows(ratings, MARKED))
        _insert(database, "views", _rows(views, None, MARKED))
        _insert(database, "video_tags (filename, tag, created_at)", [(*row, MARKED)[:3] for row in tags])
        _insert(database, "favorites", (favorites or {}).items())
        for number, (name, items) in enumerate((playlists or {}).items(), 1):
            _insert(database, "playlists", [(number, name, None, MARKED)])
            in_order = [(number, item, position) for position, item in enumerate(items)]
            _insert(database, "playlist_items", reversed(in_order))
        _insert(database, "media_hash_map", (media_hashes or {}).items())
        database.execute("COMMIT")
    return path


def _rows(marks: Mapping[Any, Any] | None, *rest: object) -> list[tuple[Any, ...]]:
    """Each mark with its name in front, and the columns that it leaves out."""
    rows = [(name, *(mark if isinstance(mark, tuple) else (mark,))) for name, mark in (marks or {}).items()]
    return [(*row, *rest[len(row) - 2 :]) for row in rows]


def _insert(database: sqlite3.Connection, table: str, rows: Iterable[Sequence[Any]]) -> None:
    for row in rows:
        database.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", tuple(row))
