"""When the database is backed up by itself, over a real database and a real folder."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from local_video_server.database import backups
from local_video_server.library.backing_up import FIRST_LOOK_S, LOOK_EVERY_S, Backing
from local_video_server.library.errors import NotStored
from tests.examples import Clock, found
from tests.library.running import Stored

DAY_S = 86400.0


class Backed:
    """A library with one film, and its backups."""

    def __init__(self, database: Path, folder: Path, prune: Callable[[float], None] | None = None) -> None:
        self.stored = Stored(database, "/Films")
        (self.film,) = self.stored.add(found("Dune.mp4"))
        self.folder = folder
        self.clock = Clock()
        self.clock.wait(0.25)  # names tell whole seconds
        self.backing = Backing(
            self.stored.catalog,
            make=lambda reason, now: backups.make(database, folder, reason, now),
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
                self.backing.look(subject)

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
    backed.backing.look()
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
    backed.backing.make_now()
    backed.run(DAY_S)
    assert backed.reasons == ["asked", ""]
    backed.run(DAY_S / 10)
    assert backed.reasons == ["", "asked", ""]


def test_a_library_without_any_video_is_not_backed_up_by_itself(backed: Backed) -> None:
    backed.stored.lose(backed.film)
    backed.stored.catalog.forget([backed.stored.now(backed.film)])
    backed.run(DAY_S)
    assert backed.reasons == []
    backed.backing.make_now()  # but for who asks
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
            backed.backing.look()
            backed.clock.wait(LOOK_EVERY_S - 1)
            assert backed.backing.waiting(500, []) == []
            backed.clock.wait(1)
    failure = backed.backing.report().failure
    assert failure is not None
    assert failure.startswith(f"No backup was made. The folder {backed.folder} does not take it")
    assert [record.getMessage() for record in caplog.records] == [failure]
    backed.folder.unlink()
    backed.backing.look()
    assert backed.backing.report().failure is None
    assert backed.reasons == [""]


def test_who_asks_for_one_is_told_why_there_is_none(backed: Backed) -> None:
    backed.folder.touch()
    with pytest.raises(NotStored, match=r"No backup was made\."):
        backed.backing.make_now()
    assert backed.backing.report().failure is not None


def test_a_folder_that_cannot_be_seen_shows_what_was_known(backed: Backed) -> None:
    backed.backing.make_now()
    assert backed.reasons == ["asked"]
    backed.folder.rename(backed.folder.with_name("moved"))
    backed.folder.touch()
    report = backed.backing.report()
    assert [backup.reason for backup in report.backups] == ["asked"]
    assert report.failure == f"The backups in {backed.folder} cannot be seen: Not a directory."


def test_an_old_one_that_cannot_be_deleted_takes_nothing_from_the_new_one(database: Path, tmp_path: Path) -> None:
    def refuse(now: float) -> None:
        raise NotStored("It cannot be deleted.")

    backed = Backed(database, tmp_path / "backups", prune=refuse)
    backed.backing.make_now()
    assert backed.reasons == ["asked"]
    assert backed.backing.report().failure == "It cannot be deleted."
    backed.stored.close()
