"""What the disk and the index tell each other are values: equal when they say the same."""

from __future__ import annotations

import dataclasses

import pytest

from local_video_server.library.files import FoundFile, Scan, Seen, Sighting
from local_video_server.library.video import Picture


def test_two_looks_at_an_unchanged_file_are_equal() -> None:
    assert {FoundFile("a.mp4", 1, 2, 3, 4)} == {FoundFile("a.mp4", 1, 2, 3, 4)}
    assert FoundFile("a.mp4", 1, 2, 3, 4) != FoundFile("a.mp4", 1, 2, 3, 5)


def test_a_scan_is_of_the_whole_root_unless_it_says_otherwise() -> None:
    assert Scan(()) == Scan((), ("",), (), 0, ())


def test_a_file_with_another_picture_beside_it_is_another() -> None:
    plain = FoundFile("a.mp4", 1, 2, 3, 4)
    pictured = FoundFile("a.mp4", 1, 2, 3, 4, Picture("a.jpg", 5, 6))
    assert pictured != plain
    assert {pictured} == {FoundFile("a.mp4", 1, 2, 3, 4, Picture("a.jpg", 5, 6))}


def test_an_overflow_needs_no_path() -> None:
    assert Sighting(Seen.OVERFLOW) == Sighting(Seen.OVERFLOW, "", "", False)


def test_what_was_seen_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Sighting(Seen.VANISHED, "a").path = "b"  # type: ignore[misc]
