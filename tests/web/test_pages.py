from __future__ import annotations

import re
import shutil
from itertools import chain
from pathlib import Path

import pytest

from tests.conftest import BROKEN_FILES, HOME_FILES
from tests.homes import Home, open_home

DUNE = "Dune.2021.1080p.mp4"
ALL = len(HOME_FILES) + len(BROKEN_FILES)


def titles(page: str) -> list[str]:
    """The titles of the cards, in order."""
    return re.findall(r'card__title">.*?<bdi>([^<]*)</bdi>', page, re.S)


def test_the_gallery_shows_every_video(home: Home) -> None:
    page = home.get("/")
    for video in home.application.catalog.snapshot.library.present.values():
        assert f"/watch/{video.key}" in page.text
    assert len(titles(page.text)) == ALL


def test_the_gallery_sorts_and_turns_pages(home: Home) -> None:
    whole = titles(home.get("/?sort=title").text)
    assert whole == sorted(whole, key=str.lower)
    assert titles(home.get("/?sort=title&order=desc").text) == whole[::-1]
    pages = [titles(home.get(f"/?sort=title&per_page=3&page={page}").text) for page in (1, 2, 3)]
    assert [*chain(*pages)] == whole
    assert 'rel="next"' in home.get("/?per_page=3&page=1").text
    assert 'rel="prev"' not in home.get("/?per_page=3&page=1").text


def test_a_random_order_stays_while_its_pages_are_turned(home: Home) -> None:
    answer = home.get("/?sort=random")
    assert answer.status_code == 302
    address = answer.headers["Location"]
    assert re.fullmatch(r"/\?sort=random&seed=\d+", address)
    assert titles(home.get(address).text) == titles(home.get(address).text)
    pages = [titles(home.get(f"{address}&per_page=4&page={page}").text) for page in (1, 2)]
    assert sorted(chain(*pages)) == sorted(titles(home.get("/").text))


@pytest.mark.parametrize("kind", ["path", "hash"])
def test_another_name_of_a_video_leads_to_its_key(home: Home, kind: str) -> None:
    video = home.video("Holiday/Beach & Sea.webm")
    name = {"path": video.filename, "hash": video.media_hash}[kind]
    answer = home.get(f"/watch/{name}?t=12")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/watch/{video.key}?t=12")


def test_the_watch_page_tells_all_about_a_video(home: Home) -> None:
    video = home.video(DUNE)
    page = home.get(f"/watch/{video.key}").text
    for text in ("<h1", "Dune (2021)", DUNE, "h264", "aac", "320 × 180", "/folders/Films", f"/video/{video.key}"):
        assert text in page
    assert "<video" in page


def test_a_position_in_the_address_is_where_it_starts(home: Home) -> None:
    key = home.video(DUNE).key
    assert f'/video/{key}#t=12.5"' in home.get(f"/watch/{key}?t=12.5").text
    for wrong in ("abc", "-1", "nan", "inf", "<b>"):
        assert f'/video/{key}"' in home.get(f"/watch/{key}", query_string={"t": wrong}).text


def test_a_broken_file_says_its_reason_in_place_of_a_player(home: Home) -> None:
    video = home.video("Holiday/broken.mp4")
    page = home.get(f"/watch/{video.key}").text
    assert video.broken_reason
    assert "<video " not in page
    assert "cannot be shown" in page
    admin = home.get("/admin").text
    assert "broken.mp4" in admin


def test_neighbours_lead_through_the_folder(home: Home) -> None:
    first, second = home.video("Series/Show.S01E02.mkv"), home.video("Series/Show.S01E10.mkv")
    page = home.get(f"/watch/{first.key}").text
    assert re.search(rf'rel="next" href="/watch/{second.key}"', page)
    assert not re.search(rf'rel="prev" href="/watch/{second.key}"', page)
    assert re.search(rf'rel="prev" href="/watch/{first.key}"', home.get(f"/watch/{second.key}").text)


def test_folders_lead_down_to_every_video(home: Home) -> None:
    top = home.get("/folders/").text
    assert "/folders/Films/Holiday" in top
    assert len(titles(top)) == ALL
    inside = home.get("/folders/Films/Holiday").text
    assert "/folders/Films/Holiday/Old" in inside
    assert set(titles(inside)) == {"Beach &amp; Sea", "broken", "tape"}
    for address in ("/folders", "/folders/Films/Holiday/", "/folders/Films"):
        assert home.get(address).status_code == 200
    for address in ("/folders/Nowhere", "/folders/Films/Holi", "/folders/films", "/folders/Films/.."):
        assert home.get(address).status_code == 404


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("dune", {"Dune (2021)"}),
        ("2021 DUNE", {"Dune (2021)"}),
        ("1080p", {"Dune (2021)"}),
        ("sea beach", {"Beach &amp; Sea"}),
        ("sérïes show", {"Show – S01E02", "Show – S01E10"}),
        ("old", {"tape"}),
        ("nothing at all", set()),
        ("   ", set()),
    ],
)
def test_the_search_page_finds_words_in_any_order(home: Home, asked: str, found: set[str]) -> None:
    page = home.get("/search", query_string={"q": asked})
    assert page.status_code == 200
    assert set(titles(page.text)) == found


def test_random_leads_to_a_video_that_can_be_watched(home: Home) -> None:
    ready = {f"/watch/{home.video(name).key}" for name in HOME_FILES}
    seen = {home.get("/random").headers["Location"] for _ in range(60)}
    assert seen <= ready
    assert len(seen) > 1


def test_the_lists_of_marks_hold_what_was_marked(home: Home) -> None:
    rated, viewed = home.video(DUNE), home.video("Series/Show.S01E10.mkv")
    home.client.put(f"/api/videos/{rated.key}/rating", json={"value": 5})
    home.client.put(f"/api/videos/{viewed.key}/rating", json={"value": 3})
    home.client.post(f"/api/videos/{viewed.key}/views")
    assert f"/watch/{rated.key}" in home.get("/best-of").text
    assert f"/watch/{viewed.key}" not in home.get("/best-of").text
    assert f"/watch/{viewed.key}" in home.get("/popular").text
    for video in (rated, viewed):
        home.client.delete(f"/api/videos/{video.key}/rating")
    assert f"/watch/{rated.key}" not in home.get("/best-of").text


def test_a_part_of_a_tag_leads_to_the_tags_that_hold_it(home: Home) -> None:
    key = home.video(DUNE).key
    home.client.put(f"/api/videos/{key}/tags/Science Fiction")
    part = home.get("/tag/fiction").text
    assert "/tag/Science%20Fiction" in part
    assert f"/watch/{key}" not in part
    assert f"/watch/{key}" in home.get("/tag/%23science fiction").text
    home.client.delete(f"/api/videos/{key}/tags/Science Fiction")


def test_the_progress_part_is_empty_once_all_is_known(home: Home) -> None:
    part = home.get("/parts/progress")
    assert part.status_code == 200
    assert part.text.strip() == ""
    assert "<scan-progress" not in home.get("/").text


def test_an_empty_library_says_so_and_leads_on(tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    with open_home(tmp_path / "data", tmp_path / "films", videos=0) as home:
        assert "No videos yet" in home.get("/").text
        assert home.get("/random").headers["Location"] == "/"


def test_a_missing_video_keeps_its_page_and_is_forgotten_by_the_admin_alone(tmp_path: Path, clip: Path) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    for name in ("a.mp4", "b.mp4"):
        shutil.copy(clip, folder / name)
    with open_home(tmp_path / "data", folder, videos=2) as home:
        key, other = home.video("a.mp4").key, home.video("b.mp4").key
        home.client.put(f"/api/videos/{key}/rating", json={"value": 5})
        (folder / "a.mp4").unlink()
        home.settle(1)
        assert f"/watch/{key}" not in home.get("/search?q=a").text
        assert "1 video is" in home.get("/").text
        assert home.get(f"/watch/{key}").status_code == 200
        assert home.get(f"/api/videos/{key}").get_json()["status"] == "missing"
        assert home.get(f"/video/{key}").status_code == 410
        assert home.guest().post("/admin/forget", data={"key": key}).status_code == 403
        home.client.post("/admin/forget", data={"key": other, "sure": "1"})  # it is there: nobody can forget it
        assert home.get(f"/api/videos/{key}").get_json()["rating"] == 5
        assert home.client.post("/admin/forget", data={"key": key}).status_code == 400  # not without being sure
        before_it_went = {"all": "1.0", "sure": "1"}
        home.client.post("/admin/forget", data=before_it_went)  # of a page that did not show it yet
        assert home.get(f"/api/videos/{key}").get_json()["rating"] == 5
        home.client.post("/admin/forget", data={"key": key, "sure": "1"})
        assert home.get(f"/watch/{key}").status_code == 404
        assert home.get(f"/watch/{other}").status_code == 200
