"""The wiring of /video: that what conditional.py decides is what is sent, byte for byte."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import HOME_FILES
from tests.homes import Home, open_home
from tests.server import wait_for

DUNE = "Dune.2021.1080p.mp4"


@pytest.fixture(scope="module")
def body(home_folder: Path) -> bytes:
    return (home_folder / DUNE).read_bytes()


def test_the_whole_file_is_sent(home: Home, body: bytes) -> None:
    with home.get(f"/video/{DUNE}") as answer:
        assert answer.status_code == 200
        assert answer.data == body
        assert answer.headers["Content-Length"] == str(len(body))
        assert answer.headers["Accept-Ranges"] == "bytes"
        assert answer.headers["ETag"].startswith('"')
        assert re.search(r"^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$", answer.headers["Last-Modified"])


def test_head_says_the_same_and_sends_nothing(home: Home) -> None:
    with home.get(f"/video/{DUNE}") as get, home.client.head(f"/video/{DUNE}") as head:
        assert (head.status_code, head.data) == (200, b"")
        assert dict(head.headers) == dict(get.headers)


@pytest.mark.parametrize(
    ("header", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-1", 0, 1),
        ("bytes=100-199", 100, 199),
        ("bytes=500-", 500, None),
        ("bytes=-500", -500, None),
        ("bytes=-99999999", 0, None),
        ("bytes=0-99999999", 0, None),
        ("BYTES=3-4", 3, 4),
    ],
)
def test_a_range_is_these_bytes(home: Home, body: bytes, header: str, first: int, last: int | None) -> None:
    first = first if first >= 0 else len(body) + first
    last = len(body) - 1 if last is None else last
    with home.get(f"/video/{DUNE}", headers={"Range": header}) as answer:
        assert answer.status_code == 206
        assert answer.data == body[first : last + 1]
        assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(body)}"
        assert answer.headers["Content-Length"] == str(last - first + 1)


@pytest.mark.parametrize("header", ["bytes=0-1,3-4", "lines=0-1", "bytes=5-2", "garbage", "bytes=", "bytes=a-b"])
def test_what_is_no_single_range_sends_the_whole(home: Home, body: bytes, header: str) -> None:
    with home.get(f"/video/{DUNE}", headers={"Range": header}) as answer:
        assert answer.status_code == 200
        assert answer.data == body


def test_a_range_past_the_end_is_416_with_the_size(home: Home, body: bytes) -> None:
    with home.get(f"/video/{DUNE}", headers={"Range": f"bytes={len(body)}-"}) as answer:
        assert (answer.status_code, answer.data) == (416, b"")
        assert answer.headers["Content-Range"] == f"bytes */{len(body)}"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-None-Match": "ETAG"}, 304),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": '"other"'}, 200),
        ({"If-Modified-Since": "DATE"}, 304),
        ({"If-Modified-Since": "Thu, 01 Jan 1970 00:00:01 GMT"}, 200),
        ({"If-None-Match": '"other"', "If-Modified-Since": "DATE"}, 200),
        ({"If-Match": '"other"'}, 412),
        ({"If-Match": "ETAG"}, 200),
        ({"If-Unmodified-Since": "Thu, 01 Jan 1970 00:00:01 GMT"}, 412),
        ({"Range": "bytes=0-1", "If-Range": "ETAG"}, 206),
        ({"Range": "bytes=0-1", "If-Range": '"other"'}, 200),
        ({"Range": "bytes=0-1", "If-None-Match": "ETAG"}, 304),
    ],
    ids=str,
)
def test_a_condition_is_kept(home: Home, body: bytes, headers: dict[str, str], status: int) -> None:
    with home.client.head(f"/video/{DUNE}") as known:
        words = {"ETAG": known.headers["ETag"], "DATE": known.headers["Last-Modified"]}
    asked = {name: words.get(value, value) for name, value in headers.items()}
    with home.get(f"/video/{DUNE}", headers=asked) as answer:
        assert answer.status_code == status
        assert answer.data == {200: body, 206: body[:2]}.get(status, b"")
        assert answer.headers["ETag"] == words["ETAG"]


TYPES = {
    "mp4": "video/mp4",
    "mkv": "video/matroska",
    "webm": "video/webm",
    "avi": "video/x-msvideo",
}


@pytest.mark.parametrize(("name", "container"), HOME_FILES.items(), ids=HOME_FILES)
def test_the_type_is_that_of_what_is_inside(home: Home, name: str, container: str) -> None:
    with home.client.head(f"/video/{home.video(name).key}") as answer:
        assert answer.headers["Content-Type"] == TYPES[container]


def test_a_download_has_the_files_name(home: Home) -> None:
    key = home.video("Holiday/Beach & Sea.webm").key
    with home.client.head(f"/video/{key}?download=1") as answer:
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="Beach & Sea.webm"')
    with home.client.head(f"/video/{key}") as answer:
        assert answer.headers["Content-Disposition"].startswith("inline;")


@pytest.mark.parametrize("kind", ["key", "path", "hash"])
def test_the_bytes_answer_to_every_name_of_the_video(home: Home, body: bytes, kind: str) -> None:
    video = home.video(DUNE)
    name = {"key": video.key, "path": video.filename, "hash": video.media_hash}[kind]
    with home.get(f"/video/{name}") as answer:
        assert answer.data == body


@pytest.fixture
def changing(tmp_path: Path, clip: Path) -> Iterator[tuple[Home, Path]]:
    """A home whose files may be changed under it, and its folder; beside it lies a secret."""
    folder = tmp_path / "films"
    (folder / "inside").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    for path in (folder / "a.mp4", folder / "inside" / "b.mp4", tmp_path / "elsewhere" / "b.mp4"):
        shutil.copy(clip, path)
    (tmp_path / "secret").write_bytes(b"secret" * 1000)
    (tmp_path / "elsewhere" / "b.mp4").write_bytes(b"secret" * 1000)
    # Looked at again only after an hour: the index must not be what protects.
    with open_home(tmp_path / "data", folder, videos=2) as home:
        home.application.index.stop()
        yield home, folder


def test_a_file_that_became_a_link_is_gone(changing: tuple[Home, Path], tmp_path: Path) -> None:
    home, folder = changing
    with home.get("/video/a.mp4") as answer:
        assert answer.status_code == 200
    for target in (tmp_path / "secret", folder / "inside" / "b.mp4", Path("/etc/passwd")):
        (folder / "a.mp4").unlink()
        (folder / "a.mp4").symlink_to(target)
        with home.get("/video/a.mp4") as answer:
            assert answer.status_code == 410
            assert b"secret" not in answer.data


def test_a_folder_that_became_a_link_is_gone(changing: tuple[Home, Path], tmp_path: Path) -> None:
    home, folder = changing
    shutil.rmtree(folder / "inside")
    (folder / "inside").symlink_to(tmp_path / "elsewhere")
    with home.get("/video/inside/b.mp4") as answer:
        assert answer.status_code == 410


def test_what_is_no_plain_file_any_more_is_gone(changing: tuple[Home, Path]) -> None:
    home, folder = changing
    (folder / "a.mp4").unlink()
    with home.get("/video/a.mp4") as answer:
        assert answer.status_code == 410
    os.mkfifo(folder / "a.mp4")
    with home.get("/video/a.mp4") as answer:
        assert answer.status_code == 410
    (folder / "a.mp4").unlink()
    (folder / "a.mp4").mkdir()
    with home.get("/video/a.mp4") as answer:
        assert answer.status_code == 410


def test_a_former_path_is_the_same_video(tmp_path: Path, clip: Path) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    shutil.copy(clip, folder / "old.mp4")
    with open_home(tmp_path / "data", folder, videos=1) as home:
        key = home.video("old.mp4").key
        (folder / "old.mp4").rename(folder / "new.mp4")
        wait_for(lambda: "new.mp4" in home.application.catalog.snapshot.library.by_filename, 1.0)
        for name in ("old.mp4", "new.mp4", home.video("new.mp4").media_hash):
            answer = home.get(f"/watch/{name}?t=5")
            assert (answer.status_code, answer.headers["Location"]) == (302, f"/watch/{key}?t=5")
        with home.get("/video/old.mp4") as bytes_answer:
            assert bytes_answer.status_code == 200


@pytest.mark.parametrize("moment_s", [-(10**11), -(2 * 10**9), -1, 0, 10**12])
def test_a_file_of_an_impossible_date_plays_and_is_listed(clip: Path, moment_s: int, tmp_path: Path) -> None:
    """Cameras without a clock, and disks that went wrong; only some file systems keep such dates."""
    folder = Path("/dev/shm", f"lvs-{os.getpid()}-{moment_s}")
    folder.mkdir()
    try:
        shutil.copy(clip, folder / "a.mp4")
        try:
            os.utime(folder / "a.mp4", ns=(0, min(moment_s * 10**9, 2**63 - 1)))
        except OverflowError:
            pytest.skip("This Python cannot set such a date.")
        with open_home(tmp_path / "data", folder, videos=1) as home:
            for address in ("/", "/watch/a.mp4", "/api/videos", "/admin"):
                assert home.get(address, follow_redirects=True).status_code == 200, address
            with home.get("/video/a.mp4") as answer:
                assert answer.status_code == 200
    finally:
        shutil.rmtree(folder)
