from __future__ import annotations

import re

import numpy as np

from attention_viz.palettes import DARK, LIGHT
from attention_viz.view.shades import LEVELS, band, largest, rules, shades

CSS = rules(".scope")


def test_the_strongest_colour_goes_to_1_of_weights_and_to_the_largest_of_other_numbers() -> None:
    assert largest(np.array([0.2, 0.9]), "weights") == 1.0
    assert largest(np.array([0.5, -2.0, -np.inf]), "signed") == 2.0
    assert largest(np.zeros(3), "signed") == 1.0


def test_weights_have_a_root_scale_and_signed_numbers_a_linear_one() -> None:
    assert shades(np.array([0.0, 0.25, 1.0]), "weights", 1.0).tolist() == ["w0", "w10", "w20"]
    assert shades(np.array([-1.0, 0.0, 0.5, 9.0]), "signed", 1.0).tolist() == ["s0", "s11", "s16", "s22"]


def test_what_is_masked_or_missing_has_no_shade() -> None:
    assert shades(np.array([-np.inf, np.nan]), "signed", 1.0).tolist() == ["masked", "none"]


def test_a_band_gives_each_number_the_same_width_and_joins_neighbours_of_one_colour() -> None:
    assert band(["s0", "s0", "s22", "none"]) == (
        "linear-gradient(to right,var(--s0) 0 50%,var(--s22) 0 75%,transparent 0 100%)"
    )


def test_every_shade_has_a_class_and_a_variable_in_light_and_dark() -> None:
    names = {f"{kind[0]}{level}" for kind, n in LEVELS.items() for level in range(n)}
    assert set(re.findall(r"--(\w+): light-dark", CSS)) == names
    assert set(re.findall(r"\.scope \.(\w+) \{ background: var", CSS)) == names


def test_the_shades_end_where_the_palettes_end() -> None:
    ends = {
        "w0": (LIGHT.weights[0], DARK.weights[0]),
        "w20": (LIGHT.weights[-1], DARK.weights[-1]),
        "s0": (LIGHT.differences[0], DARK.differences[0]),
        "s22": (LIGHT.differences[-1], DARK.differences[-1]),
    }
    for name, (light, dark) in ends.items():
        assert f"--{name}: light-dark({light}, {dark});" in CSS
