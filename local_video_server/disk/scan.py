"""What a root holds now: every video file in it and the picture beside it, as values. Reads names and sizes, never a
file's content.

A root is somebody's disk: links may loop, folders may be forbidden, broken or vanish while they are read. One
bad entry costs only itself; only the root itself failing is an error, so that a disk that went away is never
mistaken for files that were deleted.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from stat import S_ISDIR, S_ISREG

from ..library.beside import pictures_beside
from ..library.errors import InvalidValue, Unavailable
from ..library.files import FoundFile, RootIdentity, Scan
from ..library.formats import is_video_name
from ..library.text import shown
from ..library.video import Picture
from .folders import is_entered, unavailable

OnFiles = Callable[[Sequence[FoundFile], int], None]

_OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
# Gone, or replaced by a file or a link since its name was read: no folder of ours any more.
_IS_NO_FOLDER = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)


def identify(root: str) -> RootIdentity:
    """Which folder answers at this path now, and whether it is empty of any entry, hidden ones included.

    Errors  Unavailable, with the reason, when it is absent, no folder, or cannot be read.
    """
    try:
        descriptor = os.open(root, _OPEN_FOLDER)
        try:
            status = os.fstat(descriptor)
            with os.scandir(descriptor) as entries:
                is_empty = next(entries, None) is None
        finally:
            os.close(descriptor)
    except OSError as error:
        raise unavailable(root, error) from error
    return RootIdentity(status.st_dev, status.st_ino, is_empty)


def scan(
    root: str,
    scope: Sequence[str] = ("",),
    *,
    excluded: frozenset[str] = frozenset(),
    on_files: OnFiles | None = None,
) -> Scan:
    """The video files in the root, or in and below the files and folders named in `scope`.

    A name in scope that does not exist simply finds nothing. No symbolic link is followed, and a folder that
    mounts lead to twice is entered once. Other devices mounted inside the root are part of it.

    Units   on_files gets the files of each folder as soon as it was read, and the number of folders so far
    Errors  Unavailable when the root fails, or is another folder at the end than at the start (unmounted
            meanwhile); InvalidValue when scope names anything but a plain path inside the root
    """
    parts = _outermost(scope)
    before = identify(root)
    look = _Look(root, excluded, on_files)
    look.on_the_way[before.device, before.inode] = ""
    for path in parts:
        look.at(path)
    look.beside_single_files()
    after = identify(root)
    if (before.device, before.inode) != (after.device, after.inode):
        raise Unavailable(f"The folder {shown(root)} was replaced by another while it was looked at.")
    return Scan(tuple(look.files), parts, tuple(look.unreadable), look.folders)


def _outermost(scope: Sequence[str]) -> tuple[str, ...]:
    """The scope without doubles and without what lies below another entry, sorted."""
    kept: list[str] = []
    # By parts, so that "a b" does not come between "a" and "a/c".
    for path in sorted(set(scope), key=lambda path: path.split("/")):
        if path and any(part in ("", ".", "..") or "\0" in part for part in path.split("/")):
            raise InvalidValue("This is no path inside the folder.", path=shown(path))
        if not kept or (kept[-1] and not (path + "/").startswith(kept[-1] + "/")):
            kept.append(path)
    return tuple(kept)


class _Look:
    """One look at a root: what was found so far."""

    def __init__(self, root: str, excluded: frozenset[str], on_files: OnFiles | None) -> None:
        self.files: list[FoundFile] = []
        self.unreadable: list[str] = []
        self.folders = 0
        self.on_the_way: dict[tuple[int, int], str] = {}  # folders that were passed to get to a path of the scope
        self._root = root
        # Links are not followed inside, so everything below has the real root's path in front.
        self._real_root = os.path.realpath(root)
        self._excluded = excluded
        self._on_files = on_files
        self._entered: set[tuple[int, int]] = set()
        self._single: dict[str, list[int]] = {}  # by folder: the files that the scope names, by place in `files`

    def at(self, path: str) -> None:
        """Look at one path of the scope, if the way there leads through entered folders only."""
        parts = path.split("/") if path else []
        for depth, name in enumerate(parts, 1):
            here = "/".join(parts[:depth])
            try:
                status = os.lstat(self._full(here))
            except OSError as error:
                if error.errno not in _IS_NO_FOLDER:
                    self.unreadable.append(path)
                return
            if not S_ISDIR(status.st_mode):
                if depth == len(parts) and is_video_name(name) and self._keep(here, status):
                    self._single.setdefault("/".join(parts[:-1]), []).append(len(self.files) - 1)
                return
            identity = (status.st_dev, status.st_ino)
            if self.on_the_way.get(identity) == here:
                continue  # the way to another path of the scope
            if not self._is_new_folder(name, here, status):
                return
            if depth == len(parts):
                self._entered.add(identity)
            else:
                self.on_the_way[identity] = here
        self._walk(path)

    def beside_single_files(self) -> None:
        """The pictures of the files that the scope names; of these folders nothing but the names is looked at."""
        for folder, places in self._single.items():
            videos: list[str] = []
            others: list[str] = []
            try:
                descriptor = os.open(self._full(folder), _OPEN_FOLDER | (os.O_NOFOLLOW if folder else 0))
                try:
                    with os.scandir(descriptor) as entries:
                        for entry in entries:
                            if not is_video_name(entry.name):
                                others.append(entry.name)
                            elif entry.is_file(follow_symlinks=False):
                                videos.append(entry.name)
                    self._add_pictures(descriptor, folder + "/" if folder else "", videos, others, places)
                finally:
                    os.close(descriptor)
            except OSError:
                continue  # gone since then, or its names may not be read: no picture

    def _walk(self, top: str) -> None:
        # A list and no recursion: depth is bounded by the disk alone. In the same order as the watcher, so
        # that both choose the same one of two paths to one folder.
        pending = [top]
        while pending:
            before = len(self.files)
            pending.extend(reversed(self._read(pending.pop())))
            if self._on_files:
                self._on_files(self.files[before:], self.folders)

    def _read(self, folder: str) -> list[str]:
        """The folders to enter next. The files of this one are kept on the way."""
        inside: list[str] = []
        others: list[str] = []  # the names of what is neither folder nor video
        first = len(self.files)
        try:
            # The descriptor holds this very folder: a link put in its place leads nowhere.
            descriptor = os.open(self._full(folder), _OPEN_FOLDER | (os.O_NOFOLLOW if folder else 0))
            try:
                with os.scandir(descriptor) as entries:
                    self.folders += 1
                    prefix = folder + "/" if folder else ""
                    for entry in entries:
                        self._take(entry, prefix, inside, others)
                if others and len(self.files) > first:
                    places = range(first, len(self.files))
                    videos = [self.files[place].path[len(prefix) :] for place in places]
                    self._add_pictures(descriptor, prefix, videos, others, places)
            finally:
                os.close(descriptor)
        except OSError as error:
            if not folder:
                raise unavailable(self._root, error) from error
            if error.errno not in _IS_NO_FOLDER:
                self.unreadable.append(folder)
        return inside

    def _take(self, entry: os.DirEntry[str], prefix: str, inside: list[str], others: list[str]) -> None:
        name = entry.name
        try:
            if entry.is_dir(follow_symlinks=False):
                path = prefix + name
                # The entry itself carries the inode under a mount; its status that of what is mounted.
                status = entry.stat(follow_symlinks=False)
                if self._is_new_folder(name, path, status):
                    self._entered.add((status.st_dev, status.st_ino))
                    inside.append(path)
            elif is_video_name(name):
                self._keep(prefix + name, entry.stat(follow_symlinks=False))
            else:
                others.append(name)
        except FileNotFoundError:
            pass  # vanished between its name and its status
        except OSError:
            self.unreadable.append(prefix + name)

    def _is_new_folder(self, name: str, path: str, status: os.stat_result) -> bool:
        identity = (status.st_dev, status.st_ino)
        if identity in self._entered or identity in self.on_the_way:
            return False
        return is_entered(name, f"{self._real_root}/{path}", self._excluded)

    def _add_pictures(
        self, descriptor: int, prefix: str, videos: Sequence[str], others: Sequence[str], places: Sequence[int]
    ) -> None:
        """Gives the files at these places the pictures that lie beside them, in the folder of the descriptor."""
        beside = pictures_beside(videos, others)
        for place in places if beside else ():
            file = self.files[place]
            for name in beside.get(file.path[len(prefix) :], ()):
                try:
                    status = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
                except OSError:
                    continue
                if S_ISREG(status.st_mode):
                    picture = Picture(prefix + name, status.st_size, _modified_ns(status))
                    self.files[place] = replace(file, picture=picture)
                    break

    def _keep(self, path: str, status: os.stat_result) -> bool:
        """Whether it is a file at all."""
        if not S_ISREG(status.st_mode):
            return False
        self.files.append(FoundFile(path, status.st_size, _modified_ns(status), status.st_dev, status.st_ino))
        return True

    def _full(self, path: str) -> str:
        return f"{self._root}/{path}" if path else self._root


def _modified_ns(status: os.stat_result) -> int:
    """A disk that went wrong may tell a date that no 64-bit number of nanoseconds holds (before 1678)."""
    return min(max(status.st_mtime_ns, -(2**63)), 2**63 - 1)
