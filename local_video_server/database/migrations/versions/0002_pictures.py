"""Pictures: the one that lies beside a video, the posters that were made, and what is known of those that failed."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    # Columns are added in place: to copy a table would set off the rules of those that refer to it.
    op.add_column("videos", sa.Column("picture_path", sa.Text(), nullable=True))
    op.add_column("videos", sa.Column("picture_size_bytes", sa.Integer(), nullable=True))
    op.add_column("videos", sa.Column("picture_modified_ns", sa.Integer(), nullable=True))
    op.add_column("jobs", sa.Column("subject", sa.Text(), nullable=True))
    op.add_column("jobs", sa.Column("ffmpeg", sa.Text(), nullable=True))
    op.create_table(
        "posters",
        sa.Column("video_id", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("tones", sa.Text(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["video_id"], ["videos.id"], name=op.f("fk_posters_video_id_videos"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("video_id", name=op.f("pk_posters")),
    )
    op.create_index("ix_posters_stamp", "posters", ["stamp"], unique=False)
