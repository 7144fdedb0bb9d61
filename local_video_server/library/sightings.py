"""What the watcher's sightings ask for: which places to look at, what moved there, which copies have ended.

Pure. A picture is no video, so a place where only pictures were seen is not looked at; the videos that they may
lie beside are. A phone that sends ten thousand photos costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .beside import is_picture_name, neighbours
from .files import Move, Seen, Sighting


@dataclass(frozen=True, slots=True)
class Errand:
    """Relative paths of one root. `ended` are those, also of folders, whose copy is known to have ended."""

    scope: tuple[str, ...]
    moves: tuple[Move, ...] = ()
    ended: frozenset[str] = frozenset()


def errand(sightings: Sequence[Sighting], videos: Iterable[str]) -> Errand:
    """What to do about these sightings in a root whose videos are known to be at `videos`."""
    files = {path for one in sightings if not one.is_folder for path in (one.path, one.source) if path}
    worth_it = [one for one in sightings if not _is_of_pictures(one)]
    moved = [one for one in worth_it if one.seen is Seen.MOVED]
    scope = {one.path for one in worth_it} | {one.source for one in moved} | neighbours(files, videos)
    ended = frozenset(one.path for one in worth_it if one.seen in (Seen.COMPLETED, Seen.MOVED))
    return Errand(tuple(scope), tuple(Move(one.source, one.path) for one in moved), ended)


def _is_of_pictures(one: Sighting) -> bool:
    """A folder may have the name of a picture, and a renamed file have been none before."""
    paths = (one.path, one.source or one.path)
    return not one.is_folder and all(is_picture_name(path.rpartition("/")[2]) for path in paths)
