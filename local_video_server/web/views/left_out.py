"""What the original server had and this one has not: 410, and a sentence that says where it went."""

from __future__ import annotations

from werkzeug.wrappers import Response

from ...library.errors import Gone


def gallery(rest: str = "") -> Response:
    raise Gone("The image gallery is no more: this server shows videos. Your pictures are where they always were.")


def links() -> Response:
    raise Gone("The page of links is no more: keep them as bookmarks of your browser.")


def analytics(rest: str = "") -> Response:
    raise Gone("Analytics are no more. How often a video was watched is in /api/videos, and when on /history.")


def vr(rest: str = "") -> Response:
    raise Gone("There are no pages of their own for headsets any more: all pages work in their browsers.")


def rename() -> Response:
    raise Gone("Your folders are only read here. Rename the file in its folder: rating, tags and views follow it.")


def duplicate() -> Response:
    raise Gone("Your folders are only read here. Copy the file in its folder: the copy appears by itself.")
