"""A new file: watch, scan, reconcile, probe, store, snapshot. And what people do to files afterwards."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.clips import make_clip
from tests.server import serve, wait_for

SHOWN_S = 1.0  # from the end of a copy to the gallery
NOTICED_S = 5.0  # until a root that went or came is noticed


@pytest.fixture
def videos(tmp_path: Path) -> Path:
    folder = tmp_path / "videos"
    for number in range(6):
        make_clip(folder / ("Trip" if number % 2 else "Home") / f"clip {number}.mp4", seed=number)
    return folder


@pytest.fixture
def home(tmp_path: Path, videos: Path) -> Iterator[httpx.Client]:
    with serve(videos, data=tmp_path / "data") as server, httpx.Client(base_url=server.base_url) as client:
        wait_for(lambda: not client.get("/parts/progress").text.strip() and total(client) == 6, 3)
        yield client


def test_a_copied_file_is_there_after_the_copy_ended(home: httpx.Client, videos: Path, tmp_path: Path) -> None:
    source = make_clip(tmp_path / "elsewhere.mp4", seconds=2, seed=9).read_bytes()
    half = len(source) // 2
    with (videos / "copied.mp4").open("wb") as copy:
        copy.write(source[:half])
        copy.flush()
        time.sleep(2.5)  # the pause that a stillness of two seconds would take for the end
        assert total(home) == 6
        copy.write(source[half:])
    found = wait_for(lambda: by_name(home, "copied.mp4"), SHOWN_S)
    assert found["title"] == "copied"
    ready = wait_for(lambda: [v for v in [by_name(home, "copied.mp4")] if v and v["status"] == "ready"], 2)
    assert ready[0]["duration_seconds"] == pytest.approx(2, abs=0.2)


def test_a_renamed_and_moved_file_keeps_its_marks(home: httpx.Client, videos: Path) -> None:
    before = marked(home, "Home/clip 0.mp4")
    os.rename(videos / "Home/clip 0.mp4", videos / "Trip/renamed.mp4")
    after = wait_for(lambda: by_name(home, "Trip/renamed.mp4"), SHOWN_S)
    assert (after["key"], after["rating"], after["tags"]) == (before["key"], 4, ["kept"])
    assert total(home) == 6
    old_address = home.get("/watch/Home/clip 0.mp4")
    assert old_address.headers["Location"] == f"/watch/{before['key']}"


def test_a_renamed_folder_keeps_the_marks_in_it(home: httpx.Client, videos: Path) -> None:
    before = marked(home, "Trip/clip 1.mp4")
    os.rename(videos / "Trip", videos / "Journey")
    after = wait_for(lambda: by_name(home, "Journey/clip 1.mp4"), SHOWN_S)
    assert (after["key"], after["rating"]) == (before["key"], 4)
    assert total(home) == 6


def test_half_a_library_removed_and_brought_back_loses_nothing(
    home: httpx.Client, videos: Path, tmp_path: Path
) -> None:
    before = marked(home, "Trip/clip 1.mp4")
    shutil.move(videos / "Trip", tmp_path / "kept aside")
    wait_for(lambda: total(home) == 3, SHOWN_S)
    assert "3 videos are away" in home.get("/").text
    assert home.get(f"/api/videos/{before['key']}").json()["status"] == "missing"
    assert home.get(before["video_url"]).status_code == 410
    shutil.move(tmp_path / "kept aside", videos / "Trip")
    wait_for(lambda: total(home) == 6, SHOWN_S)
    assert by_name(home, "Trip/clip 1.mp4") == before


def test_a_copy_that_appears_before_the_original_goes_is_the_original(home: httpx.Client, videos: Path) -> None:
    before = marked(home, "Home/clip 2.mp4")
    shutil.copyfile(videos / "Home/clip 2.mp4", videos / "copy of it.mp4")
    copy = wait_for(lambda: by_name(home, "copy of it.mp4"), SHOWN_S)
    assert copy["key"] != before["key"]
    wait_for(lambda: not home.get("/parts/progress").text.strip(), 3)
    (videos / "Home/clip 2.mp4").unlink()
    found = wait_for(lambda: (v := by_name(home, "copy of it.mp4")) and v["rating"] and v, 2)
    assert (found["key"], found["rating"]) == (before["key"], 4)
    assert home.get(f"/watch/{copy['key']}").headers["Location"] == f"/watch/{before['key']}"


@pytest.mark.parametrize("way", ["mv", "cp"])
def test_a_library_moved_to_another_folder_keeps_everything(videos: Path, tmp_path: Path, way: str) -> None:
    data = tmp_path / "data"
    with serve(videos, data=data) as server, httpx.Client(base_url=server.base_url) as home:
        wait_for(lambda: not home.get("/parts/progress").text.strip() and total(home) == 6, 3)
        before = marked(home, "Trip/clip 1.mp4")
        wait_for(lambda: len(fingerprints(data)) == 6, 2)
    moved = tmp_path / "new disk" / "films"
    moved.parent.mkdir()
    if way == "mv":
        os.rename(videos, moved)
    else:
        shutil.copytree(videos, moved)
        shutil.rmtree(videos)
    with serve(moved, data=data) as server, httpx.Client(base_url=server.base_url) as home:
        wait_for(lambda: total(home) == 6, 2)
        after = wait_for(lambda: by_name(home, "Trip/clip 1.mp4"), 1)
        assert (after["key"], after["rating"], after["tags"], after["added_at"]) == (
            before["key"],
            4,
            ["kept"],
            before["added_at"],
        )


def test_a_root_that_went_away_is_offline_and_returns(home: httpx.Client, videos: Path, tmp_path: Path) -> None:
    before = marked(home, "Trip/clip 1.mp4")
    os.rename(videos, tmp_path / "unplugged")
    wait_for(lambda: "is away" in home.get("/").text, NOTICED_S)
    assert total(home) == 6
    assert by_name(home, "Trip/clip 1.mp4")["status"] == "offline"
    assert home.get("/admin").status_code == 200
    videos.mkdir()  # the empty mount point of a disk that is not there
    time.sleep(3)
    assert total(home) == 6
    videos.rmdir()
    os.rename(tmp_path / "unplugged", videos)
    wait_for(lambda: by_name(home, "Trip/clip 1.mp4")["status"] == "ready", NOTICED_S)
    assert by_name(home, "Trip/clip 1.mp4") == before
    make_clip(videos / "later.mp4", seed=50)
    wait_for(lambda: by_name(home, "later.mp4"), SHOWN_S)


def test_a_root_replaced_by_another_is_watched_anew(home: httpx.Client, videos: Path, tmp_path: Path) -> None:
    os.rename(videos, tmp_path / "old")
    shutil.copytree(tmp_path / "old" / "Home", videos / "Home")
    wait_for(lambda: total(home) == 3, NOTICED_S)
    make_clip(videos / "later.mp4", seed=50)
    wait_for(lambda: by_name(home, "later.mp4"), SHOWN_S)


def test_a_broken_file_heals_when_it_is_replaced(home: httpx.Client, videos: Path) -> None:
    (videos / "stopped.mp4").write_bytes(b"\0" * 5000)
    broken = wait_for(lambda: (v := by_name(home, "stopped.mp4")) and v["status"] == "broken" and v, 2)
    assert home.get(f"/api/videos/{broken['key']}").json()["broken_reason"]
    assert home.get("/").status_code == 200
    make_clip(videos / "stopped.mp4", seed=77)
    healed = wait_for(lambda: (v := by_name(home, "stopped.mp4")) and v["status"] == "ready" and v, 2)
    assert healed["key"] == broken["key"]


def total(home: httpx.Client) -> int:
    return int(home.get("/api/videos").json()["total"])


def by_name(home: httpx.Client, filename: str) -> dict[str, object]:
    videos = home.get("/api/videos?per_page=120").json()["videos"]
    return next((video for video in videos if video["filename"] == filename), {})


def marked(home: httpx.Client, filename: str) -> dict[str, object]:
    """The video after it was rated 4 and tagged."""
    key = by_name(home, filename)["key"]
    home.put(f"/api/videos/{key}/rating", json={"value": 4})
    home.put(f"/api/videos/{key}/tags/kept")
    return by_name(home, filename)


def fingerprints(data: Path) -> list[bytes]:
    import sqlite3

    with sqlite3.connect(f"file:{data / 'library.db'}?mode=ro", uri=True) as database:
        return [row[0] for row in database.execute("SELECT fingerprint FROM videos WHERE fingerprint IS NOT NULL")]
