"""How the server feels, as values: what monitoring/ measures, and pages and programs show.

Times are seconds where nothing else is said; a window reaches from so many seconds ago to now. What could not be
measured is None, never 0.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

WINDOWS_S = (300, 900, 3600, 86_400, 604_800)  # 5 and 15 minutes, an hour, a day, a week


class State(StrEnum):
    GOOD = "good"
    FAIR = "warning"
    POOR = "poor"


class Kind(StrEnum):
    """What a number is about. Only pages and JSON stand for how fast the server is: the others would spoil it."""

    PAGE = "page"  # what a viewer waits for: pages, their parts, forms
    API = "api"  # JSON
    STREAM = "stream"  # the bytes of videos
    PICTURE = "picture"  # posters, style sheets, scripts
    LIVE = "live"  # connections that stay: counted when they end, by how long they lasted
    OWN = "own"  # what watches the server: /ping, /health, /metrics, the numbers themselves
    REFUSED = "refused"  # no address of ours, or refused before one was looked for
    CACHE = "cache"  # of pages: asked, and errors are those that were not there
    JOB = "job"  # by kind of work
    QUERY = "query"  # of the database
    GAUGE = "gauge"  # taken now and then: the mean is total / count


ANSWERS = (Kind.PAGE, Kind.API)
Series = tuple[Kind, str]  # such as (Kind.PAGE, "GET /watch/<rest:video>")


@dataclass(frozen=True, slots=True)
class Tally:
    """One series in one minute or hour, as it is kept: how often, how many errors, the sum, and how it spread.

    began   seconds since 1970 of its first second
    total   seconds, or the sum of what else is counted
    spread  monitoring/spread.py packs it; two behind each other are both together
    """

    began: int
    kind: str
    name: str
    count: int
    errors: int
    total: float
    spread: bytes = b""


@dataclass(frozen=True, slots=True)
class Latency:
    """How long something took, in milliseconds; None of what was never asked."""

    count: int = 0
    errors: int = 0
    mean_ms: float | None = None
    min_ms: float | None = None
    max_ms: float | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None

    @property
    def error_rate(self) -> float:
        """Of 1."""
        return self.errors / self.count if self.count else 0.0


@dataclass(frozen=True, slots=True)
class Window:
    """Everything that was counted from `since` to `until` (seconds since 1970)."""

    seconds: int
    since: float
    until: float
    by_series: Mapping[Series, Latency] = field(default_factory=dict)
    answers: Latency = field(default_factory=Latency)  # pages and JSON together

    def of(self, kind: Kind) -> dict[str, Latency]:
        return {name: one for (its, name), one in self.by_series.items() if its is kind}


@dataclass(frozen=True, slots=True)
class SlowRequest:
    at: float  # seconds since 1970, when it was answered
    method: str
    rule: str
    status: int
    took_s: float
    request_id: str


@dataclass(frozen=True, slots=True)
class Ever:
    """A series since the server was started, for Prometheus: `buckets` holds how many took at most so long."""

    count: int
    errors: int
    total_s: float
    buckets: Sequence[tuple[float, int]]


class Numbers(Protocol):
    """What pages and programs are told of what was measured. None of these touches a disk, or waits for one."""

    started_at: float  # seconds since 1970

    def window(self, seconds: int) -> Window: ...
    def together(self, seconds: int, series: Collection[Series]) -> Latency: ...
    def p95_line(self, series: Collection[Series]) -> Sequence[float | None]:
        """The 95th percentile in ms of each of the last 60 full minutes, oldest first; None where nobody asked."""
        ...

    def mean_line(self, series: Series) -> Sequence[float | None]:
        """total / count of each of the last 60 full minutes, oldest first."""
        ...

    def slowest(self) -> Sequence[SlowRequest]: ...
    def ever(self) -> Mapping[Series, Ever]: ...
    def statuses(self) -> Mapping[tuple[str, str, int], int]:
        """How often each (method, rule, status) was answered since the start."""
        ...
