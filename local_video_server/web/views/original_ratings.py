"""/api/ratings of the original server: a rating by the old hash of a video, or any other name of it.

Pages of other machines at home may read it (CORS); like everything here they may not change it, and no page may see
it with somebody's cookies.
"""

from __future__ import annotations

import math

from flask import request
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from .. import original_shapes as shapes
from ..answers import data
from ..house import house, snapshot
from .original import rating_in, sent, video_named


def rating(media_hash: str) -> Response:
    return _shared(data(shapes.rating_summary(snapshot(), video_named(media_hash))))


def set_rating(media_hash: str) -> Response:
    values, video = sent(), video_named(media_hash)
    rating = rating_in(values.get("value"))
    wait_s = math.ceil(house().ratings_limit.wait_s(request.remote_addr or ""))
    if wait_s:
        raise TooManyRequests(f"Too many ratings at once. Try again in {wait_s} seconds.", retry_after=wait_s)
    house().catalog.rate(video, rating)
    return data(shapes.rating_summary(house().catalog.snapshot, video), 201)


def options(media_hash: str) -> Response:
    answer = Response(status=204, headers={"Allow": "GET, HEAD, POST, OPTIONS"})
    if "Access-Control-Allow-Origin" in _shared(answer).headers:
        answer.headers["Access-Control-Allow-Methods"] = "GET, OPTIONS"
        answer.headers["Access-Control-Allow-Headers"] = "Content-Type"
    return answer


def _shared(answer: Response) -> Response:
    """The answer, readable for a page of another machine at home."""
    answer.headers.add("Vary", "Origin")
    origin = request.headers.get("Origin", "")
    if house().access.is_origin_allowed(origin):
        answer.headers["Access-Control-Allow-Origin"] = origin
    return answer
