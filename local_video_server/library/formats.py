"""Which files count as videos, and what their containers are called.

The name only decides whether a file is looked at; what is inside decides what it is. One table each, so a new
format is one new line.
"""

from __future__ import annotations

EXTENSIONS = frozenset(
    "mp4 m4v mov mkv webm avi wmv asf flv ts mts m2ts mpg mpeg m2v vob 3gp 3g2 ogv ogg divx mxf rm rmvb f4v".split()
)

# Folders that other programs keep for themselves (NAS indexes, bins, archives of another system).
SKIPPED_FOLDERS = frozenset(
    name.casefold() for name in ("@eaDir", "#recycle", "$RECYCLE.BIN", "lost+found", "__MACOSX")
)

# container -> media type sent with the bytes. Sources: RFC 4337 (mp4), RFC 5334 (ogg), RFC 4539 (mxf),
# RFC 3839 (3gp), RFC 9559 (Matroska), the WebM guidelines; the x- types are what browsers know.
CONTAINERS: dict[str, str] = {
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "3gp": "video/3gpp",
    "mkv": "video/matroska",
    "webm": "video/webm",
    "avi": "video/x-msvideo",
    "asf": "video/x-ms-asf",
    "flv": "video/x-flv",
    "mpegts": "video/mp2t",
    "mpeg": "video/mpeg",
    "ogg": "video/ogg",
    "mxf": "application/mxf",
    "rm": "application/vnd.rn-realmedia",
}
UNKNOWN_TYPE = "application/octet-stream"


def is_video_name(name: str) -> bool:
    """Whether a file of this name is looked at: a known extension, any case, and no dot in front."""
    stem, dot, extension = name.rpartition(".")
    return bool(stem and dot) and not name.startswith(".") and extension.lower() in EXTENSIONS


def is_skipped_folder(name: str) -> bool:
    return name.startswith(".") or name.casefold() in SKIPPED_FOLDERS


def media_type(container: str | None) -> str:
    return CONTAINERS.get(container or "", UNKNOWN_TYPE)
