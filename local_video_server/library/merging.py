"""What of another library is taken: a pure decision, mark by mark, from what is carried and what is known here.

The newer mark wins where both sides have a date; otherwise the one that is here stays and the other is reported. A
mark that is here already changes nothing, so that moving the same library in again changes nothing either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache

from .errors import InvalidValue
from .marks import Tag
from .moving import (
    DATES,
    FAVORITES,
    HASHES,
    PLAYS,
    RATINGS,
    TAGS,
    VIEWS,
    Carried,
    MoveReport,
    imported_play,
    is_dated,
    marks_in,
)


@dataclass(slots=True)
class Known:
    """What is stored of one video, or of a name that waits."""

    path: str = ""
    key: str = ""
    rating: tuple[int, float] | None = None
    favorite: float | None = None
    tags: set[str] = field(default_factory=set)  # folded
    views: dict[str, tuple[int, float]] = field(default_factory=dict)  # by source, without the plays
    plays: dict[str, float] = field(default_factory=dict)  # those with a name
    nameless_plays: set[float] = field(default_factory=set)
    added_at: float | None = None
    is_added_at_guessed: bool = True
    media_hashes: set[str] = field(default_factory=set)
    former_paths: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Taken:
    """What is to be stored of one video; what is None or empty stays as it is."""

    rating: tuple[int, float] | None = None
    favorite: float | None = None
    tags: list[tuple[Tag, str, float]] = field(default_factory=list)  # tag, how it was typed, when
    views: list[tuple[str, int, float]] = field(default_factory=list)
    plays: list[tuple[float, str | None]] = field(default_factory=list)
    added_at: float | None = None
    key: str | None = None
    media_hashes: list[str] = field(default_factory=list)
    former_paths: list[str] = field(default_factory=list)
    retired_keys: tuple[str, ...] = ()


def merge(carried: Carried, known: Known, report: MoveReport) -> Taken:
    """What a video takes over from what another library says about it."""
    taken = Taken()
    _rating(carried, known, taken, report)
    if carried.favorite is not None:
        if known.favorite is None:
            taken.favorite = carried.favorite
        _count(report, FAVORITES, known.favorite is None)
    _tags(carried, known, taken, report)
    _views(carried, known, taken, report)
    _plays(carried, known, taken, report)
    _added_at(carried, known, taken, report)
    for media_hash in carried.media_hashes:
        is_new = media_hash not in known.media_hashes
        if is_new:
            taken.media_hashes.append(media_hash)
        _count(report, HASHES, is_new)
    names = dict.fromkeys((carried.name, *carried.former_paths))
    taken.former_paths = [name for name in names if name != known.path and name not in known.former_paths]
    if carried.key and carried.key != known.key:
        taken.key = carried.key
    taken.retired_keys = carried.retired_keys
    return taken


def count_waiting(carried: Carried, report: MoveReport) -> None:
    """Counts the marks of a name whose file is not there."""
    for what, count in marks_in(carried).items():
        report.of(what).waiting += count


def united(waiting: Carried, carried: Carried) -> Carried:
    """What waits for a file, after the same library or another one was moved in: by the rules of `merge`."""
    unheard = MoveReport()  # what waits is counted as waiting, whichever side it comes from
    taken = merge(carried, known_of(waiting), unheard)
    sources = {source: (source, count, when) for source, count, when in (*waiting.views, *taken.views)}
    named = {name or f"\0{when}": (when, name) for when, name in (*waiting.plays, *taken.plays)}
    return Carried(
        name=waiting.name,
        root=waiting.root,
        rating=taken.rating or waiting.rating,
        favorite=waiting.favorite if waiting.favorite is not None else taken.favorite,
        tags=(*waiting.tags, *((typed, when) for _, typed, when in taken.tags)),
        views=tuple(sources.values()),
        plays=tuple(named.values()),
        added_at=taken.added_at if taken.added_at is not None else waiting.added_at,
        media_hashes=(*waiting.media_hashes, *taken.media_hashes),
        key=waiting.key or carried.key,
        size_bytes=carried.size_bytes if carried.size_bytes is not None else waiting.size_bytes,
        fingerprint=carried.fingerprint or waiting.fingerprint,
        former_paths=(*waiting.former_paths, *taken.former_paths),
        retired_keys=tuple(dict.fromkeys((*waiting.retired_keys, *carried.retired_keys))),
    )


def known_of(waiting: Carried) -> Known:
    return Known(
        path=waiting.name,
        key=waiting.key or "",
        rating=waiting.rating,
        favorite=waiting.favorite,
        tags={tag.folded for tag, _, _ in parsed_tags(waiting.tags)},
        views={source: (count, when) for source, count, when in waiting.views},
        plays={name: when for when, name in waiting.plays if name is not None},
        nameless_plays={when for when, name in waiting.plays if name is None},
        added_at=waiting.added_at,
        is_added_at_guessed=False,
        media_hashes=set(waiting.media_hashes),
        former_paths=set(waiting.former_paths),
    )


def parsed_tags(tags: Iterable[tuple[str, float]]) -> Iterator[tuple[Tag, str, float]]:
    """Each tag, how it was typed, and when it was given."""
    for typed, when in tags:
        with suppress(InvalidValue):  # the readers refuse these, and count them
            yield _parsed(typed), typed, when


@lru_cache(10_000)
def _parsed(typed: str) -> Tag:
    return Tag.parse(typed)


def _rating(carried: Carried, known: Known, taken: Taken, report: MoveReport) -> None:
    if carried.rating is None:
        return
    value, when = carried.rating
    here = known.rating
    if here is None or (here[0] != value and _is_newer(when, here[1])):
        taken.rating = carried.rating
        report.of(RATINGS).imported += 1
    elif here[0] == value:
        if is_dated(when) and not is_dated(here[1]):
            taken.rating = carried.rating  # the same, and now it is known since when
        report.of(RATINGS).already_there += 1
    else:
        report.conflict(RATINGS, carried.name, f"It is rated {here[0]} here; {value} was {_why(when, here[1])}.")


def _tags(carried: Carried, known: Known, taken: Taken, report: MoveReport) -> None:
    here = set(known.tags)
    for tag, typed, when in parsed_tags(carried.tags):
        is_new = tag.folded not in here
        if is_new:
            here.add(tag.folded)
            taken.tags.append((tag, typed, when))
        _count(report, TAGS, is_new)


def _views(carried: Carried, known: Known, taken: Taken, report: MoveReport) -> None:
    """A count of a source is compared with its play ("last viewed"), which is one of the views it counted."""
    plays = {name for _, name in carried.plays}
    for source, count, when in carried.views:
        name = imported_play(source)
        here, since = known.views.get(source, (None, 0.0))
        total = count + (name in plays)
        total_here = (here or 0) + (name in known.plays)
        is_newer = _is_newer(when, since) if is_dated(when) and is_dated(since) else total > total_here
        if here is not None and total != total_here and not is_newer:
            report.conflict(VIEWS, carried.name, f"{total_here} were counted here; {total} are {_why(when, since)}.")
            total = total_here
        else:
            _count(report, VIEWS, here is None or total != total_here)
        wanted = max(0, total - (name in plays or name in known.plays))
        if here != wanted or (is_dated(when) and when > since):
            taken.views.append((source, wanted, max(when, since)))


def _plays(carried: Carried, known: Known, taken: Taken, report: MoveReport) -> None:
    for when, name in carried.plays:
        if name is None:
            is_new = when not in known.nameless_plays
        else:
            is_new = name not in known.plays or when > known.plays[name]
        if is_new:
            taken.plays.append((when, name))
        _count(report, PLAYS, is_new)


def _added_at(carried: Carried, known: Known, taken: Taken, report: MoveReport) -> None:
    """The other library was there when the file came; here it may be a guess from the file's own date. What
    library.json says is the date that we had ourselves."""
    if carried.added_at is None:
        return
    here = known.added_at
    is_new = here is None or (
        carried.added_at != here and (bool(carried.key) or known.is_added_at_guessed or carried.added_at < here)
    )
    if is_new:
        taken.added_at = carried.added_at
    _count(report, DATES, is_new)


def _count(report: MoveReport, what: str, is_new: bool) -> None:
    if is_new:
        report.of(what).imported += 1
    else:
        report.of(what).already_there += 1


def _is_newer(when: float, here: float) -> bool:
    return is_dated(when) and is_dated(here) and when > here


def _why(when: float, here: float) -> str:
    return "older" if is_dated(when) and is_dated(here) else "not known to be newer"
