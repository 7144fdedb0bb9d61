from __future__ import annotations

from dataclasses import replace

import pytest

from local_video_server.library.playlists import Item, Playlist
from local_video_server.library.running_order import AT_ONCE, Entry, RunningOrder, place_of, running_order
from local_video_server.library.video import Status, Video
from tests import examples

GONE = examples.video("Gone", missing_since=1.0)
BROKEN = examples.video("Broken", status=Status.BROKEN)
NEW = examples.video("New", status=Status.PENDING)
ONE, TWO = examples.video("One", duration_s=60.0), examples.video("Two", duration_s=30.5)
WAITING = None


def playlist(*videos: Video | None) -> Playlist:
    items = (
        Item(place * 10, video.id if video else None, 0.0, None if video else "later.mp4")
        for place, video in enumerate(videos, start=1)
    )
    return Playlist(1, "Evening", "", 0.0, tuple(items))


def ordered(*videos: Video | None, at: int | None = None) -> RunningOrder:
    present = {video.id: video for video in videos if video and video is not GONE}.values()
    return running_order(examples.snapshot(*present, away=[GONE]), playlist(*videos), at)


def place(entry: Entry | None) -> int | None:
    return entry.place if entry else None


@pytest.mark.parametrize(
    ("videos", "at", "before", "now", "after"),
    [
        ((ONE, TWO), None, None, 1, 2),
        ((ONE, TWO), 2, 1, 2, None),
        ((BROKEN, WAITING, GONE, ONE), None, None, 4, None),
        ((ONE, BROKEN, WAITING, GONE, TWO), 1, None, 1, 5),
        ((ONE, BROKEN, WAITING, GONE, TWO), 5, 1, 5, None),
        ((ONE, BROKEN, TWO), 2, 1, 2, 3),
        ((ONE, NEW), None, None, 1, 2),
        ((BROKEN, GONE), None, None, 1, None),
        ((ONE, ONE, ONE), 2, 1, 2, 3),
        ((ONE, TWO), 99, 1, 2, None),
        ((ONE, TWO), 0, None, 1, 2),
        ((), None, None, None, None),
        ((), 3, None, None, None),
    ],
    ids=[
        "from the first", "at the last", "the first that plays", "over what does not play", "and back over it",
        "asked for what does not play", "what was not looked into may play", "nothing plays", "one video thrice",
        "too far", "too near", "empty", "empty and asked",
    ],
)  # fmt: skip
def test_playing_goes_on_in_order(
    videos: tuple[Video | None, ...], at: int | None, before: int | None, now: int | None, after: int | None
) -> None:
    order = ordered(*videos, at=at)
    assert (place(order.previous), place(order.now), place(order.next)) == (before, now, after)


def test_what_cannot_be_played_keeps_its_place_and_its_status() -> None:
    entries = ordered(ONE, BROKEN, GONE, WAITING).entries
    assert [entry.status for entry in entries] == [Status.READY, Status.BROKEN, Status.MISSING, None]
    assert [entry.is_playable for entry in entries] == [True, False, False, False]


def test_videos_of_a_folder_that_is_away_are_passed_over() -> None:
    known = examples.snapshot(ONE, roots=[examples.root(offline_reason="Unplugged.")])
    assert running_order(known, playlist(ONE)).entries[0].status is Status.OFFLINE


def test_the_length_is_that_of_what_plays() -> None:
    assert ordered(ONE, TWO, replace(BROKEN, duration_s=1000.0), WAITING, NEW, ONE).length_s == 150.5


@pytest.mark.parametrize(
    ("at", "shown", "earlier", "later"),
    [
        (1, (1, AT_ONCE), None, AT_ONCE + 1),
        (AT_ONCE, (1, AT_ONCE), None, AT_ONCE + 1),
        (AT_ONCE + 1, (AT_ONCE + 1, 2 * AT_ONCE), 1, 2 * AT_ONCE + 1),
        (2 * AT_ONCE + 1, (2 * AT_ONCE + 1, 2 * AT_ONCE + 1), AT_ONCE + 1, None),
    ],
)
def test_a_long_playlist_is_shown_in_parts(
    at: int, shown: tuple[int, int], earlier: int | None, later: int | None
) -> None:
    order = ordered(*[ONE] * (2 * AT_ONCE + 1), at=at)
    assert (order.shown[0].place, order.shown[-1].place) == shown
    assert (place(order.earlier), place(order.later)) == (earlier, later)


def test_an_item_is_found_where_it_stands_now() -> None:
    assert place_of(playlist(ONE, TWO), 20, 1) == 2
    assert place_of(playlist(ONE, TWO), 30, 1) == 1
    assert place_of(playlist(), None, None) is None
