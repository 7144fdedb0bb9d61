"""A job that failed: the reason, how often it was tried, and when it is tried again.

A failure belongs to what the job was to be made from (`subject`): another content has another subject, and is tried
at once. Failures are kept in the database, so a page view or a restart never tries again by itself.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .errors import MediaUnreadable
from .text import shown
from .video import Video

_THEIRS = re.compile(r"\(\w+: ")  # "(ffmpeg: ...": from here on the words are not ours
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


def words_of(error: MediaUnreadable) -> tuple[str, tuple[str, ...]]:
    """Why a file could not be used, and ffmpeg's last words on it, as they can be kept and shown: both may quote
    names and bytes of the file."""
    words = error.details.get("ffmpeg", ())
    return shown(error.message), tuple(shown(str(word)) for word in words) if isinstance(words, Sequence) else ()


def nameless(sentence: str, video: Video) -> str:
    """What may stand in a log, of one of our sentences about a video: its names left out. We tell names of files at
    most; what others say in it, in brackets that begin with who says it, may quote anything."""
    sentence = _without(_files(video), sentence)
    theirs = _THEIRS.search(sentence)
    return sentence[: theirs.end()] + nameless_words(sentence[theirs.end() :], video) if theirs else sentence


def nameless_words(words: str, video: Video) -> str:
    """What may stand in a log, of what a decoder says of a video."""
    files = _files(video)
    stems = {os.path.splitext(os.path.basename(path))[0] for path in files}
    return _without((*files, *stems, video.title), words)


def _files(video: Video) -> list[str]:
    paths = [video.path, video.picture.path] if video.picture else [video.path]
    return [name for path in paths for name in (path, os.path.basename(path))]


def _without(names: Iterable[str], words: str) -> str:
    """As whole names only: a film named "der" says nothing about a decoder."""
    for name in sorted({form for one in names for form in (one, shown(one))}, key=len, reverse=True):
        if len(name) > 2:  # "a" is in every sentence and tells nothing
            words = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "…", words)
    return words
