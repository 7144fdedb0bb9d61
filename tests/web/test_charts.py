"""Numbers as the paths of an SVG."""

from __future__ import annotations

import re

import pytest

from local_video_server.web.charts import HEIGHT, WIDTH, columns, line, nice


def test_nothing_measured_is_no_line() -> None:
    assert line([]) is None
    assert line([None, None]) is None


def test_a_line_says_lowest_highest_and_last() -> None:
    made = line([3, None, 1, 7, None, None])
    assert made
    assert (made.lowest, made.highest, made.last, made.ago) == (1, 7, 7, 2)


def test_the_line_is_broken_where_nothing_was_measured() -> None:
    made = line([1, 2, None, 3, None, 1, 1])
    assert made
    assert [len(re.findall(r"\d+\.\d \d", run)) for run in made.line.split("M")[1:]] == [2, 2]
    assert made.dots.count("h0.01") == 1, "a minute alone is a dot"
    assert made.area.count("M") == 2


@pytest.mark.parametrize("values", [[0.0], [0.0, 0.0], [5.0], [1e9, 0.001], [1e-9] * 60])
def test_every_point_lies_within_the_picture(values: list[float]) -> None:
    made = line(values, target=100)
    assert made
    points = re.findall(r"(-?[\d.]+) (-?[\d.]+)", made.line + made.dots)
    assert len(points) == len(values)
    for x, y in points:
        assert 0 <= float(x) <= WIDTH
        assert 0 <= float(y) <= HEIGHT
    assert not re.search("nan|inf|e-", made.line)


def test_a_target_is_drawn_where_it_can_be_compared() -> None:
    near, far, missed = line([30], target=100), line([3], target=100), line([300], target=100)
    assert near
    assert far
    assert missed
    assert near.top > 100 > 3 < far.top < 100 < missed.top
    assert near.target is not None
    assert far.target is None
    assert missed.target is not None
    assert missed.target > HEIGHT / 2


def test_percentages_are_drawn_on_a_hundred() -> None:
    made = line([25.0], most=100)
    assert made
    assert (made.top, made.dots) == (100, f"M0.0 {HEIGHT * 0.75:.1f}h0.01")


@pytest.mark.parametrize(("value", "end"), [(0, 1), (0.12, 0.15), (1, 1), (1.01, 1.5), (9, 10), (10, 10), (83, 100)])
def test_a_scale_ends_at_a_number_that_people_like(value: float, end: float) -> None:
    assert nice(value) == pytest.approx(end)


def test_what_is_counted_has_no_scale_below_one() -> None:
    few = line([0.0, 0.04], least=1)
    assert few
    assert few.top == 1


def test_the_most_reaches_the_top_and_one_is_still_seen() -> None:
    made = columns([0, 1, 1000])
    assert [one.height for one in made] == [0, 1, HEIGHT]
    assert [one.y for one in made] == [HEIGHT, HEIGHT - 1, 0]
    assert made[-1].x + made[-1].width <= WIDTH
    assert len(columns([0] * 24)) == 24
