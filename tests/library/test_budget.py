"""Which derived files leave when there is no more room."""

from __future__ import annotations

import pytest

from local_video_server.library.budget import EMPTY_TO, FILL_TO, Derived, leaving

MB = 1_000_000


def stored(**sizes: int) -> dict[str, Derived]:
    """Stamps with their sizes in MB, used one after another."""
    return {stamp: Derived(size * MB, float(moment)) for moment, (stamp, size) in enumerate(sizes.items())}


# what is stored, budget in MB, unknown -> what leaves, in order
CASES: dict[str, tuple[dict[str, Derived], int, set[str], list[str]]] = {
    "nothing stored": ({}, 100, set(), []),
    "nothing stored, no budget": ({}, 0, set(), []),
    "all fit": (stored(a=50, b=40), 100, set(), []),
    "they fit exactly": (stored(a=50, b=50), 100, set(), []),
    "unknown ones that fit": (stored(a=50, b=40), 100, {"a"}, []),
    "a little too much": (stored(a=10, b=50, c=41), 100, set(), ["a"]),
    "no more than needed": (stored(a=6, b=50, c=45), 100, set(), ["a"]),
    "one is not enough": (stored(a=5, b=5, c=91), 100, set(), ["a", "b"]),
    "the unknown go first": (stored(a=10, b=10, c=85), 100, {"b"}, ["b"]),
    "then the longest unused": (stored(a=10, b=4, c=90), 100, {"b"}, ["b", "a"]),
    "of the unknown the longest unused": (stored(a=10, b=10, c=85), 100, {"a", "b"}, ["a"]),
    "one is larger than the budget": (stored(a=1, b=200), 100, set(), ["a", "b"]),
    "no budget at all": (stored(a=1, b=1), 0, set(), ["a", "b"]),
}


@pytest.mark.parametrize(("files", "budget", "unknown", "left"), CASES.values(), ids=CASES.keys())
def test_what_leaves(files: dict[str, Derived], budget: int, unknown: set[str], left: list[str]) -> None:
    assert leaving(files, budget * MB, unknown) == left


def test_the_order_of_use_counts_and_not_that_of_the_list() -> None:
    files = dict(reversed(stored(a=10, b=10, c=85).items()))
    assert leaving(files, 100 * MB) == ["a"]


def test_what_is_left_after_some_had_to_leave_is_above_what_is_filled_in_the_background() -> None:
    """Else what left would be made again at once, to leave again."""
    assert FILL_TO < EMPTY_TO < 1
