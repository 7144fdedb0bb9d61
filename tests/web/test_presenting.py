from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from local_video_server.library.poster import Poster
from local_video_server.web import presenting


@pytest.fixture(autouse=True, scope="module")
def greenwich() -> Iterator[None]:
    """Where this house stands."""
    with pytest.MonkeyPatch.context() as house:
        house.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


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
        ("day_and_time", (None,), ""),
        ("day_and_time", (1_600_000_000,), "13 September 2020, 12:26"),
        ("lasting", (None,), ""),
        ("lasting", (-3,), "0 s"),
        ("lasting", (59.4,), "59 s"),
        ("lasting", (59.6,), "1 min"),
        ("lasting", (3600,), "1 h"),
        ("lasting", (7_500,), "2 h 5 min"),
        ("lasting", (86_399,), "23 h 59 min"),
        ("lasting", (86_400,), "1 day"),
        ("lasting", (180_000,), "2 days 2 h"),
        ("milliseconds", (None,), "–"),
        ("milliseconds", (0,), "0 ms"),
        ("milliseconds", (0.04,), "0.0 ms"),
        ("milliseconds", (0.4,), "0.4 ms"),
        ("milliseconds", (9.94,), "9.9 ms"),
        ("milliseconds", (9.96,), "10 ms"),
        ("milliseconds", (999.4,), "999 ms"),
        ("milliseconds", (999.6,), "1.0 s"),
        ("milliseconds", (61_234,), "61.2 s"),
        ("percent", (None,), "–"),
        ("percent", (0,), "0 %"),
        ("percent", (0.01,), "under 0.1 %"),
        ("percent", (0.26,), "0.3 %"),
        ("percent", (2.0,), "2 %"),
        ("percent", (9.96,), "10 %"),
        ("percent", (99.6,), "100 %"),
        ("number", (None,), "–"),
        ("number", (1_234_567,), "1,234,567"),
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
def test_a_date_that_no_calendar_holds_is_still_shown(seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    for zone in ("House-14", "House+12"):
        with monkeypatch.context() as house:
            house.setenv("TZ", zone)
            time.tzset()
            assert presenting.day(seconds)
            assert presenting.day_and_time(seconds)
    time.tzset()
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
