"""A video as a row of its table, and a row as a video. No statement is sent from here."""

from __future__ import annotations

from typing import Any

from sqlalchemy import RowMapping

from ..library.facts import Facts
from ..library.files import FoundFile
from ..library.video import Picture, Root, Status, Video, described
from .tables import videos

NOT_LOOKED_INTO: dict[str, Any] = {
    "fingerprint": None,
    "status": Status.PENDING.value,
    "broken_reason": None,
    "duration_s": None,
    "width": None,
    "height": None,
    "container": None,
    "video_codec": None,
    "audio_codecs": None,
    "facts": None,
}


def looked_into(facts: Facts) -> dict[str, Any]:
    """The columns that follow from what is in the file."""
    return {
        "status": Status.READY.value,
        "broken_reason": None,
        "duration_s": facts.duration_s,
        "width": facts.width,
        "height": facts.height,
        "container": facts.container,
        "video_codec": facts.video[0].codec,
        "audio_codecs": ",".join(track.codec for track in facts.audio),
        "facts": facts.to_json(),
    }


def place_values(root: Root, file: FoundFile) -> dict[str, Any]:
    """The columns that follow from where the file is, and from what lies beside it there."""
    picture = file.picture
    return {
        "root_id": root.id,
        "path": file.path,
        "size_bytes": file.size_bytes,
        "modified_ns": file.modified_ns,
        "device": file.device,
        "inode": file.inode,
        "picture_path": picture.path if picture else None,
        "picture_size_bytes": picture.size_bytes if picture else None,
        "picture_modified_ns": picture.modified_ns if picture else None,
    }


def read_video(row: RowMapping | dict[str, Any], root_name: str) -> Video:
    values: dict[str, Any] = {name: row[name] for name in _PLAIN} | described(row["path"], root_name)
    codecs, picture_path = row["audio_codecs"], row["picture_path"]
    picture = None
    if picture_path is not None:
        picture = Picture(picture_path, row["picture_size_bytes"], row["picture_modified_ns"])
    return Video(
        **values,
        status=Status(row["status"]),
        facts_json=row["facts"],
        audio_codecs=tuple(codecs.split(",")) if codecs else (),
        picture=picture,
    )


_CONVERTED = ("status", "facts", "audio_codecs", "picture_path", "picture_size_bytes", "picture_modified_ns")
_PLAIN = tuple(column.name for column in videos.columns if column.name not in _CONVERTED)
