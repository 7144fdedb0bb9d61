"""/api/playlists of the original server, over the same playlists as the pages."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from ...library.errors import InvalidValue, NotFound
from ...library.playlists import Playlist
from .. import original_shapes as shapes
from ..answers import data
from ..house import house, snapshot
from .original import name_in, sent, video_named


def playlists() -> Response:
    rows = [shapes.playlist_row(playlist) for playlist in snapshot().playlists.of.values()]
    return data({"success": True, "playlists": rows})


def create() -> Response:
    values = sent()
    made = house().playlists.create(name_in(values, "name"), values.get("description"))
    answer = {"success": True, "playlist_id": made.id, "name": made.name, "description": made.description}
    return data(answer, 201)


def playlist(playlist_id: int) -> Response:
    known, found = snapshot(), _found(playlist_id)
    items = shapes.playlist_items(known, found)
    return data({"success": True, "id": found.id, "name": found.name, "items": items})


def delete(playlist_id: int) -> Response:
    house().playlists.delete(_found(playlist_id).id)
    return data({"success": True})


def add(playlist_id: int) -> Response:
    values, found = sent(), _found(playlist_id)
    house().playlists.add(found.id, video_named(name_in(values, "video_filename")))
    return data({"success": True})


def remove(playlist_id: int, video: str) -> Response:
    """Takes a video out: from one place, or without `position` wherever it stands."""
    found, position = _found(playlist_id), request.args.get("position")
    if position is not None and not (position.isascii() and position.isdecimal() and len(position) < 10):
        raise InvalidValue("A position is a whole number from 1.")
    house().playlists.remove_video(found.id, video_named(video), int(position) if position else None)
    return data({"success": True})


def _found(playlist_id: int) -> Playlist:
    playlist = snapshot().playlists.of.get(playlist_id)
    if playlist is None:
        raise NotFound("Playlist not found")
    return playlist
