from __future__ import annotations

import ipaddress

import pytest
from werkzeug.datastructures import Headers

from local_video_server.web.access import Access, Network, is_this_machine, is_write_allowed
from tests.homes import Home

OWN: list[Network] = [ipaddress.ip_network("203.0.112.0/24"), ipaddress.ip_network("2a02:1::/64")]
RULES = Access("attic-pc", ("films.example.org", "Casa.Example.ORG."), lambda: OWN)


@pytest.mark.parametrize(
    ("client", "is_allowed"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("10.1.2.3", True),
        ("172.16.0.1", True),
        ("172.32.0.1", False),
        ("172.99.1.1", False),
        ("192.168.1.7", True),
        ("192.169.1.7", False),
        ("169.254.10.1", True),
        ("fe80::1%eth0", True),
        ("fd00::5", True),
        ("100.64.0.1", True),
        ("100.127.255.255", True),
        ("100.128.0.1", False),
        ("::ffff:192.168.1.7", True),
        ("::ffff:8.8.8.8", False),
        ("8.8.8.8", False),
        ("2001:4860:4860::8888", False),
        ("203.0.112.9", True),
        ("2a02:1::99", True),
        ("2a02:2::99", False),
        ("", False),
        ("unix:", False),
        ("192.168.1.7.evil.example", False),
        ("192.168.1", False),
        ("0x7f000001", False),
    ],
)
def test_a_client_is_at_home_or_refused(client: str, is_allowed: bool) -> None:
    assert RULES.is_client_allowed(client) is is_allowed


@pytest.mark.parametrize(
    ("host", "is_allowed"),
    [
        ("localhost", True),
        ("localhost:8080", True),
        ("127.0.0.1:8080", True),
        ("[::1]:8080", True),
        ("192.168.1.5", True),
        ("8.8.8.8", True),
        ("attic-pc", True),
        ("ATTIC-PC:8080", True),
        ("nas", True),
        ("nas.local", True),
        ("nas.local.", True),
        ("NAS.LAN:8080", True),
        ("nas.home.arpa", True),
        ("nas.fritz.box", True),
        ("nas.internal", True),
        ("films.example.org", True),
        ("casa.example.org:443", True),
        ("evil.example", False),
        ("sub.films.example.org", False),
        ("films.example.org.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("local.evil.example", False),
        ("notlocal", True),
        ("evil.notlocal", False),
        ("", False),
        (":8080", False),
        ("[::1", False),
        ("evil.example#.local", False),
        ("evil.example/.local", False),
    ],
)
def test_a_name_is_ours_or_refused(host: str, is_allowed: bool) -> None:
    assert RULES.is_host_allowed(host) is is_allowed


@pytest.mark.parametrize(
    ("headers", "is_allowed"),
    [
        pytest.param({}, True, id="no browser at all"),
        pytest.param({"Origin": "http://nas.local:8080"}, True, id="our own page"),
        pytest.param({"Origin": "https://nas.local:8080"}, True, id="our own page behind TLS"),
        pytest.param({"Origin": "http://nas.local"}, False, id="another port"),
        pytest.param({"Origin": "http://evil.example"}, False, id="another site"),
        pytest.param({"Origin": "http://nas.local:8080.evil.example"}, False, id="our name in another's"),
        pytest.param({"Origin": "http://evil@nas.local:8080"}, False, id="a user in front"),
        pytest.param({"Origin": "null"}, False, id="null"),
        pytest.param({"Origin": ""}, False, id="empty"),
        pytest.param({"Origin": "http://["}, False, id="garbage"),
        pytest.param({"Referer": "http://nas.local:8080/watch/x"}, True, id="our page as referrer"),
        pytest.param({"Referer": "http://evil.example/nas.local:8080"}, False, id="another's page as referrer"),
        pytest.param(
            {"Origin": "http://evil.example", "Referer": "http://nas.local:8080/"}, False, id="the origin rules"
        ),
        pytest.param({"Sec-Fetch-Site": "same-origin"}, True, id="fetched by our page"),
        pytest.param({"Sec-Fetch-Site": "none"}, True, id="typed by the viewer"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, False, id="a neighbour's page"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, False, id="fetched by another site"),
        pytest.param({"Sec-Fetch-Site": "whatever"}, False, id="an unknown word"),
        pytest.param(
            {"Sec-Fetch-Site": "same-origin", "Origin": "http://evil.example"},
            False,
            id="one good word is not enough",
        ),
    ],
)
def test_a_write_comes_from_us_or_from_no_browser(headers: dict[str, str], is_allowed: bool) -> None:
    assert is_write_allowed(Headers(headers), "nas.local:8080") is is_allowed


@pytest.mark.parametrize(
    ("client", "headers", "is_here"),
    [
        ("127.0.0.1", {}, True),
        ("::1", {}, True),
        ("::ffff:127.0.0.1", {}, True),
        ("192.168.1.7", {}, False),
        ("127.0.0.1", {"X-Forwarded-For": "192.168.1.7"}, False),
        ("127.0.0.1", {"x-forwarded-for": ""}, False),
        ("127.0.0.1", {"Forwarded": "for=1"}, False),
        ("127.0.0.1", {"X-Real-IP": "1"}, False),
        ("127.0.0.1", {"Via": "1.1 proxy"}, False),
        ("", {}, False),
    ],
)
def test_who_sits_at_the_machine_was_forwarded_by_nobody(client: str, headers: dict[str, str], is_here: bool) -> None:
    assert is_this_machine(client, Headers(headers)) is is_here


@pytest.mark.parametrize(
    ("origin", "is_allowed"),
    [
        ("http://192.168.1.5:3000", True),
        ("https://attic-pc:8443", True),
        ("http://localhost", True),
        ("http://films.example.org", True),
        ("http://nas.local", True),
        ("http://203.0.112.9", True),
        ("http://[fd00::5]:8080", True),
        ("http://8.8.8.8", False),
        ("http://10.evil.example", False),
        ("http://192.168.1.5.evil.example", False),
        ("http://172.99.1.1", False),
        ("http://nas.local/", False),
        ("http://nas.local?x", False),
        ("ftp://nas.local", False),
        ("null", False),
        ("*", False),
        ("", False),
        ("http://", False),
        ("http://[", False),
        ("http://nas.local, http://evil.example", False),
    ],
)
def test_a_page_is_of_this_home_or_a_stranger(origin: str, is_allowed: bool) -> None:
    assert RULES.is_origin_allowed(origin) is is_allowed


def test_a_network_that_comes_up_later_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    now: list[Network] = []
    rules = Access("pc", (), lambda: list(now))
    assert not rules.is_client_allowed("203.0.112.9")
    now += OWN
    monkeypatch.setattr("local_video_server.web.access.time.monotonic", lambda: 1e12)
    assert rules.is_client_allowed("203.0.112.9")


@pytest.mark.parametrize("path", ["/", "/api/videos", "/static/js/main.js", "/ping", "/nowhere", "/login"])
def test_a_stranger_is_refused_everywhere(home: Home, path: str) -> None:
    assert home.guest("8.8.8.8").get(path).status_code == 403


def test_who_claims_to_be_forwarded_for_somebody_at_home_is_still_a_stranger(home: Home) -> None:
    answer = home.guest("8.8.8.8").get("/", headers={"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1"})
    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/", "/api/videos", "/video/Dune.2021.1080p.mp4", "/nowhere"])
def test_an_unknown_name_is_misdirected_and_told_the_setting(home: Home, path: str) -> None:
    answer = home.get(path, headers={"Host": "evil.example"})
    assert answer.status_code == 421
    assert "evil.example" in answer.text
    assert "allowed_hosts" in answer.text


@pytest.mark.parametrize("host", ["a b", "<script>", "evil.example:99999", "a_b.evil.example", "\xff", "x" * 5000])
def test_a_name_that_is_none_is_refused_without_a_trace(home: Home, host: str) -> None:
    answer = home.client.get("/", environ_overrides={"HTTP_HOST": host})
    assert answer.status_code in (400, 421)
    assert "<script>" not in answer.text


def test_a_write_from_another_site_changes_nothing(home: Home) -> None:
    key = home.video("Dune.2021.1080p.mp4").key
    for headers in ({"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        assert home.client.put(f"/api/videos/{key}/rating", json={"value": 1}, headers=headers).status_code == 403
        assert home.client.post(f"/watch/{key}/favorite", data={"value": "1"}, headers=headers).status_code == 403
    answer = home.get(f"/api/videos/{key}").json
    assert answer is not None
    assert (answer["rating"], answer["favorite"]) == (None, False)
