"""What to watch next: videos like this one, and its neighbours in the folder."""

from __future__ import annotations

from .snapshot import Snapshot
from .text import fold
from .video import Video

SHOWN = 12
_REACH = 40  # titles to each side that are worth comparing
_MOST_CANDIDATES = 2000  # of a tag or folder that holds everything, a part is enough


def related(snapshot: Snapshot, video: Video, count: int = SHOWN) -> tuple[Video, ...]:
    """At most `count` videos: shared tags weigh most, then the folder, then words of the title; of equals the
    better rated come first."""
    library, marks = snapshot.library, snapshot.marks
    tags = {tag.folded for tag in marks.tags.get(video.id, ())}
    title_words = {word for word in fold(video.title).split() if len(word) > 2}
    candidates: dict[int, Video] = {}
    for folded in tags:
        for video_id in sorted(marks.tagged[folded][1])[:_MOST_CANDIDATES]:
            if video_id in library.present:
                candidates[video_id] = library.present[video_id]
    folder = library.folders.get(video.folder)
    for other in folder.videos[:_MOST_CANDIDATES] if folder else ():
        candidates[other.id] = other
    for other in library.neighbours_by_title(video, _REACH):
        candidates[other.id] = other
    candidates.pop(video.id, None)

    def weight(other: Video) -> float:
        shared = sum(tag.folded in tags for tag in marks.tags.get(other.id, ()))
        alike = len(title_words & set(fold(other.title).split())) / (len(title_words) or 1)
        return 10 * shared + 4 * (other.folder == video.folder) + 5 * alike

    weighed = [(weight(other), other) for other in candidates.values()]
    kept = [(found, other) for found, other in weighed if found > 0]
    kept.sort(key=lambda pair: (-pair[0], -marks.ratings.get(pair[1].id, 0), pair[1].sort_title, pair[1].id))
    return tuple(other for _, other in kept[:count])


def neighbours(snapshot: Snapshot, video: Video) -> tuple[Video | None, Video | None]:
    """The video before and the one after in the same folder, by file name."""
    folder = snapshot.library.folders.get(video.folder)
    videos = folder.videos if folder else ()
    for at, other in enumerate(videos):
        if other.id == video.id:
            before = videos[at - 1] if at else None
            return before, videos[at + 1] if at + 1 < len(videos) else None
    return None, None
