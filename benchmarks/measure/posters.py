"""Posters a second: for equal work beside one `ffmpeg` command a file, and the whole pipeline of a server apart.

Equal work is one key frame near a third of the film as one JPEG of 640, as many at once as the server has workers.
A warm worker is asked as the server asks it. The command is the quickest we know for the same: it seeks to a key
frame and decodes no other; one thread each, since as many commands run as there are cores.
"""

from __future__ import annotations

import itertools
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from local_video_server.library.errors import LibraryError
from local_video_server.media.workers import Worker
from tests.clips import embedded_ffmpeg

from ..home import Home
from ..plan import Plan
from ..tables import Column, Row, Rows, Table, median_ratio
from .scan import some_of, workers

POSTERS = Table(
    "posters",
    (
        Column("library", "library", is_name=True),
        Column("videos", "videos", is_name=True),
        Column("frame_per_s", "one frame, one JPEG: posters/s", 1),
        Column("ffmpeg_per_s", "`ffmpeg -ss`, posters/s", 1),
        Column("times_ffmpeg", "times that", 2, better="more"),
        Column("pipeline_per_s", "the whole pipeline, posters/s", 1),
        Column("pipeline_of_ffmpeg", "of `ffmpeg -ss`", 2, better="more"),
    ),
)
PART = 0.3  # of the length, where the frame is taken
_LIMIT_S = 60.0
_QUIET = ("-hide_banner", "-loglevel", "error", "-nostdin", "-y")
_KEY_FRAME = ("-threads", "1", "-noaccurate_seek", "-skip_frame", "nokey", "-an", "-sn", "-dn")
_SHRINK = "scale='if(gte(iw,ih),min(640,iw),-2)':'if(gte(iw,ih),-2,min(640,ih))',format=yuvj420p"


@dataclass(frozen=True, slots=True)
class Film:
    path: Path
    seconds: float


def measure(home: Home, plan: Plan) -> Rows:
    first_run = home.first_run
    files = sorted(path for path in home.library.rglob("*") if path.is_file())
    with tempfile.TemporaryDirectory(prefix="lvs-posters-") as made, _Makers(Path(made)) as makers:
        films = makers.films(some_of(files, plan.compared_files))
        count = plan.compared_files
        rounds = [(makers.ours_per_s(films, count), makers.ffmpeg_per_s(films, count)) for _ in range(plan.rounds)]
    ours, theirs = (statistics.median(per_s) for per_s in zip(*rounds, strict=True))
    pipeline = first_run.posters / first_run.poster_s if first_run.posters and first_run.poster_s > 0 else None
    row: Row = {
        "library": home.name,
        "videos": home.videos,
        "frame_per_s": ours,
        "ffmpeg_per_s": theirs,
        "times_ffmpeg": median_ratio(rounds),
        "pipeline_per_s": pipeline,
        "pipeline_of_ffmpeg": pipeline / theirs if pipeline else None,
    }
    return {POSTERS.name: [row]}


class _Makers:
    """Threads that make pictures, as many as the server has workers, each with a worker of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._own = threading.local()
        self._workers: list[Worker] = []
        self._threads = ThreadPoolExecutor(workers(), initializer=self._begin)

    def __enter__(self) -> _Makers:
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown()
        for worker in self._workers:
            worker.stop()

    def films(self, files: Sequence[Path]) -> list[Film]:
        """The files that both ways make a picture of. Neither starts cold afterwards."""
        films = [film for film in self._threads.map(self._looked_into, files) if film]
        both = [film for film in films if self._is_made(self._ours, film) and self._is_made(self._ffmpeg, film)]
        if not both:
            raise SystemExit("There is no file that a picture can be made of.")
        return both

    def ours_per_s(self, films: Sequence[Film], count: int) -> float:
        return self._per_s(self._ours, films, count)

    def ffmpeg_per_s(self, films: Sequence[Film], count: int) -> float:
        return self._per_s(self._ffmpeg, films, count)

    def _begin(self) -> None:
        self._own.worker = Worker()
        self._own.target = self._folder / f"{threading.get_ident()}.jpg"
        self._workers.append(self._own.worker)

    def _per_s(self, make: Callable[[Film], object], films: Sequence[Film], count: int) -> float:
        """Of `count` pictures; few films take several turns."""
        began = time.perf_counter()
        list(self._threads.map(make, itertools.islice(itertools.cycle(films), count)))
        return count / (time.perf_counter() - began)

    def _looked_into(self, path: Path) -> Film | None:
        try:
            seconds = self._own.worker.probe(str(path)).duration_s
        except LibraryError:
            return None
        return Film(path, seconds) if seconds else None

    def _is_made(self, make: Callable[[Film], object], film: Film) -> bool:
        try:
            self._threads.submit(make, film).result()
        except (LibraryError, subprocess.CalledProcessError):
            return False
        return True

    def _ours(self, film: Film) -> None:
        self._own.worker.run("key_frame", str(film.path), _LIMIT_S, target=str(self._own.target), part=PART)

    def _ffmpeg(self, film: Film) -> None:
        """Errors: CalledProcessError, also when no picture came of it."""
        target: Path = self._own.target
        target.unlink(missing_ok=True)
        command = [embedded_ffmpeg(), *_QUIET, "-ss", str(film.seconds * PART), *_KEY_FRAME, "-i", str(film.path)]
        command += [
            "-frames:v",
            "1",
            "-fps_mode",
            "passthrough",
            "-vf",
            _SHRINK,
            "-q:v",
            "4",
            "-update",
            "1",
            str(target),
        ]
        subprocess.run(command, capture_output=True, timeout=_LIMIT_S, check=True)
        if not target.exists():
            raise subprocess.CalledProcessError(1, command)
