"""What a probe finds in files made for the purpose, and what it refuses. Always asked of a real worker."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import ffmpeg
import pytest

from local_video_server.library.errors import Gone, MediaUnreadable
from local_video_server.library.facts import Facts
from local_video_server.media import unreadable
from local_video_server.media.workers import Worker
from tests.clips import make_clip, run_ffmpeg

REFUSED_S = 5.0  # a refusal takes a millisecond; opening the pipe that the script names would take for ever


def reason(worker: Worker, path: Path) -> str:
    with pytest.raises(MediaUnreadable) as refusal:
        worker.probe(str(path), REFUSED_S)
    return refusal.value.message


@pytest.mark.parametrize(
    ("name", "container", "codec", "options"),
    [
        ("clip.m2v", "mpeg", "mpeg2video", {"codec": "mpeg2video", "rate": 25}),
        ("clip.mpg", "mpeg", "mpeg2video", {"codec": "mpeg2video", "rate": 25, "f": "mpeg2video"}),
        ("bare h264.mpg", "mpeg", "h264", {"f": "h264"}),
        ("bare hevc.mpg", "mpeg", "hevc", {"codec": "hevc", "f": "hevc"}),
        ("bare mpeg4.m4v", "mpeg", "mpeg4", {"codec": "mpeg4", "f": "m4v"}),
        ("fragments.mp4", "mp4", "h264", {"movflags": "frag_keyframe+empty_moov", "audio": True}),
        ("live.webm", "webm", "vp8", {"codec": "vp8", "live": 1, "c:a": "libvorbis", "audio": True}),
        ("no end.flv", "flv", "h264", {"flvflags": "no_duration_filesize", "audio": True}),
        ("tv.ts", "mpegts", "h264", {"audio": True}),
        ("camera.m2ts", "mpegts", "h264", {"mpegts_m2ts_mode": 1}),
        ("studio.mxf", "mxf", "mpeg2video", {"codec": "mpeg2video", "rate": 25}),
        ("says mp4.mp4", "mkv", "h264", {"f": "matroska"}),
        ("says mkv.mkv", "mov", "h264", {"f": "mov"}),
        ("says avi.avi", "3gp", "h264", {"f": "3gp"}),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
def test_what_is_inside_decides_and_the_length_is_found(
    name: str, container: str, codec: str, options: dict[str, Any], tmp_path: Path, worker: Worker
) -> None:
    facts = worker.probe(str(make_clip(tmp_path / name, seconds=2, **options)))
    assert (facts.container, facts.video[0].codec) == (container, codec)
    assert (facts.width, facts.height) == (320, 180)
    assert facts.duration_s == pytest.approx(2.0, abs=0.15)
    assert facts.video[0].frame_rate == pytest.approx(options.get("rate", 10), abs=0.3)


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_rotation_is_clockwise_as_ffmpeg_itself_shows_it(turned: int, tmp_path: Path, worker: Worker) -> None:
    upright, path = tmp_path / "upright.mp4", tmp_path / "turned.mp4"
    red, blue = (ffmpeg.input(f"color=c={name}:size=160x180:d=1:r=5", f="lavfi") for name in ("red", "blue"))
    run_ffmpeg(ffmpeg.output(ffmpeg.filter([red, blue], "hstack"), str(upright), pix_fmt="yuv420p"))
    # ffmpeg's own angle counts against the clock.
    run_ffmpeg(ffmpeg.output(ffmpeg.input(str(upright), display_rotation=-turned), str(path), c="copy"))
    facts = worker.probe(str(path))
    assert facts.video[0].rotation == turned
    assert (facts.width, facts.height) == ((180, 320) if turned in (90, 270) else (320, 180))
    raw = tmp_path / "shown.rgb"
    run_ffmpeg(ffmpeg.output(ffmpeg.input(str(path)), str(raw), pix_fmt="rgb24", f="rawvideo", **{"frames:v": 1}))
    shown = raw.read_bytes()
    width = facts.width
    middles = {90: (width // 2, 0), 180: (width - 1, 90), 270: (width // 2, 319)}  # where the left edge went
    x, y = middles[turned]
    redness, _, blueness = shown[(y * width + x) * 3 :][:3]
    assert redness > 200 > 50 > blueness


def test_cover_art_is_no_picture_track(tmp_path: Path, worker: Worker) -> None:
    clip = make_clip(tmp_path / "clip.mp4", audio=True)
    cover = tmp_path / "cover.jpg"
    run_ffmpeg(ffmpeg.output(ffmpeg.input(str(clip)), str(cover), frames=1))
    streams = ffmpeg.input(str(clip))
    film, song = tmp_path / "film.mp4", tmp_path / "song.mp4"
    art = ffmpeg.input(str(cover))
    cover_options = {"c": "copy", "disposition:v:1": "attached_pic"}
    run_ffmpeg(ffmpeg.output(streams["v"], art, streams["a"], str(film), **cover_options))
    run_ffmpeg(ffmpeg.output(streams["a"], art, str(song), **{"c": "copy", "disposition:v": "attached_pic"}))
    assert [track.codec for track in worker.probe(str(film)).video] == ["h264"]
    assert reason(worker, song) == unreadable.ONLY_SOUND


@pytest.mark.parametrize(
    ("name", "codec", "known", "unknown", "expected"),
    [
        ("clip.mp4", "h264", b"avc1", b"xvc9", "xvc9"),
        ("clip.avi", "mpeg4", b"FMP4", b"QQQQ", "QQQQ"),
        ("clip.mkv", "h264", b"V_MPEG4/ISO/AVC", b"V_MPEG9/NEW/XYZ", "unknown"),
    ],
    ids=["mp4", "avi", "mkv"],
)
def test_a_codec_without_decoder_is_listed_with_its_size(
    name: str, codec: str, known: bytes, unknown: bytes, expected: str, tmp_path: Path, worker: Worker
) -> None:
    clip = make_clip(tmp_path / name, seconds=2, codec=codec)
    clip.write_bytes(clip.read_bytes().replace(known, unknown))
    facts = worker.probe(str(clip))
    assert (facts.video[0].codec, facts.width, facts.height) == (expected, 320, 180)
    assert facts.duration_s == pytest.approx(2.0, abs=0.15)


def _with_pictures(clip: Path, pictures: bytes | None) -> None:
    """Replaces the pictures in an mp4 whose index stands in front; None ends the file there."""
    content = clip.read_bytes()
    start = content.index(b"mdat") + 4
    clip.write_bytes(content[:start] + (pictures or b"")[: len(content) - start])


@pytest.mark.parametrize(
    ("pictures", "expected"),
    [
        (None, unreadable.ENDS_BEFORE_PICTURES),
        (b"\x07garbage" * 20_000, "Not one picture of the file can be decoded (ffmpeg: "),
    ],
    ids=["cut off", "garbage"],
)
def test_a_file_without_one_picture_is_broken(
    pictures: bytes | None, expected: str, tmp_path: Path, worker: Worker
) -> None:
    clip = make_clip(tmp_path / "clip.mp4")
    _with_pictures(clip, pictures)
    assert reason(worker, clip).startswith(expected)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", unreadable.EMPTY),
        (b"\0" * 300_000, unreadable.ONLY_ZEROS),
        (b"\0\0\0\x14ftypisom\0\0\2\0isom\0\0\0\x08free", unreadable.ENDS_BEFORE_INDEX),
        (b"\0\0\0\x14ftypisom\0\0\2\0isom\0\1\0\0moov", unreadable.ENDS_BEFORE_INDEX),
        (b"<!doctype html><title>404 Not Found</title>" * 20, "This is not a video: the file holds text."),
        (b"\x1aE\xdf\xa3garbage" * 20, "The Matroska header of the file is damaged ("),
    ],
    ids=["empty", "zeros", "no index", "half an index", "web page", "damaged matroska"],
)
def test_the_reason_is_true(content: bytes, expected: str, tmp_path: Path, worker: Worker) -> None:
    path = tmp_path / "video.mp4"
    path.write_bytes(content)
    assert reason(worker, path).startswith(expected)


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path, worker: Worker) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    assert reason(worker, tmp_path / "pipe.mp4") == unreadable.NOT_REGULAR
    assert reason(worker, tmp_path) == unreadable.NOT_REGULAR


def test_a_file_that_is_away_is_not_called_broken(tmp_path: Path, worker: Worker) -> None:
    with pytest.raises(Gone):
        worker.probe(str(tmp_path / "away.mp4"))


@pytest.mark.parametrize(
    "name",
    [
        b"\xff\xfe latin.mp4",
        b"two\nlines.mp4",
        b"-dash.mp4",
        b"http:x.mp4",
        b"concat:a|b.mp4",
        b"%03d *?.mp4",
    ],
    ids=["not UTF-8", "line break", "dash", "scheme", "concat", "pattern"],
)
def test_any_name_is_only_a_name(name: bytes, tmp_path: Path, worker: Worker) -> None:
    path = tmp_path / os.fsdecode(name)
    os.rename(make_clip(tmp_path / "plain.mp4"), path)
    assert worker.probe(str(path)).container == "mp4"


def test_tags_that_are_not_utf8_and_endless_titles_do_no_harm(tmp_path: Path, worker: Worker) -> None:
    options: dict[str, Any] = {"metadata:s:a": "title=" + "é" * 5000}
    clip = make_clip(tmp_path / "clip.mkv", audio=True, **options)
    clip.write_bytes(clip.read_bytes().replace("ééé".encode(), b"\xe9\xe9\xff\xe9\xe9\xe9", 1))
    title = worker.probe(str(clip)).audio[0].title
    assert title is not None
    assert len(title) == 300
    assert title.startswith("\ufffd")


# -- files that point elsewhere

CONCAT = "ffconcat version 1.0\nfile target.mp4\n"
HLS = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{target}\n#EXT-X-ENDLIST\n"
DASH = (
    '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
    'mediaPresentationDuration="PT9S" profiles="urn:mpeg:dash:profile:isoff-main:2011"><Period>'
    '<AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>{target}</BaseURL>'
    "</Representation></AdaptationSet></Period></MPD>"
)
SDP = "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {port} RTP/AVP 96\n"


@pytest.mark.parametrize("script", [CONCAT, HLS, DASH], ids=["concat", "hls", "dash"])
@pytest.mark.parametrize("name", ["film.mp4", "film.ts", "film.mkv"])
def test_a_playlist_opens_no_other_file(script: str, name: str, tmp_path: Path, worker: Worker) -> None:
    os.mkfifo(tmp_path / "target.mp4")  # whoever opens it hangs
    (tmp_path / name).write_text(script.format(target=tmp_path / "target.mp4"))
    assert "took longer" not in reason(worker, tmp_path / name)


def test_the_list_of_kinds_is_what_stops_a_script(tmp_path: Path, worker: Worker) -> None:
    make_clip(tmp_path / "target.mp4")
    script = tmp_path / "film.mp4"
    script.write_text(CONCAT)
    code = "import av, sys; print(av.open(sys.argv[1]).format.name)"
    opened = subprocess.run([sys.executable, "-c", code, script], capture_output=True, text=True, check=True)
    assert opened.stdout.strip() == "concat"
    assert reason(worker, script) == unreadable.NEVER_OPENED


@pytest.mark.parametrize("script", [HLS, DASH, SDP], ids=["hls", "dash", "sdp"])
def test_a_playlist_reaches_no_address(script: str, tmp_path: Path, worker: Worker) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        path = tmp_path / "film.mp4"
        path.write_text(script.format(target=f"http://127.0.0.1:{port}/a.ts", port=port))
        assert "took longer" not in reason(worker, path)
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()


def test_facts_travel_whole(tmp_path: Path, worker: Worker) -> None:
    facts = worker.probe(str(make_clip(tmp_path / "clip.mkv", audio=True)))
    assert Facts.from_json(facts.to_json()) == facts
