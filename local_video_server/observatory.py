"""Joins what measures the server: what is counted, who keeps it, who reads the machine.

Like application.py it knows all others. Built by it, started and stopped with it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from .database.metrics import Metrics
from .library.figures import ANSWERS, Kind
from .monitoring.keeping import Keeping
from .monitoring.ledger import Ledger
from .monitoring.machine import Readings
from .settings import Settings

NOTICE_S, WARNING_S = 1.5, 3.0  # requests that take so long are told in the log

log = logging.getLogger(__name__)


@dataclass
class Observatory:
    ledger: Ledger
    readings: Readings
    _keeping: Keeping

    def start(self) -> None:
        self._keeping.start()

    def stop(self) -> None:
        self._keeping.stop()

    def measure(
        self, kind: str, method: str, rule: str, status: int, seconds: float, request_id: str, client: str
    ) -> None:
        """A request was answered: called for each, on the event loop."""
        self.ledger.request(Kind(kind), method, rule, status, seconds, request_id)
        if seconds >= NOTICE_S and kind in ANSWERS:
            level = logging.WARNING if seconds >= WARNING_S else logging.INFO
            log.log(level, "%s %s took %.1f s (request %s)", method, rule, seconds, request_id)


def open_observatory(settings: Settings) -> Observatory:
    ledger = Ledger()
    metrics = Metrics(Path(settings.data) / "metrics.db", settings.metrics_minutes_days, settings.metrics_days)
    return Observatory(ledger, Readings(), Keeping(ledger, metrics))
