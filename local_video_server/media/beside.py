"""A picture file that lies beside a video, opened as what it may be: an attack, a scrap, or the film's poster.

Only four formats, only regular files, only a sensible number of pixels; what comes out is upright RGB in sRGB
colours. Nothing is fetched and nothing else is opened.
"""

from __future__ import annotations

import io
import os
import stat
import warnings
from typing import BinaryIO

from PIL import Image, ImageCms, UnidentifiedImageError

from .shaping import fit

_FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
_MOST_PIXELS = 100_000_000  # a poster of 8,000 x 12,000; three bytes each while it is made smaller
Image.MAX_IMAGE_PIXELS = _MOST_PIXELS  # Pillow looks before it decodes
_MOST_BYTES = 64 * 1024 * 1024
_GROUND = (24, 24, 27)  # what shows through where a picture does: near black, as the gallery's pictures stand on
_SEEN_THROUGH = ("RGBA", "LA", "PA", "La", "RGBa")
_ORIENTATION = 0x0112  # how a camera was held: Exif 2.32 table 4
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Unusable(Exception):
    """The picture cannot be used; the message is the second half of a sentence that began with its name."""


def picture(path: str, side: int) -> Image.Image:
    """The picture, upright, RGB, its long side `side` at most. Errors: Unusable, and nothing else."""
    try:
        with _opened(path) as file, warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _prepared(file, side)
    except Unusable:
        raise
    except UnidentifiedImageError as error:
        raise Unusable("it is not a JPEG, PNG, WebP or AVIF picture") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unusable("it has more than 100 million pixels") from error
    except FileNotFoundError as error:
        raise Unusable("it is no longer there") from error
    except MemoryError as error:
        raise Unusable("it needs too much memory") from error
    except Exception as error:  # decoders raise whatever comes, and a frame of the video is at hand
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise Unusable(f"it is damaged or cut off ({reason})") from error


def _opened(path: str) -> BinaryIO:
    # Without waiting: a pipe that nobody writes to would hold us for ever.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise Unusable("it is not a regular file")
        if status.st_size == 0:
            raise Unusable("it is empty")
        if status.st_size > _MOST_BYTES:
            raise Unusable(f"it is larger than {_MOST_BYTES >> 20} MB")
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def _prepared(file: BinaryIO, side: int) -> Image.Image:
    with Image.open(file, formats=_FORMATS) as image:
        image.draft("RGB" if image.mode == "RGB" else None, (side, side))  # JPEG alone: decodes to less
        image.load()
        turn = _TURNS.get(image.getexif().get(_ORIENTATION, 1))
        plain = _eight_bits(image)
        small = plain.resize(fit(*plain.size, side), Image.Resampling.LANCZOS, reducing_gap=3.0)
        small = _in_srgb(small, image.info.get("icc_profile"))
    return small.transpose(turn) if turn is not None else small


def _eight_bits(image: Image.Image) -> Image.Image:
    """The same in a mode of 8 bits that can be made smaller without a loss."""
    if image.mode.startswith("I"):  # a PNG of 16 bits of grey
        return image.convert("F").point(lambda value: value * (1 / 257) + 0).convert("L")
    if image.mode in _SEEN_THROUGH or "transparency" in image.info:
        return image.convert("RGBA")
    if image.mode == "1":
        return image.convert("L")
    return image if image.mode in ("RGB", "L", "CMYK") else image.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB by its colour profile, on dark ground; a profile that makes no sense is as if there were none."""
    if image.mode == "RGBA":
        ground = Image.new("RGBA", image.size, (*_GROUND, 255))
        image = Image.alpha_composite(ground, image).convert("RGB")
    if profile:
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
            if converted is not None:
                return converted
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass
    return image.convert("RGB")
