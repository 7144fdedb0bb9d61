"""What was watched, and when. To clear empties what is shown as recently played, never the history."""

from __future__ import annotations

from functools import partial

from flask import request, url_for
from werkzeug.wrappers import Response

from ...library.browsing import Query
from ...library.history import by_day, recently_played
from ..answers import back, page
from ..house import house, snapshot


def history() -> Response:
    known, asked = snapshot(), Query.parse(request.args)
    return page(
        "pages/history.html",
        known.versions,
        lambda: {
            "found": by_day(known, asked.page),
            "recent": recently_played(known),
            "address": partial(url_for, "history"),
        },
    )


def clear_recent() -> Response:
    house().catalog.clear_recent()
    return back(url_for("history"))
