"""Every file of the sample library, against what its README says of it. Durations in seconds."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import pytest

from local_video_server.library.errors import MediaUnreadable
from local_video_server.library.facts import Chapter, Facts
from local_video_server.media.workers import Worker
from tests.sample_media import sample_media


class Row(NamedTuple):
    path: str
    container: str
    video: str
    audio: str
    subtitles: str
    duration_s: float
    width: int
    height: int


LONG_NAME = (
    "A very long file name as a phone app or a download tool would make it - the whole family singing and "
    "dancing in the kitchen after dinner on the second day of the holiday the whole family singing and "
    "dancing in the kitchen after di.mp4"
)
BUNNY = "Films/Big Buck Bunny (2008)/Big Buck Bunny (2008).mp4"
SINTEL = "Films/Sintel (2010)/Sintel (2010) - Trailer.mp4"
DREAM = "Films/Elephants Dream (2006)/Elephants Dream - many subtitles.mkv"
LENS_CAP = "Recordings/2021-06-05 19.30.00 lens cap on.mp4"
SCREEN = "Screen recordings/Screen Recording 2024-03-01 at 14.22.07.mp4"
NO_LENGTH = "Screen recordings/recording without a duration.webm"
IPHONE = "Phone/iPhone/IMG_2714.MOV"
AV1_PHONE = "Phone/Android/portrait HDR AV1.mp4"
FILM_TS = "TV recordings/2024-01-05 20.00 Evening film.ts"
AVCHD = "Camera/PRIVATE/AVCHD/BDMV/STREAM/00012.MTS"
BIRTHDAY = "Odd names/🎂 Zoë’s birthday – 誕生日/🎄 Рождество.mp4"
SUBRIP_8 = " ".join(["subrip"] * 8)

READABLE = [
    Row(BUNNY, "mp4", "h264", "aac", "", 30.0, 854, 480),
    Row(SINTEL, "mp4", "h264", "aac", "", 52.2, 1280, 720),
    Row(LENS_CAP, "mp4", "h264", "aac", "", 362.8, 1920, 1080),
    Row("Old iPod/sample_iPod.m4v", "mp4", "h264", "aac", "", 85.5, 320, 240),
    Row("Security camera/front door 2018-10-02 08_15.mp4", "mp4", "h264", "", "", 139.4, 768, 432),
    Row("GoPro/100GOPRO/GOPR0042.MP4", "mp4", "h264", "aac", "", 12.1, 854, 480),
    Row("Holiday 2019/snowy mountains.mp4", "mp4", "h264", "aac", "", 27.2, 427, 240),
    Row("Garden/butterfly.mp4", "mp4", "h264", "aac", "", 7.5, 1280, 720),
    Row("Phone/Pixel/PXL_20240612_101530.mp4", "mp4", "hevc", "aac", "", 10.0, 1920, 1080),
    Row(IPHONE, "mov", "hevc", "aac", "", 2.5, 1080, 1920),
    Row("Films/clip in HEVC.mkv", "mkv", "hevc", "aac", "", 10.0, 1920, 1080),
    Row(AV1_PHONE, "mp4", "av1", "aac", "", 4.2, 720, 1280),
    Row("Films/av1 sample.mkv", "mkv", "av1", "", "", 5.0, 640, 360),
    Row("Stop motion/crystal.webm", "webm", "vp8", "vorbis", "", 12.0, 720, 480),
    Row("Screen recordings/terminal.webm", "webm", "vp9", "opus", "", 5.2, 640, 480),
    Row("Phone/Android/IMG_1234.mp4", "mp4", "vp9", "aac", "", 3.1, 1440, 1080),
    Row(NO_LENGTH, "webm", "vp9", "opus", "", 4.94, 1280, 720),
    Row(DREAM, "mkv", "h264", "aac aac", SUBRIP_8, 3.4, 1024, 576),
    Row("Anime/episode 01 [styled subs].mkv", "mkv", "h264", "ac3", "ass", 1.1, 1080, 720),
    Row("Anime/episode 02.mkv", "mkv", "h264", "ac3", "subrip", 1.2, 1080, 720),
    Row("Films/film with chapters.mkv", "mkv", "h264", "aac", "", 5.0, 320, 240),
    Row("Old computer/lego robot.avi", "avi", "mpeg4", "mp3", "", 5.6, 320, 240),
    Row("Camera/DCIM/100_PANA/100_0306.AVI", "avi", "mjpeg", "pcm_s16le", "", 2.7, 320, 240),
    Row("Phone/iPhone/portrait.MOV", "mov", "h264", "aac", "", 2.1, 320, 568),
    Row("Old computer/lego robot (2).wmv", "asf", "wmv2", "wmav2", "", 5.6, 320, 240),
    Row("Downloads/clip from the web.flv", "flv", "h264", "aac", "", 10.0, 192, 144),
    Row(FILM_TS, "mpegts", "mpeg2video", "mp2", "", 2.5, 1920, 1080),
    Row("TV recordings/short DTS clip.ts", "mpegts", "h264", "dts", "", 0.1, 640, 426),
    Row(AVCHD, "mpegts", "h264", "ac3", "hdmv_pgs_subtitle", 0.5, 1920, 1080),
    Row("Old computer/hello world.mpeg", "mpeg", "mpeg2video", "mp2", "", 8.3, 640, 480),
    Row("DVD/VIDEO_TS/VTS_01_1.VOB", "mpeg", "mpeg2video", "mp2", "", 4.9, 192, 240),
    Row("Old phone/desk.3gp", "3gp", "h263", "aac", "", 5.1, 384, 288),
    Row("Old computer/example video.ogv", "ogg", "theora", "vorbis", "", 10.0, 240, 98),
    Row("Camera/DCIM/DSC_0001.MOV", "mov", "h264", "pcm_s16le", "", 2.0, 1920, 1080),
    Row(SCREEN, "mp4", "h264", "", "", 8.7, 3026, 1386),
    Row("Odd names/-video-with-dash-.mp4", "mp4", "h264", "", "", 5.0, 1, 1),
    Row("Odd names/te[s]t_ video ' _ .flv", "flv", "h264", "", "", 1.9, 320, 240),
    Row('Odd names/100% fun #1 & "more"; what?.mp4', "mp4", "h264", "aac", "", 1.0, 320, 180),
    Row(BIRTHDAY, "mp4", "h264", "", "", 0.8, 640, 416),
    Row("Odd names/" + LONG_NAME, "mp4", "h264", "aac", "", 3.6, 160, 120),
]

INTERRUPTED = "The file ends before its index: the copy or recording was probably interrupted."
BROKEN = {
    "Music/voice memo.mp4": "No picture track: the file holds only sound.",
    "Phone/broken/2018-04-12 19_24_49.mov": "The file is empty.",
    "Phone/broken/broken.mp4": INTERRUPTED,
    "Phone/broken/copy stopped half way.mp4": INTERRUPTED,
    "Phone/broken/fixture-corrupt.mkv": "The Matroska header of the file is damaged "
    "(ffmpeg: Invalid data found when processing input; EBML header parsing failed).",
}
SIDECARS = (".srt", ".vtt", ".nfo", ".md")


@pytest.fixture(scope="module")
def library() -> Path:
    return sample_media()


def test_the_tables_name_every_file_of_the_library(library: Path) -> None:
    files = {
        os.path.relpath(os.path.join(folder, name), library)
        for folder, _, names in os.walk(library)
        for name in names
        if not name.endswith(SIDECARS)
    }
    assert files == {row.path for row in READABLE} | set(BROKEN)


@pytest.mark.parametrize("row", READABLE, ids=lambda row: os.path.basename(row.path)[:40])
def test_a_file_is_what_its_readme_says(row: Row, library: Path, worker: Worker) -> None:
    facts = worker.probe(str(library / row.path))
    assert facts.duration_s == pytest.approx(row.duration_s, abs=0.15)
    found = Row(
        row.path,
        facts.container,
        " ".join(track.codec for track in facts.video),
        " ".join(track.codec for track in facts.audio),
        " ".join(track.codec for track in facts.subtitles),
        row.duration_s,
        facts.width,
        facts.height,
    )
    assert found == row


@pytest.mark.parametrize(("path", "reason"), BROKEN.items(), ids=[os.path.basename(path) for path in BROKEN])
def test_a_broken_file_has_its_true_reason(path: str, reason: str, library: Path, worker: Worker) -> None:
    with pytest.raises(MediaUnreadable) as refusal:
        worker.probe(str(library / path))
    assert refusal.value.message == reason


def _facts(library: Path, worker: Worker, path: str) -> Facts:
    return worker.probe(str(library / path))


@pytest.mark.parametrize(
    ("path", "rotation"),
    [("Phone/iPhone/portrait.MOV", 90), (IPHONE, 90), (AV1_PHONE, 0)],
    ids=["iPhone 2013", "iPhone HDR", "coded upright"],
)
def test_a_phone_held_upright_is_turned_clockwise(path: str, rotation: int, library: Path, worker: Worker) -> None:
    assert _facts(library, worker, path).video[0].rotation == rotation


@pytest.mark.parametrize(
    ("path", "hdr"), [(IPHONE, "HLG"), (AV1_PHONE, "HDR10"), (BUNNY, None)], ids=["HLG", "PQ", "ordinary"]
)
def test_high_dynamic_range_is_seen(path: str, hdr: str | None, library: Path, worker: Worker) -> None:
    assert _facts(library, worker, path).video[0].hdr == hdr


@pytest.mark.parametrize(
    ("path", "rate"),
    [
        (BUNNY, 24),
        (SCREEN, 7.22),  # variable, on a clock of 57,600
        ("Old phone/desk.3gp", 14.14),  # about 14 of its 30
        ("Downloads/clip from the web.flv", 14.985),  # the header's 1000 is the clock
        ("Anime/episode 02.mkv", 30),  # as well
        ("GoPro/100GOPRO/GOPR0042.MP4", 29.97),
    ],
    ids=["constant", "variable", "variable 3gp", "flv", "matroska", "ntsc"],
)
def test_the_frame_rate_is_what_comes_in_a_second(path: str, rate: float, library: Path, worker: Worker) -> None:
    assert _facts(library, worker, path).video[0].frame_rate == pytest.approx(rate, abs=0.02)


def test_languages_titles_and_defaults_of_tracks_are_read(library: Path, worker: Worker) -> None:
    dream = _facts(library, worker, DREAM)
    languages = [track.language for track in dream.subtitles]
    assert languages == ["eng", "hun", "ger", "fre", "spa", "ita", "jpn", None]
    assert [track.is_default for track in dream.subtitles] == [True, *[False] * 7]
    assert [(track.language, track.title, track.is_default) for track in dream.audio] == [
        (None, None, True),
        ("eng", "Commentary", False),
    ]
    assert _facts(library, worker, "Anime/episode 02.mkv").subtitles[0].title == "Subs Label"


def test_an_undetermined_language_is_none(library: Path, worker: Worker) -> None:
    assert _facts(library, worker, BUNNY).audio[0].language is None


def test_chapters_are_read(library: Path, worker: Worker) -> None:
    assert _facts(library, worker, "Films/film with chapters.mkv").chapters == (
        Chapter(0.0, 1.999, "Chapter 1"),
        Chapter(2.0, 4.999, "Chapter 2"),
    )


def test_a_pixel_that_is_not_square_widens_the_picture(library: Path, worker: Worker) -> None:
    facts = _facts(library, worker, "Old phone/desk.3gp")
    assert (facts.video[0].width, facts.width) == (352, 384)
