"""How a result becomes an answer: pages, JSON, changed marks, refusals, headers.

The one table from refusal to HTTP status is here, and the guard that every request passes.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from typing import Any

from flask import jsonify, redirect, render_template, request, session, url_for
from werkzeug.exceptions import BadHost, HTTPException
from werkzeug.wrappers import Response

from ..library import errors
from ..library.errors import InvalidValue, LibraryError, NotAllowed
from . import access, dialects
from .house import house, snapshot
from .page_cache import SKIP

log = logging.getLogger(__name__)

STATUS: dict[type[LibraryError], int] = {
    errors.NotFound: 404,
    errors.Gone: 410,
    errors.InvalidValue: 400,
    errors.NotAllowed: 403,
    errors.Unavailable: 503,
    errors.MediaUnreadable: 422,
    errors.CannotMove: 422,
    errors.LibraryError: 500,
}

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data:; "
        "media-src 'self' blob:; connect-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}

_OPEN_TO_ALL = ("static", "icon", "login", "sign_in", "ping", "health")  # by the names of routes


def guard() -> Response | None:
    """Before every request: is this client, this name, this write allowed?"""
    rules = house().access
    if not rules.is_client_allowed(request.remote_addr or ""):
        raise NotAllowed("This server answers only inside its own network.")
    if not rules.is_host_allowed(request.host):
        name = access.host_name(request.host)
        return refusal(
            421,
            "unknown_host",
            f"This server does not know itself by the name {name or request.host!r}. If it is right, add it to "
            "the setting allowed_hosts (in lvs.toml or LVS_ALLOWED_HOSTS).",
        )
    if request.method not in ("GET", "HEAD", "OPTIONS") and not access.is_write_allowed(
        request.headers, request.host
    ):
        raise NotAllowed("Changes are taken only from this server's own pages.")
    if request.endpoint not in _OPEN_TO_ALL and not is_let_in() and not _is_player():
        return _ask_password()
    return None


def is_let_in() -> bool:
    """Whether no password is asked of viewers, or who asks has given it."""
    return not house().passwords.asks_viewers or "role" in session or is_admin()


def _is_player() -> bool:
    """Whether another player asks for a film, by an address out of a playlist file."""
    return request.endpoint == "video" and house().passwords.is_player_pass(request.args.get("pass", ""))


def is_admin() -> bool:
    """Who signed in as admin, or sits at this machine."""
    return session.get("role") == "admin" or access.is_this_machine(request.remote_addr or "", request.headers)


def require_admin() -> None:
    if not is_admin():
        raise NotAllowed("This needs the admin password: sign in under /login first.")


def page(template: str, parts: tuple[object, ...], values: Callable[[], dict[str, Any]]) -> Response:
    """A page from the cache, or made now from `values` and kept until one of its parts changes. A browser
    that has it gets 304."""
    _, rule = request.environ["lvs.route"]
    stored, verdict = house().pages.page(
        rule, request.full_path, parts, lambda: render_template(template, **values(), snapshot=snapshot())
    )
    house().shelf.used(stored.shown)  # a browser keeps a picture for a year and asks no more
    if stored.lacking:
        by_key = snapshot().library.by_key
        house().postering.want(by_key[key] for key in stored.lacking if key in by_key)
    zipped = request.accept_encodings["gzip"] > 0
    answer = Response(stored.zipped if zipped else stored.body, content_type="text/html; charset=utf-8")
    if zipped:
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Vary"] = "Accept-Encoding, Cookie"
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["X-Cache"] = verdict
    return revalidated(answer, stored.etag + ("-gz" if zipped else ""))


def fresh_page(template: str, status: int = 200, **values: Any) -> Response:
    """A page that is never kept: it tells what is so just now."""
    # A folder of the owner may have a name that is no text: as in page_cache.py.
    body = render_template(template, **values, snapshot=snapshot()).encode("utf-8", "replace")
    headers = {"Cache-Control": "no-store", "X-Cache": SKIP}
    return Response(body, status, headers, content_type="text/html; charset=utf-8")


def part(template: str, **values: Any) -> Response:
    """A piece of a page, for a script that swaps it in."""
    return fresh_page(template, **values)


def fresh_data(values: dict[str, Any], status: int = 200) -> Response:
    """JSON that is never kept by anybody: the next one is another."""
    answer = jsonify(values)
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Cache"] = SKIP
    return answer


def data(values: dict[str, Any], status: int = 200) -> Response:
    answer = jsonify(values)
    answer.status_code = status
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["X-Cache"] = SKIP
    if status == 200 and request.method in ("GET", "HEAD"):
        return revalidated(answer, hashlib.sha256(answer.get_data()).hexdigest()[:20])
    return answer


def revalidated(answer: Response, etag: str) -> Response:
    """The answer with its strong ETag, or 304 for who has it. Only If-None-Match is looked at: pages have no
    date, and Werkzeug 3.1 fails on dates that no calendar holds."""
    answer.set_etag(etag)
    if request.method in ("GET", "HEAD") and request.if_none_match.contains_weak(etag):
        answer.status_code = 304
        answer.set_data(b"")
        for name in ("Content-Type", "Content-Length", "Content-Encoding"):
            answer.headers.pop(name, None)
    return answer


def back(default: str) -> Response:
    """After a form: to the page it stood on. Only an address on this server is ever followed."""
    asked = request.form.get("back", "")
    is_ours = asked.startswith("/") and not asked.startswith(("//", "/\\"))
    return redirect(asked if is_ours and asked.isprintable() else default, 303)


def wants_part() -> bool:
    """Whether a script of ours asks, which takes only the part that changed."""
    return request.headers.get("X-Part") == "1"


def json_body() -> dict[str, Any]:
    """The JSON object that was sent; an empty body is an empty object. Errors: InvalidValue."""
    if not request.get_data(cache=True).strip():
        return {}
    try:
        values = request.get_json(force=True, silent=True)
    except RecursionError:  # a hundred thousand brackets
        values = None
    if not isinstance(values, dict):
        raise InvalidValue("The body has to be a JSON object.")
    return values


def refused(error: LibraryError) -> Response:
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    return refusal(status, error.code, error.message, **error.details)


def refused_by_http(error: HTTPException) -> Response:
    sentence = {
        404: "There is no page at this address.",
        405: f"This address does not take {request.method}.",
        413: "More was sent than this server takes.",
        400: "The request could not be read.",
    }.get(error.code or 500, error.description or error.name)
    if isinstance(error, BadHost):  # no page can be made: its links would need the host
        return Response(f"{sentence}\n", 400, content_type="text/plain; charset=utf-8")
    answer = refusal(error.code or 500, error.name.lower().replace(" ", "_"), sentence)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            answer.headers[name] = value
    return answer


def failed(error: Exception) -> Response:
    """Our own fault: the viewer reads a sentence, the log gets the trace."""
    # By its rule: an address may hold a title.
    log.exception("%s %s failed", request.method, request.environ.get("lvs.route", ("", "A request"))[1])
    return refusal(500, "internal", "Something went wrong in this server. Its log says what.")


def refusal(status: int, code: str, message: str, **details: object) -> Response:
    """A page for a page, JSON for JSON; the message says what to do next."""
    told = dialects.refusal(request.path, status, code, message, details)
    if told is not None:
        return data(told, status)
    return fresh_page("pages/error.html", status, message=message, code=status)


def finish(answer: Response) -> Response:
    """After every request: the headers that every answer has."""
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    if "Cache-Control" not in answer.headers:
        answer.headers["Cache-Control"] = "no-store"
    return answer


def _ask_password() -> Response:
    if dialects.is_json(request.path) or request.method not in ("GET", "HEAD"):
        return refusal(401, "password_needed", "This server asks for a password: sign in under /login.")
    target = request.full_path if request.query_string else request.path
    return redirect(url_for("login", back=target), 303)
