"""Whether the server does what it is there for, as a rule from what is known of its parts to five findings.

Good: all is well. Fair: something is lost, the rest goes on. Poor: not ready. The reasons name folders that the owner
named, never a video.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from . import targets
from .figures import State
from .readings import Finding, JobReading
from .root_report import RootReport
from .text import shown

POOR_FREE_BYTES, FAIR_FREE_BYTES = 20_000_000, 500_000_000  # a start needs 4 MB, a day of marks less
STUCK_AFTER = 2.0  # limits: a job that reaches its limit is ended, which takes a moment


@dataclass(frozen=True, slots=True)
class Vitals:
    """What the findings are drawn from. Sentences are None where nothing is wrong."""

    database_trouble: str | None
    roots: Sequence[RootReport]
    data_free_bytes: int | None  # None where the disk did not say
    data_trouble: str | None
    job_threads: tuple[int, int]  # alive, and there should be
    jobs: Sequence[JobReading]
    job_limits_s: dict[str, float]  # by kind, the longest that one may take
    job_pauses: Sequence[str]  # why whole kinds pause that nobody paused


def findings(vitals: Vitals) -> tuple[Finding, ...]:
    """database, library, disk, jobs, watcher, in this order."""
    return (_database(vitals), _library(vitals), _disk(vitals), _jobs(vitals), _watcher(vitals))


def worst(found: Sequence[Finding]) -> State:
    """Of nothing: poor, since nothing is known."""
    return targets.worst(one.state for one in found) or State.POOR


def _database(vitals: Vitals) -> Finding:
    if vitals.database_trouble:
        remedy = "Make room on its disk, and see that the data folder can be written to."
        return Finding("database", State.POOR, vitals.database_trouble, remedy)
    return Finding("database", State.GOOD, "What changes is stored.")


def _library(vitals: Vitals) -> Finding:
    away = [one for one in vitals.roots if one.root.is_offline or one.is_silent]
    if not away:
        count = len(vitals.roots)
        return Finding("library", State.GOOD, "The folder answers." if count == 1 else f"All {count} folders answer.")
    reasons = " ".join(
        one.root.offline_reason or f"The folder {shown(one.root.path)} does not answer now." for one in away
    )
    state = State.POOR if len(away) == len(vitals.roots) else State.FAIR
    return Finding("library", state, reasons, "Connect its disk, or see whether its machine is on.")


def _disk(vitals: Vitals) -> Finding:
    remedy = "Make room on the disk of the data folder, or name another folder with the setting data."
    free = vitals.data_free_bytes
    if vitals.data_trouble:
        return Finding("disk", State.POOR, vitals.data_trouble, remedy)
    if free is not None and free < FAIR_FREE_BYTES:
        state = State.POOR if free < POOR_FREE_BYTES else State.FAIR
        return Finding("disk", state, f"Only {free // 1_000_000} MB are free for the data folder.", remedy)
    return Finding("disk", State.GOOD, "The data folder takes files.")


def _jobs(vitals: Vitals) -> Finding:
    alive, there_should_be = vitals.job_threads
    if alive < there_should_be:
        sentence = f"{there_should_be - alive} of {there_should_be} threads of the background work ended."
        return Finding("jobs", State.POOR, sentence, "Start the server again; its log says what went wrong.")
    stuck = [
        one.name
        for one in vitals.jobs
        if one.name in vitals.job_limits_s and (one.longest_s or 0) > STUCK_AFTER * vitals.job_limits_s[one.name]
    ]
    if stuck:
        sentence = f"A job takes far longer than it may: {', '.join(stuck)}."
        return Finding("jobs", State.POOR, sentence, "Start the server again; its log says what went wrong.")
    if vitals.job_pauses:
        return Finding(
            "jobs",
            State.FAIR,
            " ".join(vitals.job_pauses),
            "It is tried again every half minute; Work on the page Server tells more.",
        )
    paused = [one.name for one in vitals.jobs if one.is_paused]
    if paused:
        return Finding(
            "jobs",
            State.FAIR,
            f"Paused by the admin: {', '.join(paused)}.",
            "They go on under Work on the page Server.",
        )
    return Finding("jobs", State.GOOD, "The background work goes on.")


def _watcher(vitals: Vitals) -> Finding:
    dead = [shown(one.root.path) for one in vitals.roots if not one.is_kept]
    if dead:
        sentence = f"Nobody looks at {', '.join(dead)} any more."
        return Finding("watcher", State.POOR, sentence, "Start the server again; its log says what went wrong.")
    polled = [one for one in vitals.roots if one.polling_reason]
    if polled:
        sentence = " ".join(
            f"{shown(one.root.path)} is looked at again and again, since it cannot be watched. {one.polling_reason}"
            for one in polled
        )
        return Finding("watcher", State.FAIR, sentence)
    return Finding("watcher", State.GOOD, "New files are seen at once.")
