"""Jobs that failed, in the database."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_video_server.database.store import DatabaseStore
from local_video_server.library.failure import Failure
from local_video_server.library.video import Root
from tests.database.rows import add, file, vanish

FAILURES = {
    "tried again": Failure(1, "ab12", 1, "No picture – «none».", ("moov atom not found", "a\nb"), 1e9 + 0.5),
    "for good": Failure(1, "ab12", 3, "No picture.", (), None),
    "a note": Failure(1, "ab12", 0, "The picture beside it cannot be used.", (), None),
}


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES.keys())
def test_a_failure_is_there_after_a_restart(store: DatabaseStore, root: Root, path: Path, failure: Failure) -> None:
    (video,) = add(store, root, file())
    assert video.id == failure.video_id
    store.keep_failure("poster", failure)
    store.close()
    again = DatabaseStore(path)
    assert again.failures("poster") == {video.id: failure}
    again.close()


def test_a_failure_takes_the_place_of_the_one_before(store: DatabaseStore, root: Root) -> None:
    (video,) = add(store, root, file())
    for failure in FAILURES.values():
        store.keep_failure("poster", failure)
        assert store.failures("poster") == {video.id: failure}


def test_kinds_know_nothing_of_each_other(store: DatabaseStore, root: Root) -> None:
    (video,) = add(store, root, file())
    poster, preview = FAILURES["tried again"], FAILURES["for good"]
    store.keep_failure("poster", poster)
    store.keep_failure("preview", preview)
    assert (store.failures("poster"), store.failures("preview")) == ({video.id: poster}, {video.id: preview})
    store.drop_failures("poster", [video.id])
    assert (store.failures("poster"), store.failures("preview")) == ({}, {video.id: preview})


def test_only_the_named_failures_are_dropped(store: DatabaseStore, root: Root) -> None:
    one, other = add(store, root, file("a.mp4"), file("b.mp4", inode=3))
    for video in (one, other):
        store.keep_failure("poster", Failure(video.id, "ab12", 1, "No picture."))
    store.drop_failures("poster", [])
    store.drop_failures("poster", [one.id, 12345])
    assert set(store.failures("poster")) == {other.id}


def test_that_of_a_video_that_was_forgotten_is_not_kept(store: DatabaseStore, root: Root) -> None:
    (video,) = add(store, root, file())
    store.forget(vanish(store, root, video))
    store.keep_failure("poster", Failure(video.id, "ab12", 1, "No picture."))
    assert store.failures("poster") == {}
