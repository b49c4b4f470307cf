"""matplotlib's colour maps are the project's own colours."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import to_hex

from attention_viz.palettes import THEMES, palette
from attention_viz.plots.layout.palette import figure_palette, weights_map


@pytest.mark.parametrize("theme", THEMES)
def test_the_maps_pass_through_the_listed_colours_at_even_steps(theme: str) -> None:
    colours = palette(theme)
    colour_map, listed = weights_map(theme), colours.weights
    for place, colour in zip(np.linspace(0, 1, len(listed)), listed, strict=True):
        distance = np.array(colour_map(place)[:3]) * 255 - [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
        assert np.abs(distance).max() <= 3, "a colour map has 256 entries, so the place is met to 1/512"


@pytest.mark.parametrize("theme", THEMES)
def test_grey_runs_from_the_lightest_weight_to_the_ink(theme: str) -> None:
    colours, greys = palette(theme), weights_map(theme, "grey")
    assert [to_hex(greys(share)).upper() for share in (0.0, 1.0)] == [colours.weights[0], colours.text]
    assert to_hex(greys(np.nan)).upper() == figure_palette(theme).ground


def test_a_light_figure_is_on_white_and_a_dark_one_on_the_dark_page() -> None:
    assert figure_palette("light").ground == "#FFFFFF"
    assert figure_palette("dark") == palette("dark")


@pytest.mark.parametrize("theme", THEMES)
def test_a_cell_without_a_weight_has_the_colour_of_the_ground(theme: str) -> None:
    assert to_hex(weights_map(theme)(np.nan)).upper() == figure_palette(theme).ground
