"""What counts as a rating, a tag, a position."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_video_server.library.errors import InvalidValue
from local_video_server.library.marks import TAG_LENGTH, Marks, Tag, parse_rating, parse_seconds
from tests import examples


@pytest.mark.parametrize(("value", "rating"), [(1, 1), (5, 5), ("1", 1), ("5", 5), (" 4 ", 4)])
def test_a_whole_number_from_1_to_5_is_a_rating(value: object, rating: int) -> None:
    assert parse_rating(value) == rating


REFUSED_RATINGS = [
    *(0, 6, -1, 4.9, 4.0, float("nan"), True, False, None, 10**30),
    *("", " ", "0", "6", "4.0", "+4", "4x", "four", "٣", "４", "²", "1e0", "4\x00"),
    *([], [4], {}, {"value": 4}, b"4"),
]


@pytest.mark.parametrize("value", REFUSED_RATINGS, ids=repr)
def test_everything_else_is_refused_as_a_rating(value: object) -> None:
    with pytest.raises(InvalidValue):
        parse_rating(value)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Sand", "Sand"),
        ("#Sand", "Sand"),
        ("##Sand", "Sand"),
        ("# Sand", "Sand"),
        ("# #Sand", "Sand"),
        ("  two \t words\n", "two words"),
        ("a, b/c", "a, b/c"),
        ("C#", "C#"),
        ("100%_", "100%_"),
        ("誕生日", "誕生日"),
        ("🎂", "🎂"),
        ("<b>'\"", "<b>'\""),
        ("...x", "...x"),
    ],
)
def test_a_tag_is_kept_as_typed_without_what_surrounds_it(typed: str, name: str) -> None:
    assert Tag.parse(typed).name == name


REFUSED_TAGS = {
    "empty": "",
    "white space": " \t\n",
    "only a sign": "#",
    "signs and spaces": " # # ",
    "a dot": ".",
    "dots": "..",
    "dots and slashes": "../..",
    "too long": "x" * (TAG_LENGTH + 1),
    "NUL": "a\x00b",
    "escape": "a\x1b[2J",
    "delete": "a\x7fb",
    "control of the upper half": "a\x9b2J",
    "half a letter": "a\ud800",
    "an accent on nothing": "\u0301",
    "a number": 7,
    "nothing": None,
    "a list": ["Sand"],
    "bytes": b"Sand",
}


@pytest.mark.parametrize("typed", REFUSED_TAGS.values(), ids=REFUSED_TAGS.keys())
def test_what_is_no_tag_is_refused(typed: object) -> None:
    with pytest.raises(InvalidValue):
        Tag.parse(typed)


def test_a_tag_may_be_as_long_as_is_said() -> None:
    assert Tag.parse("#" + "x" * TAG_LENGTH).name == "x" * TAG_LENGTH


@pytest.mark.parametrize(("one", "other"), [("SAND", "sand"), ("#Sand", "sand"), ("ПЕСОК", "песок")])
def test_tags_that_differ_in_case_alone_are_the_same(one: str, other: str) -> None:
    assert Tag.parse(one).folded == Tag.parse(other).folded


@given(st.text(max_size=30))
def test_a_tag_as_shown_can_be_typed_again(typed: str) -> None:
    """Or it could never be removed."""
    try:
        tag = Tag.parse(typed)
    except InvalidValue:
        return
    assert Tag.parse(tag.name) == tag
    assert Tag.parse("#" + tag.name) == tag
    assert tag.folded


def test_a_tag_knows_all_its_videos() -> None:
    dune, solaris, other = examples.video("Dune"), examples.video("Solaris"), examples.video("Other")
    marks = examples.snapshot(dune, solaris, other, tags={dune: "Sand, book", solaris: "book", other: "x"}).marks
    tag, ids = marks.tagged["book"]
    assert (tag.name, set(ids)) == ("book", {dune.id, solaris.id})


@pytest.mark.parametrize("kind", ["ratings", "favorites", "tags", "views"])
def test_any_kind_of_mark_counts_as_marked(kind: str) -> None:
    marks = Marks(**{kind: {1: (Tag("a", "a"),) if kind == "tags" else 1}})  # type: ignore[arg-type]
    assert marks.has_any(1)
    assert not marks.has_any(2)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("12.5", 12.5), ("0", 0.0), (7, 7.0), ("-1", None), ("nan", None), ("inf", None), ("", None), (None, None)],
)
def test_a_position_is_a_number_that_can_be_reached(value: object, seconds: float | None) -> None:
    assert parse_seconds(value) == seconds


def test_an_accent_makes_another_tag() -> None:
    assert Tag.parse("Öl").folded != Tag.parse("Ol").folded
    assert Tag.parse("O\u0308l").folded == Tag.parse("öl").folded  # the same letter, written in two
