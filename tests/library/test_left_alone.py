"""Which videos are left without a poster."""

from __future__ import annotations

from dataclasses import replace

import pytest

from local_video_server.library.left_alone import LeftAlone
from local_video_server.library.video import Picture
from tests import examples

DUNE, TRON = examples.video("Dune"), examples.video("Tron")


def test_those_that_were_set_are_until_they_are_taken_up() -> None:
    left = LeftAlone()
    assert (DUNE in left, left.count([DUNE, TRON])) == (False, 0)
    left.set([DUNE, TRON])
    left.take_up([DUNE])
    left.take_up([DUNE])
    assert (DUNE in left, TRON in left, left.count([DUNE, TRON])) == (False, True, 1)
    left.set([])
    assert TRON not in left


@pytest.mark.parametrize(
    "change",
    [{"size_bytes": 1}, {"modified_ns": 1}, {"picture": Picture("Dune.jpg", 1, 1)}],
    ids=lambda one: next(iter(one)),
)
def test_another_file_at_its_place_is_not_left_alone(change: dict[str, object]) -> None:
    left = LeftAlone()
    left.set([DUNE])
    assert replace(DUNE, **change) not in left  # type: ignore[arg-type]
    assert replace(DUNE, title="Arrakis", path="Arrakis.mp4") in left
