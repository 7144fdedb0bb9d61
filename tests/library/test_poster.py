"""A poster's stamp, its sizes and its files."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from local_video_server.library import poster as posters
from local_video_server.library.poster import SIDES, Poster, file_name, stamp_of
from local_video_server.library.video import Picture, Video
from tests import examples

CONTENT = bytes(range(32))
BESIDE = Picture("Dune-poster.jpg", 1000, 10**18)


def film(**changes: Any) -> Video:
    return examples.video("Dune", **{"fingerprint": CONTENT, **changes})


def test_without_a_fingerprint_there_is_no_stamp() -> None:
    assert stamp_of(film(fingerprint=None)) is None
    assert stamp_of(film(fingerprint=None, picture=BESIDE)) is None


def test_a_renamed_film_keeps_its_stamp() -> None:
    assert stamp_of(film()) == stamp_of(film(path="Old/Dune (1984).mkv", modified_ns=1, inode=9))


def test_a_film_renamed_together_with_its_picture_keeps_its_stamp() -> None:
    assert stamp_of(film(picture=BESIDE)) == stamp_of(film(picture=replace(BESIDE, path="Old/folder.jpg")))


def test_another_content_or_picture_is_another_stamp() -> None:
    each = (
        film(),
        film(fingerprint=CONTENT[::-1]),
        film(picture=BESIDE),
        film(picture=replace(BESIDE, size_bytes=1001)),
        film(picture=replace(BESIDE, modified_ns=10**18 + 1)),
        film(picture=BESIDE, fingerprint=CONTENT[::-1]),
    )
    assert len({stamp_of(video) for video in each}) == len(each)


@pytest.mark.parametrize("picture", [None, BESIDE], ids=["frame", "picture beside"])
def test_another_recipe_is_another_stamp(picture: Picture | None, monkeypatch: pytest.MonkeyPatch) -> None:
    before = stamp_of(film(picture=picture))
    monkeypatch.setattr(posters, "RECIPE", "2")
    assert stamp_of(film(picture=picture)) != before


@pytest.mark.parametrize("picture", [None, BESIDE], ids=["frame", "picture beside"])
def test_a_stamp_is_a_name_on_any_disk(picture: Picture | None) -> None:
    stamp = stamp_of(film(picture=picture))
    assert stamp is not None
    assert re.fullmatch("[0-9a-f]{21}", stamp)


def test_a_file_lies_below_the_first_letters_of_its_stamp() -> None:
    assert file_name("ab12", 320, "jpg") == "ab/ab12-320.jpg"


# width and height of the largest picture -> its sizes, their widths, its files
SHAPES: dict[str, tuple[tuple[int, int], tuple[int, ...], list[int], int]] = {
    "wide": ((1280, 720), (320, 640, 1280), [320, 640, 1280], 5),
    "portrait": ((720, 1280), (320, 640, 1280), [180, 360, 720], 5),
    "between the sizes": ((800, 600), (320, 640, 1280), [320, 640, 800], 5),
    "just one size": ((320, 180), (320,), [320], 2),
    "a pixel more": ((321, 180), (320, 640), [320, 321], 4),
    "two sizes": ((640, 360), (320, 640), [320, 640], 4),
    "smaller than the smallest": ((100, 50), (320,), [100], 2),
    "one pixel": ((1, 1), (320,), [1], 2),
    "a line": ((1, 1280), (320, 640, 1280), [1, 1, 1], 5),
}


@pytest.mark.parametrize(("shape", "sides", "widths", "files"), SHAPES.values(), ids=SHAPES.keys())
def test_no_picture_is_larger_than_its_film(
    shape: tuple[int, int], sides: tuple[int, ...], widths: list[int], files: int
) -> None:
    poster = Poster("ab12", *shape, "0000000")
    assert poster.sides == sides
    assert [poster.width_at(side) for side in poster.sides] == widths
    assert poster.files == files


def test_sizes_grow() -> None:
    assert list(SIDES) == sorted(set(SIDES))
