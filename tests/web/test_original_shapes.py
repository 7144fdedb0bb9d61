"""What the original server's clients are told of a library: names, and only names that mean one video."""

from __future__ import annotations

from local_video_server.library.playlists import Item, Playlist
from local_video_server.web import original_shapes as shapes
from tests import examples

FIRST, SECOND = examples.root("Films"), examples.root("More", id=2)
DUNE, HEAT = examples.video("Dune", root=FIRST), examples.video("Heat", root=FIRST)
OTHER_HEAT = examples.video("Heat", root=SECOND)
GONE = examples.video("Gone", root=FIRST, missing_since=1.0)


def test_views_are_those_of_videos_that_are_there() -> None:
    known = examples.snapshot(DUNE, HEAT, away=[GONE], views={DUNE: 2, GONE: 3})
    assert shapes.views(known) == {"Dune.mp4": 2}


def test_of_two_folders_with_one_name_the_first_has_it() -> None:
    known = examples.snapshot(
        HEAT, OTHER_HEAT, roots=[FIRST, SECOND], views={HEAT: 2, OTHER_HEAT: 5}, favorites=[OTHER_HEAT]
    )
    assert shapes.views(known) == {"Heat.mp4": 2}
    assert shapes.favorites(known) == []


def test_favorites_come_in_the_order_they_became_some_also_those_that_are_away() -> None:
    known = examples.snapshot(DUNE, HEAT, away=[GONE], favorites=[GONE, HEAT, DUNE])
    assert shapes.favorites(known) == ["Dune.mp4", "Heat.mp4", "Gone.mp4"]


def test_tags_come_with_their_sign_the_most_used_first() -> None:
    known = examples.snapshot(DUNE, HEAT, tags={DUNE: "sand, Old", HEAT: "old"})
    assert shapes.popular_tags(known, 1) == [{"tag": "#Old", "count": 2}]
    assert shapes.tags_of(known, DUNE) == ["#sand", "#Old"]


def test_an_item_that_waits_for_its_file_is_named_and_keeps_its_place() -> None:
    items = (Item(1, None, 0.0, "later.mp4"), Item(2, GONE.id, 0.0), Item(3, DUNE.id, 0.0))
    told = shapes.playlist_items(examples.snapshot(DUNE, away=[GONE]), Playlist(1, "Evening", "", 0.0, items))
    assert [(one["position"], one["video_filename"]) for one in told] == [
        (1, "later.mp4"),
        (2, "Gone.mp4"),
        (3, "Dune.mp4"),
    ]
    assert (told[0]["duration"], told[0]["added_date"]) == (None, None)
