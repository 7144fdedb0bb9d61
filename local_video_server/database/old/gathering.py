"""What old files say, row by row, gathered by the name of the video. A row that cannot be taken is noted in the
report with its reason, and the rest goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ...library.errors import InvalidValue
from ...library.moving import (
    DATES,
    FAVORITES,
    HASHES,
    PLAYS,
    RATINGS,
    TAGS,
    UNDATED,
    VIEWS,
    Carried,
    MoveReport,
    imported_play,
    is_dated,
)
from ...library.text import shown
from .values import parse_count, parse_file_name, parse_media_hash, parse_rating, parse_tag, undated

ROW_LENGTH = 200  # characters of a name, and of a value, that a report repeats
NAMED_TWICE = "It is named twice."
SAME_TAG = "It is the same tag twice."


class Origin(NamedTuple):
    """Where a row stands, as the report names it."""

    file: str
    table: str = ""

    def row(self, *parts: object) -> str:
        """The row's name: its table, its video, its value."""
        return ": ".join(map(_said, (self.table, *parts) if self.table else parts))


class Gathering:
    """The marks of one old library. `source` names its counts."""

    def __init__(self, source: str, report: MoveReport) -> None:
        self.report = report
        self._source = source
        self._by_name: dict[str, _Marks] = {}
        self._in_other_roots: dict[tuple[str, str], _Marks] = {}
        self._favorites = 0

    def rate(self, origin: Origin, name: object, value: object, when: float = UNDATED) -> None:
        try:
            rating = parse_rating(value)
            marks = self._of(name)
        except InvalidValue as error:
            return self.refuse(RATINGS, origin, error.message, name)
        if marks.rating is not None:
            return self.refuse(RATINGS, origin, NAMED_TWICE, name)
        marks.rating = (rating, when)
        self.report.of(RATINGS).read += 1

    def count_views(
        self, origin: Origin, name: object, value: object, when: float = UNDATED, last_viewed: float = UNDATED
    ) -> None:
        """Takes over how often a video was viewed; of these, the last with a date becomes a play of the history."""
        try:
            count = parse_count(value)
            marks = self._of(name)
        except InvalidValue as error:
            return self.refuse(VIEWS, origin, error.message, name)
        if marks.views:
            return self.refuse(VIEWS, origin, NAMED_TWICE, name)
        if count and is_dated(last_viewed):
            marks.plays = ((last_viewed, imported_play(self._source)),)
            self.report.of(PLAYS).read += 1
            count -= 1
        marks.views = ((self._source, count, when),)
        self.report.of(VIEWS).read += 1

    def has_views(self, name: str) -> bool:
        marks = self._by_name.get(name)
        return bool(marks and marks.views)

    def tag(self, origin: Origin, name: object, value: object, when: float = UNDATED) -> None:
        try:
            typed, folded = parse_tag(value)
            marks = self._of(name)
        except InvalidValue as error:
            return self.refuse(TAGS, origin, error.message, name, value)
        if folded in marks.tags:
            return self.refuse(TAGS, origin, SAME_TAG, name, value)
        marks.tags[folded] = (typed, when + undated(len(marks.tags)))
        self.report.of(TAGS).read += 1

    def tag_all(
        self, origin: Origin, name: object, values: Sequence[object], root: str = "", is_own: bool = True
    ) -> None:
        """Takes over a list of tags. Those that another file said before are the same tags, counted once.

        root    the folder that the video lies in, where that is known
        is_own  False: the video has its name in common with one in an earlier root, which marks without a root mean
        """
        try:
            marks = self._of(name, root, is_own)
        except InvalidValue as error:
            return self.refuse(TAGS, origin, error.message, name)
        here: set[str] = set()
        for value in values:
            try:
                typed, folded = parse_tag(value)
            except InvalidValue as error:
                self.refuse(TAGS, origin, error.message, name, value)
                continue
            if folded in here:
                self.refuse(TAGS, origin, SAME_TAG, name, value)
            elif folded not in marks.tags:
                marks.tags[folded] = (typed, undated(len(marks.tags)))
                self.report.of(TAGS).read += 1
            here.add(folded)

    def like(self, origin: Origin, name: object, when: float = UNDATED) -> None:
        """Takes over a favorite; those without a date keep their order."""
        try:
            marks = self._of(name)
        except InvalidValue as error:
            return self.refuse(FAVORITES, origin, error.message, name)
        if marks.favorite is not None:
            return self.refuse(FAVORITES, origin, NAMED_TWICE, name)
        marks.favorite = when if is_dated(when) else undated(self._favorites)
        self._favorites += 1
        self.report.of(FAVORITES).read += 1

    def date(self, origin: Origin, name: object, added_at: float) -> None:
        try:
            marks = self._of(name)
        except InvalidValue as error:
            return self.refuse(DATES, origin, error.message, name)
        if not is_dated(added_at):
            return self.refuse(DATES, origin, "It is no date, or one that has not come yet.", name)
        if marks.added_at is not None:
            return self.refuse(DATES, origin, NAMED_TWICE, name)
        marks.added_at = added_at
        self.report.of(DATES).read += 1

    def name_by_hash(self, origin: Origin, name: object, value: object) -> None:
        try:
            media_hash = parse_media_hash(value)
            marks = self._of(name)
        except InvalidValue as error:
            return self.refuse(HASHES, origin, error.message, name, value)
        if media_hash in marks.media_hashes:
            return self.refuse(HASHES, origin, NAMED_TWICE, name, value)
        marks.media_hashes = (*marks.media_hashes, media_hash)
        self.report.of(HASHES).read += 1

    def refuse(self, what: str, origin: Origin, reason: str, *parts: object) -> None:
        self.report.refuse(what, origin.file, origin.row(*parts), reason)

    def videos(self) -> tuple[Carried, ...]:
        """All of it, in the order in which the names were first met. The gathering is empty then."""
        gathered = [*self._by_name.values(), *self._in_other_roots.values()]
        self._by_name, self._in_other_roots = {}, {}
        gathered.reverse()
        carried = []
        while gathered:  # so that it is in memory once
            marks = gathered.pop()
            if marks.says_something():
                carried.append(marks.carried())
        return tuple(carried)

    def _of(self, value: object, root: str = "", is_own: bool = True) -> _Marks:
        # A name that was met before was judged then.
        name = value if isinstance(value, str) and value in self._by_name else parse_file_name(value)
        if is_own:
            marks = self._by_name.get(name)
            if marks is None:
                marks = self._by_name[name] = _Marks(name, root)
            if not root or marks.root in ("", root):
                marks.root = marks.root or root
                return marks
        return self._in_other_roots.setdefault((root, name), _Marks(name, root))


def _said(part: object) -> str:
    """A value in a report; of what holds others, which may be much or deep, only what it is."""
    if isinstance(part, dict | list | bytes):
        return {dict: "(an object)", list: "(a list)", bytes: "(bytes)"}[type(part)]
    return shown(str(part))[:ROW_LENGTH] or "(empty)"


@dataclass(slots=True)
class _Marks:
    """What is known of one name so far."""

    name: str
    root: str
    rating: tuple[int, float] | None = None
    favorite: float | None = None
    tags: dict[str, tuple[str, float]] = field(default_factory=dict)  # by how they are compared
    views: tuple[tuple[str, int, float], ...] = ()
    plays: tuple[tuple[float, str | None], ...] = ()
    added_at: float | None = None
    media_hashes: tuple[str, ...] = ()

    def says_something(self) -> bool:
        is_marked = self.rating is not None or self.favorite is not None or bool(self.tags or self.views)
        return is_marked or self.added_at is not None or bool(self.media_hashes)

    def carried(self) -> Carried:
        return Carried(
            name=self.name,
            root=self.root,
            rating=self.rating,
            favorite=self.favorite,
            tags=tuple(self.tags.values()),
            views=self.views,
            plays=self.plays,
            added_at=self.added_at,
            media_hashes=self.media_hashes,
        )
