"""Posters: which films wait for one, what is stored, what failed, and what pauses the work."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from local_video_server.library import events
from local_video_server.library.brake import ALIKE, TRY_EVERY_S
from local_video_server.library.errors import Gone, LibraryError, MediaUnreadable, NotStored, Unavailable
from local_video_server.library.failure import TRY_AGAIN_S as FAILED_AGAIN_S
from local_video_server.library.failure import Failure
from local_video_server.library.job import Outcome
from local_video_server.library.poster import Order, plain_stamp_of, stamp_of
from local_video_server.library.postering import KIND, STORE_EVERY_S, TRY_AGAIN_S
from local_video_server.library.reconcile import Changes, Placed
from local_video_server.library.video import Picture, Video
from tests.examples import found
from tests.library import pictured
from tests.library.pictured import Pictured, failing, said
from tests.library.test_catalog import refuse

folder, scene = pictured.folder, pictured.scene

BESIDE = Picture("Dune-poster.jpg", 1000, 10**18)
CRASH = MediaUnreadable("The decoder crashed on this file (signal 11).", ffmpeg=["decode_slice_header error"])
LACKS = MediaUnreadable("There is no decoder for vvc.", missing_decoder="vvc")
NOTE = "The picture Dune-poster.jpg cannot be used: it is no picture. A frame of the video stands in its place."


@pytest.fixture
def dune(scene: Pictured) -> Video:
    return scene.film("Dune.mp4")


def failures(scene: Pictured) -> list[tuple[str, int, str]]:
    """What /admin shows."""
    return [(video.path, one.attempts, one.reason) for video, one in scene.postering.report().failed]


def accept(database: Path) -> None:
    """The database takes rows again."""
    with closing(sqlite3.connect(database)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.commit()


# Which wait


def test_a_film_without_a_poster_waits_until_it_has_one(scene: Pictured, dune: Video) -> None:
    assert scene.waiting() == [dune.id]
    scene.run(dune)
    assert scene.waiting() == []
    poster = scene.poster(dune)
    assert poster is not None
    assert poster.stamp == stamp_of(dune)


def test_the_newest_comes_first_and_no_more_than_asked_for(scene: Pictured) -> None:
    films = [scene.film(f"{number}.mp4") for number in range(4)]
    order = [film.id for film in sorted(films, key=lambda film: -film.added_at)]
    assert scene.waiting() == order
    assert scene.waiting(2) == order[:2]
    assert scene.waiting(2, films[-1]) == order[1:3]


def test_what_never_failed_comes_before_what_failed(scene: Pictured) -> None:
    """Else a film that fails would be tried again and again before any other, while all others wait."""
    older, newer = scene.film("older.mp4"), scene.film("newer.mp4")
    scene.worker = failing(CRASH)
    scene.run(newer)
    scene.clock.wait(FAILED_AGAIN_S[0])
    assert scene.waiting() == [older.id, newer.id]


def wait_for_probe(scene: Pictured) -> Video:
    return scene.stored.add(found("Dune.mp4"))[0]


def wait_for_fingerprint(scene: Pictured) -> Video:
    video = wait_for_probe(scene)
    scene.catalog.record_fingerprints([(video, b"x" * 32)])
    return video


def broken(scene: Pictured) -> Video:
    video = wait_for_fingerprint(scene)
    scene.catalog.record_probes([(video, "The file has no picture.")])
    return video


def missing(scene: Pictured) -> Video:
    video = scene.film("Dune.mp4")
    scene.stored.lose(video)
    return video


def silent(scene: Pictured) -> Video:
    scene.silent.add(scene.stored.roots[0].id)
    return scene.film("Dune.mp4")


def finished(scene: Pictured) -> Video:
    video = scene.film("Dune.mp4")
    scene.run(video)
    scene.orders.clear()
    return video


NEEDLESS: dict[str, Callable[[Pictured], Video]] = {
    "not looked into": wait_for_probe,
    "its content is not known": wait_for_fingerprint,
    "broken": broken,
    "missing": missing,
    "its disk does not answer": silent,
    "has its poster": finished,
}


@pytest.mark.parametrize("arrange", NEEDLESS.values(), ids=NEEDLESS.keys())
def test_a_film_that_can_have_none_or_needs_none_gets_none(
    scene: Pictured, arrange: Callable[[Pictured], Video]
) -> None:
    noise = scene.film("Noise.mp4", root=scene.stored.roots[1])
    video = arrange(scene)
    assert scene.waiting() == [noise.id]
    scene.run(video)
    assert scene.orders == []


def test_a_video_that_nobody_knows_is_no_matter(scene: Pictured) -> None:
    scene.postering.make(10**9)
    assert scene.orders == []


def test_the_worker_is_told_the_film_and_the_picture_beside_it(scene: Pictured) -> None:
    film = scene.film("Old/Dune.mp4", picture=Picture("Old/Dune-poster.jpg", 1, 1))
    scene.run(film)
    stamps = stamp_of(film) or "", plain_stamp_of(film) or ""
    assert scene.orders == [Order("/Films/Old/Dune.mp4", "/Films/Old/Dune-poster.jpg", *stamps)]


# What somebody looks at


def test_what_somebody_looks_at_is_urged_in_the_order_of_the_page(scene: Pictured) -> None:
    first, made, second = (scene.film(f"{number}.mp4") for number in range(3))
    scene.run(made)
    scene.postering.want([second, made, first])
    assert scene.urged == [[second.id, first.id]]


def test_what_was_not_looked_into_yet_is_urged_too(scene: Pictured) -> None:
    video = wait_for_probe(scene)
    scene.postering.want([video])
    assert scene.urged == [[video.id]]


def test_a_page_full_of_posters_urges_nothing(scene: Pictured, dune: Video) -> None:
    scene.run(dune)
    scene.postering.want([dune])
    scene.postering.want([])
    assert scene.urged == []


def test_films_of_a_folder_that_is_away_are_not_urged(scene: Pictured, dune: Video) -> None:
    """A job for each of them would wait for a disk that hangs, and all other jobs behind it."""
    pending = scene.stored.add(found("new.mp4"))[0]
    scene.catalog.root_answers(scene.stored.roots[0], "The folder does not answer.")
    scene.postering.want([dune, pending])
    assert scene.urged == []


@pytest.mark.parametrize(
    "error", [CRASH, Gone("No such file."), Unavailable("I/O error")], ids=["bad", "gone", "disk"]
)
def test_what_just_failed_is_not_tried_again_on_every_view(scene: Pictured, dune: Video, error: LibraryError) -> None:
    scene.worker = failing(error)
    scene.run(dune)
    for _ in range(5):
        scene.clock.wait(1.0)
        scene.postering.want([dune])
        scene.run(dune)
        assert scene.waiting() == []
    assert scene.urged == []
    assert len(scene.orders) == 1


# The budget


def test_a_filled_budget_stops_the_background_but_not_what_somebody_looks_at(database: Path, folder: Path) -> None:
    scene = Pictured(database, folder, budget_posters=3)
    films = [scene.film(f"{number}.mp4") for number in range(5)]
    for _ in films:
        scene.run(*[film for film in films if film.id in scene.waiting(1)])
    assert len(scene.orders) == 3
    assert scene.waiting() == []
    lacking = [film for film in films if not scene.poster(film)]
    scene.postering.want(lacking)
    assert scene.urged == [[film.id for film in lacking]]
    scene.run(*lacking)
    assert all(scene.poster(film) for film in lacking)
    assert scene.shelf.shortage() is None
    assert scene.shelf.room[0] <= scene.shelf.room[1]
    assert scene.waiting() == []  # what left is not made again at once
    scene.close()


def test_without_room_on_the_disk_none_is_made_and_a_sentence_says_why(
    scene: Pictured, dune: Video, folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    other = scene.film("Heat.mp4")
    (tmp_path / "disk").rename(tmp_path / "away")
    with caplog.at_level(logging.WARNING):
        for _ in range(20):
            scene.run(dune, other)
            assert scene.waiting() == []
            scene.clock.wait(TRY_EVERY_S / 2)
    assert scene.orders == []
    (pause,) = scene.postering.report().pauses
    assert pause.reason.startswith(f"The thumbnails folder {folder} cannot be used: ")
    assert len(said(caplog.records)) == 1
    assert failures(scene) == []
    (tmp_path / "away").rename(tmp_path / "disk")
    scene.clock.wait(TRY_EVERY_S)
    scene.run(dune, other)
    assert scene.poster(dune)
    assert scene.poster(other)
    assert scene.postering.report().pauses == ()


# What failed


def test_a_failure_is_kept_logged_and_tried_three_times(scene: Pictured, dune: Video) -> None:
    scene.worker = failing(CRASH)
    waits = []
    for _ in range(3):
        scene.run(dune)
        before = scene.clock.now_s
        while not scene.waiting() and scene.clock.now_s < before + 7200:
            scene.clock.wait(10.0)
        waits.append(scene.clock.now_s - before)
    assert waits == [*FAILED_AGAIN_S, 7200.0]
    assert failures(scene) == [("Dune.mp4", 3, CRASH.message)]
    assert [(name, one.attempts, one.ffmpeg) for name, one in scene.logged] == [
        ("Dune.mp4", attempts, ("decode_slice_header error",)) for attempts in (1, 2, 3)
    ]
    assert scene.stored.store.failures(KIND) == {dune.id: scene.logged[-1][1]}


def test_failures_survive_a_restart(scene: Pictured, dune: Video) -> None:
    scene.worker = failing(CRASH)
    scene.run(dune)
    again = scene.restarted()
    again.worker = failing(CRASH)
    assert failures(again) == [("Dune.mp4", 1, CRASH.message)]
    assert again.waiting() == [dune.id]  # an hour later
    again.run(dune)
    assert failures(again) == [("Dune.mp4", 2, CRASH.message)]
    again.close()


def test_a_failure_that_passes_is_forgotten(scene: Pictured, dune: Video) -> None:
    scene.worker = failing(CRASH)
    scene.run(dune)
    scene.worker = lambda order: None
    scene.clock.wait(FAILED_AGAIN_S[0])
    scene.run(dune)
    assert scene.poster(dune)
    assert failures(scene) == []
    assert scene.stored.store.failures(KIND) == {}


@pytest.mark.parametrize("is_all", [True, False], ids=["all", "one"])
def test_a_retry_tries_again_what_failed_for_good(scene: Pictured, dune: Video, is_all: bool) -> None:
    heat = scene.film("Heat.mp4")
    reasons = {"/Films/Dune.mp4": "Every picture is black.", "/Films/Heat.mp4": "The file ends in the middle."}
    scene.worker = lambda order: failing(MediaUnreadable(reasons[order.path]))(order)
    for _ in range(3):
        scene.run(dune, heat)
        scene.clock.wait(3600.0)
    scene.postering.retry(None if is_all else [dune])
    wanted = {dune.id, heat.id} if is_all else {dune.id}
    assert {one for urged in scene.urged for one in urged} == wanted
    assert set(scene.waiting()) == wanted
    assert set(scene.stored.store.failures(KIND)) == {dune.id, heat.id} - wanted
    scene.run(dune, heat)
    assert {attempts for path, attempts, _ in failures(scene) if path == "Dune.mp4"} == {1}


def test_a_retry_ends_a_pause(scene: Pictured) -> None:
    films = [scene.film(f"{number}.mp4") for number in range(ALIKE + 1)]
    scene.worker = failing(CRASH)
    scene.run(*films)
    assert scene.waiting() == []
    scene.postering.retry([films[0]])
    assert set(scene.waiting()) == {films[0].id, films[-1].id}


def test_a_retry_tries_again_what_is_away_for_now(scene: Pictured, dune: Video) -> None:
    scene.worker = failing(Unavailable("I/O error"))
    scene.run(dune)
    assert scene.waiting() == []
    scene.postering.retry()
    assert scene.waiting() == [dune.id]


def test_a_retry_of_what_never_failed_does_nothing(scene: Pictured, dune: Video) -> None:
    scene.run(dune)
    scene.postering.retry([dune])
    assert scene.poster(dune)
    assert scene.waiting() == []


def test_another_content_is_tried_at_once_and_starts_from_the_beginning(scene: Pictured, dune: Video) -> None:
    scene.worker = failing(CRASH)
    for _ in range(3):
        scene.run(dune)
        scene.clock.wait(3600.0)
    changed = Placed(dune, found("Dune.mp4"), has_new_content=True)
    scene.catalog.apply(scene.stored.roots[0], Changes(placed=(changed,)))
    dune = scene.read(scene.stored.now(dune), content=b"another")
    assert scene.waiting() == [dune.id]
    assert failures(scene) == []
    scene.run(dune)
    assert failures(scene) == [("Dune.mp4", 1, CRASH.message)]


def test_a_renamed_film_that_failed_is_not_tried_again(scene: Pictured, dune: Video) -> None:
    scene.worker = failing(CRASH)
    for _ in range(3):
        scene.run(dune)
        scene.clock.wait(3600.0)
    moved = Placed(dune, found("Dune (1984).mp4", like=dune))
    scene.catalog.apply(scene.stored.roots[0], Changes(placed=(moved,)))
    assert scene.waiting() == []
    assert failures(scene) == [("Dune (1984).mp4", 3, CRASH.message)]


def test_where_the_disk_is_to_blame_the_film_waits_until_it_answers(scene: Pictured, dune: Video) -> None:
    def unplug(order: Order) -> None:
        scene.silent.add(scene.stored.roots[0].id)
        raise MediaUnreadable("Input/output error")

    scene.worker = unplug
    scene.run(dune)
    assert scene.waiting() == []
    assert failures(scene) == []
    scene.silent.clear()
    assert scene.waiting() == [dune.id]


@pytest.mark.parametrize("error", [Gone("No such file."), Unavailable("I/O error")], ids=["gone", "disk"])
def test_what_is_away_for_now_is_tried_later_and_is_no_failure(
    scene: Pictured, dune: Video, error: LibraryError
) -> None:
    scene.worker = failing(error)
    scene.run(dune)
    assert scene.waiting() == []
    assert failures(scene) == []
    scene.clock.wait(TRY_AGAIN_S)
    assert scene.waiting() == [dune.id]


def test_what_nobody_foresaw_does_not_run_in_circles(scene: Pictured, dune: Video) -> None:
    """The queue logs it and asks again what waits."""
    scene.worker = failing(RuntimeError("a bug"))
    with pytest.raises(RuntimeError):
        scene.postering.make(dune.id)
    assert scene.waiting() == []
    scene.clock.wait(TRY_AGAIN_S)
    assert scene.waiting() == [dune.id]


def test_a_reason_that_quotes_bytes_of_a_file_is_kept(scene: Pictured, dune: Video) -> None:
    scene.worker = failing(MediaUnreadable("No picture in \udcff\x1b[2J.mp4", ffmpeg=["tag \udcfe"]))
    scene.run(dune)
    (failure,) = scene.stored.store.failures(KIND).values()
    assert (failure.reason, failure.ffmpeg) == ("No picture in \ufffd\ufffd[2J.mp4", ("tag \ufffd",))


# The picture beside it


def test_a_picture_that_cannot_be_used_is_a_note_and_the_film_has_a_poster(scene: Pictured) -> None:
    dune = scene.film("Dune.mp4", picture=BESIDE)
    scene.worker = lambda order: NOTE
    scene.run(dune)
    assert scene.poster(dune)
    assert scene.waiting() == []
    assert failures(scene) == [("Dune.mp4", 0, NOTE)]
    assert [(name, one.reason) for name, one in scene.logged] == [("Dune.mp4", NOTE)]


def test_a_film_with_a_note_gets_its_poster_again_when_that_was_deleted(scene: Pictured) -> None:
    dune = scene.film("Dune.mp4", picture=BESIDE)
    scene.worker = lambda order: NOTE
    scene.run(dune)
    scene.catalog.lose_posters([dune.id])
    again = scene.restarted()
    again.worker = lambda order: NOTE
    assert again.waiting() == [dune.id]
    again.run(dune)
    assert again.poster(dune)
    assert again.logged == []  # it was said before
    again.close()


def test_a_note_is_gone_with_the_picture_it_is_about(scene: Pictured) -> None:
    dune = scene.film("Dune.mp4", picture=BESIDE)
    scene.worker = lambda order: NOTE if order.beside else None
    scene.run(dune)
    changed = Placed(dune, found("Dune.mp4", like=dune))
    scene.catalog.apply(scene.stored.roots[0], Changes(placed=(changed,)))
    assert failures(scene) == []
    assert scene.waiting() == []  # the poster from the film alone is the right one now
    assert scene.poster(dune)


def test_a_retry_of_a_note_makes_the_poster_anew(scene: Pictured) -> None:
    """Somebody gave us leave to read the picture, which changes neither its size nor its time."""
    dune = scene.film("Dune.mp4", picture=BESIDE)
    scene.worker = lambda order: NOTE
    scene.run(dune)
    scene.worker = lambda order: None
    scene.postering.retry()
    scene.run(dune)
    assert scene.poster(dune)
    assert failures(scene) == []
    assert len(scene.orders) == 2


def test_a_note_the_database_does_not_take_costs_no_poster(scene: Pictured, database: Path) -> None:
    dune = scene.film("Dune.mp4", picture=BESIDE)
    scene.worker = lambda order: NOTE
    refuse(database)
    scene.postering.make(dune.id)
    accept(database)
    scene.postering.rest()
    assert scene.poster(dune)
    assert len(scene.orders) == 1


# What pauses


def test_a_missing_decoder_pauses_only_what_needs_it_and_is_tried_for_again_when_asked(
    scene: Pictured, caplog: pytest.LogCaptureFixture
) -> None:
    new = [scene.film(f"new {number}.mp4", codec="vvc") for number in range(4)]
    old = scene.film("old.mp4")
    scene.worker = lambda order: failing(LACKS)(order) if "new" in order.path else None
    with caplog.at_level(logging.INFO):
        scene.run(*new, old)
        assert len(scene.orders) == 2
        assert scene.poster(old)
        for tries, wait_s in enumerate(FAILED_AGAIN_S, start=1):
            assert scene.waiting() == []
            scene.clock.wait(wait_s)
            for video_id in scene.waiting():
                scene.postering.make(video_id)
            assert len(scene.orders) == 2 + tries
        scene.clock.wait(1e6)
        assert scene.waiting() == []
        scene.worker = lambda order: None
        scene.postering.retry()
        scene.run(*new)
    assert all(scene.poster(film) for film in new)
    assert [line for line in said(caplog.records) if "jobs" in line] == [
        "The poster jobs that need vvc pause: There is no decoder for vvc.",
    ]
    assert failures(scene) == []


def test_a_film_whose_decoder_is_missing_is_tried_three_times_as_it_says(scene: Pictured) -> None:
    film = scene.film("new.mp4", codec="vvc")
    scene.worker = failing(LACKS)
    for _ in range(100):
        scene.run(film)
        scene.clock.wait(TRY_EVERY_S)
    assert len(scene.orders) == 3
    assert failures(scene) == [("new.mp4", 3, LACKS.message)]
    assert scene.postering.has_given_up(film)


def test_a_film_that_needs_nobody_knows_what_holds_no_other(scene: Pictured) -> None:
    odd, good = scene.film("odd.mp4", codec=""), scene.film("good.mp4")
    scene.worker = lambda order: failing(LACKS)(order) if "odd" in order.path else None
    scene.run(odd, good)
    assert scene.poster(good)


def test_a_picture_beside_it_needs_no_decoder(scene: Pictured) -> None:
    bare = scene.film("new.mp4", codec="vvc")
    pictured = scene.film("Dune.mp4", codec="vvc", picture=BESIDE)
    scene.worker = lambda order: None if order.beside else failing(LACKS)(order)
    scene.run(bare, pictured)
    assert scene.poster(pictured)
    assert not scene.poster(bare)


def test_five_that_fail_alike_pause_all_and_one_success_lets_all_go_on(
    scene: Pictured, caplog: pytest.LogCaptureFixture
) -> None:
    films = [scene.film(f"{number}.mp4", codec=("h264", "hevc")[number % 2]) for number in range(20)]
    scene.worker = failing(CRASH)
    with caplog.at_level(logging.WARNING):
        scene.run(*films)
        assert len(scene.orders) == ALIKE
        (pause,) = scene.postering.report().pauses
        assert (pause.needs, pause.reason) == ("", CRASH.message)
        scene.clock.wait(TRY_EVERY_S)
        scene.run(*films[ALIKE:])
        assert len(scene.orders) == ALIKE + 1
    assert len(said(caplog.records)) == 1
    scene.worker = lambda order: None
    scene.clock.wait(TRY_EVERY_S)
    scene.run(*films[ALIKE + 1 :])
    assert len(scene.orders) == 20
    assert scene.postering.report().pauses == ()


def test_five_times_no_room_pauses_too(scene: Pictured) -> None:
    films = [scene.film(f"{number}.mp4") for number in range(ALIKE + 3)]
    scene.worker = failing(Unavailable("There is no room left for pictures: make room on that disk."))
    scene.run(*films)
    assert len(scene.orders) == ALIKE
    assert [pause.reason for pause in scene.postering.report().pauses] == [
        "There is no room left for pictures: make room on that disk."
    ]
    assert failures(scene) == []


def test_files_that_are_gone_pause_nothing(scene: Pictured) -> None:
    """Somebody moves a folder: the index will say so."""
    films = [scene.film(f"{number}.mp4") for number in range(2 * ALIKE)]
    scene.worker = failing(Gone("There is no such file."))
    scene.run(*films)
    assert len(scene.orders) == 2 * ALIKE
    assert scene.postering.report().pauses == ()


# Storing


def test_posters_are_stored_together_and_told(scene: Pictured) -> None:
    films = [scene.film(f"{number}.mp4") for number in range(50)]
    scene.run(films[0])
    version = scene.catalog.snapshot.posters.version
    scene.stored.heard.clear()
    for film in films[1:]:
        scene.clock.wait(STORE_EVERY_S / 10)
        scene.postering.make(film.id)
    assert scene.catalog.snapshot.posters.version - version in (4, 5)
    scene.postering.rest()
    ready = [key for name, key in scene.stored.heard if name == events.POSTER_READY]
    assert sorted(ready) == sorted(film.key for film in films[1:])


def test_what_is_made_and_not_stored_yet_is_not_made_again(scene: Pictured) -> None:
    first, second = scene.film("1.mp4"), scene.film("2.mp4")
    scene.postering.make(first.id)  # stored at once, the next ones together
    scene.postering.make(second.id)
    assert not scene.poster(second)
    assert scene.waiting() == []
    scene.postering.want([second])
    scene.postering.make(second.id)
    assert scene.urged == []
    assert len(scene.orders) == 2


def test_the_last_word_on_the_progress_is_true(scene: Pictured) -> None:
    told: list[dict[str, object]] = []
    scene.stored.events.listen(lambda name, what: told.append(dict(what)) if name == events.JOB_PROGRESS else None)
    films = [scene.film(f"{number}.mp4") for number in range(3)]
    for film in films:
        scene.postering.make(film.id)
    assert told == [{"kind": "poster", "waiting": 2, "done": 1}]
    scene.postering.rest()
    assert told[-1] == {"kind": "poster", "waiting": 0, "done": 3}
    count = len(told)
    scene.postering.rest()
    assert len(told) == count


def test_the_report_counts_what_is_made_what_waits_and_how_fast(scene: Pictured) -> None:
    films = [scene.film(f"{number}.mp4") for number in range(5)]
    for film in films[:2]:
        scene.postering.make(film.id)
        scene.clock.wait(1.0)
    scene.postering.store()
    scene.clock.wait(10.0)
    report = scene.postering.report()
    assert (report.made, report.waiting, report.failed, report.pauses) == (2, 3, (), ())
    assert report.per_s == pytest.approx(2 / 12)
    assert report.left_s == pytest.approx(18.0)
    scene.postering.rest()
    assert scene.postering.report().left_s is None


def test_what_waits_and_what_is_made_are_never_more_than_there_are(scene: Pictured) -> None:
    """What waits is counted now and then; what was made since does not wait any more."""
    films = [scene.film(f"{number}.mp4") for number in range(20)]
    assert scene.postering.report().waiting == 20
    for film in films[:15]:
        scene.postering.make(film.id)
    scene.postering.store()
    report = scene.postering.report()
    assert (report.made, report.waiting) == (15, 5)


def test_a_film_that_changed_while_its_poster_was_made_gets_that_of_its_new_content(
    scene: Pictured, dune: Video
) -> None:
    def overwrite(order: Order) -> None:
        if len(scene.orders) == 1:
            changed = Placed(dune, found("Dune.mp4"), has_new_content=True)
            scene.catalog.apply(scene.stored.roots[0], Changes(placed=(changed,)))
            scene.read(scene.stored.now(dune), content=b"another")

    scene.worker = overwrite
    scene.run(dune)
    assert scene.poster(dune) is None
    assert scene.waiting() == [dune.id]
    scene.run(dune)
    poster = scene.poster(dune)
    assert poster is not None
    assert poster.stamp == stamp_of(scene.stored.now(dune)) == scene.orders[1].stamp != scene.orders[0].stamp


def test_a_film_that_changes_before_the_storing_is_made_again_at_once(scene: Pictured, dune: Video) -> None:
    """The first poster waits to be stored when the second is made: neither is taken for the other."""
    scene.run(scene.film("Heat.mp4"))
    scene.postering.make(dune.id)
    changed = Placed(dune, found("Dune.mp4"), has_new_content=True)
    scene.catalog.apply(scene.stored.roots[0], Changes(placed=(changed,)))
    now = scene.read(scene.stored.now(dune), content=b"another")
    assert scene.waiting() == [dune.id]
    scene.run(dune)
    poster = scene.poster(dune)
    assert poster is not None
    assert poster.stamp == stamp_of(now)


def test_a_film_that_changes_during_the_storing_loses_nothing(scene: Pictured, dune: Video) -> None:
    def change(name: str, what: object) -> None:
        if name == events.POSTER_READY and len(scene.orders) == 1:
            changed = Placed(dune, found("Dune.mp4"), has_new_content=True)
            scene.catalog.apply(scene.stored.roots[0], Changes(placed=(changed,)))
            scene.read(scene.stored.now(dune), content=b"another")
            scene.postering.make(dune.id)

    scene.stored.events.listen(change)
    scene.postering.make(dune.id)
    scene.postering.rest()
    poster = scene.poster(dune)
    assert poster is not None
    assert poster.stamp == stamp_of(scene.stored.now(dune))
    assert len(scene.orders) == 2


@pytest.mark.parametrize("fate", ["vanished", "forgotten"])
def test_a_film_that_goes_while_its_poster_is_made_harms_no_other(scene: Pictured, dune: Video, fate: str) -> None:
    heat = scene.film("Heat.mp4")

    def go(order: Order) -> None:
        if "Dune" in order.path:
            scene.stored.lose(dune)
            if fate == "forgotten":
                scene.catalog.forget([scene.stored.now(dune)])

    scene.worker = go
    scene.run(dune, heat)
    assert scene.poster(heat)
    assert (scene.poster(dune) is not None) is (fate == "vanished")


def test_a_forgotten_film_takes_its_failure_along(scene: Pictured, dune: Video) -> None:
    scene.worker = failing(CRASH)
    scene.run(dune)
    scene.stored.lose(dune)
    scene.catalog.forget([scene.stored.now(dune)])
    assert failures(scene) == []
    assert scene.stored.store.failures(KIND) == {}
    scene.postering.retry()
    assert scene.urged in ([], [[]])


def test_a_film_that_fails_while_it_is_forgotten_leaves_no_trace(scene: Pictured, dune: Video) -> None:
    def go(order: Order) -> None:
        scene.stored.lose(dune)
        scene.catalog.forget([scene.stored.now(dune)])
        raise CRASH

    scene.worker = go
    scene.run(dune)
    assert failures(scene) == []
    assert scene.stored.store.failures(KIND) == {}


def test_a_film_found_at_another_place_keeps_its_poster(scene: Pictured, dune: Video) -> None:
    scene.run(dune)
    before = scene.poster(dune)
    copy = scene.film("copy.mp4", root=scene.stored.roots[1], content=b"Dune.mp4", size_bytes=dune.size_bytes)
    scene.run(copy)
    scene.stored.lose(scene.stored.now(dune))
    assert scene.stored.now(dune).path == "copy.mp4"
    assert scene.poster(dune) == before
    assert scene.poster(copy) is None
    assert scene.waiting() == []
    again = scene.restarted()
    assert again.poster(dune) == before
    again.close()


def test_posters_survive_a_restart_which_goes_on_where_it_stopped(scene: Pictured) -> None:
    films = [scene.film(f"{number}.mp4") for number in range(6)]
    scene.run(*films[:3])
    again = scene.restarted()
    assert set(again.waiting()) == {film.id for film in films[3:]}
    assert [again.poster(film) for film in films[:3]] == [scene.poster(film) for film in films[:3]]
    again.close()


# A database that takes nothing


def test_what_a_full_disk_did_not_take_is_kept_and_pauses_the_work(
    scene: Pictured, database: Path, caplog: pytest.LogCaptureFixture
) -> None:
    films = [scene.film(f"{number}.mp4") for number in range(10)]
    refuse(database)
    with caplog.at_level(logging.INFO):
        for _ in range(5):
            for video_id in scene.waiting():
                scene.postering.make(video_id)
            scene.clock.wait(TRY_EVERY_S)
    assert len(scene.orders) == 5  # one every 30 s
    assert scene.catalog.snapshot.posters.of == {}
    (pause,) = scene.postering.report().pauses
    assert "disk full" in pause.reason
    assert len(said(caplog.records)) == 1
    with pytest.raises(NotStored):
        scene.postering.rest()
    accept(database)
    scene.postering.rest()
    assert len(scene.catalog.snapshot.posters.of) == 5
    scene.run(*films)
    assert all(scene.poster(film) for film in films)
    assert len(scene.orders) == 10


def test_jobs_that_end_while_nothing_is_stored_do_not_end_the_pause(
    scene: Pictured, database: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Two threads: the second one's poster comes between two storings."""
    first, second = scene.film("1.mp4"), scene.film("2.mp4")
    refuse(database)

    def meanwhile(order: Order) -> None:
        if len(scene.orders) == 1:
            scene.postering.make(second.id)

    scene.worker = meanwhile
    with caplog.at_level(logging.INFO):
        scene.postering.make(first.id)
    assert len(scene.postering.report().pauses) == 1
    assert len(said(caplog.records)) == 1


def test_a_failure_the_database_does_not_take_counts_all_the_same(
    scene: Pictured, dune: Video, database: Path
) -> None:
    scene.worker = failing(CRASH)
    refuse(database)
    scene.run(dune)
    assert failures(scene) == [("Dune.mp4", 1, CRASH.message)]
    assert [name for name, _ in scene.logged] == ["Dune.mp4"]
    assert scene.waiting() == []


# Many threads


def test_threads_make_each_poster_once_and_lose_none(scene: Pictured) -> None:
    films = [scene.film(f"{number}.mp4") for number in range(120)]
    bad = {film.path for film in films[::10]}
    counted = threading.Lock()
    asked: list[str] = []

    def worker(order: Order) -> None:
        with counted:
            asked.append(order.path)
        if order.path.rpartition("/")[2] in bad:
            raise MediaUnreadable(f"The file {'x' * len(asked)} has no picture.")  # each for a reason of its own
        scene.clock.wait(0.01)

    scene.worker = worker
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(scene.postering.make, [film.id for film in films]))
    scene.postering.rest()
    assert sorted(asked) == sorted(f"/Films/{film.path}" for film in films)
    assert {film.path for film in films if not scene.poster(film)} == bad
    assert {path for path, _, _ in failures(scene)} == bad
    ready = [key for name, key in scene.stored.heard if name == events.POSTER_READY]
    assert sorted(ready) == sorted(film.key for film in films if film.path not in bad)


def test_a_copy_has_its_turn_after_the_other(scene: Pictured) -> None:
    """They have one stamp, and so the same files: two workers would write them at once."""
    first, second = (scene.film(f"{number}.mp4", content=b"the same") for number in range(2))

    def meanwhile(order: Order) -> None:
        if len(scene.orders) == 1:
            assert scene.waiting() == []
            scene.postering.make(second.id)

    scene.worker = meanwhile
    scene.run(first)
    assert scene.waiting() == [second.id]
    scene.run(second)
    assert scene.poster(first) == scene.poster(second)


def test_a_failure_is_what_the_log_and_the_database_were_given(scene: Pictured, dune: Video) -> None:
    scene.worker = failing(CRASH)
    scene.run(dune)
    now = scene.clock.wall()
    expected = Failure(
        dune.id, stamp_of(dune) or "", 1, CRASH.message, ("decode_slice_header error",), now + FAILED_AGAIN_S[0]
    )
    assert scene.logged == [("Dune.mp4", expected)]
    assert scene.stored.store.failures(KIND) == {dune.id: expected}


def test_what_a_pause_holds_is_not_told_as_waiting_also_when_one_of_them_is_due(scene: Pictured) -> None:
    """Else /admin says of work that nobody does that it is under way."""
    odd, other, good = scene.film("odd.mp4", "vvc"), scene.film("other.mp4", "vvc"), scene.film("good.mp4")
    scene.worker = failing(LACKS)
    scene.run(odd)
    scene.clock.wait(2 * TRY_EVERY_S)
    assert set(scene.waiting()) == {odd.id, other.id, good.id}
    report = scene.postering.report()
    assert (report.waiting, [pause.needs for pause in report.pauses]) == (1, ["vvc"])


# What the admin leaves alone


def test_what_is_left_alone_waits_until_somebody_looks_at_it(scene: Pictured) -> None:
    one, other = scene.film("one.mp4"), scene.film("other.mp4")
    scene.postering.leave_alone()
    newcomer = scene.film("newcomer.mp4")
    assert scene.waiting() == [newcomer.id]
    report = scene.postering.report()
    assert (report.waiting, report.left_alone) == (1, 2)
    scene.postering.want([one])
    assert scene.urged == [[one.id]]
    assert set(scene.waiting()) == {newcomer.id, one.id}
    scene.run(one)
    assert scene.poster(one)
    assert not scene.poster(other)


def test_what_is_left_alone_waits_until_its_file_changes(scene: Pictured, dune: Video) -> None:
    scene.postering.leave_alone()
    changed = Placed(dune, found("Dune.mp4"), has_new_content=True)
    scene.catalog.apply(scene.stored.roots[0], Changes(placed=(changed,)))
    scene.read(scene.stored.now(dune), content=b"new")
    assert scene.waiting() == [dune.id]


def test_what_was_not_looked_into_yet_is_left_alone_too(scene: Pictured) -> None:
    video = wait_for_probe(scene)
    scene.postering.leave_alone()
    scene.read(video)
    assert scene.waiting() == []


def test_what_is_left_alone_waits_until_all_are_asked_for_or_a_restart(scene: Pictured, dune: Video) -> None:
    scene.postering.leave_alone()
    scene.postering.retry([dune])
    assert scene.waiting() == []
    scene.postering.retry()
    assert scene.waiting() == [dune.id]
    scene.postering.leave_alone()
    again = scene.restarted()
    assert again.waiting() == [dune.id]
    again.close()


def test_one_that_has_its_poster_is_not_left_alone(scene: Pictured, dune: Video) -> None:
    scene.run(dune)
    scene.postering.leave_alone()
    assert scene.postering.report().left_alone == 0


def test_of_those_left_alone_only_those_are_counted_that_somebody_can_bring_back(scene: Pictured) -> None:
    bad, under_way = scene.film("bad.mp4"), scene.film("under way.mp4")
    broken, pending = scene.stored.add(found("broken.mp4"), found("pending.mp4"))
    scene.catalog.record_probes([(broken, "The file is empty.")])
    scene.worker = failing(CRASH)
    for wait_s in (0.0, *FAILED_AGAIN_S):
        scene.clock.wait(wait_s)
        scene.postering.make(bad.id)
    assert scene.postering.has_given_up(bad)

    def cancel(order: Order) -> None:
        scene.postering.leave_alone()

    scene.worker = cancel
    scene.run(under_way)
    assert scene.postering.report().left_alone == 1
    scene.catalog.record_probes([(pending, "The file is empty.")])
    assert scene.postering.report().left_alone == 0


# What became of a job


def test_what_became_of_a_job_is_told(scene: Pictured) -> None:
    bad, good, gone = scene.film("bad.mp4"), scene.film("good.mp4"), scene.film("gone.mp4")
    scene.worker = failing(CRASH)
    assert scene.postering.make(bad.id) is Outcome.FAILED
    assert scene.postering.make(bad.id) is Outcome.NOTHING  # not due yet
    scene.worker = failing(Gone("There is no such file."))
    assert scene.postering.make(gone.id) is Outcome.NOTHING
    scene.worker = lambda order: None
    assert scene.postering.make(good.id) is Outcome.DONE
    assert scene.postering.make(good.id) is Outcome.NOTHING
    scene.folder.folder = str(scene.path / "no" / "such" / "disk")
    assert scene.postering.make(scene.film("later.mp4").id) is Outcome.FAILED


def test_to_try_all_again_wakes_what_waits_for_the_thumbnails_folder(scene: Pictured, dune: Video) -> None:
    scene.shelf.look()
    scene.folder.folder = str(scene.path / "no" / "such" / "disk")
    scene.run(dune)
    scene.folder.folder = str(scene.path)
    assert (scene.waiting(), scene.shelf.waiting(1, ())) == ([], [])
    scene.postering.retry()
    assert scene.woken
    assert (scene.waiting(), scene.shelf.waiting(1, ())) == ([dune.id], [0])
