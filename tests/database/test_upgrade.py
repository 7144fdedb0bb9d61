from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Table

from local_video_server.database.backups import present
from local_video_server.database.store import DatabaseStore
from local_video_server.database.tables import HEAD, metadata
from local_video_server.database.upgrade import MIGRATIONS, known_versions, make, migrate, stored_version, upgrade
from local_video_server.library.errors import CannotStart
from local_video_server.library.files import FoundFile
from local_video_server.library.reconcile import Changes, Placed
from local_video_server.library.video import Picture, Status
from tests.database.libraries import leave_behind, rating
from tests.database.older_forms import ROWS, database_of, rows
from tests.database.rows import add, file
from tests.server import CHECKOUT


def schema(path: Path) -> dict[str, str]:
    """Every table and index by name, its SQL without the freedoms of writing."""
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute(
            "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
        )
        return {name: _normal(sql) for name, sql in rows if name != "alembic_version"}


def _normal(sql: str) -> str:
    sql = re.sub(r"\s+", " ", sql).replace('"', "").replace("( ", "(").replace(" )", ")").strip()
    head, parenthesis, rest = sql.partition("(")
    if not head.startswith("CREATE TABLE"):
        return sql
    body, _, tail = rest.rpartition(")")
    # Constraints may stand in any order after the columns.
    return f"{head}{parenthesis}{', '.join(sorted(re.split(r', (?![^(]*[)])', body)))}){tail}"


def test_a_new_database_is_as_all_migrations_together_make_it(tmp_path: Path) -> None:
    migrate(tmp_path / "migrated.db")
    make(tmp_path / "made.db")
    migrated = schema(tmp_path / "migrated.db")
    assert migrated == schema(tmp_path / "made.db")
    assert rows(tmp_path / "migrated.db") == rows(tmp_path / "made.db")
    assert "ux_videos_root_id_path" in migrated
    assert set(metadata.tables) <= set(migrated)


def test_the_head_that_the_program_names_is_the_only_one() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [HEAD]
    assert known_versions() == {script.revision for script in scripts.walk_revisions()}


def test_a_new_database_is_at_the_head_and_has_the_profile_of_everybody(path: Path) -> None:
    upgrade(path)
    assert stored_version(path) == HEAD
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT id, name FROM profiles").fetchall() == [(1, "Everybody")]


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_every_constraint_and_index_has_a_name(table: Table) -> None:
    for named in (*table.constraints, *table.indexes):
        assert getattr(named, "name", None), named


@pytest.mark.parametrize("is_new", [True, False])
def test_a_start_that_has_nothing_to_migrate_loads_no_alembic(path: Path, is_new: bool) -> None:
    if not is_new:
        upgrade(path)
    program = (
        "import sys; from pathlib import Path; from local_video_server.database.upgrade import upgrade; "
        "upgrade(Path(sys.argv[1])); assert 'alembic' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program, str(path)], check=True, cwd=CHECKOUT)


def test_a_database_of_the_first_form_keeps_every_row(first_form: Path) -> None:
    before = rows(first_form)
    upgrade(first_form)
    after = rows(first_form)
    assert stored_version(first_form) == HEAD
    assert after.pop("posters") == []
    assert set(before.pop("sqlite_sequence")) <= set(after.pop("sqlite_sequence"))  # others count from now on
    for name in before.keys() - {"alembic_version"}:
        assert [row[: len(old)] for row, old in zip(after[name], before[name], strict=True)] == before[name], name
    assert [row[-3:] for row in after["videos"]] == [(None, None, None)] * 3


def test_a_database_of_the_second_form_keeps_every_row(second_form: Path) -> None:
    before = rows(second_form)
    assert {name for name, kept in before.items() if not kept} == {"playlist_items"}  # no release ever wrote one
    upgrade(second_form)
    after = rows(second_form)
    assert stored_version(second_form) == HEAD
    assert set(before.pop("sqlite_sequence")) <= set(after.pop("sqlite_sequence"))  # others count from now on
    for name in before.keys() - {"alembic_version"}:
        assert [row[: len(old)] for row, old in zip(after[name], before[name], strict=True)] == before[name], name
    for name, added in {"profiles": 1, "video_tags": 1}.items():
        assert {row[-added:] for row in after[name]} == {(None,) * added}
    for name in after.keys() - before.keys():
        assert after[name] == [], name


@pytest.mark.parametrize("form", ["0001", "0002"])
def test_a_database_of_any_form_becomes_like_a_new_one(path: Path, tmp_path: Path, form: str) -> None:
    database_of(form, path)
    upgrade(path)
    upgrade(tmp_path / "new.db")
    assert schema(path) == schema(tmp_path / "new.db")
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_there_are_databases_of_all_former_forms() -> None:
    assert ROWS.keys() == known_versions() - {HEAD}


@pytest.mark.parametrize("form", ["0001", "0002"])
def test_before_an_upgrade_the_database_is_kept_as_it_was(path: Path, tmp_path: Path, form: str) -> None:
    database_of(form, path)
    before = rows(path)
    kept = upgrade(path)
    assert kept is not None
    assert kept.parent == tmp_path / "backups"
    assert kept.name.endswith(f"Z-before-upgrade-{form}.db")
    assert (stored_version(kept), rows(kept)) == (form, before)


def test_the_backup_goes_where_the_others_are(second_form: Path, tmp_path: Path) -> None:
    DatabaseStore(second_form, tmp_path / "elsewhere").close()
    assert [backup.reason for backup in present(tmp_path / "elsewhere")] == ["before-upgrade-0002"]
    assert not (tmp_path / "backups").exists()


def test_a_start_that_has_nothing_to_bring_up_to_date_makes_no_backup(path: Path, tmp_path: Path) -> None:
    assert [upgrade(path), upgrade(path)] == [None, None]
    assert not (tmp_path / "backups").exists()


def test_without_a_backup_a_database_stays_as_it_is(second_form: Path, tmp_path: Path) -> None:
    second_form.parent.joinpath("backups").symlink_to(tmp_path / "a disk that is away" / "backups")
    before = rows(second_form)
    with pytest.raises(
        CannotStart, match=r"is not without a backup\. No backup was made\. The folder .*backups does"
    ):
        DatabaseStore(second_form)
    assert (rows(second_form), stored_version(second_form)) == (before, "0002")


def test_what_a_killed_server_left_in_the_journal_is_in_the_backup(path: Path) -> None:
    leave_behind(path, last_rating=5)
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE alembic_version SET version_num = '0002'")
        database.commit()
        for name in ("library.db", "library.db-wal"):
            shutil.copy(path.with_name(name), path.with_name(f"left {name}"))
    for name in ("library.db", "library.db-wal"):
        path.with_name(f"left {name}").rename(path.with_name(name))
    with pytest.raises(CannotStart):  # its tables are those of the newest form already
        upgrade(path)
    assert [rating(Path(backup.path)) for backup in present(path.parent / "backups")] == [5]


def test_an_upgrade_that_fails_at_every_start_does_not_fill_the_disk(second_form: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(second_form)) as database:
        database.execute("CREATE TABLE waiting (in_the_way)")
        database.commit()
    long_ago = second_form.stat().st_mtime - 100
    os.utime(second_form, (long_ago, long_ago))
    for _ in range(3):
        with pytest.raises(CannotStart, match="waiting"):
            DatabaseStore(second_form)
    assert len(present(tmp_path / "backups")) == 1
    with closing(sqlite3.connect(second_form)) as database:  # what has changed since is worth another
        database.execute("DELETE FROM favorites")
        database.commit()
    with pytest.raises(CannotStart):
        DatabaseStore(second_form)
    assert len(present(tmp_path / "backups")) == 2


def test_a_database_of_the_first_form_is_served_like_a_new_one(first_form: Path, tmp_path: Path) -> None:
    upgrade(tmp_path / "new.db")
    store = DatabaseStore(first_form)
    root = store.use_roots(["/films"])[0]
    library, marks = store.load([root]), store.load_marks()
    dune, cafe = library.present[1], library.present[2]
    assert (dune.key, dune.fingerprint, dune.status, dune.picture) == ("aaaaaaaaaa", b"\x00\xff", Status.READY, None)
    assert (cafe.path, cafe.inode, cafe.broken_reason) == (os.fsdecode(b"caf\xe9.mp4"), 2**64 - 1, "It is empty.")
    assert library.away[4].missing_since == 2000.0
    assert (library.former_paths, library.retired_keys) == ({"old/Dune.mp4": 1}, {"cccccccccc": 1})
    assert (marks.ratings, marks.views, list(marks.favorites)) == ({1: 5, 4: 2}, {1: 2}, [2])
    assert add(store, root, file("new.mp4"))[0].id == 10
    picture = Picture(os.fsdecode(b"caf\xe9.jpg"), 1, 2)
    place = FoundFile(cafe.path, cafe.size_bytes, cafe.modified_ns, cafe.device, cafe.inode, picture)
    store.apply(root, Changes(placed=(Placed(cafe, place),)), False, 1.0)
    assert store.load([root]).present[2] == replace(cafe, picture=picture)
    with store._writer.transaction() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall() == []
    store.close()
    assert schema(first_form) == schema(tmp_path / "new.db")


def test_an_upgrade_that_fails_half_way_changes_nothing(first_form: Path) -> None:
    with closing(sqlite3.connect(first_form)) as database:
        database.execute("CREATE TABLE posters (in_the_way)")
        database.commit()
    before, form = rows(first_form), schema(first_form)
    with pytest.raises(CannotStart, match=r"cannot be made or brought up to date: .*posters"):
        DatabaseStore(first_form)
    assert (rows(first_form), schema(first_form), stored_version(first_form)) == (before, form, "0001")


def test_a_database_newer_than_the_program_is_refused_and_untouched(path: Path) -> None:
    upgrade(path)
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    before = path.read_bytes()
    with pytest.raises(CannotStart, match=r"newer version of this program.*9999.*Start the newer program"):
        DatabaseStore(path)
    assert path.read_bytes() == before


def test_a_database_of_another_program_is_refused_and_untouched(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE recipes (name)")
        database.commit()
    before = path.read_bytes()
    with pytest.raises(CannotStart, match="another program"):
        DatabaseStore(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "body", [b"just text\n" * 500, b"SQLite format 3\0" + b"\xff" * 5000], ids=["text", "garbage"]
)
def test_a_file_that_is_no_database_is_refused_and_untouched(path: Path, body: bytes) -> None:
    path.write_bytes(body)
    with pytest.raises(CannotStart, match=r"cannot be read: .*backup"):
        DatabaseStore(path)
    assert path.read_bytes() == body


@pytest.mark.parametrize("share", [0.05, 0.3, 0.5, 0.9])
def test_a_truncated_database_is_refused(path: Path, share: float) -> None:
    store = DatabaseStore(path)
    root = store.use_roots(["/films"])[0]
    add(store, root, *(file(f"{number}.mp4") for number in range(300)))
    store.close()
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(CannotStart, match="cannot be"):
        DatabaseStore(path)


def test_a_folder_in_place_of_the_database_is_refused(path: Path) -> None:
    path.mkdir()
    with pytest.raises(CannotStart, match="cannot be"):
        DatabaseStore(path)


def test_an_empty_file_becomes_a_database(path: Path) -> None:
    path.touch()
    DatabaseStore(path).close()
    assert stored_version(path) == HEAD


@pytest.fixture
def read_only_folder() -> Iterator[Path]:
    """A folder that nobody may write to, not even root once it is plain; pytest's own lies where others cannot go."""
    folder = Path(tempfile.mkdtemp(prefix="lvs-read-only-"))
    yield folder
    folder.chmod(0o700)
    shutil.rmtree(folder)


@pytest.mark.parametrize("has_database", [False, True], ids=["empty", "with a database"])
def test_a_read_only_data_folder_is_one_clear_sentence(read_only_folder: Path, has_database: bool) -> None:
    if not shutil.which("setpriv"):
        pytest.skip("The tool setpriv is not here, which takes root's rights away from a program.")
    if has_database:
        DatabaseStore(read_only_folder / "library.db").close()
        (read_only_folder / "library.db").chmod(0o400)
    read_only_folder.chmod(0o500)
    program = (
        "import sys; from pathlib import Path\n"
        "from local_video_server.library.errors import CannotStart\n"
        "from local_video_server.database.lock import DataLock\n"
        "from local_video_server.database.store import DatabaseStore\n"
        "for take in (lambda p: DataLock(p), lambda p: DatabaseStore(p / 'library.db')):\n"
        "    try: take(Path(sys.argv[1])); print('taken')\n"
        "    except CannotStart as error: print(error.message)\n"
    )
    command = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", sys.executable, "-c", program]
    done = subprocess.run([*command, str(read_only_folder)], capture_output=True, text=True, cwd=CHECKOUT)
    if "setpriv:" in done.stderr:
        pytest.skip("Root's rights cannot be taken away here.")
    assert done.stderr == ""
    sentences = done.stdout.splitlines()
    assert len(sentences) == 2
    for sentence in sentences:
        assert str(read_only_folder) in sentence
        assert "cannot be" in sentence
