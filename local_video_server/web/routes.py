"""All addresses, on one screen. A view is found from here, and from nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.routing import BaseConverter
from werkzeug.wrappers import Response

from .views import admin, api, files, marks, pages, pictures


class Rest(BaseConverter):
    """Everything to the end of the address, also slashes, and also in front."""

    regex = r"(?s:.)+?"
    part_isolating = False


@dataclass(frozen=True, slots=True)
class Route:
    rule: str
    view: Callable[..., Response]
    name: str
    method: str = "GET"


ROUTES: tuple[Route, ...] = (
    # pages
    Route("/", pages.gallery, "gallery"),
    Route("/watch/<rest:video>", pages.watch, "watch"),
    Route("/folders/", pages.folder, "folders"),
    Route("/folders/<rest:folder>", pages.folder, "folder"),
    Route("/favorites", pages.favorites, "favorites"),
    Route("/popular", pages.popular, "popular"),
    Route("/best-of", pages.best_of, "best_of"),
    Route("/tags", pages.tags, "tags"),
    Route("/tag/<rest:tag>", pages.tag, "tag"),
    Route("/search", pages.search, "search"),
    Route("/random", pages.random_video, "random"),
    Route("/parts/progress", pages.progress, "progress"),
    Route("/parts/pictures", pictures.pictures, "pictures"),
    # bytes
    Route("/video/<rest:video>", files.video, "video"),
    Route("/thumbnails/<rest:picture>", pictures.thumbnail, "thumbnail"),
    Route("/static/thumbnails/<rest:stem>.jpg", pictures.thumbnail_by_stem, "thumbnail_by_stem"),
    Route("/static/<rest:name>", files.static, "static"),
    Route("/favicon.ico", files.icon, "icon"),
    Route("/events", files.events, "events"),
    Route("/ping", files.ping, "ping"),
    Route("/watch/<key>/playing", files.playing, "playing", "POST"),
    # marks, from forms
    Route("/watch/<key>/rating", marks.rating, "set_rating", "POST"),
    Route("/watch/<key>/favorite", marks.favorite, "set_favorite", "POST"),
    Route("/watch/<key>/tags", marks.add_tag, "add_tag", "POST"),
    Route("/watch/<key>/tags/remove", marks.remove_tag, "remove_tag", "POST"),
    Route("/watch/<key>/views", marks.view, "add_view", "POST"),
    # JSON
    Route("/api/videos", api.videos, "api_videos"),
    Route("/api/videos/<rest:video>", api.video, "api_video"),
    Route("/api/videos/<key>/rating", api.rate, "api_rate", "PUT"),
    Route("/api/videos/<key>/rating", api.unrate, "api_unrate", "DELETE"),
    Route("/api/videos/<key>/favorite", api.favor, "api_favor", "PUT"),
    Route("/api/videos/<key>/favorite", api.unfavor, "api_unfavor", "DELETE"),
    Route("/api/videos/<key>/tags/<rest:tag>", api.add_tag, "api_add_tag", "PUT"),
    Route("/api/videos/<key>/tags/<rest:tag>", api.remove_tag, "api_remove_tag", "DELETE"),
    Route("/api/videos/<key>/views", api.add_view, "api_add_view", "POST"),
    Route("/api/tags", api.tags, "api_tags"),
    Route("/api/openapi.json", api.openapi, "api_openapi"),
    # the house itself
    Route("/admin", admin.dashboard, "admin"),
    Route("/admin/refresh", admin.refresh, "refresh", "POST"),
    Route("/admin/posters/retry", admin.retry_posters, "retry_posters", "POST"),
    Route("/admin/forget", admin.forget, "forget", "POST"),
    Route("/admin/password", admin.first_password, "first_password"),
    Route("/admin/password", admin.set_first_password, "set_first_password", "POST"),
    Route("/login", admin.login, "login"),
    Route("/login", admin.sign_in, "sign_in", "POST"),
    Route("/logout", admin.sign_out, "sign_out", "POST"),
)


def add_routes(app: Flask) -> None:
    app.url_map.converters["rest"] = Rest
    app.url_map.merge_slashes = False
    for route in ROUTES:
        options: dict[str, Any] = {"methods": [route.method], "strict_slashes": False}
        app.add_url_rule(route.rule, route.name, route.view, **options)
