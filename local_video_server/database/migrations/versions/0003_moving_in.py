"""Old libraries: what they counted, how they wrote tags, their hashes, and marks that wait for a file."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("profiles", sa.Column("recent_since", sa.Float(), nullable=True))
    op.add_column("video_tags", sa.Column("typed", sa.Text(), nullable=True))
    op.create_table(
        "imported_views",
        sa.Column("video_id", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["profile_id"], ["profiles.id"], name=op.f("fk_imported_views_profile_id_profiles")),
        sa.ForeignKeyConstraint(
            ["video_id"], ["videos.id"], name=op.f("fk_imported_views_video_id_videos"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("video_id", "profile_id", "source", name=op.f("pk_imported_views")),
        sa.CheckConstraint("count >= 0", name=op.f("ck_imported_views_count")),
    )
    op.create_table(
        "media_hashes",
        sa.Column("media_hash", sa.Text(), nullable=False),
        sa.Column("video_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["video_id"], ["videos.id"], name=op.f("fk_media_hashes_video_id_videos"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("media_hash", name=op.f("pk_media_hashes")),
    )
    op.create_index("ix_media_hashes_video_id", "media_hashes", ["video_id"], unique=False)
    op.create_table(
        "waiting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("carried", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting")),
    )
    op.create_index("ux_waiting_name_root", "waiting", ["name", "root"], unique=True)
    # No release ever wrote a playlist, so the table is made anew: an item may wait for its file.
    op.drop_table("playlist_items")
    # A number is never used again: an old bookmark must not lead to another playlist.
    with op.batch_alter_table("playlists", recreate="always", table_kwargs={"sqlite_autoincrement": True}):
        pass
    op.create_table(
        "playlist_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("playlist_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("video_id", sa.Integer(), nullable=True),
        sa.Column("waits_for", sa.Text(), nullable=True),
        sa.Column("waits_in", sa.Text(), nullable=True),
        sa.Column("added_at", sa.Float(), nullable=False),
        sa.CheckConstraint("(video_id IS NULL) <> (waits_for IS NULL)", name=op.f("ck_playlist_items_video")),
        sa.ForeignKeyConstraint(
            ["playlist_id"],
            ["playlists.id"],
            name=op.f("fk_playlist_items_playlist_id_playlists"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["video_id"], ["videos.id"], name=op.f("fk_playlist_items_video_id_videos"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_playlist_items")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_playlist_items_playlist_id_position", "playlist_items", ["playlist_id", "position"], unique=False
    )
    op.create_index("ix_playlist_items_video_id", "playlist_items", ["video_id"], unique=False)
