"""Frames as people see them: shape, turn, colours, and no combs; of clips that ffmpeg made for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import ffmpeg
import pytest
from PIL import Image, ImageChops, ImageStat

from local_video_server.media.shaping import fit, grey, upright
from local_video_server.media.tone_mapping import PQ
from tests.clips import make_clip, run_ffmpeg


def first(path: Path, side: int = 1280) -> Image.Image:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        return upright(next(container.decode(stream)), stream, side)


def flat_clip(
    path: Path, colour: str, size: str = "320x180", scale: dict[str, Any] | None = None, **options: Any
) -> Path:
    picture = ffmpeg.input(f"color=c={colour}:size={size}:rate=5:duration=1", f="lavfi")
    if scale:
        picture = picture.filter("scale", **scale)
        # The filter tells the encoder what it did; a file that does not say is what is wanted, unless named.
        picture = picture.filter("setparams", colorspace=options.get("colorspace", "unknown"))
    run_ffmpeg(ffmpeg.output(picture, str(path), **{"c:v": "libx264", "qp": 4, "pix_fmt": "yuv420p", **options}))
    return path


@pytest.mark.parametrize(
    ("size", "side", "fitted"),
    [
        ((1920, 1080), 640, (640, 360)),
        ((1080, 1920), 640, (360, 640)),
        ((320, 180), 640, (320, 180)),
        ((7680, 2), 640, (640, 1)),
        ((1, 1), 1280, (1, 1)),
    ],
    ids=str,
)
def test_a_picture_fits_and_is_never_enlarged(size: tuple[int, int], side: int, fitted: tuple[int, int]) -> None:
    assert fit(*size, side) == fitted


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_turned_film_stands_upright(turned: int, tmp_path: Path) -> None:
    lying, path = tmp_path / "lying.mp4", tmp_path / "turned.mp4"
    red, blue = (ffmpeg.input(f"color=c={name}:size=160x180:d=1:r=5", f="lavfi") for name in ("red", "blue"))
    run_ffmpeg(ffmpeg.output(ffmpeg.filter([red, blue], "hstack"), str(lying), pix_fmt="yuv420p"))
    run_ffmpeg(ffmpeg.output(ffmpeg.input(str(lying), display_rotation=-turned), str(path), c="copy"))
    found = first(path)
    assert found.size == ((180, 320) if turned in (90, 270) else (320, 180))
    # Where the red left edge went: to the top, the right, the bottom.
    edge = {90: (90, 5), 180: (315, 90), 270: (90, 315)}[turned]
    red_part, _, blue_part = found.getpixel(edge)  # type: ignore[misc]
    assert red_part > 200 > 60 > blue_part


@pytest.mark.parametrize(
    ("shape", "size"),
    [("16/11", (465, 180)), ("1/1", (320, 180)), ("1/2", (160, 180)), ("1000/1", (320, 180))],
    ids=["wide pixels", "square", "high pixels", "damage"],
)
def test_pixels_that_are_not_square_are_made_so(shape: str, size: tuple[int, int], tmp_path: Path) -> None:
    path = flat_clip(tmp_path / "clip.mkv", "red", vf=f"setsar={shape}")
    assert first(path).size == size


HD = {"size": "1280x720"}


@pytest.mark.parametrize(
    ("matrix", "pixel_range", "options"),
    [
        ("bt709", "tv", {"colorspace": "bt709", "color_range": "tv"}),
        ("bt709", "pc", {"colorspace": "bt709", "color_range": "pc"}),
        ("bt601", "tv", {"colorspace": "smpte170m", "color_range": "tv"}),
        ("bt601", "pc", {"colorspace": "smpte170m", "color_range": "pc"}),
        ("bt2020", "tv", {"colorspace": "bt2020nc", "color_range": "tv", "pix_fmt": "yuv420p10le"}),
        ("bt601", "tv", {}),
        ("bt709", "tv", HD),
    ],
    ids=["709", "709 full", "601", "601 full", "2020 of 10 bits", "SD that does not say", "HD that does not say"],
)
def test_colours_are_those_of_the_file(
    matrix: str, pixel_range: str, options: dict[str, Any], tmp_path: Path
) -> None:
    options = dict(options)
    scale = {"out_color_matrix": matrix, "out_range": pixel_range}
    path = flat_clip(tmp_path / "clip.mkv", "0xC03020", options.pop("size", "320x180"), scale, **options)
    found = first(path, 320).getpixel((100, 90))
    assert isinstance(found, tuple)
    assert all(abs(one - other) <= 7 for one, other in zip(found, (0xC0, 0x30, 0x20), strict=True)), found


@pytest.mark.parametrize("pixel_format", ["yuv444p", "yuv422p10le", "gray", "yuvj420p", "yuv420p12le"])
def test_pixel_formats_make_no_difference(pixel_format: str, tmp_path: Path) -> None:
    codec = {"c:v": "libx265", "x265-params": "log-level=error"} if pixel_format == "yuv420p12le" else {}
    path = flat_clip(tmp_path / "clip.mkv", "0x808080", pix_fmt=pixel_format, **codec)
    assert all(abs(channel - 0x80) <= 4 for channel in first(path).getpixel((9, 9)))  # type: ignore[union-attr]


def test_hdr_is_shown_as_bright_as_it_was_meant(tmp_path: Path) -> None:
    hdr = {"c:v": "libx265", "x265-params": "log-level=error:qp=4", "pix_fmt": "yuv420p10le"}
    tags = "setparams=color_trc=smpte2084:color_primaries=bt2020:colorspace=bt2020nc:range=tv"
    # 0x94 is 58 % of the signal: a sheet of paper, which without a change would look like a mid grey.
    path = flat_clip(
        tmp_path / "clip.mp4", "0x949494", vf=f"scale=out_color_matrix=bt2020:out_range=tv,{tags}", **hdr
    )
    found = first(path).getpixel((100, 90))
    assert isinstance(found, tuple)
    assert 195 <= min(found) <= max(found) <= 228
    with av.open(str(path)) as container:
        frame = next(container.decode(video=0))
        assert frame.color_trc == PQ
        assert ImageStat.Stat(grey(frame, 64)).mean[0] > 240


def combs(picture: Image.Image) -> float:
    """How much more neighbouring lines differ than every other line: combs are 1 and more, pictures far below."""
    luma = picture.convert("L")
    by_one = ImageStat.Stat(ImageChops.difference(luma, ImageChops.offset(luma, 0, 1))).mean[0]
    by_two = ImageStat.Stat(ImageChops.difference(luma, ImageChops.offset(luma, 0, 2))).mean[0]
    return by_one / by_two


def test_interlaced_films_have_no_combs(tmp_path: Path) -> None:
    # A fine pattern that runs sideways, its two fields from two moments.
    moving = ffmpeg.input("testsrc2=size=640x480:rate=50:duration=1", f="lavfi")
    moving = moving.filter("scroll", h=0.03).filter("interlace")
    path = tmp_path / "tape.mpg"
    run_ffmpeg(ffmpeg.output(moving, str(path), flags="+ildct+ilme", **{"c:v": "mpeg2video", "q:v": 2}))
    with av.open(str(path)) as container:
        frame = list(container.decode(video=0))[5]
        assert frame.interlaced_frame
        raw = frame.to_image()
        shown = upright(frame, container.streams.video[0], 640)
    assert combs(raw) > 1
    assert combs(shown) < 0.8
    assert shown.size == (640, 480)


@pytest.mark.parametrize("size", ["2x2", "16x2", "2x300"])
def test_the_smallest_pictures_have_a_shape(size: str, tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mkv", size=size, codec="mjpeg")
    width, height = map(int, size.split("x"))
    assert first(path, 320).size == (width, height)
