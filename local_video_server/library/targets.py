"""When a number is good, when a warning, when poor; and what that says about the whole.

Pure. The limits of latencies, errors and the machine are the field's, the targets of pages and of the cache are
this project's own. What was not measured is not judged: None.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from .figures import Latency, State
from .readings import Finding

HOME_MS: Final = 100  # the 95th percentile of the home page, of a film's page and of JSON
WATCH_MS: Final = 75
API_MS: Final = 100


class Limits(NamedTuple):
    """From `fair` on it is a warning, from `poor` on poor."""

    fair: float
    poor: float

    def judge(self, value: float | None) -> State | None:
        if value is None:
            return None
        return State.POOR if value >= self.poor else State.FAIR if value >= self.fair else State.GOOD


SLOW_MS: Final = Limits(250, 500)  # above these, not from these on
# Percent.
ERRORS: Final = Limits(2, 5)
CPU: Final = Limits(60, 80)
MEMORY: Final = Limits(70, 85)
DISK: Final = Limits(80, 90)
HITS_GOOD: Final = 90  # the owner's target
HITS_POOR: Final = 40
ENOUGH: Final = 20  # so many before a rate says anything: the first questions to a cache all miss

_RANK = {State.GOOD: 0, State.FAIR: 1, State.POOR: 2}


def of_latency(latency: Latency) -> State | None:
    """How an address does, by how long it takes and how often it fails; None of one that nobody asked."""
    if not latency.count:
        return None
    over = None if latency.p95_ms is None else _over(latency.p95_ms)
    return worst((over, ERRORS.judge(100 * latency.error_rate)))


def of_hits(asked: int, misses: int) -> State | None:
    """How a cache does; so long as few have asked it is not judged."""
    if asked < ENOUGH:
        return None
    rate = 100 * (asked - misses) / asked
    return State.GOOD if rate >= HITS_GOOD else State.FAIR if rate >= HITS_POOR else State.POOR


def of_answers(answers: Latency) -> list[Finding]:
    """How pages and JSON do together, in two findings: how long they take, and how often they fail. Of so few that
    one says much, none."""
    if answers.count < ENOUGH:
        return []
    slow = None if answers.p95_ms is None else _over(answers.p95_ms)
    failed = ERRORS.judge(100 * answers.error_rate) or State.GOOD
    took = f"Pages are slow: 5 of 100 answers took longer than {answers.p95_ms or 0:,.0f} ms."
    told = f"{answers.errors:,} of {answers.count:,} answers failed: the log says why."
    return [Finding("speed", slow or State.GOOD, took), Finding("errors", failed, told)]


def of_machine(cpu: float | None, memory: float | None, disks: Iterable[float | None]) -> list[Finding]:
    """Percent that are used. Others may be what keeps a machine busy, while this server does all it should: of its
    processor and memory no more is said than a warning."""
    found = (
        ("processor", _at_most_fair(CPU.judge(cpu)), "The processor of this machine is busy."),
        ("memory", _at_most_fair(MEMORY.judge(memory)), "The memory of this machine is nearly used up."),
        ("disk space", worst(map(DISK.judge, disks)), "A disk that this server writes to is nearly full."),
    )
    return [Finding(name, state, sentence) for name, state, sentence in found if state]


def worst(states: Iterable[State | None]) -> State | None:
    known = [state for state in states if state is not None]
    return max(known, key=_RANK.__getitem__, default=None)


def whole(findings: Collection[Finding]) -> Finding | None:
    """All findings as one, naming all that are not good, the worst first; the only one says what is so, too. None of
    nothing."""
    state = worst(finding.state for finding in findings)
    if state is None:
        return None
    if state is State.GOOD:
        return Finding("server", state, "Everything works as it should.")
    poor = [finding.name for finding in findings if finding.state is State.POOR]
    fair = [finding.name for finding in findings if finding.state is State.FAIR]
    if not poor:
        told = f"It works, and something wants a look: {_and(fair)}."
        only = next(finding.sentence for finding in findings if finding.state is State.FAIR)
        return Finding("server", state, f"{told} {only}" if only and len(fair) == 1 else told)
    told = f"Something does not work as it should: {_and(poor)}."
    return Finding("server", state, f"{told} Worth a look too: {_and(fair)}." if fair else told)


def _over(p95_ms: float) -> State:
    if p95_ms > SLOW_MS.poor:
        return State.POOR
    return State.FAIR if p95_ms > SLOW_MS.fair else State.GOOD


def _at_most_fair(state: State | None) -> State | None:
    return State.FAIR if state is State.POOR else state


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
