"""Work, room, streams and failures in the words of the original server."""

from __future__ import annotations

from dataclasses import replace

import pytest

from local_video_server.library.failure import Failure
from local_video_server.library.figures import Latency, State, Window
from local_video_server.library.readings import (
    DiskReading,
    Finding,
    JobReading,
    LogLine,
    StorageReading,
    StreamReading,
    WorkerReading,
)
from local_video_server.library.video import Status
from local_video_server.web import performance_parts as parts
from local_video_server.web.performance_query import parse
from tests import examples
from tests.monitoring.full_machine import FullMachine

AT = 1_772_390_000.0
QUIET = JobReading("poster", 0, 0, 9, 0, 0)
THREAD = WorkerReading("job-0", True, 0.5)


@pytest.mark.parametrize(
    ("job", "status"),
    [
        (QUIET, "idle"),
        (replace(QUIET, running=1), "healthy"),
        (replace(QUIET, queued=3, oldest_waiting_s=2.0), "healthy"),
        (replace(QUIET, queued=51, running=1), "slow"),
        (replace(QUIET, queued=1, running=1, oldest_waiting_s=901.0), "slow"),
        (replace(QUIET, queued=1, oldest_waiting_s=901.0), "stuck"),
        (replace(QUIET, queued=1, oldest_waiting_s=901.0, is_paused=True), "idle"),
        (replace(QUIET, queued=1, oldest_waiting_s=901.0, is_resting=True), "idle"),
    ],
)
def test_a_queue_is_as_it_moves(job: JobReading, status: str) -> None:
    told = parts.workers([job], [THREAD], AT)
    assert told["queues"][0]["status"] == status
    assert told["status"] == {"stuck": "error", "slow": "warning"}.get(status, "good")


def test_a_thread_that_gives_no_sign_is_stalled() -> None:
    told = parts.workers([QUIET], [THREAD, replace(THREAD, seen_s_ago=901.0), replace(THREAD, is_alive=False)], AT)
    assert [row["status"] for row in told["workers"]] == ["healthy", "stalled", "stalled"]
    assert (told["worker_count"], told["status"]) == (3, "error")
    assert told["workers"][0] == {
        "name": "job-0",
        "queues": ["poster"],
        "last_heartbeat_at": "2026-03-01T18:33:19Z",
        "status": "healthy",
    }


def test_without_threads_there_is_no_work() -> None:
    assert parts.workers([], [], AT) == {"worker_count": 0, "workers": [], "queues": [], "status": "disabled"}


def test_who_watches_is_told_only_to_the_admin() -> None:
    stream = StreamReading("/video/k3x9q2m7ab", "GET", "video", "192.168.1.20", 1.26)
    told = parts.active([stream], is_admin=True)
    assert told["streams"] == [
        {
            "path": "/video/k3x9q2m7ab",
            "method": "GET",
            "endpoint": "video",
            "remote_addr": "192.168.1.20",
            "last_seen_seconds_ago": 1.3,
        }
    ]
    assert parts.active([stream], is_admin=False)["streams"][0]["remote_addr"] == ""


def test_room_is_told_by_disk_and_what_did_not_answer_is_null() -> None:
    told = parts.storage(FullMachine().storage_read, 7, 5)
    assert told["videos"] == {"count": 7, "size_bytes": 1_600}
    assert told["pictures"] == {
        "count": 5,
        "size_bytes": 40,
        "limit_bytes": 400,
        "usage_ratio": 0.1,
        "status": State.GOOD,
    }
    assert told["databases"] == [{"name": "library.db", "size_bytes": 24}]
    assert [(disk["free_bytes"], disk["used_ratio"], disk["status"]) for disk in told["disks"]] == [
        (250, 0.75, State.GOOD),
        (None, None, None),
    ]


@pytest.mark.parametrize(("free", "state"), [(21, State.GOOD), (20, State.FAIR), (10, State.POOR)])
def test_a_disk_that_fills_up_is_told(free: int, state: State) -> None:
    told = parts.storage(StorageReading(disks=[DiskReading("/srv", ("videos",), 100, free)]), 0, 0)
    assert told["disks"][0]["status"] is state
    assert told["generated_at"] is None


def test_what_failed_is_named_by_key_and_reason_and_all_of_it_is_counted() -> None:
    videos = [
        examples.video(id=number, key=f"aaaaaaaaa{number}", status=Status.BROKEN, broken_reason="The file is empty.")
        for number in range(3)
    ]
    failed = [(video, Failure(video.id, "s", 2, "No picture.", ("moov atom not found",), AT)) for video in videos]
    told = parts.errors([], videos, failed, 2, None)
    assert (told["broken_count"], len(told["broken"])) == (3, 2)
    assert told["broken"][0] == {"key": "aaaaaaaaa0", "reason": "The file is empty."}
    assert (told["failed_job_count"], len(told["failed_jobs"])) == (3, 2)
    assert told["failed_jobs"][0] == {
        "kind": "poster",
        "key": "aaaaaaaaa0",
        "reason": "No picture.",
        "attempts": 2,
        "retry_at": "2026-03-01T18:33:20Z",
    }
    assert told["log"] is None
    line = LogLine(AT, "ERROR", "a", "It failed", "4f1c")
    assert parts.errors([], [], [], 2, [line])["log"][0]["message"] == "It failed"


def told_as_a_whole(answers: Latency, health: tuple[Finding, ...] = (), **asked: str) -> dict[str, object]:
    machine = FullMachine()
    work = parts.workers(machine.jobs(), machine.workers(), AT)
    server = parts.server("0.1.0", 86_400.04, "attic")
    window = Window(300, AT - 300, AT, {}, answers)
    return parts.whole(window, Latency(2), {}, parse(asked), machine.cache(), work, health, server)


def test_the_whole_has_the_fields_of_both_versions() -> None:
    told = told_as_a_whole(Latency(9, 0, 5.0, 1.0, 9.0, 5.0, 8.0, 9.0))
    earlier = {"cache_hit_rate", "uptime_seconds", "database", "ratings_post", "endpoints"}
    later = {
        "generated_at",
        "window_seconds",
        "server",
        "global",
        "ratings",
        "database",
        "cache",
        "workers",
        "status",
    }
    assert told.keys() == earlier | later | {"routes"}
    assert told["server"] == {
        "version": "0.1.0",
        "environment": "production",
        "uptime_seconds": 86_400.0,
        "hostname": "attic",
    }
    assert told["status"] == {"overall": State.GOOD, "issues": []}


def test_what_is_not_asked_for_is_null() -> None:
    told = told_as_a_whole(Latency(), include_routes="0", include_workers="false")
    assert (told["routes"], told["workers"]) == (None, None)


def test_the_worst_there_is_says_how_all_of_it_stands() -> None:
    health = (Finding("watcher", State.FAIR, "A folder is polled."), Finding("disk", State.GOOD, "It works."))
    told = told_as_a_whole(Latency(9, 9, 5.0, 1.0, 9.0, 5.0, 8.0, 9.0), health)
    assert told["status"] == {
        "overall": State.POOR,
        "issues": ["A folder is polled.", "Pages and JSON: poor."],
    }
