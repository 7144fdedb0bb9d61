"""The tables of library.db, as SQLAlchemy Core knows them.

Migrations are written beside, in migrations/versions; a test proves that both make the same schema. All
constraints and indexes have names, so that a later migration can speak of them. Times are seconds since 1970, UTC;
of a mark that was moved in without a date, one below 1: its fraction keeps the order.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)

from .column_types import FilePath, Unsigned64

HEAD = "0003"  # the newest migration; a test compares it with the scripts

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


profiles = Table(
    "profiles",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("recent_since", Float),  # when "recently played" was cleared: plays before are history alone
)

credentials = Table(
    "credentials", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False)
)

roots = Table(
    "roots",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("path", FilePath, nullable=False),
    Column("scanned_at", Float),  # when it was first looked at to the end
    Index("ux_roots_path", "path", unique=True),
)

videos = Table(
    "videos",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False),
    Column("root_id", ForeignKey("roots.id"), nullable=False),
    Column("path", FilePath, nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("modified_ns", Integer, nullable=False),
    Column("device", Unsigned64, nullable=False),
    Column("inode", Unsigned64, nullable=False),
    Column("fingerprint", LargeBinary),
    Column("added_at", Float, nullable=False),
    Column("missing_since", Float),
    Column("status", Text, nullable=False),
    Column("broken_reason", Text),
    Column("duration_s", Float),
    Column("width", Integer),
    Column("height", Integer),
    Column("container", Text),
    Column("video_codec", Text),
    Column("audio_codecs", Text),
    Column("facts", Text),
    Column("media_hash", Text, nullable=False),
    Column("picture_path", FilePath),  # of the picture beside it: all three, or none
    Column("picture_size_bytes", Integer),
    Column("picture_modified_ns", Integer),
    CheckConstraint("status IN ('pending', 'ready', 'broken')", name="status"),
    Index("ux_videos_key", "key", unique=True),
    # A missing video keeps its last path, which another file may have taken.
    Index("ux_videos_root_id_path", "root_id", "path", unique=True, sqlite_where=text("missing_since IS NULL")),
    Index("ix_videos_added_at", "added_at"),
    Index("ix_videos_fingerprint", "fingerprint"),
    Index("ix_videos_media_hash", "media_hash"),
    sqlite_autoincrement=True,
)

former_paths = Table(
    "former_paths",
    metadata,
    Column("video_id", ForeignKey("videos.id", ondelete="CASCADE"), primary_key=True),
    Column("path", FilePath, primary_key=True),
    Index("ix_former_paths_path", "path"),
)

retired_keys = Table(
    "retired_keys",
    metadata,
    Column("key", Text, primary_key=True),
    Column("video_id", ForeignKey("videos.id", ondelete="SET NULL")),
    Index("ix_retired_keys_video_id", "video_id"),
)


def _mark(name: str, *columns: Any, **more: Any) -> Table:
    """A table of one mark per video and profile."""
    return Table(
        name,
        metadata,
        Column("video_id", ForeignKey("videos.id", ondelete="CASCADE"), primary_key=True),
        Column("profile_id", ForeignKey("profiles.id"), primary_key=True),
        *columns,
        **more,
    )


ratings = _mark(
    "ratings",
    Column("value", Integer, nullable=False),
    Column("updated_at", Float, nullable=False),
    CheckConstraint("value BETWEEN 1 AND 5", name="value"),
)

favorites = _mark("favorites", Column("created_at", Float, nullable=False))

progress = _mark(
    "progress",
    Column("position_s", Float, nullable=False),
    Column("updated_at", Float, nullable=False),
)

tags = Table(
    "tags",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("folded", Text, nullable=False),
    Index("ux_tags_folded", "folded", unique=True),
)

video_tags = Table(
    "video_tags",
    metadata,
    Column("video_id", ForeignKey("videos.id", ondelete="CASCADE"), primary_key=True),
    Column("tag_id", ForeignKey("tags.id"), primary_key=True),
    Column("created_at", Float, nullable=False),
    Column("typed", Text),  # how an old library wrote it for this video, where "#" and the name is not that
    Index("ix_video_tags_tag_id_video_id", "tag_id", "video_id"),
)

# The order of tags that were given at the same time, as those without a date are.
AS_GIVEN = text("video_tags.rowid")

plays = Table(
    "plays",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("video_id", ForeignKey("videos.id", ondelete="CASCADE"), nullable=False),
    Column("profile_id", ForeignKey("profiles.id"), nullable=False),
    Column("played_at", Float, nullable=False),
    Column("play", Text),  # the player's name for this playing, so that a repeated report counts once
    Index("ix_plays_played_at", "played_at"),
    Index("ux_plays_video_id_play", "video_id", "play", unique=True),
)

# What another server counted: one number for each server, replaced when it comes again.
imported_views = _mark(
    "imported_views",
    Column("source", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("updated_at", Float, nullable=False),
    CheckConstraint("count >= 0", name="count"),
)

# More hashes by which the original server knew a video, beside the one in its row.
media_hashes = Table(
    "media_hashes",
    metadata,
    Column("media_hash", Text, primary_key=True),
    Column("video_id", ForeignKey("videos.id", ondelete="CASCADE"), nullable=False),
    Index("ix_media_hashes_video_id", "video_id"),
)

# Marks that were moved in for a file which is not there yet; `carried` is what moving_json.py writes.
waiting = Table(
    "waiting",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", FilePath, nullable=False),
    Column("root", FilePath, nullable=False),  # the folder it was in, "" when the old library did not tell
    Column("carried", Text, nullable=False),
    Index("ux_waiting_name_root", "name", "root", unique=True),
)

playlists = Table(
    "playlists",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("profile_id", ForeignKey("profiles.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text),
    Column("created_at", Float, nullable=False),
    Index("ux_playlists_profile_id_name", "profile_id", "name", unique=True),
    sqlite_autoincrement=True,
)

playlist_items = Table(
    "playlist_items",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("playlist_id", ForeignKey("playlists.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("video_id", ForeignKey("videos.id", ondelete="CASCADE")),
    Column("waits_for", FilePath),  # the name of a file that is not there yet,
    Column("waits_in", FilePath),  # and the folder it was in, as in `waiting`
    Column("added_at", Float, nullable=False),
    CheckConstraint("(video_id IS NULL) <> (waits_for IS NULL)", name="video"),
    Index("ix_playlist_items_playlist_id_position", "playlist_id", "position"),
    Index("ix_playlist_items_video_id", "video_id"),
    sqlite_autoincrement=True,
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("video_id", ForeignKey("videos.id", ondelete="CASCADE")),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Float, nullable=False),
    Column("reason", Text),
    Column("subject", Text),  # what it was to be made from: a failure counts only for that
    Column("ffmpeg", Text),  # the last lines that ffmpeg wrote
    CheckConstraint("state IN ('open', 'failed')", name="state"),
    Index("ix_jobs_kind_due_at", "kind", "due_at", sqlite_where=text("state = 'open'")),
    Index("ux_jobs_kind_video_id", "kind", "video_id", unique=True),
    Index("ix_jobs_video_id", "video_id"),
)

posters = Table(
    "posters",
    metadata,
    Column("video_id", ForeignKey("videos.id", ondelete="CASCADE"), primary_key=True),
    Column("stamp", Text, nullable=False),  # the name of its files in the thumbnails folder
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("tones", Text, nullable=False),
    Column("bytes", Integer, nullable=False),  # of all its files together
    Column("made_at", Float, nullable=False),
    Index("ix_posters_stamp", "stamp"),
)
