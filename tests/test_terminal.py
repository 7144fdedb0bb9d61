from __future__ import annotations

import io
import os
import re
import socket

import pytest

from local_video_server.library.index import Folders
from local_video_server.library.probing import ProbeReport
from local_video_server.library.root_report import RootReport
from local_video_server.library.video import Root
from local_video_server.terminal import ProgressBar, addresses, complain, greet
from tests.server import wait_for

HOSTILE = os.fsdecode(b"/films/\x1b]0;owned\x07\x1b[2J\xff\n\xe2\x80\xa8x")


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", ["http://127.0.0.1:8080/"]),
        ("192.168.1.5", ["http://192.168.1.5:8080/"]),
        ("::1", ["http://[::1]:8080/"]),
        ("nas.local", ["http://nas.local:8080/"]),
    ],
)
def test_a_server_on_one_address_says_that_one(host: str, expected: list[str]) -> None:
    assert addresses(host, 8080) == expected


@pytest.mark.parametrize("host", ["0.0.0.0", "::", ""])
def test_a_server_on_all_addresses_says_this_machine_first_and_no_loopback(host: str) -> None:
    found = addresses(host, 80)
    assert found[0] == "http://localhost:80/"
    assert not [address for address in found if "127.0.0" in address or "169.254." in address]
    assert len(found) == len(set(found))


def test_the_addresses_that_are_said_are_this_machines() -> None:
    for address in addresses("0.0.0.0", 0)[1:]:
        with socket.socket() as one:
            one.bind((re.sub(r"http://|:0/", "", address), 0))


def test_a_folder_name_cannot_steer_the_terminal() -> None:
    out = io.StringIO()
    greet(out, ["http://localhost:80/"], Folders((HOSTILE,), ((HOSTILE, HOSTILE),)), "once-word")
    text = out.getvalue()
    assert "films" in text
    assert "http://localhost:80/admin/password?once=once-word" in text
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\ud800-\udfff]", text)
    assert len([line for line in text.splitlines() if "films" in line]) == 2
    text.encode()


def test_a_phone_gets_a_code_and_an_admin_password_is_offered_once() -> None:
    def greeting(encoding: str, once: str | None = None) -> str:
        raw = io.BytesIO()
        out = io.TextIOWrapper(raw, encoding=encoding)
        greet(out, ["http://localhost:80/", "http://192.168.1.5:80/"], Folders(("/films",)), once)
        return raw.getvalue().decode(encoding)

    assert greeting("utf-8").count("\n") > 10
    assert "once" not in greeting("utf-8")
    assert "http://192.168.1.5:80/admin/password?once=word" in greeting("utf-8", "word")  # a NAS has no screen
    assert greeting("latin-1").count("\n") < 10  # no code in letters that the terminal lacks


def test_a_complaint_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    complain(f"There is no folder {HOSTILE}.")
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028]", said)


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_bar_tells_rate_and_time_left_and_ends_by_itself() -> None:
    out = _Terminal()
    now = [ProbeReport(waiting=90, done=8, broken=2, per_s=5.0)]
    bar = ProgressBar(out, lambda: ([RootReport(Root(1, "/films", "films"), "idle", files=100)], now[0]))
    bar.start()
    wait_for(lambda: "10/100" in out.getvalue(), 0.5)
    assert re.search(r"10/100 \[\d\d:\d\d<.*files/s", out.getvalue())
    now[0] = ProbeReport(waiting=0, done=98, broken=2, per_s=5.0)
    bar.join(5 * 0.5)
    assert not bar.is_alive()


def test_there_is_no_bar_where_nobody_looks() -> None:
    out = io.StringIO()
    bar = ProgressBar(out, lambda: ([], ProbeReport(waiting=0, done=1, broken=0, per_s=0.0)))
    bar.start()
    bar.join(5 * 0.5)
    assert out.getvalue() == ""
