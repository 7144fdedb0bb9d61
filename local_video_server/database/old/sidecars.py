"""Files with tags that lie beside videos: film.mp4.json, or film.json where one single film.* is a video.

Found by name first, so that no other JSON file in somebody's folders is opened. A folder is looked through once,
whichever way leads to it; links are not followed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ...library.errors import InvalidValue
from ...library.formats import is_skipped_folder, is_video_name
from ...library.moving import TAGS, MoveReport
from ...library.text import shown
from .gathering import Gathering, Origin
from .json_text import load

MOST_BYTES = 1_000_000  # some thousands of the longest tags
ENDING = ".json"


class Sidecar(NamedTuple):
    path: str
    videos: tuple[str, ...]  # which it could belong to, relative to the folder that is looked through


def read(folder: str, roots: Sequence[tuple[str, str]], known: frozenset[str], gathering: Gathering) -> bool:
    """Takes the tags of all sidecars in the roots and in the folder; whether there was one.

    roots  for each the folder on disk, and what Carried.root calls it
    known  names that mean something else directly in the folder
    """
    search = _Search(folder, known, gathering.report)
    found = 0
    # The roots first: of what lies in both, a root says more exactly which video it is.
    for number, (root, called) in enumerate(roots):
        earlier = [place for place, _ in roots[:number]]
        for sidecar in search.below(root):
            is_own = not any(os.path.lexists(os.path.join(place, sidecar.videos[0])) for place in earlier)
            found += _take(sidecar, called, is_own, gathering)
    for sidecar in search.below(folder):
        found += _take(sidecar, "", True, gathering)
    return found > 0


class _Search:
    def __init__(self, folder: str, known: frozenset[str], report: MoveReport) -> None:
        self._folder = _identity(folder)
        self._known = known
        self._report = report
        self._looked: set[tuple[int, int] | None] = set()

    def below(self, top: str) -> Iterator[Sidecar]:
        pending = [""]
        while pending:
            inner = pending.pop()
            path, prefix = (f"{top}/{inner}", f"{inner}/") if inner else (top, "")
            try:
                identity = _identity(path)
                if identity in self._looked:
                    continue
                self._looked.add(identity)
                folders, names = _entries(path)
            except OSError as error:
                self._report.notes.append(f"No sidecars were looked for in {shown(path)}: {error.strerror}.")
                continue
            pending.extend(prefix + name for name in reversed(folders))
            if identity == self._folder:
                names = [name for name in names if name not in self._known]
            for name, videos in _sidecars(names):
                yield Sidecar(f"{path}/{name}", tuple(prefix + video for video in videos))


def _identity(folder: str) -> tuple[int, int]:
    status = os.stat(folder)
    return status.st_dev, status.st_ino


def _entries(folder: str) -> tuple[list[str], list[str]]:
    """The folders in it that are looked through, and its files; links are neither."""
    inside, names = [], []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_file(follow_symlinks=False):
                names.append(entry.name)
            elif entry.is_dir(follow_symlinks=False) and not is_skipped_folder(entry.name):
                inside.append(entry.name)
    return sorted(inside), sorted(names)


def _sidecars(names: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Of the files of one folder those that a video's tags could be in, and whose."""
    by_stem: dict[str, list[str]] = {}
    candidates = [name for name in names if name.lower().endswith(ENDING)]
    if candidates:
        for name in filter(is_video_name, names):
            by_stem.setdefault(name.rpartition(".")[0], []).append(name)
    for name in candidates:
        stem = name[: -len(ENDING)]
        videos = (stem,) if is_video_name(stem) else tuple(by_stem.get(stem, ()))
        if videos:
            yield name, videos


def _take(sidecar: Sidecar, root: str, is_own: bool, gathering: Gathering) -> bool:
    """Whether it was a sidecar at all: a file without tags, as downloaders leave them, is somebody else's."""
    origin = Origin(shown(sidecar.path))
    video, *others = sidecar.videos
    try:
        parsed = load(sidecar.path, MOST_BYTES, follows_links=False)
    except InvalidValue as error:
        gathering.refuse(TAGS, origin, error.message, video)
        return True
    if parsed is None or not isinstance(parsed.value, dict) or "tags" not in parsed.value:
        return False
    tags: Any = parsed.value["tags"]
    if others:
        gathering.refuse(TAGS, origin, "More than one video beside it has this name.", *sidecar.videos)
    elif isinstance(tags, str | list):
        gathering.tag_all(origin, video, [tags] if isinstance(tags, str) else tags, root, is_own)
    else:
        gathering.refuse(TAGS, origin, "Tags are a list.", video)
    for name in parsed.doubled:
        gathering.refuse(TAGS, origin, "It is named twice; the last one is taken.", name)
    return True
