"""Tasks of the server, from forms: start, pause, let go on, cancel."""

from __future__ import annotations

from flask import redirect, request
from werkzeug.wrappers import Response

from ...library.errors import InvalidValue, NotFound
from ..answers import require_admin
from ..dashboard import same_again
from ..house import house


def act() -> Response:
    """`task` is scan, posters or backup; `deed` is start, pause, go_on or cancel."""
    require_admin()
    tasks, deed = house().tasks, request.form.get("deed", "")
    deeds = {"start": tasks.start, "pause": tasks.pause, "go_on": tasks.go_on, "cancel": tasks.cancel}
    if deed not in deeds:
        raise InvalidValue(f"A task cannot be told to {deed[:40]!r}. It can be told to: {', '.join(deeds)}.")
    try:
        deeds[deed](request.form.get("task", ""))
    except NotFound as error:  # the address is right, what was sent to it is not
        raise InvalidValue(error.message) from error
    return redirect(same_again("tasks"), 303)
