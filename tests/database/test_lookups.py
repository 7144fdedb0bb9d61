"""Every look-up goes through an index: EXPLAIN QUERY PLAN of the statements that the program really sends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event

from local_video_server.database.store import DatabaseStore
from local_video_server.database.tables import metadata
from local_video_server.library.facts import Facts, VideoTrack
from local_video_server.library.failure import Failure
from local_video_server.library.marks import Tag
from local_video_server.library.poster import Made, Poster
from local_video_server.library.reconcile import Changes, Placed
from local_video_server.library.video import Root
from tests.database.rows import add, file, vanish

Statement = tuple[str, Any]


@pytest.fixture
def sent() -> Iterator[list[Statement]]:
    """What reaches SQLite while the test runs."""
    seen: list[Statement] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, ___: Any, is_many: bool) -> None:
        seen.append((statement, parameters[0] if is_many else parameters))

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


def plan(store: DatabaseStore, statement: str, parameters: Any = ()) -> str:
    with store._writer.transaction() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return "; ".join(row[3] for row in rows)


def test_no_statement_of_an_evening_walks_through_a_table(
    store: DatabaseStore, root: Root, sent: list[Statement]
) -> None:
    one, two, three = add(store, root, file("1.mp4"), file("2.mp4", inode=3), file("3.mp4", inode=4))
    facts = Facts("mp4", 1.0, 1, 1, (VideoTrack(0, "h264", 1, 1),))
    tag = Tag.parse("holiday")
    sent.clear()
    store.credential("session_secret")
    store.set_credential("session_secret", "x")
    store.use_roots(["/films", "/more"])
    store.was_scanned(root)
    store.scanned(root, 1.0)
    store.record_probes([(one, facts), (two, "no video")])
    store.record_fingerprints([(one, b"1")])
    store.look_again([two])
    store.set_rating(one.id, 4, 1.0)
    store.set_favorite(one.id, True, 1.0)
    store.set_favorite(one.id, False, 1.0)
    store.add_tag(one.id, tag, 1.0)
    store.remove_tag(one.id, tag)
    store.add_play(one.id, "evening", 1.0)
    store.record_posters([(one, Made(Poster("stamp", 1, 1, "000000"), 1))], 1.0)
    store.keep_failure("poster", Failure(one.id, "subject", 1, "reason", (), None))
    store.drop_failures("poster", [one.id])
    store.delete_posters([one.id])
    store.apply(root, Changes(placed=(Placed(one, file("4.mp4"), has_new_content=True),)), False, 1.0)
    gone = vanish(store, root, one)[0]
    store.adopt([(gone, three)])
    store.forget(vanish(store, root, two))
    statements = [item for item in sent if item[0].split()[0] in ("SELECT", "INSERT", "UPDATE", "DELETE")]
    # A new parent row is planned to be looked for in its children, but only a broken constraint sets it off.
    statements = [item for item in statements if not item[0].startswith("INSERT INTO roots")]
    assert len(statements) > 25
    walked = {
        statement: found for statement, given in statements if "SCAN" in (found := plan(store, statement, given))
    }
    assert walked == {}


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        pytest.param("SELECT * FROM videos WHERE id = 1", "INTEGER PRIMARY KEY", id="by id"),
        pytest.param("SELECT * FROM videos WHERE key = 'a'", "ux_videos_key", id="by key"),
        pytest.param(
            "SELECT * FROM videos WHERE root_id = 1 AND path = 'a' AND missing_since IS NULL",
            "ux_videos_root_id_path",
            id="by root and path",
        ),
        pytest.param("SELECT * FROM videos WHERE fingerprint = x'00'", "ix_videos_fingerprint", id="by fingerprint"),
        pytest.param("SELECT * FROM videos WHERE media_hash = 'a'", "ix_videos_media_hash", id="by media hash"),
        pytest.param("SELECT video_id FROM former_paths WHERE path = 'a'", "ix_former_paths_path", id="former path"),
        pytest.param("SELECT id FROM tags WHERE folded = 'a'", "ux_tags_folded", id="a tag"),
        pytest.param(
            "SELECT video_id FROM video_tags WHERE tag_id = 1", "ix_video_tags_tag_id_video_id", id="videos of a tag"
        ),
        pytest.param("SELECT * FROM plays WHERE played_at >= 1", "ix_plays_played_at", id="plays by date"),
        pytest.param(
            "SELECT id FROM plays WHERE video_id = 1 AND play = 'a'", "ux_plays_video_id_play", id="a video's play"
        ),
        pytest.param(
            "SELECT * FROM videos WHERE added_at < 1 ORDER BY added_at DESC", "ix_videos_added_at", id="by date added"
        ),
        pytest.param("SELECT video_id FROM posters WHERE stamp = 'a'", "ix_posters_stamp", id="a poster's video"),
        pytest.param(
            "SELECT * FROM jobs WHERE state = 'open' AND kind = 'probe' AND due_at <= 1 ORDER BY due_at",
            "ix_jobs_kind_due_at",
            id="open jobs that are due",
        ),
    ],
)
def test_a_look_up_has_its_index(store: DatabaseStore, statement: str, index: str) -> None:
    found = plan(store, statement)
    assert index in found
    assert "SCAN" not in found
    assert "TEMP B-TREE" not in found


def test_what_goes_with_a_deleted_row_is_found_by_an_index() -> None:
    """SQLite walks through the whole child table for each deleted parent where there is none."""
    walked = [
        f"{table.name}.{key.parent.name}"
        for table in metadata.sorted_tables
        for key in table.foreign_keys
        if key.ondelete and key.parent.name not in _first_columns(table)
    ]
    assert walked == []


def _first_columns(table: Any) -> set[str]:
    whole = [index for index in table.indexes if index.dialect_options["sqlite"]["where"] is None]
    return {next(iter(index.columns)).name for index in whole} | {next(iter(table.primary_key.columns)).name}
