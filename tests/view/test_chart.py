"""A chart puts every point where its numbers say, and tells its curves apart without colour."""

from __future__ import annotations

import re

import pytest

from attention_viz.errors import InputError
from attention_viz.view.chart import MARKS, STYLE, Curve, chart

PLACE = re.compile(r'<b style="left:([\d.]+)%;top:([\d.]+)%" title="([^"]*)">(.)</b>')


def places(html: str) -> list[tuple[float, float]]:
    return [(float(left), float(top)) for left, top, _, _ in PLACE.findall(html)]


def drawn(**options: object) -> str:
    return chart([Curve("one", [(0, 0), (5, 2), (10, 4)])], name="n", across="x", up="y", **options)  # type: ignore[arg-type]


def test_points_lie_between_the_ends_of_the_axes() -> None:
    assert places(drawn()) == [(0, 100), (50, 50), (100, 0)]
    assert places(drawn(high=8)) == [(0, 100), (50, 75), (100, 50)]


def test_on_a_logarithmic_axis_equal_factors_are_equal_steps() -> None:
    curve = Curve("one", [(1, 10), (10, 1000), (100, 100000)])
    html = chart([curve], name="n", across="x", up="y", low=10, logarithmic=True)
    assert places(html) == [(0, 100), (50, 50), (100, 0)]
    assert ticks(html, "x") == ["1", "10", "100"]
    assert ticks(html, "y") == ["10", "100", "10³", "10⁴", "10⁵"]


def ticks(html: str, axis: str) -> list[str]:
    return re.findall(rf'class="{axis}"[^>]*><b>([^<]*)', html)


def test_ticks_are_round_or_every_whole_number_where_there_are_few() -> None:
    assert ticks(drawn(), "y") == ["0", "1", "2", "3", "4"]
    html = chart([Curve("one", [(0, 0), (175, 0.33)])], name="n", across="x", up="y")
    assert ticks(html, "x") == ["0", "50", "100", "150"]
    assert ticks(html, "y") == ["0", "0.1", "0.2", "0.3"]


def test_curves_have_marks_of_their_own_and_a_key_that_names_them() -> None:
    html = chart([Curve(f"<{each}>", [(0, 1), (1, each)]) for each in range(3)], name="n", across="x", up="y")
    assert [mark for *_, mark in PLACE.findall(html)] == [mark for mark in MARKS[:3] for _ in range(2)]
    assert "<em>&lt;2&gt;</em>" in html
    assert '<div class="key">' not in drawn()


def test_every_point_says_its_numbers() -> None:
    assert 'title="one: 5, 2"' in drawn()


@pytest.mark.parametrize("points", [[], [(0, 1)], [(1, 0)]])
def test_what_has_no_logarithm_is_refused(points: list[tuple[float, float]]) -> None:
    with pytest.raises(InputError, match="no point"):
        chart([Curve("one", points)], name="n", across="x", up="y", low=0.1, logarithmic=True)


def test_the_style_has_a_colour_for_every_mark() -> None:
    assert all(f".c{number} " in STYLE for number in range(len(MARKS)))


def test_a_cloud_has_its_marks_and_no_lines() -> None:
    curves = [Curve("a", [(0.0, 0.1), (1.0, 0.4), (2.0, 0.2)])]
    cloud, curve = (chart(curves, name="n", across="x", up="y", joined=joined) for joined in (False, True))
    assert (cloud.count('class="line"'), curve.count('class="line"')) == (0, 2)
    assert cloud.count("title=") == curve.count("title=") == 3
