"""Each video counts once, as viewers are told its status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from local_video_server.library.root_report import RootReport
from local_video_server.library.snapshot import Library, Snapshot
from local_video_server.library.video import Root, Status, Video
from local_video_server.monitoring.census import WATCHES_EVERY_S, Census
from tests import examples

FILMS, SHARE = Root(1, "/srv/films", "films"), Root(2, "/mnt/share", "share")


def library(*videos: Video, offline: bool = False) -> Snapshot:
    share = replace(SHARE, offline_reason="It is empty.") if offline else SHARE
    numbered = [replace(video, id=number, key=f"key{number}") for number, video in enumerate(videos, 1)]
    return Snapshot(
        Library(
            roots={1: FILMS, 2: share},
            present={video.id: video for video in numbered if video.missing_since is None},
            away={video.id: video for video in numbered if video.missing_since is not None},
        )
    )


def video(root: Root = FILMS, status: Status = Status.READY, **more: object) -> Video:
    return examples.video(root_id=root.id, status=status, size_bytes=100, **more)


class Roots:
    """How it stands with the roots, and how often watches were counted."""

    def __init__(self, *reports: RootReport) -> None:
        self.reports = reports
        self.counted = 0
        self.now = 0.0
        self.census = Census("/no/such/file", lambda: self.now)

    def ask(self, counts_watches: bool) -> Sequence[RootReport]:
        self.counted += counts_watches
        return self.reports if counts_watches else [replace(one, watches=None) for one in self.reports]


def test_videos_count_by_status() -> None:
    snapshot = library(video(), video(), video(status=Status.PENDING), video(status=Status.BROKEN), video(SHARE))
    found = Roots().census.take(snapshot, Roots().ask)
    assert found.by_status == {"pending": 1, "ready": 3, "broken": 1, "missing": 0, "offline": 0}


def test_those_of_an_offline_folder_are_offline_whatever_they_were() -> None:
    gone = video(SHARE, missing_since=5.0)
    snapshot = library(video(), video(SHARE), video(SHARE, Status.BROKEN), gone, offline=True)
    census = Roots().census
    found = census.take(snapshot, Roots().ask)
    assert found.by_status == {"pending": 0, "ready": 1, "broken": 0, "missing": 0, "offline": 3}
    assert census.videos_bytes == 300


def test_a_missing_video_is_missing_and_has_no_size() -> None:
    census = Roots().census
    assert census.take(library(video(), video(missing_since=5.0)), Roots().ask).by_status["missing"] == 1
    assert census.videos_bytes == 100


def test_it_is_counted_anew_when_the_library_changed_and_only_then() -> None:
    census, one = Roots().census, library(video())
    first = census.take(one, Roots().ask).by_status
    assert census.take(replace(one, scanning=frozenset({1})), Roots().ask).by_status is first
    assert census.take(library(video(), video()), Roots().ask).by_status["ready"] == 2


def test_folders_and_watches_are_those_of_all_roots_and_the_slowest_scan_counts() -> None:
    roots = Roots(
        RootReport(FILMS, "idle", folders=3, watches=3, scan_s=0.5),
        RootReport(SHARE, "idle", folders=10, watches=4, scan_s=2.5),
    )
    found = roots.census.take(library(), roots.ask)
    assert (found.folders, found.watches, found.scan_s) == (13, 7, 2.5)


def test_where_nothing_is_watched_or_scanned_nothing_is_told() -> None:
    roots = Roots(RootReport(FILMS))
    found = roots.census.take(library(), roots.ask)
    assert (found.watches, found.scan_s, found.watch_limit) == (None, None, None)


def test_watches_are_counted_now_and_then_or_when_folders_came() -> None:
    roots = Roots(RootReport(FILMS, "idle", folders=3, watches=3))
    take = lambda: roots.census.take(library(), roots.ask).watches  # noqa: E731
    assert (take(), take(), roots.counted) == (3, 3, 1)
    roots.now += WATCHES_EVERY_S
    assert (take(), roots.counted) == (3, 2)
    roots.reports = (RootReport(FILMS, "scanning", folders=4, watches=4),)
    assert (take(), roots.counted) == (3, 2)
    roots.reports = (RootReport(FILMS, "idle", folders=4, watches=4),)
    assert (take(), take(), roots.counted) == (4, 4, 3)


@pytest.mark.parametrize(("content", "limit"), [("192536\n", 192_536), ("", None), ("many", None)])
def test_the_limit_of_watches_is_the_systems(tmp_path: Path, content: str, limit: int | None) -> None:
    (tmp_path / "limit").write_text(content)
    assert Census(str(tmp_path / "limit")).take(library(), Roots().ask).watch_limit == limit
