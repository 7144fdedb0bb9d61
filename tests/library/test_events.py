"""Who listens hears everything, whatever the others do."""

from __future__ import annotations

import logging
from collections.abc import Mapping

import pytest

from local_video_server.library import events
from local_video_server.library.events import Events


class Heard(list[tuple[str, Mapping[str, object]]]):
    def __call__(self, name: str, what: Mapping[str, object]) -> None:
        self.append((name, what))


def test_every_listener_hears_what_happened() -> None:
    happened, one, other = Events(), Heard(), Heard()
    happened.listen(one)
    happened.listen(other)
    happened.tell(events.VIDEO_ADDED, key="abc")
    assert one == other == [("video.added", {"key": "abc"})]


def test_who_leaves_hears_no_more_and_the_others_do() -> None:
    happened, one, other = Events(), Heard(), Heard()
    leave = happened.listen(one)
    happened.listen(other)
    leave()
    leave()
    happened.tell(events.MARK_CHANGED, key="abc")
    assert (len(one), len(other)) == (0, 1)


def test_a_listener_that_fails_harms_no_other(caplog: pytest.LogCaptureFixture) -> None:
    happened, heard = Events(), Heard()

    def fails(name: str, what: Mapping[str, object]) -> None:
        raise OSError("the line is cut")

    happened.listen(fails)
    happened.listen(heard)
    with caplog.at_level(logging.ERROR):
        happened.tell(events.JOB_PROGRESS)
    assert heard == [("job.progress", {})]
    assert "A listener failed on job.progress" in caplog.text


def test_a_listener_may_leave_while_it_is_told() -> None:
    happened, heard = Events(), Heard()
    leave = happened.listen(lambda name, what: leave())
    happened.listen(heard)
    happened.tell(events.VIDEO_MISSING)
    happened.tell(events.VIDEO_MISSING)
    assert len(heard) == 2


def test_the_names_are_those_of_the_contract() -> None:
    assert set(events.NAMES) == {
        "video.added",
        "video.changed",
        "video.missing",
        "video.returned",
        "mark.changed",
        "playlist.changed",
        "poster.ready",
        "job.progress",
        "job.failed",
        "numbers.changed",
    }
