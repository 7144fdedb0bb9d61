from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_video_server.library.errors import InvalidValue, NotAllowed
from local_video_server.web.passwords import PLAYER_PASS_S, TRIES, Passwords
from local_video_server.web.routes import ROUTES, Route
from tests.homes import Home, open_home

LOOK_AGAIN = {"task": "scan", "deed": "start"}


class Kept(dict[str, str]):
    """Credentials in memory."""

    def passwords(self, viewer: str = "") -> Passwords:
        return Passwords(self.get, self.__setitem__, viewer)


def test_the_one_time_word_sets_the_password_once() -> None:
    kept = Kept()
    passwords = kept.passwords()
    once = passwords.once
    assert once
    passwords.set_admin(once, "long enough")
    assert "long enough" not in kept["admin_password"]
    assert passwords.check("long enough", "a") == "admin"
    with pytest.raises(NotAllowed):
        passwords.set_admin(once, "something else")
    assert kept.passwords().once is None


@pytest.mark.parametrize("once", ["", "wrong", "ü", "\x00", "x" * 10_000])
def test_another_word_sets_nothing(once: str) -> None:
    kept = Kept()
    with pytest.raises(NotAllowed):
        kept.passwords().set_admin(once, "long enough")
    assert kept == {}


def test_a_short_password_is_refused_and_the_word_stays_good() -> None:
    passwords = Kept().passwords()
    with pytest.raises(InvalidValue, match="8 characters"):
        passwords.set_admin(passwords.once or "", "1234567")
    passwords.set_admin(passwords.once or "", "12345678")


def test_too_many_wrong_tries_make_one_client_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("local_video_server.web.passwords.time.monotonic", lambda: now[0])
    passwords = Kept().passwords(viewer="popcorn")
    for _ in range(TRIES):
        assert passwords.check("wrong", "a") is None
    with pytest.raises(NotAllowed, match="60 seconds"):
        passwords.check("popcorn", "a")
    assert passwords.check("popcorn", "b") == "viewer"
    now[0] = 61.0
    assert passwords.check("popcorn", "a") == "viewer"


@pytest.mark.parametrize("password", ["", "popcor", "popcorn ", "POPCORN", "ü", "\x00", "x" * 100_000])
def test_nothing_like_the_password_is_the_password(password: str) -> None:
    assert Kept().passwords(viewer="popcorn").check(password, "a") is None
    assert Kept().passwords().check(password, "a") is None


def test_the_secret_of_the_sessions_stays_and_changes_with_the_viewer_password() -> None:
    kept = Kept()
    assert kept.passwords().session_secret() == kept.passwords().session_secret()
    assert kept.passwords("a").session_secret() != kept.passwords("b").session_secret()


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home with a viewer password."""
    folder = tmp_path_factory.mktemp("locked")
    (folder / "films").mkdir()
    (folder / "films" / "a.mp4").write_bytes(b"x")
    with open_home(folder / "data", folder / "films", videos=1, viewer_password="popcorn") as home:
        yield home


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/", 303),
        ("GET", "/watch/a.mp4", 303),
        ("GET", "/video/a.mp4", 303),
        ("GET", "/admin", 303),
        ("GET", "/events", 303),
        ("GET", "/nowhere", 303),
        ("HEAD", "/", 303),
        ("OPTIONS", "/", 401),
        ("GET", "/api/videos", 401),
        ("PUT", "/api/videos/aaaaaaaaaa/favorite", 401),
        ("POST", "/watch/aaaaaaaaaa/favorite", 401),
        ("POST", "/admin/tasks", 401),
        ("GET", "/login", 200),
        ("GET", "/static/js/main.js", 200),
        ("GET", "/ping", 200),
    ],
)
def test_a_viewer_password_is_asked_for_everywhere(locked: Home, method: str, address: str, status: int) -> None:
    answer = locked.guest().open(address, method=method)
    assert answer.status_code == status
    if status == 303:
        assert answer.headers["Location"].startswith("/login?back=")


def test_another_player_is_let_to_the_films_of_a_playlist_file_and_to_nothing_else(locked_home: Home) -> None:
    name = next(iter(locked_home.application.catalog.snapshot.library.roots.values())).name
    address = locked_home.client.get(f"/folders/{name}.m3u8").text.splitlines()[-1]
    path, _, word = address.partition("?pass=")
    path = path[path.index("/video/") :]
    player = locked_home.guest()
    assert player.get(f"{path}?pass={word}").status_code == 200
    assert player.get(f"{path}?pass={word}x").status_code == 303
    assert player.get(path).status_code == 303
    assert player.get(f"/?pass={word}").status_code == 303
    assert player.get(f"/api/videos?pass={word}").status_code == 401


def test_the_word_for_players_ends_after_a_week_and_with_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Kept()
    word = kept.passwords("popcorn").player_pass()
    assert kept.passwords("popcorn").is_player_pass(word)
    assert not kept.passwords("other").is_player_pass(word)
    later = time.time() + PLAYER_PASS_S + 1
    monkeypatch.setattr(time, "time", lambda: later)
    assert not kept.passwords("popcorn").is_player_pass(word)
    assert kept.passwords().player_pass() == ""


def test_who_gave_the_password_goes_on_where_he_wanted_to(locked: Home) -> None:
    guest = locked.guest()
    login = guest.get("/?sort=title", follow_redirects=True)
    assert 'name="back" value="/?sort=title"' in login.text
    answer = guest.post("/login", data={"password": "popcorn", "back": "/?sort=title"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/?sort=title")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert guest.get("/").status_code == 200
    assert guest.post("/admin/tasks", data=LOOK_AGAIN).status_code == 403
    guest.post("/logout")
    assert guest.get("/").status_code == 303


def test_a_wrong_password_opens_nothing_and_at_last_makes_wait(locked: Home) -> None:
    guest = locked.guest("192.168.1.66")
    for _ in range(TRIES):
        assert guest.post("/login", data={"password": "wrong"}).status_code == 403
    assert "Too many" in guest.post("/login", data={"password": "popcorn"}).text
    assert guest.get("/").status_code == 303


@pytest.mark.parametrize("back", ["//evil.example/", "http://evil.example/", "/\\evil.example", "//["])
def test_a_login_leads_nowhere_else(locked: Home, back: str) -> None:
    answer = locked.guest().post("/login", data={"password": "popcorn", "back": back})
    assert answer.headers["Location"] == "/"


def test_a_forged_cookie_opens_nothing(locked: Home) -> None:
    guest = locked.guest()
    for value in ("admin", "eyJyb2xlIjoiYWRtaW4ifQ.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb", "."):
        guest.set_cookie("lvs_session", value)
        assert guest.get("/").status_code == 303


@pytest.mark.parametrize(
    ("client", "headers", "status"),
    [
        ("127.0.0.1", {}, 303),
        ("::1", {}, 303),
        ("192.168.1.7", {}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "192.168.1.7"}, 403),
        ("127.0.0.1", {"Forwarded": "for=192.168.1.7"}, 403),
    ],
)
def test_deeds_are_for_the_admin_and_who_sits_at_the_machine(
    home: Home, client: str, headers: dict[str, str], status: int
) -> None:
    # Only the refusals of the other deed: it sets the broken files of the shared home back.
    for address in ("/admin/forget", *(("/admin/tasks",) if status == 403 else ())):
        assert home.guest(client).post(address, headers=headers, data={"sure": "1"}).status_code == status
    assert home.guest(client).get("/admin", headers=headers).status_code == 200


def test_a_session_survives_a_restart(tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    with open_home(tmp_path / "data", tmp_path / "films", videos=0) as home:
        guest = home.guest()
        once = home.application.passwords.once
        assert guest.get(f"/admin/password?once={once}").status_code == 200
        answer = guest.post("/admin/password", data={"once": once, "password": "long enough"})
        assert answer.status_code == 303
        assert guest.post("/admin/tasks", data=LOOK_AGAIN).status_code == 303
        used = {"once": once, "password": "another one"}
        assert home.guest().post("/admin/password", data=used).status_code == 403
        assert guest.post("/admin/password", data={"password": "the admin's new one"}).status_code == 303
        cookie = guest.get_cookie("lvs_session")
        assert cookie is not None
    with open_home(tmp_path / "data", tmp_path / "films", videos=0) as home:
        guest = home.guest()
        assert guest.post("/admin/tasks", data=LOOK_AGAIN).status_code == 403
        guest.set_cookie("lvs_session", cookie.value)
        assert guest.post("/admin/tasks", data=LOOK_AGAIN).status_code == 303
        assert home.application.passwords.once is None
        assert home.guest("192.168.1.9").post("/login", data={"password": "the admin's new one"}).status_code == 303


@pytest.mark.parametrize("route", [r for r in ROUTES if r.method == "GET"], ids=lambda route: route.name)
def test_a_guest_without_the_viewer_password_sees_nothing(locked_home: Home, route: Route) -> None:
    video = locked_home.video("Dune.mp4")
    picture = f"{locked_home.application.catalog.snapshot.posters.of[video.id].stamp}-320.jpg"
    values = {"picture": picture, "stem": "Dune", "name": "js/main.js", "folder": "Films", "tag": "x"}
    address = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: values.get(found[1], video.key), route.rule)
    with locked_home.guest().get(address) as answer:
        is_open = route.name in ("static", "icon", "login", "ping", "health")
        assert answer.status_code in ((200,) if is_open else (303, 401)), answer.data[:200]
        assert is_open or b"Dune" not in answer.data.replace(b"Dune.jpg", b"")
    if route.name in ("thumbnail", "thumbnail_by_stem"):
        with locked_home.get(address) as answer:
            assert answer.status_code == 200
            assert answer.headers["Cache-Control"].startswith("private, ")


@pytest.fixture(scope="module")
def locked_home(tmp_path_factory: pytest.TempPathFactory, clip: Path) -> Iterator[Home]:
    """A home with one video that asks everybody for a password."""
    folder = tmp_path_factory.mktemp("locked")
    (folder / "Films").mkdir()
    shutil.copy(clip, folder / "Films" / "Dune.mp4")
    with open_home(folder / "data", folder / "Films", videos=1, viewer_password="popcorn") as home:
        yield home
