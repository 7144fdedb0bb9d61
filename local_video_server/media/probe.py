"""What is inside one video file: container, tracks, chapters, length, shape.

Runs inside a media worker and nowhere else: what is read here was written by strangers, and a decoder may
hang, crash or eat memory.
"""

from __future__ import annotations

import contextlib
import math
import os
import time
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from ..library.errors import MediaUnreadable
from ..library.facts import Facts, VideoTrack
from . import ffmpeg_log, unreadable
from .containers import BARE_STREAMS, container_of
from .opening import opened, refusals, size_of_regular_file
from .tracks import (
    audio_tracks,
    chapters,
    has_absurd_rate,
    has_decoder,
    picture_streams,
    seconds,
    shown_size,
    subtitle_tracks,
    video_tracks,
)

_FIRST_PICTURE_S = 5.0  # a file of which nothing could be decoded for so long is broken
_READ_THROUGH_S = 10.0  # a file without a length is read this long; the rest is reckoned from its size
_RATE_PICTURES = 60  # so many pictures tell how many come in a second
_HEAD_BYTES = 1024  # an EBML header has 40 bytes


def probe(path: str) -> Facts:
    """The facts about a video file.

    Errors  MediaUnreadable with the true reason; Gone when there is no file; Unavailable when the disk does
            not answer, which says nothing about the file; MemoryError.
    """
    path = os.path.abspath(path)  # ffmpeg takes "a:b" for an address, but never what begins with a slash
    ffmpeg_log.said()
    with refusals():
        return _facts(path, size_of_regular_file(path))


def _facts(path: str, size_bytes: int) -> Facts:
    with open(path, "rb") as file:
        head = file.read(_HEAD_BYTES)
    with opened(path) as container:
        streams = picture_streams(container)
        if not streams:
            raise unreadable.without_pictures(path, has_sound=bool(container.streams.audio))
        is_estimate = any("Estimating duration from bitrate" in line for line in ffmpeg_log.said())
        first, rate = _first_picture(path, container, streams[0])
        tracks = video_tracks(container, first, rate)
        if not (tracks[0].width and tracks[0].height):
            raise unreadable.without_decoder(tracks[0].codec)
        duration_s = None if is_estimate else _stated_duration(container, streams)
        if duration_s is None:
            duration_s = _read_duration(path, size_bytes, tracks[0])
        width, height = shown_size(tracks[0])
        return Facts(
            container=container_of(container.format.name, container.metadata.get("major_brand"), head),
            duration_s=round(duration_s, 3) if duration_s else None,
            width=width,
            height=height,
            video=tracks,
            audio=audio_tracks(container),
            subtitles=subtitle_tracks(container),
            chapters=chapters(container),
            bit_rate=round(size_bytes * 8 / duration_s) if duration_s else None,
        )


def _first_picture(
    path: str, container: InputContainer, stream: VideoStream
) -> tuple[VideoFrame | None, float | None]:
    """The first picture that can be decoded, and pictures per second where the header tells nonsense.

    (None, None) for a codec without a decoder. Errors: MediaUnreadable when there is no picture to be had.
    """
    if not has_decoder(stream):
        return None, None
    stream.codec_context.thread_count = 1
    times: list[Fraction] = []
    packets = _noting_times(container.demux(stream), times)
    deadline = time.monotonic() + _FIRST_PICTURE_S
    failure: Exception | None = None
    is_cut_off = True
    try:
        for packet in packets:
            is_cut_off = is_cut_off and not packet.size
            try:
                pictures = packet.decode()
            except MemoryError:
                raise
            except av.FFmpegError as error:
                failure, pictures = error, []
            if pictures:
                return pictures[0], _measured_rate(packets, times) if has_absurd_rate(stream) else None
            if time.monotonic() > deadline:
                break
    except MemoryError:
        raise
    except av.FFmpegError as error:
        failure = error
    unreadable.ask_the_disk(path)
    if is_cut_off:
        raise MediaUnreadable(unreadable.ENDS_BEFORE_PICTURES)
    words = unreadable.in_ffmpegs_words(failure, ffmpeg_log.said())
    raise MediaUnreadable(f"Not one picture of the file can be decoded ({words}).")


def _noting_times(packets: Iterator[Packet[VideoStream]], times: list[Fraction]) -> Iterator[Packet[VideoStream]]:
    for packet in packets:
        if packet.size and (moment := packet.pts if packet.pts is not None else packet.dts) is not None:
            times.append(moment * packet.time_base)
        yield packet


def _measured_rate(packets: Iterator[Packet[VideoStream]], times: list[Fraction]) -> float | None:
    with contextlib.suppress(av.InvalidDataError):  # what lies behind the first picture may be damaged
        for _ in islice(packets, _RATE_PICTURES):
            pass
    length = max(times, default=Fraction()) - min(times, default=Fraction())
    return float((len(times) - 1) / length) if length > 0 else None


def _stated_duration(container: InputContainer, streams: list[VideoStream]) -> float | None:
    """Seconds by the header or, in transport streams, by the clocks at both ends; None when nothing tells."""
    if container.format.name in BARE_STREAMS:
        return None
    if container.format.name.startswith("mov"):
        # Cameras let tracks of data run on after the last picture, and ffmpeg counts those too.
        ends = [
            (stream.start_time or 0) * stream.time_base + stream.duration * stream.time_base
            for stream in (*streams, *container.streams.audio)
            if stream.duration and stream.time_base
        ]
        if len(ends) == len(streams) + len(container.streams.audio):
            return float(max(ends))
    return seconds(container.duration, None) if container.duration and container.duration > 0 else None


def _read_duration(path: str, size_bytes: int, track: VideoTrack) -> float | None:
    """Seconds by reading all packets; what is left after _READ_THROUGH_S in proportion to its bytes."""
    start, end, pictures, position = math.inf, 0.0, 0, 0
    deadline = time.monotonic() + _READ_THROUGH_S
    with opened(path) as container:
        is_bare = container.format.name in BARE_STREAMS
        streams = (*picture_streams(container), *container.streams.audio)
        try:
            for packet in container.demux(streams):
                moment = packet.pts if packet.pts is not None else packet.dts
                if moment is not None:
                    start = min(start, float(moment * packet.time_base))
                    end = max(end, float((moment + (packet.duration or 0)) * packet.time_base))
                pictures += bool(packet.size and packet.stream_index == track.index)
                position = max(position, packet.pos or 0)
                if time.monotonic() > deadline:
                    break
            else:
                position = size_bytes
        except MemoryError:
            raise
        except av.FFmpegError:
            position = size_bytes  # damaged further on: what could be read is what can be watched
    if is_bare:  # no times inside: the rate is all there is
        end, start = pictures / (track.frame_rate or math.inf), 0.0
    length = end - start  # minus infinity where no packet had a time
    return length * size_bytes / position if length > 0 and position else None
