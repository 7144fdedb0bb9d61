"""How good a frame is as a poster: a number from 0 to 1, from a small grey picture of it.

`look_at` measures, `score` judges and is pure; whoever takes frames from a file (frames) compares the numbers.
Knows nothing of files. The thresholds were set by looking at the frames of real home libraries: each is where
pictures begin to look empty, or stop doing so.
"""

from __future__ import annotations

from typing import NamedTuple

from PIL import Image, ImageChops, ImageFilter, ImageStat

LOOK_SIDE = 320  # long side of the grey picture: fine enough to tell sharp from blurred
GOOD = 0.55  # good enough to look no further
POOR = 0.3  # below it, a slower search is worth its time


class Look(NamedTuple):
    """What was measured; shares and steps from 0 to 1, black to white."""

    dark: float  # share of the picture that is black or nearly
    bright: float  # share that is white or nearly
    spread: float  # from the darkest to the brightest hundredth: a fade draws both ends together
    variety: float  # share of the grey steps that are really used, by entropy
    sharpness: float  # fine detail in proportion to all contrast


def look_at(grey: Image.Image) -> Look:
    """Measures a picture of mode L whose long side is LOOK_SIDE or less."""
    histogram = grey.histogram()
    pixels = grey.width * grey.height
    low, high = _step_of_share(histogram, pixels, 0.01), _step_of_share(histogram, pixels, 0.99)
    contrast = ImageStat.Stat(grey).stddev[0]
    detail = ImageStat.Stat(ImageChops.difference(grey, grey.filter(ImageFilter.BoxBlur(2)))).mean[0]
    return Look(
        dark=sum(histogram[:28]) / pixels,
        bright=sum(histogram[232:]) / pixels,
        spread=(high - low) / 255,
        variety=grey.entropy() / 8,
        sharpness=detail / contrast if contrast > 1 else 0.0,
    )


def score(look: Look) -> float:
    """0 for black, white or blank; 1 for a picture with light, shade and detail.

    Each fault alone can spoil a frame, so the parts are multiplied; a little is always left for what can be
    seen at all, so that the best of bad frames still wins.
    """
    parts = (
        1 - _ramp(look.dark, 0.55, 0.97),
        1 - _ramp(look.bright, 0.6, 0.97),
        _ramp(look.spread, 0.08, 0.7),
        _ramp(look.variety, 0.3, 0.75),
        _ramp(look.sharpness, 0.03, 0.12),
    )
    total = 1.0
    for part in parts:
        total *= 0.05 + 0.95 * part
    return total


def _step_of_share(histogram: list[int], pixels: int, share: float) -> int:
    left = pixels * share
    for step, count in enumerate(histogram):
        left -= count
        if left < 0:
            return step
    return 255


def _ramp(value: float, low: float, high: float) -> float:
    return min(1.0, max(0.0, (value - low) / (high - low)))
