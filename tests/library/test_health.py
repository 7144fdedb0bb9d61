"""From what is known of the parts to what is told of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from local_video_server.library.figures import State
from local_video_server.library.health import Vitals, findings, worst
from local_video_server.library.readings import Finding, JobReading
from local_video_server.library.root_report import RootReport
from local_video_server.library.video import Root

FILMS, SHARE = Root(1, "/srv/films", "films"), Root(2, "/mnt/share", "share")
GONE = replace(SHARE, offline_reason="The folder /mnt/share is empty. Is its disk connected?")
POSTERS = JobReading("poster", 3, 1, 0, 0, 0)
WELL = Vitals(
    database_trouble=None,
    roots=(RootReport(FILMS), RootReport(SHARE)),
    data_free_bytes=10**12,
    data_trouble=None,
    job_threads=(2, 2),
    jobs=(POSTERS,),
    job_limits_s={"poster": 60.0},
    job_pauses=(),
)


def test_all_is_well() -> None:
    found = findings(WELL)
    assert [one.name for one in found] == ["database", "library", "disk", "jobs", "watcher"]
    assert {one.state for one in found} == {State.GOOD}
    assert all(one.sentence.endswith(".") for one in found)


@pytest.mark.parametrize(
    ("wrong", "name", "state", "said"),
    [
        ({"database_trouble": "Nothing was stored: full."}, "database", State.POOR, "Nothing was stored: full."),
        ({"roots": (RootReport(FILMS), RootReport(GONE))}, "library", State.FAIR, "/mnt/share is empty"),
        ({"roots": (RootReport(FILMS), RootReport(SHARE, is_silent=True))}, "library", State.FAIR, "not answer"),
        ({"roots": (RootReport(GONE),)}, "library", State.POOR, "/mnt/share is empty"),
        ({"data_free_bytes": 19_999_999}, "disk", State.POOR, "Only 19 MB"),
        ({"data_free_bytes": 499_999_999}, "disk", State.FAIR, "Only 499 MB"),
        ({"data_trouble": "It takes no files."}, "disk", State.POOR, "It takes no files."),
        ({"data_trouble": "It hangs.", "data_free_bytes": None}, "disk", State.POOR, "It hangs."),
        ({"job_threads": (1, 2)}, "jobs", State.POOR, "1 of 2 threads"),
        ({"jobs": (replace(POSTERS, longest_s=121.0),)}, "jobs", State.POOR, "poster"),
        ({"job_pauses": ("There is no decoder.",)}, "jobs", State.FAIR, "There is no decoder."),
        ({"jobs": (replace(POSTERS, is_paused=True),)}, "jobs", State.FAIR, "Paused by the admin: poster"),
        ({"roots": (RootReport(FILMS, polling_reason="Run this."),)}, "watcher", State.FAIR, "Run this."),
        ({"roots": (RootReport(FILMS, is_kept=False),)}, "watcher", State.POOR, "/srv/films"),
    ],
)
def test_what_is_wrong_is_found_where_it_is(wrong: dict[str, Any], name: str, state: State, said: str) -> None:
    found = {one.name: one for one in findings(replace(WELL, **wrong))}
    assert found[name].state is state
    assert said in found[name].sentence
    assert {one.state for one in found.values() if one.name != name} == {State.GOOD}


@pytest.mark.parametrize(
    "usual",
    [
        {"data_free_bytes": 500_000_000},
        {"data_free_bytes": None},  # the disk did not say, and takes files
        {"job_threads": (0, 0)},  # not started yet
        {"jobs": (replace(POSTERS, longest_s=119.0),)},
        {"jobs": (replace(POSTERS, is_resting=True),)},
        {"jobs": (JobReading("thumbnails", 0, 1, 0, 0, 0, longest_s=9999.0),)},  # has no limit
    ],
)
def test_what_is_usual_is_good(usual: dict[str, Any]) -> None:
    assert {one.state for one in findings(replace(WELL, **usual))} == {State.GOOD}


def test_the_worst_of_all_counts_and_of_nothing_nothing_is_known() -> None:
    def of(*states: State) -> State:
        return worst([Finding("a", state, "") for state in states])

    assert of(State.GOOD, State.GOOD) is State.GOOD
    assert of(State.GOOD, State.FAIR) is State.FAIR
    assert of(State.FAIR, State.POOR, State.GOOD) is State.POOR
    assert of() is State.POOR
