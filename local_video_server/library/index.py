"""The index of all roots: starts and stops their threads, and tells how it stands with them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from .catalog import Catalog
from .errors import CannotStart
from .indexing import RootIndex
from .root_report import RootReport
from .video import Root, Video


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders to serve, and those that were named but lie inside another."""

    used: tuple[str, ...]
    covered: tuple[tuple[str, str], ...] = ()  # (the folder, the one it lies in)


def choose_folders(named: Iterable[str], real: Callable[[str], str] = os.path.realpath) -> Folders:
    """Real paths without doubles; a folder inside another is covered by it. Errors: CannotStart when none is
    named."""
    paths = list(dict.fromkeys(real(path) for path in named))
    if not paths:
        raise CannotStart("Name at least one folder with videos, for example: bin/serve ~/Videos")
    used: list[str] = []
    covered: list[tuple[str, str]] = []
    for path in paths:
        outer = next((other for other in paths if other != path and _lies_in(path, other)), None)
        if outer is None:
            used.append(path)
        else:
            covered.append((path, outer))
    return Folders(tuple(used), tuple(covered))


def _lies_in(path: str, other: str) -> bool:
    return path.startswith(other.rstrip("/") + "/")


class Index:
    """One RootIndex a root."""

    def __init__(self, roots: Sequence[RootIndex], catalog: Catalog) -> None:
        self._roots = {one.root.id: one for one in roots}
        self._catalog = catalog

    def start(self) -> None:
        for one in self._roots.values():
            one.start()

    def stop(self) -> None:
        for one in self._roots.values():
            one.stop()

    def refresh(self) -> None:
        """Every root is compared with its folder soon: what start-up, the periodic check and the button do."""
        for one in self._roots.values():
            one.refresh_soon()

    def pause(self) -> None:
        """No root is looked at until `go_on`; a look under way waits."""
        for one in self._roots.values():
            one.permit.pause()

    def go_on(self) -> None:
        for one in self._roots.values():
            one.permit.go_on()

    def cancel(self) -> None:
        """Looks under way end; the next ones come when they are due."""
        for one in self._roots.values():
            one.permit.cancel()

    def fingerprint_first(self, videos: Iterable[Video]) -> None:
        """Somebody looks at these: those without a fingerprint get theirs before all others."""
        for video in videos:
            if video.fingerprint is None and video.root_id in self._roots:
                self._roots[video.root_id].fingerprint_first((video.id,))

    def reports(self, counts_watches: bool = True) -> list[RootReport]:
        return [one.report(counts_watches) for one in self._roots.values()]

    def answers(self, root: Root) -> bool:
        """Whether work on files of this root makes sense now."""
        one = self._roots.get(root.id)
        current = self._catalog.snapshot.library.roots.get(root.id)
        return bool(one and current and not current.is_offline and not one.report(counts_watches=False).is_silent)
