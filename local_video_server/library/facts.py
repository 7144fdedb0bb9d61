"""What is inside a video file: container, tracks, chapters, shape, length.

Plain values, filled by whatever reads media files and stored with the video. Nothing here opens a file. They
travel as JSON between the media workers, the database and the pages, so every field is a JSON value.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class VideoTrack:
    """One picture track. Width and height are in coded pixels, before pixel shape and rotation."""

    index: int
    codec: str
    width: int
    height: int
    pixel_format: str | None = None
    profile: str | None = None
    frame_rate: float | None = None  # frames per second
    rotation: int = 0  # degrees clockwise that a player turns the picture by: 0, 90, 180 or 270
    pixel_aspect: float = 1.0  # width of a pixel over its height
    hdr: str | None = None  # "HDR10", "HLG" or None for ordinary range
    language: str | None = None


@dataclass(frozen=True, slots=True)
class AudioTrack:
    index: int
    codec: str
    channels: int | None = None
    sample_rate: int | None = None  # samples per second
    language: str | None = None
    title: str | None = None
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class SubtitleTrack:
    index: int
    codec: str
    language: str | None = None
    title: str | None = None
    is_default: bool = False
    is_forced: bool = False


@dataclass(frozen=True, slots=True)
class Chapter:
    start_s: float
    end_s: float
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a probe finds out. width and height are as shown: pixel shape and rotation applied."""

    container: str  # a key of formats.CONTAINERS, by what is inside and never by the name
    duration_s: float | None
    width: int
    height: int
    video: tuple[VideoTrack, ...]
    audio: tuple[AudioTrack, ...] = ()
    subtitles: tuple[SubtitleTrack, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    bit_rate: int | None = None  # bits per second of the whole file

    def to_json(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"), ensure_ascii=True)

    @classmethod
    def from_json(cls, text: str) -> Facts:
        return cls.from_values(json.loads(text))

    @classmethod
    def from_values(cls, values: dict[str, Any]) -> Facts:
        """The facts in a decoded JSON object. Errors: KeyError or TypeError when it is not one of ours."""
        return cls(
            **{
                **values,
                "video": tuple(VideoTrack(**track) for track in values["video"]),
                "audio": tuple(AudioTrack(**track) for track in values["audio"]),
                "subtitles": tuple(SubtitleTrack(**track) for track in values["subtitles"]),
                "chapters": tuple(Chapter(**chapter) for chapter in values["chapters"]),
            }
        )
