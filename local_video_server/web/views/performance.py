"""The numbers as JSON and as Prometheus text, at the original server's addresses and ours: all from one store.

Anybody at home may read them; who watches, and what the log says, is told only to the admin. Nothing here touches a
disk or is kept: what is answered is as it was a moment ago.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from typing import Any, cast

from flask import current_app, request
from werkzeug.wrappers import Response

from ...library.figures import Series
from ...library.video import Status
from .. import performance_parts as parts
from .. import performance_shapes as shapes
from ..answers import fresh_data, is_admin
from ..house import house, snapshot
from ..performance_query import parse

MOST_ROWS = 200  # broken files and failed jobs; how many there are in all is told beside


def whole() -> Response:
    asked = parse(request.args)
    numbers, machine = house().numbers, house().machine
    version = next((version for _, version in machine.versions()), "unknown")
    return fresh_data(
        parts.whole(
            numbers.window(asked.window_s),
            numbers.together(asked.window_s, _rating_series()),
            _names(),
            asked,
            machine.cache(),
            _workers(),
            machine.health(),
            parts.server(version, machine.process().uptime_s, socket.gethostname()),
        )
    )


def routes() -> Response:
    asked = parse(request.args)
    return fresh_data(shapes.routes(house().numbers.window(asked.window_s), _names(), asked))


def workers() -> Response:
    return fresh_data(_workers())


def active() -> Response:
    return fresh_data(parts.active(house().machine.streams(), is_admin()))


def storage() -> Response:
    known = snapshot()
    return fresh_data(parts.storage(house().machine.storage(), len(known.library.present), len(known.posters.of)))


def errors() -> Response:
    window = house().numbers.window(parse(request.args).window_s)
    failing = shapes.failing(window, _names(), house().numbers.statuses())
    broken = [video for video in snapshot().library.present.values() if video.status is Status.BROKEN]
    lines = house().machine.log_lines() if is_admin() else None
    wrong = parts.errors(failing, broken, house().postering.report().failed, MOST_ROWS, lines)
    return fresh_data(shapes.taken(window) | shapes.summary(window.answers) | wrong)


def metrics() -> Response:
    """For Prometheus, and for whatever reads what it reads."""
    text, kind = house().metrics(request.headers.get("Accept", ""))
    return Response(text, content_type=kind)


def _workers() -> dict[str, Any]:
    machine = house().machine
    return parts.workers(machine.jobs(), machine.workers(), time.time())


def _series() -> Mapping[str, Series]:
    """What the ledger counts each route as."""
    return cast(Mapping[str, Series], current_app.extensions["series"])


def _names() -> Mapping[str, str]:
    return {name: route for route, (_, name) in _series().items()}


def _rating_series() -> frozenset[Series]:
    return frozenset(_series()[route] for route in shapes.RATING_ROUTES)
