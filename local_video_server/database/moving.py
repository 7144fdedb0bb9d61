"""Another library's marks into the database, within one transaction: who is meant, what is taken, what waits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from sqlalchemy import Connection, insert, select, update

from ..library.marks import EVERYBODY
from ..library.moving import PLAYLISTS, Carried, CarriedPlaylist, MoveReport, OldLibrary
from . import awaiting
from .moved_marks import Progress, take
from .tables import playlist_items, playlists, profiles, roots


def move_in(
    connection: Connection,
    old: OldLibrary,
    report: MoveReport,
    ignores_case: Callable[[str], bool],
    now: float,
    progress: Progress = lambda done, total: None,
    used: Collection[int] | None = None,
) -> None:
    """Stores what `old` brings; names whose file is not there are kept until it comes.

    used  the roots that a server has in use; None without one
    """
    names = [*old.videos, *_of_playlists_alone(old)]
    is_strict = _is_first_look(connection, used)
    found = awaiting.matched(connection, names, awaiting.places_of(connection), ignores_case, None, is_strict)
    awaiting.end(connection, {(names[number].name, names[number].root): found[number] for number in found})
    take(connection, [(found[number], names[number]) for number in found], report, progress)
    awaiting.keep(connection, [name for number, name in enumerate(names) if number not in found], report)
    ids = {(name.name, name.root): found.get(number) for number, name in enumerate(names)}
    for playlist in old.playlists:
        _add_playlist(connection, playlist, ids, report, now)
    if old.recent_since:
        mine = update(profiles).where(profiles.c.id == EVERYBODY, profiles.c.recent_since.is_(None))
        connection.execute(mine.values(recent_since=old.recent_since))


def _is_first_look(connection: Connection, used: Collection[int] | None) -> bool:
    """Whether a folder is looked at for the first time, or was when the server was ended."""
    looks = {row[0]: row[1] is None for row in connection.execute(select(roots.c.id, roots.c.scanned_at))}
    if used is None:  # a folder that was named once, and not looked at to its end, may never be again
        return bool(looks) and all(looks.values())
    return any(looks.get(root_id) for root_id in used)


def _of_playlists_alone(old: OldLibrary) -> Iterable[Carried]:
    """Names that stand in a playlist and nowhere else."""
    told = {(name.name, name.root) for name in old.videos}
    items = {(name, root) for playlist in old.playlists for name, root, _ in playlist.items}
    return [Carried(name, root) for name, root in sorted(items - told)]


def _add_playlist(
    connection: Connection,
    playlist: CarriedPlaylist,
    ids: dict[tuple[str, str], int | None],
    report: MoveReport,
    now: float,
) -> None:
    items = [(ids[(name, root)], name, root, when) for name, root, when in playlist.items]
    mine = select(playlists.c.id).filter_by(profile_id=EVERYBODY, name=playlist.name)
    here = connection.scalar(mine)
    if here is not None:
        order = (playlist_items.c.position, playlist_items.c.id)
        stored = select(playlist_items.c.video_id, playlist_items.c.waits_for).filter_by(playlist_id=here)
        wanted = [(video_id, None if video_id else name) for video_id, name, _, _ in items]
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
            "waits_in": None if video_id else root,
            "added_at": when,
        }
        for position, (video_id, name, root, when) in enumerate(items, 1)
    ]
    if rows:
        connection.execute(insert(playlist_items), rows)
    report.of(PLAYLISTS).imported += 1
