"""/admin: how the server stands, what is broken and away, and the few deeds that need the admin."""

from __future__ import annotations

from flask import redirect, request, session, url_for
from werkzeug.wrappers import Response

from ...library.errors import InvalidValue
from ...library.marks import parse_seconds
from ...library.video import Status
from ..answers import back, fresh_page, is_admin, require_admin
from ..house import find, house, snapshot


def dashboard() -> Response:
    """Anybody at home may read it; the deeds on it ask for the admin."""
    known = snapshot()
    by_path = sorted(known.library.present.values(), key=lambda video: video.filename)
    return fresh_page(
        "pages/admin.html",
        roots=house().index.reports(),
        probing=house().probing.report(),
        posters=house().postering.report(),
        room=house().shelf.room,
        is_resting=house().viewers.anybody(),
        again=parse_seconds(request.args.get("again")),
        broken=[video for video in by_path if video.status is Status.BROKEN],
        missing=known.library.missing,
        backups=house().backups.report(),
        settings=house().settings(),
        is_admin=is_admin(),
    )


def refresh() -> Response:
    require_admin()
    house().index.refresh()
    house().probing.look_again()
    return redirect(url_for("admin"), 303)


def retry_posters() -> Response:
    """Tries again what failed: the posters of one video, or of all."""
    require_admin()
    key = request.form.get("key")
    again = house().postering.retry([find(key)] if key else None)
    return redirect(url_for("admin", again=again) + "#posters", 303)


def forget() -> Response:
    """Forgets missing videos for ever: the named ones, or all that were missing when the page was made."""
    require_admin()
    if request.form.get("sure") != "1":
        raise InvalidValue("To forget is for ever. Tick the box that says so, then press the button again.")
    keys, shown_until = set(request.form.getlist("key")), parse_seconds(request.form.get("all")) or 0.0
    missing = snapshot().library.missing
    house().catalog.forget(v for v in missing if v.key in keys or (v.missing_since or 0.0) <= shown_until)
    return redirect(url_for("admin") + "#away", 303)


def make_backup() -> Response:
    require_admin()
    house().backups.make_now()
    return redirect(url_for("admin") + "#backups", 303)


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
