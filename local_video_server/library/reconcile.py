"""What changed in a root: a pure function from what is known and what was found to Changes.

A video is not its path. For each file the ladder of design.md section 3 asks who it is: same path, size and time;
the watcher's own move; same device, inode, size and time; same fingerprint; same path with new content. Only
videos whose file is gone, or whose root is offline or no longer in use, can be somewhere else now.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from .files import FoundFile, Scan, is_within
from .video import Video


@dataclass(frozen=True, slots=True)
class Placed:
    """A known video is at this file now, or has another picture beside it. New content means that everything made
    from the old is void."""

    video: Video
    file: FoundFile
    has_new_content: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """What to store. `unsure` files may be videos that moved: their fingerprints are wanted before they count
    as new (call again with them)."""

    added: tuple[FoundFile, ...] = ()
    placed: tuple[Placed, ...] = ()
    vanished: tuple[Video, ...] = ()
    unsure: tuple[FoundFile, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.placed or self.vanished)


def reconcile(
    known: Iterable[Video],
    elsewhere: Iterable[Video],
    scan: Scan,
    fingerprints: Mapping[str, bytes | None] | None = None,
) -> Changes:
    """Compare one root's videos with a scan of it.

    known         all videos of this root, present and missing
    elsewhere     videos of other roots that may have come here: missing, offline, or of no root in use
    fingerprints  by path, of the files an earlier call was unsure about; None for one that cannot be read
    """
    fingerprints = fingerprints or {}
    here: dict[str, Video] = {}
    away: list[Video] = []
    for video in known:
        if video.missing_since is None:
            here[video.path] = video
        else:
            away.append(video)
    missing = {video.path: video for video in away}  # several may have vanished from one path
    found = {file.path: file for file in scan.files}
    placed: list[Placed] = []
    newcomers: list[FoundFile] = []
    displaced: dict[str, Video] = {}  # another file lies at their path
    for file in found.values():
        at_path = here.get(file.path)
        if at_path is None:
            newcomers.append(file)
        elif not _is_same_file(at_path, file):
            displaced[file.path] = at_path
            newcomers.append(file)
        elif (at_path.device, at_path.inode, at_path.picture) != (file.device, file.inode, file.picture):
            placed.append(Placed(at_path, file))
    gone = [video for path, video in here.items() if path not in found and _is_known_gone(path, scan)]
    lost = _Lost([*gone, *away, *elsewhere], displaced.values())
    sources = _sources(scan, here)

    strangers: list[FoundFile] = []
    for file in newcomers:
        mover = lost.take(sources.get(file.path)) or lost.take(lost.of_inode(file))
        if mover:
            placed.append(Placed(mover, file, mover.size_bytes != file.size_bytes))
        else:
            strangers.append(file)
    added: list[FoundFile] = []
    unsure: list[FoundFile] = []
    for file in strangers:
        before = displaced.get(file.path) or missing.get(file.path)
        if before and (file.path in displaced or _is_same_file(before, file)) and lost.take(before):
            placed.append(Placed(before, file, not _is_same_file(before, file)))
        elif file.path not in fingerprints and lost.may_know(file):
            unsure.append(file)
        elif mover := lost.take(lost.of_content(file, fingerprints.get(file.path))):
            placed.append(Placed(mover, file))
        elif before and lost.take(before):
            placed.append(Placed(before, file, True))
        else:
            added.append(file)
    # One of the vanished may be who an unsure file is: those wait for the second call, unless another video has
    # taken their place.
    waiting = {file.size_bytes for file in unsure}
    given_away = {item.file.path for item in placed}
    vanished = [
        video
        for video in (*gone, *displaced.values())
        if lost.has(video) and (video.size_bytes not in waiting or video.path in given_away)
    ]
    return Changes(tuple(added), tuple(placed), tuple(vanished), tuple(unsure))


def choose(path: str, candidates: Iterable[Video]) -> Video | None:
    """Of several videos with the same content, the one that the file at `path` is: the same name wins, then
    the same folder; one alone wins anyway; else none."""
    left = list(candidates)
    for part in (os.path.basename, _folder_name):
        alike = [video for video in left if part(video.path) == part(path)]
        left = alike or left
    return left[0] if len(left) == 1 else None


def reunions(
    lost: Iterable[Video], newcomers: Iterable[Video], is_marked: Callable[[int], bool]
) -> list[tuple[Video, Video]]:
    """Which newcomers are lost videos at a new place, as pairs (lost, newcomer).

    A file that appeared before the original went (a move between disks), or before anybody could know its
    content, is the original; unless somebody marked it as its own.
    """
    by_content: dict[bytes, list[Video]] = {}
    for video in lost:
        if video.fingerprint:
            by_content.setdefault(video.fingerprint, []).append(video)
    pairs: list[tuple[Video, Video]] = []
    for newcomer in newcomers if by_content else ():
        candidates = by_content.get(newcomer.fingerprint or b"")
        if candidates and not is_marked(newcomer.id):
            original = choose(newcomer.path, [video for video in candidates if video.id < newcomer.id])
            if original:
                candidates.remove(original)
                pairs.append((original, newcomer))
    return pairs


class _Lost:
    """Videos that may be at another place now. Each is given away once."""

    def __init__(self, lost: Iterable[Video], displaced: Iterable[Video]) -> None:
        self._left: dict[int, Video] = {}
        self._by_inode: dict[tuple[int, int, int, int], list[Video]] = {}
        self._by_size: dict[int, list[Video]] = {}
        for video in lost:
            self._left[video.id] = video
            self._by_inode.setdefault(_inode(video), []).append(video)
            if video.fingerprint:
                self._by_size.setdefault(video.size_bytes, []).append(video)
        for video in displaced:  # their place answers, so equal content elsewhere is a copy, not a move
            self._left[video.id] = video
            self._by_inode.setdefault(_inode(video), []).append(video)

    def has(self, video: Video) -> bool:
        return video.id in self._left

    def take(self, video: Video | None) -> Video | None:
        return self._left.pop(video.id, None) if video else None

    def of_inode(self, file: FoundFile) -> Video | None:
        return choose(file.path, filter(self.has, self._by_inode.get(_inode(file), ())))

    def may_know(self, file: FoundFile) -> bool:
        return any(map(self.has, self._by_size.get(file.size_bytes, ())))

    def of_content(self, file: FoundFile, fingerprint: bytes | None) -> Video | None:
        alike = (video for video in self._by_size.get(file.size_bytes, ()) if self.has(video))
        return choose(file.path, [video for video in alike if video.fingerprint == fingerprint])


def _is_same_file(video: Video, file: FoundFile) -> bool:
    return (video.size_bytes, video.modified_ns) == (file.size_bytes, file.modified_ns)


def _inode(thing: Video | FoundFile) -> tuple[int, int, int, int]:
    return thing.device, thing.inode, thing.size_bytes, thing.modified_ns


def _is_known_gone(path: str, scan: Scan) -> bool:
    return is_within(path, scan.scope) and not is_within(path, scan.unreadable)


def _sources(scan: Scan, here: Mapping[str, Video]) -> Mapping[str, Video]:
    """For each path that something was moved to: the video that was at the source."""
    sources: dict[str, Video] = {}
    for move in scan.moves:
        if move.source in here:
            sources[move.target] = here[move.source]
        inside = move.source + "/"
        for path, video in here.items():
            if path.startswith(inside):
                sources[move.target + path[len(move.source) :]] = video
    return sources


def _folder_name(path: str) -> str:
    return os.path.basename(os.path.dirname(path))
