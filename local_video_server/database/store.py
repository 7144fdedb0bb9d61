"""The store that the catalog speaks to: each method is one transaction over the modules beside it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from ..library.facts import Facts
from ..library.failure import Failure
from ..library.marks import Marks, Tag
from ..library.moving import MoveReport, OldLibrary
from ..library.naming import Awaited
from ..library.playlists import Playlists
from ..library.poster import Made, Poster
from ..library.readings import SlowQuery
from ..library.reconcile import Changes
from ..library.snapshot import Library
from ..library.video import Root, Video
from . import awaiting, credentials, jobs, marks, moving, playlists, posters, roots, videos
from .connection import Writer
from .upgrade import upgrade


class DatabaseStore:
    """library.db of a data folder, upgraded when it is opened. Errors: CannotStart, later NotStored."""

    def __init__(self, path: Path, backups: Path | None = None) -> None:
        upgrade(path, backups)
        self._writer = Writer(path)
        self._used: Collection[int] | None = None  # the roots that a server has in use

    def close(self) -> None:
        self._writer.close()

    def trouble(self) -> str | None:
        """Why the last change was not stored; None where all is well again."""
        return self._writer.trouble()

    def measure(self, note: Callable[[str, float], None]) -> None:
        """From now on `note` is told the kind of each statement, such as "insert ratings", and its seconds."""
        self._writer.measure(note)

    def slow_queries(self) -> Sequence[SlowQuery]:
        return self._writer.slow_queries()

    def credential(self, name: str) -> str | None:
        with self._writer.transaction() as connection:
            return credentials.get(connection, name)

    def set_credential(self, name: str, value: str) -> None:
        with self._writer.transaction() as connection:
            credentials.put(connection, name, value)

    def use_roots(self, paths: Sequence[str]) -> Sequence[Root]:
        with self._writer.transaction() as connection:
            used = roots.use(connection, paths)
        self._used = {root.id for root in used}
        return used

    def used_paths(self) -> list[str]:
        """The folders that were ever served."""
        with self._writer.transaction() as connection:
            return roots.paths(connection)

    def was_scanned(self, root: Root) -> bool:
        with self._writer.transaction() as connection:
            return roots.was_scanned(connection, root.id)

    def scanned(self, root: Root, now: float) -> None:
        with self._writer.transaction() as connection:
            roots.scanned(connection, root.id, now)

    def load(self, used: Sequence[Root], only: Collection[int] | None = None) -> Library:
        with self._writer.transaction() as connection:
            return videos.load(connection, {root.id: root.name for root in used}, only)

    def load_marks(self, only: Collection[int] | None = None) -> Marks:
        with self._writer.transaction() as connection:
            return marks.load(connection, only=only)

    def load_playlists(self) -> Playlists:
        with self._writer.transaction() as connection:
            return playlists.load(connection)

    def move_in(
        self,
        old: OldLibrary,
        report: MoveReport,
        ignores_case: Callable[[str], bool],
        now: float,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> None:
        with self._writer.transaction() as connection:
            moving.move_in(connection, old, report, ignores_case, now, progress, self._used)

    def awaited(self) -> Awaited:
        with self._writer.transaction() as connection:
            return awaiting.awaited(connection)

    def attach(
        self, newcomers: Sequence[int], ignores_case: Callable[[str], bool], is_strict: bool
    ) -> Collection[int]:
        with self._writer.transaction() as connection:
            return awaiting.attach(connection, frozenset(newcomers), ignores_case, is_strict)

    def apply(self, root: Root, changes: Changes, is_first_scan: bool, now: float) -> videos.Applied:
        with self._writer.transaction() as connection:
            return videos.apply(connection, root, changes, is_first_scan, now)

    def record_probes(self, probed: Sequence[tuple[Video, Facts | str]]) -> Sequence[Video]:
        with self._writer.transaction() as connection:
            return videos.record_probes(connection, probed)

    def record_fingerprints(self, found: Sequence[tuple[Video, bytes]]) -> Sequence[Video]:
        with self._writer.transaction() as connection:
            return videos.record_fingerprints(connection, found)

    def load_posters(self) -> Mapping[int, Poster]:
        with self._writer.transaction() as connection:
            return posters.load(connection)

    def record_posters(self, made: Sequence[tuple[Video, Made]], now: float) -> Collection[int]:
        with self._writer.transaction() as connection:
            return posters.record(connection, made, now)

    def delete_posters(self, video_ids: Sequence[int]) -> None:
        with self._writer.transaction() as connection:
            posters.remove(connection, video_ids)

    def failures(self, kind: str) -> Mapping[int, Failure]:
        with self._writer.transaction() as connection:
            return jobs.failures(connection, kind)

    def keep_failure(self, kind: str, failure: Failure) -> None:
        with self._writer.transaction() as connection:
            jobs.keep(connection, kind, failure)

    def drop_failures(self, kind: str, video_ids: Sequence[int]) -> None:
        with self._writer.transaction() as connection:
            jobs.drop(connection, kind, video_ids)

    def look_again(self, broken: Sequence[Video]) -> Sequence[Video]:
        with self._writer.transaction() as connection:
            return videos.look_again(connection, broken)

    def adopt(self, pairs: Sequence[tuple[Video, Video]]) -> Sequence[Video]:
        with self._writer.transaction() as connection:
            return videos.adopt(connection, pairs)

    def forget(self, gone: Sequence[Video]) -> None:
        with self._writer.transaction() as connection:
            videos.forget(connection, gone)

    def set_rating(self, video_id: int, rating: int | None, now: float) -> None:
        with self._writer.transaction() as connection:
            marks.set_rating(connection, video_id, rating, now)

    def set_favorite(self, video_id: int, is_favorite: bool, now: float) -> None:
        with self._writer.transaction() as connection:
            marks.set_favorite(connection, video_id, is_favorite, now)

    def add_tag(self, video_id: int, tag: Tag, now: float) -> Tag:
        with self._writer.transaction() as connection:
            return marks.add_tag(connection, video_id, tag, now)

    def remove_tag(self, video_id: int, tag: Tag) -> None:
        with self._writer.transaction() as connection:
            marks.remove_tag(connection, video_id, tag)

    def add_play(self, video_id: int, play: str | None, now: float) -> bool:
        with self._writer.transaction() as connection:
            return marks.add_play(connection, video_id, play, now)

    def clear_recent(self, now: float) -> None:
        with self._writer.transaction() as connection:
            marks.clear_recent(connection, now)

    def create_playlist(self, name: str, description: str, now: float) -> int:
        with self._writer.transaction() as connection:
            return playlists.create(connection, name, description, now)

    def describe_playlist(self, playlist_id: int, name: str, description: str) -> None:
        with self._writer.transaction() as connection:
            playlists.describe(connection, playlist_id, name, description)

    def delete_playlist(self, playlist_id: int) -> None:
        with self._writer.transaction() as connection:
            playlists.remove(connection, playlist_id)

    def add_item(self, playlist_id: int, video_id: int, now: float) -> int:
        with self._writer.transaction() as connection:
            return playlists.add_item(connection, playlist_id, video_id, now)

    def remove_items(self, item_ids: Sequence[int]) -> None:
        with self._writer.transaction() as connection:
            playlists.remove_items(connection, item_ids)

    def move_item(self, item_id: int, order: Sequence[int]) -> None:
        with self._writer.transaction() as connection:
            playlists.move_item(connection, item_id, order)
