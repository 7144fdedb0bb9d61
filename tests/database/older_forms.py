"""Databases as earlier versions of the program left them behind, with videos and marks in them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config

from local_video_server.database.connection import engine
from local_video_server.database.upgrade import MIGRATIONS, stored_version

FIRST_ROWS = """
    INSERT INTO roots VALUES (1, '/films', 5.0);
    INSERT INTO videos VALUES
        (1, 'aaaaaaaaaa', 1, 'Dune.mp4', 10, 20, 30, 40, x'00ff', 1000.0, NULL, 'ready', NULL, 61.5, 1920, 1080,
         'mp4', 'h264', 'aac,mp3', NULL, '0123456789abcdef'),
        (2, 'bbbbbbbbbb', 1, x'636166e92e6d7034', 11, 21, 30, -1, NULL, 1001.0, NULL, 'broken', 'It is empty.', NULL,
         NULL, NULL, NULL, NULL, NULL, NULL, 'fedcba9876543210'),
        (4, 'dddddddddd', 1, 'gone.mp4', 12, 22, 30, 42, NULL, 1002.0, 2000.0, 'pending', NULL, NULL, NULL, NULL,
         NULL, NULL, NULL, NULL, '0011223344556677');
    INSERT INTO former_paths VALUES (1, 'old/Dune.mp4');
    INSERT INTO retired_keys VALUES ('cccccccccc', 1), ('eeeeeeeeee', NULL);
    INSERT INTO ratings VALUES (1, 1, 5, 3.0), (4, 1, 2, 3.0);
    INSERT INTO favorites VALUES (2, 1, 4.0);
    INSERT INTO tags VALUES (1, 'Sand', 'sand');
    INSERT INTO video_tags VALUES (1, 1, 5.0);
    INSERT INTO plays VALUES (1, 1, 1, 6.0, 'evening'), (2, 1, 1, 7.0, NULL);
    INSERT INTO progress VALUES (1, 1, 30.5, 8.0);
    INSERT INTO credentials VALUES ('session_secret', 'x');
    UPDATE sqlite_sequence SET seq = 9 WHERE name = 'videos';
"""

SECOND_ROWS = """
    INSERT INTO roots VALUES (1, '/films', 5.0), (2, x'2f66ff', NULL);
    INSERT INTO videos VALUES
        (1, 'aaaaaaaaaa', 1, 'Dune.mp4', 10, 20, 30, 40, x'00ff', 1000.0, NULL, 'ready', NULL, 61.5, 1920, 1080,
         'mp4', 'h264', 'aac,mp3', '{"container": "mp4"}', '0123456789abcdef', 'Dune.jpg', 5, 6),
        (2, 'bbbbbbbbbb', 1, x'636166e92e6d7034', 11, 21, 30, -1, NULL, 1001.0, NULL, 'broken', 'It is empty.', NULL,
         NULL, NULL, NULL, NULL, NULL, NULL, 'fedcba9876543210', NULL, NULL, NULL),
        (4, 'dddddddddd', 2, 'gone.mp4', 12, 22, 30, 42, NULL, 1002.0, 2000.0, 'pending', NULL, NULL, NULL, NULL,
         NULL, NULL, NULL, NULL, '0011223344556677', NULL, NULL, NULL);
    INSERT INTO former_paths VALUES (1, 'old/Dune.mp4');
    INSERT INTO retired_keys VALUES ('cccccccccc', 1), ('eeeeeeeeee', NULL);
    INSERT INTO ratings VALUES (1, 1, 5, 3.0), (4, 1, 2, 3.0);
    INSERT INTO favorites VALUES (2, 1, 4.0);
    INSERT INTO tags VALUES (1, 'Sand', 'sand'), (2, 'a, b/c', 'a, b/c');
    INSERT INTO video_tags VALUES (1, 1, 5.0), (4, 2, 5.5);
    INSERT INTO plays VALUES (1, 1, 1, 6.0, 'evening'), (2, 1, 1, 7.0, NULL);
    INSERT INTO progress VALUES (1, 1, 30.5, 8.0);
    INSERT INTO playlists VALUES (1, 1, 'For Sunday', 'long ones', 9.0), (2, 1, 'Empty', NULL, 9.5);
    INSERT INTO jobs VALUES
        (1, 'poster', 1, 'failed', 3, 10.0, 'It is black.', 'a1', 'line one\nline two'),
        (2, 'poster', 4, 'open', 1, 11.0, NULL, NULL, NULL);
    INSERT INTO posters VALUES (1, 'a1b2c3', 1280, 720, '0280150', 5000, 12.0);
    INSERT INTO credentials VALUES ('session_secret', 'x');
    UPDATE sqlite_sequence SET seq = 9 WHERE name = 'videos';
"""

ROWS = {"0001": FIRST_ROWS, "0002": SECOND_ROWS}


def database_of(form: str, path: Path) -> None:
    """Makes a database of an earlier form."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    made = engine(path)
    with made.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, form)
    made.dispose()
    with closing(sqlite3.connect(path)) as database:
        database.executescript(ROWS[form])
    assert stored_version(path) == form


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as database:
        names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {name: database.execute(f"SELECT * FROM {name} ORDER BY rowid").fetchall() for name in names}
        if "sqlite_sequence" in found:  # SQLite's own: a table that was copied counts from 0, a new one not yet
            found["sqlite_sequence"] = [row for row in found["sqlite_sequence"] if row[1]]
        return found
