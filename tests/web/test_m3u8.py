from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from local_video_server.library.video import Status
from local_video_server.web.m3u8 import below, m3u8, ready
from tests import examples
from tests.homes import Home, open_home

DUNE = "Dune.2021.1080p.mp4"


def test_each_video_has_its_length_its_title_and_its_address() -> None:
    dune = examples.video("Dune", duration_s=3600.4)
    new = examples.video("夏, – ½", duration_s=None)
    short = examples.video("Blink", duration_s=0.1)
    text = m3u8("My evening", [(dune, "http://tv/video/a"), (new, "http://tv/video/b"), (short, "http://tv/video/c")])
    assert text.splitlines() == [
        "#EXTM3U",
        "#PLAYLIST:My evening",
        "#EXTINF:3600,Dune",
        "http://tv/video/a",
        "#EXTINF:-1,夏, – ½",
        "http://tv/video/b",
        "#EXTINF:1,Blink",
        "http://tv/video/c",
    ]


@pytest.mark.parametrize("name", ["a\nb", "a\r\nb", "a\u2028b", "a\x85b", "a\x0bb", "a\x1cb"], ids=ascii)
def test_a_name_never_begins_a_line_of_its_own(name: str) -> None:
    video = replace(examples.video(), title=f"{name}#EXTINF:1,x")
    assert len(m3u8(name, [(video, "http://tv/video/a")]).splitlines()) == 4


def test_only_what_is_ready_is_named() -> None:
    broken, new = (examples.video(status=status) for status in (Status.BROKEN, Status.PENDING))
    one, gone = examples.video(), examples.video(missing_since=1.0)
    known = examples.snapshot(broken, one, new, away=[gone])
    assert ready(known, [broken, gone, None, one, new, one]) == [one, one]


def test_a_folder_is_named_with_all_below_it_in_file_order() -> None:
    paths = ["b.mp4", "Part 10/a.mp4", "Part 2/z.mp4", "Part 2/Inner/a.mp4", "a.mp4", "Part 20.mp4"]
    library = examples.snapshot(*(examples.video(path=path) for path in paths)).library
    names = ["a.mp4", "b.mp4", "Part 20.mp4", "Part 2/z.mp4", "Part 2/Inner/a.mp4", "Part 10/a.mp4"]
    assert [video.path for video in below(library, "Films")] == names
    assert [video.path for video in below(library, "Films/Part 2")] == names[3:5]


@pytest.fixture
def playlist(home: Home) -> Iterator[int]:
    """A playlist of a good video, a broken one, and the good one again."""
    playlists = home.application.wsgi.extensions["house"].playlists
    made = playlists.create("Zoë's “evening” / 夏")
    for name in (DUNE, "Holiday/broken.mp4", DUNE):
        playlists.add(made.id, home.video(name))
    yield made.id
    playlists.delete(made.id)


def test_a_playlist_is_a_file_of_whole_addresses(home: Home, playlist: int) -> None:
    answer = home.get(f"/playlist/{playlist}.m3u8", headers={"Host": "tv.local:8080"})
    key = home.video(DUNE).key
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/vnd.apple.mpegurl; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=\"Zoe's evening _.m3u8")
    assert "filename*=UTF-8''Zo%C3%AB" in answer.headers["Content-Disposition"]
    addresses = [line for line in answer.text.splitlines() if not line.startswith("#")]
    assert addresses == [f"http://tv.local:8080/video/{key}"] * 2
    with home.get(f"/video/{key}") as film:
        assert film.status_code == 200


def test_a_folder_is_a_file_too(home: Home) -> None:
    answer = home.get("/folders/Films/Series.m3u8")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="Series.m3u8"')
    assert re.findall(r",(.*)\n", answer.text) == [
        home.video(f"Series/Show.S01E{number}.mkv").title for number in ("02", "10")
    ]
    assert 'href="/folders/Films/Series.m3u8"' in home.get("/folders/Films/Series").text


def test_the_folder_of_all_leaves_out_what_cannot_be_shown(home: Home) -> None:
    text = home.get("/folders/Films.m3u8").text
    assert home.video(DUNE).key in text
    assert home.video("Holiday/broken.mp4").key not in text


def test_a_folder_whose_name_ends_like_that_of_a_file_is_still_shown(tmp_path: Path) -> None:
    folder = tmp_path / "Films" / "Old.m3u8"
    folder.mkdir(parents=True)
    (folder / "Empty.mp4").touch()
    with open_home(tmp_path / "data", tmp_path / "Films", videos=1) as home:
        page = home.get("/folders/Films/Old.m3u8")
        assert (page.status_code, page.content_type) == (200, "text/html; charset=utf-8")
        assert 'href="/folders/Films/Old.m3u8.m3u8"' in page.text
        assert home.get("/folders/Films/Old.m3u8.m3u8").text.startswith("#EXTM3U")


@pytest.mark.parametrize("address", ["/playlist/99999.m3u8", "/folders/Nowhere.m3u8", "/folders/Films/.m3u8/x.m3u8"])
def test_what_is_not_there_is_a_404(home: Home, address: str) -> None:
    assert home.get(address).status_code == 404
