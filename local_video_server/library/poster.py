"""The picture of a video: what it is made from, which files it has, what stands in until it is there.

Values and rules only. Making one is the work of media/, deciding when that of postering.py. A poster is known by
its stamp, which follows from the content of the film and of the picture beside it: a changed file gets another
one, a renamed file keeps its own, and a stamped address never changes what it shows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from .video import Video

RECIPE = "1"  # another number makes every poster anew
SIDES = (320, 640, 1280)  # longest side in pixels: a tile, a tile on a dense screen, the watch page
SMALLER_TOO = (320, 640)  # these are there in the second, smaller format as well
SMALLER = "avif"


@dataclass(frozen=True, slots=True)
class Poster:
    """A poster that lies in the thumbnails folder. `width` and `height` are those of its largest picture.

    tones   two colours, of its upper and its lower half, three characters each: hue 0-f in 16 steps of 22.5
            degrees, chroma 0-3, lightness 0-9 (OKLCH). The page shows them until the picture is there.
    """

    stamp: str
    width: int
    height: int
    tones: str

    @property
    def sides(self) -> tuple[int, ...]:
        """The sizes that were made; a small film has no large picture."""
        return sides(max(self.width, self.height))

    @property
    def files(self) -> int:
        """How many files it has."""
        return len(self.sides) + sum(side in SMALLER_TOO for side in self.sides)

    def width_at(self, side: int) -> int:
        """The width in pixels of the picture of this size."""
        longest = max(self.width, self.height)
        return max(1, round(self.width * min(1.0, side / longest)))


@dataclass(frozen=True)
class Posters:
    """All posters, by the id of their video."""

    version: int = 0
    of: Mapping[int, Poster] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Order:
    """What a poster is made from, as paths on disk, and its name."""

    path: str
    beside: str | None
    stamp: str
    plain_stamp: str  # its name where the picture beside the film cannot be used


@dataclass(frozen=True, slots=True)
class Made:
    """A poster whose files are written. `note` says why the picture beside the film was not taken."""

    poster: Poster
    size_bytes: int
    note: str | None = None


def stamp_of(video: Video) -> str | None:
    """The name of the poster that this video should have; None while its fingerprint is not known.

    The picture beside it counts by size and time, so that it may be renamed together with its film.
    """
    if video.fingerprint is None or video.picture is None:
        return plain_stamp_of(video)
    beside = f"{video.picture.size_bytes} {video.picture.modified_ns}".encode()
    return hashlib.sha256(video.fingerprint + beside).hexdigest()[:20] + RECIPE


def plain_stamp_of(video: Video) -> str | None:
    """The name of the poster made from the film alone."""
    return video.fingerprint.hex()[:20] + RECIPE if video.fingerprint is not None else None


def sides(longest: int) -> tuple[int, ...]:
    """The sizes that are made of a picture whose longest side has so many pixels: none is enlarged."""
    return SIDES[: 1 + sum(longest > side for side in SIDES[:-1])]


def file_name(stamp: str, side: int, kind: str) -> str:
    """Where a picture lies in the thumbnails folder, "/" between."""
    return f"{stamp[:2]}/{stamp}-{side}.{kind}"
