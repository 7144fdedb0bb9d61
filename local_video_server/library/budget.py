"""Which derived files leave when there is no more room: those used longest ago. A pure rule.

Derived is everything that was made from a video and can be made again. Videos are never looked at here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

FILL_TO = 0.9  # in the background only so much of the budget is filled: the rest is for what somebody looks at
FREE_BYTES = 500_000_000  # less must not be left on the disk: the database and everybody else need some too
EMPTY_TO = 0.95  # so much is left of it after some had to leave, so that not every new one removes an old one


@dataclass(frozen=True, slots=True)
class Derived:
    """The files of one stamp in the thumbnails folder. `used_at` in seconds since 1970."""

    size_bytes: int
    used_at: float
    files: int = 1


def leaving(stored: Mapping[str, Derived], budget_bytes: int, unknown: Collection[str] = ()) -> list[str]:
    """The stamps to remove: first those that belong to no video any more, then those used longest ago, until
    EMPTY_TO of the budget is left; none while all fit."""
    total = sum(one.size_bytes for one in stored.values())
    if total <= budget_bytes:
        return []
    order = sorted(stored, key=lambda stamp: (stamp not in unknown, stored[stamp].used_at))
    left: list[str] = []
    for stamp in order:
        if total <= budget_bytes * EMPTY_TO:
            break
        total -= stored[stamp].size_bytes
        left.append(stamp)
    return left
