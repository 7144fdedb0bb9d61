"""An old library moves in and out by the command, beside the least that could be done with the same files: to parse
them and to put their rows into a bare SQLite table."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path

from local_video_server.database.store import DatabaseStore
from local_video_server.library.files import FoundFile
from local_video_server.library.reconcile import Changes
from tests.database.old.old_server import write_json

from ..machine import CHECKOUT
from ..plan import Plan
from ..tables import Column, Rows, Table

MOVING = Table(
    "moving",
    (
        Column("deed", "deed", is_name=True),
        Column("videos", "videos", is_name=True),
        Column("marks", "marks"),
        Column("took_s", "took, s", 1),
        Column("memory_mb", "most memory, MB"),
        Column("bare_s", "parsed and put into bare SQLite, s", 1),
        Column("times_bare", "times that", 1, better="less"),
    ),
)
_TAGS_EACH, _DIFFERENT_TAGS = 5, 2000
_BARE = """
import json, sqlite3, sys
from pathlib import Path
old, database = Path(sys.argv[1]), sqlite3.connect(sys.argv[2])
database.execute("PRAGMA synchronous = FULL")
database.execute("CREATE TABLE marks (name, mark)")
for file in ("ratings", "views", "tags", "favorites"):
    values = json.loads((old / f"{file}.json").read_text())
    rows = values.items() if file != "favorites" else [(name, 1) for name in values["favorites"]]
    flat = ((name, one) for name, mark in rows for one in (mark if isinstance(mark, list) else [mark]))
    database.executemany("INSERT INTO marks VALUES (?, ?)", flat)
database.commit()
"""

_SMALL = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(done.returncode)
"""


def measure(place: Path, plan: Plan) -> Rows:
    """One old library of so many videos: a rating and a count each, five tags each, a tenth of them favorites."""
    place.mkdir(parents=True)
    names = [f"{2001 + number % 24}/{number % 10}/A film of the holiday {number}.mp4" for number in range(plan.moved)]
    _make_library(place / "data", names)
    marks = _make_old(place / "old", names)
    command = [sys.executable, str(CHECKOUT / "database_migration.py")]
    data = ["--data", str(place / "data")]
    bare_s, _ = _run([sys.executable, "-c", _BARE, str(place / "old"), str(place / "bare.db")])
    rows = []
    for deed, arguments in (
        ("import-json", [*command, "import-json", str(place / "old"), *data]),
        ("the same again", [*command, "import-json", str(place / "old"), *data]),
        ("export-json", [*command, "export-json", str(place / "out"), *data]),
    ):
        took_s, memory_mb = _run(arguments)
        row = {"deed": deed, "videos": len(names), "marks": marks, "took_s": took_s, "memory_mb": memory_mb}
        rows.append(row | {"bare_s": bare_s, "times_bare": took_s / bare_s})
    return {MOVING.name: rows}


def _make_library(data: Path, names: list[str]) -> None:
    data.mkdir()
    store = DatabaseStore(data / "library.db")
    root = store.use_roots([str(data / "no folder")])[0]
    files = [FoundFile(name, 1000 + number, 10**18 + number, 1, number) for number, name in enumerate(names)]
    store.apply(root, Changes(added=tuple(files)), True, time.time())
    store.close()


def _make_old(folder: Path, names: list[str]) -> int:
    """How many marks there are in it."""
    chance = random.Random(1)
    different = range(_DIFFERENT_TAGS)
    tags = {name: [f"#tag {number}" for number in chance.sample(different, _TAGS_EACH)] for name in names}
    write_json(
        folder,
        ratings={name: 1 + number % 5 for number, name in enumerate(names)},
        views={name: number % 50 for number, name in enumerate(names)},
        tags=tags,
        favorites=names[::10],
    )
    return len(names) * (2 + _TAGS_EACH) + len(names[::10])


def _run(command: list[str]) -> tuple[float, float]:
    """How long a command took, in seconds, and the most memory it had, in MB. A small process starts it, since what
    the one that does has in memory counts as the command's own (getrusage(2), ru_maxrss)."""
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", _SMALL, *command], stdout=subprocess.PIPE, check=False)
    took_s = time.perf_counter() - began
    if done.returncode:
        raise SystemExit(f"{json.dumps(command)} ended with {done.returncode}.")
    return took_s, int(done.stdout) / 1000
