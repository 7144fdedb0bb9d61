"""All addresses, on one screen. A view is found from here, and from nowhere else."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, request
from werkzeug.routing import BaseConverter
from werkzeug.wrappers import Response

from ..library.figures import Kind
from . import dialects
from .views import (
    admin,
    api,
    doctor,
    files,
    health,
    history,
    left_out,
    marks,
    moving,
    original,
    original_playlists,
    original_ratings,
    pages,
    performance,
    pictures,
    playlists,
    tasks,
)


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
    Route("/history", history.history, "history"),
    Route("/playlists", playlists.playlists, "playlists"),
    Route("/playlist/<int:playlist_id>", playlists.playlist, "playlist"),
    Route("/parts/progress", pages.progress, "progress"),
    Route("/parts/pictures", pictures.pictures, "pictures"),
    # bytes
    Route("/video/<rest:video>", files.video, "video"),
    Route("/thumbnails/<rest:picture>", pictures.thumbnail, "thumbnail"),
    Route("/static/thumbnails/<rest:stem>.jpg", pictures.thumbnail_by_stem, "thumbnail_by_stem"),
    Route("/static/<rest:name>", files.static, "static"),
    Route("/favicon.ico", files.icon, "icon"),
    Route("/playlist/<int:playlist_id>.m3u8", playlists.playlist_file, "playlist_file"),
    Route("/folders/<rest:folder>.m3u8", playlists.folder_file, "folder_file"),
    Route("/events", files.events, "events"),
    Route("/ping", files.ping, "ping"),
    Route("/health", health.health, "health"),
    Route("/metrics", performance.metrics, "metrics"),
    Route("/watch/<key>/playing", files.playing, "playing", "POST"),
    # marks, from forms
    Route("/watch/<key>/rating", marks.rating, "set_rating", "POST"),
    Route("/watch/<key>/favorite", marks.favorite, "set_favorite", "POST"),
    Route("/watch/<key>/tags", marks.add_tag, "add_tag", "POST"),
    Route("/watch/<key>/tags/remove", marks.remove_tag, "remove_tag", "POST"),
    Route("/watch/<key>/views", marks.view, "add_view", "POST"),
    Route("/history/clear", history.clear_recent, "clear_recent", "POST"),
    # playlists, from forms
    Route("/playlists", playlists.create, "create_playlist", "POST"),
    Route("/playlist/<int:playlist_id>", playlists.describe, "describe_playlist", "POST"),
    Route("/playlist/<int:playlist_id>/delete", playlists.delete, "delete_playlist", "POST"),
    Route("/playlist/<int:playlist_id>/items/<int:item_id>/move", playlists.move, "move_item", "POST"),
    Route("/playlist/<int:playlist_id>/items/<int:item_id>/remove", playlists.remove, "remove_item", "POST"),
    Route("/watch/<key>/playlists", playlists.add, "add_to_playlist", "POST"),
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
    Route("/api/admin/performance", performance.whole, "api_performance"),
    Route("/api/admin/performance/routes", performance.routes, "api_performance_routes"),
    Route("/api/admin/performance/workers", performance.workers, "api_performance_workers"),
    Route("/api/admin/performance/active", performance.active, "api_performance_active"),
    Route("/api/admin/performance/storage", performance.storage, "api_performance_storage"),
    Route("/api/admin/performance/errors", performance.errors, "api_performance_errors"),
    Route("/api/admin/storage", performance.storage, "api_storage"),
    Route("/api/admin/errors", performance.errors, "api_errors"),
    Route("/api/admin/moving", moving.move_in, "api_move_in", "POST"),
    Route("/api/admin/moving", moving.progress, "api_moving"),
    Route("/api/openapi.json", api.openapi, "api_openapi"),
    # the house itself
    Route("/admin", admin.dashboard, "admin"),
    Route("/parts/admin/<panel>", admin.panel, "admin_panel"),
    Route("/admin/performance/routes.csv", admin.routes_csv, "routes_csv"),
    Route("/admin/tasks", tasks.act, "act_on_task", "POST"),
    Route("/admin/posters/retry", admin.retry_posters, "retry_posters", "POST"),
    Route("/admin/forget", admin.forget, "forget", "POST"),
    Route("/admin/doctor", doctor.look_again, "look_again", "POST"),
    Route("/admin/password", admin.first_password, "first_password"),
    Route("/admin/password", admin.set_first_password, "set_first_password", "POST"),
    Route("/login", admin.login, "login"),
    Route("/login", admin.sign_in, "sign_in", "POST"),
    Route("/logout", admin.sign_out, "sign_out", "POST"),
    # the original server's JSON
    Route("/get_views", original.get_views, "original_views"),
    Route("/rate", original.rate, "original_rate", "POST"),
    Route("/view", original.view, "original_view", "POST"),
    Route("/favorite", original.favorite, "original_favorite", "POST"),
    Route("/tag", original.tag, "original_tag", "POST"),
    Route("/delete_tag", original.delete_tag, "original_delete_tag", "POST"),
    Route("/api/tags/popular", original.popular_tags, "original_popular_tags"),
    Route("/api/tags/video", original.tags_of_video, "original_tags_of_video"),
    Route("/api/ratings/<rest:media_hash>", original_ratings.options, "original_rating_options", "OPTIONS"),
    Route("/api/ratings/<rest:media_hash>", original_ratings.rating, "original_rating"),
    Route("/api/ratings/<rest:media_hash>", original_ratings.set_rating, "original_set_rating", "POST"),
    Route("/api/playlists", original_playlists.playlists, "original_playlists"),
    Route("/api/playlists", original_playlists.create, "original_create_playlist", "POST"),
    Route("/api/playlists/<int:playlist_id>", original_playlists.playlist, "original_playlist"),
    Route("/api/playlists/<int:playlist_id>", original_playlists.delete, "original_delete_playlist", "DELETE"),
    Route("/api/playlists/<int:playlist_id>/add", original_playlists.add, "original_add_item", "POST"),
    Route(
        "/api/playlists/<int:playlist_id>/items/<rest:video>",
        original_playlists.remove,
        "original_remove_item",
        "DELETE",
    ),
    Route("/admin/cache/status", original.cache_status, "original_cache_status"),
    Route("/admin/cache/refresh", original.refresh_cache, "original_refresh_cache", "POST"),
    Route("/admin/metadata/prune", original.prune, "original_prune", "POST"),
    Route("/admin/performance", admin.dashboard, "original_performance"),
    Route("/admin/performance.json", performance.whole, "original_performance_file"),
    Route("/admin/performance/json", performance.whole, "original_performance_json"),
    Route("/admin/performance/metrics", performance.whole, "original_performance_metrics"),
    Route("/dashboard", admin.dashboard, "later_dashboard"),
    Route("/dashboard/performance", admin.dashboard, "later_performance"),
    Route("/dashboard/performance/json", performance.whole, "later_performance_json"),
    Route("/dashboard/performance/metrics", performance.whole, "later_performance_metrics"),
    Route("/dashboard/performance/routes", performance.routes, "later_performance_routes"),
    Route("/dashboard/performance/workers", performance.workers, "later_performance_workers"),
    Route("/dashboard/performance/active", performance.active, "later_performance_active"),
    # what the original had and this server has not
    Route("/gallery", left_out.gallery, "left_gallery"),
    Route("/gallery/<rest:rest>", left_out.gallery, "left_gallery_below"),
    Route("/links", left_out.links, "left_links"),
    Route("/vr", left_out.vr, "left_vr"),
    Route("/vr/<rest:rest>", left_out.vr, "left_vr_below"),
    Route("/api/gallery", left_out.gallery, "left_api_gallery"),
    Route("/api/gallery", left_out.gallery, "left_api_gallery_post", "POST"),
    Route("/api/gallery/<rest:rest>", left_out.gallery, "left_api_gallery_below"),
    Route("/api/gallery/<rest:rest>", left_out.gallery, "left_api_gallery_below_post", "POST"),
    Route("/api/gallery/<rest:rest>", left_out.gallery, "left_api_gallery_below_put", "PUT"),
    Route("/api/gallery/<rest:rest>", left_out.gallery, "left_api_gallery_below_patch", "PATCH"),
    Route("/api/gallery/<rest:rest>", left_out.gallery, "left_api_gallery_below_delete", "DELETE"),
    Route("/analytics", left_out.analytics, "left_analytics"),
    Route("/analytics", left_out.analytics, "left_analytics_post", "POST"),
    Route("/analytics/<rest:rest>", left_out.analytics, "left_analytics_below"),
    Route("/analytics/<rest:rest>", left_out.analytics, "left_analytics_below_post", "POST"),
    Route("/dashboard/media/rename", left_out.rename, "left_rename", "POST"),
    Route("/dashboard/media/duplicate", left_out.duplicate, "left_duplicate", "POST"),
)


# What is measured apart, by the names of routes; the rest is JSON or pages.
KINDS = {
    "video": Kind.STREAM,
    "thumbnail": Kind.PICTURE,
    "thumbnail_by_stem": Kind.PICTURE,
    "static": Kind.PICTURE,
    "icon": Kind.PICTURE,
    "events": Kind.LIVE,
    "ping": Kind.OWN,
    "health": Kind.OWN,
    "admin": Kind.OWN,
    "look_again": Kind.OWN,
    "act_on_task": Kind.OWN,
    "retry_posters": Kind.OWN,
    "forget": Kind.OWN,
    "admin_panel": Kind.OWN,
    "routes_csv": Kind.OWN,
    **dict.fromkeys(
        """
        metrics api_performance api_performance_routes api_performance_workers api_performance_active
        api_performance_storage api_performance_errors api_storage api_errors
        original_performance original_performance_file original_performance_json original_performance_metrics
        later_dashboard later_performance later_performance_json later_performance_metrics
        later_performance_routes later_performance_workers later_performance_active original_cache_status
        """.split(),
        Kind.OWN,
    ),
}


def shown_rule(rule: str) -> str:
    """A rule as people write it: /watch/<video>."""
    return re.sub(r"<\w+:", "<", rule)


def kind_of(route: Route) -> Kind:
    """What it is measured as."""
    return KINDS.get(route.name) or (Kind.API if dialects.is_json(route.rule) else Kind.PAGE)


def name_route() -> None:
    """Before every request: what it is measured as, for whoever runs the application."""
    if request.url_rule is not None:
        known = _MEASURED.get(request.url_rule.endpoint)
        request.environ["lvs.route"] = known or (Kind.PAGE, shown_rule(request.url_rule.rule))


_MEASURED = {route.name: (kind_of(route), shown_rule(route.rule)) for route in ROUTES}


def add_routes(app: Flask) -> None:
    app.before_request(name_route)
    app.url_map.converters["rest"] = Rest
    app.url_map.merge_slashes = False
    app.extensions["series"] = {r.name: (kind_of(r), f"{r.method} {shown_rule(r.rule)}") for r in ROUTES}
    for route in ROUTES:
        options: dict[str, Any] = {"methods": [route.method], "strict_slashes": False}
        app.add_url_rule(route.rule, route.name, route.view, **options)
