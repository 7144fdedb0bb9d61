from __future__ import annotations

import json
import queue
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from local_video_server.library.events import MARK_CHANGED, NAMES, Events
from local_video_server.web import live
from local_video_server.web.live import LiveNews
from tests.homes import Home
from tests.server import wait_for


def read(told: bytes) -> tuple[str, dict[str, object]]:
    """The name and the data of one event."""
    whole = re.fullmatch(r"(?:retry: 2000\n)?event: (.*)\nid: .*\ndata: (.*)\n\n", told.decode())
    assert whole, told
    return whole[1], json.loads(whole[2])


def number(told: bytes) -> tuple[str, int]:
    """The run of the server and the number of an event in it."""
    found = re.search(rb"^id: (\w+)\.(\d+)$", told, re.M)
    assert found
    return found[1].decode(), int(found[2])


@pytest.fixture
def happened() -> Events:
    return Events()


@pytest.fixture
def news(happened: Events) -> Iterator[LiveNews]:
    news = LiveNews(happened, lambda: {"versions": [1, 2]})
    yield news
    news.stop()


def test_a_reader_gets_the_state_first_and_then_what_happens_by_name(happened: Events, news: LiveNews) -> None:
    feed = iter(news.feed())
    assert read(next(feed)) == ("state", {"versions": [1, 2]})
    for name in NAMES:
        happened.tell(name, key="aaaaaaaaaa")
        assert read(next(feed)) == (name, {"key": "aaaaaaaaaa"})


def test_who_comes_back_sees_by_the_numbers_what_was_missed(happened: Events, news: LiveNews) -> None:
    happened.tell(MARK_CHANGED, key="a")  # nobody hears it
    feed = iter(news.feed())
    run, first = number(next(feed))
    happened.tell(MARK_CHANGED, key="b")
    assert number(next(feed)) == (run, first + 1)
    happened.tell(MARK_CHANGED, key="c")
    assert number(next(iter(news.feed()))) == (run, first + 2), "the state holds all that was told"
    assert number(next(iter(LiveNews(Events(), dict).feed())))[0] != run, "another start of the server"


def test_many_threads_tell_everybody_the_same_in_the_same_order(happened: Events, news: LiveNews) -> None:
    told: list[list[bytes | None]] = [[] for _ in range(50)]
    for one in told:
        news.feed().subscribe(one.append)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda key: happened.tell(MARK_CHANGED, key=str(key)), range(100)))
    assert len(told[0]) == 101
    assert [number(one)[1] for one in told[0] if one] == list(range(101))
    assert all(one == told[0] for one in told)


def test_the_first_thing_told_is_when_to_come_back(news: LiveNews) -> None:
    assert next(iter(news.feed())).startswith(b"retry: 2000\nevent: state\n")


def test_a_name_with_line_breaks_stays_one_event(happened: Events, news: LiveNews) -> None:
    feed = iter(news.feed())
    next(feed)
    happened.tell(MARK_CHANGED, key="a\n\nevent: evil\ndata: x\r\u2028")
    assert read(next(feed)) == (MARK_CHANGED, {"key": "a\n\nevent: evil\ndata: x\r\u2028"})


def test_a_quiet_feed_has_a_heartbeat(news: LiveNews, monkeypatch: pytest.MonkeyPatch) -> None:
    assert live.HEARTBEAT_S == 20.0
    monkeypatch.setattr(live, "HEARTBEAT_S", 0.01)
    told: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    news.start()
    news.feed().subscribe(told.put)
    told.get(timeout=5)
    assert told.get(timeout=5) == b": alive\n\n"


def test_who_left_is_told_nothing_any_more(happened: Events, news: LiveNews) -> None:
    told: list[bytes | None] = []
    leave = news.feed().subscribe(told.append)
    leave()
    leave()
    happened.tell(MARK_CHANGED, key="a")
    assert len(told) == 1
    feed = iter(news.feed())
    next(feed)
    feed.close()  # type: ignore[attr-defined]
    assert not news._pushes


def test_stopping_ends_every_feed(news: LiveNews) -> None:
    feed = iter(news.feed())
    next(feed)
    news.stop()
    assert list(feed) == []


def test_a_mark_is_told_to_everybody(home: Home) -> None:
    key = home.video("Holiday/Old/tape.avi").key
    with home.get("/events") as answer:
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        assert answer.headers["Cache-Control"] == "no-store"
        feed = iter(answer.iter_encoded())
        name, state = read(next(feed))
        assert name == "state"
        assert len(state["versions"]) == 5  # type: ignore[arg-type]
        home.guest().put(f"/api/videos/{key}/favorite")
        assert read(next(feed)) == ("mark.changed", {"key": key})
        home.client.delete(f"/api/videos/{key}/favorite")
    del feed, answer
    wait_for(lambda: not home.application.wsgi.extensions["house"].news._pushes, 1.0)


def test_asking_for_the_head_of_a_feed_opens_none(home: Home) -> None:
    with home.client.head("/events") as answer:
        assert (answer.status_code, answer.data) == (200, b"")
    assert not home.application.wsgi.extensions["house"].news._pushes
