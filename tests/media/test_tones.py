"""Colours as six characters."""

from __future__ import annotations

import pytest
from PIL import Image

from local_video_server.media.tones import tone, tones


# OKLCH of these colours, by the style sheet of any browser: white 1 0, red 0.628 0.258 29, yellow 0.968 0.211 110,
# green 0.866 0.295 142, blue 0.452 0.313 264, cyan 0.905 0.155 195, a brown 0.42 0.06 57.
@pytest.mark.parametrize(
    ("colour", "expected"),
    [
        ((0, 0, 0), "000"),
        ((255, 255, 255), "009"),
        ((128, 128, 128), "005"),
        ((255, 0, 0), "136"),
        ((255, 255, 0), "539"),
        ((0, 255, 0), "638"),
        ((0, 255, 255), "939"),
        ((0, 0, 255), "c34"),
        ((96, 70, 48), "314"),
        ((125, 123, 122), "005"),
    ],
    ids=["black", "white", "grey", "red", "yellow", "green", "cyan", "blue", "brown", "nearly grey has no hue"],
)
def test_a_colour_is_the_nearest_of_640(colour: tuple[int, int, int], expected: str) -> None:
    assert tone(*colour) == expected


def test_the_upper_half_comes_first() -> None:
    picture = Image.new("RGB", (9, 8), "blue")
    picture.paste("white", (0, 0, 9, 4))
    assert tones(picture) == "009c34"


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1)], ids=str)
def test_every_picture_has_six_characters(size: tuple[int, int]) -> None:
    assert tones(Image.new("RGB", size, "red")) == "136136"
