"""Poster files over HTTP: stamped, kept for ever, never made by a request; and the tiles that wait for one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from local_video_server.jobs import background
from local_video_server.library import shelf
from local_video_server.library.poster import Poster
from tests.clips import make_clip
from tests.homes import Home, open_home
from tests.server import wait_for

DUNE = "Dune.2021.1080p.mp4"
SOON_S = 2.0


def poster_of(home: Home, filename: str = DUNE) -> Poster:
    return home.application.catalog.snapshot.posters.of[home.video(filename).id]


def file_of(home: Home, poster: Poster, what: str) -> Path:
    return Path(home.application.settings.thumbnails, poster.stamp[:2], f"{poster.stamp}-{what}")


@pytest.mark.parametrize(("kind", "media_type"), [("jpg", "image/jpeg"), ("avif", "image/avif")])
def test_a_picture_is_kept_for_ever(home: Home, kind: str, media_type: str) -> None:
    poster = poster_of(home)
    answer = home.get(f"/thumbnails/{poster.stamp}-320.{kind}")
    assert answer.data == file_of(home, poster, f"320.{kind}").read_bytes()
    assert answer.content_type == media_type
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    again = home.get(answer.request.path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "x",
        "../library.db",
        "..-320.jpg",
        "a" * 21 + "-320.jpg",
        "a" * 21 + "-320.php",
        "a" * 21 + "-99999999.jpg",
    ],
)
def test_a_picture_that_was_never_made_is_not_found(home: Home, name: str) -> None:
    assert home.get(f"/thumbnails/{name}").status_code == 404


def test_a_link_in_the_thumbnails_folder_shows_nothing(home: Home, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    stamp = "00" * 10 + "1"
    link = Path(home.application.settings.thumbnails, "00", f"{stamp}-320.jpg")
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(secret)
    assert home.get(f"/thumbnails/{stamp}-320.jpg").status_code == 404
    link.unlink()


@pytest.mark.parametrize("stem", ["Dune.2021.1080p", "Series/Show.S01E02", "Show.S01E02"])
def test_the_originals_address_of_a_picture_answers(home: Home, stem: str) -> None:
    answer = home.get(f"/static/thumbnails/{stem}.jpg")
    assert (answer.status_code, answer.content_type) == (200, "image/jpeg")
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert "ETag" in answer.headers


def test_a_broken_file_has_no_picture(home: Home) -> None:
    assert home.get("/api/videos/Holiday/broken.mp4").get_json()["thumbnail_url"] is None
    assert home.get("/static/thumbnails/Holiday/broken.jpg").status_code == 404


def test_a_tile_comes_when_it_has_its_picture(home: Home) -> None:
    keys = [home.video(DUNE).key, home.video("Holiday/broken.mp4").key, "aaaaaaaaaa", "<script>"]
    part = home.get("/parts/pictures", query_string={"key": keys}).text
    assert re.findall(r'data-of="([^"]*)"', part) == [keys[0]]
    assert f"{poster_of(home).stamp}-320.jpg" in part
    assert 'class="picture' in part


def test_a_page_with_a_thousand_keys_is_answered_for_as_many_as_a_page_has(home: Home) -> None:
    part = home.get("/parts/pictures", query_string={"key": [home.video(DUNE).key] * 1000}).text
    assert part.count("data-of=") == 120


def test_a_picture_that_somebody_deleted_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (shelf, background):
        monkeypatch.setattr(module, "LOOK_AGAIN_S", 0.5)
    videos = tmp_path / "Videos"
    make_clip(videos / "Dune.mp4")
    with open_home(tmp_path / "data", videos, videos=1) as home:
        file = file_of(home, poster_of(home, "Dune.mp4"), "320.jpg")
        file.unlink()
        for other in file.parent.iterdir():
            other.unlink()
        assert home.get(f"/thumbnails/{file.name}").status_code == 404
        wait_for(file.exists, SOON_S)


def test_what_is_on_an_open_page_is_made_first(tmp_path: Path) -> None:
    """Also where the budget is filled, so that nothing is made in the background."""
    videos = tmp_path / "Videos"
    for number in range(3):
        make_clip(videos / f"clip {number}.mp4", seed=number)
    data = tmp_path / "data"
    with open_home(data, videos, videos=3) as home:
        shelf = home.application.wsgi.extensions["house"].shelf
        shelf.added(home.application.settings.thumbnails_mb * 1_000_000 * 19 // 20)
        make_clip(videos / "newcomer.mp4", seed=9)

        def newcomer() -> bool:
            found = home.application.catalog.snapshot.library.by_filename.get("newcomer.mp4")
            return found is not None and found.fingerprint is not None and found.duration_s is not None

        wait_for(newcomer, SOON_S)
        video = home.video("newcomer.mp4")
        assert video.id not in home.application.catalog.snapshot.posters.of
        assert f'data-lacks="{video.key}"' in home.get("/").text
        wait_for(lambda: video.id in home.application.catalog.snapshot.posters.of, SOON_S)
        assert f'data-lacks="{video.key}"' not in home.get("/").text
