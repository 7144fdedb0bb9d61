"""The tracks and chapters of an open file, as the values of library/facts.py.

Nothing here opens a file or decodes. Everything a stranger can write into a file (titles, languages, numbers
of tracks) is cut to a sensible length here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

import av
from av.container import InputContainer
from av.stream import Disposition, Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from ..library.facts import AudioTrack, Chapter, SubtitleTrack, VideoTrack
from . import ffmpeg_log
from .containers import BARE_STREAMS

MOST_TRACKS = 100  # of each kind; a disc has at most 32
MOST_CHAPTERS = 1000
MOST_LETTERS = 300

_HDR = {16: "HDR10", 18: "HLG"}  # transfer characteristics: ITU-T H.273 table 3
_STILL = Disposition.attached_pic | Disposition.timed_thumbnails
_MOST_FRAMES_A_SECOND = 300  # above it, "average" is the resolution of the clock (Matroska and FLV: 1000)
# "  Stream #0:0[0x1](und): Video: none (xvc1 / 0x31637678), none, 320x180, 78 kb/s"
_TOLD_STREAM = re.compile(r"Stream #0:(\d+).*?: (?:Video|Audio|Subtitle): (\S+?)(?:,| |$)(.*)")
_TOLD_TAG = re.compile(r"\((\w[^ ()]*) / 0x")
_TOLD_SIZE = re.compile(r", (\d+)x(\d+)\b")


class ToldStream(NamedTuple):
    """What ffmpeg's own listing says of a stream that it has no decoder for."""

    codec: str
    width: int
    height: int


def picture_streams(container: InputContainer) -> list[VideoStream]:
    """The picture tracks in the file's order, without cover art and thumbnails."""
    return [stream for stream in container.streams.video if not stream.disposition & _STILL]


def video_tracks(container: InputContainer, first: VideoFrame | None, rate: float | None) -> tuple[VideoTrack, ...]:
    """`first` is the first picture of the first track, and `rate` its pictures a second where measured."""
    streams = picture_streams(container)[:MOST_TRACKS]
    told = _told_streams(container, streams)
    return tuple(
        _video_track(stream, told.get(stream.index), *((first, rate) if position == 0 else (None, None)))
        for position, stream in enumerate(streams)
    )


def audio_tracks(container: InputContainer) -> tuple[AudioTrack, ...]:
    streams = container.streams.audio[:MOST_TRACKS]
    told = _told_streams(container, streams)
    return tuple(
        AudioTrack(
            index=stream.index,
            codec=_codec(stream, told),
            channels=stream.codec_context.channels or None if has_decoder(stream) else None,
            sample_rate=stream.codec_context.sample_rate or None if has_decoder(stream) else None,
            language=language(stream.metadata),
            title=title(stream.metadata),
            is_default=bool(stream.disposition & Disposition.default),
        )
        for stream in streams
    )


def subtitle_tracks(container: InputContainer) -> tuple[SubtitleTrack, ...]:
    streams = container.streams.subtitles[:MOST_TRACKS]
    told = _told_streams(container, streams)
    return tuple(
        SubtitleTrack(
            index=stream.index,
            codec=_codec(stream, told),
            language=language(stream.metadata),
            title=title(stream.metadata),
            is_default=bool(stream.disposition & Disposition.default),
            is_forced=bool(stream.disposition & Disposition.forced),
        )
        for stream in streams
    )


def chapters(container: InputContainer) -> tuple[Chapter, ...]:
    return tuple(
        Chapter(
            start_s=float(chapter["start"] * chapter["time_base"]),
            end_s=float(chapter["end"] * chapter["time_base"]),
            title=title(chapter["metadata"]),
        )
        for chapter in container.chapters()[:MOST_CHAPTERS]
        if chapter["time_base"]
    )


def shown_size(track: VideoTrack) -> tuple[int, int]:
    """Width and height on the screen: the pixels made square by the width, then the picture turned."""
    width = max(1, round(track.width * track.pixel_aspect))
    return (track.height, width) if track.rotation in (90, 270) else (width, track.height)


def pixel_aspect(stream: VideoStream) -> float:
    """How many times wider than high one pixel is."""
    aspect = float(stream.sample_aspect_ratio or 1)
    return aspect if 0.05 < aspect < 20 else 1.0  # beyond is damage, not a shape


def clockwise(counter_clockwise: int) -> int:
    """ffmpeg counts against the clock; players turn by quarters only."""
    return round(-counter_clockwise / 90) * 90 % 360


def has_decoder(stream: Stream) -> bool:
    """PyAV's type stubs promise a context always; it is None where ffmpeg has no decoder."""
    context: object = stream.codec_context
    return context is not None


def has_absurd_rate(stream: VideoStream) -> bool:
    return not stream.average_rate or stream.average_rate > _MOST_FRAMES_A_SECOND


def language(metadata: dict[str, str]) -> str | None:
    code = _told(metadata, "language")
    return None if code is None or code.lower() == "und" else code.lower()


def title(metadata: dict[str, str]) -> str | None:
    return _told(metadata, "title")


def _video_track(
    stream: VideoStream, told: ToldStream | None, first: VideoFrame | None, rate: float | None
) -> VideoTrack:
    context = stream.codec_context
    transfer = first.color_trc if first is not None else context.color_trc if context else 0
    return VideoTrack(
        index=stream.index,
        codec=told.codec if told else context.codec.canonical_name,
        width=told.width if told else context.width,
        height=told.height if told else context.height,
        pixel_format=context.pix_fmt if context else None,
        profile=stream.profile,
        frame_rate=_frame_rate(stream, rate),
        rotation=clockwise(first.rotation) if first is not None else 0,
        pixel_aspect=pixel_aspect(stream),
        hdr=_HDR.get(transfer),
        language=language(stream.metadata),
    )


def _frame_rate(stream: VideoStream, measured: float | None) -> float | None:
    """The true average where the file tells it; ffmpeg calls every bare stream 25 whatever it says itself."""
    if measured is None:
        is_average = not has_absurd_rate(stream) and stream.container.format.name not in BARE_STREAMS
        measured = float((stream.average_rate if is_average else stream.guessed_rate) or 0)
    return round(measured, 3) or None


def _codec(stream: Stream, told: dict[int, ToldStream]) -> str:
    return told[stream.index].codec if stream.index in told else stream.codec_context.codec.canonical_name


def _told_streams(container: InputContainer, streams: Iterable[Stream]) -> dict[int, ToldStream]:
    """Codec and size of the streams without a decoder: PyAV shows nothing of them, ffmpeg's listing does."""
    unknown = {stream.index for stream in streams if not has_decoder(stream)}
    if not unknown:
        return {}
    ffmpeg_log.said()
    container.dumps_format()  # type: ignore[attr-defined]
    told = {index: ToldStream("unknown", 0, 0) for index in unknown}
    for line in ffmpeg_log.said():
        if (found := _TOLD_STREAM.search(line)) and (index := int(found[1])) in unknown:
            tag, size = _TOLD_TAG.search(found[3]), _TOLD_SIZE.search(found[3])
            codec = found[2] if found[2] != "none" else tag[1] if tag else "unknown"
            told[index] = ToldStream(codec, *(int(size[1]), int(size[2])) if size else (0, 0))
    return told


def _told(metadata: dict[str, str], key: str) -> str | None:
    """Matroska files write their keys in capitals as often as not."""
    for name, value in metadata.items():
        if name.lower() == key and (value := value.strip()):
            return value[:MOST_LETTERS]
    return None


def seconds(ticks: int, time_base: Fraction | None) -> float:
    return float(ticks * time_base) if time_base else ticks / av.time_base
