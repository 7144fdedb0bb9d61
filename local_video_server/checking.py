"""Joins the doctor: looks at the machine, in the running server now and then, or once for `app.py --check`.

Like application.py it knows all others. Whatever may hang is asked where it can be left behind, nothing is made or
changed, and no lock is taken: a check beside a running server disturbs nobody.
"""

from __future__ import annotations

import os
import resource
import time
import traceback
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from .database import backups, integrity
from .disk import places, watch
from .disk.folders import reason
from .disk.patience import Patience
from .library.backup import Backup, newest_first
from .library.checkup import Checkup
from .library.doctor import findings
from .library.errors import LibraryError, NotStored, Unavailable
from .library.examined import DatabaseLook, Examined, Media, Place, Wholeness
from .library.figures import State
from .library.health import worst
from .library.readings import Finding
from .library.root_report import RootReport
from .library.shelf import Shelf
from .media.workers import Worker
from .settings import CHECKOUT, Settings
from .versions import versions

ANSWER_S = 5.0  # a disk that sleeps needs about as long
COUNT_S = 15.0  # 100,000 folders on a disk that turns take longer, and are then said to be uncounted
DATABASE_S = 20.0  # reads some gigabytes
ABOUT_S = 30.0
VERDICTS = {
    State.GOOD: "Everything is all right.",
    State.FAIR: "It works, and something could be better: see the lines that say warning.",
    State.POOR: "Something will not work: see the lines that say poor.",
}
_ENDED = "\0"  # before the exit code, where nothing is left to be said
EXIT_CODES = {State.GOOD: 0, State.FAIR: 1, State.POOR: 2}

_T = TypeVar("_T")


class Examination:
    """Looks at everything. Kept from one look to the next, so that a disk that hangs keeps one thread.

    `entered` and `pictures_bytes` tell how many folders are to be watched, and what the pictures take.
    """

    def __init__(
        self,
        settings: Settings,
        folders: Sequence[str],
        entered: Callable[[], int | None] | None = None,
        pictures_bytes: Callable[[], int | None] | None = None,
    ) -> None:
        self._settings = settings
        self._folders = [os.path.abspath(path) for path in folders]
        self._entered = entered or self._count_folders
        self._pictures_bytes = pictures_bytes or self._measure_pictures
        self._worker = Worker(settings.media_memory_mb)
        self._media = Media()
        self._disks: dict[str, Patience] = {}

    def look(self) -> list[Finding]:
        return findings(self._examine())

    def versions(self) -> list[tuple[str, str]]:
        """After a look; those of FFmpeg are known from it."""
        found = versions(CHECKOUT, integrity.VERSION)
        if self._media.ffmpeg:
            found.append(("FFmpeg", f"{self._media.ffmpeg}, inside PyAV {self._media.pyav}"))
        return found

    def stop(self) -> None:
        self._worker.stop()

    def _examine(self) -> Examined:
        self._media = self._about()
        settings, data = self._settings, Path(self._settings.data)
        nothing_kept: list[Backup] = []
        kept = self._asked(settings.backups, partial(backups.present, Path(settings.backups)), nothing_kept)
        ours = [data / "library.db", data / "library.db-wal", Path(__file__)]
        nothing_written: list[float] = []
        written = self._asked(
            settings.data, lambda: [path.stat().st_mtime for path in ours if path.exists()], nothing_written
        )
        entered = self._entered()
        hard_limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]  # a start raises the other one up to it
        return Examined(
            now=time.time(),
            folders=[self._place(path, places.videos) for path in self._folders],
            data=self._place(settings.data, places.own),
            pictures=self._place(settings.thumbnails, partial(places.own, made_after=settings.data)),
            backups=self._place(settings.backups, partial(places.own, made_after=settings.data)),
            media=self._media,
            database=self._database(data / "library.db"),
            pictures_limit_bytes=settings.thumbnails_mb * 1_000_000,
            pictures_bytes=self._pictures_bytes(),
            entered=entered,
            watch_limit=watch.limit(),
            watchers_limit=watch.watchers_limit(),
            to_watch_more=watch.command_to_watch_more(entered or 0),
            to_have_more_watchers=watch.FOR_MORE_WATCHERS,
            newest_at=max([*written, *(backup.made_at for backup in kept)], default=None),
            zone=_zone(),
            newest_backup=newest_first(kept)[0].path if kept else "",
            open_files_limit=None if hard_limit == resource.RLIM_INFINITY else hard_limit,
        )

    def _about(self) -> Media:
        try:
            told = self._worker.run("about", "", ABOUT_S)
        except LibraryError as error:
            return Media(trouble=error.message)
        except OSError as error:  # no room for one more process
            return Media(trouble=f"{reason(error)}.")
        finally:
            self._worker.rest()
        return Media(
            pyav=told["pyav"],
            ffmpeg=told["ffmpeg"],
            license=told["license"],
            decoders=frozenset(told["decoders"]),
            encoders=frozenset(told["encoders"]),
            pictures=frozenset(told["pictures"]),
        )

    def _place(self, path: str, look: Callable[[str], Place]) -> Place:
        silent = Place(path, trouble="it does not answer", is_silent=True)
        return self._asked(path, partial(look, path), silent)

    def _database(self, path: Path) -> DatabaseLook:
        silent = DatabaseLook(Wholeness.UNREADABLE, "its disk does not answer")
        look = partial(integrity.look_through, path, DATABASE_S)
        return self._asked(self._settings.data, look, silent, DATABASE_S)

    def _count_folders(self) -> int | None:
        own = frozenset({self._settings.data, self._settings.thumbnails})
        total = 0
        for path in self._folders:
            count = self._asked(path, partial(places.folders_below, path, own, COUNT_S), None, COUNT_S)
            if count is None:
                return None
            total += count
        return total

    def _measure_pictures(self) -> int | None:
        folder = self._settings.thumbnails
        return self._asked(folder, partial(places.size_of, folder, COUNT_S), None, COUNT_S)

    def _asked(self, path: str, call: Callable[[], _T], otherwise: _T, more_s: float = 0.0) -> _T:
        """What the disk of this path answers, where it does. `more_s` is what the call may take besides."""
        patience = self._disks.setdefault(path, Patience(path))
        try:
            return patience.ask(call, ANSWER_S + more_s)
        except (Unavailable, NotStored, OSError):
            return otherwise


def open_checkup(
    settings: Settings, folders: Sequence[str], reports: Callable[[], Sequence[RootReport]], shelf: Shelf
) -> Checkup:
    """The doctor of a running server, which counts folders and pictures anyway."""

    def entered() -> int:
        return sum(report.folders for report in reports())

    examination = Examination(settings, folders, entered, lambda: shelf.room[0])
    return Checkup(examination.look, examination.versions, examination.stop)


def check_apart(settings: Settings, say: Callable[[str], None]) -> int:
    """As `check`, in a process of its own, which is left behind where a disk hangs: a thread in such a disk keeps its
    process, which nothing can end, and whoever waits for that. To be called before there are threads."""
    told, tells = os.pipe()
    if not os.fork():
        code = EXIT_CODES[State.POOR]
        try:
            for stream in (1, 2):  # else whoever reads what we say would wait for its end too
                os.dup2(tells, stream)
            with open(tells, "w", encoding="utf-8", errors="replace") as out:
                code = check(settings, lambda line: print(line, file=out, flush=True))
                print(f"{_ENDED}{code}", file=out)
        except Exception:  # noqa: BLE001 - told, and the exit code says it too
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(tells)
    with open(told, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if line.startswith(_ENDED):
                return int(line.removeprefix(_ENDED))
            say(line.rstrip("\n"))
    return EXIT_CODES[State.POOR]  # it broke off, and said why


def check(settings: Settings, say: Callable[[str], None]) -> int:
    """Looks once and says what was found, a line each; 0 when all is good, 1 after a warning, 2 where something
    is poor."""
    examination = Examination(settings, settings.folders)
    try:
        found = examination.look()
        say(", ".join(f"{name} {version}" for name, version in examination.versions()))
    finally:
        examination.stop()
    for one in found:
        say(f"{one.state:8} {one.name}: {one.sentence}")
        if one.remedy:
            say(f"         try: {one.remedy}")
    say(VERDICTS[worst(found)])
    return EXIT_CODES[worst(found)]


def _zone() -> str:
    now = datetime.now().astimezone()
    name, offset = str(now.tzname()), now.strftime("%z")
    return name if name == "UTC" else f"{name}, {offset[:3]}:{offset[3:]} from UTC"
