"""Bytes: the videos themselves, the static files, live news. A GET writes nothing."""

from __future__ import annotations

import os
import stat
import time

from flask import request, url_for
from werkzeug.http import http_date
from werkzeug.wrappers import Response

from ...library.errors import Gone, NotFound, Unavailable
from ...library.formats import media_type
from ...library.video import Video
from .. import conditional
from ..answers import revalidated
from ..content_disposition import content_disposition
from ..file_slice import FileSlice
from ..house import find, house, snapshot

YEAR_S, HOUR_S = 365 * 24 * 3600, 3600


def video(video: str) -> Response:
    """The bytes of a video, or the part that is asked for (RFC 9110 sections 13 and 14)."""
    found = find(video)
    path, there = _regular_file(found)
    etag, modified_s = _validators(there)
    asked = conditional.decide(request.method, request.headers, etag, modified_s, there.st_size)
    headers = {"ETag": etag, "Last-Modified": http_date(modified_s), "Cache-Control": "private, no-cache"}
    headers |= _headers(found, asked, there.st_size)
    house().viewers.asked()
    request.environ["lvs.subject"] = url_for("video", video=found.key)
    if asked.status not in (200, 206):
        return Response(status=asked.status, headers=headers)
    return Response(FileSlice(path, *asked.span(there.st_size)), asked.status, headers, direct_passthrough=True)


def playing(key: str) -> Response:
    """A player says that it plays, so that background work rests. Nothing is counted or kept."""
    find(key)
    house().viewers.playing()
    return Response(status=204)


def static(name: str) -> Response:
    """A style sheet, script or icon; under the current stamp it may be kept for a year."""
    stamp, _, rest = name.partition("/")
    is_stamped = stamp == house().static.stamp
    file = house().static.get(rest if is_stamped else name) or house().static.get(rest)
    if file is None:
        raise NotFound("There is no such file.")
    zipped = file.zipped if request.accept_encodings["gzip"] > 0 else None
    answer = Response(zipped or file.body, content_type=file.media_type)
    if zipped:
        answer.headers["Content-Encoding"] = "gzip"
    if file.zipped:
        answer.headers["Vary"] = "Accept-Encoding"
    answer.headers["Cache-Control"] = (
        f"public, max-age={YEAR_S}, immutable" if is_stamped else f"public, max-age={HOUR_S}"
    )
    return revalidated(answer, file.etag + ("-gz" if zipped else ""))


def icon() -> Response:
    return static("icons/favicon.svg")


def ping() -> Response:
    return Response('{"status":"ok","message":"alive"}\n', content_type="application/json")


def events() -> Response:
    answer = Response(house().news.feed(), content_type="text/event-stream", direct_passthrough=True)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Accel-Buffering"] = "no"
    return answer


def _validators(there: os.stat_result) -> tuple[str, int]:
    """What tells this content from any other: a strong ETag, and the second of its last change."""
    # A date of the future must not be sent (RFC 9110, 8.8.2.1), one before 1970 cannot be written.
    modified_s = max(0, min(int(there.st_mtime), int(time.time())))
    return f'"{there.st_ino:x}-{there.st_size:x}-{there.st_mtime_ns:x}"', modified_s


def _headers(found: Video, asked: conditional.Verdict, size_bytes: int) -> dict[str, str]:
    """What is said about the bytes that follow, or why none do (RFC 9110, 15.3.7, 15.5.17)."""
    if asked.status in (304, 412):
        return {}
    if asked.status == 416:
        return {"Accept-Ranges": "bytes", "Content-Range": f"bytes */{size_bytes}"}
    start, end = asked.span(size_bytes)
    part = {"Content-Range": asked.byte_range.content_range(size_bytes)} if asked.byte_range else {}
    return part | {
        "Accept-Ranges": "bytes",
        "Content-Disposition": content_disposition(found.name, "download" in request.args),
        "Content-Type": media_type(found.container),
        "Content-Length": str(end - start),
    }


def _regular_file(found: Video) -> tuple[str, os.stat_result]:
    """Where the file is and how it stands now. Errors: Gone when it is away, or no longer a file inside its
    root: somebody may have put a link in its place."""
    root = snapshot().library.roots.get(found.root_id)
    if root is None or found.missing_since is not None:
        raise Gone("The file of this video is away. Its marks are kept; it plays again when it returns.")
    if not house().index.answers(root):
        raise Unavailable(f"The disk of {root.name} does not answer now. Its videos play again when it does.")
    path = os.path.join(root.path, found.path)
    try:
        with house().gate.asking(root.id, f"The disk of {root.name}"):
            there = os.lstat(path)
            is_inside = os.path.realpath(os.path.dirname(path)) == os.path.dirname(path)
    except (OSError, ValueError) as error:
        raise Gone("The file of this video cannot be reached now. Is its disk connected?") from error
    if not stat.S_ISREG(there.st_mode) or not is_inside:
        raise Gone("There is no longer a video file at this place.")
    return path, there
