"""Posters as the server orders them: always asked of a real worker, and read back from the folder."""

from __future__ import annotations

import os
import time
from pathlib import Path

import ffmpeg
import pytest
from PIL import Image

from local_video_server.library.errors import Gone, LibraryError, MediaUnreadable, Unavailable
from local_video_server.library.poster import SMALLER_TOO, Order, file_name
from local_video_server.media.workers import Worker
from tests.clips import make_clip, run_ffmpeg
from tests.disk.faults import mounted
from tests.sample_media import sample_media

PLAIN_STAMP = "cd" * 10 + "1"
STAMP = "ab0123456789"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where posters go; not yet there."""
    return tmp_path / "thumbnails"


def names_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def names_of(sides: list[int]) -> set[str]:
    kinds = [(side, "jpg") for side in sides] + [(side, "avif") for side in sides if side in SMALLER_TOO]
    return {file_name(STAMP, side, kind) for side, kind in kinds}


def opened(folder: Path, side: int, kind: str = "jpg") -> Image.Image:
    with Image.open(folder / file_name(STAMP, side, kind)) as image:
        image.load()
        return image


def test_a_poster_is_made_in_all_its_sizes_and_told_of(folder: Path, tmp_path: Path, worker: Worker) -> None:
    clip = make_clip(tmp_path / "clip.mp4", size="1920x1080")
    told = worker.poster(Order(str(clip), None, STAMP, PLAIN_STAMP), str(folder))
    assert names_in(folder) == names_of([320, 640, 1280])
    assert told.keys() == {"width", "height", "tones", "bytes", "note"}
    assert (told["width"], told["height"]) == (1280, 720)
    assert told["bytes"] == sum((folder / name).stat().st_size for name in names_in(folder))
    assert told["note"] is None
    assert len(told["tones"]) == 6
    assert opened(folder, 1280).size == (1280, 720)
    assert opened(folder, 320, "avif").size == (320, 180)


def test_a_portrait_film_has_a_portrait_poster(folder: Path, tmp_path: Path, worker: Worker) -> None:
    clip = make_clip(tmp_path / "clip.mp4", size="360x640")
    told = worker.poster(Order(str(clip), None, STAMP, PLAIN_STAMP), str(folder))
    assert (told["width"], told["height"]) == (360, 640)
    assert opened(folder, 320).size == (180, 320)


def test_a_picture_beside_the_film_is_preferred(folder: Path, tmp_path: Path, worker: Worker) -> None:
    picture = tmp_path / "clip-poster.jpg"
    Image.new("RGB", (400, 600), "red").save(picture, quality=95)
    told = worker.poster(Order(str(make_clip(tmp_path / "clip.mp4")), str(picture), STAMP, PLAIN_STAMP), str(folder))
    assert (told["width"], told["height"], told["tones"], told["note"]) == (400, 600, "136136", None)


def test_a_picture_beside_a_film_that_nobody_can_read_is_its_poster(
    folder: Path, tmp_path: Path, worker: Worker
) -> None:
    picture, broken = tmp_path / "broken.png", tmp_path / "broken.mp4"
    Image.new("RGB", (40, 60), "red").save(picture)
    broken.write_bytes(b"no video")
    assert worker.poster(Order(str(broken), str(picture), STAMP, PLAIN_STAMP), str(folder))["height"] == 60


def test_a_picture_that_cannot_be_used_gives_way_to_a_frame_and_is_named(
    folder: Path, tmp_path: Path, worker: Worker
) -> None:
    os.mkfifo(tmp_path / "poster.jpg")
    clip = make_clip(tmp_path / "clip.mp4")
    told = worker.poster(Order(str(clip), str(tmp_path / "poster.jpg"), STAMP, PLAIN_STAMP), str(folder))
    assert (told["width"], told["height"]) == (320, 180)
    assert told["note"] == (
        "The picture poster.jpg cannot be used: it is not a regular file. A frame of the video stands in its place."
    )
    assert not (folder / file_name(STAMP, 320, "jpg")).exists()
    assert (folder / file_name(PLAIN_STAMP, 320, "jpg")).exists()


def test_names_that_are_no_text_are_no_hindrance(folder: Path, tmp_path: Path, worker: Worker) -> None:
    picture, clip = tmp_path / "caf\udce9.jpg", tmp_path / "caf\udce9.mp4"
    make_clip(tmp_path / "clip.mp4").rename(clip)
    picture.write_bytes(b"no picture")
    told = worker.poster(Order(str(clip), str(picture), STAMP, PLAIN_STAMP), str(folder))
    assert "caf\udce9.jpg cannot be used" in told["note"]


@pytest.mark.parametrize(
    ("make", "refusal", "sentence"),
    [
        (lambda path: None, Gone, "no longer there"),
        (lambda path: path.touch(), MediaUnreadable, "file is empty"),
        (lambda path: path.mkdir(), MediaUnreadable, "not a regular file"),
        (os.mkfifo, MediaUnreadable, "not a regular file"),
        (lambda path: path.write_text("no video\n" * 99), MediaUnreadable, "text"),
    ],
    ids=["nothing", "empty", "a folder", "a pipe", "text"],
)
def test_a_film_that_cannot_be_read_is_refused_as_by_the_probe(
    make: object, refusal: type[LibraryError], sentence: str, folder: Path, tmp_path: Path, worker: Worker
) -> None:
    make(tmp_path / "film.mp4")  # type: ignore[operator]
    said = []
    for ask in (worker.probe, lambda path: worker.poster(Order(path, None, STAMP, PLAIN_STAMP), str(folder))):
        with pytest.raises(refusal, match=sentence) as raised:
            ask(str(tmp_path / "film.mp4"))
        said.append(raised.value.message)
    assert said[0] == said[1]
    assert not folder.exists()


def test_sound_alone_has_no_poster(folder: Path, tmp_path: Path, worker: Worker) -> None:
    path = tmp_path / "memo.mp4"
    run_ffmpeg(ffmpeg.output(ffmpeg.input("sine=duration=1", f="lavfi"), str(path)))
    with pytest.raises(MediaUnreadable, match="only sound"):
        worker.poster(Order(str(path), None, STAMP, PLAIN_STAMP), str(folder))


def test_what_ffmpeg_said_goes_with_the_refusal(folder: Path, tmp_path: Path, worker: Worker) -> None:
    path = make_clip(tmp_path / "film.mkv", seconds=3)
    head = path.read_bytes()[:600]
    path.write_bytes(head + os.urandom(50_000))
    with pytest.raises(MediaUnreadable) as refusal:
        worker.poster(Order(str(path), None, STAMP, PLAIN_STAMP), str(folder))
    lines = refusal.value.details["ffmpeg"]
    assert isinstance(lines, list)
    assert 1 <= len(lines) <= 5
    assert not any("0x" in line.partition("]")[0] for line in lines)
    # The next file is not blamed for it.
    (tmp_path / "empty.mp4").touch()
    with pytest.raises(MediaUnreadable) as refusal:
        worker.poster(Order(str(tmp_path / "empty.mp4"), None, STAMP, PLAIN_STAMP), str(folder))
    assert refusal.value.details == {}


def test_a_missing_decoder_is_named(folder: Path, tmp_path: Path, worker: Worker) -> None:
    path = make_clip(tmp_path / "film.mp4")
    whole = path.read_bytes()
    # The same file, its pictures said to be of a kind that nobody knows.
    path.write_bytes(whole.replace(b"avc1\0", b"xvc1\0"))
    with pytest.raises(MediaUnreadable, match=r"^There is no decoder for its pictures \(codec xvc1\)\.$") as refusal:
        worker.poster(Order(str(path), None, STAMP, PLAIN_STAMP), str(folder))
    assert refusal.value.details["missing_decoder"] == "xvc1"


def test_a_full_disk_is_no_fault_of_the_film(tmp_path: Path, worker: Worker) -> None:
    clip, disk = make_clip(tmp_path / "clip.mp4", size="1280x720"), tmp_path / "disk"
    disk.mkdir()
    with mounted(disk, "-t", "tmpfs", "-o", "size=16k", "lvs-test"):
        with pytest.raises(Unavailable, match="no room left"):
            worker.poster(Order(str(clip), None, STAMP, PLAIN_STAMP), str(disk))
        assert all(Path(name).name.startswith(STAMP) for name in names_in(disk))
        for name in names_in(disk):
            Image.open(disk / name).verify()


def test_a_folder_whose_disk_is_away_is_no_fault_of_the_film(tmp_path: Path, worker: Worker) -> None:
    with pytest.raises(Unavailable, match="is not there"):
        worker.poster(
            Order(str(make_clip(tmp_path / "clip.mp4")), None, STAMP, PLAIN_STAMP),
            str(tmp_path / "disk" / "thumbnails"),
        )


def test_a_poster_that_takes_too_long_is_given_up(folder: Path, tmp_path: Path) -> None:
    endless = make_clip(tmp_path / "endless.ts", seconds=0.1)
    os.truncate(endless, 200 << 30)
    with Worker() as own:
        own.probe(str(make_clip(tmp_path / "clip.mp4")))
        began = time.monotonic()
        with pytest.raises(MediaUnreadable, match=r"longer than 0\.3 s"):
            own.poster(Order(str(endless), None, STAMP, PLAIN_STAMP), str(folder), timeout_s=0.3)
        assert time.monotonic() - began < 2
    assert not folder.exists()


UNREADABLE = {
    "voice memo.mp4",
    "2018-04-12 19_24_49.mov",
    "broken.mp4",
    "copy stopped half way.mp4",
    "fixture-corrupt.mkv",
}


def test_every_sample_file_that_can_be_read_has_a_poster_of_its_shape(folder: Path, worker: Worker) -> None:
    made = 0
    for path in sorted(sample_media().rglob("*")):
        if not path.is_file() or path.suffix in (".md", ".nfo", ".srt", ".vtt") or path.name in UNREADABLE:
            continue
        facts, told = worker.probe(str(path)), worker.poster(Order(str(path), None, STAMP, PLAIN_STAMP), str(folder))
        assert told["width"] / told["height"] == pytest.approx(facts.width / facts.height, rel=0.01), path.name
        assert max(told["width"], told["height"]) == min(1280, max(facts.width, facts.height)), path.name
        made += 1
    assert made == 40
