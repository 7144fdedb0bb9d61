"""Joins the readings: asks each part how it stands, as monitoring/machine.py wants to know it.

Like application.py it knows all others. Asked by the thread of the readings alone; what may hang is asked with
patience.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .database.store import DatabaseStore
from .disk import places
from .disk.patience import Patience
from .library import health
from .library.catalog import Catalog
from .library.checkup import Checkup
from .library.errors import Unavailable
from .library.index import Index
from .library.readings import (
    CacheReading,
    DiskReading,
    Finding,
    LibraryReading,
    LogLine,
    ProcessReading,
    StorageReading,
)
from .library.text import shown
from .library.video import Root
from .monitoring.census import Census
from .monitoring.process import OwnProcess
from .monitoring.storage import ANSWER_S, Place, Writable, database_sizes, disks
from .settings import Settings
from .workshop import BACKUP_LIMIT_S, Workshop

TRIED_EVERY_S = 60.0  # a file is written for it


@dataclass
class Parts:
    """What is read: asked for when the readings begin, since most of it is built later than what counts it."""

    catalog: Catalog
    index: Index
    workshop: Workshop
    store: DatabaseStore
    pages: Callable[[], CacheReading]
    log_lines: Callable[[], Sequence[LogLine]]
    checkup: Checkup


class Gauges:
    def __init__(self, settings: Settings, parts: Callable[[], Parts]) -> None:
        self._parts = parts
        self._process = OwnProcess()
        self._census = Census()
        self._data = Place(settings.data, "data", Patience("The disk of the data folder"))
        self._pictures = Place(settings.thumbnails, "pictures", Patience("The disk of the thumbnails folder"))
        self._backups = Place(settings.backups, "backups", Patience("The disk of the folder for backups"))
        self._database = Patience("The database")
        self._roots: dict[str, Patience] = {}
        self._room = Writable(self._data, TRIED_EVERY_S, places.try_file)
        self._limits_s = {
            "probe": settings.probe_timeout_s,
            "poster": settings.poster_timeout_s,
            "backup": BACKUP_LIMIT_S,
        }

    def process(self) -> ProcessReading:
        return self._process.read()

    def library(self) -> LibraryReading:
        parts = self._parts()
        return self._census.take(parts.catalog.snapshot, parts.index.reports)

    def storage(self) -> StorageReading:
        parts = self._parts()
        pictures_bytes, limit_bytes = parts.workshop.shelf.room
        roots = parts.catalog.snapshot.library.roots.values()
        away = (DiskReading(shown(root.path), ("videos",)) for root in roots if root.is_offline)
        there = (self._place(root) for root in roots if not root.is_offline)
        return StorageReading(
            time.time(),
            self._census.videos_bytes,
            pictures_bytes,
            limit_bytes,
            database_sizes(self._data),
            (*disks((*there, self._pictures, self._data, self._backups)), *away),
            self._newest_backup_at(),
        )

    def health(self) -> Sequence[Finding]:
        parts = self._parts()
        jobs, room = parts.workshop.jobs, self._room.room()
        return health.findings(
            health.Vitals(
                database_trouble=self._database_trouble(parts.store),
                roots=parts.index.reports(counts_watches=False),
                data_free_bytes=room.free_bytes,
                data_trouble=room.trouble,
                job_threads=jobs.threads,
                jobs=jobs.readings(),
                job_limits_s=self._limits_s,
                job_pauses=[one.reason for one in parts.workshop.postering.brake.pauses if not one.needs],
            )
        )

    def file_of(self, address: str) -> str | None:
        """Where the video lies that /video/<key> sends."""
        library = self._parts().catalog.snapshot.library
        video = library.by_key.get(address.rpartition("/")[2])
        root = library.roots.get(video.root_id) if video else None
        return os.path.join(root.path, video.path) if video and root else None

    def _database_trouble(self, store: DatabaseStore) -> str | None:
        try:
            return self._database.ask(store.trouble, ANSWER_S)
        except Unavailable as error:
            return error.message

    def _newest_backup_at(self) -> float | None:
        """Of those that were seen last: one that cannot be seen now grows old all the same."""
        backing = self._parts().workshop.backing
        backing.look()
        return max((backup.made_at for backup in backing.report().backups), default=None)

    def _place(self, root: Root) -> Place:
        disk = self._roots.setdefault(root.path, Patience(f"The disk of {root.path}"))
        return Place(root.path, "videos", disk)
