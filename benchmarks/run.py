"""bin/bench: measures a real server on libraries made for it, and tells the figures as tables.

bin/bench [SUBJECT ...]   all subjects, or those named; writes PERFORMANCE.md and a JSON file in results/
bin/bench --quick         all of it on a small library, in under a minute; writes nothing unless asked
bin/bench compare A B     of two JSON files: exit code 1 when a ratio became worse by over 20 %, or is missing
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from tests.sample_media import SAMPLE_MEDIA

from . import tables
from .compare import LOSS, changes, losses, missing
from .home import Home
from .library import make_films, make_library
from .load import tool
from .machine import CHECKOUT, facts
from .measure import memory, monitoring, moving, pages, posters, scan, start, transfer
from .plan import FULL, QUICK, Plan
from .tables import Result, Rows, Table

TABLES: tuple[Table, ...] = (
    start.START,
    scan.SCAN,
    pages.PAGES,
    pages.COST,
    transfer.BYTES,
    moving.MOVING,
    monitoring.HOOK,
    monitoring.AGREEMENT,
    posters.POSTERS,
    memory.MEMORY,
)
OF_A_LIBRARY: dict[str, Callable[[Home, Plan], Rows]] = {
    "start": start.measure,
    "scan": scan.measure,
    "pages": pages.measure,
    "posters": posters.measure,
    "memory": memory.measure,
}
SUBJECTS = (*OF_A_LIBRARY, "bytes", "moving", "monitoring")
DOCUMENT = CHECKOUT / "PERFORMANCE.md"
RESULTS = CHECKOUT / "benchmarks" / "results"


def main(arguments: Sequence[str] | None = None) -> int:
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    if arguments[:1] == ["compare"]:
        return compare(arguments[1:])
    options = _options(arguments)
    plan = QUICK if options.quick else FULL
    if options.videos:
        plan = replace(plan, sizes=tuple(options.videos))
    with tempfile.TemporaryDirectory(prefix="lvs-bench-", ignore_cleanup_errors=True) as place:
        result = Result(facts(arguments, tool()), measure(Path(place), plan, options.subjects or SUBJECTS))
    measured = [table for table in TABLES if result.tables.get(table.name)]
    for table in measured:
        _tell(f"\n{table.name}\n{table.as_markdown(result.tables[table.name])}")
    _tell(f"\n{result.facts}")
    if options.json or not options.quick:
        # A run of some subjects must not take the place of one of all.
        run = [result.facts.date, result.facts.commit.split(",")[0], *options.subjects]
        path = options.json or RESULTS / f"{'-'.join(run)}.json"
        path.write_text(result.as_json(), "utf-8")
    if not options.quick:
        text = DOCUMENT.read_text("utf-8")
        for table in measured:
            text = tables.in_document(text, table, result.tables[table.name], result.facts)
        DOCUMENT.write_text(text, "utf-8")
    return 0


def measure(place: Path, plan: Plan, subjects: Sequence[str]) -> Rows:
    """The rows of every table that these subjects have. Everything made for it lies in `place`."""
    rows: Rows = {}

    def take(subject: str, name: str, measured: Callable[[], Rows]) -> None:
        if subject not in subjects:
            return
        began = time.monotonic()
        for table, more in measured().items():
            rows.setdefault(table, []).extend(more)
        _say(f"{subject}, {name}: {time.monotonic() - began:.0f} s")

    for home in _homes(place, plan) if set(subjects) & set(OF_A_LIBRARY) else ():
        began = time.monotonic()
        made = f"{home.videos:,} looked into, {home.first_run.posters:,} posters"
        _say(f"first run, {made}: {time.monotonic() - began:.0f} s")
        for subject, of in OF_A_LIBRARY.items():
            take(subject, home.name, lambda home=home, of=of: of(home, plan))  # type: ignore[misc]
    for home in _film_homes(place, plan) if "posters" in subjects and plan.films else ():
        take("posters", home.name, lambda home=home: posters.measure(home, plan))  # type: ignore[misc]
    take("bytes", f"{plan.film_bytes / 1e6:.0f} MB", lambda: transfer.measure(place / "bytes", plan))
    take("monitoring", "200 requests/s", lambda: monitoring.measure(place / "monitoring", plan))
    take("moving", f"{plan.moved:,} videos", lambda: moving.measure(place / "moving", plan))
    return rows


def compare(arguments: Sequence[str]) -> int:
    """1 after a loss or when something is missing, 2 when the two have nothing in common. A table of a subject that
    the later run was not asked for is not missing."""
    if len(arguments) != 2:
        raise SystemExit("bin/bench compare takes two JSON files: the earlier run, the later run")
    before, after = (tables.read(Path(name)) for name in arguments)
    found = changes(TABLES, before, after)
    lost = losses(found)
    gaps = missing(TABLES, before, after)
    unasked = []
    if _subjects(before.facts.command) != _subjects(after.facts.command):
        unasked = [gap.table for gap in gaps if not gap.row]
        gaps = [gap for gap in gaps if gap.row]
    _tell(f"{before.facts}\n{after.facts}\n")
    if (before.facts.command, before.facts.load) != (after.facts.command, after.facts.load):
        _tell("The two were measured in different ways: a difference may come of that alone.\n")
    if unasked:
        _tell(f"Other subjects were measured; the later run has none of {', '.join(unasked)}.\n")
    for change in lost:
        _tell(f"LOSS {change}")
    for gap in gaps:
        _tell(f"MISSING {gap}")
    for change in found:
        if change not in lost and abs(change.loss) > LOSS / 2:
            _tell(f"     {change}")
    _tell(f"{len(found)} ratios compared, {len(lost)} worse by over {LOSS:.0%}, {len(gaps)} missing")
    return 2 if not found else 1 if lost or gaps else 0


def _subjects(command: str) -> set[str]:
    """Those that a run of this command measured."""
    return set(SUBJECTS).intersection(command.split()) or set(SUBJECTS)


def _homes(place: Path, plan: Plan) -> list[Home]:
    return [
        Home(
            f"{videos:,} clips",
            make_library(place / f"library-{videos}", videos),
            place / f"home-{videos}",
            plan.rest_s,
        )
        for videos in plan.sizes
    ]


def _film_homes(place: Path, plan: Plan) -> list[Home]:
    """Pictures as cameras and films have them: libraries for posters alone."""
    films = make_films(place / "films", plan.films)
    homes = [Home("1080p films", films, place / "home-films", 0)]
    if SAMPLE_MEDIA.is_dir():
        homes.append(Home("sample library", SAMPLE_MEDIA, place / "home-sample", 0))
    return homes


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("subjects", nargs="*", metavar="SUBJECT", help=f"of {', '.join(SUBJECTS)}; default: all")
    parser.add_argument("--quick", action="store_true", help="a small library, one short round, nothing written")
    parser.add_argument("--videos", type=int, action="append", metavar="N", help="a library of so many; repeatable")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    options = parser.parse_args(arguments)
    unknown = set(options.subjects) - set(SUBJECTS)
    if unknown:
        parser.error(f"there is no subject {', '.join(sorted(unknown))}; there are {', '.join(SUBJECTS)}")
    return options


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")


def _say(line: str) -> None:
    """How far it is, beside the figures."""
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
