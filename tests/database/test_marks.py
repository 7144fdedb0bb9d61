from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from local_video_server.database.store import DatabaseStore
from local_video_server.library.errors import Unavailable
from local_video_server.library.marks import Tag
from local_video_server.library.video import Root
from tests.database.rows import add, file
from tests.server import CHECKOUT

WRITER = """
import sys; from pathlib import Path
from local_video_server.database.store import DatabaseStore
store = DatabaseStore(Path(sys.argv[1]))
number = 0
while True:
    number += 1
    store.set_rating(int(sys.argv[2]), number % 5 + 1, float(number))
    store.add_play(int(sys.argv[2]), str(number), float(number))
    print(number, flush=True)
"""


def test_a_rating_is_replaced_and_taken_away(store: DatabaseStore, root: Root) -> None:
    video, noise = add(store, root, file("a.mp4"), file("b.mp4", inode=3))
    store.set_rating(noise.id, 1, 0.0)
    store.set_rating(video.id, 4, 0.0)
    store.set_rating(video.id, 2, 0.0)
    assert store.load_marks().ratings == {video.id: 2, noise.id: 1}
    store.set_rating(video.id, None, 0.0)
    assert store.load_marks().ratings == {noise.id: 1}


@pytest.mark.parametrize("rating", [0, 6, -1])
def test_the_database_itself_refuses_a_rating_out_of_range(store: DatabaseStore, root: Root, rating: int) -> None:
    video = add(store, root, file())[0]
    with pytest.raises(Unavailable, match="ck_ratings_value"):
        store.set_rating(video.id, rating, 0.0)


def test_a_mark_of_a_video_that_is_not_there_is_refused(store: DatabaseStore) -> None:
    with pytest.raises(Unavailable, match="FOREIGN KEY"):
        store.set_favorite(12345, True, 0.0)


def test_a_favorite_keeps_its_first_date(store: DatabaseStore, root: Root) -> None:
    video = add(store, root, file())[0]
    store.set_favorite(video.id, True, 1.0)
    store.set_favorite(video.id, True, 2.0)
    assert store.load_marks().favorites == {video.id: 1.0}


def test_a_tag_is_kept_as_it_was_first_typed(store: DatabaseStore, root: Root) -> None:
    one, two = add(store, root, file("a.mp4"), file("b.mp4", inode=3))
    store.add_tag(one.id, Tag.parse("Sci-Fi, 50%_off / more"), 0.0)
    assert store.add_tag(two.id, Tag.parse("SCI-FI, 50%_OFF / MORE"), 0.0).name == "Sci-Fi, 50%_off / more"
    store.add_tag(two.id, Tag.parse("Sci"), 1.0)
    names = {video_id: [tag.name for tag in tags] for video_id, tags in store.load_marks().tags.items()}
    assert names == {one.id: ["Sci-Fi, 50%_off / more"], two.id: ["Sci-Fi, 50%_off / more", "Sci"]}


def test_a_tag_without_videos_is_forgotten_as_typed(store: DatabaseStore, root: Root) -> None:
    video = add(store, root, file())[0]
    store.add_tag(video.id, Tag.parse("HOLIDAY"), 0.0)
    store.remove_tag(video.id, Tag.parse("holiday"))
    store.remove_tag(video.id, Tag.parse("never was"))
    assert store.add_tag(video.id, Tag.parse("Holiday"), 0.0).name == "Holiday"


def test_a_play_counts_once_by_its_name_and_always_without(store: DatabaseStore, root: Root) -> None:
    one, two = add(store, root, file("a.mp4"), file("b.mp4", inode=3))
    assert [store.add_play(one.id, play, 0.0) for play in ("x", "x", "y", None, None)] == [
        True,
        False,
        True,
        True,
        True,
    ]
    assert store.add_play(two.id, "x", 0.0)
    assert store.load_marks().views == {one.id: 4, two.id: 1}


def test_every_mark_that_was_answered_survives_kill_9(path: Path) -> None:
    store = DatabaseStore(path)
    root = store.use_roots(["/films"])[0]
    video = add(store, root, file())[0]
    store.close()
    command = [sys.executable, "-c", WRITER, str(path), str(video.id)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=CHECKOUT) as writer:
        assert writer.stdout is not None
        for _ in range(100):
            answered = int(writer.stdout.readline())
        os.kill(writer.pid, signal.SIGKILL)
        later = writer.stdout.read().split()
        answered = int(later[-1]) if later else answered
    again = DatabaseStore(path)
    marks = again.load_marks()
    again.close()
    assert answered >= 100
    assert marks.views[video.id] in (answered, answered + 1)
    assert marks.ratings[video.id] in (answered % 5 + 1, (answered + 1) % 5 + 1)


def test_what_is_recent_is_cleared_and_nothing_else(store: DatabaseStore, root: Root) -> None:
    video = add(store, root, file())[0]
    store.add_play(video.id, None, 1.0)
    before = store.load_marks()
    store.clear_recent(2.5)
    assert store.load_marks() == replace(before, recent_since=2.5)
    assert before.recent_since == 0.0
