"""Which video a name from another library means.

In rounds, the strictest first: key, path in its root, path, fingerprint, a path that the file had before, the same
path written with other Unicode forms, in other case where the file system does not care, and last the base name where
it is the only one. What a strict round gave away is no candidate for a looser one, and a looser round decides only
what has one answer on both sides: two names for one file, or two files for one name, wait. Two spellings of one path
are one name, unless they lay in two folders.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from .moving import Carried
from .video import Video


@dataclass(frozen=True, slots=True)
class Place:
    """A known video and where it is, as far as names need it."""

    video_id: int
    key: str
    root_id: int
    root: str  # the root's folder
    path: str
    size_bytes: int
    fingerprint: bytes | None = None
    is_missing: bool = False


@dataclass(frozen=True, slots=True)
class Awaited:
    """What newcomers are compared with: the loose form of every name that waits for its file, and fingerprints."""

    names: frozenset[str] = frozenset()
    fingerprints: frozenset[bytes] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.names)

    def may_mean(self, video: Video) -> bool:
        return loose(video.path) in self.names or video.fingerprint in self.fingerprints


def match(
    names: Sequence[Carried],
    places: Iterable[Place],
    ignores_case: Callable[[str], bool],
    retired_keys: Callable[[str], int | None] = lambda key: None,
    only: Collection[int] | None = None,
    former: Mapping[str, Collection[int]] | None = None,
    is_strict: bool = False,
) -> dict[int, int]:
    """For each name (by its place in `names`) the id of the video that it means; names that mean none are left out.

    ignores_case  whether the file system of a root's folder takes "A" for "a"
    retired_keys  the video that a former key leads to
    only          the videos that may be the answer; the others count only where an answer has to be the only one
    former        for each path of old the videos that had it
    is_strict     a name means only what it names exactly: where more files are just being found, or where a video
                  has its name already
    """
    wanted = {loose(carried.name) for carried in names}
    keys = {carried.key for carried in names if carried.key}
    contents = {carried.fingerprint for carried in names if carried.fingerprint}
    near = [
        place
        for place in places
        if loose(place.path) in wanted or place.key in keys or (contents and place.fingerprint in contents)
    ]
    # Of two roots with one path the first has it; a file that is there comes before one that is missing.
    near.sort(key=lambda place: (place.is_missing, place.root_id, place.video_id))
    return _Rounds(names, near, ignores_case, retired_keys, only, former or {}).play(is_strict)


def loose(name: str) -> str:
    """What two names have in common that could mean the same file: the base name without case and Unicode form."""
    base = name.rpartition("/")[2]
    return base.lower() if base.isascii() else _composed(_composed(base).casefold())


class _Rounds:
    def __init__(
        self,
        names: Sequence[Carried],
        places: Sequence[Place],
        ignores_case: Callable[[str], bool],
        retired_keys: Callable[[str], int | None],
        only: Collection[int] | None,
        former: Mapping[str, Collection[int]],
    ) -> None:
        self._names = names
        self._places = places
        self._ignores_case = cache(ignores_case)  # the disk is asked
        self._retired_keys = retired_keys
        self._only = only
        self._former = former
        self._found: dict[int, int] = {}
        self._taken: dict[int, Carried] = {}  # for each video the first name that means it

    def play(self, is_strict: bool) -> dict[int, int]:
        self._by_key()
        self._first(
            lambda name: (name.root, name.name) if name.root else None, lambda place: (place.root, place.path)
        )
        self._first(lambda name: None if is_strict and name.root else name.name, lambda place: place.path)
        self._only_one(
            lambda name: (name.fingerprint, name.size_bytes) if name.fingerprint else None,
            lambda place: (place.fingerprint, place.size_bytes),
        )
        if is_strict:
            return self._found
        self._renamed()
        self._spellings(_composed, lambda place: _composed(place.path))
        self._spellings(_without_case, self._path_without_case)
        self._by_tail()
        self._only_one(lambda name: _base(name.name), lambda place: _base(place.path))
        self._only_one(lambda name: _without_case(_base(name.name)), self._base_without_case)
        return self._found

    def _by_key(self) -> None:
        ids = {place.key: place.video_id for place in self._places}
        for number, name in enumerate(self._names):
            if name.key and (video_id := ids.get(name.key) or self._retired_keys(name.key)):
                self._take(number, video_id)

    def _first(self, of_name: Callable[[Carried], object], of_place: Callable[[Place], object]) -> None:
        """The first video with the same; there is one for each name, so the order of names does not matter."""
        first: dict[object, int] = {}
        for place in self._places:
            first.setdefault(of_place(place), place.video_id)
        for number, name in enumerate(self._names):
            asked = of_name(name)
            if number not in self._found and asked is not None and (video_id := first.get(asked)):
                self._take(number, video_id)

    def _renamed(self) -> None:
        """Names that one single file had before, in the order of the names: of two, the second waits."""
        for number, name in enumerate(self._names):
            had = self._former.get(name.name, ()) if number not in self._found else ()
            if len(had) == 1:
                self._take(number, next(iter(had)))

    def _spellings(self, of_path: Callable[[str], str], of_place: Callable[[Place], str | None]) -> None:
        """Every name that spells the path of the only video there is by this spelling."""
        places: dict[str, set[int]] = {}
        for place in self._places:
            if (spelt := of_place(place)) is not None:
                places.setdefault(spelt, set()).add(place.video_id)
        for number, name in enumerate(self._names):
            alike = places.get(of_path(name.name), set()) if number not in self._found else set()
            if len(alike) == 1:
                self._take(number, next(iter(alike)), is_spelling=True)

    def _only_one(self, of_name: Callable[[Carried], object], of_place: Callable[[Place], object]) -> None:
        places: dict[object, list[int]] = {}
        for place in self._places:
            if place.video_id not in self._taken and (alike := of_place(place)) is not None:
                places.setdefault(alike, []).append(place.video_id)
        names: dict[object, list[int]] = {}
        for number, name in enumerate(self._names):
            if number not in self._found and (asked := of_name(name)) is not None:
                names.setdefault(asked, []).append(number)
        for asked, numbers in names.items():
            videos = places.get(asked, [])
            if len(numbers) == 1 and len(videos) == 1:
                self._take(numbers[0], videos[0])

    def _by_tail(self) -> None:
        """The old library's folder lies higher or lower than ours: one path is the end of the other."""
        places: dict[str, list[Place]] = {}
        for place in self._places:
            if place.video_id not in self._taken:
                places.setdefault(_base(place.path), []).append(place)
        answers: dict[int, list[int]] = {}
        for number, name in enumerate(self._names):
            if number not in self._found:
                alike = [place for place in places.get(_base(name.name), ()) if _is_tail(name.name, place.path)]
                if len(alike) == 1:
                    answers.setdefault(alike[0].video_id, []).append(number)
        for video_id, numbers in answers.items():
            if len(numbers) == 1:
                self._take(numbers[0], video_id)

    def _take(self, number: int, video_id: int, is_spelling: bool = False) -> None:
        first, name = self._taken.get(video_id), self._names[number]
        is_free = first is None or (is_spelling and _share_a_root(first, name))
        if is_free and (self._only is None or video_id in self._only):
            self._found[number] = video_id
            self._taken[video_id] = first if first and first.root else name

    def _path_without_case(self, place: Place) -> str | None:
        return _without_case(place.path) if self._ignores_case(place.root) else None

    def _base_without_case(self, place: Place) -> str | None:
        return _without_case(_base(place.path)) if self._ignores_case(place.root) else None


def _share_a_root(one: Carried, other: Carried) -> bool:
    """Whether two names may be of one folder, as far as it is told."""
    return not (one.root and other.root) or one.root == other.root


def _composed(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _without_case(text: str) -> str:
    return _composed(_composed(text).casefold())


def _base(path: str) -> str:
    return _composed(path.rpartition("/")[2])


def _is_tail(one: str, other: str) -> bool:
    """Whether one path is the end of the other, with at least one folder in common."""
    short, long = sorted((one, other), key=len)
    return "/" in short and long.endswith(f"/{short}")
