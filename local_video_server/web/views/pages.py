"""The pages that viewers browse. Each reads the request, asks the library once, and answers."""

from __future__ import annotations

import secrets
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from ...library.browsing import RELEVANCE, Query, browse, partial_tags
from ...library.errors import NotFound
from ...library.history import recently_played
from ...library.marks import parse_seconds
from ...library.related import neighbours, related
from ...library.text import caseless, fold
from ...library.video import Status
from ..answers import page, part
from ..house import find, house, snapshot

# Only these words of an address go on into other addresses: url_for would obey some others.
_QUERY_NAMES = ("q", "sort", "order", "page", "per_page", "seed")
_RECENT = 8  # above the gallery: one row on a desk


def gallery() -> Response:
    """All videos; who opens the server finds what was watched last above them."""
    asked = _asked()
    recent = recently_played(snapshot(), _RECENT) if asked == Query() else ()
    return _list("pages/gallery.html", asked, recent=recent)


def favorites() -> Response:
    return _list("pages/favorites.html", _asked(favorite=True))


def popular() -> Response:
    return _list("pages/popular.html", _asked(viewed=True, sort="views", order="desc"))


def best_of() -> Response:
    return _list("pages/best_of.html", _asked(rating_at_least=4, sort="rating", order="desc"))


def search() -> Response:
    text = request.args.get("q", "").strip()
    return _list("pages/search.html", _asked(text=text, sort=RELEVANCE if text else "date"))


def tag(tag: str) -> Response:
    """Videos with exactly this tag; where there is none, the tags that hold it as a part."""
    known = snapshot()
    found = known.marks.tagged.get(caseless(tag.lstrip("#").strip()))
    others = () if found else partial_tags(known, tag)
    name = found[0].name if found else tag
    return _list("pages/tag.html", _asked(tag=name), tag=name, others=others)


def folder(folder: str = "") -> Response:
    """A folder with the folders in it; without a name, all roots, or the only one."""
    library = snapshot().library
    path = folder.strip("/")
    roots = [root.name for root in library.roots.values()]
    path = roots[0] if not path and len(roots) == 1 else path
    if path and path not in library.folders:
        raise NotFound("There is no folder with videos at this address.")
    here = library.folders[path] if path else None
    inside = [library.folders[name] for name in (here.folders if here else roots)]
    query = _asked(folder=path, sort="title", order="asc") if path else _asked()
    return _list("pages/folders.html", query, here=here, inside=inside)


def tags() -> Response:
    known = snapshot()
    return page("pages/tags.html", known.versions, lambda: {"tags": known.tag_counts()})


def watch(video: str) -> Response:
    known, found = snapshot(), find(video)
    if request.path != url_for("watch", video=found.key):
        return redirect(url_for("watch", video=found.key, t=request.args.get("t")), 302)

    def values() -> dict[str, Any]:
        before, after = neighbours(known, found)
        return {
            "video": found,
            "status": known.status(found),
            "start_s": parse_seconds(request.args.get("t")),
            "related": related(known, found),
            "before": before,
            "after": after,
            "all_tags": sorted((tag.name for tag, _ in known.marks.tagged.values()), key=fold)[:500],
        }

    return page("pages/watch.html", known.versions, values)


def random_video() -> Response:
    """Any video that is there; the gallery when there is none."""
    known = snapshot()
    ready = [v for v in known.library.present.values() if known.status(v) in (Status.READY, Status.PENDING)]
    chosen = secrets.choice(ready) if ready else None
    target = url_for("watch", video=chosen.key) if chosen else url_for("gallery")
    return redirect(target, 302)


def progress() -> Response:
    """How far the index is, as a part of a page: asked for alone, never kept."""
    roots = house().index.reports(counts_watches=False)
    return part("parts/progress_now.html", roots=roots, probing=house().probing.report())


def _asked(**fixed: object) -> Query:
    return Query.parse(request.args, **fixed)


def _list(template: str, query: Query, **values: Any) -> Response:
    known = snapshot()
    if query.sort == "random" and not query.seed:
        return redirect(_address(seed=secrets.randbelow(2**31 - 1) + 1), 302)
    return page(
        template,
        known.versions,
        lambda: {"found": browse(known, query), "asked": query, "address": _address, **values},
    )


def _address(**changed: object) -> str:
    """This page's address with some of its query changed; None takes a word out of it."""
    asked = {name: request.args[name] for name in _QUERY_NAMES if name in request.args}
    kept = {name: value for name, value in (asked | changed).items() if value is not None}
    return url_for(request.endpoint or "", **((request.view_args or {}) | kept))
