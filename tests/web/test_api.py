from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from tests.homes import Home

DUNE = "Dune.2021.1080p.mp4"
TAPE = "Holiday/Old/tape.avi"


@pytest.fixture
def key(home: Home) -> Iterator[str]:
    """A video without any mark, and none is left behind."""
    key = home.video(TAPE).key
    yield key
    home.client.delete(f"/api/videos/{key}/rating")
    home.client.delete(f"/api/videos/{key}/favorite")
    for tag in home.get(f"/api/videos/{key}").get_json()["tags"]:
        home.client.delete(f"/api/videos/{key}/tags/{quote(tag)}")


def test_a_video_says_what_it_is(home: Home) -> None:
    video = home.video(DUNE)
    said = home.get(f"/api/videos/{video.key}").get_json()
    assert said["key"] == video.key
    assert said["filename"] == DUNE
    assert said["title"] == "Dune (2021)"
    assert said["folder"] == "Films"
    assert said["status"] == "ready"
    assert (said["width"], said["height"]) == (320, 180)
    assert said["duration_seconds"] == pytest.approx(1.0, abs=0.1)
    assert (said["container"], said["video_codec"], said["audio_codecs"]) == ("mp4", "h264", ["aac"])
    assert said["added_at"].endswith("Z")
    assert said["video_tracks"][0]["codec"] == "h264"
    assert home.get(said["thumbnail_url"]).content_type == "image/jpeg"


def test_a_broken_file_says_why(home: Home) -> None:
    said = home.get("/api/videos/Holiday/broken.mp4").get_json()
    assert said["status"] == "broken"
    assert said["broken_reason"]
    assert said["duration_seconds"] is None


def test_a_rating_is_set_and_taken_away(home: Home, key: str) -> None:
    address = f"/api/videos/{key}/rating"
    for value in (1, 5, 3, 3):
        assert home.client.put(address, json={"value": value}).get_json()["rating"] == value
        assert home.get(f"/api/videos/{key}").get_json()["rating"] == value
    for _ in range(2):
        assert home.client.delete(address).get_json()["rating"] is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"[4]",
        b'"4"',
        b"4",
        b"null",
        b"true",
        b'{"value": 4',
        b'{"value": 0}',
        b'{"value": 6}',
        b'{"value": -1}',
        b'{"value": 4.9}',
        b'{"value": 4.0}',
        b'{"value": true}',
        b'{"value": null}',
        b'{"value": "five"}',
        b'{"value": [4]}',
        b'{"value": {"value": 4}}',
        b'{"value": NaN}',
        b'{"value": 1e999}',
        b'{"value": "\\ud800"}',
        b'{"rating": 4}',
        b"\xff\xfe",
        b"\x00",
        b"[" * 100_000,
        b'{"value":' * 50_000,
        b'{"value": ' + b"9" * 5000 + b"}",
    ],
    ids=lambda body: repr(body)[:40],
)
def test_what_is_no_rating_is_refused_and_changes_nothing(home: Home, key: str, body: bytes) -> None:
    answer = home.client.put(f"/api/videos/{key}/rating", data=body, content_type="application/json")
    assert answer.status_code == 400
    error = answer.get_json()["error"]
    assert error["code"] == "invalid_value"
    assert error["message"].endswith(".")
    assert home.get(f"/api/videos/{key}").get_json()["rating"] is None


def test_a_favorite_is_set_never_toggled(home: Home, key: str) -> None:
    address = f"/api/videos/{key}/favorite"
    for _ in range(2):
        assert home.client.put(address).get_json()["favorite"] is True
    assert key in [video["key"] for video in home.get("/api/videos?favorite=1").get_json()["videos"]]
    for _ in range(2):
        assert home.client.delete(address).get_json()["favorite"] is False
    assert key not in [video["key"] for video in home.get("/api/videos?favorite=1").get_json()["videos"]]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Holiday", "Holiday"),
        ("  two   words ", "two words"),
        ("#hash", "hash"),
        ("C#", "C#"),
        ("Horror, Comedy", "Horror, Comedy"),
        ("AC/DC", "AC/DC"),
        ("AC/", "AC/"),
        ("a//b", "a//b"),
        ("100%", "100%"),
        ("50%_off?", "50%_off?"),
        ("a&b=c;d", "a&b=c;d"),
        ("日本 🎬", "日本 🎬"),
        ("Ünïcode", "Ünïcode"),
        ("'quotes\"", "'quotes\""),
        ("<b>bold</b>", "<b>bold</b>"),
        ("a\\b", "a\\b"),
        ("rating", "rating"),
        ("remove", "remove"),
        ("+1", "+1"),
        ("x" * 200, "x" * 200),
    ],
    ids=ascii,
)
def test_a_tag_is_kept_as_typed_and_found_again(home: Home, key: str, typed: str, kept: str) -> None:
    address = f"/api/videos/{key}/tags/{quote(typed)}"
    for _ in range(2):
        assert home.client.put(address).get_json()["tags"] == [kept]
    assert home.client.put(f"/api/videos/{key}/tags/{quote(kept.upper())}").get_json()["tags"] == [kept]
    assert {"tag": kept, "count": 1} in home.get("/api/tags").get_json()["tags"]
    found = home.get(f"/api/videos?tag={quote(kept, safe='')}").get_json()
    assert [video["key"] for video in found["videos"]] == [key]
    page = home.get(f"/tag/{quote(kept)}")
    assert f"/watch/{key}" in page.text
    assert home.client.delete(f"/api/videos/{key}/tags/{quote(kept.lower())}").get_json()["tags"] == []


@pytest.mark.parametrize(
    "typed", ["...", "..", ".", " ", "#", "# #", "a\x01b", "a\x00", "x" * 201, "././."], ids=lambda t: ascii(t)[:20]
)
def test_what_is_no_tag_is_refused(home: Home, key: str, typed: str) -> None:
    answer = home.client.put(f"/api/videos/{key}/tags/{quote(typed)}")
    assert answer.status_code == 400
    assert home.get(f"/api/videos/{key}").get_json()["tags"] == []


def test_a_tag_is_no_wildcard(home: Home, key: str) -> None:
    home.client.put(f"/api/videos/{key}/tags/Sci-Fi")
    for asked in ("Sci%25", "Sci_Fi", "%25", "Sci", "_"):
        assert home.get(f"/api/videos?tag={asked}").get_json()["videos"] == []


def test_a_play_counts_once(home: Home, key: str) -> None:
    address = f"/api/videos/{key}/views"
    before = home.get(f"/api/videos/{key}").get_json()["views"]
    for play, more in (({"play": f"once-{before}"}, 1), ({"play": f"once-{before}"}, 1), (None, 2), ({}, 3)):
        answer = home.client.post(address, json=play) if play is not None else home.client.post(address)
        assert answer.get_json()["views"] == before + more


@pytest.mark.parametrize("play", ["", "x" * 65, 5, True, [], {"a": 1}, "\ud800", "a\udfffb"], ids=ascii)
def test_what_is_no_name_of_a_play_is_refused(home: Home, key: str, play: Any) -> None:
    before = home.get(f"/api/videos/{key}").get_json()["views"]
    body = json.dumps({"play": play})
    assert home.client.post(f"/api/videos/{key}/views", data=body).status_code == 400
    assert home.get(f"/api/videos/{key}").get_json()["views"] == before


@pytest.mark.parametrize("name", [DUNE, "aaaaaaaaaa", "AAAAAAAAAA", "x"])
def test_a_mark_needs_a_video_that_is_there(home: Home, name: str) -> None:
    expected = 200 if name == DUNE else 404
    answer = home.client.delete(f"/api/videos/{name}/favorite")
    assert answer.status_code == expected
    if expected == 404:
        assert answer.get_json()["error"]["code"] == "not_found"


def test_forty_writers_at_once_are_all_stored(home: Home) -> None:
    """Each has its own connection; none may overwrite another's mark."""
    keys = [video.key for video in home.application.catalog.snapshot.library.present.values()]
    before = {key: home.get(f"/api/videos/{key}").get_json()["views"] for key in keys}
    start = threading.Barrier(40)
    answered: list[int] = []

    def write(number: int) -> None:
        client = home.guest()
        start.wait(5 * 2)
        key = keys[number % len(keys)]
        answered.append(client.put(f"/api/videos/{key}/tags/writer-{number}").status_code)
        answered.append(client.post(f"/api/videos/{key}/views").status_code)

    writers = [threading.Thread(target=write, args=(number,)) for number in range(40)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(5 * 2)
    assert answered == [200] * 80
    tags = {tag["tag"] for tag in home.get("/api/tags").get_json()["tags"]}
    assert {f"writer-{number}" for number in range(40)} <= tags
    stored = home.application._store.load_marks()
    after = {key: home.get(f"/api/videos/{key}").get_json()["views"] for key in keys}
    assert sum(after.values()) - sum(before.values()) == 40
    assert sum(stored.views.values()) == sum(after.values())
    for number in range(40):
        home.client.delete(f"/api/videos/{keys[number % len(keys)]}/tags/writer-{number}")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=show", {"Series/Show.S01E02.mkv", "Series/Show.S01E10.mkv"}),
        ("q=S01E10+show", {"Series/Show.S01E10.mkv"}),
        ("q=SEA+beach", {"Holiday/Beach & Sea.webm"}),
        ("folder=Films/Holiday", {"Holiday/Beach & Sea.webm", "Holiday/broken.mp4", TAPE}),
        ("folder=Films/Holi", set()),
        ("q=show&folder=Films/Holiday", set()),
    ],
)
def test_a_list_is_what_was_asked_for(home: Home, query: str, names: set[str]) -> None:
    found = home.get(f"/api/videos?{query}").get_json()
    assert {video["filename"] for video in found["videos"]} == names
    assert found["total"] == len(names)


def test_titles_sort_as_people_count(home: Home) -> None:
    found = home.get("/api/videos?sort=title&q=show").get_json()["videos"]
    assert [video["filename"] for video in found] == ["Series/Show.S01E02.mkv", "Series/Show.S01E10.mkv"]


def test_an_answer_that_is_known_is_304(home: Home) -> None:
    for address in ("/api/videos", "/api/tags", f"/api/videos/{home.video(DUNE).key}", "/api/openapi.json"):
        etag = home.get(address).headers["ETag"]
        assert home.get(address, headers={"If-None-Match": etag}).status_code == 304
