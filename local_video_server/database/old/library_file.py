"""library.json: what the original's four files cannot hold. Written by our export, read back by import-json.

Beside it lie the four files with the same marks. library.json speaks for the videos that it names; the four add
what it does not have, as when the original server was used again after the export.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...library.carried_json import from_values, playlist_from_values, playlist_to_values, to_values
from ...library.errors import CannotMove, InvalidValue
from ...library.merging import parsed_tags
from ...library.moving import (
    PLAYLISTS,
    RATINGS,
    TAGS,
    UNDATED,
    VIEWS,
    Carried,
    MoveReport,
    OldLibrary,
    marks_in,
)
from ...library.text import shown
from .gathering import ROW_LENGTH
from .values import parse_tag

NAME = "library.json"
FORMAT, VERSION = "local-video-server library", 1
LARGEST_BYTES = 400_000_000  # four times what 100,000 videos with all their marks take


def to_json(library: OldLibrary, now: str) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": now,
        "recent_since": library.recent_since,
        "videos": [to_values(carried) for carried in library.videos],
        "playlists": [playlist_to_values(playlist) for playlist in library.playlists],
    }


def read_library(path: Path, report: MoveReport) -> OldLibrary:
    """Errors: CannotMove when it is not what our export wrote; a row that is not is refused, the others are taken."""
    values = _values(path)
    if values.get("format") != FORMAT or not isinstance(values.get("version"), int):
        raise CannotMove(f"{path} was not written by export-json: its format is not «{FORMAT}».")
    if values["version"] > VERSION:
        raise CannotMove(f"{path} was written by a newer version of this program. Move it in with that.")
    videos, playlists = values.get("videos"), values.get("playlists")
    if not isinstance(videos, list) or not isinstance(playlists, list):
        raise CannotMove(f"{path} has no lists of videos and playlists.")
    carried = [_without_bad_tags(one, report) for one in _rows(videos, from_values, "videos", report)]
    recent_since = values.get("recent_since")
    for one in carried:
        _count(one, report)
    whole = _rows(playlists, playlist_from_values, PLAYLISTS, report)
    report.of(PLAYLISTS).read += len(whole)
    is_time = (
        isinstance(recent_since, int | float) and not isinstance(recent_since, bool) and 0 <= recent_since < 1e11
    )
    return OldLibrary(tuple(carried), tuple(whole), float(recent_since) if is_time else 0.0)  # type: ignore[arg-type]


def completed(library: OldLibrary, four: OldLibrary, report: MoveReport) -> OldLibrary:
    """The library with what the four files beside it say more. Where they differ, library.json is taken."""
    videos = list(library.videos)
    # Of two folders with one name the first, unless it is told which is meant, as of tags beside a video.
    at = {("", carried.name): number for number, carried in reversed(list(enumerate(videos)))}
    at |= {(carried.root, carried.name): number for number, carried in enumerate(videos) if carried.root}
    roots = {carried.root for carried in videos}
    for other in four.videos:
        number = at.get((other.root if other.root in roots else "", other.name))
        if number is None:
            videos.append(other)
            _count(other, report)
        else:
            videos[number] = _with_more(videos[number], other, report)
    return replace(library, videos=tuple(videos), playlists=(*library.playlists, *four.playlists))


def _with_more(mine: Carried, other: Carried, report: MoveReport) -> Carried:
    more: dict[str, Any] = {}
    if other.rating and not mine.rating:
        more["rating"] = other.rating
    elif other.rating and mine.rating and other.rating[0] != mine.rating[0]:
        report.of(RATINGS).read += 1
        report.conflict(RATINGS, mine.name, f"ratings.json says {other.rating[0]}, library.json {mine.rating[0]}.")
    if other.favorite is not None and mine.favorite is None:
        more["favorite"] = other.favorite
    here = {tag.folded for tag, _, _ in parsed_tags(mine.tags)}
    tags = [(typed, when) for typed, when in other.tags if next(parsed_tags([(typed, when)]))[0].folded not in here]
    if tags:
        more["tags"] = (*mine.tags, *tags)
    views = mine.views
    total = len(mine.plays) + sum(count for _, count, _ in mine.views)
    other_total = sum(count for _, count, _ in other.views)
    if other.views and not (mine.views or mine.plays):
        more["views"] = other.views
    elif other_total > total:
        views = _counted_on(mine, other, other_total - total)
    elif other.views and other_total != total:
        report.of(VIEWS).read += 1
        report.conflict(VIEWS, mine.name, f"views.json says {other_total}, library.json {total}.")
    added = replace(Carried(mine.name), **(more | ({"tags": tuple(tags)} if tags else {})))
    _count(added, report)
    return replace(mine, **({"views": views} | more))


def _counted_on(mine: Carried, other: Carried, more: int) -> tuple[tuple[str, int, float], ...]:
    """The counts after the original server was used again: it went on from the sum that it was given. Without a
    date, the larger one of a source is taken."""
    source = other.views[0][0]
    before = {name: (count, since) for name, count, since in mine.views}
    now = {source: (before.get(source, (0, UNDATED))[0] + more, UNDATED)}
    return tuple((name, *values) for name, values in (before | now).items())


def _without_bad_tags(carried: Carried, report: MoveReport) -> Carried:
    """Without the tags that nobody could have given here, which are refused one by one."""
    good = []
    for typed, when in carried.tags:
        try:
            parse_tag(typed)
            good.append((typed, when))
        except InvalidValue as error:
            report.refuse(TAGS, NAME, shown(f"{carried.name}: {typed[:ROW_LENGTH]}"), error.message)
    return replace(carried, tags=tuple(good)) if len(good) < len(carried.tags) else carried


def _count(carried: Carried, report: MoveReport) -> None:
    for what, count in marks_in(carried).items():
        report.of(what).read += count


def _rows(rows: list[Any], read: Callable[[object], Any], what: str, report: MoveReport) -> list[Any]:
    found = []
    for number, row in enumerate(rows, 1):
        try:
            found.append(read(row))
        except InvalidValue as error:
            name = row.get("name") if isinstance(row, dict) else None
            report.refuse(what, NAME, f"{what} {number}: {str(name)[:200]}", error.message)
    return found


def _values(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise CannotMove(f"{path} is larger than {LARGEST_BYTES // 1_000_000} MB. Nothing was changed.")
        values = json.loads(path.read_bytes())
    except OSError as error:
        raise CannotMove(f"{path} cannot be read: {error.strerror}. Nothing was changed.") from error
    except RecursionError as error:
        raise CannotMove(f"{path} is nested too deeply. Nothing was changed.") from error
    except ValueError as error:
        raise CannotMove(f"{path} is not whole JSON: {error}. Nothing was changed.") from error
    if not isinstance(values, dict):
        raise CannotMove(f"{path} was not written by export-json: it is no object.")
    return values
