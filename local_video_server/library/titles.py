"""What a file name says: title, year, season and episode, quality, source.

People's own names stay as typed; only "scene names", made by the programs that share films and series, are
taken apart, and only on evidence: an episode number, a year where a year belongs, or words that nobody writes
by hand. For display alone: nothing is ever renamed by it. Every pattern is linear in the length of the name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from .formats import EXTENSIONS

_LINES = (480, 540, 576, 720, 1080, 1440, 2160, 4320)
_QUALITIES = {name: name for lines in _LINES for name in (f"{lines}p", f"{lines}i")}
_SOURCES = {
    **dict.fromkeys(("bluray", "bdrip", "brrip", "bdremux"), "BluRay"),
    **dict.fromkeys(("webdl", "webrip"), "WEB-DL"),
    **dict.fromkeys(("hdtv", "pdtv"), "HDTV"),
    **dict.fromkeys(("dvdrip", "dvdscr"), "DVD"),
}
_STRONG = frozenset({*_QUALITIES, *_SOURCES, "x264", "x265", "xvid"})
# What people write too ("clip in HEVC", "My DVD", "GoPro 4K test"): it counts only beside other evidence.
_HOME_QUALITIES = {"4k": "2160p", "uhd": "2160p", "8k": "4320p"}
_HOME_SOURCES = {"dvd": "DVD", "dvd5": "DVD", "dvd9": "DVD", "web": "WEB-DL", "vhsrip": "VHS"}
_TECHNICAL_WORDS = """
    h264 h265 hevc avc av1 vp9 divx mpeg2 8bit 10bit hdr hdr10 hdr10plus sdr dv dovi dts dtshd hd ma truehd
    atmos aac ac3 eac3 ddp dd flac opus mp3 remux amzn nf dsnp hmax
"""
_TECHNICAL = frozenset(_TECHNICAL_WORDS.split()).union(_STRONG, _HOME_QUALITIES, _HOME_SOURCES)
_EDITION_WORDS = """
    proper repack rerip extended uncut unrated remastered theatrical internal limited imax directors cut multi
    dual dl dubbed subbed german english french spanish italian
"""
_RELEASE = _TECHNICAL.union(_EDITION_WORDS.split())

# Nothing below is looked at in a name without one of these: a hundred thousand names are read at every start.
_HINT = re.compile(
    r"[0-9][pi](?![^\W_])|s[0-9]|[1-9]x[0-9][0-9]|x26|xvid|rip|ray|web|[hp]dtv|dvdscr|remux"
    r"|\((?:19|20)[0-9][0-9]\)|\.(?:19|20)[0-9][0-9](?:\.|\Z)"
)
# A word, or two that belong together; sound channels ("DDP5.1") stay with their word.
_WORD = re.compile(
    r"(?:blu-ray|web[-. _](?:dl|rip)|dvd-rip|hd-tv|h[. ]26[45])(?![^\W_])"
    r"|[^\W_]+(?:(?<=[257])\.[01](?![^\W_]))?",
    re.IGNORECASE,
)
_EPISODE = re.compile(
    r"(?<![^\W_])(?:s([0-9]{1,4})[ ._-]?e([0-9]{1,4})(?:-?e([0-9]{1,4})|-([0-9]{2,3}))?"
    # One figure only for the season: 10x15 is a photo, 16x10 a screen, 1920x1080 a picture.
    r"|0?([1-9])x([0-9]{2})(?:-(?:0?[1-9]x)?([0-9]{2}))?)(?![^\W_])",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)[0-9][0-9]")
_PLACED_YEAR = re.compile(r"(?<!^)\(((?:19|20)[0-9][0-9])\)")
_LATEST_BARE_YEAR = 2039  # Blade Runner 2049 and Cyberpunk 2077 are names
_GROUP_IN_FRONT = re.compile(r"\[[^\[\]]*\][ ._-]*")
# What cameras and phones write: letters with a number of three figures or more, or a date of eight figures.
_CAMERA_NAME = re.compile(r"[A-Z]{2,5}[_-]?[0-9]{3}|.*?[0-9]{8}", re.DOTALL)
_PLAIN_WORD = re.compile(r"[^\W\d_]{2,}|[^\W\d_\x00-\x7f]")
# Not between figures (dates, times, 2.5), and not between single letters (S.W.A.T, E.T).
_SEPARATOR = re.compile(
    r"(?<![0-9])_|_(?![0-9])|(?<=[0-9])\.(?![0-9])|(?<=\b[^\W\d_])\.(?![^\W\d_]\b)|(?<![0-9])(?<!\b[^\W\d_])\."
)


@dataclass(frozen=True, slots=True)
class Title:
    """`text` is what is shown and is never empty. `source` is BluRay, WEB-DL, HDTV, DVD or VHS."""

    text: str
    year: int | None = None
    season: int | None = None
    episode: int | None = None
    last_episode: int | None = None  # of a file that holds several
    quality: str | None = None
    source: str | None = None
    episode_name: str | None = None

    @property
    def label(self) -> str:
        """The title with what tells it from its like: "Show Name – S01E02", "Dune (1984)"."""
        if self.season is not None and self.episode is not None and not _EPISODE.search(self.text):
            last = f"-E{self.last_episode:02}" if self.last_episode else ""
            parts = (self.text, f"S{self.season:02}E{self.episode:02}{last}", self.episode_name)
            return " – ".join(part for part in parts if part)
        year = f"({self.year})"
        return self.text if self.year is None or year in self.text else f"{self.text} {year}"


class _Word(NamedTuple):
    start: int
    end: int
    key: str  # in small letters, without what joins its parts


def parse(file_name: str) -> Title:
    """What a file name, with or without its extension, says."""
    stem, dot, extension = file_name.rpartition(".")
    if not dot or extension.lower() not in EXTENSIONS or not stem.strip():
        stem = file_name
    is_spaced = len(stem.split(None, 1)) > 1
    if _HINT.search(stem.lower()) is None:
        return Title(_as_typed(stem, is_spaced))
    episode = _EPISODE.search(stem)
    if episode is not None:
        return _episode_title(stem, is_spaced, episode)
    return _film_title(stem, is_spaced)


def _film_title(stem: str, is_spaced: bool) -> Title:
    words = _words(stem)
    cut = _release_start(stem, words, is_spaced)
    year, year_at = _year_at_end(stem, words[:cut], has_evidence=cut < len(words), is_spaced=is_spaced)
    if year is not None:
        cut = year_at
    elif placed := _PLACED_YEAR.findall(stem):
        year = int(placed[-1])
    if cut == len(words):
        return Title(_as_typed(stem, is_spaced), year)
    quality, source = _quality_and_source(words[cut:])
    return Title(_shown(stem[: words[cut].start], is_spaced) or stem, year, quality=quality, source=source)


def _episode_title(stem: str, is_spaced: bool, match: re.Match[str]) -> Title:
    numbers = [int(digits) for digits in match.groups() if digits]
    season, episode, last_episode = (*numbers, None)[:3]
    head, rest = stem[: match.start()], stem[match.end() :]
    words = _words(head)
    year, year_at = _year_at_end(head, words, has_evidence=True, is_spaced=is_spaced)
    quality, source = _quality_and_source(_words(rest))
    text = _shown(head if year is None else head[: words[year_at].start], is_spaced)
    return Title(
        text or _as_typed(stem, is_spaced),
        year,
        season,
        episode,
        last_episode if last_episode and episode and last_episode > episode else None,
        quality,
        source,
        _episode_name(rest, is_spaced) if text else None,
    )


def _episode_name(rest: str, is_spaced: bool) -> str | None:
    words = _words(rest)
    end = next((at for at, word in enumerate(words) if word.key in _STRONG), None)
    if end is None and rest.startswith("-") and not is_spaced:
        return None  # only the name of the group that made the file
    end = len(words) if end is None else end
    while end and words[end - 1].key in _TECHNICAL:
        end -= 1
    name = rest[: words[end].start] if end < len(words) else rest
    return _shown(name.lstrip(" ._-"), is_spaced) or None


def _words(text: str) -> list[_Word]:
    return [_Word(match.start(), match.end(), _key(match.group())) for match in _WORD.finditer(text)]


def _key(word: str) -> str:
    key = word.lower()
    if key[-2:-1] == ".":
        return key[:-3] or "dd"  # the sound's channels: 5.1 alone is known as sound
    return key if key.isalnum() else re.sub(r"[-. _]", "", key)


def _release_start(stem: str, words: list[_Word], is_spaced: bool) -> int:
    """Index of the first word about the release and not the film; the number of words when there is none."""
    first = next((at for at, word in enumerate(words) if at and word.key in _STRONG), None)
    if first is None:
        return len(words)
    while first > 1 and words[first - 1].key in _TECHNICAL:
        first -= 1
    tail = words[first:]
    known = sum(word.key in _TECHNICAL for word in tail)
    is_all_known = all(_is_about_release(stem, word, words[-1]) for word in tail)
    if is_spaced:  # people write "Trip 1080p", but also "recorded from HDTV" and "1080p test"
        is_release = known > 2 or (is_all_known and (known > 1 or tail[0].key in _QUALITIES))
    else:
        is_release = known > 1 or is_all_known or _is_bare_year(words, first - 1)
    return first if is_release else len(words)


def _is_about_release(stem: str, word: _Word, last: _Word) -> bool:
    before, behind = stem[word.start - 1 : word.start], stem[word.end : word.end + 1]
    is_bracketed = before == "[" or behind == "]"
    is_group = word is last and before == "-" and not stem[word.start - 2].isspace()  # "x264-GRP"
    return word.key in _RELEASE or is_bracketed or is_group


def _year_at_end(stem: str, words: list[_Word], *, has_evidence: bool, is_spaced: bool) -> tuple[int | None, int]:
    """The year that ends the title, and its word's index. Words about the release may stand behind it."""
    at = len(words) - 1
    skipped = _RELEASE if has_evidence else _TECHNICAL  # "Blade Runner (1982) Directors Cut" is as typed
    while at > 0 and words[at].key in skipped:
        at -= 1
    if at < 1 or not _YEAR.fullmatch(words[at].key):
        return None, at
    before, behind = stem[words[at].start - 1], stem[words[at].end : words[at].end + 1]
    is_placed = before == "(" and behind == ")"
    is_bare = _is_bare_year(words, at) and (has_evidence or (before == "." and not is_spaced))
    return (int(words[at].key) if is_placed or is_bare else None), at


def _is_bare_year(words: list[_Word], at: int) -> bool:
    """Whether a number without parentheses is a year: not the first word, of a date, or of the future."""
    key = words[at].key
    if at < 1 or not _YEAR.fullmatch(key) or int(key) > _LATEST_BARE_YEAR:
        return False
    two_before = [word.key for word in words[max(0, at - 2) : at]]
    return not (len(two_before) == 2 and all(len(part) < 3 and part.isdecimal() for part in two_before))


def _quality_and_source(words: list[_Word]) -> tuple[str | None, str | None]:
    qualities, sources = _QUALITIES | _HOME_QUALITIES, _SOURCES | _HOME_SOURCES
    keys = [word.key for word in words]
    return (
        next((qualities[key] for key in keys if key in qualities), None),
        next((sources[key] for key in keys if key in sources), None),
    )


def _as_typed(stem: str, is_spaced: bool) -> str:
    """A name without evidence: dots and underscores become spaces only where they plainly stand for them."""
    if is_spaced or ("_" not in stem and "." not in stem) or ".." in stem:
        return stem
    if len(_PLAIN_WORD.findall(stem)) < 2 or _CAMERA_NAME.match(stem):
        return stem
    return _without_separators(stem) or stem


def _shown(text: str, is_spaced: bool) -> str:
    """A title that was cut out of a scene name, without what joined it to the rest."""
    text = _GROUP_IN_FRONT.sub("", text, count=1) if text.startswith("[") else text
    return text.strip().rstrip(" -([{") if is_spaced else _without_separators(text.rstrip("._-([{"))


def _without_separators(text: str) -> str:
    return " ".join(_SEPARATOR.sub(" ", text).split())
