"""Libraries for benchmarks: small real clips, each different, in folders and under names as people give them.

The same ones every time. A dozen pictures are encoded; each file has a box of its own behind one of them, which
players skip (ISO/IEC 14496-12, 8.1.2), so no two files have the same bytes.
"""

from __future__ import annotations

import random
import struct
from pathlib import Path

from tests.clips import ffmpeg, make_clip, run_ffmpeg  # type: ignore[attr-defined]

PICTURES = 12
_WORDS = (
    "summer holiday family garden birthday snow beach dog cat mountain city night concert school kitchen "
    "football dance train lake forest"
).split()
_SOURCES = ("testsrc2", "mandelbrot")
_AS_A_CAMERA = {"c:v": "libx264", "preset": "superfast", "crf": 24, "g": 50, "movflags": "+faststart"}
_PIECE = 4 * 1024 * 1024


def make_library(folder: Path, count: int) -> Path:
    """`count` clips of one second below `folder`; those already there are left as they are."""
    clips = [clip.read_bytes() for clip in _clips(folder.with_name("clips"), min(count, PICTURES))]
    chance = random.Random(count)
    for number in range(count):
        place = folder / str(2001 + number % 24) / chance.choice(_WORDS).title()
        name = f"{' '.join(chance.sample(_WORDS, 3))} {number}.mp4"
        if not (place / name).exists():
            place.mkdir(parents=True, exist_ok=True)
            (place / name).write_bytes(clips[number % len(clips)] + struct.pack(">I4sQ", 16, b"free", number))
    return folder


def make_films(folder: Path, count: int) -> Path:
    """`count` films of 1080p, six seconds, a key frame every two, each of other pictures with a camera's noise:
    what decoding is slow with."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed in range(count):
        film = folder / f"Film {seed + 1}.mp4"
        if not film.exists():
            source = f"{_SOURCES[seed % len(_SOURCES)]}=size=1920x1080:rate=25"
            picture = ffmpeg.input(source, f="lavfi", t=6).filter("hue", h=seed * 37 % 360)
            picture = picture.filter("noise", alls=5, allf="t", all_seed=seed).filter("format", "yuv420p")
            run_ffmpeg(ffmpeg.output(picture, str(film), **_AS_A_CAMERA))
    return folder


def make_large_file(path: Path, size_bytes: int) -> Path:
    """A clip followed by a box of random bytes: a file of this size without holes, which no disk can shorten."""
    make_clip(path)
    left = size_bytes - path.stat().st_size
    chance = random.Random(size_bytes)
    with path.open("ab") as file:
        file.write(struct.pack(">I4s", left, b"free"))
        left -= 8
        while left > 0:
            left -= file.write(chance.randbytes(min(left, _PIECE)))
    return path


def _clips(folder: Path, count: int) -> list[Path]:
    clips = [folder / f"clip {seed}.mp4" for seed in range(count)]
    for seed, clip in enumerate(clips):
        if not clip.exists():
            make_clip(clip, seconds=1, seed=seed)
    return clips
