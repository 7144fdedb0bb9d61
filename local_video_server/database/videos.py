"""Videos in the database: reading them all, and storing what the index found."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as insert_or

from ..library.facts import Facts
from ..library.files import FoundFile
from ..library.reconcile import Changes, Placed
from ..library.snapshot import Library
from ..library.text import shown
from ..library.video import Root, Status, Video, media_hash, new_key
from .tables import former_paths, jobs, media_hashes, playlist_items, posters, retired_keys, videos
from .video_rows import NOT_LOOKED_INTO, looked_into, place_values, read_video

_OF_THE_CONTENT = frozenset(NOT_LOOKED_INTO)
_OF_THE_VIDEO = frozenset(("id", "key", "added_at", "media_hash"))


@dataclass(frozen=True)
class Applied:
    """Videos as they are after Changes were stored."""

    added: Sequence[Video] = ()
    placed: Sequence[Video] = ()
    vanished: Sequence[Video] = ()
    former_paths: Mapping[str, int] = field(default_factory=dict)


def load(connection: Connection, root_names: Mapping[int, str], only: Collection[int] | None = None) -> Library:
    """All videos, or only some; those of roots that are not named in `root_names` are away."""

    def rows(*columns: Any, of: Any) -> Any:
        chosen = select(*columns)
        return connection.execute(chosen if only is None else chosen.where(of.in_(only)))

    present: dict[int, Video] = {}
    away: dict[int, Video] = {}
    for row in rows(videos, of=videos.c.id).mappings():
        video = read_video(row, root_names.get(row["root_id"], ""))
        is_here = video.missing_since is None and video.root_id in root_names
        (present if is_here else away)[video.id] = video
    former = {shown(path): video_id for video_id, path in rows(former_paths, of=former_paths.c.video_id)}
    retired = {
        key: video_id
        for key, video_id in rows(retired_keys.c.key, retired_keys.c.video_id, of=retired_keys.c.video_id)
        if video_id is not None
    }
    hashes = {row.media_hash: row.video_id for row in rows(media_hashes, of=media_hashes.c.video_id)}
    return Library(present=present, away=away, former_paths=former, retired_keys=retired, old_hashes=hashes)


def apply(connection: Connection, root: Root, changes: Changes, is_first_scan: bool, now: float) -> Applied:
    # Vanished ones first: another file may have taken their path.
    vanished = _mark_missing(connection, changes.vanished, now)
    placed, former = _place(connection, root, changes.placed)
    return Applied(_add(connection, root, changes.added, is_first_scan, now), placed, vanished, former)


def record_probes(connection: Connection, probed: Iterable[tuple[Video, Facts | str]]) -> list[Video]:
    """Stores facts or the reason why there are none, unless the file changed since it was looked into."""
    rows = []
    for video, found in probed:
        values: dict[str, Any] = {
            "b_id": video.id,
            "b_size": video.size_bytes,
            "b_modified": video.modified_ns,
        }
        if isinstance(found, Facts):
            values |= looked_into(found)
        else:
            values |= NOT_LOOKED_INTO | {"status": Status.BROKEN.value, "broken_reason": found}
            values.pop("fingerprint")
        rows.append((video, values))
    stored = []
    for video, values in rows:
        statement = update(videos).where(
            videos.c.id == bindparam("b_id"),
            videos.c.size_bytes == bindparam("b_size"),
            videos.c.modified_ns == bindparam("b_modified"),
        )
        if connection.execute(statement, values).rowcount:
            stored.append(video.id)
    return _read(connection, stored, {video.id: video for video, _ in rows})


def record_fingerprints(connection: Connection, found: Sequence[tuple[Video, bytes]]) -> list[Video]:
    stored = []
    for video, fingerprint in found:
        changed = connection.execute(
            update(videos)
            .where(videos.c.id == video.id, videos.c.size_bytes == video.size_bytes)
            .where(videos.c.modified_ns == video.modified_ns)
            .values(fingerprint=fingerprint)
        )
        if changed.rowcount:
            stored.append(video.id)
    return _read(connection, stored, {video.id: video for video, _ in found})


def look_again(connection: Connection, broken: Sequence[Video]) -> list[Video]:
    """Sets videos back to waiting for their turn to be looked into."""
    for video in broken:
        values = {"status": Status.PENDING.value, "broken_reason": None}
        connection.execute(update(videos).where(videos.c.id == video.id).values(values))
    return _read(connection, [video.id for video in broken], {video.id: video for video in broken})


def adopt(connection: Connection, pairs: Sequence[tuple[Video, Video]]) -> list[Video]:
    """Each lost video takes over the place of its newcomer, also in playlists; the newcomer's key is retired."""
    for lost, newcomer in pairs:
        place = connection.execute(select(videos).where(videos.c.id == newcomer.id)).mappings().one()
        # The content is the same, so what is known of it stays known.
        own = _OF_THE_VIDEO if lost.status is Status.PENDING else _OF_THE_VIDEO | _OF_THE_CONTENT
        kept = {name: place[name] for name in place if name not in own}
        _remember_path(connection, lost)
        connection.execute(
            update(retired_keys).where(retired_keys.c.video_id == newcomer.id).values(video_id=lost.id)
        )
        connection.execute(
            update(playlist_items).where(playlist_items.c.video_id == newcomer.id).values(video_id=lost.id)
        )
        for table in (media_hashes, former_paths):  # what an old library said of the newcomer
            told = update(table).where(table.c.video_id == newcomer.id).values(video_id=lost.id)
            connection.execute(told.prefix_with("OR IGNORE"))
        connection.execute(delete(videos).where(videos.c.id == newcomer.id))
        connection.execute(update(videos).where(videos.c.id == lost.id).values(kept))
        connection.execute(insert(retired_keys).values(key=newcomer.key, video_id=lost.id))
    return _read(
        connection,
        [lost.id for lost, _ in pairs],
        {lost.id: replace(newcomer, key=lost.key) for lost, newcomer in pairs},
    )


def forget(connection: Connection, gone: Iterable[Video]) -> None:
    """Deletes videos; their marks go with them (ON DELETE CASCADE), their keys are never used again."""
    for video in gone:
        connection.execute(delete(videos).where(videos.c.id == video.id))
        connection.execute(insert(retired_keys).values(key=video.key))


def _add(
    connection: Connection, root: Root, files: Sequence[FoundFile], is_first_scan: bool, now: float
) -> list[Video]:
    """Newcomers. In the first scan of a folder nobody can say when a file came: its own date is the best guess,
    and a gallery sorted by date makes sense from the first day."""
    if not files:
        return []
    keys = _new_keys(connection, len(files))
    rows = [
        place_values(root, file)
        | NOT_LOOKED_INTO
        | {
            "key": key,
            "added_at": min(now, file.modified_ns / 1e9) if is_first_scan else now,
            "media_hash": media_hash(shown(file.path)),
        }
        for file, key in zip(files, keys, strict=True)
    ]
    connection.execute(insert(videos), rows)
    found: dict[str, int] = {}
    for first in range(0, len(keys), _KEYS_AT_ONCE):
        some = select(videos.c.key, videos.c.id).where(videos.c.key.in_(keys[first : first + _KEYS_AT_ONCE]))
        found.update((key, video_id) for key, video_id in connection.execute(some))
    return [read_video(row | {"id": found[row["key"]], "missing_since": None}, root.name) for row in rows]


def _new_keys(connection: Connection, number: int) -> list[str]:
    """Keys that no video has, and none ever had."""
    keys: set[str] = set()
    while len(keys) < number:
        drawn = {new_key() for _ in range(min(number - len(keys), _KEYS_AT_ONCE))}
        for used in (videos.c.key, retired_keys.c.key):
            drawn -= set(connection.scalars(select(used).where(used.in_(drawn))))
        keys |= drawn
    return list(keys)


def _place(connection: Connection, root: Root, placed: Sequence[Placed]) -> tuple[list[Video], dict[str, int]]:
    former: dict[str, int] = {}
    leaving = [{"b_id": item.video.id, "b_path": f"\0{item.video.id}"} for item in placed]
    if leaving:
        # Two files may have swapped names: all leave their paths before anyone takes a new one.
        connection.execute(
            update(videos).where(videos.c.id == bindparam("b_id")).values(path=bindparam("b_path")), leaving
        )
    for item in placed:
        values = place_values(root, item.file) | {"missing_since": None}
        if item.has_new_content:
            values |= NOT_LOOKED_INTO
        connection.execute(update(videos).where(videos.c.id == item.video.id).values(values))
        if item.video.path != item.file.path:
            _remember_path(connection, item.video)
            former[item.video.filename] = item.video.id
    _void(connection, [item.video.id for item in placed if item.has_new_content])
    again = _read(
        connection,
        [item.video.id for item in placed],
        {item.video.id: item.video for item in placed},
        root.name,
    )
    return again, former


def _void(connection: Connection, video_ids: Sequence[int]) -> None:
    """What was made from the former content of these, and what of it could not be made, counts no more."""
    if video_ids:
        for table in (posters, jobs):
            statement = delete(table).where(table.c.video_id == bindparam("b_id"))
            connection.execute(statement, [{"b_id": video_id} for video_id in video_ids])


def _mark_missing(connection: Connection, gone: Sequence[Video], now: float) -> list[Video]:
    if gone:
        statement = update(videos).where(videos.c.id == bindparam("b_id")).values(missing_since=now)
        connection.execute(statement, [{"b_id": video.id} for video in gone])
    return [replace(video, missing_since=now) for video in gone]


def _remember_path(connection: Connection, video: Video) -> None:
    values = {"video_id": video.id, "path": video.path}
    connection.execute(insert_or(former_paths).values(values).on_conflict_do_nothing())


def _read(
    connection: Connection, ids: Iterable[int], known: Mapping[int, Video], root_name: str | None = None
) -> list[Video]:
    """The rows as they are now. What follows from the path is kept where the path is the same."""
    read = []
    for video_id in ids:
        row = connection.execute(select(videos).where(videos.c.id == video_id)).mappings().one()
        name = known[video_id].folder.partition("/")[0] if root_name is None else root_name
        read.append(read_video(row, name))
    return read


_KEYS_AT_ONCE = 500  # SQLite takes 999 parameters at least
