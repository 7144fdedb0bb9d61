"""A poster: a picture that stands for a video, in all sizes and formats that a page is sent.

The picture lying beside the video where there is one, else the best frame. Runs inside a media worker: the
files were written by strangers. Choosing a frame is frames', packing is encoding's, writing is keeping's.
"""

from __future__ import annotations

import os
from typing import Any

from PIL import Image

from ..library.poster import SIDES, file_name
from . import beside as pictures_beside
from . import encoding, frames, keeping
from .opening import refusals, size_of_regular_file
from .tones import tones

_LONGEST = max(SIDES)
_BENCHMARK_SIDE = 640


def poster(path: str, beside: str | None, folder: str, stamp: str, plain_stamp: str) -> dict[str, Any]:
    """Makes the files of a poster in `folder` and tells of them; library.poster.file_name has their names.

    width, height  of the largest picture made
    tones          two colours that stand in for it: media/tones.py
    bytes          of all files together
    note           None, or a sentence why the picture beside the video was not used
    Errors  as probe; Unavailable when the folder does not take the files.
    """
    picture, note = _picture(path, beside)
    name = plain_stamp if note else stamp  # another picture under one address would be kept by browsers for a year
    files = {file_name(name, side, kind): content for side, kind, content in encoding.encoded(picture)}
    return {
        "width": picture.width,
        "height": picture.height,
        "tones": tones(picture),
        "bytes": keeping.keep(folder, files),
        "note": note,
    }


def key_frame(path: str, target: str, part: float = 0.3) -> dict[str, Any]:
    """One key frame as one JPEG of 640 at `target`: the work of one ffmpeg command, for benchmarks to compare."""
    with refusals():
        size_of_regular_file(path)
        picture = frames.key_frame(path, part, _BENCHMARK_SIDE)
    with open(target, "wb") as file:
        file.write(encoding.jpeg(picture))
    return {"width": picture.width, "height": picture.height}


def _picture(path: str, beside: str | None) -> tuple[Image.Image, str | None]:
    note = None
    if beside is not None:
        try:
            return pictures_beside.picture(beside, _LONGEST), None
        except pictures_beside.Unusable as reason:
            name = os.path.basename(beside)
            note = f"The picture {name} cannot be used: {reason}. A frame of the video stands in its place."
    with refusals():
        size_of_regular_file(path)
        return frames.best_frame(path, _LONGEST), note
