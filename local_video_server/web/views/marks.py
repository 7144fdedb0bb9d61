"""Marks from forms: each sets one thing, then goes back to the page, or answers with the part that changed."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from ...library.errors import InvalidValue
from ...library.video import Video
from ..answers import back, part, wants_part
from ..house import find, house


def rating(key: str) -> Response:
    value = request.form.get("value")
    if value is None:
        raise InvalidValue("No rating was sent. Choose one to five stars.")
    return _changed("rating", house().catalog.rate(find(key), value or None))


def favorite(key: str) -> Response:
    value = request.form.get("value", "")
    if value not in ("0", "1"):
        raise InvalidValue("A favorite is set by 1 and taken away by 0.")
    return _changed("favorite", house().catalog.set_favorite(find(key), value == "1"))


def add_tag(key: str) -> Response:
    return _changed("tags", house().catalog.add_tag(find(key), request.form.get("tag", "")))


def remove_tag(key: str) -> Response:
    return _changed("tags", house().catalog.remove_tag(find(key), request.form.get("tag", "")))


def view(key: str) -> Response:
    play = request.form.get("play") or None
    return _changed("views", house().catalog.add_view(find(key), play[:64] if play else None))


def _changed(name: str, video: Video) -> Response:
    if wants_part():
        return part("parts/changed.html", name=name, video=video, now=house().catalog.snapshot)
    return back(url_for("watch", video=video.key))
