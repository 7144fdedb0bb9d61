"""The benchmarks run, judge by ratios, and are made of what they say. No test here fails on a time."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import run
from benchmarks.client import ask
from benchmarks.fetch import fetch
from benchmarks.home import Home, State
from benchmarks.library import make_large_file, make_library
from benchmarks.machine import Facts
from benchmarks.plan import Plan
from benchmarks.readings import memory, read_bytes
from benchmarks.tables import Result, Row, in_document, median_ratio, read
from local_video_server.database.upgrade import upgrade
from tests.server import Server, serve

TINY = Plan(
    sizes=(14,),
    clients=(2,),
    rounds=1,
    load_s=0.2,
    starts=1,
    compared_files=2,
    film_bytes=200_000,
    films=0,
    moved=20,
    hook_requests=100,
    steady_s=0.3,
    quiet_s=0.2,
    rest_s=0,
)
FACTS = Facts("2026-01-02", "abcdef0", "Linux, 2 cores", "bin/bench", "wrk 4.1.0")
HOME: Row = {
    "videos": 333,
    "page": "home",
    "clients": 8,
    "p95_ms": 2.0,
    "p95_spread_ms": (1.5, 2.5),
    "of_rate": 0.5,
    "times_p95": 1.5,
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve(make_large_file(tmp_path_factory.mktemp("film") / "film.mp4", 3_000_000).parent) as running:
        yield running


@pytest.mark.timeout(300)  # ten times what a quiet machine takes
def test_every_subject_is_measured_and_fills_its_tables(tmp_path: Path) -> None:
    rows = run.measure(tmp_path, TINY, run.SUBJECTS)
    assert set(rows) == {table.name for table in run.TABLES}
    for table in run.TABLES:
        written = table.as_markdown(rows[table.name]).splitlines()
        assert len(written) == 2 + len(rows[table.name]) > 2
        keys = {column.key for column in table.columns}
        assert all(set(row) <= keys for row in rows[table.name]), "a figure that no column shows"
        for column in table.columns:
            if column.better:  # nginx and ffprobe may be absent, and then have no ratio
                assert all(row.get(column.key) is None or row[column.key] > 0 for row in rows[table.name])  # type: ignore[operator]
    assert {row["page"] for row in rows["pages"]} == {"bare view", "home", "watch"}
    assert {row["times_p95"] for row in rows["pages"] if row["page"] == "bare view"} == {1.0}


def test_a_quick_run_writes_nothing_but_what_was_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (run.DOCUMENT.read_text("utf-8"), sorted(run.RESULTS.iterdir()))
    assert run.main(["--quick", "--videos", "3", "--json", str(tmp_path / "run.json"), "start"]) == 0
    assert (run.DOCUMENT.read_text("utf-8"), sorted(run.RESULTS.iterdir())) == before
    assert [row["videos"] for row in read(tmp_path / "run.json").tables["start"]] == [3]
    assert "| 3 |" in capsys.readouterr().out


def test_a_subject_that_does_not_exist_is_refused_with_those_that_do(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run.main(["--quick", "spede"])
    assert "there is no subject spede; there are start, scan" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("changed", "code", "said"),
    [
        ({}, 0, "0 worse"),
        ({"times_p95": 1.79}, 0, "0 worse"),
        ({"times_p95": 1.81}, 1, "LOSS pages, 333 videos, home, 8 clients: p95, times: 1.5 -> 1.81, 21% worse"),
        ({"of_rate": 0.42}, 0, "0 worse"),
        (
            {"of_rate": 0.41},
            1,
            "LOSS pages, 333 videos, home, 8 clients: requests/s, of the bare view's: 0.5 -> 0.41",
        ),
        ({"of_rate": 0.9, "times_p95": 0.4}, 0, "0 worse"),
        ({"of_rate": 0.9, "times_p95": 3.0}, 1, "1 worse"),
        ({"p95_ms": 90.0}, 0, "0 worse"),
        ({"times_p95": None}, 1, "MISSING pages, 333 videos, home, 8 clients: p95, times\n"),
        ({"times_p95": 0.0}, 1, "1 ratios compared, 0 worse by over 20%, 1 missing"),
        ({"p95_ms": None}, 0, "0 missing"),
        ({"videos": 334}, 2, "MISSING pages, 333 videos, home, 8 clients\n0 ratios compared"),
    ],
    ids=[
        "nothing",
        "just within",
        "slower",
        "just within, of a share",
        "a smaller share",
        "better",
        "one better, one worse",
        "a slower machine",
        "a ratio that is not measured",
        "a ratio of nothing",
        "a figure that is not measured",
        "another library",
    ],
)
def test_a_ratio_that_is_a_fifth_worse_is_a_loss(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changed: Row, code: int, said: str
) -> None:
    earlier, later = tmp_path / "earlier.json", tmp_path / "later.json"
    earlier.write_text(Result(FACTS, {"pages": [HOME]}).as_json())
    later.write_text(Result(FACTS, {"pages": [{**HOME, **changed}]}).as_json())
    assert run.main(["compare", str(earlier), str(later)]) == code
    assert said in capsys.readouterr().out


WATCH: Row = {**HOME, "page": "watch"}
SENT: Row = {"clients": 8, "of_nginx": 0.9}


@pytest.mark.parametrize(
    ("command", "tables", "code", "said"),
    [
        ("bin/bench", {"pages": [HOME, WATCH], "bytes": [SENT]}, 0, "0 missing"),
        ("bin/bench", {"pages": [HOME], "bytes": [SENT]}, 1, "MISSING pages, 333 videos, watch, 8 clients\n"),
        ("bin/bench", {"pages": [HOME, WATCH]}, 1, "MISSING bytes, all rows\n"),
        ("bin/bench --json run.json", {"pages": [HOME, WATCH]}, 1, "MISSING bytes, all rows\n"),
        (
            "bin/bench pages",
            {"pages": [HOME, WATCH]},
            0,
            "Other subjects were measured; the later run has none of bytes.",
        ),
        ("bin/bench pages", {"pages": [HOME]}, 1, "MISSING pages, 333 videos, watch, 8 clients\n"),
        ("bin/bench start", {"start": [{"videos": 333, "times_python": 40.0}]}, 2, "none of pages, bytes."),
    ],
    ids=[
        "nothing",
        "a row",
        "a table",
        "a table, asked for in other words",
        "a subject not asked for",
        "a row of the subject asked for",
        "nothing in common",
    ],
)
def test_what_only_the_earlier_run_has_is_missing_unless_the_later_one_was_not_asked_for_it(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    command: str,
    tables: dict[str, list[Row]],
    code: int,
    said: str,
) -> None:
    earlier, later = tmp_path / "earlier.json", tmp_path / "later.json"
    earlier.write_text(Result(FACTS, {"pages": [HOME, WATCH], "bytes": [SENT]}).as_json())
    later.write_text(Result(replace(FACTS, command=command), tables).as_json())
    assert run.main(["compare", str(earlier), str(later)]) == code
    assert said in capsys.readouterr().out


def test_what_only_the_later_run_has_is_not_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    earlier, later = tmp_path / "earlier.json", tmp_path / "later.json"
    earlier.write_text(Result(FACTS, {"pages": [{**HOME, "of_rate": None}]}).as_json())
    later.write_text(Result(FACTS, {"pages": [HOME, WATCH], "bytes": [SENT]}).as_json())
    assert run.main(["compare", str(earlier), str(later)]) == 0
    assert "1 ratios compared, 0 worse by over 20%, 0 missing" in capsys.readouterr().out


def test_a_ratio_is_the_median_of_the_ratios_of_the_rounds() -> None:
    assert median_ratio([(1.0, 1.0), (4.0, 2.0), (9.0, 1.0)]) == 2.0  # of the medians: 4
    assert median_ratio([(3.0, 0.0), (4.0, 2.0)]) == 2.0
    assert median_ratio([(3.0, 0.0)]) is None


def test_a_note_beside_a_poster_is_no_failed_poster(tmp_path: Path) -> None:
    home = Home("two films", tmp_path / "films", tmp_path, 0)
    assert home.state == State(0, 0, 0, 0, 0)
    home.data.mkdir()
    upgrade(home.data / "library.db")
    with closing(sqlite3.connect(home.data / "library.db")) as database:
        database.execute("PRAGMA foreign_keys = OFF")
        database.executemany(
            "INSERT INTO jobs (kind, video_id, state, attempts, due_at) VALUES (?, ?, 'failed', ?, 0)",
            [("poster", 1, 0), ("poster", 2, 1), ("poster", 3, 4), ("probe", 4, 1)],
        )
        database.commit()
    assert home.state == State(pending=0, ready=0, done=0, posters=0, failed=2)


@pytest.mark.parametrize(
    "content",
    ["", "[]", '{"facts": {}, "tables": {}}', json.dumps({"facts": {"date": "x"}, "tables": {"pages": [["333"]]}})],
    ids=["empty", "a list", "no facts", "an older form"],
)
def test_a_file_that_is_no_run_is_refused_by_name(tmp_path: Path, content: str) -> None:
    path = tmp_path / "run.json"
    path.write_text(content)
    with pytest.raises(SystemExit, match=r"run\.json holds no run"):
        run.main(["compare", str(path), str(path)])


def test_a_table_is_written_between_its_marks_and_nowhere_else() -> None:
    pages = next(table for table in run.TABLES if table.name == "pages")
    before = "above\n<!-- pages -->\nold\n<!-- /pages -->\nbelow\n<!-- bytes -->\nkept\n<!-- /bytes -->\n"
    after = in_document(before, pages, [HOME], FACTS)
    assert after.startswith("above\n<!-- pages -->\n| videos | page |")
    assert "| 333 | home | 8 | – | – | 2.00 | 1.50 to 2.50 |" in after
    assert after.endswith("<!-- /pages -->\nbelow\n<!-- bytes -->\nkept\n<!-- /bytes -->\n")
    assert "\n2026-01-02, commit abcdef0, Linux, 2 cores, `bin/bench`, load by wrk 4.1.0\n" in after
    assert "old" not in after
    with pytest.raises(SystemExit, match="0 places"):
        in_document("nothing here", pages, [HOME], FACTS)


def test_performance_has_a_place_for_every_table() -> None:
    text = run.DOCUMENT.read_text("utf-8")
    for table in run.TABLES:
        assert f"<!-- {table.name} -->" in text
        in_document(text, table, [], FACTS)


def test_a_library_is_the_same_every_time_and_no_file_is_like_another(tmp_path: Path) -> None:
    first, second = (make_library(tmp_path / name / "videos", 30) for name in ("one", "two"))
    files = {path.relative_to(first): path.read_bytes() for path in first.rglob("*.mp4")}
    assert files == {path.relative_to(second): path.read_bytes() for path in second.rglob("*.mp4")}
    assert len(files) == len(set(files.values())) == 30
    pictures = {content[: -len(b"lengfree........")] for content in files.values()}
    assert len(pictures) == 12


def test_a_large_file_has_its_size_and_no_holes(tmp_path: Path) -> None:
    path = make_large_file(tmp_path / "film.mp4", 1_000_000)
    assert path.stat().st_size == 1_000_000
    assert path.stat().st_blocks * 512 >= 1_000_000


def test_the_client_counts_what_was_answered_and_what_was_refused(server: Server) -> None:
    answered = asyncio.run(ask(f"{server.base_url}/ping", clients=3, seconds=0.2))
    assert answered["requests"] > 0
    assert answered["errors"] == 0
    assert 0 < answered["p50_ms"] <= answered["p95_ms"] <= answered["p99_ms"]
    refused = asyncio.run(ask(f"{server.base_url}/no-such-page", clients=1, seconds=0.1))
    assert refused["errors"] == refused["requests"] > 0


def test_a_fetched_file_is_counted_whole(server: Server) -> None:
    taken = fetch(f"{server.base_url}/video/film.mp4", clients=2, seconds=0.1)
    assert taken["bytes"] >= 2 * 3_000_000
    assert taken["bytes"] % 3_000_000 == 0
    with pytest.raises(SystemExit, match="answers with 404"):
        fetch(f"{server.base_url}/video/absent.mp4", clients=1, seconds=0.1)


def test_read_bytes_are_those_of_files_and_not_of_sockets(tmp_path: Path) -> None:
    """What the table of costs rests on: a page that reads a file shows, a request that arrives does not."""
    size = 20_000_000
    path = tmp_path / "file"
    path.write_bytes(bytes(size))
    before = read_bytes(os.getpid())
    path.read_bytes()
    assert read_bytes(os.getpid()) - before >= size
    here, there = socket.socketpair()
    with here, there:
        before = read_bytes(os.getpid())
        for _ in range(size // 10_000):
            here.sendall(bytes(10_000))
            left = 10_000
            while left:
                left -= len(there.recv(left))
        assert read_bytes(os.getpid()) - before < size / 2


def test_memory_of_a_process_that_ended_is_none() -> None:
    own = memory([os.getpid()])
    assert own.rss_mb >= own.pss_mb > 1
    assert memory([os.getpid(), 2**22 - 1]).processes == 1
