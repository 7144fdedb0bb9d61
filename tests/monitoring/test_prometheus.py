"""What Prometheus reads is what was counted and read, under the field's names."""

from __future__ import annotations

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families as read_text

from local_video_server.library.figures import Kind, State
from local_video_server.library.readings import Finding, ProcessReading, StorageReading
from local_video_server.monitoring.ledger import BUCKETS_S, Ledger
from local_video_server.monitoring.prometheus import exposition
from tests.monitoring.full_machine import FullMachine
from tests.promtool import promtool

OPENMETRICS = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1"
WATCH = {"method": "GET", "path": "/watch/<video>"}
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def ledger() -> Ledger:
    made = Ledger()
    for seconds, status in ((0.004, 200), (0.03, 200), (2.0, 500)):
        made.request(Kind.PAGE, "GET", "/watch/<video>", status, seconds, "id")
    made.request(Kind.LIVE, "GET", "/events", 200, 300.0, "id")
    made.request(Kind.REFUSED, "GET", "(none)", 403, 0.001, "id")
    made.note(Kind.STREAM, "whole /video/<video>", 60.0)  # no request: how long a stream lasted
    made.note(Kind.JOB, "poster", 0.5)
    made.note(Kind.JOB, "poster", 1.5, is_error=True)
    made.note(Kind.QUERY, "insert ratings", 0.002)
    made.count(Kind.GAUGE, "cpu_percent", 12.0)
    made.count(Kind.CACHE, "/watch/<video>")
    return made


def samples(machine: FullMachine | None = None, accept: str = "") -> Samples:
    text, kind = exposition(ledger(), machine or FullMachine(), accept)
    read = read_openmetrics if kind.startswith("application/openmetrics-text") else read_text
    return {
        (one.name, tuple(sorted(one.labels.items()))): one.value for m in read(text.decode()) for one in m.samples
    }


def value(found: Samples, name: str, **labels: str) -> float:
    return found[name, tuple(sorted(labels.items()))]


def test_requests_are_counted_by_rule_and_status() -> None:
    found = samples()
    assert value(found, "lvs_http_requests_total", **WATCH, status="200") == 2
    assert value(found, "lvs_http_requests_total", **WATCH, status="500") == 1
    assert value(found, "lvs_http_requests_total", method="GET", path="(none)", status="403") == 1


def test_durations_have_buckets_that_are_fine_where_pages_are() -> None:
    found, watch = samples(), WATCH | {"kind": "page"}
    name = "lvs_http_request_duration_seconds"
    assert value(found, f"{name}_count", **watch) == 3
    assert value(found, f"{name}_sum", **watch) == pytest.approx(2.034)
    told = {le: value(found, f"{name}_bucket", **watch, le=le) for le in ("0.0025", "0.005", "0.05", "2.5", "+Inf")}
    assert told == {"0.0025": 0, "0.005": 1, "0.05": 2, "2.5": 3, "+Inf": 3}
    assert len([bound for bound in BUCKETS_S if bound <= 0.1]) >= 6
    assert value(found, f"{name}_count", method="GET", path="/events", kind="live") == 1
    assert not [key for key in found if ("path", "/video/<video>") in key[1]]


def test_jobs_queries_and_the_cache_are_told() -> None:
    found = samples()
    assert value(found, "lvs_job_duration_seconds_sum", kind="poster") == 2
    assert value(found, "lvs_database_query_duration_seconds_bucket", query="insert ratings", le="0.005") == 1
    outcomes = {word: value(found, "lvs_jobs_total", kind="poster", outcome=word) for word in ("done", "failed")}
    assert outcomes == {"done": 20, "failed": 2}
    assert value(found, "lvs_queue_size", queue="poster") == 7
    assert value(found, "lvs_cache_hits_total", path="/") == 9
    assert value(found, "lvs_cache_misses_total", path="/tags") == 2
    assert value(found, "lvs_cache_evictions_total", path="/") == 1
    assert (value(found, "lvs_cache_entries"), value(found, "lvs_cache_memory_bytes")) == (2, 4_000)


def test_what_is_read_off_the_machine_is_told() -> None:
    found = samples()
    assert value(found, "lvs_media_library_count", status="broken") == 2
    assert value(found, "lvs_media_library_size_bytes") == 1_600
    assert value(found, "lvs_media_scan_duration_seconds") == 1.5
    assert (value(found, "lvs_inotify_watches"), value(found, "lvs_inotify_watches_limit")) == (12, 65_536)
    assert value(found, "lvs_streaming_active_sessions") == 1
    assert value(found, "lvs_disk_free_bytes", disk="/srv/films", holds="videos data") == 250
    assert value(found, "lvs_machine_cpu_ratio") == 0.3
    assert value(found, "lvs_process_resident_memory_bytes") == 90_000_000
    assert value(found, "lvs_sent_bytes_total") == 5_000_000
    assert value(found, "lvs_app_info", version="0.1.0") == 1
    assert value(found, "lvs_backup_age_seconds") > 0


def test_what_does_not_work_is_0() -> None:
    health = (Finding("disk", State.POOR, "It is full."), Finding("watcher", State.FAIR, "A folder is polled."))
    found = samples(FullMachine(health_read=health))
    assert (value(found, "lvs_health", check="disk"), value(found, "lvs_health", check="watcher")) == (0, 1)


def test_what_was_never_measured_is_left_out() -> None:
    found = {name for name, _ in samples(FullMachine(ProcessReading(1.0), StorageReading()))}
    for name in ("lvs_backup_age_seconds", "lvs_machine_cpu_ratio", "lvs_sent_bytes_total", "lvs_disk_free_bytes"):
        assert name not in found
    assert "lvs_media_library_size_bytes" not in found
    whole = samples()
    assert not [key for key in whole if key[0] == "lvs_disk_free_bytes" and ("disk", "/mnt/off") in key[1]]


def test_openmetrics_says_the_same_to_who_asks_for_it() -> None:
    plain, other = samples(), samples(accept=OPENMETRICS)
    assert plain.keys() == other.keys()
    _, kind = exposition(ledger(), FullMachine(), OPENMETRICS)
    assert kind == "application/openmetrics-text; version=1.0.0; charset=utf-8"
    for accept in ("", "*/*", "text/plain;version=nonsense", "text/plain;version=1.0.0;escaping=\x00"):
        assert exposition(ledger(), FullMachine(), accept)[1].startswith("text/plain; version=0.0.4")


def test_promtool_finds_fault_only_with_a_name_that_is_the_fields() -> None:
    _, said = promtool("check", "metrics", sent=exposition(ledger(), FullMachine(), "")[0])
    assert [line.split()[0] for line in said.splitlines()] == ["lvs_media_library_count"]
