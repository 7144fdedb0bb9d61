"""Which picture lies beside which video: found by name, in the video's own folder.

Pure: names go in, names come out; nothing here reads a disk or opens a picture. Names are compared without case
and however their accents are written, since a picture and its video were often named by different systems.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from .formats import is_video_name
from .text import caseless

KINDS = ("jpg", "jpeg", "png", "webp")  # of two pictures that are alike otherwise, the first kind wins
_ENDINGS = tuple(f".{kind}" for kind in KINDS)
_POSTER = "-poster"
_OF_THE_FOLDER = ("poster", "folder")


def is_picture_name(name: str) -> bool:
    """Whether a file of this name may be the picture of a video: a known kind, any case, and no dot in front."""
    return name.lower().endswith(_ENDINGS) and not name.startswith(".")


def pictures_beside(videos: Collection[str], names: Iterable[str]) -> dict[str, list[str]]:
    """For each video of a folder that has any: the pictures that may stand for it, best first.

    For Film.mkv those are Film-poster.*, Film.*, poster.* and folder.*, in this order. The last two speak for the
    folder, so they count only where it holds exactly one video: two hundred home videos would all show the same.
    `videos` and `names` (of the other files) are those of one folder.
    """
    pictures = [name for name in names if is_picture_name(name)]
    if not pictures:
        return {}
    stems = {video: _folded(_stem(video)) for video in videos}
    wanted = {*stems.values(), *(stem + _POSTER for stem in stems.values())}
    of_the_folder = _OF_THE_FOLDER if len(stems) == 1 else ()
    wanted.update(of_the_folder)
    found: dict[str, list[str]] = {}
    for name in pictures:
        stem = _folded(_stem(name))
        if stem in wanted:
            found.setdefault(stem, []).append(name)
    if not found:
        return {}
    chosen = {}
    for video, stem in stems.items():
        own = _stem(video)
        ranks = ((stem + _POSTER, own + _POSTER), (stem, own), *((each, each) for each in of_the_folder))
        best = [name for folded, exact in ranks if folded in found for name in _in_order(found[folded], exact)]
        if best:
            chosen[video] = list(dict.fromkeys(best))
    return chosen


def neighbours(changed: Collection[str], videos: Iterable[str]) -> set[str]:
    """The videos that may have another picture since something happened to the files at `changed`.

    Those named like a picture that was; and the only other video of a folder where a video or a picture of the
    folder was, because it became the only one or is so no longer. `changed` and `videos` (all of a root) are
    relative paths.
    """
    stems: dict[str, set[str]] = {}
    touched: set[str] = set()  # folders where a picture of the folder may count now, or count no more
    for path in changed:
        folder, _, name = path.rpartition("/")
        stem = _folded(_stem(name))
        if is_picture_name(name):
            stems.setdefault(folder, set()).update((stem, stem.removesuffix(_POSTER)))
        if is_video_name(name) or (is_picture_name(name) and stem in _OF_THE_FOLDER):
            touched.add(folder)
    others: dict[str, list[str]] = {folder: [] for folder in (*stems, *touched)}
    for path in videos if others else ():
        inside = others.get(path.rpartition("/")[0])
        if inside is not None and path not in changed:
            inside.append(path)
    found: set[str] = set()
    for folder, paths in others.items():
        is_alone = folder in touched and len(paths) == 1
        named = stems.get(folder, ())
        found.update(path for path in paths if is_alone or _folded(_stem(path.rpartition("/")[2])) in named)
    return found


def _stem(name: str) -> str:
    return name.rpartition(".")[0]


def _folded(stem: str) -> str:
    return stem.lower() if stem.isascii() else caseless(stem)


def _in_order(names: list[str], exact: str) -> list[str]:
    """The one that is written just like the video first: Film.jpg and film.jpg may stand beside Film.mkv."""
    if len(names) == 1:
        return names
    return sorted(names, key=lambda name: (_stem(name) != exact, _kind(name), name))


def _kind(name: str) -> int:
    return KINDS.index(name.rpartition(".")[2].lower())
