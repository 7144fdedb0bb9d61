"""The best frame of a video file for its poster, found with as little decoding as will do.

Looks at key frames at a few places and stops at the first good one; where a file has no index, no length, or
no key frames, reads on from its start. Damaged places are passed over. Judging is judging's, shape is shaping's.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import TypeAlias

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

from ..library.errors import MediaUnreadable
from . import ffmpeg_log, judging, shaping, unreadable
from .containers import BARE_STREAMS, EBML
from .opening import opened
from .tracks import has_decoder, picture_streams, video_tracks

# Parts of the length, in the order they are tried: what a film is about is rarely told in its first minutes,
# and titles stand at both ends.
_PLACES = (0.2, 0.35, 0.5, 0.65, 0.1, 0.8, 0.03, 0.92)
_SEEKING_S = 4.0  # for all places together
_READING_S = 2.0  # for reading on from the start
_MOST_PACKETS = 1000  # from a place to its next key frame: 12 s of the fastest phone camera, and sound
_APART_S = 2.0  # between two key frames of a reading: the ones of a moment look alike
_PICTURES_APART = 12  # the same for a reading of all pictures
_THREADS = 2  # within one picture: half of the time for large HEVC, nothing lost elsewhere
_PATCHED = re.compile("concealing|error while decoding")
_DAMAGED = 0.3  # how much is left of the score of a picture that ffmpeg had to patch

_Packet: TypeAlias = "av.Packet[VideoStream]"
_Packets: TypeAlias = Iterator["av.Packet[VideoStream]"]


def best_frame(path: str, side: int) -> Image.Image:
    """The best frame found, upright, its long side `side` at most.

    Errors  MediaUnreadable with the reason; those of opening.refusals by the disk.
    """
    best = _Best(side)
    with _opened_for_frames(path) as container:
        stream = _stream(path, container)
        for frame in _at_places(container, stream):
            if best.see(frame, stream):
                return best.picture()
    # With several key frames seen, more of them would be no better; with one, the file has no more.
    ways = {0: (True, False), 1: (False,)}.get(best.seen, ())
    for only_keys in ways:
        if best.score > judging.POOR:
            break
        # Begins at the start again: a failed seek leaves a demuxer anywhere.
        with _opened_for_frames(path) as container:
            stream = _stream(path, container)
            for frame in _read_on(container, stream, only_keys):
                if best.see(frame, stream):
                    return best.picture()
    if not best.seen:
        unreadable.ask_the_disk(path)
        lines = ffmpeg_log.last()
        words = f" ({unreadable.in_ffmpegs_words(None, lines)})" if lines else ""
        raise MediaUnreadable(f"Not one picture of the file can be decoded{words}.")
    return best.picture()


def key_frame(path: str, part: float, side: int) -> Image.Image:
    """The key frame at a part of the length, unjudged. What benchmarks compare with one ffmpeg command."""
    for can_seek in (True, False):
        with _opened_for_frames(path) as container:
            stream = _stream(path, container)
            frames = _at_places(container, stream, (part,)) if can_seek else _read_on(container, stream, True)
            for frame in frames:
                return shaping.upright(frame, stream, side)
    raise MediaUnreadable("No key frame of the file can be decoded.")


class _Best:
    """Holds the best picture seen, shaped at once: a decoded frame keeps its decoder's memory."""

    def __init__(self, side: int) -> None:
        self.score = -1.0
        self.seen = 0
        self._side = side
        self._picture: Image.Image | None = None

    def see(self, frame: VideoFrame, stream: VideoStream) -> bool:
        """True when it is good enough to look no further."""
        self.seen += 1
        score = judging.score(judging.look_at(shaping.grey(frame, judging.LOOK_SIDE)))
        if frame.is_corrupt or any(_PATCHED.search(line) for line in ffmpeg_log.said()):
            score *= _DAMAGED
        if score > self.score:
            self.score = score
            self._picture = shaping.upright(frame, stream, self._side)
        return score >= judging.GOOD

    def picture(self) -> Image.Image:
        assert self._picture is not None
        return self._picture


def _opened_for_frames(path: str) -> InputContainer:
    """Opened without ffmpeg's analysis where the header tells everything: it decodes up to 5 s of the file."""
    with open(path, "rb") as file:
        head = file.read(12)
    has_full_header = head[4:8] == b"ftyp" or head.startswith(EBML)
    return opened(path, analyzeduration="1") if has_full_header else opened(path)


def _stream(path: str, container: InputContainer) -> VideoStream:
    """The first picture track, ready to decode."""
    streams = picture_streams(container)
    if not streams:
        raise unreadable.without_pictures(path, has_sound=bool(container.streams.audio))
    stream = streams[0]
    if not has_decoder(stream):
        raise unreadable.without_decoder(video_tracks(container, None, None)[0].codec)
    stream.codec_context.thread_count = _THREADS
    stream.codec_context.thread_type = "SLICE"  # by frames, a decoder would want more of them before the first
    return stream


def _at_places(
    container: InputContainer, stream: VideoStream, places: tuple[float, ...] = _PLACES
) -> Iterator[VideoFrame]:
    """The key frames at parts of the length, none twice; ends early where seeking does not work."""
    if container.format.name in BARE_STREAMS or not (span := _span(container, stream)):
        return
    start, length = span
    seen: set[tuple[int | None, int | None]] = set()
    deadline = time.monotonic() + _SEEKING_S
    for place in places:
        try:
            container.seek(start + int(length * place), stream=stream)
            packets = container.demux(stream)
            packet = _next_key(packets, deadline)
            if packet is None:
                return
            if (packet.pts, packet.pos) in seen:
                continue
            seen.add((packet.pts, packet.pos))
            yield from _decoded(stream, packet, packets)
        except MemoryError:
            raise
        except av.FFmpegError:
            pass  # damaged here; the next place may be whole
        if time.monotonic() > deadline:
            return


def _span(container: InputContainer, stream: VideoStream) -> tuple[int, int] | None:
    """Start and length in the stream's clock."""
    if not stream.time_base:
        return None
    if stream.duration and stream.duration > 0:
        return stream.start_time or 0, stream.duration
    if container.duration and container.duration > 0:
        ticks = 1 / (av.time_base * stream.time_base)
        return int((container.start_time or 0) * ticks), int(container.duration * ticks)
    return None


def _next_key(packets: _Packets, deadline: float) -> _Packet | None:
    for number, packet in enumerate(packets):
        if packet.size and packet.is_keyframe:
            return packet
        if number > _MOST_PACKETS or time.monotonic() > deadline:
            return None
    return None


def _decoded(stream: VideoStream, packet: _Packet, following: _Packets) -> list[VideoFrame]:
    """The picture of one packet alone. Told that nothing follows, a decoder hands out what it would keep for
    putting into order, and no second packet need be decoded for the first picture."""
    context = stream.codec_context
    try:
        if frames := [*context.decode(packet), *context.decode(None)]:
            return frames[:1]
        context.flush_buffers()
        # Camcorders (AVCHD) write each half of an interlaced picture as a packet of its own.
        return [*context.decode(packet), *context.decode(next(following, None)), *context.decode(None)][:1]
    except av.EOFError:
        return []  # the packet that followed was the end already
    finally:
        context.flush_buffers()


def _read_on(container: InputContainer, stream: VideoStream, only_keys: bool) -> Iterator[VideoFrame]:
    """Frames from the start on: key frames some seconds apart, or every twelfth picture."""
    deadline = time.monotonic() + _READING_S
    last_s: float | None = None
    pictures = 0
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
            if packet is None:
                return
            if only_keys:
                moment = float(packet.pts * packet.time_base) if packet.pts is not None else None
                is_near = moment is not None and last_s is not None and 0 <= moment - last_s < _APART_S
                if packet.size and packet.is_keyframe and not is_near:
                    frames = _decoded(stream, packet, packets)
                    last_s = moment if frames else last_s
                    yield from frames
            else:
                for frame in packet.decode():
                    if pictures % _PICTURES_APART == 0:
                        yield frame
                    pictures += 1
        except MemoryError:
            raise
        except av.FFmpegError:
            pass
        if time.monotonic() > deadline:
            return
