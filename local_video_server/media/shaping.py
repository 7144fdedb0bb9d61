"""A decoded frame -> an upright RGB picture of the right shape and colours, or a small grey one to judge it by.

Scales in one pass of swscale, straight to the wanted size. Rotation and pixel shape are honoured as the facts
about a file do it (tracks.shown_size), so poster and player agree.
"""

from __future__ import annotations

import av
import av.filter
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace, Interpolation
from av.video.stream import VideoStream
from PIL import Image

from . import tone_mapping
from .tracks import clockwise, pixel_aspect

_UNSPECIFIED = (0, 2)  # matrix coefficients: 0 is RGB, which a file of YUV cannot mean; ITU-T H.273 table 4
_HD_LINES = 720  # from here on browsers take a file that does not say for BT.709, below for BT.601
_BT2020_CONSTANT = 10  # not known to swscale; BT.2020's other matrix is next to it
_MATRICES = {9: Colorspace.BT2020, _BT2020_CONSTANT: Colorspace.BT2020}
_TURNS = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}


def fit(width: int, height: int, side: int) -> tuple[int, int]:
    """The size with a long side of `side` at most; never larger than it was, never nothing."""
    scale = min(1.0, side / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def upright(frame: VideoFrame, stream: VideoStream, side: int) -> Image.Image:
    """The frame as people see it, as RGB in sRGB colours, its long side `side` at most."""
    width, height = fit(max(1, round(frame.width * pixel_aspect(stream))), frame.height, side)
    if frame.interlaced_frame:
        frame = _without_combs(frame)
    picture = _pixels(_scaled(frame, width, height, "rgb24"), "RGB")
    if tone_mapping.is_needed(frame.color_trc, frame.color_primaries):
        picture = picture.filter(tone_mapping.table(frame.color_trc, frame.color_primaries))
    turn = _TURNS.get(clockwise(frame.rotation))
    return picture.transpose(turn) if turn is not None else picture


def grey(frame: VideoFrame, side: int) -> Image.Image:
    """A small picture of the brightness alone, as it lies in the file: neither turned nor its pixels made square."""
    picture = _pixels(_scaled(frame, *fit(frame.width, frame.height, side), "gray"), "L")
    if frame.color_trc == tone_mapping.PQ:  # what an ordinary screen shows ends at 58 % of the PQ signal
        picture = picture.point([min(255, round(step / 0.58)) for step in range(256)])
    return picture


def _scaled(frame: VideoFrame, width: int, height: int, pixel_format: str) -> VideoFrame:
    # Box averaging is the right and the fast way down; for less than half it is too coarse.
    is_far = frame.width >= 2 * width and frame.height >= 2 * height
    return frame.reformat(
        width=width,
        height=height,
        format=pixel_format,
        src_colorspace=_matrix(frame),
        interpolation=Interpolation.AREA if is_far else Interpolation.BICUBIC,
        threads=1,
    )


def _matrix(frame: VideoFrame) -> int | None:
    if frame.colorspace in _UNSPECIFIED:
        return Colorspace.ITU709 if frame.height >= _HD_LINES else Colorspace.ITU601
    return _MATRICES.get(frame.colorspace)


def _pixels(frame: VideoFrame, mode: str) -> Image.Image:
    plane = frame.planes[0]
    return Image.frombuffer(mode, (frame.width, frame.height), bytes(plane), "raw", mode, plane.line_size, 1)


def _without_combs(frame: VideoFrame) -> VideoFrame:
    """The first of its two moments alone, the lines between reckoned from it; as it was where that fails."""
    graph = av.filter.Graph()
    try:
        source = graph.add_buffer(
            width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base
        )
        # yadif and bwdif compare neighbours in time, of which there are none here.
        graph.link_nodes(source, graph.add("estdif", "mode=frame:deint=all"), graph.add("buffersink")).configure()
        graph.push(frame)
        graph.push(None)
        result = graph.pull()
    except av.FFmpegError:
        return frame
    return result if isinstance(result, VideoFrame) else frame
