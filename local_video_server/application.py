"""Joins everything: the only module that knows all the others.

`create_app(settings)` builds: it takes the lock, opens the database, and hands each part its collaborators; no
thread runs yet. `start()` and `stop()` begin and end the work. serving.py runs the result.
"""

from __future__ import annotations

import gc
import ipaddress
import logging
import os
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from flask import Flask

from .database.lock import DataLock
from .database.store import DatabaseStore
from .disk import scan as scanning
from .disk.fingerprint import fingerprint
from .disk.first_look import first_look
from .disk.watch import Watch, how_to_watch_more
from .disk.writing import ignore_lease_breaks, is_being_written
from .jobs.background import Background, Kind
from .library.catalog import Catalog
from .library.disk import Disk
from .library.errors import CannotStart, NotStored
from .library.events import Events
from .library.facts import Facts
from .library.files import FoundFile, Scan, Sighting
from .library.index import Folders, Index, choose_folders
from .library.indexing import RootIndex
from .library.probing import ProbeReport, Probing
from .library.root_report import RootReport
from .library.video import Root
from .media.workers import Worker
from .settings import CHECKOUT, TABLE, Settings
from .web.access import Access, Network
from .web.disk_gate import DiskGate
from .web.house import House
from .web.live import LiveNews
from .web.page_cache import PageCache
from .web.passwords import Passwords
from .web.site import make_site
from .web.static_files import StaticFiles

log = logging.getLogger(__name__)


@dataclass
class Application:
    """A built server. `wsgi` can be run by any WSGI server between `start` and `stop`."""

    settings: Settings
    folders: Folders
    wsgi: Flask
    catalog: Catalog
    index: Index
    probing: Probing
    passwords: Passwords
    lock: DataLock
    _store: DatabaseStore
    _news: LiveNews
    _jobs: Background
    _workers: list[Worker]

    def start(self) -> None:
        """Begins to look at the folders."""
        gc.freeze()  # the library just loaded is not garbage: a full collection would walk it for nothing
        self._news.start()
        self._jobs.start()
        self.index.start()

    def stop(self) -> None:
        """Ends the work: nothing new is begun, workers are ended, the database is closed. What was not done
        waits in the database for the next start."""
        self._news.stop()
        self._jobs.stop()
        self.index.stop()
        for worker in self._workers:
            worker.stop()
        with suppress(NotStored):  # the disk is full: those files are looked into again after the next start
            self.probing.store()
        self._store.close()
        self.lock.release()

    def reports(self) -> tuple[list[RootReport], ProbeReport]:
        return self.index.reports(), self.probing.report()


def create_app(settings: Settings) -> Application:
    """Builds the server; to be called by the main thread. Errors: CannotStart with one sentence; the lock is
    let go of then."""
    ignore_lease_breaks()
    looks = first_look(settings.folders)
    folders = choose_folders(settings.folders, real=lambda path: looks[path].real_path)
    absent = {look.real_path for look in looks.values() if look.is_folder is False}
    missing = [path for path in folders.used if path in absent]
    lock = DataLock(Path(settings.data))
    try:
        store = DatabaseStore(Path(settings.data) / "library.db")
        known = set(store.used_paths()) if missing else set()
        never_seen = [path for path in missing if path not in known]
        if never_seen:
            raise CannotStart(
                f"There is no folder {never_seen[0]}. Check its name, or whether its disk is connected."
            )
        return _build(settings, folders, store, lock)
    except BaseException:
        lock.release()
        raise


def _build(settings: Settings, folders: Folders, store: DatabaseStore, lock: DataLock) -> Application:
    happened = Events()
    catalog = Catalog(store, happened)
    roots = catalog.open(folders.used)
    passwords = Passwords(store.credential, store.set_credential, settings.viewer_password)
    news = LiveNews(happened, lambda: {"versions": catalog.snapshot.versions})
    workers: list[Worker] = []
    probing = Probing(
        catalog,
        _prober(settings, workers),
        answers=lambda root: index.answers(root),
        happened=happened,
        wake=lambda: jobs.wake(),
    )

    def rest() -> None:
        probing.rest()
        for worker in tuple(workers):
            worker.rest()

    jobs = Background(
        [Kind("probe", probing.waiting, probing.look_into, rest)],
        threads=max(1, settings.probe_workers),
    )
    disk = _disk(frozenset({os.path.realpath(settings.data), os.path.realpath(settings.thumbnails)}))
    index = Index([_root_index(root, catalog, disk, jobs, store, settings) for root in roots], catalog)

    def make_house(pages: PageCache, static: StaticFiles) -> House:
        return House(
            catalog=catalog,
            index=index,
            probing=probing,
            access=Access(socket.gethostname(), settings.allowed_hosts, own_networks),
            gate=DiskGate(),
            passwords=passwords,
            pages=pages,
            static=static,
            news=news,
            settings=lambda: shown_settings(settings),
        )

    wsgi = make_site(
        CHECKOUT / "templates",
        CHECKOUT / "static",
        settings.page_cache_mb * 1024 * 1024,
        passwords.session_secret(),
        make_house,
    )
    return Application(settings, folders, wsgi, catalog, index, probing, passwords, lock, store, news, jobs, workers)


def _disk(excluded: frozenset[str]) -> Disk:
    def scan(root: str, scope: Sequence[str], on_files: Callable[[Sequence[FoundFile], int], None]) -> Scan:
        return scanning.scan(root, scope, excluded=excluded, on_files=on_files)

    def watch(root: str, report: Callable[[Sighting], None]) -> Watch:
        return Watch(root, report, excluded=excluded)

    return Disk(scanning.identify, scan, fingerprint, is_being_written, watch, how_to_watch_more)


def _root_index(
    root: Root, catalog: Catalog, disk: Disk, jobs: Background, store: DatabaseStore, settings: Settings
) -> RootIndex:
    return RootIndex(
        root,
        catalog,
        disk,
        found_new=lambda videos: jobs.wake(),
        was_scanned=store.was_scanned(root),
        scanned=store.scanned,
        check_interval_s=settings.check_interval_s,
        poll_interval_s=settings.poll_interval_s,
    )


def _prober(settings: Settings, workers: list[Worker]) -> Callable[[str], Facts]:
    """Probes in a worker process of the calling thread's own."""
    own = threading.local()

    def probe(path: str) -> Facts:
        if not hasattr(own, "worker"):
            own.worker = Worker(settings.probe_memory_mb)
            workers.append(own.worker)
        worker: Worker = own.worker
        return worker.probe(path, settings.probe_timeout_s)

    return probe


def own_networks() -> list[Network]:
    """The networks that this machine's interfaces are in."""
    found: list[Network] = []
    for addresses in psutil.net_if_addrs().values():
        for one in addresses:
            try:
                interface = ipaddress.ip_interface(f"{one.address.partition('%')[0]}/{_prefix(one.netmask)}")
            except ValueError:
                continue  # a hardware address
            found.append(interface.network)
    return found


def _prefix(netmask: str | None) -> str:
    """A mask as ipaddress takes it; IPv6 masks come written as addresses."""
    if netmask and ":" in netmask:
        return str(int(ipaddress.IPv6Address(netmask)).bit_count())
    return netmask or "32"


def shown_settings(settings: Settings) -> list[tuple[str, str, str]]:
    """Each setting's name, value and origin; a password's value is not told."""
    origins = dict(settings.origins)
    rows = []
    for setting in TABLE:
        value = getattr(settings, setting.name)
        text = ", ".join(value) if isinstance(value, tuple) else str(value)
        if setting.unit == "password":
            text = "set" if value else "not set"
        rows.append((setting.name, text, origins.get(setting.name, "default")))
    return rows
