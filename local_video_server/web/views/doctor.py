"""POST /admin/doctor: looks at the machine anew. What was found is drawn on /admin."""

from __future__ import annotations

from flask import redirect
from werkzeug.wrappers import Response

from ..answers import require_admin
from ..dashboard import same_again
from ..house import house

PATIENCE_S = 2.0  # a look takes half of that; one that takes longer is on the page when it has ended


def look_again() -> Response:
    require_admin()
    house().checkup.look_again(PATIENCE_S)
    return redirect(same_again("doctor"), 303)
