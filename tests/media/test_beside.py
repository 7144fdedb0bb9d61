"""Pictures that lie beside a video: good ones in every shape, and everything that only bears such a name."""

from __future__ import annotations

import io
import os
import struct
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms

from local_video_server.media.beside import Unusable, picture

SIDE = 640
RED, BLUE = (220, 30, 40), (30, 60, 200)


def halves(mode: str = "RGB", size: tuple[int, int] = (60, 40)) -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    return image.quantize() if mode == "P" else image.convert(mode)


def near(found: object, wanted: tuple[int, int, int], by: int = 14) -> bool:
    assert isinstance(found, tuple)
    return all(abs(one - other) <= by for one, other in zip(found, wanted, strict=True))


def saved(path: Path, image: Image.Image, **options: Any) -> Path:
    image.save(path, **options)
    return path


@pytest.mark.parametrize(
    ("name", "mode", "options"),
    [
        ("a.jpg", "RGB", {"quality": 95}),
        ("a.jpg", "CMYK", {"quality": 95}),
        ("a.jpeg", "RGB", {"quality": 95, "progressive": True}),
        ("a.png", "RGB", {}),
        ("a.png", "RGBA", {}),
        ("a.png", "P", {}),
        ("a.webp", "RGB", {"quality": 95}),
        ("a.avif", "RGB", {"quality": 90}),
        ("says jpg.jpg", "RGB", {"format": "PNG"}),
    ],
    ids=str,
)
def test_every_usual_picture_is_taken(name: str, mode: str, options: dict[str, Any], tmp_path: Path) -> None:
    found = picture(str(saved(tmp_path / name, halves(mode), **options)), SIDE)
    assert (found.mode, found.size) == ("RGB", (60, 40))
    # Without a profile, CMYK is reckoned back from its inks alone.
    assert near(found.getpixel((10, 20)), RED, 40 if mode == "CMYK" else 14)
    assert near(found.getpixel((50, 20)), BLUE, 40 if mode == "CMYK" else 14)


def test_a_grey_picture_of_16_bits_keeps_its_steps(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.png", Image.new("I;16", (4, 4), 128 * 257))
    assert picture(str(path), SIDE).getpixel((1, 1)) == (128, 128, 128)


def test_what_can_be_seen_through_stands_on_dark_ground(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.png", Image.new("RGBA", (4, 4), (255, 255, 255, 0)))
    assert max(picture(str(path), SIDE).getpixel((1, 1))) < 40  # type: ignore[arg-type]


def test_a_moving_picture_stands_still_at_its_first(tmp_path: Path) -> None:
    first, second = Image.new("RGB", (8, 8), RED), Image.new("RGB", (8, 8), BLUE)
    path = saved(tmp_path / "a.webp", first, save_all=True, append_images=[second], quality=95)
    assert near(picture(str(path), SIDE).getpixel((4, 4)), RED)


@pytest.mark.parametrize("kind", ["jpg", "png", "webp", "avif"])
@pytest.mark.parametrize(
    ("orientation", "corner"), [(1, (0, 0)), (2, (1, 0)), (3, (1, 1)), (6, (1, 0)), (8, (0, 1))], ids=str
)
def test_it_stands_as_the_camera_was_held(
    orientation: int, corner: tuple[int, int], kind: str, tmp_path: Path
) -> None:
    image = Image.new("RGB", (80, 40), BLUE)
    image.paste(RED, (0, 0, 20, 20))
    exif = image.getexif()
    exif[0x0112] = orientation
    found = picture(str(saved(tmp_path / f"a.{kind}", image, exif=exif)), SIDE)
    assert found.size == ((40, 80) if orientation > 4 else (80, 40))
    x, y = (3 if part == 0 else length - 4 for part, length in zip(corner, found.size, strict=True))
    assert near(found.getpixel((x, y)), RED, 25)


def test_a_profile_is_reckoned_with(tmp_path: Path) -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    table = srgb[:400].replace(b"rXYZ", b"swap").replace(b"bXYZ", b"rXYZ").replace(b"swap", b"bXYZ")
    exchanged = table + srgb[400:]  # its red is our blue
    assert exchanged != srgb
    path = saved(tmp_path / "a.png", halves(), icc_profile=exchanged)
    red, _, blue = picture(str(path), SIDE).getpixel((10, 20))  # type: ignore[misc]
    assert blue > red + 100


@pytest.mark.parametrize("profile", [b"no profile", bytes(500)], ids=["text", "zeros"])
def test_a_senseless_profile_is_as_none(profile: bytes, tmp_path: Path) -> None:
    path = saved(tmp_path / "a.png", halves(), icc_profile=profile)
    assert near(picture(str(path), SIDE).getpixel((10, 20)), RED)


def test_a_large_picture_is_made_smaller(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.jpg", halves(size=(6000, 4000)))
    began = time.monotonic()
    assert picture(str(path), SIDE).size == (640, 427)
    assert time.monotonic() - began < 5


def png_of(width: int, height: int) -> bytes:
    """A whole PNG in few bytes: rows of zeros, packed."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(width // 8 + 1)) for _ in range(min(height, 50_000))) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def content(kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    Image.effect_noise((300, 300), 50).convert("RGB").save(file, kind, **options)
    return file.getvalue()


def test_the_largest_picture_allowed_is_taken(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png_of(10_000, 10_000))
    assert picture(str(tmp_path / "a.png"), SIDE).size == (640, 640)


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        (lambda: b"", "it is empty"),
        (lambda: b"no picture at all\n" * 50, "it is not a JPEG, PNG, WebP or AVIF picture"),
        (lambda: content("GIF"), "it is not a JPEG, PNG, WebP or AVIF picture"),
        (lambda: content("TIFF"), "it is not a JPEG, PNG, WebP or AVIF picture"),
        (lambda: content("JPEG")[:2000], "it is damaged or cut off"),
        (lambda: content("PNG")[:2000], "it is damaged or cut off"),
        (lambda: content("WEBP")[:2000], "it is damaged or cut off|it is not a JPEG"),
        (lambda: content("AVIF")[:2000], "it is damaged or cut off|it is not a JPEG"),
        (lambda: png_of(10_001, 10_000), "it has more than 100 million pixels"),
        (lambda: png_of(50_000, 50_000), "it has more than 100 million pixels"),
        (lambda: b"\xff\xd8\xff" + bytes(5000), "it is damaged|it is not a JPEG"),
    ],
    ids=["empty", "text", "gif", "tiff", "half a jpeg", "half a png", "half a webp", "half an avif", "a bomb",
         "a large bomb", "a jpeg of zeros"],
)  # fmt: skip
def test_what_is_no_sound_picture_is_refused_with_the_reason(
    what: Callable[[], bytes], reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(what())
    with pytest.raises(Unusable, match=f"^({reason})"):
        picture(str(path), SIDE)


def make_folder(path: Path) -> None:
    path.mkdir()


def make_fifo(path: Path) -> None:
    os.mkfifo(path)


def make_hole(path: Path) -> None:
    path.touch()
    os.truncate(path, 65 << 20)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: None, "it is no longer there"),
        (make_folder, "it is not a regular file"),
        (make_fifo, "it is not a regular file"),
        (lambda path: path.symlink_to("/dev/zero"), "it is not a regular file"),
        (lambda path: path.symlink_to(path), "it is damaged"),
        (make_hole, "it is larger than 64 MB"),
    ],
    ids=["nothing", "a folder", "a pipe", "a device", "a loop", "very large"],
)
def test_only_regular_files_are_opened_and_none_is_waited_for(
    make: Callable[[Path], None], reason: str, tmp_path: Path
) -> None:
    make(tmp_path / "a.jpg")
    with pytest.raises(Unusable, match=f"^{reason}"):
        picture(str(tmp_path / "a.jpg"), SIDE)


def test_no_file_stays_open(tmp_path: Path) -> None:
    good, bad = saved(tmp_path / "a.jpg", halves()), tmp_path / "b.jpg"
    bad.write_bytes(b"no picture")
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        picture(str(good), SIDE)
        with pytest.raises(Unusable):
            picture(str(bad), SIDE)
    assert len(os.listdir("/proc/self/fd")) == before
