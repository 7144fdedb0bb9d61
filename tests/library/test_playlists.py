from __future__ import annotations

import pytest

from local_video_server.library.errors import InvalidValue, NotFound
from local_video_server.library.playlists import (
    DESCRIPTION_LENGTH,
    NAME_LENGTH,
    Item,
    Playlist,
    Playlists,
    parse_description,
    parse_name,
)


def playlist(id: int, name: str, *video_ids: int | None) -> Playlist:
    items = (Item(id * 100 + at, video, 0.0, None if video else "x.mp4") for at, video in enumerate(video_ids))
    return Playlist(id, name, "", 0.0, tuple(items))


def playlists(*some: Playlist) -> Playlists:
    return Playlists(of={one.id: one for one in some})


@pytest.mark.parametrize(
    ("typed", "name"),
    [("Evening", "Evening"), ("  For\t a \n evening ", "For a evening"), ("夏 / <b>", "夏 / <b>"), ("..", "..")],
    ids=ascii,
)
def test_a_name_is_trimmed_and_else_kept_as_typed(typed: str, name: str) -> None:
    assert parse_name(typed) == name


@pytest.mark.parametrize(
    "typed",
    [None, 7, True, [], "", " \n ", "x" * (NAME_LENGTH + 1), "a\0b", "a\x1bb", "\ud800", "\u200b \u2066"],
    ids=lambda one: ascii(one)[:20],
)
def test_what_is_no_name_is_refused(typed: object) -> None:
    with pytest.raises(InvalidValue):
        parse_name(typed)


def test_a_description_keeps_its_lines() -> None:
    assert parse_description(None) == ""
    assert parse_description("  one  \r\n\ttwo   words \n") == "one\ntwo words"


@pytest.mark.parametrize("typed", [7, [], "x" * (DESCRIPTION_LENGTH + 1), "a\0b"], ids=lambda one: ascii(one)[:20])
def test_what_is_no_description_is_refused(typed: object) -> None:
    with pytest.raises(InvalidValue):
        parse_description(typed)


def test_playlists_stand_by_name_as_people_sort_them() -> None:
    some = playlists(playlist(1, "Part 10"), playlist(2, "öl"), playlist(3, "part 2"), playlist(4, "Alps"))
    assert [one.name for one in some.by_name] == ["Alps", "öl", "part 2", "Part 10"]


def test_a_playlist_that_holds_a_video_twice_is_named_once() -> None:
    some = playlists(playlist(1, "Late", 7, 8, 7), playlist(2, "Early", 7, None))
    assert {video_id: [one.name for one in them] for video_id, them in some.holding.items()} == {
        7: ["Early", "Late"],
        8: ["Late"],
    }


def test_a_playlist_is_found_by_its_number() -> None:
    some = playlists(playlist(3, "Evening"))
    assert some.find(3).name == "Evening"
    with pytest.raises(NotFound, match="/playlists"):
        some.find(4)
