"""The Flask application: templates, routes, the guard before and the headers after. It holds no rule."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask, Request
from werkzeug.exceptions import HTTPException

from ..library.errors import LibraryError
from ..library.marks import Marks
from . import answers
from .house import House
from .page_cache import PageCache
from .presenting import FILTERS
from .routes import add_routes
from .static_files import StaticFiles

BODY_LIMIT_BYTES = 1_000_000
SESSION_DAYS = 90


class AnyRequest(Request):
    """A request whose query may be any bytes: Werkzeug fails on those that are no UTF-8."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.query_string = self.query_string.decode("utf-8", "replace").encode()


def make_site(
    templates: Path,
    static: Path,
    page_cache_bytes: int,
    session_secret: str,
    make_house: Callable[[PageCache, StaticFiles], House],
    page_asked: Callable[[str, bool], None] = lambda rule, is_hit: None,
) -> Flask:
    """A site around the collaborators. Building it starts nothing."""
    app = Flask("local_video_server", template_folder=str(templates), static_folder=None)
    app.request_class = AnyRequest
    app.config.update(
        MAX_CONTENT_LENGTH=BODY_LIMIT_BYTES,
        MAX_FORM_PARTS=1000,
        SECRET_KEY=session_secret,
        SESSION_COOKIE_NAME="lvs_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=SESSION_DAYS),
        TEMPLATES_AUTO_RELOAD=False,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(FILTERS)
    files = StaticFiles(static)
    app.jinja_env.globals.update(static_url=files.address, sheets=files.names("css/"), no_marks=Marks())
    app.extensions["house"] = make_house(PageCache(app, page_cache_bytes, page_asked), files)
    add_routes(app)
    app.before_request(answers.guard)
    app.after_request(answers.finish)
    app.register_error_handler(LibraryError, answers.refused)
    app.register_error_handler(HTTPException, answers.refused_by_http)
    app.register_error_handler(Exception, answers.failed)
    return app
