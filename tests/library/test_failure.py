"""How often a failed job is tried again."""

from __future__ import annotations

import pytest

from local_video_server.library.failure import TRY_AGAIN_S, Failure, nameless, nameless_words, next_failure
from tests import examples

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


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("zzz.mp4", "There is no decoder for its pictures (codec zzz1)."),
        ("decoder.mp4", "There is no decoder for its pictures (codec zzz1)."),
        ("hevc.mp4", "There is no decoder for its pictures (codec hevc)."),
        ("The file is empty.mp4", "The file is empty."),
        ("Films/ile.mp4", "Not one picture of the file can be decoded (ffmpeg: no file)."),
    ],
)
def test_a_name_takes_no_word_of_ours_out_of_the_log(path: str, sentence: str) -> None:
    assert nameless(sentence, examples.video(path=path)) == sentence


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("The picture Dune.mp4 cannot be used: it is empty.", "The picture … cannot be used: it is empty."),
        ("It is cut off (ffmpeg: /srv/Films/Dune.mp4: no Dune).", "It is cut off (ffmpeg: /srv/…: no …)."),
        ("Reading failed (OSError: no 'Films/Dune.mp4').", "Reading failed (OSError: no '…')."),
        ("Not a picture (ffmpeg: 'Dune' in Dunes).", "Not a picture (ffmpeg: '…' in Dunes)."),
    ],
)
def test_a_name_that_is_quoted_is_left_out_of_the_log(sentence: str, told: str) -> None:
    assert nameless(sentence, examples.video("Dune", path="Films/Dune.mp4")) == told


def test_a_name_is_left_out_as_it_is_shown_too() -> None:
    video = examples.video(path="Du\x1bne.mp4")
    assert nameless_words("Du\ufffdne.mp4: Du\x1bne", video) == "…: …"
