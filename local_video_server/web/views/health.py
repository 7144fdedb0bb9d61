"""Whether the server is ready, for whoever starts it or watches over it: answered from the last reading."""

from __future__ import annotations

from werkzeug.wrappers import Response

from ...library.figures import State
from ...library.health import worst
from ..answers import fresh_data, is_let_in
from ..house import house

STATUS = {State.GOOD: "ok", State.FAIR: "warning", State.POOR: "failed"}


def health() -> Response:
    """503 when something that is needed does not work. Reasons are for those who may see the pages."""
    found = house().machine.health()
    state, tells = worst(found), is_let_in()
    checks = {one.name: {"state": one.state.value, "reason": one.sentence if tells else ""} for one in found}
    return fresh_data({"status": STATUS[state], "checks": checks}, 503 if state is State.POOR else 200)
