"""Palette: the project's colours as matplotlib colour maps."""

from __future__ import annotations

from dataclasses import replace

from matplotlib.colors import Colormap, LinearSegmentedColormap

from attention_viz.palettes import Palette, palette, ramp

PAPER = "#FFFFFF"
"""The ground of a light figure: paper is white, and the page's own tone would print as a grey."""


def figure_palette(theme: str) -> Palette:
    """Which colours does a figure in this theme have? Those of the page, but for a white ground in the light one.

    Raises SelectionError for another name than "light" or "dark".
    """
    return replace(palette(theme), ground=PAPER) if theme == "light" else palette(theme)


def weights_map(theme: str = "light", colours: str = "blue") -> Colormap:
    """Which colour has which weight? From the ground (nothing) to ink; a cell without a weight has the ground's colour.

    colours : "blue", or "grey" for print without colours
    """
    steps = ramp(theme, colours)
    return LinearSegmentedColormap.from_list(f"attention weights, {theme}, {colours}", steps).with_extremes(
        bad=figure_palette(theme).ground, over=steps[-1]
    )
