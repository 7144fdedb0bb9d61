from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from local_video_server.database.backups import make
from local_video_server.database.restoring import check, restore
from local_video_server.database.store import DatabaseStore
from local_video_server.library.errors import CannotStart
from tests.database.libraries import damage, leave_behind, rate, rating
from tests.disk.faults import mounted, program, without_privileges
from tests.server import CHECKOUT

NOW = 1795283100.0  # 2026-11-21 17:45:00 UTC
KEPT = "library-20261121T174500Z-before-restore.db"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


@pytest.fixture
def library(data: Path) -> Path:
    return data / "library.db"


@pytest.fixture
def folder(data: Path) -> Path:
    return data / "backups"


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """A backup of another day, in another place: there the rating is 4."""
    (tmp_path / "then").mkdir()
    rate(tmp_path / "then" / "library.db", 4)
    return Path(make(tmp_path / "then" / "library.db", tmp_path / "stick", "", NOW - 5e6).path)


def contents(data: Path) -> dict[str, bytes]:
    return {str(path.relative_to(data)): path.read_bytes() for path in data.rglob("*") if path.is_file()}


def test_a_backup_becomes_the_library_and_the_former_one_is_kept(
    data: Path, library: Path, folder: Path, backup: Path
) -> None:
    rate(library, 2)
    before = backup.read_bytes()
    done = restore(backup, data, folder, NOW)
    assert done.kept == folder / KEPT
    assert (rating(library), rating(folder / KEPT)) == (4, 2)
    assert done.sentence == f"{backup} is the library now. The former one is kept as {folder / KEPT}."
    assert backup.read_bytes() == before
    assert os.listdir(backup.parent) == [backup.name]
    assert stat.S_IMODE(library.stat().st_mode) == 0o600
    assert sorted(os.listdir(data)) == ["backups", "library.db"]
    rate(library, 5)  # and it goes on being one


def test_what_a_killed_server_left_in_the_journal_is_kept_and_not_read_into_the_backup(
    data: Path, library: Path, folder: Path, backup: Path
) -> None:
    leave_behind(library, last_rating=3)
    restore(backup, data, folder, NOW)
    assert sorted(os.listdir(data)) == ["backups", "library.db"]
    assert (rating(library), rating(folder / KEPT)) == (4, 3)


def test_a_backup_can_be_brought_back_where_no_library_was(
    data: Path, library: Path, folder: Path, backup: Path
) -> None:
    done = restore(backup, data, folder, NOW)
    assert (done.kept, rating(library)) == (None, 4)
    assert done.sentence == f"{backup} is the library now. There was none before."
    assert os.listdir(data) == ["library.db"]


def test_a_journal_without_its_library_is_not_read_into_the_backup(
    data: Path, library: Path, folder: Path, backup: Path
) -> None:
    leave_behind(library, last_rating=3)
    library.unlink()
    restore(backup, data, folder, NOW)
    assert os.listdir(data) == ["library.db"]
    assert rating(library) == 4


def test_a_name_alone_is_found_among_the_backups(data: Path, library: Path, folder: Path) -> None:
    rate(library, 4)
    name = make(library, folder, "asked", NOW - 10).name
    rate(library, 1)
    restore(Path(name), data, folder, NOW)
    assert rating(library) == 4
    assert sorted(os.listdir(folder)) == [name, KEPT]


def test_a_copy_of_a_data_folder_comes_back_with_its_journal(
    data: Path, library: Path, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "copied").mkdir()
    leave_behind(tmp_path / "copied" / "library.db", last_rating=5)
    restore(tmp_path / "copied" / "library.db", data, folder, NOW)
    assert rating(library) == 5


def test_one_of_an_older_form_is_brought_up_to_date_by_the_next_start(
    data: Path, library: Path, folder: Path, second_form: Path
) -> None:
    restore(second_form, data, folder, NOW)
    DatabaseStore(library, folder).close()
    assert [name.endswith("-before-upgrade-0002.db") for name in os.listdir(folder)] == [True]


def spoiled(statement: str) -> Callable[[Path], object]:
    def spoil(path: Path) -> None:
        with closing(sqlite3.connect(path)) as database:
            database.executescript(statement)

    return spoil


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def other_program(path: Path) -> None:
    path.unlink()
    spoiled("CREATE TABLE videos (filename); CREATE TABLE ratings (filename, rating)")(path)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        pytest.param(Path.unlink, "There is no file", id="not there"),
        pytest.param(lambda path: (path.unlink(), path.mkdir()), "There is no file", id="a folder"),
        pytest.param(lambda path: path.write_bytes(b""), "is empty", id="empty"),
        pytest.param(lambda path: path.write_bytes(b"text\n" * 999), "cannot be read as a database", id="text"),
        pytest.param(damage, "damaged|cannot be read as a database", id="a page overwritten"),
        pytest.param(cut, "damaged|cannot be read as a database", id="cut off"),
        pytest.param(other_program, "is a database of another program", id="another program's"),
        pytest.param(
            spoiled("UPDATE alembic_version SET version_num = '9999'"),
            "made by a newer version",
            id="a newer program's",
        ),
        pytest.param(
            spoiled("INSERT INTO ratings VALUES (999, 1, 3, 0.0)"),
            "is damaged: «a row of ratings belongs to nothing in videos»",
            id="a rating of nothing",
        ),
        pytest.param(
            spoiled("PRAGMA ignore_check_constraints = ON; UPDATE ratings SET value = 9"),
            "failed in ratings",
            id="nine stars",
        ),
    ],
)
def test_what_is_no_whole_backup_is_refused_and_changes_nothing(
    data: Path, library: Path, folder: Path, backup: Path, spoil: Callable[[Path], object], sentence: str
) -> None:
    leave_behind(library, last_rating=3)
    before = contents(data)
    spoil(backup)
    with pytest.raises(CannotStart, match=sentence) as refused:
        restore(backup, data, folder, NOW)
    assert str(backup) in refused.value.message
    assert refused.value.message.endswith(".")
    assert contents(data) == before


def test_the_library_in_use_is_not_its_own_backup(data: Path, library: Path, folder: Path, tmp_path: Path) -> None:
    rate(library, 2)
    (tmp_path / "other name").symlink_to(library)
    before = contents(data)
    with pytest.raises(CannotStart, match="is the library that is in use"):
        restore(tmp_path / "other name", data, folder, NOW)
    assert contents(data) == before


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(damage, id="a page overwritten"),
        pytest.param(cut, id="cut off"),
        pytest.param(lambda path: damage(path, 0), id="its head"),
        pytest.param(lambda path: damage(path, 44, 4), id="a form that SQLite does not know"),
        pytest.param(lambda path: path.write_bytes(b"text\n" * 999), id="text"),
    ],
)
def test_a_damaged_library_is_replaced_and_kept_as_it_is(
    data: Path, library: Path, folder: Path, backup: Path, spoil: Callable[[Path], object]
) -> None:
    rate(library, 2)
    spoil(library)
    before = library.read_bytes()
    done = restore(backup, data, folder, NOW)
    kept = folder / "damaged-20261121T174500Z.db"
    assert done.sentence == f"{backup} is the library now. The former one, which is damaged, is kept as {kept}."
    assert kept.read_bytes() == before
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert rating(library) == 4
    assert sorted(os.listdir(data)) == ["backups", "library.db"]


def test_the_journal_of_a_damaged_library_is_kept_with_it(
    data: Path, library: Path, folder: Path, backup: Path
) -> None:
    leave_behind(library, last_rating=3)
    journal = (data / "library.db-wal").read_bytes()
    damage(library, 0)
    restore(backup, data, folder, NOW)
    assert (folder / "damaged-20261121T174500Z.db-wal").read_bytes() == journal
    assert rating(library) == 4


def test_a_full_disk_changes_nothing(data: Path, library: Path, backup: Path, tmp_path: Path) -> None:
    with mounted(data, "-t", "tmpfs", "-o", "size=1200k", "lvs-test"):
        rate(library, 2)
        (data / "filler").write_bytes(b"x" * (os.statvfs(data).f_bavail * os.statvfs(data).f_bsize - 20_000))
        with pytest.raises(CannotStart, match=r"was not brought back, and the library is as it was: .*full"):
            restore(backup, data, tmp_path / "backups", NOW)
        assert sorted(os.listdir(data)) == ["filler", "library.db"]
        (data / "filler").unlink()  # to read it takes room too
        assert rating(library) == 2


def test_where_the_former_one_cannot_be_kept_nothing_changes(
    data: Path, library: Path, backup: Path, tmp_path: Path
) -> None:
    rate(library, 2)
    (tmp_path / "in the way").touch()
    with pytest.raises(CannotStart, match=r"the library is as it was\. No backup was made\."):
        restore(backup, data, tmp_path / "in the way", NOW)
    assert rating(library) == 2
    assert os.listdir(data) == ["library.db"]


def test_what_another_program_reads_just_now_is_not_replaced(
    data: Path, library: Path, folder: Path, backup: Path
) -> None:
    rate(library, 2)
    with closing(sqlite3.connect(library)) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM ratings").fetchall()
        with closing(sqlite3.connect(library)) as writer:
            writer.execute("UPDATE ratings SET value = 3")
            writer.commit()
        with pytest.raises(CannotStart, match=r"another program uses .*library\.db"):
            restore(backup, data, folder, NOW)
    assert rating(library) == 3


CHECKS = """
import sys; from pathlib import Path
from local_video_server.database.restoring import check
check(Path(sys.argv[1]))
print("whole")
"""


@pytest.mark.parametrize("is_copied", [False, True], ids=["a backup", "a library that was copied"])
def test_a_backup_may_lie_where_nothing_can_be_written(tmp_path: Path, backup: Path, is_copied: bool) -> None:
    folder = tmp_path / "then" if is_copied else backup.parent
    folder.chmod(0o500)
    before = os.listdir(folder)
    done = without_privileges(program(CHECKS, folder / ("library.db" if is_copied else backup.name)))
    assert (done.stdout, done.stderr) == ("whole\n", "")
    assert os.listdir(folder) == before


# Killed at its first file, its second, and so on, each time from the same start; what is left is told as one word.
KILLED = """
import os, shutil, signal, sys, time; from pathlib import Path
from local_video_server.database.restoring import restore
from tests.database.libraries import rating

scratch, backup = Path(sys.argv[1]), Path(sys.argv[2])
EVENTS = ("os.rename", "os.remove", "os.mkdir", "sqlite3.connect", "shutil.copyfile", "os.chmod")

def killed_at(number, data):
    child = os.fork()
    if child == 0:
        def stop(event, arguments):
            nonlocal number
            if event in EVENTS and str(scratch) in str(arguments[0]):
                number -= 1
                if number == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(stop)
        restore(backup, data, data / "backups", 1795283100.0)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

number, code = 0, -9
while code == -9:
    number += 1
    data = scratch / str(number)
    shutil.copytree(scratch / "data", data)
    code = killed_at(number, data)
    try: left = rating(data / "library.db")
    except Exception: left = "damaged"
    if number % 3 == 0:  # somebody tries again
        restore(backup, data, data / "backups", 1795283200.0)
    is_done = code == 0 or number % 3 == 0
    rest = [name for folder, _, names in os.walk(data) for name in names if ".part" in name or "restoring" in name]
    whole = not is_done or (rating(data / "library.db") == 4 and not rest)
    print(code, left, whole, sep=",", flush=True)
"""


def kills(tmp_path: Path, backup: Path) -> list[list[str]]:
    done = subprocess.run(program(KILLED, tmp_path, backup), cwd=CHECKOUT, capture_output=True, text=True)
    assert done.stderr == ""
    return [line.split(",") for line in done.stdout.splitlines()]


def test_killed_at_any_moment_the_old_library_or_the_new_one_is_whole(
    tmp_path: Path, library: Path, backup: Path
) -> None:
    leave_behind(library, last_rating=3)
    found = kills(tmp_path, backup)
    assert len(found) > 15
    assert found[-1] == ["0", "4", "True"]
    ratings = [rating for _, rating, _ in found]
    became = ratings.index("4")
    assert ratings == ["3"] * became + ["4"] * (len(ratings) - became)  # never 1: the journal's rating is not lost
    assert {is_whole for _, _, is_whole in found} == {"True"}  # and a second run does it


def test_killed_at_any_moment_a_damaged_library_is_still_there_or_replaced(
    tmp_path: Path, library: Path, backup: Path
) -> None:
    rate(library, 2)
    damage(library)
    found = kills(tmp_path, backup)
    assert found[-1] == ["0", "4", "True"]
    assert {rating for _, rating, _ in found} == {"damaged", "4"}
    assert {is_whole for _, _, is_whole in found} == {"True"}


def test_check_says_nothing_of_a_whole_backup(backup: Path) -> None:
    check(backup)
