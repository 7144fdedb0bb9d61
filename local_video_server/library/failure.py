"""A job that failed: the reason, how often it was tried, and when it is tried again.

A failure belongs to what the job was to be made from (`subject`): another content has another subject, and is tried
at once. Failures are kept in the database, so a page view or a restart never tries again by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

TRY_AGAIN_S = (30.0, 600.0)  # after the first and the second failure; a third one is final


@dataclass(frozen=True, slots=True)
class Failure:
    """Times are seconds since 1970, UTC. `due_at` is None for one that is not tried again by itself.

    After 0 attempts it is a note: what was wanted is there, but not quite as wanted, and this is why.
    """

    video_id: int
    subject: str
    attempts: int
    reason: str
    ffmpeg: tuple[str, ...] = ()  # its last words
    due_at: float | None = None


def next_failure(
    before: Failure | None, video_id: int, subject: str, reason: str, ffmpeg: tuple[str, ...], now: float
) -> Failure:
    """The failure that follows one more attempt."""
    attempts = before.attempts + 1 if before and before.subject == subject else 1
    due_at = now + TRY_AGAIN_S[attempts - 1] if attempts <= len(TRY_AGAIN_S) else None
    return Failure(video_id, subject, attempts, reason, ffmpeg, due_at)
