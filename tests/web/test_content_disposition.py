from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_video_server.web.content_disposition import content_disposition, safe_name


@pytest.mark.parametrize(
    ("name", "plain", "encoded"),
    [
        ("Dune.mp4", "Dune.mp4", "Dune.mp4"),
        ("Beach & Sea.webm", "Beach & Sea.webm", "Beach%20&%20Sea.webm"),
        ("Amélie.mkv", "Amelie.mkv", "Am%C3%A9lie.mkv"),
        ("日本.mp4", "video.mp4", "%E6%97%A5%E6%9C%AC.mp4"),
        ('a"b.mp4', "a_b.mp4", "a_b.mp4"),
        ("a;b,c.mp4", "a;b,c.mp4", "a%3Bb%2Cc.mp4"),
        ("../../etc/passwd", "video._etc_passwd", "_.._etc_passwd"),
        ("a\r\nSet-Cookie: x.mp4", "a__Set-Cookie_ x.mp4", "a__Set-Cookie_%20x.mp4"),
        ("a\u202egpj.mp4", "a_gpj.mp4", "a_gpj.mp4"),
        ("100%.mp4", "100_.mp4", "100_.mp4"),
        ("it's (1).mp4", "it's (1).mp4", "it%27s%20%281%29.mp4"),
        ("full\uff02width\uff3c\uff0f.mp4", "full_width__.mp4", "full%EF%BC%82width%EF%BC%BC%EF%BC%8F.mp4"),
        (" .hidden. ", "hidden", "hidden"),
        ("...", "video", "video"),
        ("", "video", "video"),
        ("no extension", "no extension", "no%20extension"),
    ],
    ids=ascii,
)
def test_a_name_is_sent_plain_and_in_utf8(name: str, plain: str, encoded: str) -> None:
    assert content_disposition(name, True) == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"


def test_what_is_shown_in_the_browser_is_inline() -> None:
    assert content_disposition("a.mp4", False).startswith("inline; ")


@pytest.mark.parametrize(
    "name", ["x" * 300 + ".mp4", "é" * 300 + ".mp4", "x" * 300, "." + "x" * 300, "a." + "é" * 300]
)
def test_a_long_name_is_cut_where_file_systems_would_refuse_it(name: str) -> None:
    cut = safe_name(name)
    assert 0 < len(cut.encode()) <= 200
    if name.endswith(".mp4"):
        assert cut.endswith(".mp4")


@given(st.text())
def test_no_name_breaks_out_of_the_header(name: str) -> None:
    header = content_disposition(name, True)
    assert header.isascii()
    assert header.isprintable()
    found = re.fullmatch(
        r"attachment; filename=\"([^\"\\]+)\"; filename\*=UTF-8''([A-Za-z0-9!#$&+^`|~%._-]+)", header
    )
    assert found
    assert not re.search(r"[/\\\x00-\x1f\x7f]", unquote(found[2]))
    assert found[1] not in (".", "..")
