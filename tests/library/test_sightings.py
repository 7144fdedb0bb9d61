"""What is looked at because of what the watcher saw."""

from __future__ import annotations

import pytest

from local_video_server.library.files import Move, Seen, Sighting
from local_video_server.library.sightings import errand

APPEARED, COMPLETED, VANISHED, MOVED = Seen.APPEARED, Seen.COMPLETED, Seen.VANISHED, Seen.MOVED
KNOWN = ("a/Film.mkv", "a/Two.mkv", "b/Alone.mkv")

SCOPES: dict[str, tuple[Sighting, set[str]]] = {
    "a video": (Sighting(COMPLETED, "a/x.mp4"), {"a/x.mp4"}),
    "a renamed video": (Sighting(MOVED, "a/y.mp4", "a/Two.mkv"), {"a/y.mp4", "a/Two.mkv", "a/Film.mkv"}),
    "a video beside the only one": (Sighting(APPEARED, "b/x.mp4"), {"b/x.mp4", "b/Alone.mkv"}),
    "a folder": (Sighting(COMPLETED, "c", is_folder=True), {"c"}),
    "a folder with the name of a picture": (Sighting(MOVED, "c.jpg", "d.png", is_folder=True), {"c.jpg", "d.png"}),
    "a folder that goes with the name of a picture": (
        Sighting(VANISHED, "a/Film.jpg", is_folder=True),
        {"a/Film.jpg"},
    ),
    "the root": (Sighting(VANISHED, "", is_folder=True), {""}),
    "a picture": (Sighting(COMPLETED, "a/Film.jpg"), {"a/Film.mkv"}),
    "a picture that goes": (Sighting(VANISHED, "a/Film-poster.jpg"), {"a/Film.mkv"}),
    "a picture that is given to another": (Sighting(MOVED, "a/Two.jpg", "a/Film.jpg"), {"a/Film.mkv", "a/Two.mkv"}),
    "a picture that moves to another folder": (
        Sighting(MOVED, "b/folder.jpg", "a/Film.jpg"),
        {"a/Film.mkv", "b/Alone.mkv"},
    ),
    "any photo": (Sighting(COMPLETED, "a/IMG_1.jpg"), set()),
    "a video that was called a picture": (
        Sighting(MOVED, "a/x.mp4", "a/Film.jpg"),
        {"a/x.mp4", "a/Film.jpg", "a/Film.mkv"},
    ),
    "a picture that was called a video": (
        Sighting(MOVED, "a/Film.jpg", "a/x.mp4"),
        {*KNOWN[:1], "a/Film.jpg", "a/x.mp4"},
    ),
}


@pytest.mark.parametrize(("sighting", "scope"), SCOPES.values(), ids=SCOPES.keys())
def test_what_is_looked_at(sighting: Sighting, scope: set[str]) -> None:
    assert set(errand([sighting], KNOWN).scope) == scope


def test_a_place_is_looked_at_once() -> None:
    asked = errand(
        [Sighting(APPEARED, "c/x.mkv"), Sighting(COMPLETED, "c/x.mkv"), Sighting(APPEARED, "c/x.mkv")], KNOWN
    )
    assert asked.scope == ("c/x.mkv",)


def test_moves_are_told_but_not_those_of_pictures() -> None:
    sightings = [
        Sighting(MOVED, "x.mp4", "y.mp4"),
        Sighting(MOVED, "a/Two.jpg", "a/Film.jpg"),
        Sighting(MOVED, "c", "b", is_folder=True),
    ]
    assert errand(sightings, KNOWN).moves == (Move("y.mp4", "x.mp4"), Move("b", "c"))


def test_a_copy_has_ended_where_it_was_closed_or_renamed_into_place() -> None:
    sightings = [
        Sighting(COMPLETED, "closed.mp4"),
        Sighting(MOVED, "renamed.mp4", "was.mp4"),
        Sighting(APPEARED, "begun.mp4"),
        Sighting(VANISHED, "gone.mp4"),
        Sighting(COMPLETED, "folder", is_folder=True),
    ]
    assert errand(sightings, KNOWN).ended == {"closed.mp4", "renamed.mp4", "folder"}


def test_ten_thousand_photos_ask_for_nothing() -> None:
    photos = [Sighting(COMPLETED, f"a/IMG_{number}.jpg") for number in range(10_000)]
    assert errand(photos, KNOWN).scope == ()
