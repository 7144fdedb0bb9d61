"""The JSON addresses. Each reads the request, calls the library once, and answers with the video."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from ...library.browsing import RELEVANCE, Query, browse
from ...library.errors import InvalidValue
from ...library.video import Video
from ..answers import data, json_body
from ..house import find, house, snapshot
from ..openapi import describe
from ..presenting import video_json, whole_video_json


def videos() -> Response:
    text = request.args.get("q", "").strip()
    known = snapshot()
    found = browse(
        known,
        Query.parse(
            request.args,
            text=text,
            sort=RELEVANCE if text else "date",
            tag=request.args.get("tag", "").lstrip("#").strip() or None,
            folder=request.args.get("folder", "").strip("/") or None,
            favorite=request.args.get("favorite", "").lower() in ("1", "true", "yes"),
        ),
    )
    shown = [video_json(known, video) for video in found.videos]
    return data({"videos": shown, "total": found.total, "page": found.page, "pages": found.pages})


def video(video: str) -> Response:
    return data(whole_video_json(snapshot(), find(video)))


def rate(key: str) -> Response:
    values = json_body()
    if values.get("value") is None:
        raise InvalidValue('A rating is sent as {"value": 1} to {"value": 5}; DELETE takes it away.')
    return _changed(house().catalog.rate(find(key), values["value"]))


def unrate(key: str) -> Response:
    return _changed(house().catalog.rate(find(key), None))


def favor(key: str) -> Response:
    return _changed(house().catalog.set_favorite(find(key), True))


def unfavor(key: str) -> Response:
    return _changed(house().catalog.set_favorite(find(key), False))


def add_tag(key: str, tag: str) -> Response:
    return _changed(house().catalog.add_tag(find(key), tag))


def remove_tag(key: str, tag: str) -> Response:
    return _changed(house().catalog.remove_tag(find(key), tag))


def add_view(key: str) -> Response:
    play = json_body().get("play")
    if play is not None and not (isinstance(play, str) and 0 < len(play) <= 64 and play.isprintable()):
        raise InvalidValue("The name of a play is printable text of 1 to 64 characters.")
    return _changed(house().catalog.add_view(find(key), play))


def tags() -> Response:
    counted = sorted(snapshot().tag_counts(), key=lambda pair: -pair[1])
    return data({"tags": [{"tag": tag.name, "count": count} for tag, count in counted]})


def openapi() -> Response:
    return data(describe())


def _changed(video: Video) -> Response:
    return data(video_json(house().catalog.snapshot, video))
