"""What a search finds, and what comes first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_video_server.library.marks import Marks, Tag
from local_video_server.library.search import LONGEST, MOST_WORDS, by_relevance, matches, words
from tests import examples

FILM = examples.video(path="Sci-Fi Ünïcode/Le.Cinquième.Élément.1997.1080p.mkv")
TAGS = (Tag.parse("Bruce Willis"), Tag.parse("Raumschiff"))

FINDS = {
    "a word of the title": "cinquième",
    "a part of a word": "quie",
    "words in any order": "element cinquieme le",
    "case and accents aside": "ÉLEMENT ünicode",
    "the name of the file": "1080p.mkv",
    "the folder": "unicode",
    "the root": "films",
    "a tag": "willis",
    "a tag with its sign": "#raumschiff",
    "a word of the title and a tag": "raum element",
    "more white space": "  le \t element ",
    "composed otherwise": "cinquie\u0300me",
}


@pytest.mark.parametrize("text", FINDS.values(), ids=FINDS.keys())
def test_a_search_finds(text: str) -> None:
    assert matches(words(text), FILM, TAGS)


FINDS_NOT = {
    "a word that is nowhere": "element sixieme",
    "nothing asked for": "",
    "white space": " \t ",
    "a sign alone": "#",
    "a word over two tags": "willisraum",
    "a word over name and folder": "mkvfilms",
    "a pattern": "el%ment",
    "a pattern of one": "el_ment",
    "an expression": "el.*",
}


@pytest.mark.parametrize("text", FINDS_NOT.values(), ids=FINDS_NOT.keys())
def test_a_search_does_not_find(text: str) -> None:
    assert not matches(words(text), FILM, TAGS)


@given(st.text())
def test_any_text_can_be_searched(text: str) -> None:
    matches(words(text), FILM, TAGS)
    by_relevance([FILM], text, Marks())


def test_a_search_has_an_end() -> None:
    assert len(words("a " * 10_000)) == MOST_WORDS
    assert sum(map(len, words("a" * 10_000))) <= LONGEST


def test_the_better_the_place_the_earlier() -> None:
    in_order = [
        examples.video(path="Blue moon.mp4"),
        examples.video(path="A blue moon.mp4"),
        examples.video(path="Moon so blue.mp4"),
        examples.video(path="Moon.mp4"),
        examples.video(path="x.1080p.x264-BLUE.mp4", title="x"),
        examples.video(path="blue moon/film.mp4"),
        examples.video(path="only a tag.mp4"),
    ]
    assert by_relevance(reversed(in_order), "blue moon", Marks()) == in_order


def test_of_equals_the_better_rated_comes_first_then_the_title() -> None:
    last, first, middle = examples.video("Moon c"), examples.video("Moon d"), examples.video("Moon b")
    marks = examples.snapshot(last, first, middle, ratings={first: 5}).marks
    assert by_relevance([last, first, middle], "moon", marks) == [first, middle, last]
