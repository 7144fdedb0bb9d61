"""Joins the background work: who makes what, in which order, and when it rests.

Like application.py it knows all others. Built by it, started and stopped with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .database import backups
from .database.store import DatabaseStore
from .disk.derived import DerivedFiles
from .disk.patience import Patience
from .failure_log import FailureLog
from .jobs.background import Background, Kind
from .library import events
from .library.backing_up import Backing
from .library.catalog import Catalog
from .library.errors import NotStored
from .library.events import Events
from .library.index import Index
from .library.postering import Postering
from .library.probing import Probing
from .library.shelf import Shelf
from .library.tasking import Tasking
from .library.video import Root, Video
from .library.viewers import Viewers
from .media.pool import WorkerPool
from .memory import Memory
from .settings import Settings
from .streams import open_streams

BACKUP_LIMIT_S = 600.0  # a gigabyte on a slow stick
LIST_LIMIT_S = 2.0  # /admin waits for it


@dataclass
class Workshop:
    """Everything that works in the background but the index."""

    probing: Probing
    postering: Postering
    backing: Backing
    shelf: Shelf
    viewers: Viewers
    jobs: Background
    workers: WorkerPool
    tasks: Tasking
    _failures: FailureLog

    def start(self) -> None:
        self.jobs.start()

    def stop(self) -> None:
        """Nothing is begun any more, workers are ended; what was done is stored."""
        self.jobs.stop()
        self.workers.stop()
        for work in (self.probing, self.postering):
            with suppress(NotStored):  # the disk is full: that work is done again after the next start
                work.store()
        self.shelf.close()
        self._failures.close()


def open_workshop(
    settings: Settings, catalog: Catalog, store: DatabaseStore, happened: Events, index: Callable[[], Index]
) -> Workshop:
    """Builds it; `index` is asked for when work has begun, since the index needs the jobs first."""
    workers = WorkerPool(
        settings.media_memory_mb, settings.probe_timeout_s, settings.poster_timeout_s, settings.thumbnails
    )
    memory = Memory()
    failures = FailureLog(Path(settings.data) / "thumbnail_errors.log")
    shelf = Shelf(catalog, DerivedFiles(settings.thumbnails, settings.thumbnails_mb * 1_000_000))
    viewers = Viewers(open_streams)

    def answers(root: Root) -> bool:
        return index().answers(root)

    def urge(videos: Sequence[Video]) -> None:
        ids = [video.id for video in videos]
        index().fingerprint_first(videos)
        jobs.urge("probe", ids)
        jobs.urge("poster", ids)

    def idle() -> None:
        workers.rest()
        memory.give_back()

    probing = Probing(catalog, workers.probe, answers, happened, wake=lambda: jobs.wake())
    postering = Postering(
        catalog, workers.poster, shelf, store, answers, happened, urge=urge, log_failure=failures.write
    )
    backing = _backing(settings, catalog)
    jobs = Background(
        [
            Kind("probe", probing.waiting, probing.look_into, probing.rest),
            Kind("thumbnails", shelf.waiting, shelf.look, lambda: None),
            # Posters may take hours, and in some homes somebody always watches.
            Kind("backup", backing.waiting, backing.look, lambda: None, rests=False),
            Kind("poster", postering.waiting, postering.make, postering.rest),
        ],
        threads=max(1, settings.media_workers),
        is_resting=viewers.anybody if settings.rest_while_watched else lambda: False,
        idle=idle,
    )

    def may_have_work(name: str, what: Mapping[str, object]) -> None:
        """A file that changed, or got another picture beside it, brings work of its own."""
        if name in (events.VIDEO_CHANGED, events.VIDEO_RETURNED):
            jobs.wake()

    happened.listen(may_have_work)
    return Workshop(probing, postering, backing, shelf, viewers, jobs, workers, Tasking(), failures)


def _backing(settings: Settings, catalog: Catalog) -> Backing:
    database, folder = Path(settings.data) / "library.db", Path(settings.backups)
    days, weeks = settings.backup_days, settings.backup_weeks
    disk = Patience(f"The folder for backups {folder}")  # it may be on a share that is switched off
    return Backing(
        catalog,
        make=lambda reason, now: disk.ask(lambda: backups.make(database, folder, reason, now), BACKUP_LIMIT_S),
        present=lambda: disk.ask(lambda: backups.present(folder), LIST_LIMIT_S),
        prune=lambda now: disk.ask(lambda: backups.prune(folder, now, days, weeks), BACKUP_LIMIT_S),
        folder=str(folder),
    )
