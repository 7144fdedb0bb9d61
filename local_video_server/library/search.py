"""Which videos a search finds, and which comes first.

All words have to be there, in any order, as any part of title, file name, folder or a tag; case and accents do
not count. A linear walk: 11 ms at 100,000 videos (design.md section 4), and no index to keep in step.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .marks import Marks, Tag
from .text import fold
from .video import Video

LONGEST = 500  # characters of a search that are looked at
MOST_WORDS = 20


def words(text: str) -> tuple[str, ...]:
    """The words of a search as they are compared; a # in front of a tag is dropped."""
    folded = (word.lstrip("#") for word in fold(text[:LONGEST]).split()[:MOST_WORDS])
    return tuple(word for word in folded if word)


def matches(asked: Sequence[str], video: Video, tags: Iterable[Tag]) -> bool:
    searched = video.search_text
    missing = [word for word in asked if word not in searched]
    if not missing:
        return bool(asked)
    tagged = "\n".join(fold(tag.name) for tag in tags)
    return bool(tagged) and all(word in tagged for word in missing)


def by_relevance(videos: Iterable[Video], text: str, marks: Marks) -> list[Video]:
    """Best first: the phrase in the title, all words in the title, a word in the title, in the file name, in
    the folder, in a tag alone; then better rated, then by title."""
    asked = words(text)
    phrase = " ".join(asked)

    def rank(video: Video) -> tuple[int, int, str, int]:
        title = fold(video.title)
        if phrase in title:
            place = 0 if title.startswith(phrase) else 1
        elif all(word in title for word in asked):
            place = 2
        elif any(word in title for word in asked):
            place = 3
        elif any(word in fold(video.name) for word in asked):
            place = 4
        else:
            place = 5 if any(word in video.search_text for word in asked) else 6
        return place, -marks.ratings.get(video.id, 0), video.sort_title, video.id

    return sorted(videos, key=rank)
