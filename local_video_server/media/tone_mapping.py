"""HDR and wide colours -> what an ordinary screen shows (sRGB), as a table that Pillow applies.

swscale can do this itself, but takes 1.3 s a picture and burns out the sky; the table takes 60 ms to make, once a
process, and 10 ms to apply. Middle tones keep their brightness, and only what is brighter than paper is bent.
"""

from __future__ import annotations

import math
from functools import cache

from PIL import ImageFilter

# ITU-T H.273 tables 2 and 3.
PQ, HLG = 16, 18
BT2020, DCI_P3, DISPLAY_P3 = 9, 11, 12

_STEPS = 33
_PAPER_NITS = 203.0  # a white sheet in an HDR picture: ITU-R BT.2408
_PAPER = 0.78  # where it lands, in linear light: above it there is still room for lamps and sky
_KNEE = 0.45
_HLG_PEAK_NITS = 1000.0  # the screen that HLG is graded for: ITU-R BT.2100
_Matrix = tuple[tuple[float, float, float], ...]
# To BT.709, linear light: ITU-R BT.2407 annex 2, and the same reckoning for the P3 primaries at D65.
_FROM_BT2020: _Matrix = ((1.6605, -0.5876, -0.0728), (-0.1246, 1.1329, -0.0083), (-0.0182, -0.1006, 1.1187))
_FROM_P3: _Matrix = ((1.2249, -0.2247, 0.0), (-0.0420, 1.0419, 0.0), (-0.0197, -0.0786, 1.0979))
_TO_BT709 = {BT2020: _FROM_BT2020, DCI_P3: _FROM_P3, DISPLAY_P3: _FROM_P3}


def is_needed(transfer: int, primaries: int) -> bool:
    return transfer in (PQ, HLG) or primaries in _TO_BT709


@cache
def table(transfer: int, primaries: int) -> ImageFilter.Color3DLUT:
    """The filter for pictures of these H.273 codes, in which `is_needed` holds."""
    is_hdr = transfer in (PQ, HLG)
    matrix = _TO_BT709.get(primaries, _FROM_BT2020)  # HDR that does not name its colours has those of BT.2020
    linear = [_linear(transfer, step / (_STEPS - 1)) for step in range(_STEPS)]
    values: list[float] = []
    for blue in linear:  # Pillow's order: red changes fastest
        for green in linear:
            for red in linear:
                light = (red, green, blue)
                if is_hdr:
                    light = _bent(light, transfer)
                values.extend(_srgb(sum(part * of for part, of in zip(row, light, strict=True))) for row in matrix)
    return ImageFilter.Color3DLUT(_STEPS, values)


def _linear(transfer: int, value: float) -> float:
    """Light by the signal: nits for PQ, scene light 0-1 for HLG (ITU-R BT.2100), 0-1 for all others."""
    if transfer == PQ:
        power = value ** (1 / 78.84375)
        return float(10000 * (max(power - 0.8359375, 0) / (18.8515625 - 18.6875 * power)) ** (1 / 0.1593017578125))
    if transfer == HLG:
        return value**2 / 3 if value <= 0.5 else (math.exp((value - 0.55991073) / 0.17883277) + 0.28466892) / 12
    return float(value**2.2)


def _bent(light: tuple[float, float, float], transfer: int) -> tuple[float, float, float]:
    """The same colour in the range of paper: everything above the knee is drawn together, nothing clipped."""
    if transfer == HLG:
        scene = 0.2627 * light[0] + 0.6780 * light[1] + 0.0593 * light[2]
        gain = _HLG_PEAK_NITS * scene**0.2 * _PAPER / _PAPER_NITS
    else:
        gain = _PAPER / _PAPER_NITS
    peak = max(light) * gain
    if peak > _KNEE:
        room = 1 - _KNEE
        gain *= (_KNEE + room * (1 - math.exp((_KNEE - peak) / room))) / peak
    return light[0] * gain, light[1] * gain, light[2] * gain


def _srgb(linear: float) -> float:
    """IEC 61966-2-1."""
    linear = min(1.0, max(0.0, linear))
    return 12.92 * linear if linear <= 0.0031308 else 1.055 * float(linear ** (1 / 2.4)) - 0.055
