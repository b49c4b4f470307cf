"""Which weight gets which colour."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attention_viz.errors import SelectionError
from attention_viz.plots.layout.scale import digits, scale_of, short
from attention_viz.plots.options import SCALES

VALUES = np.array([[0.1, 0.4], [0.0, 0.2]], dtype=np.float32)


def test_unit_is_the_weight_itself() -> None:
    assert scale_of("unit", VALUES).norm(0.4) == pytest.approx(0.4)


def test_peak_is_the_part_of_the_highest_weight_that_is_shown() -> None:
    assert scale_of("peak", VALUES).norm(0.1) == pytest.approx(0.25)
    masked = np.ma.masked_array(VALUES, mask=[[False, True], [False, False]])
    assert scale_of("peak", masked).norm(0.1) == pytest.approx(0.5)


def test_root_is_the_square_root() -> None:
    assert scale_of("root", VALUES).norm(0.09) == pytest.approx(0.3)
    assert scale_of("root_peak", VALUES).norm(0.1) == pytest.approx(0.5)
    assert "0.4000" in str(scale_of("root_peak", VALUES).words)


@pytest.mark.parametrize("nothing", [np.zeros((2, 2)), np.ma.masked_all((2, 2)), np.full((2, 2), 1e-44)])
def test_peak_of_nothing_is_one(nothing: np.ndarray) -> None:
    assert scale_of("peak", nothing).norm(1.0) == scale_of("root_peak", nothing).norm(1.0) == 1


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("root", ["0", ".01", ".1", ".25", ".5", "1"]),
        ("root_peak", ["0", ".004", ".04", ".1", ".2", ".4"]),
        ("unit", ["0", ".1", ".25", ".5", "1"]),
        ("peak", ["0", ".04", ".1", ".2", ".4"]),
    ],
)
def test_the_bar_names_the_weights_that_the_legend_on_the_screen_names_as_far_as_they_have_room(
    name: str, numbers: list[str]
) -> None:
    scale = scale_of(name, VALUES)
    assert scale.numbers == numbers
    assert [float(number) for number in numbers] == pytest.approx(scale.ticks, rel=1e-6)


@given(peak=st.floats(1e-5, 30), name=st.sampled_from(SCALES))
def test_numbers_beside_the_bar_are_never_closer_than_their_height(peak: float, name: str) -> None:
    scale = scale_of(name, np.array([peak]))
    assert min(np.diff([float(scale.norm(tick)) for tick in scale.ticks])) >= 0.09
    assert float(scale.norm(scale.ticks[-1])) == pytest.approx(1)


@pytest.mark.parametrize(
    ("weight", "text"),
    [
        (0.25, ".25"),
        (0.0123, ".012"),
        (1.4, "1.4"),
        (0.0996, ".1"),
        (12, "12"),
        (0.00035, ".00035"),
        (3.3e-8, "3.3e-8"),
        (2, "2"),
    ],
)
def test_a_weight_beside_the_bar_has_two_digits_that_count(weight: float, text: str) -> None:
    assert short(weight) == text


@pytest.mark.parametrize(("weight", "text"), [(0, "0.0000"), (0.3127, "0.3127"), (0.00004, "< 0.0001"), (1, "1.0000")])
def test_a_weight_has_four_digits_and_is_never_a_false_zero(weight: float, text: str) -> None:
    assert digits(weight) == text


def test_another_scale_is_refused_by_name() -> None:
    with pytest.raises(SelectionError, match="log"):
        scale_of("log", VALUES)
