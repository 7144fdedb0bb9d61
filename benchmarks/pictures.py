"""python -m benchmarks.pictures: how small a poster can be, by format, at the same visual quality.

Frames of the sample library are packed as JPEG, AVIF and WebP at many qualities and compared with the frame they
were made of by SSIMULACRA2; what counts is the bytes at equal quality. Writes the table «Pictures» of
PERFORMANCE.md, from which local_video_server/media/encoding.py has its qualities.
"""

from __future__ import annotations

import bisect
import io
import itertools
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from benchmarks import machine
from local_video_server.library import poster
from local_video_server.library.errors import LibraryError
from local_video_server.media import encoding, judging, shaping
from local_video_server.media.frames import best_frame
from tests.sample_media import SAMPLE_MEDIA

Row = list[str]
SIDES = (320, 640)
BASELINE_QUALITY = 80
_EMPTIEST = 0.02  # a frame judged below this is black or nearly: any file of it is small and good
_DOCUMENT = machine.CHECKOUT / "PERFORMANCE.md"
_HEAD = (
    "long side",
    "format",
    "quality",
    "bytes, all pictures",
    "of JPEG 80",
    "SSIMULACRA2, median",
    "worst tenth",
    "ms a picture (processor)",
)
Pack = Callable[[Image.Image, int], bytes]


class Packed(NamedTuple):
    """One picture at one quality."""

    size_bytes: float
    score: float
    spent_s: float


def _webp(picture: Image.Image, quality: int, method: int) -> bytes:
    return encoding.packed(picture, "WEBP", quality=quality, method=method)


FORMATS: dict[str, tuple[Pack, range]] = {
    "AVIF, speed 6": (lambda picture, quality: encoding.avif(picture, quality, 6), range(48, 85, 6)),
    "AVIF, speed 8": (lambda picture, quality: encoding.avif(picture, quality, 8), range(48, 85, 6)),
    "AVIF, speed 9": (lambda picture, quality: encoding.avif(picture, quality, 9), range(48, 85, 6)),
    "WebP, method 4": (lambda picture, quality: _webp(picture, quality, 4), range(64, 99, 6)),
    "WebP, method 6": (lambda picture, quality: _webp(picture, quality, 6), range(64, 99, 6)),
}


def main() -> int:
    frames = sample_frames(SAMPLE_MEDIA)
    if not frames:
        raise SystemExit(f"There is no sample library at {SAMPLE_MEDIA}; LVS_SAMPLE_MEDIA names another place.")
    rows = [row for side in SIDES for row in _study(frames, side)]
    _write(rows, len(frames))
    return 0


def sample_frames(folder: Path) -> list[Image.Image]:
    """The posters of all files that have one worth comparing."""
    frames = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        try:
            frame = best_frame(str(path), max(poster.SIDES))
        except LibraryError:
            continue  # no video, or a broken one
        small = frame.convert("L").resize(shaping.fit(*frame.size, judging.LOOK_SIDE))
        if judging.score(judging.look_at(small)) > _EMPTIEST:
            frames.append(frame)
    return frames


def _study(frames: list[Image.Image], side: int) -> list[Row]:
    pictures = [
        frame.resize(shaping.fit(*frame.size, side), Image.Resampling.LANCZOS)
        for frame in frames
        if max(frame.size) >= side
    ]
    baseline = [_packed(picture, encoding.jpeg, BASELINE_QUALITY) for picture in pictures]
    total = sum(packed.size_bytes for packed in baseline)
    rows = [_row(side, "JPEG, progressive 4:2:0", str(BASELINE_QUALITY), baseline, total)]
    ruled = [_packed(picture, lambda picture, _: encoding.jpeg(picture), 0) for picture in pictures]
    rows.append(_row(side, "JPEG as made", "by size", ruled, total))
    for name, (pack, qualities) in FORMATS.items():
        found = [
            _at_score([(at, _packed(picture, pack, at)) for at in qualities], wanted.score)
            for picture, wanted in zip(pictures, baseline, strict=True)
        ]
        needed = statistics.median(quality for quality, _ in found)
        rows.append(_row(side, name, f"as good as JPEG 80: {needed:.0f}", [packed for _, packed in found], total))
    chosen = encoding.AVIF_QUALITY[side]
    made = [_packed(picture, encoding.avif, chosen) for picture in pictures]
    rows.append(_row(side, f"AVIF as made, speed {encoding.AVIF_SPEED}", str(chosen), made, total))
    return rows


def _packed(picture: Image.Image, pack: Pack, quality: int) -> Packed:
    from ssimulacra2 import compute_ssimulacra2  # type: ignore[import-untyped]

    began = time.process_time()
    data = pack(picture, quality)
    spent_s = time.process_time() - began
    files = [io.BytesIO(), io.BytesIO()]
    picture.save(files[0], "PNG", compress_level=0)
    Image.open(io.BytesIO(data)).convert("RGB").save(files[1], "PNG", compress_level=0)
    return Packed(len(data), float(compute_ssimulacra2(*files)), spent_s)


def _at_score(tried: list[tuple[int, Packed]], wanted: float) -> tuple[float, Packed]:
    """Quality and bytes between the two tries around a score; the nearest end where it lies outside."""
    # A coder may lose a little where its quality rises by one step: the best so far counts.
    scores = list(itertools.accumulate((packed.score for _, packed in tried), max))
    above = min(max(1, bisect.bisect_left(scores, wanted)), len(tried) - 1)
    (low, lower), (high, upper) = tried[above - 1], tried[above]
    step = scores[above] - scores[above - 1]
    part = min(1.0, max(0.0, (wanted - scores[above - 1]) / step)) if step else 1.0
    between = (one + part * (other - one) for one, other in zip(lower, upper, strict=True))
    return low + part * (high - low), Packed(*between)


def _row(side: int, name: str, quality: str, packed: list[Packed], baseline_bytes: float) -> Row:
    total = sum(one.size_bytes for one in packed)
    scores = sorted(one.score for one in packed)
    return [
        str(side),
        name,
        quality,
        f"{total:,.0f}",
        f"{total / baseline_bytes:.0%}",
        f"{statistics.median(scores):.1f}",
        f"{scores[len(scores) // 10]:.1f}",
        f"{statistics.mean(one.spent_s for one in packed) * 1000:.1f}",
    ]


def _write(rows: list[Row], frames: int) -> None:
    lines = [f"| {' | '.join(row)} |" for row in [list(_HEAD), ["---"] * len(_HEAD), *rows]]
    where = f"{date.today().isoformat()}, commit {machine.commit()}, {machine.machine()}, Pillow {_pillow()}"
    where += f", {frames} frames, `python -m benchmarks.pictures`"
    table = "\n".join(["<!-- pictures -->", *lines, "", where, "<!-- /pictures -->"])
    before, begin, rest = _DOCUMENT.read_text().partition("<!-- pictures -->")
    if not begin:
        raise SystemExit("PERFORMANCE.md has no place for the table: <!-- pictures --> is missing.")
    _DOCUMENT.write_text(before + table + rest.partition("<!-- /pictures -->")[2])


def _pillow() -> str:
    from PIL import __version__

    return __version__


if __name__ == "__main__":
    sys.exit(main())
