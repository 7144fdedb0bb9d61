"""Small clips, made for a test by the embedded ffmpeg in about 0.1 s each.

Every clip of another seed has another picture and other bytes. The tests own their ffmpeg commands; the
server itself never runs one from here.
"""

from __future__ import annotations

import subprocess
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import imageio_ffmpeg  # type: ignore[import-untyped]

with warnings.catch_warnings():
    # ffmpeg-python stands on `future`, which imports what Python 3.12 took away.
    warnings.simplefilter("ignore", DeprecationWarning)
    import ffmpeg

_ENCODERS: dict[str, dict[str, Any]] = {
    "h264": {"c:v": "libx264", "preset": "ultrafast", "pix_fmt": "yuv420p"},
    "hevc": {"c:v": "libx265", "preset": "ultrafast", "pix_fmt": "yuv420p", "x265-params": "log-level=error"},
    "mpeg4": {"c:v": "mpeg4"},
    "mpeg2video": {"c:v": "mpeg2video"},
    "mjpeg": {"c:v": "mjpeg", "pix_fmt": "yuvj420p"},
    "vp8": {"c:v": "libvpx", "deadline": "realtime", "cpu-used": 8},
    "vp9": {"c:v": "libvpx-vp9", "deadline": "realtime", "cpu-used": 8},
}


@cache
def embedded_ffmpeg() -> str:
    return str(imageio_ffmpeg.get_ffmpeg_exe())


def make_clip(
    path: Path,
    seconds: float = 1,
    size: str = "320x180",
    rate: int = 10,
    seed: int = 0,
    codec: str = "h264",
    audio: bool = False,
    **output: Any,
) -> Path:
    """A clip at `path`, whose name decides the container: a key frame every second, the index in front.

    `audio` adds a tone; `output` is given to ffmpeg as output options (`f="mpegts"`, `metadata="title=x"`).
    """
    picture = ffmpeg.input(f"testsrc2=size={size}:rate={rate}:duration={seconds}", f="lavfi")
    picture = picture.filter("hue", h=seed * 37 % 360).filter("eq", brightness=seed % 29 / 100)
    streams = [picture]
    if audio:
        streams.append(ffmpeg.input(f"sine=frequency={220 + seed}:duration={seconds}", f="lavfi"))
    options: dict[str, Any] = {"g": rate, "metadata:g": f"comment=clip {seed}", **_ENCODERS[codec]}
    if path.suffix in (".mp4", ".m4v", ".mov", ".3gp"):
        options["movflags"] = "+faststart"
    path.parent.mkdir(parents=True, exist_ok=True)
    run_ffmpeg(ffmpeg.output(*streams, str(path), **{**options, **output}))
    return path


def run_ffmpeg(output: Any) -> None:
    """Runs what ffmpeg-python describes. Errors: CalledProcessError; ffmpeg's words are in the report."""
    command = ffmpeg.compile(output.overwrite_output(), cmd=embedded_ffmpeg())
    command[1:1] = ["-hide_banner", "-loglevel", "error", "-nostdin"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        print(done.stderr)
        done.check_returncode()
