"""Every control is a form that works without script; a script asks for the part that changed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.homes import Home
from tests.web.test_answers import Page

TAPE = "Holiday/Old/tape.avi"


@pytest.fixture
def key(home: Home) -> Iterator[str]:
    key = home.video(TAPE).key
    yield key
    home.client.delete(f"/api/videos/{key}/rating")
    home.client.delete(f"/api/videos/{key}/favorite")
    home.client.delete(f"/api/videos/{key}/tags/form")


FORMS = [
    ("rating", {"value": "4"}, lambda video: video["rating"] == 4),
    ("favorite", {"value": "1"}, lambda video: video["favorite"] is True),
    ("tags", {"tag": " #form "}, lambda video: video["tags"] == ["form"]),
]


@pytest.mark.parametrize(("name", "sent", "is_done"), FORMS, ids=[form[0] for form in FORMS])
def test_a_form_sets_its_mark_and_leads_back(home: Home, key: str, name: str, sent: dict[str, str], is_done) -> None:  # type: ignore[no-untyped-def]
    for _ in range(2):
        answer = home.client.post(f"/watch/{key}/{name}", data=sent)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/watch/{key}")
        assert is_done(home.get(f"/api/videos/{key}").get_json())


@pytest.mark.parametrize(("name", "sent", "is_done"), FORMS, ids=[form[0] for form in FORMS])
def test_a_script_gets_the_part_that_changed(home: Home, key: str, name: str, sent: dict[str, str], is_done) -> None:  # type: ignore[no-untyped-def]
    answer = home.client.post(f"/watch/{key}/{name}", data=sent, headers={"X-Part": "1"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "<html" not in answer.text
    assert "<form" in answer.text
    assert Page(answer.text).wrong == []
    assert is_done(home.get(f"/api/videos/{key}").get_json())


def test_the_rating_form_takes_it_away_again(home: Home, key: str) -> None:
    home.client.post(f"/watch/{key}/rating", data={"value": "4"})
    assert 'aria-pressed="true"' in home.get(f"/watch/{key}").text
    home.client.post(f"/watch/{key}/rating", data={"value": ""})
    assert home.get(f"/api/videos/{key}").get_json()["rating"] is None


def test_a_tag_is_removed_by_its_form(home: Home, key: str) -> None:
    home.client.post(f"/watch/{key}/tags", data={"tag": "form"})
    answer = home.client.post(f"/watch/{key}/tags/remove", data={"tag": "FORM"}, headers={"X-Part": "1"})
    assert answer.status_code == 200
    assert home.get(f"/api/videos/{key}").get_json()["tags"] == []


def test_a_view_is_counted_by_its_form_and_never_by_looking(home: Home, key: str) -> None:
    before = home.get(f"/api/videos/{key}").get_json()["views"]
    home.get(f"/watch/{key}")
    with home.get(f"/video/{key}"):
        pass
    home.client.post(f"/watch/{key}/views", data={"play": f"form-{before}"})
    home.client.post(f"/watch/{key}/views", data={"play": f"form-{before}"})
    assert home.get(f"/api/videos/{key}").get_json()["views"] == before + 1


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("rating", {"value": "6"}),
        ("rating", {"value": "4.9"}),
        ("rating", {"value": "abc"}),
        ("favorite", {"value": "maybe"}),
        ("favorite", {}),
        ("tags", {"tag": "..."}),
        ("tags", {}),
        ("tags/remove", {}),
    ],
)
def test_a_form_with_a_wrong_value_is_refused_with_a_page(
    home: Home, key: str, name: str, sent: dict[str, str]
) -> None:
    before = home.get(f"/api/videos/{key}").get_json()
    answer = home.client.post(f"/watch/{key}/{name}", data=sent)
    assert answer.status_code == 400
    assert "<h1" in answer.text
    assert home.get(f"/api/videos/{key}").get_json() == before


def test_a_favorite_set_on_a_card_leads_back_to_its_list(home: Home, key: str) -> None:
    answer = home.client.post(f"/watch/{key}/favorite", data={"value": "1", "back": "/?sort=title&page=1"})
    assert answer.headers["Location"] == "/?sort=title&page=1"
    assert f"/watch/{key}" in home.get("/favorites").text
