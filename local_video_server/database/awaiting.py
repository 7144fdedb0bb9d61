"""Names from another library whose files are not there yet: what waits for them, and which videos it goes to.

Rows are looked at by name first and read whole only where they may be meant: thousands may wait while files come one
by one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Connection, delete, insert, select, update

from ..library.carried_json import from_values, to_values
from ..library.merging import count_waiting, united
from ..library.moving import Carried, MoveReport
from ..library.naming import Awaited, Place, loose, match
from ..library.text import shown
from .moved_marks import take
from .tables import former_paths, playlist_items, retired_keys, roots, videos, waiting

FEW = 500  # SQLite takes 999 parameters at least
_FINGERPRINT = re.compile(r'"fingerprint":"([0-9a-f]+)"')  # as `_written` writes it


def awaited(connection: Connection) -> Awaited:
    names, contents = set(), set()
    for name, carried in connection.execute(select(waiting.c.name, waiting.c.carried)):
        names.add(loose(name))
        contents |= _contents(carried)
    return Awaited(frozenset(names), frozenset(contents))


def attach(
    connection: Connection,
    newcomers: Collection[int],
    ignores_case: Callable[[str], bool],
    is_strict: bool,
) -> frozenset[int]:
    """Gives videos that have just come what waits for them. Answers which got something.

    is_strict  only what names them exactly, or has their content
    """
    rows, places = _near(connection, newcomers)
    names = [name for _, name in rows]
    found = matched(connection, names, places, ignores_case, newcomers, is_strict)
    _give(connection, [(*rows[number], video_id) for number, video_id in found.items()])
    return frozenset(found.values())


def end(connection: Connection, found: Mapping[tuple[str, str], int]) -> None:
    """Gives what waited for names, by name and root, that were found now."""
    rows = connection.execute(select(waiting.c.id, waiting.c.name, waiting.c.root, waiting.c.carried))
    _give(
        connection,
        [
            (row[0], from_values(json.loads(row[3])), found[row[1], row[2]])
            for row in rows
            if (row[1], row[2]) in found
        ],
    )


def keep(connection: Connection, names: Sequence[Carried], report: MoveReport) -> None:
    """Keeps what is carried of names that have no file yet, together with what waited for them before."""
    if not names:
        return
    here = {(carried.name, carried.root): (row_id, carried) for row_id, carried in _rows(connection)}
    new, changed = [], []
    for name in names:
        count_waiting(name, report)
        report.waiting.append(shown(name.name))
        row_id, before = here.get((name.name, name.root), (None, None))
        if before is None:
            new.append({"name": name.name, "root": name.root, "carried": _written(name)})
        elif (after := united(before, name)) != before:
            changed.append((row_id, _written(after)))
    if new:
        connection.execute(insert(waiting), new)
    for row_id, carried in changed:
        connection.execute(update(waiting).where(waiting.c.id == row_id).values(carried=carried))


def matched(
    connection: Connection,
    names: Sequence[Carried],
    places: Iterable[Place],
    ignores_case: Callable[[str], bool],
    only: Collection[int] | None,
    is_strict: bool,
) -> dict[int, int]:
    return match(names, places, ignores_case, _retired(connection), only, _former(connection, names), is_strict)


def places_of(connection: Connection, ids: Sequence[int] | None = None) -> Iterator[Place]:
    of = videos.c
    columns = (of.id, of.key, of.root_id, roots.c.path, of.path, of.size_bytes, of.fingerprint, of.missing_since)
    chosen = select(*columns).join(roots)
    if ids is not None and len(ids) <= FEW:
        chosen = chosen.where(of.id.in_(ids))
    for row in connection.execute(chosen):
        yield Place(*row[:7], row[7] is not None)


def _give(connection: Connection, given: Sequence[tuple[int, Carried, int]]) -> None:
    """Rows of what waits, each with the id of the video that it goes to."""
    pairs = [(video_id, carried) for _, carried, video_id in given]
    take(connection, pairs, MoveReport(), lambda done, total: None)
    in_playlists = set(connection.scalars(select(playlist_items.c.waits_for).distinct()))
    for row_id, carried, video_id in given:
        connection.execute(delete(waiting).where(waiting.c.id == row_id))
        if carried.name in in_playlists:
            waits = update(playlist_items).filter_by(waits_for=carried.name, waits_in=carried.root)
            connection.execute(waits.values(video_id=video_id, waits_for=None, waits_in=None))


def _near(connection: Connection, newcomers: Collection[int]) -> tuple[list[tuple[int, Carried]], Iterable[Place]]:
    """The names that may mean one of these videos, each with its row, and the videos that they may mean. The others
    are not read whole: where thousands wait, files come one by one."""
    if len(newcomers) > FEW:
        return list(_rows(connection)), places_of(connection)
    of = videos.c
    known = {row[0]: (loose(row[1]), row[2]) for row in connection.execute(select(of.id, of.path, of.fingerprint))}
    names = {known[video_id][0] for video_id in newcomers if video_id in known}
    contents = {known[video_id][1] for video_id in newcomers if video_id in known} - {None}
    rows = [
        (row_id, from_values(json.loads(carried)))
        for row_id, name, carried in connection.execute(select(waiting.c.id, waiting.c.name, waiting.c.carried))
        if loose(name) in names or not contents.isdisjoint(_contents(carried))
    ]
    names |= {loose(name.name) for _, name in rows}
    contents |= {name.fingerprint for _, name in rows} - {None}
    ids = [video_id for video_id, (name, content) in known.items() if name in names or content in contents]
    return rows, places_of(connection, ids)


def _contents(carried: str) -> set[bytes]:
    """The fingerprint in a row of what waits, found without reading the whole row."""
    return {bytes.fromhex(found) for found in _FINGERPRINT.findall(carried)}


def _former(connection: Connection, names: Sequence[Carried]) -> Mapping[str, Collection[int]]:
    found: dict[str, list[int]] = {}
    chosen = select(former_paths.c.path, former_paths.c.video_id)
    if len(names) <= FEW:
        chosen = chosen.where(former_paths.c.path.in_([name.name for name in names]))
    for path, video_id in connection.execute(chosen):
        found.setdefault(path, []).append(video_id)
    return found


def _retired(connection: Connection) -> Callable[[str], int | None]:
    def video_of(key: str) -> int | None:
        return connection.scalar(select(retired_keys.c.video_id).where(retired_keys.c.key == key))

    return video_of


def _rows(connection: Connection) -> Iterator[tuple[int, Carried]]:
    for row_id, carried in connection.execute(select(waiting.c.id, waiting.c.carried).order_by(waiting.c.id)):
        yield row_id, from_values(json.loads(carried))


def _written(carried: Carried) -> str:
    return json.dumps(to_values(carried), separators=(",", ":"))
