"""Two colours that stand for a picture until it is there: its upper and its lower half, three characters each.

A character a property, as in the style sheet: hue 0-f, chroma 0-3, lightness 0-9, of OKLCH. A page of 60 pictures
carries them as a class name, six letters in place of a blurred picture.

    hue        0-f   the middle of 16 steps of 22.5 degrees: 0 is 0deg, 1 is 22.5deg ... f is 337.5deg
    chroma     0-3   0, 0.04, 0.08, 0.14
    lightness  0-9   0.05, 0.15 ... 0.95
"""

from __future__ import annotations

import math

from PIL import Image

CHROMAS = (0.0, 0.04, 0.08, 0.14)
LIGHTNESSES = tuple((step + 0.5) / 10 for step in range(10))

# Linear sRGB -> cone responses -> OKLab. Source: Björn Ottosson, "A perceptual color space", 2020.
_TO_CONES = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_TO_LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)


def tones(picture: Image.Image) -> str:
    """Six characters for an RGB picture: upper half, lower half."""
    halves = picture.resize((1, 2), Image.Resampling.BOX)
    return "".join(tone(*halves.getpixel((0, row))) for row in (0, 1))  # type: ignore[misc]


def tone(red: int, green: int, blue: int) -> str:
    """Hue, chroma and lightness of one sRGB colour, each the nearest step; grey has hue 0."""
    lightness, chroma, hue = _oklch(red, green, blue)
    level = _nearest(chroma, CHROMAS)
    return f"{round(hue / 22.5) % 16 if level else 0:x}{level}{_nearest(lightness, LIGHTNESSES)}"


def _nearest(value: float, levels: tuple[float, ...]) -> int:
    return min(range(len(levels)), key=lambda level: abs(levels[level] - value))


def _oklch(*colour: int) -> tuple[float, float, float]:
    linear = [_linear(channel / 255) for channel in colour]
    cones = [sum(part * of for part, of in zip(row, linear, strict=True)) ** (1 / 3) for row in _TO_CONES]
    lightness, a, b = (sum(part * of for part, of in zip(row, cones, strict=True)) for row in _TO_LAB)
    return lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360


def _linear(value: float) -> float:
    """IEC 61966-2-1."""
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)
