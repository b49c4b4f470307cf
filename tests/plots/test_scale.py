"""Which weight gets which colour."""

from __future__ import annotations

import numpy as np
import pytest

from attention_viz.errors import SelectionError
from attention_viz.plots.scale import digits, scale_of

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


@pytest.mark.parametrize("name", ["unit", "peak", "root", "root_peak"])
def test_ticks_stand_at_even_steps_of_colour(name: str) -> None:
    scale = scale_of(name, VALUES)
    assert [float(scale.norm(tick)) for tick in scale.ticks] == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1])


def test_small_weights_keep_four_digits_beside_the_bar() -> None:
    assert scale_of("peak", VALUES / 100).numbers[-1] == "0.0040"
    assert scale_of("peak", VALUES).numbers[-1] == "0.40"


@pytest.mark.parametrize(("weight", "text"), [(0, "0.0000"), (0.3127, "0.3127"), (0.00004, "< 0.0001"), (1, "1.0000")])
def test_a_weight_has_four_digits_and_is_never_a_false_zero(weight: float, text: str) -> None:
    assert digits(weight) == text


def test_another_scale_is_refused_by_name() -> None:
    with pytest.raises(SelectionError, match="log"):
        scale_of("log", VALUES)
