"""Posters: their files, and the tiles of a page that wait for theirs. No request makes a picture or waits for one."""

from __future__ import annotations

import os
import re
import stat

from flask import request
from werkzeug.wrappers import Response

from ...library.errors import NotFound
from ...library.poster import SIDES, file_name
from ..answers import part, revalidated
from ..file_slice import FileSlice
from ..house import house, snapshot
from .files import HOUR_S, YEAR_S

MOST_TILES = 120  # as many as a page has
_NAME = re.compile(r"([0-9a-f]{16,64})-([0-9]{1,5})\.(jpg|avif)")
_TYPES = {"jpg": "image/jpeg", "avif": "image/avif"}


def thumbnail(picture: str) -> Response:
    """A picture file by its stamped name. What an address shows never changes."""
    named = _NAME.fullmatch(picture)
    if named is None:
        raise NotFound("There is no such picture.")
    return _picture(named[1], int(named[2]), named[3], f"max-age={YEAR_S}, immutable")


def thumbnail_by_stem(stem: str) -> Response:
    """The original server's address of a picture: the name of the video without its extension."""
    video = snapshot().library.by_stem.get(stem)
    poster = snapshot().posters.of.get(video.id) if video else None
    if poster is None:
        raise NotFound("There is no picture of this name, or not yet.")
    return _picture(poster.stamp, SIDES[0], "jpg", f"max-age={HOUR_S}")


def pictures() -> Response:
    """The tiles of these videos that have their picture by now, or will have none: its reason is on /admin. The
    others are made before all else."""
    known = snapshot()
    asked = [known.library.by_key.get(key) for key in request.args.getlist("key")[:MOST_TILES]]
    videos = [video for video in asked if video is not None]
    house().postering.want(video for video in videos if video.id not in known.posters.of)
    settled = [v for v in videos if v.id in known.posters.of or house().postering.has_given_up(v)]
    return part("parts/pictures.html", videos=settled)


def _picture(stamp: str, side: int, kind: str, keep: str) -> Response:
    """One picture file. A server that asks for a password lets no shared cache keep it."""
    path = os.path.join(house().shelf.path, file_name(stamp, side, kind))
    try:
        with house().gate.asking("thumbnails", "The disk of the thumbnails folder"):
            there = os.lstat(path)
    except OSError:
        there = None
    if there is None or not stat.S_ISREG(there.st_mode) or not there.st_size:
        house().shelf.look_soon()
        raise NotFound("There is no such picture.")
    house().shelf.used((stamp,))
    answer = Response(
        FileSlice(path, 0, there.st_size),
        headers={
            "Content-Length": str(there.st_size),
            "Cache-Control": f"{'private' if house().passwords.asks_viewers else 'public'}, {keep}",
        },
        content_type=_TYPES[kind],
        direct_passthrough=True,
    )
    return revalidated(answer, f"{stamp}-{side}-{kind}")
