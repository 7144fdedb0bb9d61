"""The Content-Disposition header: a name that every system can save under."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

_NOT_IN_NAMES = '<>:"/\\|?*%'  # refused by Windows in names; a percent sign confuses old browsers
_LONGEST_BYTES = 200  # most file systems take 255 bytes, and browsers add " (1).part"
_LONGEST_EXTENSION = 20  # what is longer behind a dot is no extension


def content_disposition(name: str, is_download: bool) -> str:
    """The header for a file of this name, plain and in UTF-8 (RFC 6266; RFC 8187)."""
    safe = safe_name(name)
    stem, dot, extension = safe.rpartition(".") if "." in safe else (safe, "", "")
    stem = _ascii(stem)
    plain = (stem if stem.strip("._ -") else "video") + dot + _ascii(extension)
    kind = "attachment" if is_download else "inline"
    encoded = quote(safe.encode("utf-8", "replace"), safe="!#$&+^`|~")
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{encoded}"


def safe_name(name: str) -> str:
    """A name without what steers a shell, a terminal or a file system; its extension stays."""
    kept = _harmless(name).strip(" .")
    stem, dot, extension = kept.rpartition(".")
    if len(extension) > _LONGEST_EXTENSION:
        stem, dot, extension = kept, "", ""
    while len(kept.encode("utf-8", "replace")) > _LONGEST_BYTES and stem:
        stem = stem[:-1]
        kept = stem + dot + extension
    return kept or "video"


def _ascii(text: str) -> str:
    """What is left of it in ASCII. Wide letters become plain ones, also the quotation mark that ends a name."""
    return _harmless(unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()).strip(" ")


def _harmless(text: str) -> str:
    return "".join(
        "_" if letter in _NOT_IN_NAMES or unicodedata.category(letter).startswith("C") else letter for letter in text
    )
