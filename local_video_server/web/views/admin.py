"""/admin: how the server stands, what is broken and away, and the few deeds that need the admin."""

from __future__ import annotations

from flask import redirect, request, session, url_for
from werkzeug.wrappers import Response

from ...library.errors import InvalidValue, NotFound
from ...library.marks import parse_seconds
from ..answers import back, fresh_page, is_admin, part, require_admin
from ..dashboard import PANELS, WINDOWS, Asked, panels_for, same_again
from ..house import find, house, snapshot
from ..route_table import MEASURED, as_csv, in_order, rows


def dashboard() -> Response:
    """Anybody at home may read it; the deeds on it ask for the admin."""
    asked = Asked.parse(request.args, is_admin())
    shown = [(panel, panel.values(asked)) for panel in panels_for(asked.is_admin)]
    again = parse_seconds(request.args.get("again"))
    return fresh_page("pages/admin.html", asked=asked, windows=WINDOWS, panels=shown, again=again)


def panel(panel: str) -> Response:
    """One panel as it is now, for who has the page open."""
    found = PANELS.get(panel)
    if found is None:
        raise NotFound("The page of the server has no such part.")
    if found.is_for_admin:
        require_admin()
    asked = Asked.parse(request.args, is_admin())
    return part("parts/admin_panel.html", panel=found, shown=found.values(asked), asked=asked)


def routes_csv() -> Response:
    """All addresses and how fast they were, as a file for a spreadsheet."""
    asked = Asked.parse(request.args, is_admin())
    found = in_order(rows(house().numbers.window(asked.window_s), MEASURED), asked.sort, asked.is_descending)
    answer = Response(as_csv(found), content_type="text/csv; charset=utf-8; header=present")
    answer.headers["Content-Disposition"] = 'attachment; filename="routes.csv"'
    return answer


def retry_posters() -> Response:
    """Tries again what failed: of one video, or the posters of all."""
    require_admin()
    key = request.form.get("key")
    videos = [find(key)] if key else None
    broken = house().probing.look_again(videos) if videos else 0
    again = house().postering.retry(videos) + broken
    return redirect(same_again("attention", again=again), 303)


def forget() -> Response:
    """Forgets missing videos for ever: the named ones, or all that were missing when the page was made."""
    require_admin()
    if request.form.get("sure") != "1":
        raise InvalidValue("To forget is for ever. Tick the box that says so, then press the button again.")
    keys, shown_until = set(request.form.getlist("key")), parse_seconds(request.form.get("all")) or 0.0
    missing = snapshot().library.missing
    house().catalog.forget(v for v in missing if v.key in keys or (v.missing_since or 0.0) <= shown_until)
    return redirect(same_again("away"), 303)


def login() -> Response:
    return fresh_page("pages/login.html", back=request.args.get("back", "/"), wrong=False, is_admin=is_admin())


def sign_in() -> Response:
    role = house().passwords.check(request.form.get("password", ""), request.remote_addr or "")
    if role is None:
        return fresh_page(
            "pages/login.html", 403, back=request.form.get("back", "/"), wrong=True, is_admin=is_admin()
        )
    session["role"] = role
    session.permanent = True
    return back(url_for("gallery"))


def sign_out() -> Response:
    session.clear()
    return redirect(url_for("gallery"), 303)


def first_password() -> Response:
    once = request.args.get("once", "")
    house().passwords.check_once(once, is_admin())
    return fresh_page("pages/first_password.html", once=once)


def set_first_password() -> Response:
    house().passwords.set_admin(request.form.get("once", ""), request.form.get("password", ""), is_admin())
    session["role"] = "admin"
    session.permanent = True
    return redirect(url_for("admin"), 303)
