"""Playlists: videos in an order that somebody chose. The values, and the rules for names.

An item is not its video: one video may stand in a playlist twice, and an item that was moved in from an old library
may wait for a file that is not there yet. Nothing here stores anything.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from .errors import InvalidValue, NotFound
from .text import natural

NAME_LENGTH = 200  # characters
DESCRIPTION_LENGTH = 2000
MOST_ITEMS = 10_000  # of one playlist: its page shows them all
MOST_PLAYLISTS = 1_000  # more were never made by hand, and every watch page offers them all


@dataclass(frozen=True, slots=True)
class Item:
    """A place in a playlist: a video, or the name of a file that it waits for."""

    id: int
    video_id: int | None
    added_at: float
    waits_for: str | None = None


@dataclass(frozen=True, slots=True)
class Playlist:
    id: int
    name: str
    description: str
    created_at: float
    items: tuple[Item, ...] = ()


@dataclass(frozen=True)
class Playlists:
    """All playlists of one profile, by id, in the order they were made. `version` grows with every change."""

    version: int = 0
    of: Mapping[int, Playlist] = field(default_factory=dict)

    def find(self, playlist_id: int) -> Playlist:
        """Errors: NotFound."""
        playlist = self.of.get(playlist_id)
        if playlist is None:
            raise NotFound("There is no such playlist. It may have been deleted; /playlists shows those there are.")
        return playlist

    @cached_property
    def by_name(self) -> tuple[Playlist, ...]:
        return tuple(sorted(self.of.values(), key=lambda playlist: (natural(playlist.name), playlist.id)))

    @cached_property
    def holding(self) -> Mapping[int, tuple[Playlist, ...]]:
        """For each video id: the playlists that the video is in, by name."""
        found: dict[int, list[Playlist]] = {}
        for playlist in self.by_name:
            for video_id in {item.video_id for item in playlist.items if item.video_id is not None}:
                found.setdefault(video_id, []).append(playlist)
        return {video_id: tuple(playlists) for video_id, playlists in found.items()}


def parse_name(value: object) -> str:
    """A playlist's name as a person types it: trimmed, inner white space made single. Errors: InvalidValue."""
    name = " ".join(value.split()) if isinstance(value, str) else ""
    if not any(letter.isprintable() for letter in name.replace(" ", "")):  # nobody could press what nobody sees
        raise InvalidValue("A playlist needs a name.")
    _check(name, "name", NAME_LENGTH)
    return name


def parse_description(value: object) -> str:
    """A description, or none; its lines stay. Errors: InvalidValue."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InvalidValue("A description is text.")
    description = "\n".join(" ".join(line.split()) for line in value.strip().splitlines())
    _check(description.replace("\n", " "), "description", DESCRIPTION_LENGTH)
    return description


def _check(text: str, what: str, longest: int) -> None:
    if len(text) > longest:
        raise InvalidValue(f"The {what} of a playlist has at most {longest} characters; this one has {len(text)}.")
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in text):
        raise InvalidValue(f"The {what} of a playlist cannot hold control characters.")
