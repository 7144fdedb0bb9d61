from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from local_video_server.database.backups import STEP_PAGES, make, present, prune
from local_video_server.database.store import DatabaseStore
from local_video_server.library.errors import NotStored
from local_video_server.library.video import Root
from tests.database.libraries import damage, leave_behind, rate, rating
from tests.database.rows import add, file
from tests.disk.faults import mounted, program, without_privileges
from tests.server import CHECKOUT

NOW = 1795283100.5  # 2026-11-21 17:45:00 UTC
DAY = 86400.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


def test_a_backup_is_the_library_as_it_is_now_in_one_file(store: DatabaseStore, path: Path, folder: Path) -> None:
    root = store.use_roots(["/films"])[0]
    store.set_rating(add(store, root, file())[0].id, 4, 0.0)
    backup = make(path, folder, "before-import", NOW)
    assert names(folder) == ["library-20261121T174500Z-before-import.db"] == [backup.name]
    assert present(folder) == [backup]
    assert backup.size_bytes == os.path.getsize(backup.path)
    assert Path(backup.path).read_bytes()[18:20] == b"\1\1"  # no write-ahead log belongs to it
    assert rating(Path(backup.path)) == 4


def test_what_a_killed_server_left_in_the_journal_is_in_it(path: Path, folder: Path) -> None:
    leave_behind(path, last_rating=5)
    assert rating(Path(make(path, folder, "", NOW).path)) == 5


def test_only_the_owner_reads_it(path: Path, folder: Path) -> None:
    rate(path, 4)
    before = os.umask(0)
    try:
        backup = make(path, folder, "", NOW)
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(os.stat(backup.path).st_mode) == 0o600


def test_a_folder_that_was_there_keeps_its_mode(path: Path, folder: Path) -> None:
    rate(path, 4)
    folder.mkdir()
    folder.chmod(0o755)
    make(path, folder, "", NOW)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755


def test_one_never_takes_the_place_of_another(path: Path, folder: Path) -> None:
    made = []
    for value in (1, 2, 3):
        rate(path, value)
        made.append(make(path, folder, "asked", NOW))
    assert [backup.name.partition("-asked")[2] for backup in made] == [".db", ".2.db", ".3.db"]
    assert [rating(Path(backup.path)) for backup in made] == [1, 2, 3]


def test_while_a_writer_goes_on_it_is_one_moment(store: DatabaseStore, root: Root, path: Path, folder: Path) -> None:
    add(store, root, *(file(f"{number}.mp4", inode=number) for number in range(3000)))  # more than a few pages
    stopping, begun = threading.Event(), threading.Event()

    def write() -> None:
        number = 0
        while not stopping.is_set():
            number += 1
            with store._writer.transaction() as connection:
                for video_id in (1, 3000):  # far apart in the file, together in one transaction
                    connection.exec_driver_sql("UPDATE videos SET size_bytes = ? WHERE id = ?", (number, video_id))
            begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    begun.wait(5)
    try:
        made = [make(path, folder, "asked", NOW) for _ in range(10)]
    finally:
        stopping.set()
        writer.join()
    seen = []
    for backup in made:
        with closing(sqlite3.connect(backup.path)) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            pair = database.execute("SELECT DISTINCT size_bytes FROM videos WHERE id IN (1, 3000)").fetchall()
            assert len(pair) == 1
            seen.append(pair[0][0])
    assert seen == sorted(seen)
    assert seen[0] < seen[-1]  # the writer was not held up


def test_the_copy_that_a_killed_run_left_goes_with_the_next_and_nothing_else(path: Path, folder: Path) -> None:
    rate(path, 4)
    folder.mkdir()
    theirs = ["notes.txt", "library.db.part", "film.part", "library-mine.db.part"]
    for name in theirs:
        (folder / name).touch()
    for name in (
        "library-20261121T174500Z.db.part",
        "library-20261121T174500Z.db.part-journal",
        "library-20251121T174500Z-asked.2.db.part",
        "damaged-20251121T174500Z.db.part",
    ):
        (folder / name).touch()
    make(path, folder, "", NOW)
    assert names(folder) == sorted([*theirs, "library-20261121T174500Z.db"])


KILLED = """
import os, signal, sys; from pathlib import Path
from local_video_server.database.backups import make
def stop(event, arguments):
    if event == sys.argv[3] and str(arguments[0]).endswith(".part"):
        os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(stop)
make(Path(sys.argv[1]), Path(sys.argv[2]), "", 1795283100.5)
"""


@pytest.mark.parametrize("event", ["sqlite3.connect", "os.rename"])
def test_kill_9_leaves_no_backup_that_is_not_whole(path: Path, folder: Path, event: str) -> None:
    rate(path, 4)
    killed = subprocess.run(program(KILLED, path, folder, event), cwd=CHECKOUT)
    assert killed.returncode == -signal.SIGKILL
    assert [name.endswith(".part") for name in names(folder)] == [True]
    assert present(folder) == []
    backup = make(path, folder, "", NOW)
    assert names(folder) == [backup.name]
    assert rating(path) == rating(Path(backup.path)) == 4


def test_a_full_disk_leaves_nothing_and_says_so(path: Path, tmp_path: Path) -> None:
    store = DatabaseStore(path)
    root = store.use_roots(["/films"])[0]
    add(store, root, *(file(f"{number}.mp4", inode=number) for number in range(2000)))
    small = tmp_path / "small"
    small.mkdir()
    with mounted(small, "-t", "tmpfs", "-o", "size=100k", "lvs-test"):
        with pytest.raises(NotStored, match=r"No backup was made\. There is no room left in .*small: make room"):
            make(path, small, "", NOW)
        assert names(small) == []
    store.close()


LIMITED = """
import resource, signal, sys; from pathlib import Path
from local_video_server.database.backups import make
from local_video_server.library.errors import NotStored
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
try: make(Path(sys.argv[1]), Path(sys.argv[2]), "", 1795283100.5)
except NotStored as error: print(error.message)
"""


def test_a_disk_that_fails_half_way_leaves_nothing_and_says_so(path: Path, folder: Path) -> None:
    rate(path, 4)
    assert path.stat().st_size > 50_000
    done = subprocess.run(program(LIMITED, path, folder), cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"No backup was made. The folder {folder} does not take it («disk I/O error»)")
    assert "set `backups` to another" in done.stdout
    assert names(folder) == []
    assert rating(path) == 4


READ_ONLY = """
import sys; from pathlib import Path
from local_video_server.database.backups import make, prune
from local_video_server.library.errors import NotStored
for deed in (lambda: make(Path(sys.argv[1]), Path(sys.argv[2]), "", 1795283100.5),
             lambda: prune(Path(sys.argv[2]), 1795283100.5, 1, 0)):
    try: deed()
    except NotStored as error: print(error.message)
"""


def test_a_read_only_folder_is_one_sentence(path: Path, folder: Path) -> None:
    rate(path, 4)
    make(path, folder, "", NOW - 2 * DAY)
    make(path, folder, "", NOW)
    before = names(folder)
    folder.chmod(0o500)
    done = without_privileges(program(READ_ONLY, path, folder))
    made, pruned = done.stdout.splitlines()
    assert f"The folder {folder} does not take it («Permission denied»)" in made
    assert pruned == f"The old backup {folder / before[0]} cannot be deleted: Permission denied."
    assert names(folder) == before


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        pytest.param(lambda folder: folder.write_text("x"), "does not take it", id="a file in its place"),
        pytest.param(lambda folder: folder.parent.rmdir(), "No such file or directory", id="its disk is not there"),
    ],
)
def test_a_folder_that_cannot_be_one_is_one_sentence(
    path: Path, tmp_path: Path, spoil: Callable[[Path], object], sentence: str
) -> None:
    rate(path, 4)
    (tmp_path / "disk").mkdir()
    spoil(tmp_path / "disk" / "backups")
    with pytest.raises(NotStored, match=sentence) as refused:
        make(path, tmp_path / "disk" / "backups", "", NOW)
    assert str(tmp_path / "disk" / "backups") in refused.value.message


@pytest.mark.parametrize("at", [0, 4096], ids=["its head", "inside"])
def test_a_damaged_library_gives_no_backup(path: Path, folder: Path, at: int) -> None:
    rate(path, 4)
    damage(path, at)
    with pytest.raises(NotStored, match=r"library\.db is damaged .*--restore"):
        make(path, folder, "", NOW)
    assert names(folder) == []


def test_two_at_once_both_become_whole(path: Path, folder: Path) -> None:
    rate(path, 4)
    threads = [threading.Thread(target=make, args=(path, folder, "asked", NOW)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [rating(Path(backup.path)) for backup in present(folder)] == [4] * 4


def test_only_backups_are_listed(path: Path, folder: Path, tmp_path: Path) -> None:
    rate(path, 4)
    assert present(folder) == []
    backup = make(path, folder, "", NOW)
    (folder / "notes.txt").touch()
    (folder / "library-20251121T174500Z.db").mkdir()
    (folder / "library-20241121T174500Z.db").symlink_to(backup.path)
    assert present(folder) == [backup]


def test_those_not_kept_are_deleted_and_nothing_else(path: Path, folder: Path) -> None:
    rate(path, 4)
    for age in range(4):
        make(path, folder, "", NOW - age * DAY)
    (folder / "library-20001121T174500Z-mine.db").touch()
    prune(folder, NOW, days=2, weeks=0)
    assert names(folder) == [
        "library-20001121T174500Z-mine.db",
        "library-20261120T174500Z.db",
        "library-20261121T174500Z.db",
    ]


def test_a_folder_may_have_any_name(path: Path, tmp_path: Path) -> None:
    rate(path, 4)
    for name in ("a?mode=memory", "a#b", "a%20b", "ü"):
        assert rating(Path(make(path, tmp_path / name, "", NOW).path)) == 4


def test_it_leaves_no_descriptor_open(path: Path, folder: Path) -> None:
    rate(path, 4)
    before = len(os.listdir("/proc/self/fd"))
    make(path, folder, "", NOW)
    assert len(os.listdir("/proc/self/fd")) == before


def test_one_that_is_cancelled_in_the_middle_leaves_nothing(store: DatabaseStore, path: Path, folder: Path) -> None:
    fill(path)
    asked: list[int] = []

    def is_cancelled() -> bool:
        asked.append(len(names(folder)))
        return len(asked) > 1

    with pytest.raises(NotStored, match="cancelled"):
        make(path, folder, "", NOW, is_cancelled)
    assert asked[0] > 0  # its part was there
    assert names(folder) == []


def test_what_is_written_between_two_steps_does_not_begin_the_copy_anew(
    store: DatabaseStore, path: Path, folder: Path
) -> None:
    fill(path)
    steps: list[int] = []
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:

        def write() -> bool:
            steps.append(1)
            assert len(steps) < 100
            writer.execute("CREATE TABLE IF NOT EXISTS later (x)")
            return False

        backup = make(path, folder, "", NOW, write)
    with closing(sqlite3.connect(backup.path)) as copied:
        assert copied.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'later'").fetchone() == (0,)


def fill(path: Path) -> None:
    """Makes a database of several steps."""
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("CREATE TABLE much (x)")
        size = 2 * STEP_PAGES * 4096
        writer.execute("INSERT INTO much VALUES (zeroblob(?))", (size,))
