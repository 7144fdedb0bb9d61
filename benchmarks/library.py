"""Libraries for benchmarks: small real clips, each different, in folders and under names as people give them."""

from __future__ import annotations

import random
import struct
from pathlib import Path

from tests.clips import make_clip

_WORDS = (
    "summer holiday family garden birthday snow beach dog cat mountain city night concert school kitchen "
    "football dance train lake forest"
).split()


def make_library(folder: Path, count: int) -> Path:
    """`count` clips of one second below `folder`, the same ones every time. One clip is encoded; each file has
    a box of its own behind it, which players skip (ISO/IEC 14496-12, 8.1.2)."""
    clip = folder.with_name("clip.mp4")
    if not clip.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        make_clip(clip, seconds=1)
    content = clip.read_bytes()
    chance = random.Random(count)
    for number in range(count):
        place = folder / str(2001 + number % 24) / chance.choice(_WORDS).title()
        name = f"{' '.join(chance.sample(_WORDS, 3))} {number}.mp4"
        if not (place / name).exists():
            place.mkdir(parents=True, exist_ok=True)
            (place / name).write_bytes(content + struct.pack(">I4sQ", 16, b"free", number))
    return folder
