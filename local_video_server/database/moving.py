"""Another library's marks into the database, within one transaction: who is meant, what is taken, what waits.

Worked through in batches of videos, so that memory does not grow with what is already here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from sqlalchemy import Connection, delete, insert, select, update

from ..library.carried_json import from_values, to_values
from ..library.marks import EVERYBODY
from ..library.merging import count_waiting, merge, united
from ..library.moving import PLAYLISTS, Carried, CarriedPlaylist, MoveReport, OldLibrary
from ..library.naming import Awaited, Place, loose, match
from .moved_marks import MarkWriter, known_of
from .tables import playlist_items, playlists, profiles, retired_keys, roots, videos, waiting

BATCH = 5000
Progress = Callable[[int, int], None]  # how many videos are done, of how many


def move_in(
    connection: Connection,
    old: OldLibrary,
    report: MoveReport,
    ignores_case: Callable[[str], bool],
    now: float,
    progress: Progress = lambda done, total: None,
) -> None:
    """Stores what `old` brings; names whose file is not there are kept until it comes."""
    names = [*old.videos, *_of_playlists_alone(old)]
    found = match(names, _places(connection), ignores_case, _retired(connection))
    _take(connection, [(found[number], names[number]) for number in found], report, progress)
    _keep_waiting(connection, [name for number, name in enumerate(names) if number not in found], report)
    ids = {(name.name, name.root): found.get(number) for number, name in enumerate(names)}
    for playlist in old.playlists:
        _add_playlist(connection, playlist, ids, report, now)
    if old.recent_since:
        mine = update(profiles).where(profiles.c.id == EVERYBODY, profiles.c.recent_since.is_(None))
        connection.execute(mine.values(recent_since=old.recent_since))


def awaited(connection: Connection) -> Awaited:
    names, contents = set(), set()
    for name, carried in connection.execute(select(waiting.c.name, waiting.c.carried)):
        names.add(loose(name))
        if '"fingerprint"' in carried and (content := from_values(json.loads(carried)).fingerprint):
            contents.add(content)
    return Awaited(frozenset(names), frozenset(contents))


def attach(connection: Connection, newcomers: Collection[int], ignores_case: Callable[[str], bool]) -> int:
    """Gives videos that have just come what waits for them. Answers how many names found their video."""
    places = list(_places(connection))
    near = {loose(place.path) for place in places if place.video_id in newcomers}
    contents = {place.fingerprint for place in places if place.video_id in newcomers and place.fingerprint}
    rows = [
        (row_id, name)
        for row_id, name in _waiting(connection)
        if loose(name.name) in near or name.fingerprint in contents
    ]
    names = [name for _, name in rows]
    found = match(names, places, ignores_case, _retired(connection), only=newcomers)
    _take(connection, [(found[number], names[number]) for number in found], MoveReport(), lambda done, total: None)
    for number, video_id in found.items():
        connection.execute(delete(waiting).where(waiting.c.id == rows[number][0]))
        waits = update(playlist_items).where(playlist_items.c.waits_for == names[number].name)
        connection.execute(waits.values(video_id=video_id, waits_for=None))
    return len(found)


def _places(connection: Connection) -> Iterator[Place]:
    of = videos.c
    columns = (of.id, of.key, of.root_id, roots.c.path, of.path, of.size_bytes, of.fingerprint, of.missing_since)
    for row in connection.execute(select(*columns).join(roots)):
        yield Place(*row[:7], row[7] is not None)


def _retired(connection: Connection) -> Callable[[str], int | None]:
    def video_of(key: str) -> int | None:
        return connection.scalar(select(retired_keys.c.video_id).where(retired_keys.c.key == key))

    return video_of


def _take(connection: Connection, pairs: list[tuple[int, Carried]], report: MoveReport, progress: Progress) -> None:
    pairs.sort(key=lambda pair: pair[0])
    writer = MarkWriter(connection, report)
    done = 0
    while done < len(pairs):
        progress(done, len(pairs))
        batch = dict(_until_again(pairs[done : done + BATCH]))
        known = known_of(connection, list(batch))
        writer.write((video_id, merge(carried, known[video_id], report)) for video_id, carried in batch.items())
        done += len(batch)
    progress(done, len(pairs))


def _until_again(pairs: Sequence[tuple[int, Carried]]) -> Iterator[tuple[int, Carried]]:
    """The pairs up to a video that comes again: of two spellings of its name one is stored, then the other."""
    before = None
    for video_id, carried in pairs:
        if video_id == before:
            return
        before = video_id
        yield video_id, carried


def _of_playlists_alone(old: OldLibrary) -> Iterable[Carried]:
    """Names that stand in a playlist and nowhere else."""
    told = {(name.name, name.root) for name in old.videos}
    items = {(name, root) for playlist in old.playlists for name, root, _ in playlist.items}
    return [Carried(name, root) for name, root in sorted(items - told)]


def _waiting(connection: Connection) -> Iterator[tuple[int, Carried]]:
    for row_id, carried in connection.execute(select(waiting.c.id, waiting.c.carried).order_by(waiting.c.id)):
        yield row_id, from_values(json.loads(carried))


def _keep_waiting(connection: Connection, names: Sequence[Carried], report: MoveReport) -> None:
    if not names:
        return
    here = {(carried.name, carried.root): (row_id, carried) for row_id, carried in _waiting(connection)}
    new, changed = [], []
    for name in names:
        count_waiting(name, report)
        row_id, before = here.get((name.name, name.root), (None, None))
        if before is None:
            new.append({"name": name.name, "root": name.root, "carried": _written(name)})
        elif (after := united(before, name)) != before:
            changed.append((row_id, _written(after)))
    if new:
        connection.execute(insert(waiting), new)
    for row_id, carried in changed:
        connection.execute(update(waiting).where(waiting.c.id == row_id).values(carried=carried))


def _written(carried: Carried) -> str:
    return json.dumps(to_values(carried), separators=(",", ":"))


def _add_playlist(
    connection: Connection,
    playlist: CarriedPlaylist,
    ids: dict[tuple[str, str], int | None],
    report: MoveReport,
    now: float,
) -> None:
    items = [(ids[(name, root)], name, when) for name, root, when in playlist.items]
    mine = select(playlists.c.id).filter_by(profile_id=EVERYBODY, name=playlist.name)
    here = connection.scalar(mine)
    if here is not None:
        order = (playlist_items.c.position, playlist_items.c.id)
        stored = select(playlist_items.c.video_id, playlist_items.c.waits_for).filter_by(playlist_id=here)
        wanted = [(video_id, None if video_id else name) for video_id, name, _ in items]
        if [tuple(row) for row in connection.execute(stored.order_by(*order))] == wanted:
            report.of(PLAYLISTS).already_there += 1
        else:
            reason = "There is a playlist of this name with other videos; it stays as it is."
            report.conflict(PLAYLISTS, playlist.name, reason)
        return
    values = {
        "profile_id": EVERYBODY,
        "name": playlist.name,
        "description": playlist.description or None,
        "created_at": playlist.created_at or now,
    }
    playlist_id = connection.execute(insert(playlists).values(values).returning(playlists.c.id)).scalar_one()
    rows = [
        {
            "playlist_id": playlist_id,
            "position": position,
            "video_id": video_id,
            "waits_for": None if video_id else name,
            "added_at": when,
        }
        for position, (video_id, name, when) in enumerate(items, 1)
    ]
    if rows:
        connection.execute(insert(playlist_items), rows)
    report.of(PLAYLISTS).imported += 1
