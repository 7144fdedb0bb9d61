"""What the libraries inside a worker are and can do: the doctor asks, since the server loads none of them."""

from __future__ import annotations

from typing import Any, Literal

import av
from av.codec import Codec, codecs_available
from av.error import FFmpegError
from PIL import features


def about() -> dict[str, Any]:
    """Versions, FFmpeg's licence, and the names of all decoders, encoders and kinds of pictures it was built with."""
    return {
        "pyav": av.__version__,
        "ffmpeg": av.ffmpeg_version_info,
        "license": _license(),
        "decoders": [name for name in sorted(codecs_available) if _is_there(name, "r")],
        "encoders": [name for name in sorted(codecs_available) if _is_there(name, "w")],
        "pictures": [name for name, feature in (("JPEG", "jpg"), ("AVIF", "avif")) if features.check(feature)],
    }


def _is_there(name: str, mode: Literal["r", "w"]) -> bool:
    try:
        Codec(name, mode)
    except (FFmpegError, ValueError):
        return False
    return True


def _license() -> str:
    """Of the FFmpeg that was built in; empty where this PyAV does not tell."""
    from av import _core

    told = getattr(_core, "library_meta", {}).get("libavcodec", {})
    return str(told.get("license", ""))
