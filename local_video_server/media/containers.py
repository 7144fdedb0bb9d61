"""Which container a file really is, and which kinds are opened at all.

The first bytes and ffmpeg's own finding decide, never the name. What only points to other files or hosts
(playlists, manifests, scripts, image lists) is not on the list, so a hostile file opens nothing but itself.
"""

from __future__ import annotations

# ffmpeg's demuxer -> key of formats.CONTAINERS. Bare streams of pictures have no container of their own and
# count as "mpeg". mov and matroska are families: the file's own words decide further, below.
VIDEO_DEMUXERS: dict[str, str] = {
    "mov,mp4,m4a,3gp,3g2,mj2": "mp4",
    "matroska,webm": "mkv",
    "mpegts": "mpegts",
    "mpeg": "mpeg",
    "mpegvideo": "mpeg",
    "h264": "mpeg",
    "hevc": "mpeg",
    "m4v": "mpeg",
    "avi": "avi",
    "asf": "asf",
    "flv": "flv",
    "ogg": "ogg",
    "mxf": "mxf",
    "rm": "rm",
}
# Only pictures, one after the other: no header, no times, no length.
BARE_STREAMS = frozenset({"mpegvideo", "h264", "hevc", "m4v"})
# Opened so that the reason can be "only sound" instead of "not a video file".
SOUND_DEMUXERS = ("mp3", "aac", "flac", "wav", "ac3", "eac3", "dts")

OPEN_OPTIONS: dict[str, str] = {
    "format_whitelist": ",".join((*VIDEO_DEMUXERS, *SOUND_DEMUXERS)),
    "protocol_whitelist": "file",
    # A QuickTime file may name another file that holds its pictures ("dref"); off is ffmpeg's default, and
    # it has to stay off.
    "enable_drefs": "0",
    "use_absolute_path": "0",
}

EBML = b"\x1aE\xdf\xa3"
_DOC_TYPE = b"\x42\x82"


def container_of(demuxer: str, major_brand: str | None, head: bytes) -> str:
    """The key of formats.CONTAINERS, by ffmpeg's finding, the `ftyp` brand and the file's first bytes."""
    if demuxer == "mov,mp4,m4a,3gp,3g2,mj2":
        if major_brand is None or major_brand.strip() == "qt":  # QuickTime before 2001 wrote no brand
            return "mov"
        return "3gp" if major_brand.startswith("3g") else "mp4"
    if demuxer == "matroska,webm":
        return "webm" if doc_type(head) == "webm" else "mkv"
    return VIDEO_DEMUXERS[demuxer]


def doc_type(head: bytes) -> str | None:
    """The DocType in the EBML header at the start of a file, or None. Source: RFC 8794 section 11.2."""
    if not head.startswith(EBML):
        return None
    length, position = _number(head, len(EBML))
    end = min(position + length, len(head))
    while position < end:
        identifier_length = _width(head[position])
        identifier = head[position : position + identifier_length]
        length, position = _number(head, position + identifier_length)
        if identifier == _DOC_TYPE:
            return head[position : position + length].rstrip(b"\0").decode("ascii", "replace")
        position += length
    return None


def _number(head: bytes, position: int) -> tuple[int, int]:
    """An EBML number and the position behind it; past the end of `head` it is 0."""
    if position >= len(head):
        return 0, len(head)
    width = _width(head[position])
    value = head[position] & (0xFF >> width)
    for byte in head[position + 1 : position + width]:
        value = value << 8 | byte
    return value, position + width


def _width(first: int) -> int:
    """How many bytes an EBML number has: the leading zero bits of its first byte, and one. 9 is damage."""
    return 9 - first.bit_length()
