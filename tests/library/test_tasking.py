"""Tasks by name, and how it stands with the backups in words. All three at work: tests/web/test_tasks.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local_video_server.database import backups
from local_video_server.jobs.background import Background, Kind
from local_video_server.library.backing_up import ASKED_FOR, KIND
from local_video_server.library.backup import Backup
from local_video_server.library.errors import NotFound
from local_video_server.library.tasking import Backups, Tasking
from tests.library.test_backing_up import Backed

Make = Callable[[str, float, Callable[[], bool]], Backup]


class Told:
    """The task of a home that holds one film; its queue was not started, so each turn is taken here."""

    def __init__(self, database: Path, folder: Path, make: Make | None = None) -> None:
        self.backed = Backed(database, folder, make=make)
        kind = Kind(KIND, self.backed.backing.waiting, self.backed.backing.work, lambda: None, may_urge=True)
        self.task = Backups(self.backed.backing, Background([kind], threads=1))

    @property
    def words(self) -> tuple[str, str]:
        reading = self.task.reading()
        return reading.state, reading.sentence


@pytest.fixture
def told(database: Path, tmp_path: Path) -> Iterator[Told]:
    told = Told(database, tmp_path / "backups")
    yield told
    told.backed.stored.close()


@pytest.mark.parametrize("deed", ["start", "pause", "go_on", "cancel"])
def test_a_task_that_there_is_not_is_refused_in_few_words(told: Told, deed: str) -> None:
    tasks = Tasking([("backup", told.task)])
    with pytest.raises(NotFound, match=r"There is no task 'x{40}'. There are: backup\."):
        getattr(tasks, deed)("x" * 100_000)
    assert [one.name for one in tasks.readings()] == ["backup"]


def test_one_that_is_asked_for_waits_its_turn_also_while_paused_until_it_is_cancelled(told: Told) -> None:
    assert told.words == ("idle", "One is made every day; none was needed since the server started.")
    told.task.start()
    assert told.words == ("running", "A backup waits for its turn.")
    told.task.pause()
    assert told.words == ("paused", "No backup is made by itself until it goes on.")
    told.task.go_on()
    told.task.cancel()
    assert told.words[0] == "idle"


def test_the_last_one_is_named_and_so_is_what_went_wrong(told: Told) -> None:
    told.backed.backing.work(ASKED_FOR)
    assert told.words == ("idle", f"The last one is {told.backed.backing.report().backups[0].name}.")
    told.backed.folder.rename(told.backed.folder.with_name("moved"))
    told.backed.folder.touch()
    told.backed.backing.work(ASKED_FOR)
    assert told.words[1].startswith("No backup was made. The folder")


def test_one_under_way_is_told_of_and_so_is_that_it_was_cancelled(database: Path, tmp_path: Path) -> None:
    def make(reason: str, now: float, is_cancelled: Callable[[], bool]) -> Backup:
        during.append(told.words)
        told.task.cancel()
        return backups.make(database, told.backed.folder, reason, now, is_cancelled)

    during: list[tuple[str, str]] = []
    told = Told(database, tmp_path / "backups", make)
    told.backed.backing.work(ASKED_FOR)
    assert during == [("running", "A backup is being made.")]
    assert told.words == ("idle", "The last one was cancelled. The next daily one comes by itself.")
    told.backed.stored.close()
