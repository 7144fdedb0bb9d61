"""Text as people compare it and as machines may show it."""

from __future__ import annotations

import re
import unicodedata


def fold(text: str) -> str:
    """Text without case and accents, for comparing: "Zoë's" and "ZOE'S" are one.

    Compatibility decomposition, marks dropped, case folded (Unicode Standard, section 3.13, D146 without the
    combining marks). Scripts where a mark makes another letter lose that difference, as in every search box.
    """
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.translate(_TYPED))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold()


def caseless(text: str) -> str:
    """Text without case alone, for comparing what people typed: "Öl" and "öl" are one, "Ol" is another."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def natural(text: str) -> str:
    """Folded text that sorts as people count: "Part 2" before "Part 10"."""
    return _DIGITS.sub(lambda digits: digits[0].zfill(_DIGITS_SORTED), fold(text))


def shown(text: str) -> str:
    """A name from a disk in a form that can be sent: bytes that are no UTF-8 become U+FFFD, and control
    characters (which could steer a terminal or split a header) become U+FFFD too."""
    if text.isprintable():
        return text
    try:
        whole = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError:  # JSON may hold half a character, a disk never does
        whole = text
    return "".join("\ufffd" if unicodedata.category(letter) in _UNSHOWABLE else letter for letter in whole)


# Typographic marks, as the keys of a keyboard write them.
_TYPED = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "´": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‐": "-"})
_DIGITS = re.compile(r"[0-9]+")
_DIGITS_SORTED = 12  # as long as a date and time written together, YYYYMMDDhhmm

# Control characters, lone surrogates, and line and paragraph separators. Format characters (Cf) stay: emoji and
# Arabic need the joiners; the pages isolate names with <bdi> so that a direction mark cannot reach further.
_UNSHOWABLE = {"Cc", "Cs", "Zl", "Zp"}
