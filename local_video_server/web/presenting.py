"""How values are shown: the filters of the templates, and a video as JSON."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

from ..library.history import local
from ..library.poster import SMALLER_TOO, Poster
from ..library.snapshot import Snapshot
from ..library.video import Video

_FIRST_DAY, _LAST_DAY = -62135424000, 253402128000  # of the years 1 and 9999, two days within: zones move them
_UNITS = ("bytes", "KB", "MB", "GB", "TB")


def length(seconds: float | None) -> str:
    """How long something is: as a player shows it, and never nothing."""
    return "" if seconds is None else clock(max(1.0, seconds))


def clock(seconds: float) -> str:
    """A place in a video as on a player: 0:00, 12:05, 1:02:03."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def spoken(seconds: float | None) -> str:
    """A length for a screen reader and for machines: the duration of ISO 8601, as <time> takes it."""
    whole = max(1, round(seconds or 0))
    return f"PT{whole // 3600}H{whole % 3600 // 60}M{whole % 60}S"


def size(count: int | None) -> str:
    """Bytes as people say them, in powers of 1000."""
    value = float(count or 0)
    for unit in _UNITS:
        if value < 1000 or unit == _UNITS[-1]:
            break
        value /= 1000
    return f"{value:.0f} {unit}" if unit == "bytes" or value >= 100 else f"{value:.1f} {unit}"


def day(seconds: float | None) -> str:
    """A date as the clocks in the house show it; so do all that follow but `moment`."""
    return _date(seconds).astimezone().strftime("%-d %B %Y") if seconds is not None else ""


def day_and_time(seconds: float | None) -> str:
    return _date(seconds).astimezone().strftime("%-d %B %Y, %H:%M") if seconds is not None else ""


def weekday(day: date) -> str:
    return day.strftime("%A, %-d %B %Y")


def hour(seconds: float) -> str:
    """A time of day as the clocks in the house show it."""
    return local(seconds).strftime("%H:%M")


def ago(seconds: float) -> str:
    """How long since, in the largest unit that fills."""
    for unit, one in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= one:
            return f"{count(int(seconds // one), unit, unit + 's')} ago"
    return "just now"


def lasting(seconds: float | None) -> str:
    """How long in words, in its two largest units: 3 days 4 h, 12 min, 40 s."""
    if seconds is None:
        return ""
    whole = max(0, round(seconds))
    days, hours, minutes = whole // 86400, whole % 86400 // 3600, whole % 3600 // 60
    if days:
        return count(days, "day", "days") + (f" {hours} h" if hours else "")
    if hours:
        return f"{hours} h" + (f" {minutes} min" if minutes else "")
    return f"{minutes} min" if minutes else f"{whole} s"


def milliseconds(value: float | None) -> str:
    """A latency: 0.4 ms, 12 ms, 1.2 s; a dash for what was not measured."""
    if value is None:
        return "–"
    if value >= 999.5:
        return f"{value / 1000:.1f} s"
    return f"{value:.1f} ms" if 0 < value < 9.95 else f"{value:.0f} ms"


def percent(value: float | None) -> str:
    """Of 100; what is little but not nothing is not shown as 0."""
    if value is None:
        return "–"
    if 0 < value < 0.05:
        return "under 0.1 %"
    return f"{value:.1f}".removesuffix(".0") + " %" if value < 9.95 else f"{value:.0f} %"


def number(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


def moment(seconds: float | None) -> str:
    """A time as RFC 3339 in UTC."""
    if seconds is None:
        return ""
    return _date(seconds).isoformat(timespec="seconds").replace("+00:00", "Z")


def _date(seconds: float) -> datetime:
    # Cameras and disks that went wrong date files in years that no calendar holds.
    return datetime.fromtimestamp(min(max(seconds, _FIRST_DAY), _LAST_DAY), UTC)


def count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def shape(video: Video) -> str:
    return f"{video.width} × {video.height}" if video.width and video.height else ""


def tones_of(key: str) -> str:
    """Two colours for a video whose picture is not there yet (poster.py tells how they are written)."""
    hue = sum(map(ord, key)) % 16
    return f"{hue:x}17{(hue + 1) % 16:x}15"


def tone_classes(tones: str) -> str:
    """The classes that paint them: hue, chroma and lightness above, then below."""
    return " ".join(map("".join, zip(("h", "c", "l", "k", "d", "m"), tones, strict=True)))


def poster_url(poster: Poster, side: int, kind: str = "jpg") -> str:
    """The address of one of its pictures. What it shows never changes."""
    return f"/thumbnails/{poster.stamp}-{side}.{kind}"


def poster_set(poster: Poster, kind: str = "jpg") -> str:
    """The pictures of a tile to choose from, as `srcset` takes them."""
    sides = [side for side in poster.sides if side in SMALLER_TOO]
    return ", ".join(f"{poster_url(poster, side, kind)} {poster.width_at(side)}w" for side in sides)


def address(text: str) -> str:
    """A name as part of an address; slashes stay."""
    return quote(text.encode("utf-8", "replace"), safe="/")


FILTERS = {
    "clock": clock,
    "length_of": length,
    "spoken": spoken,
    "size": size,
    "day": day,
    "day_and_time": day_and_time,
    "weekday": weekday,
    "hour": hour,
    "ago": ago,
    "lasting": lasting,
    "milliseconds": milliseconds,
    "percent": percent,
    "number": number,
    "moment": moment,
    "shape": shape,
    "tones_of": tones_of,
    "tone_classes": tone_classes,
    "poster_url": poster_url,
    "poster_set": poster_set,
    "address": address,
    "count": count,
}


def video_json(snapshot: Snapshot, video: Video) -> dict[str, Any]:
    """A video as every JSON answer shows it (design.md section 1)."""
    marks, poster = snapshot.marks, snapshot.posters.of.get(video.id)
    return {
        "key": video.key,
        "filename": video.filename,
        "title": video.title,
        "folder": video.folder,
        "status": snapshot.status(video).value,
        "duration_seconds": video.duration_s,
        "size_bytes": video.size_bytes,
        "width": video.width,
        "height": video.height,
        "container": video.container,
        "video_codec": video.video_codec,
        "audio_codecs": list(video.audio_codecs),
        "added_at": moment(video.added_at),
        "rating": marks.ratings.get(video.id),
        "views": marks.views.get(video.id, 0),
        "favorite": video.id in marks.favorites,
        "tags": [tag.name for tag in marks.tags.get(video.id, ())],
        "watch_url": f"/watch/{video.key}",
        "video_url": f"/video/{video.key}",
        "thumbnail_url": poster_url(poster, poster.sides[:2][-1]) if poster else None,
    }


def whole_video_json(snapshot: Snapshot, video: Video) -> dict[str, Any]:
    """The same with everything that is known of the file."""
    facts = video.facts
    more = asdict(facts) if facts else {}
    return video_json(snapshot, video) | {
        "broken_reason": video.broken_reason,
        "bit_rate": more.get("bit_rate"),
        "video_tracks": more.get("video", []),
        "audio_tracks": more.get("audio", []),
        "subtitle_tracks": more.get("subtitles", []),
        "chapters": more.get("chapters", []),
    }
