"""The four files of the original server, and what lies beside them: ratings.json, views.json, tags.json,
favorites.json, sidecars with tags, and the totals of video_analytics.json.

Every shape that the old code wrote or accepted is read; what is none of them is refused by row, or the whole file
where no row can be told from another.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ...library.errors import CannotMove, InvalidValue
from ...library.moving import FAVORITES, RATINGS, TAGS, VIEWS, MoveReport, OldLibrary
from ...library.text import shown
from . import sidecars
from .gathering import Gathering, Origin
from .json_text import load
from .values import parse_file_name

MOST_BYTES = 100_000_000  # of one file: three times what 100,000 videos with five long tags each take
ANALYTICS = "analytics"
FILES = {what: f"{what}.json" for what in (RATINGS, VIEWS, TAGS, FAVORITES)} | {ANALYTICS: "video_analytics.json"}
OURS = "library.json"  # written by our own export; read elsewhere
KNOWN = frozenset((*FILES.values(), OURS))
# In a list of objects, the name of each one's value.
VALUE_NAMES = {RATINGS: "rating", VIEWS: "views", TAGS: "tags", ANALYTICS: "analytics"}
# What the old server measured and has no place here, as the report calls it.
LEFT_BEHIND = {"totalWatchTime": "watch times", "completionPercentage": "completion percentages"}

_Take = Callable[[Origin, str, Any], None]


def read_json(
    folder: Path, source: str, report: MoveReport, sidecar_folders: Sequence[tuple[str, str]] = ()
) -> OldLibrary:
    """What the files in `folder` say, and the sidecars in it and in the roots.

    sidecar_folders  for each root the folder on disk, and how its videos name their root
    Errors           CannotMove when there is nothing to read, or one of the files cannot be read as a whole
    """
    if not os.path.isdir(folder):
        raise CannotMove(f"The folder {shown(str(folder))} does not exist. Name the one that the old files are in.")
    gathering = Gathering(source, report)
    # Counts of views.json before the totals, which stand in for those that are not there.
    takes: Mapping[str, _Take] = {
        RATINGS: gathering.rate,
        VIEWS: gathering.count_views,
        TAGS: lambda origin, name, tags: _tag(gathering, origin, name, tags),
        FAVORITES: lambda origin, name, _: gathering.like(origin, name),
        ANALYTICS: lambda origin, name, totals: _totals(gathering, origin, name, totals),
    }
    found = [_read_file(folder, what, take, gathering) for what, take in takes.items()]
    found.append(sidecars.read(str(folder), sidecar_folders, KNOWN, gathering))
    if not any(found) and not os.path.lexists(folder / OURS):
        raise CannotMove(
            f"Nothing of an old library is in {shown(str(folder))}: none of {', '.join((*FILES.values(), OURS))}, "
            "and no file with tags beside a video, such as film.mp4.json. Name the folder that they are in."
        )
    return OldLibrary(gathering.videos())


def _read_file(folder: Path, what: str, take: _Take, gathering: Gathering) -> bool:
    """Whether the file is there. Everything in it has been taken then."""
    origin = Origin(FILES[what])
    path = folder / origin.file
    try:
        parsed = load(str(path), MOST_BYTES)
        if parsed is None:
            return False
        for name in parsed.doubled:
            gathering.refuse(_mark(what), origin, "It is named twice; the last one is taken.", name)
        for name, value in _entries(what, parsed.value, origin, gathering):
            take(origin, name, value)
    except InvalidValue as error:
        raise CannotMove(
            f"{shown(str(path))} cannot be moved in. {error.message} "
            "Nothing was changed; repair the file, or take an older copy of it."
        ) from error
    return True


def _entries(what: str, value: Any, origin: Origin, gathering: Gathering) -> Iterator[tuple[Any, Any]]:
    """Name and value of each row, whatever they are wrapped in. Errors: InvalidValue when it is neither an object
    nor a list."""
    if isinstance(value, dict) and isinstance(value.get(what), dict | list):
        for name in value:
            if name != what:
                gathering.refuse(_mark(what), origin, f"It stands beside «{what}», where nothing is expected.", name)
        value = value[what]
    if isinstance(value, list):
        yield from ((name, None) for name in value) if what == FAVORITES else _listed(what, value, origin, gathering)
    elif not isinstance(value, dict):
        raise InvalidValue("It holds neither an object nor a list.")
    elif what == FAVORITES:
        for name in value:
            gathering.refuse(what, origin, "Favorites are a list of names.", name)
    else:
        yield from value.items()


def _listed(what: str, values: list[Any], origin: Origin, gathering: Gathering) -> Iterator[tuple[Any, Any]]:
    for number, value in enumerate(values, 1):
        if isinstance(value, dict) and "filename" in value and VALUE_NAMES[what] in value:
            yield value["filename"], value[VALUE_NAMES[what]]
        else:
            reason = f"It has to be an object with «filename» and «{VALUE_NAMES[what]}»."
            gathering.refuse(_mark(what), origin, reason, f"entry {number}")


def _mark(what: str) -> str:
    return VIEWS if what == ANALYTICS else what


def _tag(gathering: Gathering, origin: Origin, name: str, tags: Any) -> None:
    """Takes a list of tags, or a single one."""
    if isinstance(tags, list):
        gathering.tag_all(origin, name, tags)
    elif isinstance(tags, str):
        gathering.tag_all(origin, name, [tags])
    else:
        gathering.refuse(TAGS, origin, "Tags are a list.", name)


def _totals(gathering: Gathering, origin: Origin, name: object, totals: Any) -> None:
    """Takes how often a video was watched, if views.json does not tell, and counts what has no place here."""
    if not isinstance(totals, dict):
        return gathering.refuse(VIEWS, origin, "The totals of a video are an object.", name)
    left = gathering.report.left_behind
    for key, called in LEFT_BEHIND.items():
        if totals.get(key) is not None:
            left[called] = left.get(called, 0) + 1
    if "watchCount" not in totals:
        return
    try:
        is_told = gathering.has_views(parse_file_name(name))
    except InvalidValue as error:
        return gathering.refuse(VIEWS, origin, error.message, name)
    if is_told:
        left["watch counts beside views.json"] = left.get("watch counts beside views.json", 0) + 1
    else:
        gathering.count_views(origin, name, totals["watchCount"])
