"""What the parts of a real home tell of themselves."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from local_video_server.gauges import Gauges
from tests.conftest import BROKEN_FILES, HOME_FILES
from tests.homes import Home


@pytest.fixture
def gauges(home: Home) -> Gauges:
    return home.application.observatory.gauges


def test_videos_and_folders_are_those_of_the_library(home: Home, gauges: Gauges, home_folder: Path) -> None:
    found = gauges.library()
    assert found.by_status["ready"] == len(HOME_FILES)
    assert found.by_status["broken"] == len(BROKEN_FILES)
    assert sum(found.by_status.values()) == len(HOME_FILES) + len(BROKEN_FILES)
    assert found.folders == 1 + sum(path.is_dir() for path in home_folder.rglob("*"))
    assert found.watches == found.folders
    assert (found.scan_s or 0) > 0


def test_room_and_sizes_are_those_of_the_disks(home: Home, gauges: Gauges, home_folder: Path) -> None:
    gauges.library()
    found = gauges.storage()
    sizes = [path.stat().st_size for path in home_folder.rglob("*") if path.is_file()]
    assert found.videos_bytes == sum(sizes)
    assert (found.pictures_bytes, found.pictures_limit_bytes) == home.application.workshop.shelf.room
    data = Path(home.application.settings.data)
    assert found.databases["library.db"] >= os.path.getsize(data / "library.db")
    assert {holds for disk in found.disks for holds in disk.holds} == {"videos", "pictures", "data", "backups"}
    assert all(0 < (disk.free_bytes or 0) < (disk.total_bytes or 0) for disk in found.disks)
    backups = home.application.workshop.backing.report().backups
    assert found.newest_backup_at == max((backup.made_at for backup in backups), default=None)


def test_the_file_of_an_address_is_the_one_that_is_sent(home: Home, gauges: Gauges, home_folder: Path) -> None:
    name = "Series/Show.S01E02.mkv"
    assert gauges.file_of(f"/video/{home.video(name).key}") == str(home_folder.resolve() / name)
    assert gauges.file_of("/video/aaaaaaaaaa") is None


def test_all_is_well(gauges: Gauges) -> None:
    assert {one.state.value for one in gauges.health()} == {"good"}
