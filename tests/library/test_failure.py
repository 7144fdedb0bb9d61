"""How often a failed job is tried again."""

from __future__ import annotations

from local_video_server.library.failure import TRY_AGAIN_S, Failure, next_failure

NOW = 1e9


def after(before: Failure | None, subject: str = "one content", now: float = NOW) -> Failure:
    return next_failure(before, 7, subject, "The file has no picture.", ("moov atom not found",), now)


def test_a_failure_tells_what_whom_and_why() -> None:
    assert after(None) == Failure(
        7, "one content", 1, "The file has no picture.", ("moov atom not found",), NOW + TRY_AGAIN_S[0]
    )


def test_each_attempt_waits_longer_and_the_third_is_the_last() -> None:
    first = after(None)
    second = after(first)
    third = after(second)
    assert [one.attempts for one in (first, second, third)] == [1, 2, 3]
    assert [one.due_at for one in (first, second, third)] == [NOW + 30, NOW + 600, None]


def test_a_final_failure_stays_final_when_it_is_tried_once_more() -> None:
    third = after(after(after(None)))
    assert (after(third).attempts, after(third).due_at) == (4, None)


def test_another_content_starts_from_the_beginning() -> None:
    third = after(after(after(None)))
    assert after(third, "another content") == after(None, "another content")


def test_a_note_is_no_attempt() -> None:
    note = Failure(7, "one content", 0, "The picture beside it cannot be used.")
    assert after(note) == after(None)
