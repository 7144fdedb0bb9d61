"""Names from hostile files are text and nothing else, wherever they appear."""

from __future__ import annotations

import html
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.homes import Home, open_home
from tests.web.test_answers import Page

NAMES = [
    "<script>alert(1)<script>.mp4",
    '"><img src=x onerror=alert(1)>.mp4',
    "' onmouseover='alert(1).mp4",
    "javascript:alert(1).mp4",
    "{{7*7}}${7*7}#{7*7}.mp4",
    "a\nSet-Cookie: evil=1\r\nX-Evil: 1.mp4",
    "\u202egpj.exe.mp4",
    "a\x1b[2Jb\x07.mp4",
    "a&amp;b&lt;c.mp4",
    "100% #tag?query=1.mp4",
    "back\\slash.mp4",
    "-rf.mp4",
    "<h1>x<script src=x>.mp4",
    "%2e%2e%2fetc%2fpasswd.mp4",
    "日本 🎬\u2028x.mp4",
    "emoji 👨‍👩‍👧.mp4",
    os.fsdecode(b"caf\xe9 \xff\xfe.mp4"),
    " leading and trailing .mp4",
    "x" * 240 + ".mp4",
]
FOLDER = "<b>{{1}}<b> & 'c' \"d\"\n"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, clip: Path) -> Iterator[Home]:
    folder = tmp_path_factory.mktemp("hostile") / "<i>root<i>"
    (folder / FOLDER).mkdir(parents=True)
    for name in NAMES:
        os.link(clip, folder / FOLDER / name) if len(name) > 200 else shutil.copy(clip, folder / FOLDER / name)
    with open_home(tmp_path_factory.mktemp("hostile-data"), folder, videos=len(NAMES)) as home:
        yield home


def by_name(home: Home, name: str) -> str:
    videos = home.application.catalog.snapshot.library.present.values()
    return next(video.key for video in videos if video.path.endswith("/" + name))


@pytest.mark.parametrize("address", ["/", "/folders/", "/search?q=mp4", "/search?q=<script>alert(1)", "/admin"])
def test_a_list_of_hostile_names_runs_nothing(hostile: Home, address: str) -> None:
    page = hostile.get(address)
    assert page.status_code == 200
    assert Page(page.text).wrong == []
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text
    assert "<i>root" not in page.text
    assert "49" not in re.findall(r"<bdi>([^<]*)</bdi>", page.text)


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:30])
def test_a_hostile_name_is_only_text_on_its_own_page(hostile: Home, name: str) -> None:
    key = by_name(hostile, name)
    page = hostile.get(f"/watch/{key}")
    assert page.status_code == 200
    read = Page(page.text)
    assert read.wrong == []
    assert read.headings == 1
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", page.text)
    shown = hostile.application.catalog.snapshot.library.by_key[key].name
    assert shown in html.unescape(page.text)
    # No link of the page leads anywhere else, also not to a folder that is not there.
    for address in set(read.addresses):
        assert address.startswith(("/", "#", "?")) or address == "", address


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:30])
def test_a_hostile_name_is_inert_in_json_and_in_headers(hostile: Home, name: str) -> None:
    key = by_name(hostile, name)
    answer = hostile.get(f"/api/videos/{key}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/json")
    assert not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]", answer.data)
    with hostile.get(f"/video/{key}?download=1") as video:
        assert video.status_code == 200
        for header, value in video.headers.items():
            assert value.isascii(), header
            assert value.isprintable(), header
        assert "X-Evil" not in video.headers
        assert "Set-Cookie" not in video.headers
    # What JSON calls the file is an address that leads to it again.
    filename = answer.get_json()["filename"]
    with hostile.get_raw(f"/watch/{filename}".encode()) as page:
        assert page.status_code == 302
        assert page.headers["Location"] == f"/watch/{key}"


def test_a_hostile_folder_can_be_opened_by_its_links(hostile: Home) -> None:
    page = hostile.get(f"/watch/{by_name(hostile, NAMES[0])}")
    link = next(html.unescape(found) for found in re.findall(r'href="(/folders/[^"]+)"', page.text))
    opened = hostile.get(link)
    assert opened.status_code == 200
    assert Page(opened.text).wrong == []
    assert str(len(NAMES)) in opened.text


@pytest.mark.parametrize(
    "tag", ["<script>alert(1)</script>", "javascript:alert(1)", "{{7*7}}", "' onclick='x", '"><b>']
)
def test_a_hostile_tag_is_only_text(hostile: Home, tag: str) -> None:
    key = by_name(hostile, NAMES[0])
    assert hostile.client.post(f"/watch/{key}/tags", data={"tag": tag}).status_code == 303
    for address in (f"/watch/{key}", "/tags", "/", "/search?q=alert"):
        page = hostile.get(address)
        assert page.status_code == 200
        assert Page(page.text).wrong == []
        assert "<script>alert" not in page.text
    link = next(html.unescape(found) for found in re.findall(r'href="(/tag/[^"]+)"', hostile.get("/tags").text))
    assert f"/watch/{key}" in hostile.get(link).text
    assert hostile.client.post(f"/watch/{key}/tags/remove", data={"tag": tag}).status_code == 303
    assert hostile.get(f"/api/videos/{key}").get_json()["tags"] == []
