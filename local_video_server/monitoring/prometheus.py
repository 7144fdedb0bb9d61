"""Everything that is counted and read, as Prometheus reads it: the only prometheus_client.

The names are the field's, with `lvs_` in front. A label holds a rule, a kind or a word of ours, never an address that
somebody asked for, never a title; `disk` is a folder of the owner's. Loaded when it is first asked for: the client
costs 11 MB. Nothing is counted here: each answer is made from the ledger and the last readings.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.openmetrics import exposition as openmetrics_text
from prometheus_client.registry import Collector

from ..library.figures import Ever, Kind, Numbers, State
from ..library.readings import Machine

OF_REQUESTS = (Kind.PAGE, Kind.API, Kind.STREAM, Kind.PICTURE, Kind.LIVE, Kind.OWN, Kind.REFUSED)
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "OTHER")

Rows = Iterable[tuple[tuple[str, ...], float | None]]


def exposition(numbers: Numbers, machine: Machine, accept: str) -> tuple[bytes, str]:
    """The text and its content type: OpenMetrics for who asks for it by its Accept header."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(House(numbers, machine))
    if "application/openmetrics-text" in accept:
        text: bytes = openmetrics_text.generate_latest(registry)  # type: ignore[no-untyped-call]
        return text, openmetrics_text.CONTENT_TYPE_LATEST
    return generate_latest(registry), CONTENT_TYPE_PLAIN_0_0_4


class House(Collector):
    """What there is to be read. What was never measured is left out: a 0 would be a lie."""

    def __init__(self, numbers: Numbers, machine: Machine) -> None:
        self._numbers = numbers
        self._machine = machine

    def collect(self) -> Iterator[Metric]:
        yield from self._requests()
        yield from self._cache()
        yield from self._jobs()
        yield from self._library()
        yield from self._storage()
        yield from self._process()

    def _requests(self) -> Iterator[Metric]:
        ever = self._numbers.ever()
        statuses = self._numbers.statuses()
        yield _counter(
            "lvs_http_requests_total",
            "Requests answered, by rule and status.",
            ("method", "path", "status"),
            (((method, rule, str(status)), count) for (method, rule, status), count in statuses.items()),
        )
        requests = (
            ((*name.split(" ", 1), kind.value), one)
            for (kind, name), one in ever.items()
            if kind in OF_REQUESTS and name.partition(" ")[0] in METHODS
        )
        yield _histogram(
            "lvs_http_request_duration_seconds",
            "From the whole request to the answer handed over; live connections: as long as they lasted.",
            ("method", "path", "kind"),
            requests,
        )
        yield _histogram(
            "lvs_database_query_duration_seconds",
            "Statements of library.db.",
            ("query",),
            (((name,), one) for (kind, name), one in ever.items() if kind is Kind.QUERY),
        )
        yield _histogram(
            "lvs_job_duration_seconds",
            "Background work, by kind.",
            ("kind",),
            (((name,), one) for (kind, name), one in ever.items() if kind is Kind.JOB),
        )

    def _cache(self) -> Iterator[Metric]:
        cache = self._machine.cache()
        for field, sentence in (
            ("hits", "Pages answered from the cache."),
            ("misses", "Pages that had to be made."),
            ("evictions", "Pages that left the cache for room."),
        ):
            rows = (((one.rule,), getattr(one, field)) for one in cache.by_address)
            yield _counter(f"lvs_cache_{field}_total", sentence, ("path",), rows)
        yield _gauge("lvs_cache_entries", "Finished pages in memory.", cache.pages)
        yield _gauge("lvs_cache_memory_bytes", "What they take.", cache.size_bytes)
        yield _gauge("lvs_cache_memory_limit_bytes", "What they may take.", cache.limit_bytes)

    def _jobs(self) -> Iterator[Metric]:
        jobs = self._machine.jobs()
        outcomes = ("done", "failed", "shared")
        yield _gauges("lvs_queue_size", "Jobs that wait.", ("queue",), (((one.name,), one.queued) for one in jobs))
        yield _gauges(
            "lvs_queue_running", "Jobs under way.", ("queue",), (((one.name,), one.running) for one in jobs)
        )
        yield _gauges(
            "lvs_queue_oldest_seconds",
            "How long the first one waits.",
            ("queue",),
            (((one.name,), one.oldest_waiting_s) for one in jobs),
        )
        yield _counter(
            "lvs_jobs_total",
            "Background work since the start; shared: asked for while it was queued or under way.",
            ("kind", "outcome"),
            (((one.name, outcome), getattr(one, outcome)) for one in jobs for outcome in outcomes),
        )

    def _library(self) -> Iterator[Metric]:
        library, streams = self._machine.library(), self._machine.streams()
        counted = (((status,), count) for status, count in library.by_status.items())
        yield _gauges("lvs_media_library_count", "Videos.", ("status",), counted)
        yield _gauge("lvs_media_library_folders", "Folders that are looked at.", library.folders)
        yield _gauge("lvs_media_scan_duration_seconds", "The last full look at the slowest root.", library.scan_s)
        yield _gauge("lvs_inotify_watches", "Watches that the server uses.", library.watches)
        yield _gauge("lvs_inotify_watches_limit", "Watches that one user may have.", library.watch_limit)
        yield _gauge("lvs_streaming_active_sessions", "Videos being sent now.", len(streams))
        health = (((one.name,), float(one.state is not State.POOR)) for one in self._machine.health())
        yield _gauges("lvs_health", "1: works, 0: does not.", ("check",), health)

    def _storage(self) -> Iterator[Metric]:
        storage = self._machine.storage()
        is_taken = storage.taken_at is not None
        sizes = (
            ("lvs_media_library_size_bytes", "All videos.", storage.videos_bytes),
            ("lvs_pictures_bytes", "Posters.", storage.pictures_bytes),
            ("lvs_pictures_limit_bytes", "What posters may take.", storage.pictures_limit_bytes),
        )
        for name, sentence, size in sizes:
            yield _gauge(name, sentence, size if is_taken else None)
        of_files = (((name,), size) for name, size in storage.databases.items())
        yield _gauges("lvs_database_size_bytes", "With the journal.", ("file",), of_files)
        for field, sentence in (("free_bytes", "Room left."), ("total_bytes", "Room in all.")):
            rows = (((disk.path, " ".join(disk.holds)), getattr(disk, field)) for disk in storage.disks)
            yield _gauges(f"lvs_disk_{field}", sentence, ("disk", "holds"), rows)
        made_at = storage.newest_backup_at
        age = None if made_at is None else max(0.0, time.time() - made_at)
        yield _gauge("lvs_backup_age_seconds", "Since the newest backup of the database was made.", age)

    def _process(self) -> Iterator[Metric]:
        process = self._machine.process()
        version = next((version for _, version in self._machine.versions()), "unknown")
        yield InfoMetricFamily("lvs_app", "Which server this is.", {"version": version})
        if process.sent_bytes is not None:
            sent = "What the process wrote to sockets, and the little it wrote to disk."
            yield CounterMetricFamily("lvs_sent_bytes_total", sent, process.sent_bytes)
        cpu = "Time on the processors, without the workers'."
        yield CounterMetricFamily("lvs_process_cpu_seconds_total", cpu, time.process_time())
        yield _gauge("lvs_process_start_time_seconds", "Since 1970.", self._numbers.started_at)
        yield _gauge("lvs_process_resident_memory_bytes", "Memory of the server.", process.memory_bytes)
        yield _gauge("lvs_process_threads", "Threads.", process.threads)
        yield _gauge("lvs_process_open_fds", "Open files and connections.", process.open_files)
        yield _gauge("lvs_process_max_fds", "How many there may be.", process.open_files_limit)
        yield _gauge("lvs_machine_cpu_ratio", "Of 1, all that runs here.", _of_one(process.machine_cpu_percent))
        memory = _of_one(process.machine_memory_percent)
        yield _gauge("lvs_machine_memory_ratio", "Of 1, all that runs here.", memory)


def _of_one(percent: float | None) -> float | None:
    return None if percent is None else percent / 100


def _gauge(name: str, sentence: str, value: float | None) -> Metric:
    return _gauges(name, sentence, (), [((), value)])


def _gauges(name: str, sentence: str, labels: tuple[str, ...], rows: Rows) -> Metric:
    family = GaugeMetricFamily(name, sentence, labels=labels)
    for values, value in rows:
        if value is not None:
            family.add_metric(values, value)
    return family


def _counter(name: str, sentence: str, labels: tuple[str, ...], rows: Rows) -> Metric:
    family = CounterMetricFamily(name, sentence, labels=labels)
    for values, value in rows:
        family.add_metric(values, value or 0)
    return family


def _histogram(
    name: str, sentence: str, labels: tuple[str, ...], series: Iterable[tuple[tuple[str, ...], Ever]]
) -> Metric:
    family = HistogramMetricFamily(name, sentence, labels=labels)
    for values, one in series:
        if one.buckets:
            buckets = [(str(bound), float(count)) for bound, count in one.buckets]
            family.add_metric(values, [*buckets, ("+Inf", float(one.count))], one.total_s)
    return family
