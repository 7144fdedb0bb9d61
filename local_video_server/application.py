"""Joins everything: the only module that knows all the others.

`create_app(settings)` builds: it takes the lock, opens the database, and hands each part its collaborators; no
thread runs yet. `start()` and `stop()` begin and end the work. serving.py runs the result.
"""

from __future__ import annotations

import gc
import logging
import os
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from .checking import open_checkup
from .database.lock import DataLock
from .database.store import DatabaseStore
from .disk import scan as scanning
from .disk.fingerprint import fingerprint
from .disk.first_look import first_look
from .disk.watch import Watch, how_to_watch_more
from .disk.writing import ignore_lease_breaks, is_being_written
from .gauges import Parts
from .jobs.background import Background
from .library.catalog import Catalog
from .library.checkup import Checkup
from .library.disk import Disk
from .library.errors import CannotStart
from .library.events import Events
from .library.figures import Kind
from .library.files import FoundFile, Scan, Sighting
from .library.index import Folders, Index, choose_folders
from .library.indexing import RootIndex
from .library.playlisting import Playlisting
from .library.probing import ProbeReport
from .library.readings import LogLine
from .library.root_report import RootReport
from .library.video import Root
from .migration import ignores_case, mover
from .networks import own_networks
from .observatory import Observatory, open_observatory
from .settings import CHECKOUT, Settings, shown
from .web.access import Access
from .web.disk_gate import DiskGate
from .web.house import House
from .web.live import LiveNews
from .web.page_cache import PageCache
from .web.passwords import Passwords
from .web.site import make_site
from .web.static_files import StaticFiles
from .workshop import Workshop, open_workshop

log = logging.getLogger(__name__)


@dataclass
class Application:
    """A built server. `wsgi` can be run by any WSGI server between `start` and `stop`."""

    settings: Settings
    folders: Folders
    wsgi: Flask
    catalog: Catalog
    index: Index
    passwords: Passwords
    lock: DataLock
    workshop: Workshop
    observatory: Observatory
    checkup: Checkup
    _store: DatabaseStore
    _news: LiveNews

    def start(self) -> None:
        """Begins to look at the folders."""
        gc.freeze()  # the library just loaded is not garbage: a full collection would walk it for nothing
        log.info("The server starts; folders: %d", len(self.folders.used))
        self._news.start()
        self.observatory.start()
        self.workshop.start()
        self.index.start()
        self.checkup.start()

    def stop(self) -> None:
        """Ends the work: nothing new is begun, workers are ended, the database is closed. What was not done
        waits in the database for the next start."""
        self._news.stop()
        self.checkup.stop()
        self.observatory.stop()  # before the others, or it would take their end for a failure
        self.index.stop()
        self.workshop.stop()
        self._store.close()
        self.lock.release()
        log.info("The server has stopped")

    def reports(self) -> tuple[list[RootReport], ProbeReport]:
        return self.index.reports(counts_watches=False), self.workshop.probing.report()


def create_app(settings: Settings, log_lines: Callable[[], Sequence[LogLine]] = lambda: ()) -> Application:
    """Builds the server; to be called by the main thread. `log_lines` are the last of its log, for /admin.
    Errors: CannotStart with one sentence; the lock is let go of then."""
    ignore_lease_breaks()
    looks = first_look((*settings.folders, settings.thumbnails))
    folders = choose_folders(settings.folders, real=lambda path: looks[path].real_path)
    absent = {looks[path].real_path for path in settings.folders if looks[path].is_folder is False}
    own = frozenset({os.path.realpath(settings.data), looks[settings.thumbnails].real_path})
    missing = [path for path in folders.used if path in absent]
    lock = DataLock(Path(settings.data))
    try:
        store = DatabaseStore(Path(settings.data) / "library.db", Path(settings.backups))
        known = set(store.used_paths()) if missing else set()
        never_seen = [path for path in missing if path not in known]
        if never_seen:
            raise CannotStart(
                f"There is no folder {never_seen[0]}. Check its name, or whether its disk is connected."
            )
        return _build(settings, folders, own, store, lock, log_lines)
    except BaseException:
        lock.release()
        raise


def _build(
    settings: Settings,
    folders: Folders,
    own: frozenset[str],
    store: DatabaseStore,
    lock: DataLock,
    log_lines: Callable[[], Sequence[LogLine]],
) -> Application:
    """`own` are the folders of this program, in which no videos are looked for."""
    happened = Events()
    catalog = Catalog(store, happened, ignores_case=ignores_case)
    roots = catalog.open(folders.used)
    passwords = Passwords(store.credential, store.set_credential, settings.viewer_password)
    news = LiveNews(happened, lambda: {"versions": catalog.snapshot.versions})

    def answering() -> list[str]:
        return [root.path for root in catalog.snapshot.library.roots.values() if index.answers(root)]

    def the_index() -> Index:
        return index

    def parts() -> Parts:
        pages = wsgi.extensions["house"].pages.store.reading
        return Parts(catalog, index, workshop, store, pages, log_lines, checkup)

    observatory = open_observatory(settings, happened, parts)
    store.measure(observatory.query)
    workshop = open_workshop(settings, catalog, store, happened, the_index, observatory.ledger.note)

    def looked(seconds: float, is_failed: bool) -> None:
        observatory.ledger.note(Kind.JOB, "scan", seconds, is_failed)

    disk = _disk(own)
    index: Index = Index(
        [_root_index(root, catalog, disk, workshop.jobs, store, settings, looked) for root in roots], catalog
    )
    checkup = open_checkup(settings, folders.used, lambda: index.reports(counts_watches=False), workshop.shelf)

    def make_house(pages: PageCache, static: StaticFiles) -> House:
        return House(
            catalog=catalog,
            playlists=Playlisting(catalog, store, happened),
            moving=mover(store, Path(settings.data), Path(settings.backups), answering, catalog.storing),
            index=index,
            probing=workshop.probing,
            postering=workshop.postering,
            shelf=workshop.shelf,
            backups=workshop.backing,
            numbers=observatory.ledger,
            machine=observatory.readings,
            tasks=workshop.tasks,
            checkup=checkup,
            metrics=observatory.metrics,
            viewers=workshop.viewers,
            access=Access(socket.gethostname(), settings.allowed_hosts, own_networks),
            gate=DiskGate(),
            passwords=passwords,
            pages=pages,
            static=static,
            news=news,
            secret=lock.secret,
            settings=lambda: shown(settings),
        )

    wsgi = make_site(
        CHECKOUT / "templates",
        CHECKOUT / "static",
        settings.page_cache_mb * 1024 * 1024,
        passwords.session_secret(),
        make_house,
        observatory.page_asked,
    )
    return Application(
        settings, folders, wsgi, catalog, index, passwords, lock, workshop, observatory, checkup, store, news
    )


def _disk(excluded: frozenset[str]) -> Disk:
    def scan(root: str, scope: Sequence[str], on_files: Callable[[Sequence[FoundFile], int], None]) -> Scan:
        return scanning.scan(root, scope, excluded=excluded, on_files=on_files)

    def watch(root: str, report: Callable[[Sighting], None]) -> Watch:
        return Watch(root, report, excluded=excluded)

    return Disk(scanning.identify, scan, fingerprint, is_being_written, watch, how_to_watch_more)


def _root_index(
    root: Root,
    catalog: Catalog,
    disk: Disk,
    jobs: Background,
    store: DatabaseStore,
    settings: Settings,
    looked: Callable[[float, bool], None],
) -> RootIndex:
    return RootIndex(
        root,
        catalog,
        disk,
        found_new=lambda videos: jobs.wake(),
        on_fingerprints=jobs.wake,
        looked=looked,
        was_scanned=store.was_scanned(root),
        scanned=store.scanned,
        check_interval_s=settings.check_interval_s,
        poll_interval_s=settings.poll_interval_s,
    )
