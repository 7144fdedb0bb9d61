"""What a viewer says about a video: rating, favorite, tags, plays. The rules for each, and all of them as one
frozen part of the snapshot.

Marks are set, never toggled. Nothing here stores anything.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from .errors import InvalidValue
from .text import caseless, fold

EVERYBODY = 1  # the profile that all marks belong to until there are others
TAG_LENGTH = 200  # characters; longer ones were never typed by a person


def parse_rating(value: object) -> int:
    """A rating of 1 to 5 from JSON or a form field. Errors: InvalidValue for all else, also 4.9 and true."""
    if isinstance(value, str) and re.fullmatch(r"[1-5]", value.strip()):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 5:
        return value
    raise InvalidValue("A rating is a whole number from 1 to 5.", value=repr(value)[:100])


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag as typed, and as compared (`folded`)."""

    name: str
    folded: str

    @classmethod
    def parse(cls, value: object) -> Tag:
        """A tag as a person types it: trimmed, a leading # dropped, inner white space made single.

        Errors  InvalidValue when it is no text, empty, too long, of dots alone, or has control characters.
        """
        if not isinstance(value, str):
            raise InvalidValue("A tag is text.", value=repr(value)[:100])
        name = " ".join(value.split()).lstrip("# ")
        if not fold(name):  # accents on nothing are no name either
            raise InvalidValue("A tag needs at least one letter.")
        if len(name) > TAG_LENGTH:
            raise InvalidValue(f"A tag has at most {TAG_LENGTH} characters; this one has {len(name)}.")
        if any(part in (".", "..") for part in name.split("/")) or not name.strip("./"):
            raise InvalidValue("A tag, and what stands between slashes in it, cannot be dots alone.")
        # What is printable holds none; the look at each letter is slow, and old libraries bring half a million tags.
        if not name.isprintable() and any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name):
            raise InvalidValue("A tag cannot hold control characters.")
        return cls(name, caseless(name))


class Play(NamedTuple):
    """That a video was watched."""

    played_at: float
    video_id: int


@dataclass(frozen=True)
class Marks:
    """All marks of one profile, by video id. `version` grows with every change."""

    version: int = 0
    ratings: Mapping[int, int] = field(default_factory=dict)
    favorites: Mapping[int, float] = field(default_factory=dict)  # when, seconds since 1970
    tags: Mapping[int, tuple[Tag, ...]] = field(default_factory=dict)  # in the order they were given
    views: Mapping[int, int] = field(default_factory=dict)  # plays and what other servers counted, together
    plays: tuple[Play, ...] = ()  # the history, latest last
    recent_since: float = 0.0  # when "recently played" was cleared

    @cached_property
    def tagged(self) -> Mapping[str, tuple[Tag, frozenset[int]]]:
        """For each folded tag: the tag as typed, and the ids of its videos, also of those that are away."""
        found: dict[str, tuple[Tag, set[int]]] = {}
        for video_id, tags in self.tags.items():
            for tag in tags:
                found.setdefault(tag.folded, (tag, set()))[1].add(video_id)
        return {folded: (tag, frozenset(ids)) for folded, (tag, ids) in found.items()}

    def after(self, before: Marks) -> Marks:
        """These as the next version. The index of tags takes a second for half a million: it goes on where no tag
        changed."""
        made = replace(self, version=before.version + 1)
        if made.tags is before.tags and "tagged" in vars(before):
            vars(made)["tagged"] = before.tagged
        return made

    def renewed(self, some: Marks, video_ids: Collection[int]) -> Marks:
        """These marks with those of some videos as they are in `some`, which holds no others."""
        plays = [play for play in self.plays if play.video_id not in video_ids]
        return replace(
            self,
            ratings={**self.ratings, **some.ratings},
            favorites={**self.favorites, **some.favorites},
            tags={**self.tags, **some.tags} if some.tags else self.tags,
            views={**self.views, **some.views},
            plays=tuple(sorted((*plays, *some.plays), key=lambda play: play.played_at)),
        )

    def has_any(self, video_id: int) -> bool:
        return (
            video_id in self.ratings
            or video_id in self.favorites
            or bool(self.tags.get(video_id))
            or bool(self.views.get(video_id))
        )


def parse_seconds(value: object) -> float | None:
    """A position in seconds from an address, or None when it is none."""
    try:
        seconds = float(str(value))
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None
