"""A picture -> the files that browsers are sent: which widths, which formats, how strongly packed.

Qualities come from the study in benchmarks/pictures.py (PERFORMANCE.md, «Pictures»): AVIF beats WebP at the same
SSIMULACRA2, and at speed 8 is 36 to 46 % smaller than JPEG 80. Works in memory; keeping writes.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from PIL import Image

from ..library.poster import SMALLER, SMALLER_TOO, sides
from .shaping import fit

# pixels at most -> JPEG quality: the smaller the picture, the larger it is shown for its pixels and the less
# its faults are seen
_JPEG_QUALITY = ((90_000, 75), (640_000, 80))
_JPEG_QUALITY_ABOVE = 85
# Long side -> AVIF quality, each as good as JPEG 80 of the same size (SSIMULACRA2).
AVIF_QUALITY = {320: 60, 640: 67}
AVIF_SPEED = 8  # 6 saves a tenth more for three times the work; 9 is three times as fast and a sixth larger


def encoded(picture: Image.Image) -> Iterator[tuple[int, str, bytes]]:
    """Side, kind ("jpg" or SMALLER) and content of all files for one picture, the largest first."""
    smaller = picture.copy()
    smaller.info = {}  # Pillow would write camera data, place and comment of a picture into the next one
    for side in reversed(sides(max(picture.size))):
        size = fit(*picture.size, side)
        if size != smaller.size:
            smaller = smaller.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
        yield side, "jpg", jpeg(smaller)
        if side in SMALLER_TOO:
            yield side, SMALLER, avif(smaller, AVIF_QUALITY[side])


def jpeg(picture: Image.Image, quality: int | None = None) -> bytes:
    """Progressive, 4:2:0; the quality by the number of pixels unless it is given."""
    return packed(
        picture,
        "JPEG",
        quality=jpeg_quality(picture.width * picture.height) if quality is None else quality,
        progressive=True,
        optimize=True,
        subsampling="4:2:0",
    )


def jpeg_quality(pixels: int) -> int:
    return next((quality for most, quality in _JPEG_QUALITY if pixels <= most), _JPEG_QUALITY_ABOVE)


def avif(picture: Image.Image, quality: int, speed: int = AVIF_SPEED) -> bytes:
    return packed(picture, "AVIF", quality=quality, speed=speed, subsampling="4:2:0", max_threads=1)


def packed(picture: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()
