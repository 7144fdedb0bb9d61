"""Playlists without script: every page and every form of theirs, and the part that a script swaps in."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from local_video_server.library.playlisting import Playlisting
from tests.homes import Home
from tests.web.test_answers import Page

DUNE, TAPE, BROKEN = "Dune.2021.1080p.mp4", "Holiday/Old/tape.avi", "Holiday/broken.mp4"


@pytest.fixture
def deeds(home: Home) -> Iterator[Playlisting]:
    """The deeds of playlists; whatever a test makes is deleted afterwards."""
    deeds: Playlisting = home.application.wsgi.extensions["house"].playlists
    yield deeds
    for playlist_id in [*home.application.catalog.snapshot.playlists.of]:
        deeds.delete(playlist_id)


@pytest.fixture
def evening(home: Home, deeds: Playlisting) -> int:
    """A playlist of a film, a broken one and a tape."""
    made = deeds.create("Evening", "For <b>long</b> ones")
    for name in (DUNE, BROKEN, TAPE):
        deeds.add(made.id, home.video(name))
    return made.id


def items(home: Home, playlist_id: int) -> list[int]:
    return [item.id for item in home.application.catalog.snapshot.playlists.of[playlist_id].items]


def order(page: str) -> list[str]:
    """The titles of the items, in order."""
    return re.findall(r'item__title">.*?<bdi>([^<]*)</bdi>', page, re.S)


def on(page: str) -> str:
    """What is on: the place of the item that is marked, and the video in the player."""
    marked = re.findall(r'id="pos-(\d+)">\s*<a [^>]*aria-current="true"', page)
    films = re.findall(r'<video [^>]*src="/video/(\w+)"', page)
    return " ".join([*marked, *films])


def test_a_playlist_is_made_by_a_form_and_shown_in_the_list(home: Home, deeds: Playlisting) -> None:
    answer = home.client.post("/playlists", data={"name": " Late <i> ", "description": "dark\nfilms"})
    assert answer.status_code == 303
    assert re.fullmatch(r"/playlist/\d+", answer.headers["Location"])
    page = home.get(answer.headers["Location"]).text
    assert "<bdi>Late &lt;i&gt;</bdi></h1>" in page
    assert "Nothing in it yet" in page
    assert "Late &lt;i&gt;" in home.get("/playlists").text


def test_without_a_playlist_the_list_says_what_to_do(home: Home, deeds: Playlisting) -> None:
    page = home.get("/playlists").text
    assert "No playlists yet" in page
    assert '<details class="fold playlist-edit" open>' in page


def test_the_list_shows_how_many_how_long_and_four_pictures(home: Home, deeds: Playlisting, evening: int) -> None:
    page = home.get("/playlists").text
    assert ("3 videos" in page, page.count('class="picture ')) == (True, 1)
    deeds.add(evening, home.video(DUNE))
    page = home.get("/playlists").text
    assert ("4 videos" in page, 'datetime="PT0H0M3S"' in page) == (True, True)
    assert len(re.findall(r'class="picture[ "]', page)) == 4


@pytest.mark.parametrize(
    ("asked", "place", "playing"),
    [("", "1", DUNE), ("?at=3", "3", TAPE), ("?at=2", "2", ""), ("?at=99", "3", TAPE), ("?at=x", "1", DUNE)],
)
def test_a_place_is_asked_for_by_its_number(home: Home, evening: int, asked: str, place: str, playing: str) -> None:
    page = home.get(f"/playlist/{evening}{asked}").text
    assert on(page) == " ".join([place, *([home.video(playing).key] if playing else [])])
    assert order(page) == [home.video(name).title for name in (DUNE, BROKEN, TAPE)]
    assert "For &lt;b&gt;long&lt;/b&gt; ones" in page


def test_next_and_previous_pass_over_what_cannot_be_played(home: Home, evening: int) -> None:
    first, last = home.get(f"/playlist/{evening}").text, home.get(f"/playlist/{evening}?at=3").text
    assert re.findall(r'rel="(next|prev)"[^>]*href="([^"]*)"', first) == [("next", f"/playlist/{evening}?at=3#pos-3")]
    assert re.findall(r'rel="(next|prev)"[^>]*href="([^"]*)"', last) == [("prev", f"/playlist/{evening}?at=1#pos-1")]


def test_a_broken_file_explains_itself_in_its_place(home: Home, evening: int) -> None:
    assert "This file cannot be shown." in home.get(f"/playlist/{evening}?at=2").text


def test_the_first_does_not_move_up_and_the_last_not_down(home: Home, evening: int) -> None:
    page = home.get(f"/playlist/{evening}").text
    one, two, three = items(home, evening)
    disabled = re.findall(r'id="(\w+-\d+)"[^>]*disabled', page)
    assert disabled == [f"up-{one}", f"down-{three}"]
    assert f'formaction="/playlist/{evening}/items/{two}/move" name="place" value="3"' in page


def test_a_form_moves_an_item_and_leads_back_to_it(home: Home, evening: int) -> None:
    one, two, three = items(home, evening)
    sent = {"place": "2", "on": str(one), "at": "1"}
    answer = home.client.post(f"/playlist/{evening}/items/{three}/move", data=sent)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/playlist/{evening}?at=1#pos-2")
    assert items(home, evening) == [one, three, two]


def test_what_is_on_stays_on_when_it_moves_itself(home: Home, evening: int) -> None:
    one = items(home, evening)[0]
    sent = {"place": "2", "on": str(one), "at": "1"}
    answer = home.client.post(f"/playlist/{evening}/items/{one}/move", data=sent)
    assert answer.headers["Location"] == f"/playlist/{evening}?at=2#pos-2"


def test_a_form_takes_an_item_out(home: Home, evening: int) -> None:
    one, two, three = items(home, evening)
    answer = home.client.post(f"/playlist/{evening}/items/{one}/remove", data={"on": str(three), "at": "3"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/playlist/{evening}?at=2#pos-2")
    for item in (three, two):
        answer = home.client.post(f"/playlist/{evening}/items/{item}/remove", data={"on": str(item), "at": "2"})
    assert answer.headers["Location"] == f"/playlist/{evening}"
    assert "Nothing in it yet" in home.get(f"/playlist/{evening}").text


def test_a_script_gets_the_playlist_drawn_anew_with_the_same_film_on(home: Home, evening: int) -> None:
    one, _, three = items(home, evening)
    script = {"X-Part": "1"}
    sent = {"place": "1", "on": str(one), "at": "1"}
    moved = home.client.post(f"/playlist/{evening}/items/{three}/move", data=sent, headers=script)
    for answer in (moved, home.get(f"/playlist/{evening}?at=2", headers=script)):
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        assert answer.text.lstrip().startswith("<playlist-player")
        assert "<html" not in answer.text
        assert Page(answer.text).wrong == []
        assert on(answer.text) == f"2 {home.video(DUNE).key}"


def test_a_playlist_is_renamed_and_described_by_a_form(home: Home, evening: int) -> None:
    before = home.get(f"/playlist/{evening}").headers["ETag"]
    answer = home.client.post(f"/playlist/{evening}", data={"name": "Night", "description": ""})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/playlist/{evening}")
    after = home.get(f"/playlist/{evening}")
    assert ("<bdi>Night</bdi></h1>" in after.text, "playlist-about" in after.text) == (True, False)
    assert after.headers["ETag"] != before


def test_a_playlist_is_deleted_only_by_who_is_sure(home: Home, evening: int) -> None:
    address = f"/playlist/{evening}/delete"
    assert home.client.post(address).status_code == 400
    assert home.get(f"/playlist/{evening}").status_code == 200
    answer = home.client.post(address, data={"sure": "1"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/playlists")
    assert home.get(f"/playlist/{evening}").status_code == 404


def test_the_page_of_a_video_puts_it_into_a_playlist(home: Home, evening: int) -> None:
    video = home.video("Series/Show.S01E02.mkv")
    assert f'<option value="{evening}">Evening</option>' in home.get(f"/watch/{video.key}").text
    answer = home.client.post(f"/watch/{video.key}/playlists", data={"playlist": evening})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/watch/{video.key}")
    assert order(home.get(f"/playlist/{evening}").text)[-1] == video.title
    assert f'<a href="/playlist/{evening}"><bdi>Evening</bdi></a>' in home.get(f"/watch/{video.key}").text


def test_the_page_of_a_video_makes_a_playlist_with_it(home: Home, deeds: Playlisting) -> None:
    video = home.video(DUNE)
    page = home.get(f"/watch/{video.key}").text
    assert ('name="playlist"' in page, 'id="new-playlist"' in page) == (False, True)
    script = {"X-Part": "1"}
    answer = home.client.post(f"/watch/{video.key}/playlists", data={"name": "Sand"}, headers=script)
    assert answer.status_code == 200
    assert "<video-mark" in answer.text
    assert 'data-now="Added to Sand"' in answer.text
    assert Page(answer.text).wrong == []
    (made,) = home.application.catalog.snapshot.playlists.of.values()
    assert [item.video_id for item in made.items] == [video.id]


@pytest.mark.parametrize(
    ("address", "sent", "status"),
    [
        ("/playlists", {}, 400),
        ("/playlists", {"name": "Evening"}, 400),
        ("/playlists", {"name": "x" * 201}, 400),
        ("/playlists", {"name": "ok", "description": "x" * 2001}, 400),
        ("/playlist/ID", {"name": ""}, 400),
        ("/playlist/99999", {"name": "x"}, 404),
        ("/playlist/99999/delete", {"sure": "1"}, 404),
        ("/playlist/ID/items/99999/move", {"place": "1"}, 404),
        ("/playlist/ID/items/ITEM/move", {"place": "0"}, 400),
        ("/playlist/ID/items/ITEM/move", {}, 400),
        ("/playlist/99999/items/ITEM/remove", {}, 404),
        ("/watch/KEY/playlists", {}, 400),
        ("/watch/KEY/playlists", {"playlist": "x"}, 400),
        ("/watch/KEY/playlists", {"playlist": "99999"}, 404),
        ("/watch/aaaaaaaaaa/playlists", {"playlist": "ID"}, 404),
    ],
)
def test_a_form_with_a_wrong_value_is_refused_with_a_page(
    home: Home, evening: int, address: str, sent: dict[str, str], status: int
) -> None:
    before = home.application.catalog.snapshot.playlists
    made_up = {"ITEM": str(items(home, evening)[0]), "ID": str(evening), "KEY": home.video(DUNE).key}
    for name, value in made_up.items():
        address = address.replace(name, value)
        sent = {key: str(evening) if one == name else one for key, one in sent.items()}
    answer = home.client.post(address, data=sent)
    assert answer.status_code == status
    assert "<h1" in answer.text
    assert home.application.catalog.snapshot.playlists is before


@pytest.mark.parametrize("number", ["0", "99999", "9" * 30, "-1", "abc", "1/x"])
def test_a_playlist_that_is_not_there_is_a_404(home: Home, deeds: Playlisting, number: str) -> None:
    assert home.get(f"/playlist/{number}").status_code == 404


def test_the_pages_of_playlists_are_not_made_again_for_a_mark(home: Home, evening: int) -> None:
    """Each film that plays counts a view; a playlist shows none."""
    addresses = (f"/playlist/{evening}", "/playlists")
    for address in addresses:
        home.get(address)
    made = home.application.wsgi.extensions["house"].pages.store.reading().whole.misses
    home.application.catalog.add_view(home.video(TAPE))
    for address in addresses:
        home.get(address)
    assert home.application.wsgi.extensions["house"].pages.store.reading().whole.misses == made


def test_a_playlist_and_its_list_run_nothing_and_keep_their_answer(home: Home, evening: int) -> None:
    for address in (f"/playlist/{evening}", "/playlists"):
        answer = home.get(address)
        page = Page(answer.text)
        assert (page.wrong, page.headings) == ([], 1)
        assert home.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
