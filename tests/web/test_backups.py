"""The backups on /admin, and the button that makes one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_video_server.database.backups import present
from local_video_server.web.presenting import ago
from tests.homes import Home, open_home
from tests.server import wait_for


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Home]:
    """A home without videos, and without backups."""
    (tmp_path / "films").mkdir()
    with open_home(tmp_path / "data", tmp_path / "films", videos=0) as home:
        yield home


ONE_MORE = {"task": "backup", "deed": "start"}


def ask(home: Home) -> None:
    """Presses the button and waits until that came to its end."""

    def ended() -> int:
        reading = home.application.workshop.jobs.reading("backup")
        return reading.done + reading.failed

    before = ended()
    assert home.client.post("/admin/tasks", data=ONE_MORE).status_code == 303
    wait_for(lambda: ended() > before, 1)


def panel(home: Home) -> str:
    """The text of the panel, in one line."""
    found = re.search(r'<section class="panel" id="backups".*?</section>', home.get("/admin").text, re.S)
    assert found
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


def test_the_button_makes_one_and_the_page_lists_it(house: Home, tmp_path: Path) -> None:
    assert "There is none yet." in panel(house)
    ask(house)
    (backup,) = present(tmp_path / "data" / "backups")
    shown = panel(house)
    assert backup.name in shown
    assert re.search(r"\d{4}, \d\d:\d\d , just now asked for \d+ KB", shown), shown
    assert f"They lie in {tmp_path / 'data' / 'backups'} ." in shown
    assert "--restore FILE" in shown


def test_the_newest_stands_first(house: Home, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "backups"
    folder.mkdir()
    (folder / "library-20210101T000000Z.db").write_bytes(b"x" * 2_500_000)
    ask(house)
    shown = panel(house)
    assert re.search(r"asked for .*library-20210101T000000Z\.db 1 January 2021, .* days ago daily 2\.5 MB", shown)


def test_a_guest_reads_the_list_and_makes_none(house: Home, tmp_path: Path) -> None:
    guest = house.guest()
    assert guest.post("/admin/tasks", data=ONE_MORE).status_code == 403
    assert not (tmp_path / "data" / "backups").exists()
    page = guest.get("/admin").text
    assert re.search(r'name="task" value="backup"><button class="button" name="deed" value="start" disabled>', page)


def test_why_none_can_be_made_is_told_on_the_page(house: Home, tmp_path: Path) -> None:
    (tmp_path / "data" / "backups").symlink_to(tmp_path / "a disk that is away" / "backups")
    ask(house)
    assert "No backup was made." in panel(house)
    assert "There is none yet." not in panel(house)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (-5.0, "just now"),
        (59.0, "just now"),
        (60.0, "1 minute ago"),
        (7199.0, "1 hour ago"),
        (86399.0, "23 hours ago"),
        (86400.0, "1 day ago"),
        (1e9, "11,574 days ago"),
    ],
)
def test_an_age_is_told_in_its_largest_unit(seconds: float, told: str) -> None:
    assert ago(seconds) == told
