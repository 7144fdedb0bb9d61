"""Which frame of a film becomes its poster, of films made to mislead."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import av
import ffmpeg
import pytest
from PIL import Image, ImageStat

from local_video_server.library.errors import MediaUnreadable
from local_video_server.library.poster import Order
from local_video_server.media import judging
from local_video_server.media.frames import best_frame, key_frame
from local_video_server.media.workers import Worker
from tests.clips import make_clip, run_ffmpeg

SIDE = 640


def brightness(picture: Image.Image) -> float:
    return float(ImageStat.Stat(picture.convert("L")).mean[0])


def contrast(picture: Image.Image) -> float:
    return float(ImageStat.Stat(picture.convert("L")).stddev[0])


def judged(picture: Image.Image) -> float:
    return judging.score(judging.look_at(picture.convert("L")))


def film(path: Path, *filters: tuple[str, dict[str, Any]], seconds: float = 10, **options: Any) -> Path:
    """A test picture with a key frame every second, through ffmpeg's filters."""
    picture = ffmpeg.input(f"testsrc2=size=320x180:rate=10:duration={seconds}", f="lavfi")
    for name, arguments in filters:
        picture = picture.filter(name, **arguments)
    options = {"c:v": "libx264", "preset": "ultrafast", "pix_fmt": "yuv420p", "g": 10, **options}
    run_ffmpeg(ffmpeg.output(picture, str(path), **options))
    return path


def black(enable: str) -> tuple[str, dict[str, Any]]:
    return "drawbox", {"color": "black", "t": "fill", "enable": enable}


@pytest.mark.parametrize(
    ("filters", "options"),
    [
        ([black("lt(t,4)")], {}),
        ([black("gt(t,1.5)")], {}),
        ([black("not(between(t,8.5,9.6))")], {}),
        ([("drawbox", {"color": "white", "t": "fill", "enable": "lt(t,6)"})], {}),
        ([("fade", {"t": "in", "start_time": 0, "duration": 6})], {}),
        ([("gblur", {"sigma": 20, "enable": "lt(t,6)"})], {}),
        ([black("lt(t,4)")], {"g": 1000, "sc_threshold": 0}),
        ([black("lt(t,4)")], {"f": "h264"}),
        ([black("lt(t,4)")], {"f": "mpegts"}),
        ([black("lt(t,4)")], {"f": "flv", "flvflags": "no_duration_filesize"}),
        ([black("lt(t,4)")], {"f": "matroska", "live": 1, "cluster_time_limit": 500}),
        ([black("lt(t,4)")], {"movflags": "frag_keyframe+empty_moov", "f": "mp4"}),
    ],
    ids=["black start", "black after the start", "black but near the end", "white start", "a slow fade",
         "out of focus", "one key frame", "a bare stream", "no index", "no length", "neither", "in fragments"],
)  # fmt: skip
def test_the_frame_shows_the_film(filters: list[Any], options: dict[str, Any], tmp_path: Path) -> None:
    clear = best_frame(str(film(tmp_path / "clear.mp4")), SIDE)
    began = time.monotonic()
    found = best_frame(str(film(tmp_path / f"film.{options.get('f', 'mp4')}", *filters, **options)), SIDE)
    assert time.monotonic() - began < 10
    assert found.size == (320, 180)
    assert contrast(found) > 0.8 * contrast(clear)
    assert judged(found) > 0.7 * judged(clear)


def test_a_film_that_is_black_all_through_has_a_black_poster(tmp_path: Path) -> None:
    assert brightness(best_frame(str(film(tmp_path / "film.mp4", black("1"))), SIDE)) < 20


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("clip.mp4", {"seconds": 0.1}),
        ("clip.mkv", {"seconds": 0.1, "codec": "mjpeg"}),
        ("clip.avi", {"codec": "mpeg4"}),
        ("clip.mpg", {"codec": "mpeg2video", "rate": 25}),
        ("clip.webm", {"codec": "vp9"}),
        ("clip.webm", {"codec": "vp8"}),
        ("clip.mkv", {"codec": "hevc"}),
        ("clip.mp4", {"bf": 3, "x264-params": "bframes=3:b-adapt=0"}),
        ("clip.ts", {"audio": True}),
    ],
    ids=["one frame", "one frame of mjpeg", "avi", "mpeg", "vp9", "vp8", "hevc", "b frames", "ts"],
)
def test_every_kind_of_file_has_a_frame(name: str, options: dict[str, Any], tmp_path: Path) -> None:
    found = best_frame(str(make_clip(tmp_path / name, **options)), SIDE)
    assert found.size == (320, 180)
    assert contrast(found) > 30


def test_a_film_without_a_key_frame_is_read_from_its_start(tmp_path: Path) -> None:
    """A recording that begins in the middle: the first key frame is not in it, and none follows."""
    whole, path = film(tmp_path / "whole.ts", seconds=4, g=1000, sc_threshold=0), tmp_path / "film.ts"
    # What is marked as a key frame is so no longer; the pictures are all there.
    unmarked = {"c": "copy", "bsf:v": "h264_metadata=aud=insert,filter_units=remove_types=5"}
    run_ffmpeg(ffmpeg.output(ffmpeg.input(str(whole)), str(path), **unmarked))
    with pytest.raises(MediaUnreadable, match=r"^Not one picture of the file can be decoded\."):
        best_frame(str(path), SIDE)


def test_a_film_that_renews_itself_little_by_little_has_a_frame(tmp_path: Path) -> None:
    path = film(tmp_path / "film.ts", seconds=4, g=1000, **{"x264-params": "intra-refresh=1:keyint=20"})
    assert contrast(best_frame(str(path), SIDE)) > 30


@pytest.mark.parametrize("part", [0.1, 0.3, 0.5], ids=str)
def test_damage_in_the_middle_is_passed_over(part: float, tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", movflags="+faststart")
    whole = judged(best_frame(str(path), SIDE))
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(int(size * part))
        file.write(os.urandom(size // 4))
    found = best_frame(str(path), SIDE)
    assert judged(found) > 0.7 * whole


def test_a_picture_that_had_to_be_patched_is_not_the_poster(tmp_path: Path, worker: Worker) -> None:
    """Only a worker hears what ffmpeg says of a picture that it put together from pieces."""
    pale = ("eq", {"contrast": 0.55, "enable": "not(between(t,1.9,2.9))"})
    path = film(tmp_path / "film.mp4", pale, movflags="+faststart")
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.is_keyframe and packet.size]
    damaged = packets[2]  # at a fifth of the length, where the search begins: the only one with strong colours
    assert damaged.pos is not None
    before, after = key_frame(str(path), 0.2, SIDE), key_frame(str(path), 0.5, SIDE)
    assert contrast(before) > 1.4 * contrast(after)
    with path.open("r+b") as file:
        file.seek(damaged.pos + damaged.size * 9 // 10)
        file.write(bytes(range(256)) * 3)
    worker.poster(Order(str(path), None, "ab0", "ab0"), str(tmp_path / "posters"))
    with Image.open(tmp_path / "posters" / "ab" / "ab0-320.jpg") as poster:
        assert contrast(poster) < 1.2 * contrast(after)


def test_a_film_that_is_cut_short_has_a_frame(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", movflags="+faststart")
    os.truncate(path, path.stat().st_size // 3)
    assert contrast(best_frame(str(path), SIDE)) > 30


def test_cover_art_is_not_taken_for_the_film(tmp_path: Path) -> None:
    cover, path = tmp_path / "cover.png", tmp_path / "film.mp4"
    Image.new("RGB", (400, 600), "red").save(cover)
    streams = [ffmpeg.input(str(cover)), ffmpeg.input(str(make_clip(tmp_path / "clip.mp4")))]
    run_ffmpeg(ffmpeg.output(*streams, str(path), c="copy", **{"disposition:v:0": "attached_pic"}))
    assert best_frame(str(path), SIDE).size == (320, 180)


def test_cover_art_alone_is_no_film(tmp_path: Path) -> None:
    cover, path = tmp_path / "cover.png", tmp_path / "song.mp4"
    Image.new("RGB", (400, 600), "red").save(cover)
    streams = [ffmpeg.input(str(cover)), ffmpeg.input("sine=duration=1", f="lavfi")]
    options = {"c:v": "copy", "disposition:v:0": "attached_pic", "shortest": None}
    run_ffmpeg(ffmpeg.output(*streams, str(path), **options))
    with pytest.raises(MediaUnreadable, match="only sound"):
        best_frame(str(path), SIDE)


@pytest.mark.parametrize("size", ["8192x4320", "4320x8192", "16384x16"], ids=str)
def test_the_largest_pictures_have_a_frame(size: str, tmp_path: Path) -> None:
    path = make_clip(tmp_path / "film.mkv", size=size, codec="mjpeg", rate=1)
    assert max(best_frame(str(path), SIDE).size) == SIDE


def test_one_key_frame_is_taken_without_judging(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", black("lt(t,6)"))
    assert brightness(key_frame(str(path), 0.2, 160)) < 20
    shown = key_frame(str(path), 0.8, 160)
    assert shown.size == (160, 90)
    assert brightness(shown) > 60


def test_one_key_frame_is_found_where_there_is_none_behind_the_place(tmp_path: Path) -> None:
    path = film(tmp_path / "film.ts", seconds=2, g=1000, sc_threshold=0)
    assert brightness(key_frame(str(path), 0.8, 160)) > 60
