"""When the database is backed up by itself, over a real database and a real folder."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from local_video_server.database import backups
from local_video_server.library.backing_up import ASKED_FOR, DAILY, FIRST_LOOK_S, LOOK_EVERY_S, Backing
from local_video_server.library.backup import Backup
from local_video_server.library.errors import NotStored
from local_video_server.library.job import Outcome
from tests.examples import Clock, found
from tests.library.running import Stored

DAY_S = 86400.0


class Backed:
    """A library with one film, and its backups."""

    def __init__(
        self,
        database: Path,
        folder: Path,
        prune: Callable[[float], None] | None = None,
        make: Callable[[str, float, Callable[[], bool]], Backup] | None = None,
    ) -> None:
        self.stored = Stored(database, "/Films")
        (self.film,) = self.stored.add(found("Dune.mp4"))
        self.folder = folder
        self.clock = Clock()
        self.clock.wait(0.25)  # names tell whole seconds
        self.backing = Backing(
            self.stored.catalog,
            make=make or (lambda *asked: backups.make(database, folder, *asked)),
            present=lambda: backups.present(folder),
            prune=prune or (lambda now: backups.prune(folder, now, 7, 4)),
            folder=str(folder),
            wall=self.clock.wall,
            running=self.clock.running,
        )

    def run(self, seconds: float) -> None:
        """What the queue does for so long."""
        for _ in range(int(seconds / 600)):
            self.clock.wait(600)
            for subject in self.backing.waiting(500, []):
                self.backing.work(subject)

    @property
    def reasons(self) -> list[str]:
        return [backup.reason for backup in self.backing.report().backups]


@pytest.fixture
def backed(database: Path, tmp_path: Path) -> Iterator[Backed]:
    backed = Backed(database, tmp_path / "backups")
    yield backed
    backed.stored.close()


def test_the_first_look_waits_until_the_start_is_over(backed: Backed) -> None:
    assert backed.backing.waiting(500, []) == []
    backed.clock.wait(FIRST_LOOK_S)
    assert backed.backing.waiting(500, []) == [0]
    assert backed.backing.waiting(500, [0]) == []  # one under way is not begun again
    backed.backing.work(DAILY)
    assert backed.reasons == [""]
    assert backed.backing.waiting(500, []) == []


def test_one_is_made_every_day(backed: Backed) -> None:
    backed.run(5 * DAY_S)
    ages = [(backed.clock.wall() - backup.made_at) / DAY_S for backup in backed.backing.report().backups]
    assert len(ages) == 5
    assert all(0.99 < older - newer < 1.1 for newer, older in pairwise(ages))


def test_old_ones_leave(backed: Backed) -> None:
    backed.run(60 * DAY_S)
    assert 9 <= len(os.listdir(backed.folder)) <= 10  # 7 days, and the weeks that end before them


def test_one_that_was_asked_for_counts_like_any_other(backed: Backed) -> None:
    backed.run(DAY_S / 2)
    backed.backing.work(ASKED_FOR)
    backed.run(DAY_S)
    assert backed.reasons == ["asked", ""]
    backed.run(DAY_S / 10)
    assert backed.reasons == ["", "asked", ""]


def test_a_library_without_any_video_is_not_backed_up_by_itself(backed: Backed) -> None:
    backed.stored.lose(backed.film)
    backed.stored.catalog.forget([backed.stored.now(backed.film)])
    backed.run(DAY_S)
    assert backed.reasons == []
    backed.backing.work(ASKED_FOR)  # but for who asks
    assert backed.reasons == ["asked"]


def test_a_library_whose_files_are_all_away_is(backed: Backed) -> None:
    backed.stored.lose(backed.film)
    backed.run(LOOK_EVERY_S)
    assert backed.reasons == [""]


def test_what_cannot_be_made_is_said_once_tried_again_in_an_hour_and_then_forgotten(
    backed: Backed, caplog: pytest.LogCaptureFixture
) -> None:
    backed.folder.symlink_to(backed.folder.with_name("a disk that is away") / "backups")
    backed.clock.wait(FIRST_LOOK_S)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert backed.backing.waiting(500, []) == [0]
            backed.backing.work(DAILY)
            backed.clock.wait(LOOK_EVERY_S - 1)
            assert backed.backing.waiting(500, []) == []
            backed.clock.wait(1)
    failure = backed.backing.report().failure
    assert failure is not None
    assert failure.startswith(f"No backup was made. The folder {backed.folder} does not take it")
    assert [record.getMessage() for record in caplog.records] == [failure]
    backed.folder.unlink()
    backed.backing.work(DAILY)
    assert backed.backing.report().failure is None
    assert backed.reasons == [""]


def test_why_there_is_none_of_those_asked_for_is_told(backed: Backed) -> None:
    backed.folder.touch()
    assert backed.backing.work(ASKED_FOR) is Outcome.FAILED
    assert str(backed.backing.failure).startswith("No backup was made.")


def test_a_folder_that_cannot_be_seen_shows_what_was_known(backed: Backed) -> None:
    backed.backing.work(ASKED_FOR)
    assert backed.reasons == ["asked"]
    backed.folder.rename(backed.folder.with_name("moved"))
    backed.folder.touch()
    assert backed.backing.report().failure is None  # no page asks the disk
    backed.backing.look()
    report = backed.backing.report()
    assert [backup.reason for backup in report.backups] == ["asked"]
    assert report.failure == f"The backups in {backed.folder} cannot be seen: Not a directory."


def test_an_old_one_that_cannot_be_deleted_takes_nothing_from_the_new_one(database: Path, tmp_path: Path) -> None:
    def refuse(now: float) -> None:
        raise NotStored("It cannot be deleted.")

    backed = Backed(database, tmp_path / "backups", prune=refuse)
    backed.backing.work(ASKED_FOR)
    assert backed.reasons == ["asked"]
    assert backed.backing.report().failure == "It cannot be deleted."
    backed.stored.close()


def test_what_became_of_a_look_is_told(backed: Backed) -> None:
    assert backed.backing.work(DAILY) is Outcome.DONE
    assert backed.backing.work(DAILY) is Outcome.NOTHING  # none is due
    assert (backed.backing.done, backed.backing.last) == (1, backed.backing.report().backups[0])


def test_one_that_is_cancelled_is_no_failure_and_leaves_nothing(database: Path, tmp_path: Path) -> None:
    def make(reason: str, now: float, is_cancelled: Callable[[], bool]) -> Backup:
        assert backed.backing.is_under_way
        backed.backing.cancel()
        return backups.make(database, backed.folder, reason, now, is_cancelled)

    backed = Backed(database, tmp_path / "backups", make=make)
    assert backed.backing.work(ASKED_FOR) is Outcome.NOTHING
    assert backed.backing.was_cancelled
    assert (backed.backing.is_under_way, backed.backing.failure, os.listdir(backed.folder)) == (False, None, [])
    backed.stored.close()


def test_one_that_was_whole_before_it_was_cancelled_is_kept_and_no_cancelled_one(
    database: Path, tmp_path: Path
) -> None:
    def make(reason: str, now: float, is_cancelled: Callable[[], bool]) -> Backup:
        made = backups.make(database, backed.folder, reason, now, is_cancelled)
        backed.backing.cancel()
        return made

    backed = Backed(database, tmp_path / "backups", make=make)
    assert backed.backing.work(ASKED_FOR) is Outcome.DONE
    assert (backed.backing.was_cancelled, backed.reasons) == (False, ["asked"])
    backed.stored.close()


def test_a_clock_that_jumps_back_does_not_change_how_long_it_took(
    database: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def make(reason: str, now: float, is_cancelled: Callable[[], bool]) -> Backup:
        backed.clock.wait(2.0)
        backed.clock.jump(-3600.0)
        return backups.make(database, backed.folder, reason, now, is_cancelled)

    backed = Backed(database, tmp_path / "backups", make=make)
    with caplog.at_level(logging.INFO):
        backed.backing.work(ASKED_FOR)
    assert "The database was backed up in 2.0 s" in caplog.messages
    backed.stored.close()


def test_to_cancel_nothing_does_not_cancel_the_next(backed: Backed) -> None:
    backed.backing.cancel()
    assert backed.backing.work(ASKED_FOR) is Outcome.DONE
