"""A catalog with a real database, and the index of real folders, joined like application.py joins them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from local_video_server.database.store import DatabaseStore
from local_video_server.disk import scan as scanning
from local_video_server.disk.fingerprint import fingerprint
from local_video_server.disk.watch import Watch, how_to_watch_more
from local_video_server.disk.writing import is_being_written
from local_video_server.library.catalog import Catalog
from local_video_server.library.disk import Disk
from local_video_server.library.events import Events
from local_video_server.library.files import FoundFile, Scan
from local_video_server.library.index import Index
from local_video_server.library.indexing import RootIndex
from local_video_server.library.reconcile import Changes
from local_video_server.library.root_report import RootReport
from local_video_server.library.video import Root, Video

SOON_S = 5.0  # five times the promise: a copied file is there 1 s after its copy ended
RETURN_S = 25.0  # five times the promise: a root that was swapped is watched anew within 5 s


def until(is_so: Callable[[], object], within_s: float = SOON_S) -> None:
    """Waits until it becomes so; a failure when it does not in time."""
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline, "it did not become so in time"
        time.sleep(0.005)


def never(is_so: Callable[[], object], within_s: float) -> None:
    """Watches for so long that it does not become so."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        assert not is_so(), "it became so"
        time.sleep(0.005)


class Stored:
    """A catalog over a database, of these folders (which need not exist)."""

    def __init__(self, database: Path, *folders: object, clock: Callable[[], float] = time.time) -> None:
        self.heard: list[tuple[str, str]] = []  # event and key of the video
        self.events = Events()
        self.events.listen(self._hear)
        self.store = DatabaseStore(database)
        self.catalog = Catalog(self.store, self.events, clock)
        self.roots: Sequence[Root] = self.catalog.open([str(folder) for folder in folders])

    def _hear(self, name: str, what: Mapping[str, object]) -> None:
        self.heard.append((name, str(what.get("key"))))

    def close(self) -> None:
        self.store.close()

    def add(self, *files: FoundFile, root: Root | None = None, is_first_scan: bool = False) -> list[Video]:
        """The videos that these files become."""
        root = root or self.roots[0]
        self.catalog.apply(root, Changes(added=files), is_first_scan)
        return [self.at(file.path, root) for file in files]

    def lose(self, *videos: Video) -> None:
        """Their files vanish."""
        root = next(root for root in self.roots if root.id == videos[0].root_id)
        self.catalog.apply(root, Changes(vanished=videos))

    def at(self, path: str, root: Root | None = None) -> Video:
        """The video that is at this path now."""
        root_id = (root or self.roots[0]).id
        here = self.catalog.snapshot.library.present.values()
        return next(video for video in here if (video.path, video.root_id) == (path, root_id))

    def now(self, video: Video) -> Video:
        """The same video as it is now, wherever it is."""
        library = self.catalog.snapshot.library
        return library.present.get(video.id) or library.away[video.id]

    def has(self, path: str, root: Root | None = None) -> bool:
        root_id = (root or self.roots[0]).id
        here = self.catalog.snapshot.library.present.values()
        return any((video.path, video.root_id) == (path, root_id) for video in here)

    @property
    def present(self) -> set[str]:
        return {video.path for video in self.catalog.snapshot.library.present.values()}


DISK = Disk(
    scanning.identify,
    lambda root, scope, on_files: scan(root, scope, on_files),
    fingerprint,
    is_being_written,
    Watch,
    how_to_watch_more,
)


def scan(root: str, scope: Sequence[str], on_files: Callable[[Sequence[FoundFile], int], None]) -> Scan:
    return scanning.scan(root, scope, on_files=on_files)


class Running(Stored):
    """The index of some folders at work. Hourly checks never come: what is noticed was watched or asked for."""

    def __init__(self, database: Path, *folders: Path, disk: Disk = DISK, poll_interval_s: float = 3600.0) -> None:
        super().__init__(database, *folders)
        self.wanted: list[Video] = []
        self.indexes = [
            RootIndex(
                root,
                self.catalog,
                disk,
                found_new=self.wanted.extend,
                was_scanned=self.store.was_scanned(root),
                scanned=self.store.scanned,
                check_interval_s=3600.0,
                poll_interval_s=poll_interval_s,
            )
            for root in self.roots
        ]
        self.index = Index(self.indexes, self.catalog)
        self.index.start()

    def stop(self) -> None:
        self.index.stop()
        for one in self.indexes:
            one._thread.join(SOON_S)
        self.close()

    def report(self, root: int = 0) -> RootReport:
        return self.indexes[root].report()

    def settle(self, *paths: str) -> None:
        """Waits until all folders were looked at, exactly these videos are there, and all have fingerprints."""

        def is_settled() -> bool:
            here = self.catalog.snapshot.library.present.values()
            is_idle = all(report.activity in ("idle", "offline") for report in self.index.reports())
            is_printed = all(video.fingerprint for video in here)
            return is_idle and is_printed and sorted(video.path for video in here) == sorted(paths)

        until(is_settled)


def write(path: Path, content: str | bytes | None = None) -> Path:
    """A file, its folders made for it. Without content it differs from files of other names."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = str(path) if content is None else content
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path
