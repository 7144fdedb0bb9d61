"""What a playlist shows and plays: its items with their videos, which of them is on, what comes before and after.

Pure functions from a snapshot. What cannot be played keeps its place in the list, and playing passes over it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .playlists import Item, Playlist
from .snapshot import Snapshot
from .video import Status, Video

AT_ONCE = 100  # items on one page of a playlist, which comes again with each film


@dataclass(frozen=True, slots=True)
class Entry:
    """An item at its place, counted from 1. Without a video it waits for a file."""

    place: int
    item: Item
    video: Video | None
    status: Status | None

    @property
    def is_playable(self) -> bool:
        return self.status in (Status.READY, Status.PENDING)


@dataclass(frozen=True, slots=True)
class RunningOrder:
    """A playlist with the entry that is on now; `now` is None where the playlist is empty."""

    playlist: Playlist
    entries: tuple[Entry, ...]
    now: Entry | None

    @property
    def length_s(self) -> float:
        """How long all that can be played takes together, as far as it is known."""
        return sum(entry.video.duration_s or 0 for entry in self.entries if entry.video and entry.is_playable)

    @property
    def previous(self) -> Entry | None:
        return _playable(reversed(self.entries[: self._at - 1])) if self.now else None

    @property
    def next(self) -> Entry | None:
        return _playable(self.entries[self._at :])

    @property
    def shown(self) -> tuple[Entry, ...]:
        """The entries of the page that the one that is on stands on."""
        return self.entries[self._first : self._first + AT_ONCE]

    @property
    def earlier(self) -> Entry | None:
        """Where the page before this one begins."""
        return self.entries[self._first - AT_ONCE] if self._first else None

    @property
    def later(self) -> Entry | None:
        """Where the page after this one begins."""
        rest = self.entries[self._first + AT_ONCE :]
        return rest[0] if rest else None

    @property
    def _at(self) -> int:
        return self.now.place if self.now else 0

    @property
    def _first(self) -> int:
        return max(0, self._at - 1) // AT_ONCE * AT_ONCE


def running_order(snapshot: Snapshot, playlist: Playlist, at: int | None = None) -> RunningOrder:
    """A playlist with the entry at this place on; the last where there are fewer. Without a place, the first that
    can be played."""
    entries = tuple(_entry(snapshot, place, item) for place, item in enumerate(playlist.items, start=1))
    if at is None:
        now = _playable(entries) or next(iter(entries), None)
    else:
        now = entries[min(max(at, 1), len(entries)) - 1] if entries else None
    return RunningOrder(playlist, entries, now)


def place_of(playlist: Playlist, item_id: int | None, otherwise: int | None) -> int | None:
    """Where an item stands now; `otherwise` when it was taken out."""
    places = (place for place, item in enumerate(playlist.items, start=1) if item.id == item_id)
    return next(places, otherwise)


def _entry(snapshot: Snapshot, place: int, item: Item) -> Entry:
    library = snapshot.library
    video = None
    if item.video_id is not None:
        video = library.present.get(item.video_id) or library.away.get(item.video_id)
    return Entry(place, item, video, snapshot.status(video) if video else None)


def _playable(entries: Iterable[Entry]) -> Entry | None:
    return next((entry for entry in entries if entry.is_playable), None)
