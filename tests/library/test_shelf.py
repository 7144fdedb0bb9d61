"""The thumbnails folder and what is known of it: deleted pictures come back, and the budget holds."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from local_video_server.library.poster import file_name
from local_video_server.library.shelf import LOOK_AGAIN_S, LOOK_EVERY_S
from local_video_server.library.video import Video
from tests.library import pictured
from tests.library.pictured import POSTER_BYTES, Pictured
from tests.library.test_catalog import refuse

folder, scene = pictured.folder, pictured.scene


@pytest.fixture
def small(database: Path, folder: Path) -> Iterator[Pictured]:
    """Has room for three posters and a half."""
    scene = Pictured(database, folder, budget_posters=3.5)
    yield scene
    scene.close()


def posters(scene: Pictured, *names: str) -> list[Video]:
    """Films with posters, the first one unused for the longest time."""
    films = [scene.film(name) for name in names]
    for number, film in enumerate(films):
        scene.run(film)
        unused_since(scene, film, len(films) - number)
    return films


def unused_since(scene: Pictured, film: Video, days: float) -> None:
    poster = scene.poster(film)
    assert poster is not None
    for path in scene.path.rglob(f"{poster.stamp}-*"):
        os.utime(path, (time.time() - days * 86400,) * 2)


def has(scene: Pictured, *films: Video) -> list[bool]:
    return [scene.poster(film) is not None for film in films]


# Looking


def test_a_look_is_due_at_once_and_then_every_hour(scene: Pictured) -> None:
    assert scene.shelf.waiting(500, []) == [0]
    scene.shelf.look()
    assert scene.shelf.waiting(500, []) == []
    scene.clock.wait(LOOK_EVERY_S - 1)
    assert scene.shelf.waiting(500, []) == []
    scene.clock.wait(1)
    assert scene.shelf.waiting(500, []) == [0]


def test_a_look_under_way_is_not_begun_again(scene: Pictured) -> None:
    assert scene.shelf.waiting(500, [0]) == []


def test_a_missing_picture_brings_a_look_soon_but_not_one_for_each(scene: Pictured) -> None:
    scene.shelf.look()
    looks = 0
    for _ in range(100):  # for 100 s somebody asks for pictures that there never were
        scene.shelf.look_soon()
        scene.clock.wait(1)
        if scene.shelf.waiting(500, []):
            scene.shelf.look()
            looks += 1
    assert looks == 100 / LOOK_AGAIN_S


def test_long_after_the_last_look_a_missing_picture_brings_one_at_once(scene: Pictured) -> None:
    scene.shelf.look()
    scene.clock.wait(LOOK_AGAIN_S)
    scene.shelf.look_soon()
    assert scene.shelf.waiting(500, []) == [0]


# What was deleted comes back


def test_what_is_there_stays(scene: Pictured) -> None:
    films = posters(scene, "Dune.mp4", "Heat.mp4")
    before = scene.catalog.snapshot
    scene.shelf.look()
    assert has(scene, *films) == [True, True]
    assert scene.catalog.snapshot is before


@pytest.mark.parametrize("kind", ["jpg", "avif"])
def test_a_poster_that_lacks_a_file_is_made_again(scene: Pictured, kind: str) -> None:
    lacking, whole = posters(scene, "Dune.mp4", "Heat.mp4")
    poster = scene.poster(lacking)
    assert poster is not None
    (scene.path / file_name(poster.stamp, 640, kind)).unlink()
    scene.shelf.look()
    assert has(scene, lacking, whole) == [False, True]
    assert scene.waiting() == [lacking.id]
    scene.run(lacking)
    assert scene.poster(lacking) == poster


def test_a_file_that_became_empty_is_made_again(scene: Pictured) -> None:
    (film,) = posters(scene, "Dune.mp4")
    poster = scene.poster(film)
    assert poster is not None
    (scene.path / file_name(poster.stamp, 320, "jpg")).write_bytes(b"")
    scene.shelf.look()
    assert has(scene, film) == [False]


@pytest.mark.parametrize("is_left", [True, False], ids=["emptied", "deleted"])
def test_a_folder_that_somebody_emptied_fills_again(scene: Pictured, is_left: bool) -> None:
    films = posters(scene, "Dune.mp4", "Heat.mp4")
    shutil.rmtree(scene.path)
    if is_left:
        scene.path.mkdir()
    scene.shelf.look()
    assert has(scene, *films) == [False, False]
    assert sorted(scene.waiting()) == sorted(film.id for film in films)
    scene.run(*films)
    assert has(scene, *films) == [True, True]
    assert scene.files() == 10


def test_posters_are_kept_in_mind_while_their_disk_is_away(scene: Pictured, tmp_path: Path) -> None:
    films = posters(scene, "Dune.mp4", "Heat.mp4")
    (tmp_path / "disk").rename(tmp_path / "away")
    before = scene.catalog.snapshot
    scene.shelf.look()
    assert scene.catalog.snapshot is before
    assert scene.waiting() == []
    (tmp_path / "away").rename(tmp_path / "disk")
    scene.shelf.look()
    assert has(scene, *films) == [True, True]


def test_what_was_lost_stays_lost_over_a_restart(scene: Pictured) -> None:
    (film,) = posters(scene, "Dune.mp4")
    shutil.rmtree(scene.path)
    scene.shelf.look()
    again = scene.restarted()
    assert has(again, film) == [False]
    assert again.waiting() == [film.id]
    again.close()


def test_a_missing_film_keeps_its_poster_for_the_day_it_returns(scene: Pictured) -> None:
    film, _ = posters(scene, "Dune.mp4", "Heat.mp4")
    scene.stored.lose(film)
    scene.shelf.look()
    assert has(scene, film) == [True]
    assert scene.files() == 10


def test_what_the_database_did_not_take_is_looked_for_again(scene: Pictured, database: Path) -> None:
    posters(scene, "Dune.mp4")
    shutil.rmtree(scene.path)
    refuse(database)
    with pytest.raises(Exception, match="disk full"):
        scene.shelf.look()
    scene.shelf.look_soon()
    scene.clock.wait(LOOK_AGAIN_S)
    assert scene.shelf.waiting(500, []) == [0]


# The budget


def test_the_room_in_use_is_known(small: Pictured) -> None:
    assert small.shelf.room == (0, int(3.5 * POSTER_BYTES))
    posters(small, "Dune.mp4", "Heat.mp4")
    assert small.shelf.room[0] == 2 * POSTER_BYTES


def test_after_a_restart_the_room_in_use_is_known_from_the_first_look_on(scene: Pictured) -> None:
    posters(scene, "Dune.mp4", "Heat.mp4")
    again = scene.restarted()
    assert again.shelf.room[0] == 0
    again.shelf.look()
    assert again.shelf.room[0] == 2 * POSTER_BYTES
    again.close()


def test_over_the_budget_the_longest_unused_poster_leaves_and_may_return(small: Pictured) -> None:
    first, second, third, fourth = posters(small, "1.mp4", "2.mp4", "3.mp4", "4.mp4")
    assert small.shelf.shortage() is None
    assert has(small, first, second, third, fourth) == [False, True, True, True]
    assert small.files() == 15
    small.run(first)  # somebody looks at it now: it comes back, and another leaves for it
    assert small.shelf.shortage() is None
    assert has(small, first, second, third, fourth) == [True, False, True, True]


def test_what_somebody_was_shown_stays(small: Pictured) -> None:
    first, second, third, fourth = posters(small, "1.mp4", "2.mp4", "3.mp4", "4.mp4")
    poster = small.poster(first)
    assert poster is not None
    small.shelf.used([poster.stamp])
    assert small.shelf.shortage() is None
    assert has(small, first, second, third, fourth) == [True, False, True, True]


def test_the_poster_of_a_former_content_leaves_first(small: Pictured) -> None:
    first, second, third = posters(small, "1.mp4", "2.mp4", "3.mp4")
    former = small.poster(first)
    assert former is not None
    small.catalog.lose_posters([first.id])
    small.read(first, content=b"other")
    small.run(first)
    assert small.shelf.shortage() is None
    assert has(small, first, second, third) == [True, True, True]
    assert not list(small.path.rglob(f"{former.stamp}-*"))


def test_threads_that_find_it_full_make_room_once(small: Pictured) -> None:
    films = posters(small, "1.mp4", "2.mp4", "3.mp4", "4.mp4")
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda _: small.shelf.shortage(), range(8))) == [None] * 8
    assert sum(has(small, *films)) == 3
    assert small.shelf.room[0] == 3 * POSTER_BYTES


def test_where_nothing_can_be_made_no_room_is_made_either(small: Pictured, tmp_path: Path) -> None:
    films = posters(small, "1.mp4", "2.mp4", "3.mp4", "4.mp4")
    (tmp_path / "disk").rename(tmp_path / "away")
    assert small.shelf.shortage() is not None
    assert has(small, *films) == [True] * 4
    (tmp_path / "away").rename(tmp_path / "disk")
