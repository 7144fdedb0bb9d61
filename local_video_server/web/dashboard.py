"""The panels of /admin, in their order: what each shows, and on which news it is drawn anew.

Everything comes from readings and from what was counted, so that no panel waits for a disk. A panel is drawn by
its part, alone or in the page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from ..library import targets
from ..library.events import JOB_FAILED, JOB_PROGRESS, MARK_CHANGED, NUMBERS_CHANGED
from ..library.figures import ANSWERS, WINDOWS_S, Kind, Latency, Series, State
from . import charts
from .house import house, snapshot
from .performance_query import SORTS as JSON_SORTS
from .route_table import APART, SORTS, USUAL, in_order, rows

HOUR_S = 3600
HOME: Series = (Kind.PAGE, "GET /")
WATCH: Series = (Kind.PAGE, "GET /watch/<video>")
PROCESSOR: Series = (Kind.GAUGE, "machine_cpu_percent")
_LATELY = 5  # minutes
_SELDOM = (JOB_FAILED, JOB_PROGRESS)
_OFTEN = (NUMBERS_CHANGED, *_SELDOM)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of the page says. Nothing is refused: what cannot be read falls back to what is usual."""

    window_s: int = HOUR_S
    is_window_known: bool = True
    sort: str = USUAL
    is_descending: bool = True
    is_admin: bool = False

    @classmethod
    def parse(cls, asked: Mapping[str, str], is_admin: bool) -> Asked:
        wanted = asked.get("window", str(HOUR_S))
        known = {str(seconds): seconds for seconds in WINDOWS_S}
        sort = asked.get("sort", USUAL)
        sort = sort if sort in SORTS else USUAL
        order = asked.get("order")
        return cls(
            known.get(wanted, HOUR_S),
            wanted in known,
            sort,
            order == "desc" if order in ("asc", "desc") else SORTS[sort][1],
            is_admin,
        )

    @property
    def address(self) -> dict[str, str]:
        """What an address has to say to show the same again: nothing of what is usual."""
        order = "desc" if self.is_descending else "asc"
        said = {"window": str(self.window_s), "sort": self.sort, "order": order}
        usual = {"window": str(HOUR_S), "sort": USUAL, "order": "desc" if SORTS[self.sort][1] else "asc"}
        return {name: value for name, value in said.items() if value != usual[name]}


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast one thing answers: the last hour as a line, the rest of the window that was asked for. `begins`: it
    was asked in the minute that runs, and its line has yet to begin."""

    title: str
    latency: Latency
    state: State | None
    target_ms: float
    line: charts.Line | None
    begins: bool


def state(asked: Asked) -> dict[str, Any]:
    machine, numbers = house().machine, house().numbers
    process, health = machine.process(), machine.health()
    answers = numbers.window(asked.window_s).answers
    disks = [disk.used_percent for disk in machine.storage().disks]
    judged = [
        *targets.of_answers(answers),
        *targets.of_machine(_lately(PROCESSOR), process.machine_memory_percent, disks),
    ]
    beside = [one for one in judged if one.state is not State.GOOD]
    return {"whole": targets.whole([*health, *judged]), "health": [*health, *beside], "process": process}


def figures(asked: Asked) -> dict[str, Any]:
    machine, numbers = house().machine, house().numbers
    window = numbers.window(asked.window_s)
    api = [series for series in window.by_series if series[0] is Kind.API]
    cached = list(window.of(Kind.CACHE).values())
    asked_pages, misses = sum(one.count for one in cached), sum(one.errors for one in cached)
    process, storage, streams = machine.process(), machine.storage(), machine.streams()
    cpu_lately = _lately(PROCESSOR)
    return {
        "speeds": (
            _speed("Home page", window.by_series.get(HOME, Latency()), [HOME], targets.HOME_MS),
            _speed("Page of a film", window.by_series.get(WATCH, Latency()), [WATCH], targets.WATCH_MS),
            _speed("JSON", numbers.together(asked.window_s, api), api, targets.API_MS),
        ),
        "answers": window.answers,
        "errors_state": targets.ERRORS.judge(100 * window.answers.error_rate if window.answers.count else None),
        "cache": machine.cache(),
        "cache_asked": asked_pages,
        "cache_hits": 100 * (asked_pages - misses) / asked_pages if asked_pages else None,
        "cache_state": targets.of_hits(asked_pages, misses),
        "streams": [(stream, snapshot().find(stream.path.rpartition("/")[2])) for stream in streams],
        "streams_line": charts.line(numbers.mean_line((Kind.GAUGE, "streams")), least=1),
        "process": process,
        "cpu_lately": cpu_lately,
        "cpu_state": targets.CPU.judge(cpu_lately),
        "cpu_line": charts.line(numbers.mean_line(PROCESSOR), most=100),
        "memory_line": charts.line(numbers.mean_line((Kind.GAUGE, "machine_memory_percent")), most=100),
        "memory_state": targets.MEMORY.judge(process.machine_memory_percent),
        "storage": storage,
        "disks": [(disk, targets.DISK.judge(disk.used_percent)) for disk in storage.disks],
        "library": machine.library(),
    }


def attention(asked: Asked) -> dict[str, Any]:
    return {
        "posters": house().postering.report(),
        "is_resting": house().viewers.anybody(),
        "is_paused": any(one.name == "posters" and one.state == "paused" for one in house().tasks.readings()),
        "broken": snapshot().library.broken,
        "away": [one for one in house().index.reports(counts_watches=False) if one.root.is_offline or one.is_silent],
    }


def away(asked: Asked) -> dict[str, Any]:
    return {"missing": snapshot().library.missing}


def tasks(asked: Asked) -> dict[str, Any]:
    return {"tasks": house().tasks.readings(), "jobs": house().machine.jobs()}


def routes(asked: Asked) -> dict[str, Any]:
    window = house().numbers.window(asked.window_s)
    return {
        "window": window,
        "rows": in_order(rows(window, ANSWERS), asked.sort, asked.is_descending),
        "apart": [(kind.value, in_order(rows(window, [kind]), asked.sort, asked.is_descending)) for kind in APART],
        "sorts": SORTS,
        "json_sort": next((name for name, sort in JSON_SORTS.items() if sort == asked.sort), None),
    }


def slow(asked: Asked) -> dict[str, Any]:
    return {
        "requests": house().numbers.slowest(),
        "queries": house().machine.slow_queries() if asked.is_admin else (),
    }


def habits(asked: Asked) -> dict[str, Any]:
    found = house().habits.of(snapshot())
    return {"habits": found, "columns": charts.columns(found.by_hour)}


def folders(asked: Asked) -> dict[str, Any]:
    return {"roots": house().index.reports()}


def backups(asked: Asked) -> dict[str, Any]:
    return {"backups": house().backups.report()}


def doctor(asked: Asked) -> dict[str, Any]:
    return {"findings": house().machine.findings(), "looked_at": house().checkup.looked_at()}


def versions(asked: Asked) -> dict[str, Any]:
    return {"versions": house().machine.versions()}


def log(asked: Asked) -> dict[str, Any]:
    return {"lines": house().machine.log_lines() if asked.is_admin else ()}


def settings(asked: Asked) -> dict[str, Any]:
    return {"settings": house().settings() if asked.is_admin else ()}


@dataclass(frozen=True, slots=True)
class Panel:
    """`title` is its place in the page's own navigation, under its name; `news` are events, none for what holds
    what somebody is filling in."""

    name: str
    title: str
    part: str
    values: Callable[[Asked], dict[str, Any]]
    news: tuple[str, ...] = _OFTEN
    is_for_admin: bool = False


PANELS = {
    panel.name: panel
    for panel in (
        Panel("state", "", "parts/admin_state.html", state),
        Panel("figures", "Figures", "parts/admin_figures.html", figures),
        Panel("attention", "Attention", "parts/admin_attention.html", attention),
        Panel("away", "", "parts/admin_away.html", away, ()),
        Panel("tasks", "Work", "parts/admin_tasks.html", tasks),
        Panel("routes", "Addresses", "parts/admin_routes.html", routes),
        Panel("slow", "Slowest", "parts/admin_slow.html", slow),
        Panel("habits", "Habits", "parts/admin_habits.html", habits, (MARK_CHANGED,)),
        Panel("folders", "Folders", "parts/admin_folders.html", folders, _SELDOM),
        Panel("backups", "Backups", "parts/admin_backups.html", backups),
        Panel("doctor", "Doctor", "parts/admin_doctor.html", doctor),
        Panel("versions", "Versions", "parts/admin_versions.html", versions, ()),
        Panel("log", "Log", "parts/admin_log.html", log, _SELDOM, is_for_admin=True),
        Panel("settings", "Settings", "parts/admin_settings.html", settings, (), is_for_admin=True),
    )
}
WINDOWS = ((300, "5 minutes"), (3600, "1 hour"), (86_400, "24 hours"), (604_800, "7 days"))


def same_again(panel: str, **more: int) -> str:
    """The address of the page as whoever sent this form saw it, at one of its panels."""
    return url_for("admin", **more, **Asked.parse(request.form, True).address) + f"#{panel}"  # type: ignore[arg-type]


def panels_for(is_admin: bool) -> list[Panel]:
    return [panel for panel in PANELS.values() if is_admin or not panel.is_for_admin]


def _lately(gauge: Series) -> float | None:
    """The mean of the last full minutes: a processor that is busy for a moment is no news."""
    known = [value for value in house().numbers.mean_line(gauge)[-_LATELY:] if value is not None]
    return sum(known) / len(known) if known else None


def _speed(title: str, latency: Latency, series: list[Series], target_ms: float) -> Speed:
    line = charts.line(house().numbers.p95_line(series), target_ms)
    lately = house().numbers.window(WINDOWS_S[0]).by_series
    begins = line is None and any(one in lately for one in series)
    return Speed(title, latency, targets.of_latency(latency), target_ms, line, begins)
