from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from local_video_server.library.poster import Poster
from local_video_server.web import presenting


@pytest.mark.parametrize(
    ("name", "values", "shown"),
    [
        ("length_of", (None,), ""),
        ("length_of", (0.2,), "0:01"),
        ("length_of", (59.6,), "1:00"),
        ("clock", (0.2,), "0:00"),
        ("clock", (7,), "0:07"),
        ("clock", (59.6,), "1:00"),
        ("clock", (725,), "12:05"),
        ("clock", (3599.6,), "1:00:00"),
        ("clock", (3723,), "1:02:03"),
        ("clock", (360_000,), "100:00:00"),
        ("spoken", (3723,), "PT1H2M3S"),
        ("spoken", (None,), "PT0H0M1S"),
        ("size", (None,), "0 bytes"),
        ("size", (999,), "999 bytes"),
        ("size", (1000,), "1.0 KB"),
        ("size", (999_999,), "1000 KB"),
        ("size", (1_500_000,), "1.5 MB"),
        ("size", (734_003_200,), "734 MB"),
        ("size", (5_000_000_000_000_000,), "5000 TB"),
        ("day", (None,), ""),
        ("day", (0,), "1 January 1970"),
        ("day", (-1,), "31 December 1969"),
        ("weekday", (date(2026, 11, 1),), "Sunday, 1 November 2026"),
        ("moment", (None,), ""),
        ("moment", (1_600_000_000.9,), "2020-09-13T12:26:40Z"),
        ("count", (1, "video", "videos"), "1 video"),
        ("count", (0, "video", "videos"), "0 videos"),
        ("count", (12_345, "video", "videos"), "12,345 videos"),
        ("address", ("a b/ü?#",), "a%20b/%C3%BC%3F%23"),
        ("address", ("\udcff",), "%3F"),
    ],
)
def test_a_value_is_shown_as_people_read_it(name: str, values: tuple[Any, ...], shown: str) -> None:
    assert presenting.FILTERS[name](*values) == shown  # type: ignore[operator]


@pytest.mark.parametrize("seconds", [-1e12, -1e18, 1e12, 1e18, 253402300800.0])
def test_a_date_that_no_calendar_holds_is_still_shown(seconds: float) -> None:
    assert isinstance(presenting.day(seconds), str)
    assert isinstance(presenting.moment(seconds), str)


def test_a_video_without_a_picture_has_colours_of_its_own() -> None:
    tones = {presenting.tones_of(f"{number:010}") for number in range(100)}
    assert all(re.fullmatch(r"([0-9a-f][0-3][0-9]){2}", one) for one in tones)
    assert len(tones) > 6


def test_tones_become_the_classes_that_paint_them() -> None:
    assert presenting.tone_classes("a17b25") == "ha c1 l7 kb d2 m5"
    assert len(f'class="{presenting.tone_classes("a17b25")}"') <= 60


def test_a_poster_offers_its_tiles_by_their_true_width() -> None:
    wide = Poster("ab" * 10 + "1", 1280, 720, "a17b25")
    assert presenting.poster_set(wide, "avif") == (
        f"/thumbnails/{wide.stamp}-320.avif 320w, /thumbnails/{wide.stamp}-640.avif 640w"
    )
    upright = Poster("cd" * 10 + "1", 270, 480, "a17b25")
    assert presenting.poster_set(upright) == (
        f"/thumbnails/{upright.stamp}-320.jpg 180w, /thumbnails/{upright.stamp}-640.jpg 270w"
    )
    tiny = Poster("ef" * 10 + "1", 1, 1, "a17b25")
    assert presenting.poster_set(tiny) == f"/thumbnails/{tiny.stamp}-320.jpg 1w"
