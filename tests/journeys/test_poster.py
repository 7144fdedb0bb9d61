"""A poster's way: a new file, a worker, the thumbnails folder, the page; and all that may go wrong on it."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from local_video_server.jobs import background
from local_video_server.library import shelf, viewers
from tests.clips import make_clip, run_ffmpeg
from tests.disk.slow_folder import slow_folder
from tests.homes import open_home
from tests.server import SLACK, Server, serve, wait_for

POSTER_S = 4.0  # a worker starts, looks into the file and makes its picture; other work shares the machine


def pictures(folder: Path) -> dict[str, int]:
    """Every finished picture file in a thumbnails folder, and when it was written."""
    return {path.name: path.stat().st_ino for path in folder.rglob("[!.]*.*") if path.is_file()}


def url_of(server: Server, filename: str) -> str | None:
    answer = httpx.get(f"{server.base_url}/api/videos/{filename}")
    return answer.json()["thumbnail_url"] if answer.status_code == 200 else None


def picture_of(server: Server, filename: str) -> str:
    return wait_for(lambda: url_of(server, filename), POSTER_S)


def colour_of(server: Server, url: str) -> tuple[int, int, int]:
    answer = httpx.get(server.base_url + url)
    assert answer.status_code == 200
    with Image.open(BytesIO(answer.content)) as image:
        pixel = image.convert("RGB").resize((1, 1)).getpixel((0, 0))
    assert isinstance(pixel, tuple)
    return pixel[0], pixel[1], pixel[2]


def test_a_new_file_gets_its_picture_by_itself(tmp_path: Path) -> None:
    videos = tmp_path / "videos"
    make_clip(videos / "Dune.mp4", size="1280x720")
    with serve(videos, data=tmp_path / "data", thumbnails=str(tmp_path / "pictures")) as server:
        url = picture_of(server, "Dune.mp4")
        page = httpx.get(server.base_url + "/").text
        assert url.replace("-640.", "-320.") in page
        assert 'type="image/avif"' in page
        for address in re.findall(r"/thumbnails/[^ \"]+", page):
            with Image.open(BytesIO(httpx.get(server.base_url + address).content)) as image:
                assert image.size in ((320, 180), (640, 360))


def test_a_renamed_file_keeps_its_picture_and_a_changed_one_gets_another(tmp_path: Path) -> None:
    videos = tmp_path / "videos"
    make_clip(videos / "Dune.mp4")
    with serve(videos, data=tmp_path / "data") as server:
        first = picture_of(server, "Dune.mp4")
        (videos / "Dune.mp4").rename(videos / "Arrakis.mp4")
        wait_for(lambda: url_of(server, "Arrakis.mp4") == first, 1)
        make_clip(tmp_path / "other.mp4", seed=5)
        shutil.copy(tmp_path / "other.mp4", videos / "Arrakis.mp4")
        second = wait_for(lambda: (url := url_of(server, "Arrakis.mp4")) and url != first and url, POSTER_S)
        assert httpx.get(server.base_url + str(second)).status_code == 200


def test_a_picture_beside_the_film_is_preferred_and_a_bad_one_is_told(tmp_path: Path) -> None:
    videos = tmp_path / "videos"
    make_clip(videos / "Dune.mp4")
    make_clip(videos / "Solaris.mp4", seed=1)
    Image.new("RGB", (600, 900), (200, 30, 40)).save(videos / "Dune-poster.jpg")
    (videos / "Solaris.jpg").write_bytes(b"no picture at all")
    with serve(videos, data=tmp_path / "data") as server:
        red, green, blue = colour_of(server, picture_of(server, "Dune.mp4"))
        assert (red > 170, green < 70, blue < 80) == (True, True, True)
        picture_of(server, "Solaris.mp4")
        page = httpx.get(server.base_url + "/admin").text
        assert "Solaris.jpg" in page
        line = json.loads((tmp_path / "data" / "thumbnail_errors.log").read_text().splitlines()[0])
        solaris = httpx.get(f"{server.base_url}/api/videos/Solaris.mp4").json()
        assert (line["video"], "is not a JPEG" in line["reason"]) == (solaris["key"], True)
        assert "Solaris" not in json.dumps(line)
        first = url_of(server, "Dune.mp4")
        Image.new("RGB", (600, 900), (20, 30, 200)).save(tmp_path / "blue.jpg")
        os.replace(tmp_path / "blue.jpg", videos / "Dune-poster.jpg")
        second = wait_for(lambda: (url := url_of(server, "Dune.mp4")) != first and url, POSTER_S)
        assert colour_of(server, str(second))[2] > 150
        (videos / "Dune-poster.jpg").unlink()
        wait_for(lambda: url_of(server, "Dune.mp4") not in (first, second), POSTER_S)


def test_a_restart_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """What was stored when the plug was pulled is not made again."""
    videos, thumbnails = tmp_path / "videos", tmp_path / "pictures"
    for number in range(12):
        make_clip(videos / f"clip {number}.mp4", seed=number, size="640x360")
    places: dict[str, Any] = {"data": tmp_path / "data", "thumbnails": str(thumbnails), "media_workers": "1"}

    def stored(server: Server) -> list[str]:
        listed = httpx.get(server.base_url + "/api/videos").json()["videos"]
        return [video["thumbnail_url"].split("/")[-1][:21] for video in listed if video["thumbnail_url"]]

    with serve(videos, **places) as server:
        kept = wait_for(lambda: len(found := stored(server)) >= 3 and found, POSTER_S)
        server.kill()
    assert len(kept) < 12
    before = pictures(thumbnails)
    with serve(videos, **places) as server:
        wait_for(lambda: len(stored(server)) == 12, 2 * POSTER_S)
        after = pictures(thumbnails)
        for name, inode in before.items():
            assert after[name] == inode or name[:21] not in kept, name
        assert not [path for path in thumbnails.rglob("*") if path.is_file() and path.stat().st_size == 0]


def test_a_failure_is_remembered_and_tried_again_when_asked(tmp_path: Path) -> None:
    """A codec that nobody decodes: the pictures cannot be made, everything else goes on."""
    videos, data = tmp_path / "videos", tmp_path / "data"
    make_clip(videos / "good.mp4")
    undecodable(make_clip(videos / "odd.mp4", seed=1))
    with open_home(data, videos, videos=2) as home:
        odd = home.video("odd.mp4")
        (failed, failure) = home.application.workshop.postering.report().failed[0]
        assert (failed.id, failure.attempts) == (odd.id, 1)
        assert failure.reason in home.get("/admin").get_data(as_text=True).replace("&#39;", "'")
        for _ in range(3):
            home.get("/")
        assert home.application.workshop.postering.report().failed[0][1].attempts == 1
        assert home.client.post("/admin/posters/retry", data={"key": odd.key}).status_code == 303
        wait_for(lambda: len((data / "thumbnail_errors.log").read_text().splitlines()) == 2, POSTER_S)
        assert home.video("good.mp4").id in home.application.catalog.snapshot.posters.of
    with open_home(data, videos, videos=2) as home:
        assert home.application.workshop.postering.report().failed[0][0].filename == "odd.mp4"
        assert len((data / "thumbnail_errors.log").read_text().splitlines()) == 2


def undecodable(clip: Path) -> Path:
    """The same file with a codec's name that no decoder answers to."""
    content = clip.read_bytes()
    assert b"avc1" in content
    clip.write_bytes(content.replace(b"avc1", b"zzz1"))
    return clip


@pytest.mark.parametrize("what", ["a file in its place", "no parent"])
def test_a_thumbnails_folder_that_cannot_be_used_is_told_and_stops_nobody(tmp_path: Path, what: str) -> None:
    videos = tmp_path / "videos"
    make_clip(videos / "Dune.mp4")
    thumbnails = tmp_path / "disk" / "pictures"
    if what == "a file in its place":
        thumbnails.parent.mkdir()
        thumbnails.write_text("in the way")
    with serve(videos, data=tmp_path / "data", thumbnails=str(thumbnails)) as server:
        admin = wait_for(
            lambda: (page := httpx.get(server.base_url + "/admin").text) and "thumbnails folder" in page and page,
            POSTER_S,
        )
        assert ("is not a folder" if what == "a file in its place" else "cannot be used") in admin
        assert server.output.count("jobs pause") == 1
        assert httpx.get(server.base_url + "/").status_code == 200
        assert url_of(server, "Dune.mp4") is None
        thumbnails.unlink(missing_ok=True)
        thumbnails.parent.mkdir(exist_ok=True)
        httpx.post(server.base_url + "/admin/posters/retry")
        assert httpx.get(server.base_url + "/").status_code == 200  # what somebody looks at is made at once
        picture_of(server, "Dune.mp4")


def test_a_thumbnails_folder_that_vanishes_comes_back_with_its_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (shelf, background):
        monkeypatch.setattr(module, "LOOK_AGAIN_S", 0.5)
    videos, data = tmp_path / "videos", tmp_path / "data"
    make_clip(videos / "Dune.mp4")
    with open_home(data, videos, videos=1) as home:
        url = home.get("/api/videos/Dune.mp4").get_json()["thumbnail_url"]
        shutil.rmtree(data / "pictures")
        assert home.get(url).status_code == 404
        assert home.get("/").status_code == 200
        wait_for(lambda: home.get(url).status_code == 200, POSTER_S)


def test_a_full_disk_makes_no_picture_and_stops_nobody(tmp_path: Path) -> None:
    """A disk of 400 MB has less than the 500 MB free that are left to everybody else."""
    videos, disk = tmp_path / "videos", tmp_path / "disk"
    make_clip(videos / "Dune.mp4")
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", str(disk)], check=False).returncode:
        pytest.skip("mounting a small disk needs root")
    try:
        with serve(videos, data=tmp_path / "data", thumbnails=str(disk / "pictures")) as server:
            wait_for(lambda: "Less than 500 MB are free" in httpx.get(server.base_url + "/admin").text, POSTER_S)
            assert url_of(server, "Dune.mp4") is None
            assert pictures(disk) == {}
            assert httpx.get(server.base_url + "/").status_code == 200
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_the_pool_rests_while_somebody_watches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewers, "PLAYING_S", 2.0)
    videos, data = tmp_path / "videos", tmp_path / "data"
    make_clip(videos / "Dune.mp4")
    with open_home(data, videos, videos=1, rest_while_watched=1) as home:
        key = home.video("Dune.mp4").key
        assert home.client.post(f"/watch/{key}/playing").status_code == 204
        made = pictures(data / "pictures")
        make_clip(videos / "Solaris.mp4", seed=1)
        wait_for(lambda: home.get("/api/videos").get_json()["total"] == 2, 1)
        until = time.monotonic() + 4  # twice as long as one word of the player lasts
        while time.monotonic() < until:
            home.client.post(f"/watch/{key}/playing")
            assert pictures(data / "pictures") == made
            time.sleep(0.2)
        home.settle(2)


def test_a_long_answer_that_moves_is_seen_as_watching(tmp_path: Path) -> None:
    """A player that asks once and reads for hours, as VLC does, sends no other sign."""
    videos = tmp_path / "videos"
    make_noise(videos / "Dune.mkv")
    with serve(videos, data=tmp_path / "data") as server:
        picture_of(server, "Dune.mkv")
        with httpx.stream("GET", f"{server.base_url}/video/Dune.mkv") as answer:
            pieces = answer.iter_raw(100_000)
            read_on(pieces, viewers.ASKED_S + 1)  # its question alone does not count any more
            make_clip(videos / "Solaris.mp4", seed=1)
            read_on(pieces, 3)
            assert httpx.get(server.base_url + "/api/videos").json()["total"] == 2
            assert url_of(server, "Solaris.mp4") is None


def read_on(pieces: Iterator[bytes], seconds: float) -> None:
    """Reads as a player does, a megabyte a second."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        next(pieces)
        time.sleep(0.1)


def make_noise(path: Path) -> None:
    """A file of some 60 MB, so that no socket swallows it whole."""
    import ffmpeg

    path.parent.mkdir(parents=True, exist_ok=True)
    noise = ffmpeg.input("nullsrc=size=1280x720:rate=25:duration=6", f="lavfi").filter("noise", alls=100, allf="t")
    run_ffmpeg(ffmpeg.output(noise, str(path), **{"c:v": "mjpeg", "q:v": 2}))


def test_work_ends_with_the_server(tmp_path: Path) -> None:
    videos = tmp_path / "videos"
    for number in range(6):
        make_clip(videos / f"clip {number}.mp4", seed=number)
    with serve(videos, data=tmp_path / "data") as server:
        wait_for(lambda: url_of(server, "clip 0.mp4"), POSTER_S)
        assert server.stop() == 0


def test_a_thumbnails_disk_that_hangs_stops_nobody(tmp_path: Path) -> None:
    videos, data, source = tmp_path / "videos", tmp_path / "data", tmp_path / "source"
    make_clip(videos / "Dune.mp4")
    with serve(videos, data=data, thumbnails=str(source)) as server:
        url = picture_of(server, "Dune.mp4")
    with slow_folder(source, tmp_path / "disk") as disk:
        # Somebody who watches would make the work wait, and here it is the work that notices.
        with serve(videos, data=data, thumbnails=str(tmp_path / "disk"), rest_while_watched="0") as server:
            wait_for(lambda: httpx.get(server.base_url + url).status_code == 200, 1)
            disk.hang()
            waiting = [asked(server, url) for _ in range(12)]
            with httpx.Client(base_url=server.base_url, timeout=SLACK * 1.0) as home:
                for address in ("/", "/admin", "/ping", "/video/Dune.mp4"):
                    assert home.get(address).status_code == 200
            make_clip(videos / "Solaris.mp4", seed=1)
            wait_for(lambda: "does not answer" in httpx.get(server.base_url + "/admin", timeout=30).text, 10)
            address = f"{server.base_url}/api/videos/Solaris.mp4"
            solaris = wait_for(lambda: (it := httpx.get(address).json()).get("status") == "ready" and it, POSTER_S)
            assert solaris["thumbnail_url"] is None
            for one in waiting:
                one.close()
            disk.resume()


def asked(server: Server, url: str) -> socket.socket:
    """A browser that waits for a picture."""
    host, port = server.base_url.removeprefix("http://").split(":")
    browser = socket.create_connection((host, int(port)))
    browser.sendall(f"GET {url} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
    return browser
