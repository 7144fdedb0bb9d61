"""What a library says about its videos, by name: the form in which marks move in and out, whatever file they are in.

Readers make it from old files, merging.py decides what of it is taken, export makes it from ours. It knows names,
not videos: the file may not be there yet. Times are seconds since 1970, UTC; one below DATED_FROM is no date, and
its fraction keeps the order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

ORIGINAL = "original"  # the source of counts that came from the original server, unless another is named
UNDATED = 0.0
DATED_FROM = 1.0
STEP = 1e-6  # between two undated marks of a list


@dataclass(frozen=True, slots=True)
class Carried:
    """Everything that another library says about one file."""

    name: str  # path relative to its root, as on disk (surrogate escapes possible)
    root: str = ""  # the folder it was in; "" when that library did not tell
    rating: tuple[int, float] | None = None  # value, when
    favorite: float | None = None  # since when
    tags: tuple[tuple[str, float], ...] = ()  # as typed, when; in their order
    views: tuple[tuple[str, int, float], ...] = ()  # source, how many without `plays`, when
    plays: tuple[tuple[float, str | None], ...] = ()  # when, and the name of the playing
    added_at: float | None = None
    media_hashes: tuple[str, ...] = ()
    # What only library.json tells.
    key: str | None = None
    size_bytes: int | None = None
    fingerprint: bytes | None = None
    former_paths: tuple[str, ...] = ()
    retired_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CarriedPlaylist:
    name: str
    description: str = ""
    created_at: float = UNDATED
    items: tuple[tuple[str, str, float], ...] = ()  # name and root of the file, when it was added; in order


@dataclass(frozen=True, slots=True)
class OldLibrary:
    videos: tuple[Carried, ...] = ()
    playlists: tuple[CarriedPlaylist, ...] = ()
    recent_since: float = 0.0


def is_dated(time: float) -> bool:
    return time >= DATED_FROM


def imported_play(source: str) -> str:
    """The name of the play that an old library's "last viewed" becomes."""
    return f"imported:{source}"


@dataclass
class MoveReport:
    """What became of everything that was read, for people and for scripts."""

    counts: dict[str, Counts] = field(default_factory=dict)
    refused: list[Row] = field(default_factory=list)
    conflicts: list[Row] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)  # names whose file is not there
    left_behind: dict[str, int] = field(default_factory=dict)  # what has no place here, and how many
    notes: list[str] = field(default_factory=list)  # sentences
    backup: str | None = None  # where the database lies as it was before

    def of(self, what: str) -> Counts:
        return self.counts.setdefault(what, Counts())

    def refuse(self, what: str, file: str, row: str, reason: str) -> None:
        """Notes a row that was read and cannot be taken."""
        counts = self.of(what)
        counts.read += 1
        counts.refused += 1
        self.refused.append(Row(what, file, row, reason))

    def conflict(self, what: str, row: str, reason: str) -> None:
        """Notes a mark that differs from the one that stays; it was counted as read before."""
        self.of(what).in_conflict += 1
        self.conflicts.append(Row(what, "", row, reason))


@dataclass(slots=True)
class Counts:
    read: int = 0
    imported: int = 0
    already_there: int = 0
    in_conflict: int = 0
    waiting: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A row of an old library, and what is to be said about it."""

    what: str
    file: str
    row: str
    reason: str


def marks_in(carried: Carried) -> dict[str, int]:
    """How many marks of each kind it brings, as a report counts them."""
    return {
        RATINGS: int(carried.rating is not None),
        FAVORITES: int(carried.favorite is not None),
        TAGS: len(carried.tags),
        VIEWS: len(carried.views),
        PLAYS: len(carried.plays),
        DATES: int(carried.added_at is not None),
        HASHES: len(carried.media_hashes),
    }


def to_json(report: MoveReport) -> dict[str, Any]:
    return asdict(report)


def from_json(values: Mapping[str, Any]) -> MoveReport:
    """A report that a server sent to the command. Errors: KeyError, TypeError for anything else."""
    return MoveReport(
        counts={what: Counts(**counts) for what, counts in values["counts"].items()},
        refused=[Row(**row) for row in values["refused"]],
        conflicts=[Row(**row) for row in values["conflicts"]],
        waiting=values["waiting"],
        left_behind=values["left_behind"],
        notes=values["notes"],
        backup=values["backup"],
    )


RATINGS, VIEWS, TAGS, FAVORITES = "ratings", "views", "tags", "favorites"
PLAYLISTS, PLAYS, DATES, HASHES = "playlists", "plays", "dates", "media hashes"
