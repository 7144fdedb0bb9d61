"""The only ways to change a playlist: made, described, filled, put in order, deleted.

Like the catalog's marks, each change is one transaction, then one swap, under the catalog's lock; the snapshot
shows what is stored and nothing else. Anybody may change any playlist.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from . import events
from .catalog import Catalog
from .errors import InvalidValue, NotFound
from .events import Events
from .playlists import MOST_ITEMS, MOST_PLAYLISTS, Item, Playlist, parse_description, parse_name
from .text import caseless
from .video import Video


class KeptPlaylists(Protocol):
    """Where playlists are kept: one transaction a method, durable on return."""

    def create_playlist(self, name: str, description: str, now: float) -> int: ...
    def describe_playlist(self, playlist_id: int, name: str, description: str) -> None: ...
    def delete_playlist(self, playlist_id: int) -> None: ...
    def add_item(self, playlist_id: int, video_id: int, now: float) -> int: ...
    def remove_items(self, item_ids: Sequence[int]) -> None: ...
    def move_item(self, item_id: int, order: Sequence[int]) -> None: ...


class Playlisting:
    def __init__(
        self, catalog: Catalog, store: KeptPlaylists, happened: Events, clock: Callable[[], float] = time.time
    ) -> None:
        self._catalog = catalog
        self._store = store
        self._events = happened
        self._clock = clock

    def create(self, name: object, description: object = None) -> Playlist:
        """A new, empty playlist. Errors: InvalidValue, also for a name that there is."""
        typed, told = parse_name(name), parse_description(description)
        with self._catalog.lock:
            if len(self._catalog.snapshot.playlists.of) >= MOST_PLAYLISTS:
                raise InvalidValue(f"There can be {MOST_PLAYLISTS:,} playlists; delete one that nobody plays.")
            self._check_free(typed)
            now = self._clock()
            playlist = Playlist(self._store.create_playlist(typed, told, now), typed, told, now)
            return self._show(playlist)

    def describe(self, playlist_id: int, name: object, description: object = None) -> Playlist:
        """Gives a playlist another name and description. Errors: InvalidValue, NotFound."""
        typed, told = parse_name(name), parse_description(description)
        with self._catalog.lock:
            playlist = self._catalog.snapshot.playlists.find(playlist_id)
            self._check_free(typed, but=playlist)
            self._store.describe_playlist(playlist_id, typed, told)
            return self._show(replace(playlist, name=typed, description=told))

    def delete(self, playlist_id: int) -> None:
        """Deletes a playlist for ever; its videos stay. Errors: NotFound."""
        with self._catalog.lock:
            self._catalog.snapshot.playlists.find(playlist_id)
            self._store.delete_playlist(playlist_id)
            playlists = self._catalog.snapshot.playlists
            left = {other_id: other for other_id, other in playlists.of.items() if other_id != playlist_id}
            self._catalog.swap(playlists=replace(playlists, of=left))
        self._events.tell(events.PLAYLIST_CHANGED, id=playlist_id)

    def add(self, playlist_id: int, video: Video) -> Item:
        """Puts a video at the end, also once more. Errors: InvalidValue when it is full, NotFound."""
        with self._catalog.lock:
            playlist = self._catalog.snapshot.playlists.find(playlist_id)
            library = self._catalog.snapshot.library
            if video.id not in library.present and video.id not in library.away:
                raise NotFound("There is no such video any more.")
            if len(playlist.items) >= MOST_ITEMS:
                raise InvalidValue(f"A playlist holds at most {MOST_ITEMS:,} videos; this one is full.")
            now = self._clock()
            item = Item(self._store.add_item(playlist_id, video.id, now), video.id, now)
            self._show(replace(playlist, items=(*playlist.items, item)))
            return item

    def remove(self, playlist_id: int, item_id: int) -> None:
        """Takes one item out; its video stays. Errors: NotFound."""
        with self._catalog.lock:
            playlist = self._catalog.snapshot.playlists.find(playlist_id)
            self._take_out(playlist, [playlist.items[_at(playlist, item_id)]])

    def remove_video(self, playlist_id: int, video: Video, position: int | None = None) -> None:
        """Takes a video out: from this place, counted from 1, or wherever it stands. Errors: NotFound."""
        with self._catalog.lock:
            playlist = self._catalog.snapshot.playlists.find(playlist_id)
            numbered = enumerate(playlist.items, start=1)
            gone = [item for place, item in numbered if item.video_id == video.id and position in (None, place)]
            if not gone:
                raise NotFound("This playlist does not have that video there. Load it again to see its order.")
            self._take_out(playlist, gone)

    def move(self, playlist_id: int, item_id: int, place: object) -> None:
        """Puts an item at this place, counted from 1; a larger number is the last. Errors: InvalidValue, NotFound."""
        to = _parse_place(place)
        with self._catalog.lock:
            playlist = self._catalog.snapshot.playlists.find(playlist_id)
            at = _at(playlist, item_id)
            items = [*playlist.items[:at], *playlist.items[at + 1 :]]
            items.insert(to - 1, playlist.items[at])
            if tuple(items) != playlist.items:
                self._store.move_item(item_id, [item.id for item in items])
                self._show(replace(playlist, items=tuple(items)))

    def _check_free(self, name: str, but: Playlist | None = None) -> None:
        others = (other for other in self._catalog.snapshot.playlists.of.values() if other is not but)
        if any(caseless(other.name) == caseless(name) for other in others):
            raise InvalidValue("There is a playlist of this name already.")

    def _take_out(self, playlist: Playlist, gone: Sequence[Item]) -> None:
        ids = {item.id for item in gone}
        self._store.remove_items([*ids])
        self._show(replace(playlist, items=tuple(item for item in playlist.items if item.id not in ids)))

    def _show(self, playlist: Playlist) -> Playlist:
        playlists = self._catalog.snapshot.playlists
        self._catalog.swap(playlists=replace(playlists, of={**playlists.of, playlist.id: playlist}))
        self._events.tell(events.PLAYLIST_CHANGED, id=playlist.id)
        return playlist


def _at(playlist: Playlist, item_id: int) -> int:
    for at, item in enumerate(playlist.items):
        if item.id == item_id:
            return at
    raise NotFound("This is not in the playlist any more. Load the page again to see what is.")


def _parse_place(value: object) -> int:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value.strip()):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise InvalidValue("A place in a playlist is a whole number from 1.", value=repr(value)[:100])
    return value
