"""Playlists are made, filled, put in order and deleted: what is stored, what is shown, what is refused."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from local_video_server.library import playlisting, playlists
from local_video_server.library.errors import InvalidValue, NotFound, NotStored
from local_video_server.library.playlisting import Playlisting
from local_video_server.library.playlists import Playlist
from local_video_server.library.video import Video
from tests import examples
from tests.examples import found
from tests.library.running import SOON_S, Stored

LATE_S = 1_700_000_000.0


@pytest.fixture
def films(stored: Stored) -> list[Video]:
    return stored.add(*(found(f"{name}.mp4") for name in "abcd"))


@pytest.fixture
def deeds(stored: Stored) -> Playlisting:
    return Playlisting(stored.catalog, stored.store, stored.events, clock=lambda: LATE_S)


@pytest.fixture
def evening(deeds: Playlisting, films: list[Video]) -> int:
    """The number of a playlist of three films; another, of the fourth, must never change."""
    noise = deeds.create("Noise")
    deeds.add(noise.id, films[3])
    made = deeds.create("Evening", "For long ones")
    for film in films[:3]:
        deeds.add(made.id, film)
    return made.id


@pytest.fixture
def shown(stored: Stored, films: list[Video]) -> Callable[[int], str]:
    """The letters of a playlist's films; what is shown is what a restart shows, and the noise is as it was."""

    def letters(playlist_id: int) -> str:
        now = stored.catalog.snapshot.playlists
        assert stored.store.load_playlists().of == now.of
        names = {film.id: film.name[0] for film in films}
        assert [names[item.video_id or 0] for item in now.of[1].items] == ["d"]
        return "".join(names[item.video_id or 0] for item in now.of[playlist_id].items)

    return letters


def items(stored: Stored, playlist_id: int) -> list[int]:
    return [item.id for item in stored.catalog.snapshot.playlists.of[playlist_id].items]


def test_a_playlist_is_made_empty_and_described(stored: Stored, deeds: Playlisting) -> None:
    made = deeds.create("  My   evening ", None)
    assert made == Playlist(made.id, "My evening", "", LATE_S)
    changed = deeds.describe(made.id, "Night", "dark\nfilms")
    assert stored.catalog.snapshot.playlists.of == {made.id: changed}
    assert stored.store.load_playlists().of == {made.id: Playlist(made.id, "Night", "dark\nfilms", LATE_S)}


def test_a_name_is_given_once(stored: Stored, deeds: Playlisting) -> None:
    one, two = deeds.create("Evening"), deeds.create("Morning")
    for deed in (lambda: deeds.create(" EVENING "), lambda: deeds.describe(two.id, "evening")):
        with pytest.raises(InvalidValue, match="of this name already"):
            deed()
    assert deeds.describe(one.id, "Evening", "its own name may stay").name == "Evening"
    assert deeds.describe(one.id, "EVENING").name == "EVENING"
    assert len(stored.catalog.snapshot.playlists.of) == 2


def test_a_name_is_free_again_when_its_playlist_was_deleted(
    stored: Stored, deeds: Playlisting, evening: int, films: list[Video]
) -> None:
    deeds.delete(evening)
    assert [one.name for one in stored.catalog.snapshot.playlists.of.values()] == ["Noise"]
    assert stored.store.load_playlists().of == stored.catalog.snapshot.playlists.of
    assert deeds.create("Evening").items == ()
    assert set(stored.present) == {film.path for film in films}


def test_a_video_is_added_at_the_end_also_twice(
    deeds: Playlisting, evening: int, films: list[Video], shown: Callable[[int], str]
) -> None:
    assert shown(evening) == "abc"
    item = deeds.add(evening, films[0])
    assert (item.video_id, item.added_at) == (films[0].id, LATE_S)
    assert shown(evening) == "abca"


def test_a_missing_video_may_be_added_a_forgotten_one_not(
    stored: Stored, deeds: Playlisting, evening: int, films: list[Video], shown: Callable[[int], str]
) -> None:
    stored.lose(films[1])
    deeds.add(evening, films[1])
    assert shown(evening) == "abcb"
    stored.catalog.forget([stored.now(films[1])])
    assert shown(evening) == "ac"
    with pytest.raises(NotFound):
        deeds.add(evening, films[1])


@pytest.mark.parametrize(
    ("at", "place", "after"),
    [
        (1, 1, "abc"), (1, 2, "bac"), (1, 3, "bca"), (2, 1, "bac"), (2, 3, "acb"), (3, 1, "cab"),
        (3, "2", "acb"), (1, 99, "bca"),
    ],
)  # fmt: skip
def test_an_item_is_moved_to_a_place(
    stored: Stored,
    deeds: Playlisting,
    evening: int,
    shown: Callable[[int], str],
    at: int,
    place: object,
    after: str,
) -> None:
    deeds.move(evening, items(stored, evening)[at - 1], place)
    assert shown(evening) == after


def test_an_item_is_moved_any_number_of_times(
    stored: Stored, deeds: Playlisting, evening: int, shown: Callable[[int], str]
) -> None:
    for _ in range(30):  # the gap between two positions is used up after twenty
        deeds.move(evening, items(stored, evening)[2], 2)
    assert shown(evening) == "abc"


@pytest.mark.parametrize("place", [0, -1, 1.5, True, None, "", "x", "1.0", "9" * 10], ids=repr)
def test_what_is_no_place_is_refused(
    stored: Stored, deeds: Playlisting, evening: int, shown: Callable[[int], str], place: object
) -> None:
    with pytest.raises(InvalidValue):
        deeds.move(evening, items(stored, evening)[1], place)
    assert shown(evening) == "abc"


def test_an_item_is_taken_out_and_its_video_stays(
    stored: Stored, deeds: Playlisting, evening: int, films: list[Video], shown: Callable[[int], str]
) -> None:
    deeds.add(evening, films[0])
    deeds.remove(evening, items(stored, evening)[0])
    assert shown(evening) == "bca"
    assert stored.has(films[0].path)


@pytest.mark.parametrize(("position", "after"), [(1, "bca"), (4, "abc"), (None, "bc")])
def test_a_video_is_taken_out_of_one_place_or_of_all(
    deeds: Playlisting,
    evening: int,
    films: list[Video],
    shown: Callable[[int], str],
    position: int | None,
    after: str,
) -> None:
    deeds.add(evening, films[0])
    deeds.remove_video(evening, films[0], position)
    assert shown(evening) == after


@pytest.mark.parametrize("position", [0, 2, 9])
def test_a_video_is_not_taken_from_the_place_of_another(
    deeds: Playlisting, evening: int, films: list[Video], shown: Callable[[int], str], position: int
) -> None:
    with pytest.raises(NotFound):
        deeds.remove_video(evening, films[0], position)
    assert shown(evening) == "abc"


UNKNOWN: dict[str, Callable[[Playlisting, Video], object]] = {
    "describe": lambda deeds, video: deeds.describe(77, "x"),
    "delete": lambda deeds, video: deeds.delete(77),
    "add": lambda deeds, video: deeds.add(77, video),
    "remove": lambda deeds, video: deeds.remove(77, 1),
    "remove item": lambda deeds, video: deeds.remove(1, 77),
    "remove an item of another playlist": lambda deeds, video: deeds.remove(1, 2),
    "remove video": lambda deeds, video: deeds.remove_video(77, video, None),
    "move": lambda deeds, video: deeds.move(77, 1, 1),
    "move item": lambda deeds, video: deeds.move(1, 77, 1),
}


@pytest.mark.parametrize("deed", UNKNOWN.values(), ids=UNKNOWN.keys())
def test_what_is_not_there_is_refused_with_a_sentence(
    stored: Stored,
    deeds: Playlisting,
    evening: int,
    films: list[Video],
    deed: Callable[[Playlisting, Video], object],
) -> None:
    before = stored.catalog.snapshot
    with pytest.raises(NotFound, match=r"\."):
        deed(deeds, films[0])
    assert stored.catalog.snapshot is before


def test_there_is_a_bound_to_everything(
    deeds: Playlisting, evening: int, films: list[Video], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (playlists.MOST_ITEMS, playlists.MOST_PLAYLISTS) == (10_000, 1_000)
    monkeypatch.setattr(playlisting, "MOST_ITEMS", 3)
    monkeypatch.setattr(playlisting, "MOST_PLAYLISTS", 2)
    with pytest.raises(InvalidValue, match="at most 3 videos"):
        deeds.add(evening, films[0])
    with pytest.raises(InvalidValue, match="can be 2 playlists"):
        deeds.create("One more")


def test_a_deed_changes_the_version_of_playlists_alone_and_is_told(
    stored: Stored, deeds: Playlisting, evening: int, films: list[Video]
) -> None:
    told: list[tuple[str, object]] = []
    stored.events.listen(lambda name, what: told.append((name, what["id"])))
    before = stored.catalog.snapshot
    deeds.add(evening, films[0])
    after = stored.catalog.snapshot
    assert after.playlists.version == before.playlists.version + 1
    assert (after.library, after.marks) == (before.library, before.marks)
    assert told == [("playlist.changed", evening)]


def test_what_could_not_be_stored_is_not_shown(
    stored: Stored, deeds: Playlisting, evening: int, films: list[Video]
) -> None:
    before, item = stored.catalog.snapshot, items(stored, evening)[0]
    stored.close()
    for deed in (
        lambda: deeds.create("More"),
        lambda: deeds.describe(evening, "More"),
        lambda: deeds.delete(evening),
        lambda: deeds.add(evening, films[0]),
        lambda: deeds.remove(evening, item),
        lambda: deeds.move(evening, item, 2),
    ):
        with pytest.raises(NotStored):
            deed()  # type: ignore[no-untyped-call]
        assert stored.catalog.snapshot is before


def test_forty_viewers_at_once_lose_nothing(stored: Stored, deeds: Playlisting, evening: int) -> None:
    videos = stored.add(*(found(f"{number}.mp4") for number in range(40)))
    together = threading.Barrier(40)

    def add(video: Video) -> None:
        together.wait(SOON_S)
        deeds.add(evening, video)

    threads = [threading.Thread(target=add, args=(video,)) for video in videos]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SOON_S)
    held = {item.video_id for item in stored.catalog.snapshot.playlists.of[evening].items}
    assert {video.id for video in videos} < held
    assert stored.store.load_playlists().of == stored.catalog.snapshot.playlists.of


def test_a_newcomer_that_is_a_lost_video_keeps_its_place_in_a_playlist(
    stored: Stored, deeds: Playlisting, evening: int, films: list[Video]
) -> None:
    lost = films[0]
    stored.catalog.record_fingerprints([(lost, b"the content")])
    stored.lose(stored.now(lost))
    (newcomer,) = stored.add(found("moved/a.mp4"))
    deeds.add(evening, newcomer)
    stored.catalog.record_fingerprints([(newcomer, b"the content")])
    playlist = stored.catalog.snapshot.playlists.of[evening]
    assert stored.at("moved/a.mp4").key == lost.key
    assert [item.video_id for item in playlist.items] == [film.id for film in (*films[:3], lost)]
    assert stored.store.load_playlists().of[evening] == playlist


def test_an_example_video_that_never_was_is_refused(deeds: Playlisting, evening: int) -> None:
    with pytest.raises(NotFound):
        deeds.add(evening, replace(examples.video(), id=4711))
