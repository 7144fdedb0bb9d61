"""Which videos a list shows, and in which order: filter, sort, pages.

Pure functions from a snapshot and a Query. Whatever an address asks for is brought into range here, so that no
page number, sort key or seed is an error.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from .marks import Marks, Tag
from .search import by_relevance, matches, words
from .snapshot import Snapshot
from .text import caseless
from .video import Video

PER_PAGE = 60
PER_PAGE_MOST = 120
_FARTHEST_PAGE = 10**9

# sort key -> (what is compared, order when none is asked for). Ties always go by title, then id.
SORTS: dict[str, tuple[Callable[[Video, Marks], float | str], str]] = {
    "date": (lambda video, marks: video.added_at, "desc"),
    "title": (lambda video, marks: video.sort_title, "asc"),
    "rating": (lambda video, marks: marks.ratings.get(video.id, 0), "desc"),
    "views": (lambda video, marks: marks.views.get(video.id, 0), "desc"),
    "duration": (lambda video, marks: video.duration_s or 0.0, "desc"),
    "size": (lambda video, marks: video.size_bytes, "desc"),
}
RELEVANCE = "relevance"  # the order of a search, unless another is asked for
_OTHER_SORTS = ("random", RELEVANCE)


@dataclass(frozen=True, slots=True)
class Query:
    """What a list is asked for. Every field is in range once `parse` made it."""

    sort: str = "date"
    order: str = "desc"
    page: int = 1
    per_page: int = PER_PAGE
    seed: int = 0
    text: str = ""
    tag: str | None = None
    folder: str | None = None
    favorite: bool = False
    rating_at_least: int = 0
    viewed: bool = False

    @classmethod
    def parse(cls, asked: dict[str, str], **fixed: object) -> Query:
        """A query from an address; `fixed` is what the page itself decides. Nothing is refused: what cannot
        be read falls back to the default, numbers are brought into range."""
        sort = asked.get("sort", "")
        if (sort not in SORTS and sort not in _OTHER_SORTS) or (sort == RELEVANCE and not fixed.get("text")):
            sort = str(fixed.get("sort", "date"))
        order = asked.get("order", "")
        if order not in ("asc", "desc"):
            order = str(fixed.get("order", "")) if sort == fixed.get("sort") and "order" in fixed else ""
            order = order or (SORTS[sort][1] if sort in SORTS else "asc")
        made = cls(
            sort=sort,
            order=order,
            page=whole_number(asked.get("page"), 1, 1, _FARTHEST_PAGE),
            per_page=whole_number(asked.get("per_page"), PER_PAGE, 1, PER_PAGE_MOST),
            seed=whole_number(asked.get("seed"), 0, 0, 2**31),
        )
        rest = {name: value for name, value in fixed.items() if name not in ("sort", "order")}
        return replace(made, **rest)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Page:
    videos: tuple[Video, ...]
    total: int
    page: int
    pages: int
    query: Query


def browse(snapshot: Snapshot, query: Query) -> Page:
    """The page of videos that a query asks for; the last one when it asks for more than there are."""
    chosen = sort(select(snapshot, query), snapshot.marks, query)
    pages = max(1, -(-len(chosen) // query.per_page))
    page = min(query.page, pages)
    first = (page - 1) * query.per_page
    return Page(tuple(chosen[first : first + query.per_page]), len(chosen), page, pages, replace(query, page=page))


def select(snapshot: Snapshot, query: Query) -> list[Video]:
    """The videos that a query lets through, in no order."""
    marks = snapshot.marks
    present = snapshot.library.present
    chosen: Iterable[Video] = present.values()
    if query.tag is not None:
        _, ids = marks.tagged.get(caseless(query.tag), (None, frozenset()))
        chosen = (present[video_id] for video_id in ids if video_id in present)
    if query.favorite:
        chosen = (video for video in chosen if video.id in marks.favorites)
    if query.rating_at_least:
        chosen = (video for video in chosen if marks.ratings.get(video.id, 0) >= query.rating_at_least)
    if query.viewed:
        chosen = (video for video in chosen if marks.views.get(video.id))
    if query.folder is not None:
        inside = query.folder + "/"
        chosen = (video for video in chosen if video.folder == query.folder or video.folder.startswith(inside))
    if query.text:
        asked = words(query.text)
        chosen = (video for video in chosen if matches(asked, video, marks.tags.get(video.id, ())))
    return list(chosen)


def sort(videos: list[Video], marks: Marks, query: Query) -> list[Video]:
    if query.sort == "random":
        videos.sort(key=lambda video: video.id)
        random.Random(query.seed).shuffle(videos)
        return videos
    if query.sort == RELEVANCE:
        return by_relevance(videos, query.text, marks)
    value, _ = SORTS[query.sort]
    videos.sort(key=lambda video: (video.sort_title, video.id))
    if query.sort != "title":
        videos.sort(key=lambda video: value(video, marks), reverse=query.order == "desc")
    elif query.order == "desc":
        videos.reverse()
    return videos


def partial_tags(snapshot: Snapshot, asked: str) -> tuple[Tag, ...]:
    """Tags that hold the asked one as a part: what the original server's /tag addresses used to match."""
    part = caseless(asked.lstrip("#").strip())
    tags = (tag for folded, (tag, _) in snapshot.marks.tagged.items() if part and part in folded)
    return tuple(sorted(tags, key=lambda tag: tag.folded))


def whole_number(text: str | None, default: int, least: int, most: int) -> int:
    """A number from an address, brought into range; the default when it is none."""
    # Eleven characters are more than any number in range; int() of a longer text takes its time.
    if text is None or len(text) > 11 or not text.lstrip("-").isdecimal():
        return most if text and text.isdecimal() else default
    try:
        return min(max(int(text), least), most)
    except ValueError:
        return default
