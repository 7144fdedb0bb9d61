"""What is made of a picture: read back by Pillow, and the bytes of the JPEG read as its standard says."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from local_video_server.library.poster import Poster
from local_video_server.media.encoding import encoded, jpeg, jpeg_quality


def noise(width: int, height: int) -> Image.Image:
    return Image.effect_noise((width, height), 60).convert("RGB")


def read(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize(
    ("size", "made"),
    [
        ((1920, 1080), {320: (320, 180), 640: (640, 360), 1280: (1280, 720)}),
        ((1080, 1920), {320: (180, 320), 640: (360, 640), 1280: (720, 1280)}),
        ((1280, 720), {320: (320, 180), 640: (640, 360), 1280: (1280, 720)}),
        ((700, 300), {320: (320, 137), 640: (640, 274), 1280: (700, 300)}),
        ((640, 480), {320: (320, 240), 640: (640, 480)}),
        ((321, 200), {320: (320, 199), 640: (321, 200)}),
        ((320, 240), {320: (320, 240)}),
        ((100, 50), {320: (100, 50)}),
        ((1, 1), {320: (1, 1)}),
        ((2000, 1), {320: (320, 1), 640: (640, 1), 1280: (1280, 1)}),
    ],
    ids=str,
)
def test_pictures_are_made_smaller_and_never_larger(size: tuple[int, int], made: dict[int, tuple[int, int]]) -> None:
    picture = noise(*size)
    files = {(side, kind): read(content) for side, kind, content in encoded(picture)}
    assert {side: image.size for (side, kind), image in files.items() if kind == "jpg"} == made
    assert {side: image.size for (side, kind), image in files.items() if kind == "avif"} == {
        side: of for side, of in made.items() if side <= 640
    }


@pytest.mark.parametrize("size", [(1920, 1080), (641, 480), (640, 480), (321, 9), (320, 9), (1, 1)], ids=str)
def test_the_page_offers_just_what_is_made(size: tuple[int, int]) -> None:
    made = [side for side, kind, _ in encoded(noise(*size)) if kind == "jpg"]
    assert list(Poster("stamp", *size, "000000").sides) == sorted(made)


@pytest.mark.parametrize(
    ("pixels", "quality"),
    [(1, 75), (90_000, 75), (90_001, 80), (640_000, 80), (640_001, 85), (1280 * 1280, 85)],
)
def test_the_quality_follows_the_size(pixels: int, quality: int) -> None:
    assert jpeg_quality(pixels) == quality


def test_a_jpeg_is_progressive_with_colours_at_half_size_and_nothing_else_in_it() -> None:
    content = jpeg(noise(320, 180))
    start = content.index(b"\xff\xc2")  # start of a progressive frame: ITU-T T.81 table B.1
    assert b"\xff\xc0" not in content[:start]
    samplings = [content[start + 11 + 3 * component] for component in range(3)]
    assert samplings == [0x22, 0x11, 0x11]
    assert b"Exif" not in content
    assert read(content).info.keys() <= {
        "jfif",
        "jfif_version",
        "jfif_unit",
        "jfif_density",
        "progressive",
        "progression",
    }


def test_what_a_camera_wrote_into_a_picture_is_left_behind() -> None:
    picture = noise(40, 30)
    exif = picture.getexif()
    exif[0x010F] = "a camera"
    file = io.BytesIO()
    picture.save(file, "JPEG", exif=exif, icc_profile=b"profile", comment=b"at home")
    for _, _, content in encoded(read(file.getvalue())):
        assert not any(word in content for word in (b"a camera", b"profile", b"at home"))


def test_the_same_picture_makes_the_same_files() -> None:
    picture = noise(400, 300)
    assert list(encoded(picture)) == list(encoded(picture))
