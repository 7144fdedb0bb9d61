from __future__ import annotations

import os
import shutil
import stat
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from local_video_server.database.connection import Writer, engine
from local_video_server.database.store import DatabaseStore
from local_video_server.library.errors import Unavailable
from local_video_server.library.video import Root
from tests.database.rows import add, file
from tests.disk.faults import mounted


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("journal_mode", "wal", id="write-ahead log"),
        pytest.param("synchronous", 2, id="FULL: a mark survives the plug"),
        pytest.param("foreign_keys", 1, id="foreign keys"),
        pytest.param("busy_timeout", 5000, id="5 s of patience"),
        pytest.param("cache_size", -8192, id="8 MiB of pages"),
        pytest.param("mmap_size", 0, id="no memory map"),
    ],
)
def test_a_pragma_is_in_force_on_the_writers_connection(path: Path, name: str, value: object) -> None:
    writer = Writer(path)
    with writer.transaction() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {name}").scalar() == value
    writer.close()


def test_a_transaction_that_fails_leaves_nothing(path: Path) -> None:
    writer = Writer(path)
    with writer.transaction() as connection:
        connection.exec_driver_sql("CREATE TABLE t (a)")
    with pytest.raises(ZeroDivisionError), writer.transaction() as connection:  # noqa: PT012
        connection.exec_driver_sql("INSERT INTO t VALUES (1)")
        raise ZeroDivisionError
    with writer.transaction() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM t").scalar() == 0
    writer.close()


def test_what_the_database_refuses_is_unavailable_with_its_own_words(path: Path) -> None:
    writer = Writer(path)
    with pytest.raises(Unavailable, match="no such table: nowhere"), writer.transaction() as connection:
        connection.exec_driver_sql("SELECT * FROM nowhere")
    writer.close()


@pytest.mark.parametrize("name", ["a?b", "a#b", "a%20b", "a b", "ü", "a&mode=ro", "..."])
def test_a_data_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    DatabaseStore(folder / "library.db").close()
    DatabaseStore(folder / "library.db").close()
    assert [path.name for path in folder.iterdir()] == ["library.db"]
    assert os.listdir(tmp_path) == [name]


def test_only_the_owner_reads_the_database_and_its_journal(path: Path) -> None:
    before = os.umask(0)
    try:
        store = DatabaseStore(path)
    finally:
        os.umask(before)
    store.set_credential("session_secret", "x")
    modes = {entry.name: stat.S_IMODE(entry.stat().st_mode) for entry in path.parent.iterdir()}
    store.close()
    assert modes == {"library.db": 0o600, "library.db-wal": 0o600, "library.db-shm": 0o600}


def test_a_database_that_others_could_read_is_closed_to_them(path: Path) -> None:
    DatabaseStore(path).close()
    path.chmod(0o644)
    DatabaseStore(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_full_disk_refuses_and_keeps_what_was_there(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=640k", "lvs-test", str(small)], capture_output=True)
    if mounted.returncode:
        pytest.skip("A small disk cannot be mounted here: it takes root and the right to mount.")
    try:
        store = DatabaseStore(small / "library.db")
        root = store.use_roots(["/films"])[0]
        kept = add(store, root, file("kept.mp4"))[0]
        store.set_rating(kept.id, 4, 0.0)
        stored = 1
        with pytest.raises(Unavailable, match="full"):  # noqa: PT012
            while stored < 100_000:
                add(store, root, *(file(f"{stored + n}.mp4") for n in range(200)))
                stored += 200
        with pytest.raises(Unavailable, match="full"):  # noqa: PT012
            for number in range(1000):
                store.set_credential(f"filler {number}", "x" * 4000)
        assert store.load_marks().ratings == {kept.id: 4}
        assert len(store.load([root]).present) == stored
        store.close()
        again = DatabaseStore(small / "library.db")
        assert again.load_marks().ratings == {kept.id: 4}
        assert len(again.load([root]).present) == stored
        again.close()
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


def test_what_stopped_changes_is_told_until_something_can_be_stored_again(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    with mounted(small, "-t", "tmpfs", "-o", "size=1m", "lvs-test"):
        store = DatabaseStore(small / "library.db")
        assert store.trouble() is None
        filler = small / "filler"
        filler.write_bytes(bytes(shutil.disk_usage(small).free))
        with pytest.raises(Unavailable):  # noqa: PT012
            for number in range(1000):
                store.set_credential(f"filler {number}", "x" * 4000)
        assert store.trouble() == "Nothing was stored: the database says «database or disk is full»."
        assert store.load_marks().ratings == {}  # that it can be read is no sign
        assert store.trouble() is not None
        filler.unlink()
        assert store.trouble() is None
        store.close()


def test_a_change_that_does_not_fit_the_others_is_no_trouble_of_the_database(path: Path) -> None:
    writer = Writer(path)
    with writer.transaction() as connection:
        connection.exec_driver_sql("CREATE TABLE t (a UNIQUE)")
    for _ in range(2):
        with suppress(Unavailable), writer.transaction() as connection:
            connection.exec_driver_sql("INSERT INTO t VALUES (1)")
    assert writer.trouble() is None
    writer.close()


def test_one_connection_holds_the_database(store: DatabaseStore, root: Root, path: Path) -> None:
    held = os.listdir("/proc/self/fd")
    ours = [name for name in held if os.path.exists(f"/proc/self/fd/{name}") and _points_to(name, path)]
    assert len(ours) == 1


def _points_to(descriptor: str, path: Path) -> bool:
    return os.path.realpath(f"/proc/self/fd/{descriptor}") == os.path.realpath(path)


def test_nothing_begins_a_transaction_but_ours(path: Path) -> None:
    made = engine(path)
    with made.connect() as connection:
        assert connection.connection.driver_connection is not None
        assert connection.connection.driver_connection.isolation_level is None
    made.dispose()
