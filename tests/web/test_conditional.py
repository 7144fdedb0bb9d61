"""RFC 9110 section 13, edge by edge: the order of 13.2.2, with Range and If-Range at its end."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from email.utils import formatdate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import Headers

from local_video_server.web.byte_ranges import ByteRange
from local_video_server.web.conditional import Verdict, decide

ETAG = '"5f3,a-1"'  # with a comma, so that a list cannot be cut at commas
SIZE_BYTES = 100
MODIFIED_S = 784111777
MODIFIED = "Sun, 06 Nov 1994 08:49:37 GMT"
OLD_MODIFIED = "Sunday, 06-Nov-94 08:49:37 GMT"
C_MODIFIED = "Sun Nov  6 08:49:37 1994"
BEFORE = "Sun, 06 Nov 1994 08:49:36 GMT"
AFTER = "Sun, 06 Nov 1994 08:49:38 GMT"
RANGE = {"Range": "bytes=10-19"}

WHOLE = Verdict(200)
PART = Verdict(206, ByteRange(10, 19))
UNCHANGED = Verdict(304)
FAILED = Verdict(412)
UNSATISFIABLE = Verdict(416)


def judge(headers: dict[str, str], method: str = "GET", size_bytes: int = SIZE_BYTES) -> Verdict:
    return decide(method, headers, ETAG, MODIFIED_S, size_bytes)


CONDITIONS = {
    "nothing asked": ({}, WHOLE),
    # If-Match: strong comparison
    "If-Match, the tag": ({"If-Match": ETAG}, WHOLE),
    "If-Match, any": ({"If-Match": "*"}, WHOLE),
    "If-Match, any with white space": ({"If-Match": " * "}, WHOLE),
    "If-Match, another tag": ({"If-Match": '"other"'}, FAILED),
    "If-Match, the tag made weak": ({"If-Match": f"W/{ETAG}"}, FAILED),
    "If-Match, in a list": ({"If-Match": f'"one", {ETAG}, "two"'}, WHOLE),
    "If-Match, in a list without it": ({"If-Match": '"5f3", "a-1"'}, FAILED),
    "If-Match, empty": ({"If-Match": ""}, FAILED),
    "If-Match, without quotes": ({"If-Match": ETAG.strip('"')}, FAILED),
    "If-Match, another case": ({"If-Match": ETAG.upper()}, FAILED),
    # If-Unmodified-Since
    "If-Unmodified-Since, the second": ({"If-Unmodified-Since": MODIFIED}, WHOLE),
    "If-Unmodified-Since, later": ({"If-Unmodified-Since": AFTER}, WHOLE),
    "If-Unmodified-Since, earlier": ({"If-Unmodified-Since": BEFORE}, FAILED),
    "If-Unmodified-Since, no date": ({"If-Unmodified-Since": "yesterday"}, WHOLE),
    "If-Unmodified-Since, overruled by If-Match": ({"If-Match": ETAG, "If-Unmodified-Since": BEFORE}, WHOLE),
    "If-Match fails in spite of the date": ({"If-Match": '"x"', "If-Unmodified-Since": MODIFIED}, FAILED),
    # If-None-Match: weak comparison
    "If-None-Match, the tag": ({"If-None-Match": ETAG}, UNCHANGED),
    "If-None-Match, the tag made weak": ({"If-None-Match": f"W/{ETAG}"}, UNCHANGED),
    "If-None-Match, small w": ({"If-None-Match": f"w/{ETAG}"}, WHOLE),
    "If-None-Match, any": ({"If-None-Match": "*"}, UNCHANGED),
    "If-None-Match, any among others": ({"If-None-Match": '"x", *'}, WHOLE),
    "If-None-Match, any in quotes": ({"If-None-Match": '"*"'}, WHOLE),
    "If-None-Match, another tag": ({"If-None-Match": '"other"'}, WHOLE),
    "If-None-Match, parts of the tag": ({"If-None-Match": '"5f3", "a-1"'}, WHOLE),
    "If-None-Match, the tag inside a longer one": ({"If-None-Match": '"x5f3,a-1"'}, WHOLE),
    "If-None-Match, last of a list": ({"If-None-Match": f'W/"a,b" ,\t"c",{ETAG}'}, UNCHANGED),
    "If-None-Match, in a list with empty elements": ({"If-None-Match": f",, ,{ETAG},"}, UNCHANGED),
    "If-None-Match, after a misspelt one": ({"If-None-Match": f"none, {ETAG}"}, UNCHANGED),
    "If-None-Match, after a tag with a space": ({"If-None-Match": f'"a b", {ETAG}'}, UNCHANGED),
    "If-None-Match, joined without a comma": ({"If-None-Match": f'"x"{ETAG}'}, WHOLE),
    "If-None-Match, with something behind it": ({"If-None-Match": f'{ETAG}"x"'}, WHOLE),
    "If-None-Match, without its last quote": ({"If-None-Match": ETAG[:-1]}, WHOLE),
    "If-None-Match, empty": ({"If-None-Match": ""}, WHOLE),
    "If-None-Match, an empty tag": ({"If-None-Match": '""'}, WHOLE),
    # If-Modified-Since
    "If-Modified-Since, the second": ({"If-Modified-Since": MODIFIED}, UNCHANGED),
    "If-Modified-Since, later": ({"If-Modified-Since": AFTER}, UNCHANGED),
    "If-Modified-Since, earlier": ({"If-Modified-Since": BEFORE}, WHOLE),
    "If-Modified-Since, RFC 850": ({"If-Modified-Since": OLD_MODIFIED}, UNCHANGED),
    "If-Modified-Since, asctime": ({"If-Modified-Since": C_MODIFIED}, UNCHANGED),
    "If-Modified-Since, white space around": ({"If-Modified-Since": f" {MODIFIED}\t"}, UNCHANGED),
    "If-Modified-Since, overruled by another tag": (
        {"If-None-Match": '"other"', "If-Modified-Since": MODIFIED},
        WHOLE,
    ),
    "If-Modified-Since, overruled by an empty list": (
        {"If-None-Match": "", "If-Modified-Since": MODIFIED},
        WHOLE,
    ),
    "If-None-Match holds in spite of the date": (
        {"If-None-Match": ETAG, "If-Modified-Since": BEFORE},
        UNCHANGED,
    ),
    # the order of the steps
    "412 before 304": ({"If-Match": '"other"', "If-None-Match": ETAG}, FAILED),
    "304 after If-Match": ({"If-Match": ETAG, "If-None-Match": ETAG}, UNCHANGED),
    "304 after If-Unmodified-Since": ({"If-Unmodified-Since": MODIFIED, "If-None-Match": ETAG}, UNCHANGED),
    "412 before a range": ({"If-Match": '"other"', **RANGE}, FAILED),
    "304 before a range": ({"If-None-Match": ETAG, **RANGE}, UNCHANGED),
    "304 by date before a range": ({"If-Modified-Since": MODIFIED, **RANGE}, UNCHANGED),
    "304 before 416": ({"If-None-Match": ETAG, "Range": "bytes=100-"}, UNCHANGED),
    "412 before 416": ({"If-Match": '"other"', "Range": "bytes=100-"}, FAILED),
    "range after all conditions hold": (
        {"If-Match": ETAG, "If-None-Match": '"other"', "If-Range": ETAG, **RANGE},
        PART,
    ),
    # Range
    "a range": (RANGE, PART),
    "a range past the end": ({"Range": "bytes=100-"}, UNSATISFIABLE),
    "two ranges": ({"Range": "bytes=0-1,5-6"}, WHOLE),
    "a misspelt range": ({"Range": "bytes=5-2"}, WHOLE),
    "an unknown unit": ({"Range": "items=0-1"}, WHOLE),
    # If-Range: strong comparison, dates exact
    "If-Range, the tag": ({"If-Range": ETAG, **RANGE}, PART),
    "If-Range, the tag with white space": ({"If-Range": f" {ETAG} ", **RANGE}, PART),
    "If-Range, the tag made weak": ({"If-Range": f"W/{ETAG}", **RANGE}, WHOLE),
    "If-Range, another tag": ({"If-Range": '"other"', **RANGE}, WHOLE),
    "If-Range, a list with the tag": ({"If-Range": f'{ETAG}, "other"', **RANGE}, WHOLE),
    "If-Range, any": ({"If-Range": "*", **RANGE}, WHOLE),
    "If-Range, empty": ({"If-Range": "", **RANGE}, WHOLE),
    "If-Range, without quotes": ({"If-Range": ETAG.strip('"'), **RANGE}, WHOLE),
    "If-Range, the second": ({"If-Range": MODIFIED, **RANGE}, PART),
    "If-Range, the second, RFC 850": ({"If-Range": OLD_MODIFIED, **RANGE}, PART),
    "If-Range, the second, asctime": ({"If-Range": C_MODIFIED, **RANGE}, PART),
    "If-Range, later": ({"If-Range": AFTER, **RANGE}, WHOLE),
    "If-Range, earlier": ({"If-Range": BEFORE, **RANGE}, WHOLE),
    "If-Range, no date": ({"If-Range": "yesterday", **RANGE}, WHOLE),
    "If-Range alone": ({"If-Range": ETAG}, WHOLE),
    "If-Range alone, another tag": ({"If-Range": '"other"'}, WHOLE),
    "If-Range holds, the range is past the end": ({"If-Range": ETAG, "Range": "bytes=100-"}, UNSATISFIABLE),
    "If-Range fails, the range is past the end": ({"If-Range": '"other"', "Range": "bytes=100-"}, WHOLE),
}


@pytest.mark.parametrize(("headers", "verdict"), CONDITIONS.values(), ids=CONDITIONS)
def test_a_get_is_answered_in_the_order_of_the_steps(headers: dict[str, str], verdict: Verdict) -> None:
    assert judge(headers) == verdict


@pytest.mark.parametrize(("headers", "verdict"), CONDITIONS.values(), ids=CONDITIONS)
def test_a_head_is_answered_like_a_get_without_ranges(headers: dict[str, str], verdict: Verdict) -> None:
    without_range = WHOLE if verdict.status in (206, 416) else verdict
    assert judge(headers, "HEAD") == without_range


@pytest.mark.parametrize(("headers", "verdict"), CONDITIONS.values(), ids=CONDITIONS)
def test_real_request_headers_are_read_in_any_case(headers: dict[str, str], verdict: Verdict) -> None:
    sent = Headers([(name.lower(), text) for name, text in headers.items()])
    assert decide("GET", sent, ETAG, MODIFIED_S, SIZE_BYTES) == verdict


OTHER_METHODS = {
    "PUT, any exists already": ("PUT", {"If-None-Match": "*"}, FAILED),
    "PUT, the tag": ("PUT", {"If-None-Match": ETAG}, FAILED),
    "PUT, another tag expected": ("PUT", {"If-Match": '"other"'}, FAILED),
    "DELETE, changed since": ("DELETE", {"If-Unmodified-Since": BEFORE}, FAILED),
    "POST, If-Modified-Since": ("POST", {"If-Modified-Since": MODIFIED}, WHOLE),
    "POST, Range": ("POST", RANGE, WHOLE),
    "POST, Range past the end": ("POST", {"Range": "bytes=100-"}, WHOLE),
    "OPTIONS, the tag": ("OPTIONS", {"If-None-Match": ETAG, "If-Match": '"other"', **RANGE}, WHOLE),
    "TRACE, another tag expected": ("TRACE", {"If-Match": '"other"'}, WHOLE),
    "get in small letters is no GET": ("get", RANGE, WHOLE),
}


@pytest.mark.parametrize(("method", "headers", "verdict"), OTHER_METHODS.values(), ids=OTHER_METHODS)
def test_other_methods_know_neither_304_nor_ranges(method: str, headers: dict[str, str], verdict: Verdict) -> None:
    assert judge(headers, method) == verdict


EMPTY = {
    "from the start": ({"Range": "bytes=0-"}, UNSATISFIABLE),
    "its end": ({"Range": "bytes=-5"}, WHOLE),
    "nothing asked": ({}, WHOLE),
}


@pytest.mark.parametrize(("headers", "verdict"), EMPTY.values(), ids=EMPTY)
def test_an_empty_file_has_no_range(headers: dict[str, str], verdict: Verdict) -> None:
    assert judge(headers, size_bytes=0) == verdict


NO_DATES = {
    "no weekday": "06 Nov 1994 08:49:37 GMT",
    "no zone": "Sun, 06 Nov 1994 08:49:37",
    "another zone": "Sun, 06 Nov 1994 08:49:37 PST",
    "an offset": "Sun, 06 Nov 1994 08:49:37 +0000",
    "a month in small letters": "Sun, 06 nov 1994 08:49:37 GMT",
    "a day of one digit": "Sun, 6 Nov 1994 08:49:37 GMT",
    "a day that does not exist": "Sun, 31 Nov 1994 08:49:37 GMT",
    "day 0": "Sun, 00 Nov 1994 08:49:37 GMT",
    "hour 24": "Sun, 06 Nov 1994 24:49:37 GMT",
    "minute 60": "Sun, 06 Nov 1994 08:60:37 GMT",
    "second 61": "Sun, 06 Nov 1994 08:49:61 GMT",
    "year 0": "Sun, 06 Nov 0000 08:49:37 GMT",
    "a year of forty digits": f"Sun, 06 Nov {'9' * 40} 08:49:37 GMT",
    "an offset of forty digits": f"Sun, 06 Nov 1994 08:49:37 +{'9' * 40}",
    "Arabic digits": "Sun, ٠٦ Nov 1994 08:49:37 GMT",
    "the seconds since 1970": str(MODIFIED_S),
    "ISO 8601": "1994-11-06T08:49:37Z",
    "two dates": f"{MODIFIED}, {MODIFIED}",
    "a parameter behind it, as Netscape sent": f"{MODIFIED}; length=100",
    "nothing": "",
}


@pytest.mark.parametrize("text", NO_DATES.values(), ids=NO_DATES)
def test_what_is_no_http_date_is_no_condition(text: str) -> None:
    long_ago = text.replace("1994", "1970")
    assert judge({"If-Modified-Since": text.replace("1994", "2094")}) == WHOLE
    assert judge({"If-Unmodified-Since": long_ago}) == WHOLE
    assert judge({"If-Range": text, **RANGE}) == WHOLE


def test_a_year_of_two_digits_is_at_most_fifty_years_ahead() -> None:
    this_year = datetime.now(UTC).year
    ahead = f"{(this_year + 50) % 100:02}"
    past = f"{(this_year + 51) % 100:02}"
    far_future = int(datetime(this_year + 40, 1, 1, tzinfo=UTC).timestamp())
    for two_digits, verdict in ((ahead, UNCHANGED), (past, WHOLE)):
        headers = {"If-Modified-Since": f"Sunday, 06-Nov-{two_digits} 08:49:37 GMT"}
        assert decide("GET", headers, ETAG, far_future, SIZE_BYTES) == verdict


def test_a_leap_second_is_a_date() -> None:
    leap = int(datetime(2017, 1, 1, tzinfo=UTC).timestamp())
    headers = {"If-Range": "Sat, 31 Dec 2016 23:59:60 GMT", **RANGE}
    assert decide("GET", headers, ETAG, leap, SIZE_BYTES) == PART


@settings(deadline=None)
@given(modified_s=st.integers(-(2**31), 2**36))
def test_the_date_we_send_is_the_date_we_know(modified_s: int) -> None:
    sent = formatdate(modified_s, usegmt=True)
    assert decide("GET", {"If-Range": sent, **RANGE}, ETAG, modified_s, SIZE_BYTES) == PART
    assert decide("GET", {"If-Modified-Since": sent}, ETAG, modified_s, SIZE_BYTES) == UNCHANGED
    assert decide("GET", {"If-Modified-Since": sent}, ETAG, modified_s + 1, SIZE_BYTES) == WHOLE


NAMES = ("Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since")
PIECES = st.lists(
    st.sampled_from(["bytes=", "0", "9", "-", ",", " ", '"', "W/", "*", ETAG, MODIFIED, C_MODIFIED, "é", "\udcff"]),
    max_size=8,
).map("".join)


@settings(deadline=None)
@given(
    method=st.sampled_from(["GET", "HEAD", "POST"]),
    headers=st.dictionaries(st.sampled_from(NAMES), st.text() | PIECES),
    size_bytes=st.integers(0, 200),
)
def test_no_headers_lead_outside_the_answers(method: str, headers: dict[str, str], size_bytes: int) -> None:
    verdict = judge(headers, method, size_bytes)
    assert verdict.status in (200, 206, 304, 412, 416)
    assert (verdict.status == 206) == (verdict.byte_range is not None)
    if verdict.byte_range is not None:
        assert 0 <= verdict.byte_range.first <= verdict.byte_range.last < size_bytes


HOSTILE = {
    "quotes": '"' * 1_000_000,
    "commas": "," * 1_000_000,
    "commas and spaces": ", " * 500_000,
    "spaces": " " * 500_000 + "x" + " " * 500_000,
    "tags": '"x",' * 250_000,
    "tags without end": ',"x' * 300_000,
    "weak marks": "W/" * 500_000,
    "tags behind spaces": ('"x"' + " " * 1000) * 1000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_header_is_read_in_no_time(text: str) -> None:
    started = time.perf_counter()
    for name in NAMES:
        judge({name: text, **({} if name == "Range" else RANGE)})
    assert time.perf_counter() - started < 2.5  # a megabyte in each takes 0.2 s; anything quadratic, minutes
