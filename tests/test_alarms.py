"""The alarms of deploy/prometheus use only what the server tells, and are raised when they should be."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from tests.promtool import promtool
from tests.server import CHECKOUT, serve, wait_for

FOLDER = CHECKOUT / "deploy" / "prometheus"
RULES: list[dict[str, Any]] = yaml.safe_load((FOLDER / "alerts.yml").read_text("utf-8"))["groups"][0]["rules"]
OWN_OF_PROMETHEUS = {"up": {"job", "instance"}}
# Everything of an expression that is no name of a metric.
WORDS = set("sum by rate histogram_quantile changes increase and instance le unless on time".split())
LAST = ("lvs_backup_age_seconds ", "lvs_cache_hits_total{", "lvs_machine_cpu_ratio ")  # to be told after a start
READINGS_S = 3.0  # the second ones, in the background: how busy it is, is known only of the time between two


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, clip: Path) -> dict[str, set[str]]:
    """Every metric that a real server tells after a few requests, and its labels."""
    films, data = tmp_path_factory.mktemp("films"), tmp_path_factory.mktemp("data")
    (films / "Secret film.mp4").write_bytes(clip.read_bytes())
    (data / "backups").mkdir()
    (data / "backups" / "library-20260301T183000Z.db").write_bytes(b"")
    with serve(films, data=data) as server:

        def whole() -> str:
            for address in ("/", "/", "/api/videos", "/nowhere"):
                httpx.get(server.base_url + address)
            text = httpx.get(server.base_url + "/metrics").text
            return text if all(f"\n{name}" in text for name in LAST) else ""

        text = wait_for(whole, READINGS_S)
    assert "Secret" not in text
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


def names_in(expression: str) -> set[str]:
    bare = re.sub(r"\{.*?\}|\[.*?\]|\"[^\"]*\"", " ", expression)
    return set(re.findall(r"[a-z_]+", bare)) - WORDS


def test_every_alarm_uses_metrics_and_labels_that_the_server_tells(told: dict[str, set[str]]) -> None:
    known = told | OWN_OF_PROMETHEUS
    for rule in RULES:
        names = names_in(rule["expr"])
        assert names, rule["alert"]
        for name in names:
            assert name in known, (rule["alert"], name)
        for name, labels in re.findall(r"([a-z_]+)\{(.*?)\}", rule["expr"]):
            assert set(re.findall(r"([a-z_]+)=", labels)) <= known[name], (rule["alert"], labels)
        in_words = set(re.findall(r"\$labels\.(\w+)", str(rule["annotations"])))
        assert in_words <= set.union(*(known[name] for name in names)), rule["alert"]


def test_every_alarm_says_what_to_do_and_has_numbers_that_raise_it() -> None:
    tests = (FOLDER / "alerts_test.yml").read_text("utf-8")
    for rule in RULES:
        assert rule["labels"]["severity"] in ("critical", "warning")
        for sentence in (rule["annotations"]["summary"], rule["annotations"]["remedy"]):
            assert sentence.endswith(".")
        raised = rf"alertname: {rule['alert']}\n\s+exp_alerts:"
        assert re.search(raised, tests), rule["alert"]


@pytest.mark.parametrize(
    "asked",
    [("check", "config", "prometheus.yml"), ("check", "rules", "alerts.yml"), ("test", "rules", "alerts_test.yml")],
    ids=lambda asked: asked[2],
)
def test_promtool_accepts(asked: tuple[str, str, str]) -> None:
    *deed, name = asked
    code, said = promtool(*deed, FOLDER / name)
    assert code == 0, said
