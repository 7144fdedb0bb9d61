"""Everything the pages read, frozen. A reader takes the reference and keeps it: no lock, no SQL, no disk.

A change never edits a snapshot; the catalog makes the next one, which shares whatever did not change. Indexes that
only some pages need are made on first use and kept with the part they belong to.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from .marks import Marks, Tag
from .playlists import Playlists
from .poster import Posters
from .text import natural, shown
from .video import Root, Status, Video, is_key, is_media_hash, media_hash


@dataclass(frozen=True)
class Folder:
    """A folder that holds videos, somewhere below it: its path with the root's name in front."""

    path: str
    name: str
    folders: tuple[str, ...]  # paths of the folders directly in it, by name
    videos: tuple[Video, ...]  # directly in it, by name
    total: int  # videos in it and below


@dataclass(frozen=True)
class Library:
    """All videos and roots. `present` is what the gallery shows; `away` is kept for the day it returns."""

    version: int = 0
    roots: Mapping[int, Root] = field(default_factory=dict)
    present: Mapping[int, Video] = field(default_factory=dict)
    away: Mapping[int, Video] = field(default_factory=dict)
    former_paths: Mapping[str, int] = field(default_factory=dict)
    retired_keys: Mapping[str, int] = field(default_factory=dict)
    old_hashes: Mapping[str, int] = field(default_factory=dict)  # of the original server, moved in from there

    @cached_property
    def by_key(self) -> Mapping[str, Video]:
        return {video.key: video for video in (*self.away.values(), *self.present.values())}

    @cached_property
    def by_filename(self) -> Mapping[str, Video]:
        """Of two roots with the same relative path, the root that was named first has it; a missing video
        keeps its last path as long as no other file has taken it."""
        last_first = sorted(self.present.values(), key=lambda video: -video.root_id)
        return {video.filename: video for video in (*reversed(self.missing), *last_first)}

    @cached_property
    def by_media_hash(self) -> Mapping[str, Video]:
        """By every hash that the original server had, or would have, for it: of its first path, of its present one,
        of former ones, and those that were moved in. One that several have is whose path it is now."""
        videos = {**self.away, **self.present}
        old = {media_hash(path): video_id for path, video_id in self.former_paths.items()} | dict(self.old_hashes)
        found = {name: videos[video_id] for name, video_id in old.items() if video_id in videos}
        found |= {video.media_hash: video for video in videos.values()}
        return found | {media_hash(name): video for name, video in self.by_filename.items()}

    @cached_property
    def by_stem(self) -> Mapping[str, Video]:
        """By file name without its extension, with and without the folders in front; the older one wins."""
        found: dict[str, Video] = {}
        for video in sorted(self.present.values(), key=lambda video: -video.id):
            path = video.filename.rpartition(".")[0]
            found[path] = found[path.rpartition("/")[2]] = video
        return found

    @cached_property
    def by_title(self) -> tuple[Video, ...]:
        return tuple(sorted(self.present.values(), key=lambda video: (video.sort_title, video.id)))

    @cached_property
    def folders(self) -> Mapping[str, Folder]:
        direct: dict[str, list[Video]] = {root.name: [] for root in self.roots.values()}
        for video in self.present.values():
            direct.setdefault(video.folder, []).append(video)
        below: dict[str, set[str]] = {path: set() for path in direct}
        for path in tuple(direct):
            while "/" in path:
                path, child = path.rpartition("/")[0], path
                below.setdefault(path, set()).add(child)
        totals = {path: len(direct.get(path, ())) for path in below}
        for path in sorted(below, key=lambda path: -path.count("/")):
            if "/" in path:
                totals[path.rpartition("/")[0]] += totals[path]
        return {
            path: Folder(
                path,
                path.rpartition("/")[2],
                tuple(sorted(children, key=natural)),
                tuple(sorted(direct.get(path, ()), key=lambda video: natural(video.filename))),
                totals[path],
            )
            for path, children in below.items()
        }

    @cached_property
    def folders_with_videos(self) -> tuple[str, ...]:
        """The paths of the folders that hold videos themselves, in the order of a file list."""
        holding = (path for path, folder in self.folders.items() if folder.videos)
        return tuple(sorted(holding, key=lambda path: [natural(part) for part in path.split("/")]))

    @cached_property
    def pending(self) -> int:
        """How many videos wait to be looked into; those of a folder that is away wait for that first."""
        offline = {root.id for root in self.roots.values() if root.is_offline}
        return sum(video.status is Status.PENDING and video.root_id not in offline for video in self.present.values())

    @cached_property
    def broken(self) -> tuple[Video, ...]:
        """Videos that cannot be shown, by path."""
        found = (video for video in self.present.values() if video.status is Status.BROKEN)
        return tuple(sorted(found, key=lambda video: video.filename))

    @cached_property
    def missing(self) -> tuple[Video, ...]:
        """Videos whose file vanished from a folder that answers, latest first."""
        gone = (video for video in self.away.values() if video.missing_since is not None)
        return tuple(sorted(gone, key=lambda video: -(video.missing_since or 0)))

    def of_root(self, root: Root) -> Iterable[Video]:
        """All videos of a root, present and missing."""
        return (video for video in (*self.present.values(), *self.away.values()) if video.root_id == root.id)

    def present_in(self, root: Root) -> Iterable[Video]:
        return (video for video in self.present.values() if video.root_id == root.id)

    def lost(self) -> Iterable[Video]:
        """Videos that may be at another place now: missing, offline, or of no root in use."""
        yield from self.away.values()
        offline = {root.id for root in self.roots.values() if root.is_offline}
        if offline:
            yield from (video for video in self.present.values() if video.root_id in offline)

    def elsewhere(self, root: Root) -> Iterable[Video]:
        """The lost videos of other roots, which may have come to this one."""
        return (video for video in self.lost() if video.root_id != root.id)

    def neighbours_by_title(self, video: Video, reach: int) -> Iterable[Video]:
        """The videos whose titles stand next to this one's, `reach` to each side."""
        at = bisect.bisect_left(self.by_title, (video.sort_title, video.id), key=lambda v: (v.sort_title, v.id))
        return self.by_title[max(0, at - reach) : at + reach + 1]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One moment of the whole library."""

    library: Library = field(default_factory=Library)
    marks: Marks = field(default_factory=Marks)
    posters: Posters = field(default_factory=Posters)
    playlists: Playlists = field(default_factory=Playlists)
    scanning: frozenset[int] = frozenset()  # roots that are looked at for the first time

    @property
    def is_filling(self) -> bool:
        """Whether more videos, or more about them, are to be expected soon."""
        return bool(self.scanning) or self.library.pending > 0

    @property
    def versions(self) -> tuple[int, int, int, int, bool]:
        parts = (self.library.version, self.marks.version, self.posters.version, self.playlists.version)
        return (*parts, bool(self.scanning))

    @property
    def versions_but_marks(self) -> tuple[int, int, int, bool]:
        """For pages that show no mark: a view that is counted leaves them as they are."""
        return (self.library.version, self.posters.version, self.playlists.version, bool(self.scanning))

    def find(self, name: str) -> Video | None:
        """The video that an address means: by key, by path relative to its root (also a former one), or by
        the original server's 16-digit hash. Only names that the index knows are ever found."""
        library, name = self.library, shown(name)
        if is_key(name):
            video = library.by_key.get(name) or self._by_id(library.retired_keys.get(name))
            if video:
                return video
        video = library.by_filename.get(name) or self._by_id(library.former_paths.get(name))
        if video is None and is_media_hash(name):  # only then: that index takes 0.2 s for 100,000 videos
            video = library.by_media_hash.get(name)
        return video

    def _by_id(self, video_id: int | None) -> Video | None:
        if video_id is None:
            return None
        return self.library.present.get(video_id) or self.library.away.get(video_id)

    def tag_counts(self) -> list[tuple[Tag, int]]:
        """Every tag with the number of videos that are there, by tag; a tag of missing videos alone is left out."""
        away = frozenset(self.library.away)  # mostly few: to look for those is quick
        counted = ((tag, len(ids) - len(ids & away)) for tag, ids in self.marks.tagged.values())
        return sorted((pair for pair in counted if pair[1]), key=lambda pair: pair[0].folded)

    def status(self, video: Video) -> Status:
        """The status that viewers are told. Of a folder that is offline nothing else is known."""
        root = self.library.roots.get(video.root_id)
        if root is None or root.is_offline:
            return Status.OFFLINE
        return Status.MISSING if video.missing_since is not None else video.status
