"""The original server's addresses: marks, tags and its caches, answered as it did.

Scripts and bookmarks rely on these. They do the same deeds as ours; a video is named by its path, a former path, its
key or its old hash. `filename` in what is sent or asked is such a name.
"""

from __future__ import annotations

import time
from typing import Any

from flask import request
from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.wrappers import Response

from ...library.browsing import whole_number
from ...library.errors import InvalidValue, NotFound
from ...library.marks import parse_rating
from ...library.video import Video
from .. import original_shapes as shapes
from ..answers import data, json_body, require_admin
from ..house import house, snapshot


def get_views() -> Response:
    return data(shapes.views(snapshot()))


def rate() -> Response:
    values = sent()
    name, rating = name_in(values), rating_in(values.get("rating"))
    house().catalog.rate(video_named(name), rating)
    return data({"success": True, "rating": rating})


def view() -> Response:
    video = house().catalog.add_view(video_named(name_in(sent())))
    return data({"success": True, "views": house().catalog.snapshot.marks.views.get(video.id, 0)})


def favorite() -> Response:
    """The only switch: clients of the original say neither on nor off."""
    is_favorite = house().catalog.toggle_favorite(video_named(name_in(sent())))
    favorites = shapes.favorites(house().catalog.snapshot)
    return data({"success": True, "favorites": favorites, "is_favorite": is_favorite})


def tag() -> Response:
    values = sent()
    name, typed = name_in(values), _tag_in(values)
    return _tagged(house().catalog.add_tag(video_named(name), typed))


def delete_tag() -> Response:
    values = sent()
    name, typed = name_in(values), _tag_in(values)
    video = video_named(name)
    if not snapshot().marks.tags.get(video.id):
        raise NotFound("This video has no tags.")
    return _tagged(house().catalog.remove_tag(video, typed))


def popular_tags() -> Response:
    return data({"tags": shapes.popular_tags(snapshot(), whole_number(request.args.get("limit"), 50, 1, 200))})


def tags_of_video() -> Response:
    video = video_named(name_in(request.args))
    return data({"filename": video.filename, "tags": shapes.tags_of(snapshot(), video)})


def cache_status() -> Response:
    pages, room = house().machine.cache(), house().shelf.room
    return data(shapes.cache_status(snapshot(), room, pages, house().opened_at, time.time()))


def refresh_cache() -> Response:
    require_admin()
    house().tasks.start("scan")
    return data({"success": True, "message": "Cache refreshed"})


def prune() -> Response:
    """Once it deleted the marks of files that it did not see. Here only the admin forgets, on /admin."""
    return data(shapes.pruned(snapshot()))


def sent() -> dict[str, Any]:
    """The JSON object that was sent. Errors: 415 when it is not said to be JSON, InvalidValue when it is none."""
    if not request.is_json:
        raise UnsupportedMediaType("Send JSON here, with the content type application/json.")
    return json_body()


def name_in(values: dict[str, Any], field: str = "filename") -> str:
    name = values.get(field)
    if not isinstance(name, str) or not name:
        raise InvalidValue(f"Missing {field}")
    return name


def video_named(name: str) -> Video:
    video = snapshot().find(name)
    if video is None:
        raise NotFound("Video not found")
    return video


def rating_in(value: object) -> int:
    try:
        return parse_rating(value)
    except InvalidValue as error:
        raise InvalidValue("Invalid rating", detail=error.message) from error


def _tag_in(values: dict[str, Any]) -> object:
    typed = values.get("tag")
    if typed is None or (isinstance(typed, str) and not typed.strip("# ")):
        raise InvalidValue("No tag provided")
    return typed


def _tagged(video: Video) -> Response:
    return data({"success": True, "tags": shapes.tags_of(house().catalog.snapshot, video)})
