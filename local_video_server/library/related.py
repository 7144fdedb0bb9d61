"""What to watch next: videos like this one, and its neighbours in the folder."""

from __future__ import annotations

from .snapshot import Snapshot
from .text import fold
from .video import Status, Video

SHOWN = 12
_REACH = 40  # titles to each side that are worth comparing
_MOST_SIBLINGS, _FROM_A_SIBLING = 500, 3
_MOST_CANDIDATES = 2000  # of a tag or folder that holds everything, a part is enough


def related(snapshot: Snapshot, video: Video, count: int = SHOWN) -> tuple[Video, ...]:
    """At most `count` videos: shared tags weigh most, then the folder, then words of the title, then a
    folder beside (a film each has one of its own); of equals the better rated come first."""
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
    parent = library.folders.get(video.folder.rpartition("/")[0])
    for path in parent.folders[:_MOST_SIBLINGS] if parent else ():
        for other in library.folders[path].videos[:_FROM_A_SIBLING]:
            candidates[other.id] = other
    for other in library.neighbours_by_title(video, _REACH):
        candidates[other.id] = other
    candidates.pop(video.id, None)

    def weight(other: Video) -> float:
        shared = sum(tag.folded in tags for tag in marks.tags.get(other.id, ()))
        alike = len(title_words & set(fold(other.title).split())) / (len(title_words) or 1)
        is_near = parent is not None and other.folder.rpartition("/")[0] == parent.path
        return 10 * shared + 4 * (other.folder == video.folder) + 5 * alike + is_near

    weighed = [(weight(other), other) for other in candidates.values() if other.status is not Status.BROKEN]
    kept = [(found, other) for found, other in weighed if found > 0]
    kept.sort(key=lambda pair: (-pair[0], -marks.ratings.get(pair[1].id, 0), pair[1].sort_title, pair[1].id))
    return tuple(other for _, other in kept[:count])


def neighbours(snapshot: Snapshot, video: Video) -> tuple[Video | None, Video | None]:
    """The video before and the one after: by file name in the same folder, and at its end in the next folder
    that holds any."""
    folders = snapshot.library.folders
    here = folders.get(video.folder)
    videos = here.videos if here else ()
    at = next((number for number, other in enumerate(videos) if other.id == video.id), None)
    if at is None:
        return None, None
    places = snapshot.library.folders_with_videos
    place = places.index(video.folder)
    before = videos[at - 1] if at else folders[places[place - 1]].videos[-1] if place else None
    if at + 1 < len(videos):
        return before, videos[at + 1]
    return before, folders[places[place + 1]].videos[0] if place + 1 < len(places) else None
