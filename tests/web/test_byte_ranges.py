"""RFC 9110 section 14, edge by edge."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local_video_server.web.byte_ranges import ByteRange, RangeUnsatisfiable, parse

HUGE = "9" * 5000  # more digits than int() takes

PARTS = {
    "first byte": ("bytes=0-0", 0, 0),
    "two bytes, as Safari asks first": ("bytes=0-1", 0, 1),
    "from the middle": ("bytes=10-19", 10, 19),
    "last byte": ("bytes=99-99", 99, 99),
    "open end from the start": ("bytes=0-", 0, 99),
    "open end from the last byte": ("bytes=99-", 99, 99),
    "end past the file": ("bytes=90-100", 90, 99),
    "huge end": (f"bytes=90-{HUGE}", 90, 99),
    "end of twenty digits": ("bytes=0-18446744073709551616", 0, 99),
    "zeros in front": ("bytes=0007-00000000000000000000000000000000008", 7, 8),
    "thousands of zeros": (f"bytes={'0' * 5000}-{'0' * 5000}1", 0, 1),
    "last byte by suffix": ("bytes=-1", 99, 99),
    "suffix": ("bytes=-10", 90, 99),
    "suffix with zeros in front": ("bytes=-0010", 90, 99),
    "suffix of the whole file": ("bytes=-100", 0, 99),
    "suffix longer than the file": ("bytes=-101", 0, 99),
    "huge suffix": (f"bytes=-{HUGE}", 0, 99),
    "unit in capitals": ("BYTES=0-4", 0, 4),
    "unit in mixed case": ("bYtEs=0-4", 0, 4),
    "white space around the value": (" \tbytes=0-4\t ", 0, 4),
    "white space around the range": ("bytes= \t0-4", 0, 4),
    "empty elements": ("bytes=,0-4, ,\t,", 0, 4),
    "empty element and white space": ("bytes= , 0-4 ,", 0, 4),
}


@pytest.mark.parametrize(("header", "first", "last"), PARTS.values(), ids=PARTS)
def test_a_range_names_its_first_and_last_byte(header: str, first: int, last: int) -> None:
    assert parse(header, 100) == ByteRange(first, last)


WHOLE = {
    "no header": None,
    "empty header": "",
    "unknown unit": "seconds=0-4",
    "no unit": "=0-4",
    "unit only": "bytes",
    "no range": "bytes=",
    "only commas": "bytes=, ,",
    "only a dash": "bytes=-",
    "no dash": "bytes=5",
    "words": "bytes=abc",
    "words for numbers": "bytes=a-b",
    "end before start": "bytes=5-2",
    "end before start, both past the file": "bytes=500-499",
    "end before start, both huge": f"bytes={HUGE}1-{HUGE}0",
    "end before a huge start": f"bytes={HUGE}-5",
    "two ranges": "bytes=0-1,5-6",
    "two ranges with white space": "bytes=0-1 , 5-6",
    "the same range twice": "bytes=0-1,0-1",
    "overlapping ranges": "bytes=0-50,20-80",
    "a range and one past the file": "bytes=0-1,200-",
    "two ranges past the file": "bytes=200-,300-",
    "a range and nonsense": "bytes=0-1,abc",
    "two headers, joined": "bytes=0-1, bytes=5-6",
    "negative end": "bytes=0--1",
    "two dashes": "bytes=--1",
    "plus sign": "bytes=+0-4",
    "underscore in a number": "bytes=1_0-2_0",
    "fraction": "bytes=0.5-4",
    "exponent": "bytes=1e1-",
    "hexadecimal": "bytes=0x0-0x4",
    "white space before the equals sign": "bytes =0-4",
    "white space inside the range": "bytes=0 - 4",
    "line end inside": "bytes=0-4\n",
    "no-break space around": "\u00a0bytes=0-4",
    "colon for equals": "bytes:0-4",
    "two equals signs": "bytes==0-4",
    "Arabic digits": "bytes=٠-٤",
    "full width digits": "bytes=\uff10-\uff14",
    "superscript digit": "bytes=0-²",
    "long s in the unit": "byteſ=0-4",
    "minus sign for dash": "bytes=0−4",
    "en dash for dash": "bytes=0–4",
    "NUL": "bytes=0-4\0",
    "lone surrogate": "bytes=0-4\udcff",
}


@pytest.mark.parametrize("header", WHOLE.values(), ids=WHOLE)
def test_what_is_no_single_range_sends_the_whole_file(header: str | None) -> None:
    assert parse(header, 100) is None


PAST = {
    "just past the end": ("bytes=100-", 100),
    "just past the end, with an end": ("bytes=100-100", 100),
    "far past the end": ("bytes=1000-2000", 100),
    "huge start": (f"bytes={HUGE}-", 100),
    "huge start and end": (f"bytes={HUGE}-{HUGE}", 100),
    "the last no bytes": ("bytes=-0", 100),
    "the last no bytes, in many zeros": (f"bytes=-{'0' * 5000}", 100),
    "start of an empty file": ("bytes=0-", 0),
    "first byte of an empty file": ("bytes=0-0", 0),
    "the last no bytes of an empty file": ("bytes=-0", 0),
}


@pytest.mark.parametrize(("header", "size_bytes"), PAST.values(), ids=PAST)
def test_a_range_without_any_byte_is_refused_with_the_size(header: str, size_bytes: int) -> None:
    with pytest.raises(RangeUnsatisfiable) as refusal:
        parse(header, size_bytes)
    assert refusal.value.size_bytes == size_bytes
    assert refusal.value.content_range == f"bytes */{size_bytes}"


@pytest.mark.parametrize("header", ["bytes=-1", f"bytes=-{HUGE}"])
def test_the_end_of_an_empty_file_is_the_empty_file(header: str) -> None:
    assert parse(header, 0) is None


def test_a_file_larger_than_four_gigabytes_has_exact_offsets() -> None:
    size_bytes = 2**53 + 3
    assert parse(f"bytes={2**53 + 1}-", size_bytes) == ByteRange(2**53 + 1, 2**53 + 2)
    assert parse("bytes=-1", size_bytes) == ByteRange(2**53 + 2, 2**53 + 2)


def test_a_slice_knows_its_length_and_its_header() -> None:
    byte_range = ByteRange(10, 19)
    assert byte_range.length == 10
    assert byte_range.content_range(100) == "bytes 10-19/100"


HOSTILE = {
    "digits": "bytes=" + "9" * 1_000_000 + "-",
    "digits on both sides": "bytes=" + "9" * 500_000 + "-" + "9" * 500_000,
    "zeros": "bytes=-" + "0" * 1_000_000,
    "commas": "bytes=" + "," * 1_000_000,
    "ranges": "bytes=" + "0-1," * 250_000,
    "dashes": "bytes=" + "-" * 1_000_000,
    "spaces": "bytes=" + " " * 1_000_000 + "x",
}


@pytest.mark.parametrize("header", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_header_is_read_in_no_time(header: str) -> None:
    started = time.perf_counter()
    with suppress(RangeUnsatisfiable):
        parse(header, 100)
    assert time.perf_counter() - started < 0.5  # a megabyte takes 0.02 s; anything quadratic takes minutes


NEARLY_RANGES = st.lists(
    st.sampled_from(["bytes", "=", "-", ",", " ", "\t", "0", "1", "9", "99", "100", HUGE, "x", "٣"]),
    max_size=6,
).map("".join)


@settings(deadline=None)
@given(header=st.text() | NEARLY_RANGES | NEARLY_RANGES.map("bytes=".__add__), size_bytes=st.integers(0, 2**63))
def test_no_header_names_a_byte_outside_the_file(header: str, size_bytes: int) -> None:
    try:
        byte_range = parse(header, size_bytes)
    except RangeUnsatisfiable:
        return
    if byte_range is not None:
        assert 0 <= byte_range.first <= byte_range.last < size_bytes
        assert 1 <= byte_range.length <= size_bytes


@settings(deadline=None)
@given(size_bytes=st.integers(1, 2**63), data=st.data())
def test_every_slice_of_a_file_can_be_asked_for(size_bytes: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, size_bytes - 1))
    last = data.draw(st.integers(first, size_bytes - 1))
    assert parse(f"bytes={first}-{last}", size_bytes) == ByteRange(first, last)
    assert parse(f"bytes={first}-", size_bytes) == ByteRange(first, size_bytes - 1)
    assert parse(f"bytes=-{size_bytes - first}", size_bytes) == ByteRange(first, size_bytes - 1)
