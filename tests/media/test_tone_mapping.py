"""HDR on an ordinary screen: where known lights land."""

from __future__ import annotations

import pytest
from PIL import Image

from local_video_server.media import tone_mapping
from local_video_server.media.tone_mapping import BT2020, DISPLAY_P3, HLG, PQ

BT709 = 1


def shown(transfer: int, primaries: int, colour: tuple[int, int, int]) -> tuple[int, ...]:
    pixel = Image.new("RGB", (1, 1), colour).filter(tone_mapping.table(transfer, primaries)).getpixel((0, 0))
    assert isinstance(pixel, tuple)
    return tuple(int(channel) for channel in pixel)


# The signal of some lights: ITU-R BT.2408 table 1 (paper: 58 % PQ, 75 % HLG; a grey card: 38 % for both).
@pytest.mark.parametrize(
    ("transfer", "signal", "low", "high"),
    [
        (PQ, 0.0, 0, 2),
        (PQ, 0.38, 80, 125),
        (PQ, 0.58, 195, 225),
        (PQ, 0.75, 245, 255),
        (PQ, 1.0, 253, 255),
        (HLG, 0.0, 0, 2),
        (HLG, 0.38, 80, 125),
        (HLG, 0.75, 195, 225),
        (HLG, 1.0, 245, 255),
    ],
    ids=lambda value: f"{value:g}",
)
def test_a_light_lands_where_an_ordinary_picture_has_it(transfer: int, signal: float, low: int, high: int) -> None:
    grey = round(signal * 255)
    colour = shown(transfer, BT2020, (grey, grey, grey))
    assert low <= colour[1] <= high
    assert max(colour) - min(colour) <= 1


@pytest.mark.parametrize("transfer", [PQ, HLG], ids=["PQ", "HLG"])
def test_brighter_stays_brighter(transfer: int) -> None:
    # Steps further apart than the points of the table; above paper in PQ all is nearly white.
    greens = [shown(transfer, BT2020, (step, step, step))[1] for step in range(18, 190, 9)]
    assert greens == sorted(set(greens))


@pytest.mark.parametrize("transfer", [PQ, HLG], ids=["PQ", "HLG"])
def test_a_bright_colour_keeps_its_hue(transfer: int) -> None:
    red, green, blue = shown(transfer, BT2020, (150, 125, 100))
    assert red > green + 15 > blue + 30


def test_wide_colours_become_stronger_in_numbers_to_look_the_same() -> None:
    red, green, _ = shown(BT709, DISPLAY_P3, (200, 100, 100))
    assert red > 205
    assert green < 98
    grey = shown(BT709, DISPLAY_P3, (100, 100, 100))
    assert all(abs(channel - 100) <= 4 for channel in grey)


@pytest.mark.parametrize(
    ("transfer", "primaries", "needed"),
    [(1, 1, False), (2, 2, False), (PQ, 9, True), (HLG, 2, True), (1, 9, True), (13, 12, True)],
)
def test_ordinary_pictures_are_left_alone(transfer: int, primaries: int, needed: bool) -> None:
    assert tone_mapping.is_needed(transfer, primaries) is needed
