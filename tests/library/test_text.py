"""How text is compared, sorted and shown."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_video_server.library.text import fold, natural, shown


@pytest.mark.parametrize(
    ("one", "other"),
    [("DUNE", "dune"), ("Zoë's", "ZOE'S"), ("Straße", "STRASSE"), ("ﬁlm", "Film"), ("Cafe\u0301", "Café")],
    ids=["case", "accents", "sharp s", "ligature", "composed or not"],
)
def test_text_that_people_call_the_same_folds_to_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("dune", "dunes"), ("誕生日", "誕生"), ("и", "ы")])
def test_other_text_stays_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.text())
def test_folding_twice_changes_nothing_for_a_search(text: str) -> None:
    assert fold(fold(text)).casefold() == fold(fold(fold(text))).casefold()


@pytest.mark.parametrize(
    "in_order",
    [
        ["Part 1", "Part 2", "Part 10"],
        ["a", "B", "c"],
        ["eclair", "Éclair 2", "f"],
        ["20240105 1", "20240105 2", "20240612 1"],
        ["S01E02", "S01E10", "S02E01"],
        ["", "1", "a"],
    ],
    ids=["numbers", "case", "accents", "dates", "episodes", "empty"],
)
def test_names_sort_as_people_count(in_order: list[str]) -> None:
    assert sorted(reversed(in_order), key=natural) == in_order


@pytest.mark.parametrize("text", ["Dune", "🎄 Рождество", "👨\u200d👩\u200d👧", "\u200fعربي", "誕生日"])
def test_ordinary_names_are_shown_as_they_are(text: str) -> None:
    assert shown(text) == text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (os.fsdecode(b"caf\xe9.mp4"), "caf\ufffd.mp4"),
        ("a\nb", "a\ufffdb"),
        ("a\ud800b", "a\ufffdb"),
        ("a\x1b[2Jb", "a\ufffd[2Jb"),
        ("a\x00b", "a\ufffdb"),
        ("a\x7fb", "a\ufffdb"),
        ("a\u2028b", "a\ufffdb"),
    ],
    ids=["not UTF-8", "new line", "half a character", "escape", "NUL", "delete", "line separator"],
)
def test_what_cannot_be_shown_is_replaced(name: str, expected: str) -> None:
    assert shown(name) == expected


@given(st.binary(max_size=50))
def test_any_name_on_disk_can_be_sent(name: bytes) -> None:
    assert shown(os.fsdecode(name)).encode().decode().isprintable() or shown(os.fsdecode(name))
    assert "\n" not in shown(os.fsdecode(name))


def test_a_typed_apostrophe_finds_the_printed_one() -> None:
    assert fold("Zoë’s “day” – 1") == fold('zoe\'s "day" - 1')
