"""Facts travel as JSON and come back as they were."""

from __future__ import annotations

import json

import pytest

from local_video_server.library.facts import AudioTrack, Chapter, Facts, SubtitleTrack, VideoTrack
from tests import examples

EVERYTHING = examples.facts(
    container="mkv",
    video=(VideoTrack(0, "hevc", 3840, 1600, "yuv420p10le", "Main 10", 23.976, 90, 1.5, "HDR10", "eng"),),
    audio=(AudioTrack(1, "ac3", 6, 48000, "deu", "Ton – «5.1»", True), AudioTrack(2, "aac")),
    subtitles=(SubtitleTrack(3, "subrip", "jpn", "字幕", False, True),),
    chapters=(Chapter(0.0, 61.5, "Начало"), Chapter(61.5, 90.0)),
    bit_rate=8_000_000,
)


@pytest.mark.parametrize(
    "facts",
    [EVERYTHING, examples.facts(), examples.facts(duration_s=None, audio=())],
    ids=["everything", "usual", "silent, of unknown length"],
)
def test_facts_come_back_as_they_were(facts: Facts) -> None:
    assert Facts.from_json(facts.to_json()) == facts


def test_facts_are_one_line_of_ascii() -> None:
    text = EVERYTHING.to_json()
    assert text.isascii()
    assert "\n" not in text


@pytest.mark.parametrize(
    "changed",
    [{"video": None}, {"unknown": 1}, {"video": [{"index": 0, "colour": "red"}]}],
    ids=["no tracks", "unknown field", "unknown field of a track"],
)
def test_other_json_is_refused(changed: dict[str, object]) -> None:
    values = json.loads(examples.facts().to_json()) | changed
    with pytest.raises((KeyError, TypeError)):
        Facts.from_values(values)
