"""What the views work with: one value with every collaborator, and the snapshot of this request."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from flask import current_app, g

from ..library.backing_up import Backing
from ..library.catalog import Catalog
from ..library.checkup import Checkup
from ..library.errors import NotFound
from ..library.figures import Numbers
from ..library.habits import Habitual
from ..library.index import Index
from ..library.moving_in import MovingIn
from ..library.playlisting import Playlisting
from ..library.postering import Postering
from ..library.probing import Probing
from ..library.readings import Machine, Tasks
from ..library.shelf import Shelf
from ..library.snapshot import Snapshot
from ..library.video import Video
from ..library.viewers import Viewers
from .access import Access
from .disk_gate import DiskGate
from .live import LiveNews
from .page_cache import PageCache
from .passwords import Passwords
from .rate_limit import RateLimit
from .static_files import StaticFiles


@dataclass(frozen=True)
class House:
    catalog: Catalog
    playlists: Playlisting
    moving: MovingIn
    index: Index
    probing: Probing
    postering: Postering
    shelf: Shelf
    backups: Backing
    numbers: Numbers
    machine: Machine
    tasks: Tasks
    checkup: Checkup
    metrics: Callable[[str], tuple[bytes, str]]  # for Prometheus: by the Accept header, text and content type
    viewers: Viewers
    access: Access
    gate: DiskGate
    passwords: Passwords
    pages: PageCache
    static: StaticFiles
    news: LiveNews
    secret: str  # of the lock file: who shows it is a command of the owner
    settings: Callable[[], list[tuple[str, str, str]]]  # name, value, origin
    ratings_limit: RateLimit = field(kw_only=True, default_factory=RateLimit)
    habits: Habitual = field(kw_only=True, default_factory=Habitual)
    opened_at: float = field(kw_only=True, default_factory=time.time)  # when the library was loaded


def house() -> House:
    return cast(House, current_app.extensions["house"])


def snapshot() -> Snapshot:
    """The snapshot that this whole request reads, however often the catalog swaps meanwhile."""
    if "snapshot" not in g:
        g.snapshot = house().catalog.snapshot
    return cast(Snapshot, g.snapshot)


def find(name: str) -> Video:
    """The video that an address names. Errors: NotFound."""
    video = snapshot().find(name)
    if video is None:
        raise NotFound("There is no video at this address. It may have been removed; the search finds the rest.")
    return video
