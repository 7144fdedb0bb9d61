"""Playlists: their pages, their forms, and the file of one, or of a folder, for other players."""

from __future__ import annotations

from collections.abc import Iterable

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from ...library.errors import InvalidValue, NotFound
from ...library.playlists import Playlist
from ...library.running_order import place_of, running_order
from ...library.video import Video
from ..answers import back, page, part, wants_part
from ..content_disposition import content_disposition
from ..house import find, house, snapshot
from ..m3u8 import CONTENT_TYPE, below, m3u8, ready
from . import pages


def playlists() -> Response:
    known = snapshot()

    def values() -> dict[str, object]:
        return {"orders": [running_order(known, one) for one in known.playlists.by_name]}

    return page("pages/playlists.html", known.versions_but_marks, values)


def playlist(playlist_id: int) -> Response:
    """A playlist with one of its videos on: the one `at` a place, else the first that can be played."""
    known = snapshot()
    found, at = known.playlists.find(playlist_id), _number(request.args.get("at"))
    if wants_part():
        return part("parts/playlist_now.html", order=running_order(known, found, at))
    parts = known.versions_but_marks
    return page("pages/playlist.html", parts, lambda: {"order": running_order(known, found, at)})


def create() -> Response:
    made = house().playlists.create(request.form.get("name"), request.form.get("description"))
    return back(url_for("playlist", playlist_id=made.id))


def describe(playlist_id: int) -> Response:
    house().playlists.describe(playlist_id, request.form.get("name"), request.form.get("description"))
    return back(url_for("playlist", playlist_id=playlist_id))


def delete(playlist_id: int) -> Response:
    if request.form.get("sure") != "1":
        raise InvalidValue("To delete is for ever. Tick the box that says so, then press the button again.")
    house().playlists.delete(playlist_id)
    return redirect(url_for("playlists"), 303)


def add(key: str) -> Response:
    """Puts a video at the end of a playlist, or of a new one of this name."""
    video, name = find(key), request.form.get("name")
    chosen = house().playlists.create(name).id if name else _number(request.form.get("playlist"))
    if chosen is None:
        raise InvalidValue("Choose a playlist, or type the name of a new one.")
    house().playlists.add(chosen, video)
    if wants_part():
        return part("parts/playlist_added.html", video=video, now=house().catalog.snapshot, chosen=chosen)
    return back(url_for("watch", video=video.key))


def move(playlist_id: int, item_id: int) -> Response:
    house().playlists.move(playlist_id, item_id, request.form.get("place"))
    return _changed(playlist_id, item_id)


def remove(playlist_id: int, item_id: int) -> Response:
    house().playlists.remove(playlist_id, item_id)
    return _changed(playlist_id, item_id)


def playlist_file(playlist_id: int) -> Response:
    known = snapshot()
    found = known.playlists.find(playlist_id)
    return _file(found.name, [entry.video for entry in running_order(known, found).entries])


def folder_file(folder: str) -> Response:
    """The file of a folder; a folder whose own name ends in .m3u8 is shown, as it is everywhere linked to."""
    path, library = folder.strip("/"), snapshot().library
    if f"{path}.m3u8" in library.folders:
        return pages.folder(f"{path}.m3u8")
    if path not in library.folders:
        raise NotFound("There is no folder with videos at this address.")
    return _file(library.folders[path].name, below(library, path))


def _changed(playlist_id: int, item_id: int) -> Response:
    """The playlist as it is now, with the same video on; the address leads to the item that was moved."""
    now = house().catalog.snapshot
    found = now.playlists.find(playlist_id)
    order = running_order(now, found, _still_on(found))
    if wants_part():
        return part("parts/playlist_now.html", order=order)
    at = order.now.place if order.now else None
    place = place_of(found, item_id, at)
    anchor = f"pos-{place}" if place else None
    return redirect(url_for("playlist", playlist_id=playlist_id, at=at, _anchor=anchor), 303)


def _still_on(found: Playlist) -> int | None:
    """The place of the item that was on when the form was made, wherever it is now."""
    return place_of(found, _number(request.form.get("on")), _number(request.form.get("at")))


def _number(text: str | None) -> int | None:
    return int(text) if text and len(text) < 10 and text.isdecimal() else None


def _file(name: str, videos: Iterable[Video | None]) -> Response:
    home = url_for("gallery", _external=True)  # url_for for each of 100,000 videos would take most of a second
    word = house().passwords.player_pass()
    addressed = [(v, f"{home}video/{v.key}{f'?pass={word}' if word else ''}") for v in ready(snapshot(), videos)]
    headers = {"Content-Disposition": content_disposition(f"{name}.m3u8", True), "Cache-Control": "no-store"}
    return Response(m3u8(name, addressed), headers=headers, content_type=CONTENT_TYPE)
