"""The current snapshot, and the only ways to change it.

Each change is one transaction of the store, then one swap of the reference: what is not committed is never shown.
One lock orders the writers; readers take `catalog.snapshot` and need none.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

from . import events
from .errors import NotFound
from .events import Events
from .marks import Marks, Play, Tag, parse_rating
from .playlists import Playlists
from .poster import Made, Posters
from .reconcile import Changes, reunions
from .snapshot import Library, Snapshot
from .store import Probed, Store
from .video import Root, Status, Video


class Catalog:
    def __init__(self, store: Store, happened: Events, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._events = happened
        self._clock = clock
        self.lock = threading.RLock()
        self.snapshot = Snapshot()

    def open(self, folders: Sequence[str]) -> Sequence[Root]:
        """Loads what is stored about these folders, and about all videos of folders no longer in use."""
        with self.lock:
            roots = self._store.use_roots(folders)
            library = self._store.load(roots)
            library = replace(library, roots={root.id: root for root in roots})
            self.swap(
                library,
                self._store.load_marks(),
                Posters(of=self._store.load_posters()),
                self._store.load_playlists(),
            )
            return roots

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

    def scanning(self, root: Root, is_scanning: bool) -> None:
        """A first look at a root began or ended; the pages say so."""
        with self.lock:
            scanning = self.snapshot.scanning
            changed = scanning | {root.id} if is_scanning else scanning - {root.id}
            self.snapshot = replace(self.snapshot, scanning=changed)

    def look_again(self) -> None:
        """Sets broken videos back to waiting."""
        with self.lock:
            broken = [v for v in self.snapshot.library.present.values() if v.status is Status.BROKEN]
            self._replace(self._store.look_again(broken))

    def rate(self, video: Video, rating: object) -> Video:
        """Sets a rating of 1 to 5, None takes it away. Errors: InvalidValue, NotFound."""
        value = None if rating is None else parse_rating(rating)
        with self._marking(video) as marks:
            self._store.set_rating(video.id, value, self._clock())
            self.swap(marks=replace(marks, ratings=_with(marks.ratings, video.id, value)))
        return self._marked(video)

    def set_favorite(self, video: Video, is_favorite: bool) -> Video:
        now = self._clock()
        with self._marking(video) as marks:
            self._store.set_favorite(video.id, is_favorite, now)
            since = marks.favorites.get(video.id, now) if is_favorite else None
            self.swap(marks=replace(marks, favorites=_with(marks.favorites, video.id, since)))
        return self._marked(video)

    def add_tag(self, video: Video, typed: object) -> Video:
        """Adds a tag; one that differs only in case is the same. Errors: InvalidValue, NotFound."""
        tag = Tag.parse(typed)
        with self._marking(video) as marks:
            current = marks.tags.get(video.id, ())
            if all(other.folded != tag.folded for other in current):
                tag = self._store.add_tag(video.id, tag, self._clock())
                self.swap(marks=replace(marks, tags=_with(marks.tags, video.id, (*current, tag))))
        return self._marked(video)

    def remove_tag(self, video: Video, typed: object) -> Video:
        tag = Tag.parse(typed)
        with self._marking(video) as marks:
            current = marks.tags.get(video.id, ())
            left = tuple(other for other in current if other.folded != tag.folded)
            if left != current:
                self._store.remove_tag(video.id, tag)
                self.swap(marks=replace(marks, tags=_with(marks.tags, video.id, left or None)))
        return self._marked(video)

    def add_view(self, video: Video, play: str | None = None) -> Video:
        """Counts one view. `play` names the playing that is reported: the same one counts once."""
        with self._marking(video) as marks:
            now = self._clock()
            if self._store.add_play(video.id, play, now):
                views = _with(marks.views, video.id, marks.views.get(video.id, 0) + 1)
                self.swap(marks=replace(marks, views=views, plays=(*marks.plays, Play(now, video.id))))
        return self._marked(video)

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
            self.swap(replace(library, away=away), self._store.load_marks(), posters)
            return len(gone)

    def swap(
        self,
        library: Library | None = None,
        marks: Marks | None = None,
        posters: Posters | None = None,
        playlists: Playlists | None = None,
    ) -> None:
        """Shows these parts from now on. Only for who holds the lock, and has stored them."""
        before = self.snapshot
        if posters is before.posters:
            posters = None
        self.snapshot = replace(
            before,
            library=replace(library, version=before.library.version + 1) if library else before.library,
            marks=replace(marks, version=before.marks.version + 1) if marks else before.marks,
            posters=replace(posters, version=before.posters.version + 1) if posters else before.posters,
            playlists=replace(playlists, version=before.playlists.version + 1) if playlists else before.playlists,
        )

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
        self.swap(library, posters=_without(self.snapshot.posters, [newcomer.id for _, newcomer in pairs]))
        self._tell_all(events.VIDEO_RETURNED, found)

    def _replace(self, videos: Sequence[Video]) -> None:
        if videos:
            present = dict(self.snapshot.library.present)
            present.update((video.id, video) for video in videos if video.id in present)
            self.swap(replace(self.snapshot.library, present=present))

    @contextmanager
    def _marking(self, video: Video) -> Iterator[Marks]:
        """The lock, and the marks as they are once it is held. A video that was forgotten is refused."""
        with self.lock:
            library = self.snapshot.library
            if video.id not in library.present and video.id not in library.away:
                raise NotFound("There is no such video any more.")
            yield self.snapshot.marks

    def _marked(self, video: Video) -> Video:
        self._events.tell(events.MARK_CHANGED, key=video.key)
        return video

    def _tell_all(self, name: str, videos: Iterable[Video]) -> None:
        for video in videos:
            self._events.tell(name, key=video.key)


_T = TypeVar("_T")


def _with(values: Mapping[int, _T], key: int, value: _T | None) -> Mapping[int, _T]:
    changed = dict(values)
    if value is None:
        changed.pop(key, None)
    else:
        changed[key] = value
    return changed


def _without(posters: Posters, video_ids: Iterable[int]) -> Posters:
    gone = set(video_ids) & posters.of.keys()
    if not gone:
        return posters
    return replace(posters, of={video_id: one for video_id, one in posters.of.items() if video_id not in gone})
