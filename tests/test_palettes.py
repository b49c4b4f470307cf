"""Colours can be told apart: in grey print, by the colour-blind, on their ground."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest

from attention_viz.errors import SelectionError
from attention_viz.palettes import THEMES, Theme, head_colour, ink_on, palette, ramp

DICHROMATS = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
"""Linear sRGB as colour-blind eyes see it (Machado, Oliveira & Fernandes 2009, severity 1)."""


def linear(colour: str) -> np.ndarray:
    """(3,) linear sRGB, 0 to 1."""
    assert re.fullmatch(r"#[0-9A-F]{6}", colour)
    values = np.array([int(colour[start : start + 2], 16) for start in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def oklab(rgb: np.ndarray) -> np.ndarray:
    """(3,) OKLab of linear sRGB (Ottosson 2020)."""
    cones = np.array(
        [[0.4122215, 0.5363325, 0.0514460], [0.2119035, 0.6806995, 0.1073970], [0.0883025, 0.2817188, 0.6299787]]
    )
    lab = np.array(
        [[0.2104543, 0.7936178, -0.0040720], [1.9779985, -2.4285922, 0.4505937], [0.0259040, 0.7827718, -0.8086758]]
    )
    return lab @ np.cbrt(cones @ rgb)


@pytest.mark.parametrize("theme", THEMES)
def test_more_weight_is_always_further_from_the_ground_in_grey_print(theme: Theme) -> None:
    steps = np.diff([luminance(colour) for colour in palette(theme).weights])
    assert (steps < 0).all() if theme == "light" else (steps > 0).all()


@pytest.mark.parametrize("theme", THEMES)
def test_weights_take_even_steps(theme: Theme) -> None:
    colours = [oklab(linear(colour)) for colour in palette(theme).weights]
    sizes = [np.linalg.norm(after - before) for before, after in itertools.pairwise(colours)]
    assert max(sizes) < 1.35 * min(sizes)


@pytest.mark.parametrize("theme", THEMES)
def test_differences_are_blue_below_zero_orange_above_and_quiet_in_the_middle(theme: Theme) -> None:
    colours = [oklab(linear(colour)) for colour in palette(theme).differences]
    below, above = colours[:6], colours[6:]
    assert all(colour[2] < -0.02 for colour in below[:5]), "blue"
    assert all(colour[2] > 0.02 for colour in above[1:]), "orange"
    ground = oklab(linear(palette(theme).ground))
    assert np.linalg.norm(below[-1] - ground) < 0.06
    assert np.linalg.norm(above[0] - ground) < 0.06


@pytest.mark.parametrize("sight", ["normal", *DICHROMATS])
@pytest.mark.parametrize("theme", THEMES)
def test_any_two_heads_differ_in_hue_or_dash_for_every_kind_of_sight(theme: Theme, sight: str) -> None:
    eye = np.array(DICHROMATS.get(sight, np.eye(3)))
    heads = [oklab(np.clip(eye @ linear(colour), 0, 1)) for colour in palette(theme).heads]
    apart = [np.linalg.norm(one - other) for one, other in itertools.combinations(heads, 2)]
    assert min(apart) > 0.12


@pytest.mark.parametrize("theme", THEMES)
def test_lines_and_words_stand_out_from_the_ground(theme: Theme) -> None:
    colours = palette(theme)
    assert min(contrast(colour, colours.ground) for colour in colours.heads) >= 3
    assert contrast(colours.text, colours.ground) >= 7
    assert contrast(colours.secondary, colours.ground) >= 4.5
    assert contrast(colours.accent, colours.ground) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_sixteen_heads_have_sixteen_kinds_of_line(theme: Theme) -> None:
    lines = [head_colour(theme, head) for head in range(16)]
    assert len(set(lines)) == 16
    assert [dashed for _, dashed in lines] == [False] * 8 + [True] * 8
    assert head_colour(theme, 16) == lines[0]


def test_a_theme_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(SelectionError, match="sepia"):
        palette("sepia")


def test_ink_can_be_read_on_any_colour() -> None:
    steps = np.linspace(0, 255, 6).astype(int)
    for colour in itertools.product(steps, repeat=3):
        ink = {"#000": "#000000", "#fff": "#FFFFFF"}[ink_on(*(part / 255 for part in colour))]
        assert contrast(ink, "#{:02X}{:02X}{:02X}".format(*colour)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_grey_print_has_the_lightest_and_the_ink_and_other_colours_are_refused(theme: Theme) -> None:
    assert ramp(theme) == palette(theme).weights
    assert ramp(theme, "grey") == (palette(theme).weights[0], palette(theme).text)
    with pytest.raises(SelectionError, match="pink"):
        ramp(theme, "pink")
