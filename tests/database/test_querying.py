from __future__ import annotations

import logging
from pathlib import Path

import pytest

from local_video_server.database import querying
from local_video_server.database.connection import Writer
from local_video_server.database.querying import HEAD, LONGEST_TEXT, REMEMBERED, SLOW_S, kind_of, without_values
from local_video_server.database.store import DatabaseStore
from local_video_server.library.video import Root
from tests.database.rows import add, file

SECRET = "Dune (2021).mkv"
# Counts to so many, which takes far longer than SLOW_S.
LONG = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000) SELECT max(i) FROM n"


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("INSERT INTO ratings (video_id) VALUES (?)", "insert ratings"),
        ("INSERT OR REPLACE INTO tags VALUES (?)", "insert tags"),
        ("SELECT videos.id, videos.path \nFROM videos, roots WHERE x = 'from tags'", "select videos"),
        ("select count(*) from (SELECT 1 FROM marks)", "select marks"),
        ('DELETE FROM "playlists" WHERE id IN (?, ?)', "delete playlists"),
        ("UPDATE videos SET path=?", "update videos"),
        ("UPDATE OR IGNORE videos SET path=?", "update videos"),
        ("BEGIN IMMEDIATE", "begin"),
        ("PRAGMA quick_check", "pragma"),
        ("WITH a AS (SELECT 1) SELECT * FROM a", "with"),
        ("", "other"),
        ("SELECT " + "x, " * HEAD + "y FROM videos", "select"),
    ],
)
def test_a_kind_is_the_verb_and_its_table(statement: str, kind: str) -> None:
    assert kind_of(statement[:HEAD]) == kind


def test_a_text_holds_no_value_and_is_short() -> None:
    assert without_values(f"SELECT x\n  FROM t WHERE a = '{SECRET}' AND b IN (?, ?, ?)") == (
        "SELECT x FROM t WHERE a = ? AND b IN (?, ...)"
    )
    assert without_values("SELECT 'it''s' FROM t") == "SELECT ? FROM t"
    assert len(without_values("SELECT " + "x, " * 5000)) == LONGEST_TEXT


def test_each_statement_and_commit_is_told_with_its_seconds(store: DatabaseStore, root: Root) -> None:
    (video,) = add(store, root, file(SECRET))
    told: list[tuple[str, float]] = []
    store.measure(lambda kind, seconds: told.append((kind, seconds)))
    store.set_rating(video.id, 4, 0.0)
    kinds = [kind for kind, _ in told]
    assert kinds[0] == "begin"
    assert kinds[-1] == "commit"
    assert "insert ratings" in kinds
    assert all(0 <= seconds < 5 for _, seconds in told)


def test_what_is_not_stored_counts_no_commit(path: Path) -> None:
    writer, told = Writer(path), list[str]()
    writer.measure(lambda kind, seconds: told.append(kind))
    with pytest.raises(ZeroDivisionError), writer.transaction() as connection:  # noqa: PT012
        connection.exec_driver_sql("CREATE TABLE t (a)")
        raise ZeroDivisionError
    writer.close()
    assert told == ["begin", "create"]


def test_a_slow_one_is_remembered_and_logged_without_its_values(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    writer = Writer(path)
    writer.measure(lambda kind, seconds: None)
    with caplog.at_level(logging.INFO, querying.__name__), writer.transaction() as connection:
        connection.exec_driver_sql(LONG + " WHERE '' <> ?", (SECRET,))
        connection.exec_driver_sql("SELECT 1")
    writer.close()
    slow = [one for one in writer.slow_queries() if one.text != "COMMIT"]
    assert [one.text for one in slow] == [LONG + " WHERE ? <> ?"]
    assert slow[0].took_s >= SLOW_S
    assert LONG in caplog.text
    assert SECRET not in caplog.text


def test_the_newest_slow_ones_are_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(querying, "SLOW_S", 0.0)
    writer = Writer(path)
    writer.measure(lambda kind, seconds: None)
    with writer.transaction() as connection:
        for number in range(2 * REMEMBERED):
            connection.exec_driver_sql(f"SELECT {number}")
    writer.close()
    texts = [one.text for one in writer.slow_queries()]
    assert (len(texts), texts[:2]) == (REMEMBERED, ["COMMIT", f"SELECT {2 * REMEMBERED - 1}"])


def test_a_store_that_nobody_measures_remembers_nothing(store: DatabaseStore) -> None:
    store.set_credential("a", "b")
    assert store.slow_queries() == []
