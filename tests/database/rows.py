"""Files and videos for the database tests."""

from __future__ import annotations

from typing import Any

from local_video_server.database.store import DatabaseStore
from local_video_server.library.files import FoundFile
from local_video_server.library.reconcile import Changes
from local_video_server.library.video import Root, Video


def file(path: str = "a.mp4", **more: Any) -> FoundFile:
    values: dict[str, Any] = {"size_bytes": 7, "modified_ns": 10**18, "device": 1, "inode": 2}
    return FoundFile(path=path, **{**values, **more})


def add(store: DatabaseStore, root: Root, *files: FoundFile, now: float = 1e9) -> list[Video]:
    return list(store.apply(root, Changes(added=files), False, now).added)


def vanish(store: DatabaseStore, root: Root, *videos: Video) -> list[Video]:
    return list(store.apply(root, Changes(vanished=videos), False, 2e9).vanished)


def loaded(store: DatabaseStore, root: Root) -> dict[str, Video]:
    """All videos by their key, as a new start would see them."""
    library = store.load([root])
    return {video.key: video for video in (*library.present.values(), *library.away.values())}
