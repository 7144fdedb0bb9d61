from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_video_server.library.carried_json import (
    from_values,
    playlist_from_values,
    playlist_to_values,
    to_values,
)
from local_video_server.library.errors import InvalidValue
from local_video_server.library.moving import Carried, CarriedPlaylist

FULL = Carried(
    "x/caf\udce9.mp4",
    root="/films",
    rating=(4, 1e9),
    favorite=0.5,
    tags=(("#Sand", 1e9), ("#a, b", 0.0)),
    views=(("original", 12, 0.0),),
    plays=((1e9, None), (1.5e9, "evening")),
    added_at=1e9,
    media_hashes=("0123456789abcdef",),
    key="aaaaaaaaaa",
    size_bytes=7,
    fingerprint=b"\0\xff",
    former_paths=("y.mp4",),
    retired_keys=("bbbbbbbbbb",),
)
PLAYLIST = CarriedPlaylist("Evening", "two\nlines", 1e9, (("a.mp4", "/films", 1e9), ("gone.mp4", "", 0.0)))


@pytest.mark.parametrize("carried", [FULL, Carried("a.mp4")], ids=["everything", "a name"])
def test_what_is_written_is_read_back(carried: Carried) -> None:
    assert from_values(json.loads(json.dumps(to_values(carried)))) == carried


def test_a_playlist_is_read_back() -> None:
    assert playlist_from_values(json.loads(json.dumps(playlist_to_values(PLAYLIST)))) == PLAYLIST


def test_only_what_is_known_is_written() -> None:
    assert to_values(Carried("a.mp4", favorite=0.0)) == {"name": "a.mp4", "favorite": 0.0}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "../a.mp4"),
        ("name", "/a.mp4"),
        ("name", "a\0.mp4"),
        ("name", 5),
        ("rating", [6, 0]),
        ("rating", [True, 0]),
        ("rating", 4),
        ("rating", [4, "now"]),
        ("favorite", True),
        ("favorite", float("nan")),
        ("tags", [["#a"]]),
        ("tags", "#a"),
        ("views", [["original", -1, 0]]),
        ("views", [["original", 10**12, 0]]),
        ("plays", [[1e300, None]]),
        ("key", "SHORT"),
        ("size_bytes", -1),
        ("fingerprint", "xyz"),
        ("former_paths", ["a/../b"]),
        ("surprise", 1),
        ("name", "a\ud83d.mp4"),
        ("root", "/\ud83d"),
        ("plays", [[1e9, "\udcff"]]),
        ("views", [["\ud83d", 1, 0]]),
        ("media_hashes", ["\udcff"]),
    ],
)
def test_what_was_never_written_is_refused_by_name(field: str, value: object) -> None:
    with pytest.raises(InvalidValue, match=f"«{field}»"):
        from_values({"name": "a.mp4", **{field: value}})


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(field=st.sampled_from(sorted(to_values(FULL))), value=_JSON)
def test_no_value_is_anything_but_taken_or_refused(field: str, value: Any) -> None:
    for read, values in ((from_values, {"name": "a.mp4", **{field: value}}), (playlist_from_values, value)):
        with suppress(InvalidValue):
            read(values)  # type: ignore[operator]
