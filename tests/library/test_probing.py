"""Looking into videos: what waits, what is stored, and what a dead disk may not do."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from local_video_server.library import events
from local_video_server.library.errors import Gone, MediaUnreadable, NotStored, Unavailable
from local_video_server.library.facts import Facts
from local_video_server.library.job import Outcome
from local_video_server.library.probing import STORE_EVERY_S, TRY_AGAIN_S, ProbeReport, Probing
from local_video_server.library.reconcile import Changes, Placed
from local_video_server.library.video import Root, Status, Video
from tests import examples
from tests.examples import found
from tests.library.running import Stored


class Scene:
    """Two videos in a root that answers and one in another; `probe` is what the workers do."""

    def __init__(self, stored: Stored) -> None:
        self.stored = stored
        self.older, self.newer = stored.add(
            found("older.mp4", modified_ns=10**18), found("newer.mp4", modified_ns=2 * 10**18), is_first_scan=True
        )
        (self.elsewhere,) = stored.add(found("elsewhere.mp4"), root=stored.roots[1])
        self.asked: list[str] = []
        self.silent: set[Root] = set()
        self.probe: Callable[[str], Facts] = lambda path: examples.facts()
        self.probing = Probing(
            stored.catalog, self._probe, lambda root: root not in self.silent, stored.events, lambda: None
        )

    def _probe(self, path: str) -> Facts:
        self.asked.append(path)
        return self.probe(path)

    def waiting(self, most: int = 500, *taken: Video) -> list[int]:
        return self.probing.waiting(most, [video.id for video in taken])

    def look(self, video: Video) -> Video:
        self.probing.look_into(video.id)
        self.probing.store()
        return self.stored.now(video)


@pytest.fixture
def scene(stored: Stored) -> Scene:
    return Scene(stored)


def fail(error: Exception) -> Callable[[str], Facts]:
    def probe(path: str) -> Facts:
        raise error

    return probe


def test_facts_are_stored_and_shown(scene: Scene) -> None:
    seen = scene.look(scene.older)
    assert (seen.status, seen.facts, seen.duration_s) == (Status.READY, examples.facts(), 3600.0)
    assert scene.asked == ["/Films/older.mp4"]


def test_a_broken_file_is_recorded_with_its_reason(scene: Scene) -> None:
    scene.probe = fail(MediaUnreadable("The file has no picture."))
    seen = scene.look(scene.older)
    assert (seen.status, seen.broken_reason) == (Status.BROKEN, "The file has no picture.")
    assert scene.older.id not in scene.waiting()


def test_where_the_disk_is_to_blame_the_video_waits_until_it_answers(scene: Scene) -> None:
    def unplug(path: str) -> Facts:
        scene.silent.add(scene.stored.roots[0])
        raise MediaUnreadable("Input/output error")

    scene.probe = unplug
    assert scene.look(scene.older).status is Status.PENDING
    assert scene.waiting() == [scene.elsewhere.id]
    scene.silent.clear()
    assert scene.older.id in scene.waiting()


def test_a_file_that_is_gone_is_passed_over_until_it_changes(scene: Scene) -> None:
    scene.probe = fail(Gone("There is no such file."))
    assert scene.look(scene.older).status is Status.PENDING
    assert scene.older.id not in scene.waiting()
    changed = Placed(scene.older, found("older.mp4"), has_new_content=True)
    scene.stored.catalog.apply(scene.stored.roots[0], Changes(placed=(changed,)))
    assert scene.older.id in scene.waiting()


def test_a_file_that_changed_meanwhile_keeps_waiting(scene: Scene) -> None:
    def overwrite(path: str) -> Facts:
        changed = Placed(scene.older, found("older.mp4"), has_new_content=True)
        scene.stored.catalog.apply(scene.stored.roots[0], Changes(placed=(changed,)))
        return examples.facts()

    scene.probe = overwrite
    assert scene.look(scene.older).status is Status.PENDING
    assert scene.older.id in scene.waiting()


def test_a_file_that_vanished_meanwhile_harms_no_other(scene: Scene) -> None:
    def vanish(path: str) -> Facts:
        scene.stored.lose(scene.older)
        return examples.facts()

    scene.probe = vanish
    assert scene.look(scene.older).missing_since is not None
    assert scene.look(scene.newer).status is Status.READY


def test_a_video_that_was_forgotten_meanwhile_harms_no_other(scene: Scene) -> None:
    scene.probing.look_into(scene.newer.id)  # stores at once, the next ones together
    scene.probing.look_into(scene.older.id)
    scene.probing.look_into(scene.elsewhere.id)
    scene.stored.lose(scene.older)
    scene.stored.catalog.forget([scene.stored.now(scene.older)])
    scene.probing.store()
    assert scene.stored.now(scene.elsewhere).status is Status.READY


def test_the_newest_comes_first_and_no_more_than_asked_for(scene: Scene) -> None:
    order = [scene.elsewhere.id, scene.newer.id, scene.older.id]
    assert scene.waiting() == order
    assert scene.waiting(2) == order[:2]


def test_what_is_taken_is_not_offered_again(scene: Scene) -> None:
    assert scene.waiting(500, scene.newer) == [scene.elsewhere.id, scene.older.id]


def test_what_was_found_and_not_stored_yet_is_not_offered_again(scene: Scene) -> None:
    scene.probing.look_into(scene.newer.id)
    scene.probing.look_into(scene.older.id)
    assert scene.stored.now(scene.older).status is Status.PENDING
    assert scene.waiting() == [scene.elsewhere.id]


@pytest.mark.parametrize("away", ["missing", "ready", "unknown"])
def test_a_video_that_needs_no_look_gets_none(scene: Scene, away: str) -> None:
    video = scene.older
    if away == "missing":
        scene.stored.lose(video)
    if away == "ready":
        scene.stored.catalog.record_probes([(video, examples.facts())])
    scene.probing.look_into(10**9 if away == "unknown" else video.id)
    assert scene.asked == []


def test_results_are_stored_at_most_four_times_a_second(scene: Scene) -> None:
    files = [found(f"{number}.mp4") for number in range(400)]
    videos = scene.stored.add(*files)
    told: list[float] = []
    leave = scene.stored.events.listen(
        lambda name, what: told.append(time.monotonic()) if name == events.JOB_PROGRESS else None
    )
    began = time.monotonic()
    for video in videos:
        scene.probing.look_into(video.id)
    elapsed_s = time.monotonic() - began
    leave()
    assert 1 <= len(told) <= elapsed_s / STORE_EVERY_S + 1
    scene.probing.rest()
    assert all(scene.stored.now(video).status is Status.READY for video in videos)


def test_each_storing_tells_how_far_it_is(scene: Scene) -> None:
    told: list[dict[str, object]] = []
    scene.stored.events.listen(lambda name, what: told.append(dict(what)) if name == events.JOB_PROGRESS else None)
    scene.look(scene.older)
    assert told == [{"kind": "probe", "waiting": 2, "done": 1}]


def test_the_report_counts_what_is_done_and_what_is_left(scene: Scene) -> None:
    scene.look(scene.older)
    scene.probe = fail(MediaUnreadable("no"))
    scene.look(scene.newer)
    report = scene.probing.report()
    assert (report.waiting, report.done, report.broken) == (1, 1, 1)
    assert report.per_s > 0
    assert report.left_s == pytest.approx(1 / report.per_s)
    scene.probing.rest()
    assert replace(scene.probing.report(), per_s=0.0) == ProbeReport(1, 1, 1, 0.0)
    assert scene.probing.report().left_s is None


def test_results_that_could_not_be_stored_are_found_again(stored: Stored, database: Path) -> None:
    """The database is not asked to remember what waits: the snapshot still says so."""
    scene = Scene(stored)

    class Full(Exception):
        pass

    record = stored.catalog.record_probes

    def refuse(probed: object) -> None:
        raise Full

    stored.catalog.record_probes = refuse  # type: ignore[method-assign]
    with pytest.raises(Full):
        scene.look(scene.older)
    stored.catalog.record_probes = record  # type: ignore[method-assign]
    assert scene.older.id in scene.waiting()
    assert scene.look(scene.older).status is Status.READY


def test_what_failed_for_a_passing_reason_is_tried_again(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.probe = fail(Unavailable("Input/output error"))
    scene.look(scene.older)
    assert scene.older.id not in scene.waiting()
    later = time.monotonic() + TRY_AGAIN_S
    monkeypatch.setattr("local_video_server.library.probing.time", SimpleNamespace(monotonic=lambda: later))
    assert scene.older.id in scene.waiting()


def test_looking_again_tries_what_was_passed_over(scene: Scene) -> None:
    scene.probe = fail(Unavailable("Input/output error"))
    scene.look(scene.older)
    scene.probing.look_again()
    assert scene.older.id in scene.waiting()


def test_what_was_broken_and_is_not_wanted_again_is_broken_for_the_reason_it_had(scene: Scene) -> None:
    scene.probe = fail(MediaUnreadable("The file ends in the middle."))
    assert scene.look(scene.older).status is Status.BROKEN
    assert scene.probing.look_again() == 1
    assert scene.older.id in scene.waiting()
    scene.probing.leave_broken()
    now = scene.stored.now(scene.older)
    assert (now.status, now.broken_reason) == (Status.BROKEN, "The file ends in the middle.")
    assert set(scene.waiting()) == {scene.newer.id, scene.elsewhere.id}, "what was never read waits on"


def test_what_a_full_disk_did_not_take_is_kept_for_later(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as full:
        full.setattr(scene.stored.catalog, "record_probes", lambda probed: fail(NotStored("full"))(""))
        with pytest.raises(NotStored):
            scene.look(scene.older)
        assert scene.older.id not in scene.waiting()
    scene.probing.store()
    assert scene.stored.now(scene.older).status is Status.READY
    assert len(scene.asked) == 1


def test_videos_of_a_folder_that_is_away_are_not_counted_as_ready(scene: Scene) -> None:
    for video in (scene.older, scene.elsewhere):
        scene.look(video)
    assert scene.probing.report().done == 2
    scene.stored.catalog.root_answers(scene.stored.roots[1], "The folder does not answer.")
    report = scene.probing.report()
    assert (report.waiting, report.done) == (1, 1)
    scene.stored.catalog.root_answers(scene.stored.roots[1], None)
    assert scene.probing.report().done == 2


def test_what_became_of_a_job_is_told(scene: Scene) -> None:
    assert scene.probing.look_into(scene.older.id) is Outcome.DONE
    scene.probing.store()
    assert scene.probing.look_into(scene.older.id) is Outcome.NOTHING
    scene.probe = fail(Unavailable("Input/output error"))
    assert scene.probing.look_into(scene.newer.id) is Outcome.NOTHING
    scene.probe = fail(MediaUnreadable("The file has no picture."))
    assert scene.probing.look_into(scene.newer.id) is Outcome.FAILED
