"""Backups of the database: what the name of one tells, when the next is due, which of them may go.

Only rules. The name carries the moment and the reason, so that a folder of backups explains itself on any machine and
a copied file keeps both; what has another name belongs to somebody else and is never touched. Times are seconds since
1970, UTC.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Hashable
from dataclasses import dataclass
from datetime import UTC, datetime

DAY_S = 86400.0
ASKED = "asked"
BEFORE_IMPORT = "before-import"
BEFORE_RESTORE = "before-restore"
BEFORE_UPGRADE = "before-upgrade-"  # and the form that the database had

_NAME = re.compile(
    r"library-([0-9]{8}T[0-9]{6}Z)"
    r"(?:-(asked|before-import|before-restore|before-upgrade-[0-9a-z]+))?(?:\.([1-9][0-9]*))?\.db"
)
MOST_WITH_REASON = 20  # somebody may press the button all day
_MOMENT = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Backup:
    """`reason` is empty for the one of every day; `number` tells those of one second apart."""

    path: str
    made_at: float
    size_bytes: int
    reason: str = ""
    number: int = 1

    @property
    def name(self) -> str:
        return os.path.basename(self.path)

    @property
    def occasion(self) -> str:
        """The reason in words."""
        if self.reason.startswith(BEFORE_UPGRADE):
            return f"before the update from form {self.reason.removeprefix(BEFORE_UPGRADE)}"
        return {
            "": "daily",
            ASKED: "asked for",
            BEFORE_IMPORT: "before another library moved in",
            BEFORE_RESTORE: "before a backup was brought back",
        }[self.reason]


def name_of(made_at: float, reason: str, number: int = 1) -> str:
    moment = datetime.fromtimestamp(made_at, UTC).strftime(_MOMENT)
    return f"library-{moment}{f'-{reason}' if reason else ''}{f'.{number}' if number > 1 else ''}.db"


def parse(path: str, size_bytes: int) -> Backup | None:
    """The backup that a file is by its name; None for a stranger's file."""
    found = _NAME.fullmatch(os.path.basename(path))
    if found is None:
        return None
    try:
        made_at = datetime.strptime(found[1], _MOMENT).replace(tzinfo=UTC).timestamp()
    except ValueError:  # a month of 13
        return None
    return Backup(path, made_at, size_bytes, found[2] or "", int(found[3] or 1))


def newest_first(backups: Collection[Backup]) -> list[Backup]:
    return sorted(backups, key=lambda backup: (backup.made_at, backup.number), reverse=True)


def is_due(backups: Collection[Backup], now: float) -> bool:
    """Whether the newest is older than a day. One from far in the future was dated by a clock that was wrong, and
    says nothing."""
    return not any(abs(now - backup.made_at) <= DAY_S for backup in backups)


def to_drop(backups: Collection[Backup], now: float, days: int, weeks: int) -> list[Backup]:
    """Those that are not kept, given how many days (at least one) and weeks (ISO 8601, UTC) are.

    Kept are the newest of each day and of each week, and beside them, for so many days, those that have a reason.
    Days and weeks without any backup do not count, and those from the future stay: neither a long absence nor a
    clock that jumps may take what there is.
    """
    kept = {backup for backup in backups if backup.made_at > now}
    past = newest_first(set(backups) - kept)
    with_reason = [backup for backup in past if backup.reason and now - backup.made_at < days * DAY_S]
    kept |= set(with_reason[:MOST_WITH_REASON])
    daily = [backup for backup in past if backup not in with_reason]
    by_day: dict[Hashable, Backup] = {}
    by_week: dict[Hashable, Backup] = {}
    for backup in daily:
        day = datetime.fromtimestamp(backup.made_at, UTC).date()
        by_day.setdefault(day, backup)
        by_week.setdefault(day.isocalendar()[:2], backup)
    kept.update(list(by_day.values())[:days], list(by_week.values())[:weeks])
    return [backup for backup in past if backup not in kept]
