"""The current snapshot, and the only ways to change it.

Each change is one transaction of the store, then one swap of the reference: what is not committed is never shown.
One lock orders the writers; readers take `catalog.snapshot` and need none.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from . import events
from .events import Events
from .marking import Marking
from .naming import Awaited
from .poster import Made, Posters
from .reconcile import Changes, reunions
from .store import Probed, Store
from .video import Root, Status, Video

FEW = 500  # videos whose marks are loaded alone; of more, everything is


class Catalog(Marking):
    """
    ignores_case  whether the file system of a root's folder takes "A" for "a"
    """

    def __init__(
        self,
        store: Store,
        happened: Events,
        clock: Callable[[], float] = time.time,
        ignores_case: Callable[[str], bool] = lambda root: False,
    ) -> None:
        super().__init__(store, happened, clock)
        self._ignores_case = ignores_case
        self._awaited = Awaited()
        self._unsure: set[int] = set()  # videos that came while a folder was looked at for the first time

    def open(self, folders: Sequence[str]) -> Sequence[Root]:
        """Loads what is stored about these folders, and about all videos of folders no longer in use."""
        with self.lock:
            roots = self._store.use_roots(folders)
            self._load({root.id: root for root in roots})
            # The server may have been ended between a file that came and what waited for it.
            self._give_awaited(self._unmarked(self.snapshot.library.present.values()), is_strict=True)
            return roots

    @contextmanager
    def storing(self) -> Iterator[None]:
        """Holds all other writers while much is stored beside this catalog, then shows everything anew."""
        with self.lock:
            yield
            self._load(self.snapshot.library.roots)

    def apply(self, root: Root, changes: Changes, is_first_scan: bool = False) -> Sequence[Video]:
        """Stores what changed in a root and shows it; answers the videos that have to be looked into."""
        if changes.is_empty:
            return ()
        with self.lock:
            was_away = set(self.snapshot.library.away)
            done = self._store.apply(root, changes, is_first_scan, self._clock())
            library = self.snapshot.library
            present, away = dict(library.present), dict(library.away)
            for video in (*done.vanished, *done.added, *done.placed):
                present.pop(video.id, None)
                away.pop(video.id, None)
                (away if video.missing_since is not None else present)[video.id] = video
            former = {**library.former_paths, **done.former_paths} if done.former_paths else library.former_paths
            # What was made from the former content of a file does not show it any more.
            changed = [video.id for video in done.placed if video.fingerprint is None]
            library = replace(library, present=present, away=away, former_paths=former)
            self.swap(library, posters=_without(self.snapshot.posters, changed))
            if done.vanished:
                self._reunite(done.vanished, present.values())
            if not is_first_scan:  # at its end all names are known, and which of them are the only ones
                self._give_awaited((*done.added, *done.placed))
            lost = [video for video in done.vanished if video.id in self.snapshot.library.away]
        self._tell_all(events.VIDEO_ADDED, done.added)
        self._tell_all(events.VIDEO_RETURNED, (v for v in done.placed if v.id in was_away))
        self._tell_all(events.VIDEO_CHANGED, (v for v in done.placed if v.id not in was_away))
        self._tell_all(events.VIDEO_MISSING, lost)
        return [video for video in (*done.added, *done.placed) if video.status is Status.PENDING]

    def record_probes(self, probed: Sequence[Probed]) -> None:
        """Stores what looking into videos found. A file that changed meanwhile keeps waiting for its turn."""
        with self.lock:
            self._replace(self._store.record_probes(probed))
        self._tell_all(events.VIDEO_CHANGED, (video for video, _ in probed))

    def record_fingerprints(self, found: Sequence[tuple[Video, bytes]]) -> None:
        """Stores fingerprints; a newcomer that turns out to be a lost video takes its place."""
        with self.lock:
            stored = self._store.record_fingerprints(found)
            self._replace(stored)
            self._reunite(self.snapshot.library.lost(), (video for video in stored if video.missing_since is None))
            # One with marks has its name already; what waits for another of the same content goes on waiting.
            self._give_awaited(self._unmarked(stored), is_strict=True)

    def record_posters(self, made: Sequence[tuple[Video, Made]]) -> None:
        """Stores posters whose files are written. That of a file that changed meanwhile is not taken."""
        with self.lock:
            stored = self._store.record_posters(made, self._clock())
            posters = {video.id: one.poster for video, one in made if video.id in stored}
            if posters:
                before = self.snapshot.posters
                self.swap(posters=replace(before, of={**before.of, **posters}))
        self._tell_all(events.POSTER_READY, (video for video, _ in made if video.id in stored))

    def lose_posters(self, video_ids: Sequence[int]) -> None:
        """The files of these posters are gone."""
        if video_ids:
            with self.lock:
                self._store.delete_posters(video_ids)
                self.swap(posters=_without(self.snapshot.posters, video_ids))

    def root_answers(self, root: Root, reason: str | None) -> None:
        """A root went offline (with the reason) or answers again (None). Its videos stay as they are."""
        with self.lock:
            current = self.snapshot.library.roots[root.id]
            if current.offline_reason == reason:
                return
            since = (current.offline_since or self._clock()) if reason else None
            changed = replace(current, offline_reason=reason, offline_since=since)
            library = self.snapshot.library
            self.swap(replace(library, roots={**library.roots, root.id: changed}))

    def scanning(self, root: Root, is_scanning: bool, is_whole: bool = True) -> None:
        """A first look at a root began or ended, or was ended before it was whole; the pages say so."""
        with self.lock:
            scanning = self.snapshot.scanning
            changed = scanning | {root.id} if is_scanning else scanning - {root.id}
            self.snapshot = replace(self.snapshot, scanning=changed)
            # One that went away in the middle is looked at again, and all its names are known then.
            is_over = root.id in scanning and not is_scanning and is_whole
            if is_over and not self.snapshot.library.roots[root.id].is_offline:
                self._give_awaited(self.snapshot.library.present_in(root))

    def look_again(self, videos: Iterable[Video] | None = None) -> int:
        """Sets broken videos back to waiting: those of these, or all. Answers how many."""
        with self.lock:
            present = self.snapshot.library.present
            ids = present if videos is None else [video.id for video in videos if video.id in present]
            broken = [present[video_id] for video_id in ids if present[video_id].status is Status.BROKEN]
            self._replace(self._store.look_again(broken))
            return len(broken)

    def forget(self, videos: Iterable[Video]) -> int:
        """Removes missing videos and their marks for ever; only a viewer asks for it. Answers how many."""
        with self.lock:
            library = self.snapshot.library
            # As they are now: one may have returned, or be forgotten, since the viewer saw the list.
            gone = [library.away[video.id] for video in videos if video.id in library.away]
            gone = [video for video in gone if video.missing_since is not None]
            self._store.forget(gone)
            ids = {video.id for video in gone}
            away = {video_id: video for video_id, video in library.away.items() if video_id not in ids}
            posters = _without(self.snapshot.posters, ids)
            self.swap(replace(library, away=away), self._store.load_marks(), posters, self._store.load_playlists())
            return len(gone)

    def _load(self, roots: Mapping[int, Root]) -> None:
        library = replace(self._store.load(list(roots.values())), roots=roots)
        posters = Posters(of=self._store.load_posters())
        self.swap(library, self._store.load_marks(), posters, self._store.load_playlists())
        self._awaited = self._store.awaited()

    def _load_some(self, video_ids: Collection[int]) -> None:
        """Shows anew what belongs to some videos: a whole library takes long, and files may come one by one."""
        library = self.snapshot.library
        some = self._store.load(list(library.roots.values()), video_ids)
        library = replace(
            library,
            present={**library.present, **some.present},
            away={**library.away, **some.away},
            former_paths={**library.former_paths, **some.former_paths},
            retired_keys={**library.retired_keys, **some.retired_keys},
            old_hashes={**library.old_hashes, **some.old_hashes},
        )
        marks = self.snapshot.marks.renewed(self._store.load_marks(video_ids), video_ids)
        self.swap(library, marks, playlists=self._store.load_playlists())

    def _unmarked(self, videos: Iterable[Video]) -> Iterable[Video]:
        return (video for video in videos if not self.snapshot.marks.has_any(video.id))

    def _give_awaited(self, newcomers: Iterable[Video], is_strict: bool = False) -> None:
        """Marks that were moved in before their file was there go to it now. While a folder is looked at for the
        first time, only where the name is exactly the same; the rest when all names are known."""
        ids = [video.id for video in newcomers if self._awaited.may_mean(video)] if self._awaited else []
        if not is_strict and self.snapshot.scanning:
            self._unsure.update(ids)
        elif not is_strict:
            ids = [*{*ids, *self._unsure}]
            self._unsure.clear()
        if ids:
            given = self._store.attach(ids, self._ignores_case, is_strict or bool(self.snapshot.scanning))
            if len(given) > FEW:
                self._load(self.snapshot.library.roots)
            elif given:
                self._load_some(given)

    def _reunite(self, lost: Iterable[Video], newcomers: Iterable[Video]) -> None:
        """Lost videos take the places of the newcomers that they turn out to be."""
        pairs = reunions(lost, newcomers, self.snapshot.marks.has_any)
        if not pairs:
            return
        found = self._store.adopt(pairs)
        library = self.snapshot.library
        present, away = dict(library.present), dict(library.away)
        retired, former = dict(library.retired_keys), dict(library.former_paths)
        for (original, newcomer), video in zip(pairs, found, strict=True):
            away.pop(original.id, None)
            present.pop(newcomer.id, None)
            present[video.id] = video
            retired[newcomer.key] = video.id
            former[original.filename] = video.id
        library = replace(library, present=present, away=away, retired_keys=retired, former_paths=former)
        posters = _without(self.snapshot.posters, [newcomer.id for _, newcomer in pairs])
        self.swap(library, posters=posters, playlists=self._store.load_playlists())
        self._tell_all(events.VIDEO_RETURNED, found)

    def _replace(self, videos: Sequence[Video]) -> None:
        if videos:
            present = dict(self.snapshot.library.present)
            present.update((video.id, video) for video in videos if video.id in present)
            self.swap(replace(self.snapshot.library, present=present))

    def _tell_all(self, name: str, videos: Iterable[Video]) -> None:
        for video in videos:
            self._events.tell(name, key=video.key)


def _without(posters: Posters, video_ids: Iterable[int]) -> Posters:
    gone = set(video_ids) & posters.of.keys()
    if not gone:
        return posters
    return replace(posters, of={video_id: one for video_id, one in posters.of.items() if video_id not in gone})
