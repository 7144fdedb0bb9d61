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
from .library import backing_up, events, postering, probing
from .library.backing_up import Backing
from .library.backup import Backup
from .library.catalog import Catalog
from .library.errors import NotStored
from .library.events import Events
from .library.figures import Kind as Counted
from .library.index import Index
from .library.postering import Postering
from .library.probing import Probing
from .library.shelf import Shelf
from .library.tasking import Backups, Posters, Scan, Tasking
from .library.video import Root, Video
from .library.viewers import Viewers
from .logs import LogFile
from .media.pool import WorkerPool
from .memory import Memory
from .settings import Settings
from .streams import open_streams

BACKUP_LIMIT_S = 600.0  # a gigabyte on a slow stick
LIST_LIMIT_S = 2.0  # the readings wait for it
OF_VIDEOS = (probing.KIND, postering.KIND)  # kinds whose subjects are the numbers of videos


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
    settings: Settings,
    catalog: Catalog,
    store: DatabaseStore,
    happened: Events,
    index: Callable[[], Index],
    note: Callable[[Counted, str, float, bool], None],
) -> Workshop:
    """Builds it; `index` is asked for when work has begun, since the index needs the jobs first. `note` counts what
    took how long, and whether it failed."""
    workers = WorkerPool(
        settings.media_memory_mb, settings.probe_timeout_s, settings.poster_timeout_s, settings.thumbnails
    )
    memory = Memory()
    failures = FailureLog(LogFile(Path(settings.data) / "thumbnail_errors.log", 2), settings.log_level == "debug")
    shelf = Shelf(catalog, DerivedFiles(settings.thumbnails, settings.thumbnails_mb * 1_000_000))
    viewers = Viewers(open_streams)

    def answers(root: Root) -> bool:
        return index().answers(root)

    def urge(videos: Sequence[Video]) -> None:
        ids = [video.id for video in videos]
        index().fingerprint_first(videos)
        jobs.urge(probing.KIND, ids)
        jobs.urge(postering.KIND, ids)

    def idle() -> None:
        workers.rest()
        memory.give_back()

    def wake() -> None:
        jobs.wake()

    def done(kind: str, subject: int, seconds: float, is_failed: bool) -> None:
        note(Counted.JOB, kind, seconds, is_failed)
        if is_failed:
            video = catalog.snapshot.library.present.get(subject) if kind in OF_VIDEOS else None
            happened.tell(events.JOB_FAILED, kind=kind, key=video.key if video else None)

    probes = Probing(catalog, workers.probe, answers, happened, wake)
    posters = Postering(catalog, workers.poster, shelf, store, answers, happened, urge, wake, failures.write)
    backing = _backing(settings, catalog)
    jobs = Background(
        [
            Kind(probing.KIND, probes.waiting, probes.look_into, probes.rest, progress=probes.progress),
            Kind("thumbnails", shelf.waiting, shelf.look, lambda: None),
            # Posters may take hours, and in some homes somebody always watches.
            Kind(
                backing_up.KIND,
                backing.waiting,
                backing.work,
                lambda: None,
                rests=False,
                may_urge=True,
                is_single=True,
            ),
            Kind(postering.KIND, posters.waiting, posters.make, posters.rest, progress=posters.progress),
        ],
        threads=max(1, settings.media_workers),
        is_resting=viewers.anybody if settings.rest_while_watched else lambda: False,
        idle=idle,
        on_done=done,
    )
    tasks = Tasking(
        [("scan", Scan(index, probes, jobs)), ("posters", Posters(posters, jobs)), ("backup", Backups(backing, jobs))]
    )

    def may_have_work(name: str, what: Mapping[str, object]) -> None:
        """A file that changed, or got another picture beside it, brings work of its own."""
        if name in (events.VIDEO_CHANGED, events.VIDEO_RETURNED):
            jobs.wake()

    happened.listen(may_have_work)
    return Workshop(probes, posters, backing, shelf, viewers, jobs, workers, tasks, failures)


def _backing(settings: Settings, catalog: Catalog) -> Backing:
    database, folder = Path(settings.data) / "library.db", Path(settings.backups)
    days, weeks = settings.backup_days, settings.backup_weeks
    disk = Patience(f"The folder for backups {folder}")  # it may be on a share that is switched off

    def make(reason: str, now: float, is_cancelled: Callable[[], bool]) -> Backup:
        def copy() -> Backup:
            return backups.make(database, folder, reason, now, is_cancelled)

        return disk.ask(copy, BACKUP_LIMIT_S, gives_up=is_cancelled)

    return Backing(
        catalog,
        make=make,
        present=lambda: disk.ask(lambda: backups.present(folder), LIST_LIMIT_S),
        prune=lambda now: disk.ask(lambda: backups.prune(folder, now, days, weeks), BACKUP_LIMIT_S),
        folder=str(folder),
    )
