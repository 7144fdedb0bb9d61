"""What viewers do: the half of the catalog that changes marks.

Each deed is set, never toggled, but for the one that old clients need; it is stored first and shown then.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

from . import events
from .errors import NotFound
from .events import Events
from .marks import Marks, Play, Tag, parse_rating
from .playlists import Playlists
from .poster import Posters
from .snapshot import Library, Snapshot
from .store import Store
from .video import Video


class Marking:
    """The snapshot, how it is swapped, and the deeds that change marks. Catalog adds those of the index."""

    def __init__(self, store: Store, happened: Events, clock: Callable[[], float]) -> None:
        self._store = store
        self._events = happened
        self._clock = clock
        self.lock = threading.RLock()
        self.snapshot = Snapshot()

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

    def toggle_favorite(self, video: Video) -> bool:
        """For clients of the original server: one step, so that two at once are two. Answers how it is now."""
        with self.lock:
            is_favorite = video.id not in self.snapshot.marks.favorites
            self.set_favorite(video, is_favorite)
        return is_favorite

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

    def clear_recent(self) -> None:
        """Empties what is shown as recently played; views and history stay."""
        with self.lock:
            now = self._clock()
            self._store.clear_recent(now)
            self.swap(marks=replace(self.snapshot.marks, recent_since=now))

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
            marks=marks.after(before.marks) if marks else before.marks,
            posters=replace(posters, version=before.posters.version + 1) if posters else before.posters,
            playlists=replace(playlists, version=before.playlists.version + 1) if playlists else before.playlists,
        )

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


_T = TypeVar("_T")


def _with(values: Mapping[int, _T], key: int, value: _T | None) -> Mapping[int, _T]:
    changed = dict(values)
    if value is None:
        changed.pop(key, None)
    else:
        changed[key] = value
    return changed
