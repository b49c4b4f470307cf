"""Palette: the project's colours as matplotlib colour maps."""

from __future__ import annotations

from matplotlib.colors import Colormap, LinearSegmentedColormap

from attention_viz.palettes import palette, ramp


def weights_map(theme: str = "light", colours: str = "blue") -> Colormap:
    """Which colour has which weight? From the ground (nothing) to ink; a cell without a weight has the ground's colour.

    colours : "blue", or "grey" for print without colours
    """
    steps = ramp(theme, colours)
    return LinearSegmentedColormap.from_list(f"attention weights, {theme}, {colours}", steps).with_extremes(
        bad=palette(theme).ground, over=steps[-1]
    )


def differences_map(theme: str = "light") -> Colormap:
    """Which colour has which difference? Blue below zero, the ground at zero, orange above."""
    colours = palette(theme)
    return LinearSegmentedColormap.from_list(f"attention differences, {theme}", colours.differences).with_extremes(
        bad=colours.ground
    )


def head_colours(theme: str = "light") -> list[tuple[str, str]]:
    """Colour and line style of the first 16 heads: 8 hues, solid and then dashed; equal ones are 16 heads apart."""
    return [(colour, style) for style in ("-", "--") for colour in palette(theme).heads]
