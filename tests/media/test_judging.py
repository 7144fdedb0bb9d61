"""Which frames make a poster: made pictures of each fault beside a good one, and the numbers on their own."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from local_video_server.media.judging import GOOD, POOR, Look, look_at, score

SIZE = (320, 180)
Change = Callable[[Image.Image], Image.Image]


@pytest.fixture(scope="module")
def scene() -> Image.Image:
    """Light and shade, large shapes and fine ones, a little noise: what a camera sees."""
    chance = random.Random(7)
    picture = Image.linear_gradient("L").resize(SIZE)
    draw = ImageDraw.Draw(picture)
    for _ in range(160):
        x, y, size = chance.randrange(320), chance.randrange(180), chance.randrange(4, 50)
        draw.ellipse((x, y, x + size, y + size * 0.7), fill=chance.randrange(20, 240))
    return Image.blend(picture, Image.effect_noise(SIZE, 40), 0.1)


def flat(step: int) -> Change:
    return lambda _: Image.new("L", SIZE, step)


def noisy(picture: Image.Image) -> Image.Image:
    return Image.effect_noise(SIZE, 6).point([max(0, step - 118) for step in range(256)])


def faded(share: float, to: int) -> Change:
    return lambda picture: Image.blend(Image.new("L", SIZE, to), picture, share)


def title_card(picture: Image.Image) -> Image.Image:
    card = Image.new("L", SIZE)
    ImageDraw.Draw(card).text((120, 80), "A FILM BY", fill=255)
    return card


def test_a_picture_with_light_shade_and_detail_is_good(scene: Image.Image) -> None:
    assert score(look_at(scene)) > GOOD


@pytest.mark.parametrize(
    "fault",
    [
        flat(0),
        flat(16),
        flat(128),
        flat(255),
        noisy,
        title_card,
        faded(0.1, 0),
        faded(0.1, 255),
        faded(0.1, 128),
        lambda picture: picture.filter(ImageFilter.GaussianBlur(12)),
    ],
    ids=["black", "black of video", "grey", "white", "noise in the dark", "a title", "almost faded out",
         "almost white", "almost grey", "blurred"],
)  # fmt: skip
def test_what_shows_little_is_poor(fault: Change, scene: Image.Image) -> None:
    assert score(look_at(fault(scene))) < POOR


@pytest.mark.parametrize(
    "worse",
    [
        faded(0.5, 0),
        faded(0.4, 255),
        lambda picture: ImageEnhance.Brightness(picture).enhance(0.3),
        lambda picture: picture.filter(ImageFilter.GaussianBlur(5)),
    ],
    ids=["half faded to black", "half faded to white", "dark", "out of focus"],
)
def test_the_same_scene_is_better_without_the_fault(worse: Change, scene: Image.Image) -> None:
    assert score(look_at(worse(scene))) < 0.8 * score(look_at(scene))


def test_of_bad_frames_the_one_with_something_to_see_wins() -> None:
    assert score(look_at(title_card(Image.new("L", SIZE)))) > score(look_at(Image.new("L", SIZE)))


@pytest.mark.parametrize("size", [(1, 1), (2, 1), (1, 320), (5, 5)], ids=str)
def test_the_smallest_picture_can_be_looked_at(size: tuple[int, int]) -> None:
    assert 0 <= score(look_at(Image.new("L", size, 90))) <= 1


@pytest.mark.parametrize("part", Look._fields)
def test_each_part_counts(part: str) -> None:
    ideal = Look(dark=0.1, bright=0.1, spread=0.8, variety=0.9, sharpness=0.2)
    assert score(ideal) == pytest.approx(1)
    assert score(ideal._replace(**{part: 1.0 if part in ("dark", "bright") else 0.0})) < 0.06
