"""Marks and files: what is stored, what is shown, and in which order."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from local_video_server.library.catalog import Catalog
from local_video_server.library.errors import InvalidValue, NotFound, Unavailable
from local_video_server.library.poster import Made, Poster
from local_video_server.library.reconcile import Changes, Placed
from local_video_server.library.video import Picture, Status, Video
from tests import examples
from tests.examples import found
from tests.library.running import SOON_S, Stored

Marking = Callable[[Catalog, Video], object]
POSTER, OTHER_POSTER = Poster("ab12", 1280, 720, "0280150"), Poster("cd34", 640, 360, "f39a01")
MARKINGS: dict[str, Marking] = {
    "rating": lambda catalog, video: catalog.rate(video, 4),
    "favorite": lambda catalog, video: catalog.set_favorite(video, True),
    "switched favorite": lambda catalog, video: catalog.toggle_favorite(video),
    "tag": lambda catalog, video: catalog.add_tag(video, "sand"),
    "view": lambda catalog, video: catalog.add_view(video),
}


@pytest.fixture
def video(stored: Stored) -> Video:
    """A video beside another, both marked by nobody."""
    return stored.add(found("Dune.mp4"), found("Noise.mp4"))[0]


def again(stored: Stored, database: Path) -> Stored:
    """The same after a restart."""
    stored.close()
    return Stored(database, "/Films", "/Shows")


def tags(stored: Stored, video: Video) -> list[str]:
    return [tag.name for tag in stored.catalog.snapshot.marks.tags.get(video.id, ())]


# Marks


@pytest.mark.parametrize("mark", MARKINGS.values(), ids=MARKINGS.keys())
def test_a_mark_is_in_the_next_snapshot_and_after_a_restart(
    stored: Stored, database: Path, video: Video, mark: Marking
) -> None:
    noise = stored.at("Noise.mp4")
    mark(stored.catalog, video)
    for one in (stored, restarted := again(stored, database)):
        marks = one.catalog.snapshot.marks
        assert marks.has_any(video.id)
        assert not marks.has_any(noise.id)
    restarted.close()


@pytest.mark.parametrize("mark", MARKINGS.values(), ids=MARKINGS.keys())
def test_a_mark_changes_the_version_of_marks_alone(stored: Stored, video: Video, mark: Marking) -> None:
    before = stored.catalog.snapshot
    mark(stored.catalog, video)
    after = stored.catalog.snapshot
    assert after.marks.version == before.marks.version + 1
    assert after.library is before.library


@pytest.mark.parametrize("mark", MARKINGS.values(), ids=MARKINGS.keys())
def test_a_mark_is_told(stored: Stored, video: Video, mark: Marking) -> None:
    stored.heard.clear()
    mark(stored.catalog, video)
    assert stored.heard == [("mark.changed", video.key)]


def test_a_mark_never_changes_a_snapshot_that_somebody_reads(stored: Stored, video: Video) -> None:
    before = stored.catalog.snapshot
    for mark in MARKINGS.values():
        mark(stored.catalog, video)
    assert not before.marks.has_any(video.id)


def test_a_rating_is_set_and_taken_away(stored: Stored, video: Video) -> None:
    stored.catalog.rate(video, "3")
    stored.catalog.rate(video, 5)
    assert stored.catalog.snapshot.marks.ratings == {video.id: 5}
    stored.catalog.rate(video, None)
    assert stored.catalog.snapshot.marks.ratings == {}


@pytest.mark.parametrize("value", [0, 6, 4.9, True, "4.0", [], "", "٣"], ids=repr)
def test_a_refused_rating_changes_nothing(stored: Stored, video: Video, value: object) -> None:
    stored.catalog.rate(video, 4)
    before = stored.catalog.snapshot
    with pytest.raises(InvalidValue):
        stored.catalog.rate(video, value)
    assert stored.catalog.snapshot is before


def test_a_favorite_keeps_the_day_it_became_one(database: Path) -> None:
    days = iter([100.0, 200.0, 300.0, 400.0])
    stored = Stored(database, "/Films", clock=lambda: next(days))
    (video,) = stored.add(found())
    stored.catalog.set_favorite(video, True)
    stored.catalog.set_favorite(video, True)
    assert stored.catalog.snapshot.marks.favorites == {video.id: 200.0}
    stored.catalog.set_favorite(video, False)
    assert stored.catalog.snapshot.marks.favorites == {}
    stored.close()


def test_tags_that_differ_in_case_are_one_and_stay_as_first_typed(stored: Stored, video: Video) -> None:
    noise = stored.at("Noise.mp4")
    for typed in ("Sand", "SAND", "#sand"):
        stored.catalog.add_tag(video, typed)
    stored.catalog.add_tag(noise, "sAND")
    assert (tags(stored, video), tags(stored, noise)) == (["Sand"], ["Sand"])


def test_a_tag_may_hold_commas_slashes_and_signs(stored: Stored, database: Path, video: Video) -> None:
    typed = ["a, b", "x/y", "100%_", "<b>'\"", "誕生日"]
    for tag in typed:
        stored.catalog.add_tag(video, tag)
    restarted = again(stored, database)
    assert sorted(tags(restarted, video)) == sorted(typed)
    restarted.close()


@pytest.mark.parametrize("typed", ["Sand", "#sand", " SAND "])
def test_a_tag_is_removed_however_it_is_typed(stored: Stored, video: Video, typed: str) -> None:
    stored.catalog.add_tag(video, "Sand")
    stored.catalog.add_tag(video, "Sandwich")
    stored.catalog.remove_tag(video, typed)
    assert tags(stored, video) == ["Sandwich"]


def test_removing_a_tag_that_is_not_there_changes_nothing(stored: Stored, video: Video) -> None:
    stored.catalog.add_tag(video, "Sand")
    before = stored.catalog.snapshot
    stored.catalog.remove_tag(video, "stone")
    assert stored.catalog.snapshot is before


def test_one_playing_counts_once(stored: Stored, video: Video) -> None:
    for play in ("a", "a", "b", None, None):
        stored.catalog.add_view(video, play)
    assert stored.catalog.snapshot.marks.views == {video.id: 4}


def test_one_playing_counts_once_over_a_restart(stored: Stored, database: Path, video: Video) -> None:
    stored.catalog.add_view(video, "a")
    restarted = again(stored, database)
    restarted.catalog.add_view(video, "a")
    assert restarted.catalog.snapshot.marks.views == {video.id: 1}
    restarted.close()


def test_the_index_of_tags_is_made_again_only_for_other_tags(stored: Stored, video: Video) -> None:
    """For half a million tags it takes a second, and every view that is counted makes new marks."""
    stored.catalog.add_tag(video, "Sand")
    index = stored.catalog.snapshot.marks.tagged
    stored.catalog.rate(video, 4)
    stored.catalog.set_favorite(video, True)
    stored.catalog.add_view(video)
    assert stored.catalog.snapshot.marks.tagged is index
    stored.catalog.remove_tag(video, "Sand")
    assert stored.catalog.snapshot.marks.tagged == {}


def test_to_clear_what_is_recent_keeps_every_play(stored: Stored, database: Path, video: Video) -> None:
    stored.catalog.add_view(video)
    before = stored.catalog.snapshot
    stored.catalog.clear_recent()
    for one in (stored, restarted := again(stored, database)):
        marks = one.catalog.snapshot.marks
        assert marks.recent_since >= before.marks.plays[-1].played_at
        assert (marks.plays, marks.views) == (before.marks.plays, before.marks.views)
    assert stored.catalog.snapshot.marks.version == before.marks.version + 1
    restarted.close()


def test_marks_of_forty_viewers_at_once_are_all_stored(stored: Stored, database: Path) -> None:
    videos = stored.add(*(found(f"{number}.mp4") for number in range(40)))
    together = threading.Barrier(40)
    problems: list[BaseException] = []

    def mark(number: int) -> None:
        try:
            together.wait(SOON_S)
            stored.catalog.set_favorite(videos[number], True)
            stored.catalog.add_tag(videos[0], f"tag {number}")
            stored.catalog.add_view(videos[0])
        except BaseException as problem:  # noqa: BLE001
            problems.append(problem)

    threads = [threading.Thread(target=mark, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SOON_S)
    assert problems == []
    for one in (stored, restarted := again(stored, database)):
        marks = one.catalog.snapshot.marks
        assert set(marks.favorites) == {video.id for video in videos}
        assert sorted(tags(one, videos[0])) == sorted(f"tag {number}" for number in range(40))
        assert marks.views == {videos[0].id: 40}
    restarted.close()


# Commit, then swap


def refuse(database: Path) -> None:
    """From now on the database takes no row any more, as on a full disk."""
    with closing(sqlite3.connect(database)) as connection:
        asked = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        names = [row[0] for row in connection.execute(asked)]
        for name in names:
            for deed in ("INSERT", "UPDATE", "DELETE"):
                connection.execute(
                    f"CREATE TRIGGER refuse_{deed}_{name} BEFORE {deed} ON {name} "
                    "BEGIN SELECT RAISE(FAIL, 'disk full'); END"
                )
        connection.commit()


def on_stored(mark: Marking) -> Callable[[Stored, Video], object]:
    return lambda stored, video: mark(stored.catalog, video)


WRITINGS: dict[str, Callable[[Stored, Video], object]] = {
    **{name: on_stored(mark) for name, mark in MARKINGS.items()},
    "new file": lambda stored, video: stored.catalog.apply(stored.roots[0], Changes(added=(found("new.mp4"),))),
    "moved file": lambda stored, video: stored.catalog.apply(
        stored.roots[0], Changes(placed=(Placed(video, found("moved.mp4")),))
    ),
    "lost file": lambda stored, video: stored.lose(video),
    "probe": lambda stored, video: stored.catalog.record_probes([(video, examples.facts())]),
    "fingerprint": lambda stored, video: stored.catalog.record_fingerprints([(video, b"x" * 16)]),
    "poster": lambda stored, video: stored.catalog.record_posters([(video, Made(POSTER, 9))]),
    "lost poster": lambda stored, video: stored.catalog.lose_posters([stored.at("Noise.mp4").id]),
}


@pytest.mark.parametrize("write", WRITINGS.values(), ids=WRITINGS.keys())
def test_what_was_not_stored_is_not_shown(
    stored: Stored, database: Path, video: Video, write: Callable[[Stored, Video], object]
) -> None:
    stored.catalog.record_posters([(stored.at("Noise.mp4"), Made(POSTER, 9))])
    before = stored.catalog.snapshot
    stored.heard.clear()
    refuse(database)
    with pytest.raises(Unavailable, match="disk full"):
        write(stored, video)
    assert stored.catalog.snapshot is before
    assert stored.heard == []


def test_a_closed_database_refuses_marks(stored: Stored, video: Video) -> None:
    before = stored.catalog.snapshot
    stored.close()
    with pytest.raises(Unavailable):
        stored.catalog.rate(video, 4)
    assert stored.catalog.snapshot is before


# Files


def test_a_new_file_is_shown_and_waits_to_be_looked_into(stored: Stored) -> None:
    wanted = stored.catalog.apply(stored.roots[0], Changes(added=(found("Dune.mp4"),)))
    video = stored.at("Dune.mp4")
    assert wanted == [video]
    assert video.status is Status.PENDING
    assert stored.heard == [("video.added", video.key)]


def test_files_of_a_first_scan_are_as_old_as_they_say(stored: Stored) -> None:
    old = found("old.mp4", modified_ns=10**9 * 1000)
    future = found("future.mp4", modified_ns=10**18 * 9)
    first, second = stored.add(old, future, is_first_scan=True)
    (later,) = stored.add(found("later.mp4", modified_ns=10**9 * 1000))
    assert first.added_at == 1000
    assert 10**9 < second.added_at < 10**10
    assert later.added_at > 10**9


def test_a_renamed_file_keeps_its_marks_and_both_names(stored: Stored, video: Video) -> None:
    for mark in MARKINGS.values():
        mark(stored.catalog, video)
    marks = stored.catalog.snapshot.marks
    stored.catalog.apply(stored.roots[0], Changes(placed=(Placed(video, found("moved.mp4", like=video)),)))
    snapshot = stored.catalog.snapshot
    assert snapshot.marks is marks
    assert (snapshot.find("moved.mp4"), snapshot.find("Dune.mp4")) == (stored.now(video),) * 2
    assert stored.now(video).title == "moved"
    assert stored.heard[-1] == ("video.changed", video.key)


def test_a_moved_file_is_not_looked_into_again(stored: Stored, video: Video) -> None:
    stored.catalog.record_probes([(video, examples.facts())])
    moved = Placed(stored.now(video), found("moved.mp4", like=video))
    assert stored.catalog.apply(stored.roots[0], Changes(placed=(moved,))) == []
    assert stored.now(video).facts == examples.facts()


def test_new_content_is_looked_into_again(stored: Stored, video: Video) -> None:
    stored.catalog.record_probes([(video, examples.facts())])
    stored.catalog.record_fingerprints([(stored.now(video), b"x" * 16)])
    changed = Placed(stored.now(video), found("Dune.mp4"), has_new_content=True)
    assert stored.catalog.apply(stored.roots[0], Changes(placed=(changed,))) == [stored.now(video)]
    after = stored.now(video)
    assert (after.status, after.facts, after.fingerprint, after.key) == (Status.PENDING, None, None, video.key)


def test_two_files_that_swap_names_swap_their_marks_with_them(stored: Stored, video: Video) -> None:
    noise = stored.at("Noise.mp4")
    swapped = (Placed(video, found("Noise.mp4", like=video)), Placed(noise, found("Dune.mp4", like=noise)))
    stored.catalog.apply(stored.roots[0], Changes(placed=swapped))
    assert (stored.at("Noise.mp4").id, stored.at("Dune.mp4").id) == (video.id, noise.id)


def test_a_vanished_file_is_hidden_with_the_day_and_keeps_its_marks(stored: Stored, video: Video) -> None:
    stored.catalog.rate(video, 5)
    stored.lose(video)
    assert stored.present == {"Noise.mp4"}
    gone = stored.now(video)
    assert gone.missing_since is not None
    assert stored.catalog.snapshot.status(gone) is Status.MISSING
    assert stored.catalog.snapshot.marks.ratings == {video.id: 5}
    assert stored.heard[-1] == ("video.missing", video.key)


def test_a_missing_video_can_still_be_marked(stored: Stored, video: Video) -> None:
    stored.lose(video)
    stored.catalog.rate(video, 2)
    assert stored.catalog.snapshot.marks.ratings == {video.id: 2}


def test_a_returned_file_is_the_same_video(stored: Stored, video: Video) -> None:
    stored.lose(video)
    stored.catalog.apply(stored.roots[0], Changes(placed=(Placed(stored.now(video), found("Dune.mp4", like=video)),)))
    assert stored.at("Dune.mp4").key == video.key
    assert stored.now(video).missing_since is None
    assert stored.heard[-1] == ("video.returned", video.key)


def test_nothing_new_makes_no_snapshot(stored: Stored, video: Video) -> None:
    before = stored.catalog.snapshot
    assert stored.catalog.apply(stored.roots[0], Changes(unsure=(found(),))) == ()
    assert stored.catalog.snapshot is before


def test_a_root_of_no_use_any_more_is_kept_and_not_shown(stored: Stored, database: Path, video: Video) -> None:
    stored.close()
    other = Stored(database, "/Shows")
    assert other.present == set()
    assert other.now(video).missing_since is None
    other.close()
    back = Stored(database, "/Films")
    assert back.present == {"Dune.mp4", "Noise.mp4"}
    back.close()


# Forgetting


def test_a_forgotten_video_is_gone_with_its_marks(stored: Stored, database: Path, video: Video) -> None:
    for mark in MARKINGS.values():
        mark(stored.catalog, video)
    stored.lose(video)
    assert stored.catalog.forget([stored.now(video)]) == 1
    for one in (stored, restarted := again(stored, database)):
        assert one.catalog.snapshot.find(video.key) is None
        assert not one.catalog.snapshot.marks.has_any(video.id)
        with pytest.raises(NotFound):
            one.catalog.rate(video, 4)
    restarted.close()


def test_a_video_that_is_here_is_never_forgotten(stored: Stored, video: Video) -> None:
    assert stored.catalog.forget([video]) == 0
    assert stored.at("Dune.mp4") == video


def test_a_video_that_returned_meanwhile_is_not_forgotten(stored: Stored, database: Path, video: Video) -> None:
    stored.lose(video)
    as_seen = stored.now(video)
    stored.catalog.apply(stored.roots[0], Changes(placed=(Placed(as_seen, found("Dune.mp4", like=video)),)))
    assert stored.catalog.forget([as_seen]) == 0
    restarted = again(stored, database)
    assert restarted.at("Dune.mp4").key == video.key
    restarted.close()


def test_a_video_is_forgotten_once(stored: Stored, video: Video) -> None:
    stored.lose(video)
    gone = stored.now(video)
    assert [stored.catalog.forget([gone]), stored.catalog.forget([gone])] == [1, 0]


# Reunion: a file that appeared before the original went


CONTENT, OTHER = b"c" * 16, b"o" * 16


def with_print(stored: Stored, path: str, content: bytes = CONTENT, **more: Any) -> Video:
    (video,) = stored.add(found(path, size_bytes=7), **more)
    stored.catalog.record_fingerprints([(video, content)])
    return stored.now(video)


def test_a_copy_takes_the_place_of_its_original_when_that_goes(stored: Stored, database: Path, video: Video) -> None:
    stored.catalog.record_fingerprints([(video, CONTENT)])
    stored.catalog.rate(video, 5)
    copy = with_print(stored, "copy.mp4", root=stored.roots[1])
    stored.lose(stored.now(video))
    for one in (stored, restarted := again(stored, database)):
        moved = one.now(video)
        assert (moved.root_id, moved.path, moved.key) == (copy.root_id, "copy.mp4", video.key)
        assert one.catalog.snapshot.marks.ratings == {video.id: 5}
        names = (video.key, copy.key, "Dune.mp4", "copy.mp4", video.media_hash)
        assert [one.catalog.snapshot.find(name) for name in names] == [moved] * len(names)
    assert copy.id not in stored.catalog.snapshot.library.present
    restarted.close()


def test_a_video_that_is_found_elsewhere_at_once_is_not_told_missing(stored: Stored, video: Video) -> None:
    stored.catalog.record_fingerprints([(video, CONTENT)])
    with_print(stored, "copy.mp4")
    stored.heard.clear()
    stored.lose(stored.now(video))
    assert stored.heard == [("video.returned", video.key)]


def test_a_newcomer_whose_content_is_known_late_is_the_lost_video(stored: Stored, video: Video) -> None:
    stored.catalog.record_fingerprints([(video, CONTENT)])
    (newcomer,) = stored.add(found("new.mp4", size_bytes=7))
    stored.lose(stored.now(video))
    stored.catalog.record_fingerprints([(newcomer, CONTENT)])
    assert stored.at("new.mp4").key == video.key
    assert stored.heard[-1] == ("video.returned", video.key)


def test_a_newcomer_takes_the_place_of_one_whose_root_is_offline(stored: Stored, video: Video) -> None:
    stored.catalog.record_fingerprints([(video, CONTENT)])
    stored.catalog.root_answers(stored.roots[0], "The folder does not exist.")
    (newcomer,) = stored.add(found("new.mp4", size_bytes=7), root=stored.roots[1])
    stored.catalog.record_fingerprints([(newcomer, CONTENT)])
    assert stored.at("new.mp4", stored.roots[1]).key == video.key


def test_two_copies_are_two_videos_while_both_are_here(stored: Stored, video: Video) -> None:
    stored.catalog.record_fingerprints([(video, CONTENT)])
    copy = with_print(stored, "copy.mp4")
    assert {stored.now(video).path, stored.now(copy).path} == {"Dune.mp4", "copy.mp4"}


def test_a_copy_that_somebody_marked_stays_itself(stored: Stored, video: Video) -> None:
    stored.catalog.record_fingerprints([(video, CONTENT)])
    copy = with_print(stored, "copy.mp4")
    stored.catalog.set_favorite(copy, True)
    stored.lose(stored.now(video))
    assert stored.at("copy.mp4").key == copy.key
    assert stored.now(video).missing_since is not None


def test_other_content_is_another_video(stored: Stored, video: Video) -> None:
    stored.catalog.record_fingerprints([(video, CONTENT)])
    other = with_print(stored, "other.mp4", OTHER)
    stored.lose(stored.now(video))
    assert stored.at("other.mp4").key == other.key


def test_a_newcomer_that_vanished_meanwhile_brings_nobody_back(stored: Stored, video: Video) -> None:
    stored.catalog.record_fingerprints([(video, CONTENT)])
    (newcomer,) = stored.add(found("new.mp4", size_bytes=7))
    stored.lose(stored.now(video))
    stored.lose(newcomer)
    stored.catalog.record_fingerprints([(newcomer, CONTENT)])
    assert stored.present == {"Noise.mp4"}


# Looking into videos, and roots


def test_a_file_that_changed_meanwhile_keeps_waiting(stored: Stored, video: Video) -> None:
    stored.catalog.apply(stored.roots[0], Changes(placed=(Placed(video, found("Dune.mp4"), True),)))
    stored.catalog.record_probes([(video, examples.facts())])
    stored.catalog.record_fingerprints([(video, CONTENT)])
    assert (stored.now(video).status, stored.now(video).fingerprint) == (Status.PENDING, None)


def test_a_broken_file_is_kept_with_the_true_reason(stored: Stored, database: Path, video: Video) -> None:
    stored.catalog.record_probes([(video, "The file is empty.")])
    for one in (stored, restarted := again(stored, database)):
        assert (one.now(video).status, one.now(video).broken_reason) == (Status.BROKEN, "The file is empty.")
    restarted.close()


def test_broken_files_are_looked_into_again_when_asked(stored: Stored, video: Video) -> None:
    noise = stored.at("Noise.mp4")
    stored.catalog.record_probes([(video, "The file is empty."), (noise, examples.facts())])
    stored.catalog.look_again()
    assert (stored.now(video).status, stored.now(video).broken_reason) == (Status.PENDING, None)
    assert stored.now(noise).status is Status.READY


def test_one_broken_file_is_looked_into_again_when_asked(stored: Stored, video: Video) -> None:
    other = stored.at("Noise.mp4")
    stored.catalog.record_probes([(video, "The file is empty."), (other, "The file is empty.")])
    assert stored.catalog.look_again([video]) == 1
    assert (stored.now(video).status, stored.now(other).status) == (Status.PENDING, Status.BROKEN)
    assert stored.catalog.look_again([video]) == 0
    assert stored.now(other).status is Status.BROKEN


def test_an_offline_root_keeps_the_moment_it_went(database: Path) -> None:
    times = iter([100.0, 200.0])
    stored = Stored(database, "/Films", "/Shows", clock=lambda: next(times))
    root, other = stored.roots
    for reason in ("gone", "gone", "empty"):
        stored.catalog.root_answers(root, reason)
    roots = stored.catalog.snapshot.library.roots
    assert (roots[root.id].offline_reason, roots[root.id].offline_since) == ("empty", 100.0)
    assert not roots[other.id].is_offline
    stored.catalog.root_answers(root, None)
    assert stored.catalog.snapshot.library.roots[root.id] == root
    stored.close()


def test_a_root_that_answers_as_before_makes_no_snapshot(stored: Stored) -> None:
    before = stored.catalog.snapshot
    stored.catalog.root_answers(stored.roots[0], None)
    assert stored.catalog.snapshot is before


def test_pages_know_which_root_is_looked_at_for_the_first_time(stored: Stored) -> None:
    stored.catalog.scanning(stored.roots[0], True)
    assert stored.catalog.snapshot.is_filling
    stored.catalog.scanning(stored.roots[0], False)
    assert not stored.catalog.snapshot.is_filling


# Posters


def pictured(stored: Stored, *videos: Video) -> None:
    stored.catalog.record_posters([(video, Made(POSTER, 9)) for video in videos])


def posters(stored: Stored) -> dict[int, Poster]:
    return dict(stored.catalog.snapshot.posters.of)


def test_a_poster_is_in_the_next_snapshot_and_after_a_restart(stored: Stored, database: Path, video: Video) -> None:
    pictured(stored, video)
    for one in (stored, restarted := again(stored, database)):
        assert posters(one) == {video.id: POSTER}
    restarted.close()


def test_a_poster_is_told_and_changes_the_version_of_posters_alone(stored: Stored, video: Video) -> None:
    before = stored.catalog.snapshot
    stored.heard.clear()
    pictured(stored, video)
    after = stored.catalog.snapshot
    assert stored.heard == [("poster.ready", video.key)]
    assert after.posters.version == before.posters.version + 1
    assert (after.library, after.marks) == (before.library, before.marks)
    assert before.posters.of == {}


def test_a_mark_or_a_moved_file_leaves_the_version_of_posters(stored: Stored, video: Video) -> None:
    stored.catalog.record_fingerprints([(video, CONTENT)])
    pictured(stored, video)
    before = stored.catalog.snapshot.posters
    stored.catalog.rate(video, 4)
    moved = Placed(stored.now(video), found("moved.mp4", like=video))
    stored.catalog.apply(stored.roots[0], Changes(placed=(moved,)))
    stored.lose(stored.now(video))
    assert stored.catalog.snapshot.posters is before


def test_the_poster_of_a_file_that_changed_meanwhile_is_not_taken_nor_told(stored: Stored, video: Video) -> None:
    stored.catalog.apply(stored.roots[0], Changes(placed=(Placed(video, found("Dune.mp4"), True),)))
    before = stored.catalog.snapshot
    stored.heard.clear()
    pictured(stored, video)
    assert stored.catalog.snapshot is before
    assert stored.heard == []


def test_of_many_posters_only_those_that_changed_are_not_taken(stored: Stored, video: Video) -> None:
    noise = stored.at("Noise.mp4")
    stored.catalog.apply(stored.roots[0], Changes(placed=(Placed(video, found("Dune.mp4"), True),)))
    pictured(stored, video, noise)
    assert posters(stored) == {noise.id: POSTER}


def test_new_content_loses_the_poster_of_the_old_and_nobody_elses(
    stored: Stored, database: Path, video: Video
) -> None:
    noise = stored.at("Noise.mp4")
    pictured(stored, video, noise)
    stored.catalog.apply(stored.roots[0], Changes(placed=(Placed(video, found("Dune.mp4"), True),)))
    for one in (stored, restarted := again(stored, database)):
        assert posters(one) == {noise.id: POSTER}
    restarted.close()


def test_another_picture_beside_it_keeps_the_poster_until_the_next_is_there(stored: Stored, video: Video) -> None:
    stored.catalog.record_fingerprints([(video, CONTENT)])
    pictured(stored, video)
    changed = found("Dune.mp4", like=video, picture=Picture("Dune.jpg", 1, 2))
    stored.catalog.apply(stored.roots[0], Changes(placed=(Placed(stored.now(video), changed),)))
    assert posters(stored) == {video.id: POSTER}
    stored.catalog.record_posters([(stored.now(video), Made(OTHER_POSTER, 9))])
    assert posters(stored) == {video.id: OTHER_POSTER}


def test_a_missing_video_keeps_its_poster(stored: Stored, database: Path, video: Video) -> None:
    pictured(stored, video)
    stored.lose(video)
    for one in (stored, restarted := again(stored, database)):
        assert posters(one) == {video.id: POSTER}
    restarted.close()


def test_a_forgotten_video_takes_its_poster_along(stored: Stored, database: Path, video: Video) -> None:
    noise = stored.at("Noise.mp4")
    pictured(stored, video, noise)
    stored.lose(video)
    stored.catalog.forget([stored.now(video)])
    for one in (stored, restarted := again(stored, database)):
        assert posters(one) == {noise.id: POSTER}
    restarted.close()


def test_a_copy_that_takes_the_place_of_its_original_leaves_it_its_poster(
    stored: Stored, database: Path, video: Video
) -> None:
    stored.catalog.record_fingerprints([(video, CONTENT)])
    copy = with_print(stored, "copy.mp4")
    pictured(stored, video)
    stored.catalog.record_posters([(copy, Made(OTHER_POSTER, 9))])
    stored.lose(stored.now(video))
    assert stored.now(video).path == "copy.mp4"
    for one in (stored, restarted := again(stored, database)):
        assert posters(one) == {video.id: POSTER}
    restarted.close()


def test_lost_posters_are_gone_and_stay_so(stored: Stored, database: Path, video: Video) -> None:
    noise = stored.at("Noise.mp4")
    pictured(stored, video, noise)
    stored.catalog.lose_posters([video.id, 12345])
    for one in (stored, restarted := again(stored, database)):
        assert posters(one) == {noise.id: POSTER}
    restarted.close()


def test_to_lose_no_poster_makes_no_snapshot(stored: Stored, video: Video) -> None:
    before = stored.catalog.snapshot
    stored.catalog.lose_posters([])
    assert stored.catalog.snapshot is before
