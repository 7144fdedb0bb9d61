"""Values for tests: each builder takes only what matters to the test and makes up the rest.

What is made up differs from video to video (id, key, size, inode), so that two videos are alike only where a test
says so. Nothing here touches a disk or a database.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import Any

from local_video_server.library.facts import AudioTrack, Facts, VideoTrack
from local_video_server.library.files import FoundFile
from local_video_server.library.marks import Marks, Play, Tag
from local_video_server.library.snapshot import Library, Snapshot
from local_video_server.library.video import Root, Status, Video, described, media_hash, new_key

LONG_AGO_S = 1_600_000_000.0  # seconds since 1970: older than any file that is still being copied
_numbers = itertools.count(1)


class Clock:
    """Both clocks of a machine that was started at 0."""

    def __init__(self) -> None:
        self.now_s = LONG_AGO_S
        self._jumped_s = 0.0

    def wall(self) -> float:
        return self.now_s + self._jumped_s

    def running(self) -> float:
        return self.now_s - LONG_AGO_S

    def wait(self, seconds: float) -> None:
        self.now_s += seconds

    def jump(self, seconds: float) -> None:
        """Somebody sets the clock of the wall."""
        self._jumped_s += seconds


def root(name: str = "Films", id: int = 1, **changes: Any) -> Root:
    return Root(**{"id": id, "path": f"/{name}", "name": name, **changes})


def video(title: str = "A video", path: str | None = None, root: Root | None = None, **changes: Any) -> Video:
    """A video that was looked into. Without a path it lies in its root as "<title>.mp4"."""
    number = next(_numbers)
    root = root or Root(1, "/Films", "Films")
    path = path or f"{title}.mp4"
    values: dict[str, Any] = {
        "id": number,
        "key": new_key(),
        "root_id": root.id,
        "path": path,
        "size_bytes": 1_000_000 + number,
        "modified_ns": int(LONG_AGO_S) * 10**9 + number,
        "device": 1,
        "inode": number,
        "added_at": LONG_AGO_S + number,
        "status": Status.READY,
        **described(path, root.name),
        **changes,
    }
    return Video(**{"media_hash": media_hash(values["filename"]), **values})


def found(path: str = "A file.mp4", like: Video | None = None, **changes: Any) -> FoundFile:
    """A file as a scan sees it; `like` a video has that one's size, time and inode."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "path": path,
        "size_bytes": like.size_bytes if like else 2_000_000 + number,
        "modified_ns": like.modified_ns if like else int(LONG_AGO_S) * 10**9 + number,
        "device": like.device if like else 1,
        "inode": like.inode if like else number,
    }
    return FoundFile(**{**values, **changes})


def facts(**changes: Any) -> Facts:
    """What is in an ordinary mp4 file of an hour."""
    values: dict[str, Any] = {
        "container": "mp4",
        "duration_s": 3600.0,
        "width": 1920,
        "height": 1080,
        "video": (VideoTrack(0, "h264", 1920, 1080),),
        "audio": (AudioTrack(1, "aac"),),
    }
    return Facts(**{**values, **changes})


def snapshot(
    *videos: Video,
    away: Iterable[Video] = (),
    roots: Iterable[Root] | None = None,
    ratings: Mapping[Video, int] | None = None,
    favorites: Iterable[Video] = (),
    tags: Mapping[Video, str] | None = None,
    views: Mapping[Video, int] | None = None,
    plays: Iterable[tuple[float, Video]] = (),
    recent_since: float = 0.0,
    **library: Any,
) -> Snapshot:
    """A library with these videos. `tags` are written with commas between: {dune: "sand, Desert"}; `plays` come
    in the order of their times."""
    return Snapshot(
        Library(
            roots={one.id: one for one in (roots if roots is not None else (root(),))},
            present={one.id: one for one in videos},
            away={one.id: one for one in away},
            **library,
        ),
        Marks(
            ratings={one.id: value for one, value in (ratings or {}).items()},
            favorites={one.id: one.added_at for one in favorites},
            tags={one.id: tuple(map(Tag.parse, typed.split(","))) for one, typed in (tags or {}).items()},
            views={one.id: count for one, count in (views or {}).items()},
            plays=tuple(Play(played_at, one.id) for played_at, one in plays),
            recent_since=recent_since,
        ),
    )
