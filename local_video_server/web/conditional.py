"""Conditional requests: whether a file is sent, which part of it, or why not.

One pure decision in the order that RFC 9110 section 13.2.2 gives. Header texts and the file's validators come
in, a status and a slice come out; requests, answers and files are not known here. Dates are read by a parser
of our own: `email.utils` takes much that is no HTTP date, and raises OverflowError on a hostile one.
"""

from __future__ import annotations

import calendar
import re
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from .byte_ranges import ByteRange, RangeUnsatisfiable
from .byte_ranges import parse as parse_range


class Headers(Protocol):
    """What is asked of request headers; a dict and Flask's `request.headers` both do."""

    def get(self, key: str, /) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """status is 200, 206, 304, 412 or 416; byte_range is there with 206 alone."""

    status: int
    byte_range: ByteRange | None = None

    def span(self, size_bytes: int) -> tuple[int, int]:
        """The first byte to send, and the one behind the last."""
        return (self.byte_range.first, self.byte_range.last + 1) if self.byte_range else (0, size_bytes)


def decide(method: str, headers: Headers, etag: str, modified_s: int, size_bytes: int) -> Verdict:
    """What to answer a request for a file that exists.

    Units   etag strong and with its quotes; modified_s as sent in Last-Modified: whole seconds since 1970.
    Source  RFC 9110 sections 13.1, 13.2.2 and 14.2.
    """
    if method in ("OPTIONS", "TRACE", "CONNECT"):
        return Verdict(200)  # 13.2.1: they select no representation, so nothing about it can be a condition
    if not _is_as_expected(headers, etag, modified_s):
        return Verdict(412)
    reads = method in ("GET", "HEAD")
    if _is_known_to_client(reads, headers, etag, modified_s):
        return Verdict(304 if reads else 412)
    # 14.2: Range means something for GET alone; a HEAD with it is answered as for the whole.
    if method != "GET" or not _may_be_partial(headers.get("If-Range"), etag, modified_s):
        return Verdict(200)
    try:
        byte_range = parse_range(headers.get("Range"), size_bytes)
    except RangeUnsatisfiable:
        return Verdict(416)
    return Verdict(206, byte_range) if byte_range else Verdict(200)


def _is_as_expected(headers: Headers, etag: str, modified_s: int) -> bool:
    """Steps 1 and 2: If-Match, and only without it If-Unmodified-Since."""
    if (tags := headers.get("If-Match")) is not None:
        return _is_any(tags) or etag in _entity_tags(tags)  # strong: a W/ tag equals nothing
    unmodified_since = _http_date(headers.get("If-Unmodified-Since"))
    return unmodified_since is None or modified_s <= unmodified_since


def _is_known_to_client(reads: bool, headers: Headers, etag: str, modified_s: int) -> bool:
    """Steps 3 and 4: If-None-Match, and only without it, for reading, If-Modified-Since."""
    if (tags := headers.get("If-None-Match")) is not None:
        # Weak comparison: proxies that compress turn our tag into W/"...".
        return _is_any(tags) or etag in (tag.removeprefix("W/") for tag in _entity_tags(tags))
    modified_since = _http_date(headers.get("If-Modified-Since")) if reads else None
    return modified_since is not None and modified_s <= modified_since


def _may_be_partial(validator: str | None, etag: str, modified_s: int) -> bool:
    """Step 5: whether what the client has is a part of this very file.

    8.8.2.2 calls a date weak while the file may change again within its second. That is not asked here, as it
    needs a clock: players resume by ETag, and a file is shown only after its copy has ended.
    """
    if validator is None:
        return True
    validator = validator.strip(_OPTIONAL_SPACE)
    if validator.startswith(('"', "W/")):
        return validator == etag
    return _http_date(validator) == modified_s


_OPTIONAL_SPACE = " \t"
# 8.8.3: a tag may hold any visible character but the quote, so commas too, and obs-text (0x80 and above).
# What is no tag is read over to the next comma.
_ENTITY_TAGS = re.compile(r'(?:\A|,)[ \t]*((?:W/)?"[\x21\x23-\x7e\x80-\U0010ffff]*")[ \t]*(?=,|\Z)')


def _is_any(tags: str) -> bool:
    return tags.strip(_OPTIONAL_SPACE) == "*"


def _entity_tags(tags: str) -> list[str]:
    """Every well-formed tag of a list, its W/ and quotes included."""
    return _ENTITY_TAGS.findall(tags)


# Not from `calendar`, whose names follow the locale.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH = "(?P<month>" + "|".join(_MONTHS) + ")"
_DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_WHOLE_DAY = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_CLOCK = "(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})"
_HTTP_DATES = tuple(  # 5.6.7: the one to write, and the two old ones that still MUST be read
    re.compile(pattern)
    for pattern in (
        f"{_DAY}, (?P<day>[0-9]{{2}}) {_MONTH} (?P<year>[0-9]{{4}}) {_CLOCK} GMT",
        f"{_WHOLE_DAY}, (?P<day>[0-9]{{2}})-{_MONTH}-(?P<year>[0-9]{{2}}) {_CLOCK} GMT",
        f"{_DAY} {_MONTH} (?P<day>[0-9]{{2}}| [0-9]) {_CLOCK} (?P<year>[0-9]{{4}})",
    )
)


def _http_date(text: str | None) -> int | None:
    """Whole seconds since 1970; None for what is no HTTP date, which every condition has to ignore."""
    if text is None:
        return None
    text = text.strip(_OPTIONAL_SPACE)
    match = next((match for pattern in _HTTP_DATES if (match := pattern.fullmatch(text))), None)
    if match is None:
        return None
    year, day, hour, minute, second = (int(match[part]) for part in ("year", "day", "hour", "minute", "second"))
    if len(match["year"]) == 2:
        year = _full_year(year, time.gmtime().tm_year)
    leap = int(second == 60)  # the grammar has leap seconds, datetime has not
    try:
        moment = datetime(year, _MONTHS.index(match["month"]) + 1, day, hour, minute, second - leap)
    except ValueError:
        return None
    return calendar.timegm(moment.timetuple()) + leap


def _full_year(two_digits: int, this_year: int) -> int:
    """5.6.7: the year of this century, but the last century's when that lies more than 50 years ahead."""
    year = this_year - this_year % 100 + two_digits
    return year - 100 if year > this_year + 50 else year
