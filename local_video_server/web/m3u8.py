"""A list of videos as a file for other players: extended M3U in UTF-8, which most of them call .m3u8.

Source: RFC 8216 section 4.3 for the tags they share; a film's length is whole seconds, -1 where it is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..library.snapshot import Library, Snapshot
from ..library.video import Status, Video

CONTENT_TYPE = "application/vnd.apple.mpegurl; charset=utf-8"


def m3u8(name: str, videos: Iterable[tuple[Video, str]]) -> str:
    """The file: a name for all, then each video with its whole address. A name never ends its line."""
    lines = ["#EXTM3U", f"#PLAYLIST:{_line(name)}"]
    for video, address in videos:
        seconds = -1 if video.duration_s is None else max(1, round(video.duration_s))
        lines += [f"#EXTINF:{seconds},{_line(video.title)}", address]
    return "\n".join(lines) + "\n"


def ready(snapshot: Snapshot, videos: Iterable[Video | None]) -> list[Video]:
    """Those that another player could open now."""
    return [video for video in videos if video is not None and snapshot.status(video) is Status.READY]


def below(library: Library, folder: str) -> Sequence[Video]:
    """The videos in a folder and in those inside it, as a file list shows them."""
    inside = (path for path in library.folders_with_videos if f"{path}/".startswith(f"{folder}/"))
    return [video for path in inside for video in library.folders[path].videos]


def _line(text: str) -> str:
    return " ".join(text.split())
