"""What a value of an old file means."""

from __future__ import annotations

import pytest

from local_video_server.database.old.values import (
    parse_count,
    parse_file_name,
    parse_media_hash,
    parse_rating,
    parse_tag,
    parse_time,
    undated,
)
from local_video_server.library.errors import InvalidValue
from local_video_server.library.moving import UNDATED, is_dated

NOW = 1_800_000_000.0

NAMES = {
    "plain": ("Dune.mp4", "Dune.mp4"),
    "in a folder": ("Films/Dune.mp4", "Films/Dune.mp4"),
    "from here": ("./Films/./Dune.mp4", "Films/Dune.mp4"),
    "doubled slashes": ("Films//Dune.mp4", "Films/Dune.mp4"),
    "of another system": ("C:\\Films\\Dune.mp4", "C:\\Films\\Dune.mp4"),
    "dots in it": ("Dune..mp4", "Dune..mp4"),
    "spaces around": (" Dune.mp4 ", " Dune.mp4 "),
    "a line break": ("a\nb.mp4", "a\nb.mp4"),
    "composed": ("caf\u00e9.mp4", "caf\u00e9.mp4"),
    "decomposed": ("cafe\u0301.mp4", "cafe\u0301.mp4"),
    "bytes that are no UTF-8": ("caf\udce9.mp4", "caf\udce9.mp4"),
    "escaped bytes that are UTF-8": ("caf\udcc3\udca9.mp4", "caf\u00e9.mp4"),
    "as long as can be": ("x" * 4096, "x" * 4096),
}
REFUSED_NAMES = {
    "empty": "",
    "a dot": ".",
    "the folder above": "../Dune.mp4",
    "the folder above, inside": "Films/../Dune.mp4",
    "absolute": "/Films/Dune.mp4",
    "NUL": "a\0b.mp4",
    "half a letter": "a\ud83d.mp4",
    "a byte below 128, escaped": "a\udc41.mp4",
    "too long": "x" * 4097,
    "too long in bytes": "é" * 2049,
    "a number": 7,
    "nothing": None,
    "a list": ["Dune.mp4"],
    "bytes": b"Dune.mp4",
}


@pytest.mark.parametrize(("written", "name"), NAMES.values(), ids=NAMES)
def test_a_name_is_taken_as_the_disk_spells_it(written: str, name: str) -> None:
    assert parse_file_name(written) == name


@pytest.mark.parametrize("written", REFUSED_NAMES.values(), ids=REFUSED_NAMES)
def test_what_is_no_name_of_a_file_is_refused(written: object) -> None:
    with pytest.raises(InvalidValue):
        parse_file_name(written)


@pytest.mark.parametrize(("written", "rating"), [(4, 4), ("4", 4), (" 4 ", 4), (4.0, 4), (1, 1), (5, 5)])
def test_a_rating_is_understood(written: object, rating: int) -> None:
    assert parse_rating(written) == rating


@pytest.mark.parametrize("written", [0, 6, -1, 3.5, True, None, "x", "", "4.0", 1e300, [4], {}, b"4"], ids=repr)
def test_what_is_no_rating_is_refused(written: object) -> None:
    with pytest.raises(InvalidValue):
        parse_rating(written)


@pytest.mark.parametrize(("written", "count"), [(0, 0), (7, 7), ("7", 7), (7.0, 7), (10**9, 10**9)])
def test_a_number_of_views_is_understood(written: object, count: int) -> None:
    assert parse_count(written) == count


@pytest.mark.parametrize("written", [-1, 10**9 + 1, 10**12, 1.5, 1e300, True, None, "x", "-1", "٣", [], {}], ids=repr)
def test_what_is_no_number_of_views_is_refused(written: object) -> None:
    with pytest.raises(InvalidValue):
        parse_count(written)


@pytest.mark.parametrize("written", ["#Sand", "Sand", "<b>", "a, b/c", " #Zwei  Wörter"])
def test_a_tag_stays_as_it_is_written(written: str) -> None:
    assert parse_tag(written)[0] == written


@pytest.mark.parametrize("written", [7, None, "", "#", "x" * 10_000, "a\x1b[2J", "..", ["Sand"], {}], ids=repr)
def test_what_is_no_tag_is_refused(written: object) -> None:
    with pytest.raises(InvalidValue):
        parse_tag(written)


def test_a_media_hash_has_16_hex_digits() -> None:
    assert parse_media_hash("0123456789ABCDEF") == "0123456789abcdef"
    for written in ("0123456789abcde", "0123456789abcdefg", "0123456789abcdex", 7, None):
        with pytest.raises(InvalidValue):
            parse_media_hash(written)


TIMES = {
    "seconds": (1709324100, 1709324100.0),
    "parts of a second": (1709324100.25, 1709324100.25),
    "seconds as text": ("1709324100.5", 1709324100.5),
    "milliseconds": (1709324100250, 1709324100.25),
    "milliseconds as text": ("1709324100250", 1709324100.25),
    "as SQLite writes it": ("2024-03-01 20:15:00", 1709324100.0),
    "with milliseconds": ("2024-03-01 20:15:00.250", 1709324100.25),
    "as Python writes it": ("2024-03-01T20:15:00.250000", 1709324100.25),
    "UTC": ("2024-03-01T20:15:00Z", 1709324100.0),
    "another zone": ("2024-03-01 22:15:00+02:00", 1709324100.0),
    "a day": ("2024-03-01", 1709251200.0),
    "a clock that is ahead": (NOW + 3600, NOW + 3600),
}
NO_TIMES = {
    "nothing": None,
    "zero": 0,
    "before 1970": -5.0,
    "far ahead": NOW + 2 * 86_400,
    "the year 9999": "9999-12-31 23:59:59",
    "the year 1": "0001-01-01T00:00:00+14:00",
    "no date": "yesterday",
    "no day": "2024-02-30 10:00:00",
    "not a number": float("nan"),
    "endless": float("inf"),
    "huge": 10**400,
    "bytes": b"1709324100",
    "empty": "",
}


@pytest.mark.parametrize(("written", "seconds"), TIMES.values(), ids=TIMES)
def test_a_date_is_understood(written: object, seconds: float) -> None:
    assert parse_time(written, NOW) == seconds


@pytest.mark.parametrize("written", NO_TIMES.values(), ids=NO_TIMES)
def test_what_is_no_date_or_has_not_come_is_undated(written: object) -> None:
    assert parse_time(written, NOW) == UNDATED


@pytest.mark.parametrize("place", [0, 1, 10_000, 10**7])
def test_a_place_in_a_list_is_never_taken_for_a_date(place: int) -> None:
    assert not is_dated(undated(place))
    assert undated(place) <= undated(place + 1)
