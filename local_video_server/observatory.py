"""Joins what measures the server: what is counted, who keeps it, who reads the machine.

Like application.py it knows all others. Built by it, started and stopped with it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .database.metrics import Metrics
from .gauges import Gauges, Parts
from .library.events import NUMBERS_CHANGED, Events
from .library.figures import ANSWERS, Kind
from .monitoring.keeping import Keeping
from .monitoring.ledger import Ledger
from .monitoring.machine import Readings, Sources
from .monitoring.sending import Sending
from .settings import Settings
from .streams import open_streams

NOTICE_S, WARNING_S = 1.5, 3.0  # requests that take so long are told in the log

log = logging.getLogger(__name__)


@dataclass
class Observatory:
    ledger: Ledger
    readings: Readings
    gauges: Gauges
    sending: Sending
    _keeping: Keeping

    def start(self) -> None:
        self._keeping.start()
        self.readings.start()

    def stop(self) -> None:
        self.readings.stop()
        self.sending.stop()
        self._keeping.stop()

    def query(self, kind: str, seconds: float) -> None:
        """The database did something."""
        self.ledger.note(Kind.QUERY, kind, seconds)

    def page_asked(self, rule: str, is_hit: bool) -> None:
        """Somebody asked for a page that is kept, or was made now."""
        self.ledger.count(Kind.CACHE, rule, is_error=not is_hit)

    def metrics(self, accept: str) -> tuple[bytes, str]:
        """What Prometheus reads, and its content type."""
        from .monitoring.prometheus import exposition  # most homes never ask, and its client costs 11 MB

        return exposition(self.ledger, self.readings, accept)

    def measure(
        self,
        kind: str,
        method: str,
        rule: str,
        status: int,
        seconds: float,
        request_id: str,
        client: str,
        subject: str,
    ) -> None:
        """A request was answered: called for each, on the event loop."""
        self.ledger.request(Kind(kind), method, rule, status, seconds, request_id)
        if kind == Kind.STREAM and method == "GET" and status in (200, 206) and subject:
            self.sending.asked(client, subject, method, rule)
        if seconds >= NOTICE_S and kind in ANSWERS:
            level = logging.WARNING if seconds >= WARNING_S else logging.INFO
            log.log(level, "%s %s took %.1f s", method, rule, seconds, extra={"request_id": request_id})


def open_observatory(settings: Settings, happened: Events, parts: Callable[[], Parts]) -> Observatory:
    ledger = Ledger()
    metrics = Metrics(Path(settings.data) / "metrics.db", settings.metrics_minutes_days, settings.metrics_days)
    gauges = Gauges(settings, parts)
    sending = Sending(open_streams, gauges.file_of, lambda rule, s: ledger.note(Kind.STREAM, f"whole {rule}", s))
    sources = Sources(
        process=gauges.process,
        storage=gauges.storage,
        library=gauges.library,
        health=gauges.health,
        look=sending.look,
        streams=sending.streams,
        jobs=lambda: parts().workshop.jobs.readings(),
        workers=lambda: parts().workshop.jobs.workers(),
        cache=lambda: parts().pages(),
        slow_queries=lambda: parts().store.slow_queries(),
        findings=lambda: parts().checkup.findings(),
        versions=lambda: parts().checkup.versions(),
        log_lines=lambda: parts().log_lines(),
        health_changed=lambda: parts().checkup.look_soon(),
    )
    readings = Readings(sources, ledger, lambda: happened.tell(NUMBERS_CHANGED))
    return Observatory(ledger, readings, gauges, sending, Keeping(ledger, metrics))
