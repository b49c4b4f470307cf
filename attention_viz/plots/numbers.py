"""Numbers: the weights written into the cells of a heatmap."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap

from attention_viz.palettes import ink_on
from attention_viz.plots.heatmap import Heatmap
from attention_viz.plots.layout.scale import Scale
from attention_viz.plots.layout.sheet import Sheet
from attention_viz.plots.typesetting.fonts import POINTS, file_for, width

SMALLEST, LARGEST = 5.0, 9.0
"""Sizes of the numbers in print, in points; smaller ones cannot be read."""
LEAST = 0.005
"""A weight below it would be .00, which is not its value: its cell stays without a number."""
SHARE, LINE = 0.86, 1.3
"""Part of a cell's width that a number takes at most, and the height of a line in units of the font's size."""


def fitting_size(shown: Heatmap, sides: tuple[float, float], preferred: str | None, smaller: float) -> float | None:
    """The size of numbers that fit into the cells, in points before the sheet is made smaller; None where none can be read.

    sides   : width and height of the whole heatmap, in inches
    preferred     : a font file to try first
    smaller : what the sheet is multiplied with in print, see `Extent.size`
    """
    rows, columns = shown.values.shape
    wide, high = sides[0] / columns * POINTS, sides[1] / rows * POINTS
    widest = width(".88", file_for(".88", preferred), POINTS) / POINTS
    size = min(SHARE * wide / widest, high / LINE, LARGEST / smaller)
    return size if size * smaller >= SMALLEST else None


def write_numbers(sheet: Sheet, axes: Axes, shown: Heatmap, size: float, colours: Colormap, scale: Scale) -> None:
    """The weight in each cell, black or white, whichever reads better on its colour."""
    painted = colours(scale.norm(shown.values.filled(0)))  # (row, column, channel)
    for row, column in np.argwhere(shown.values.filled(0) >= LEAST):
        artist = axes.text(column + 0.5, row + 0.5, "", ha="center", va="center_baseline")
        sheet.set_text(artist, two_digits(float(shown.values[row, column])), size)
        artist.set_color(ink_on(*painted[row, column, :3]))


def two_digits(weight: float) -> str:
    """A weight with two digits after the point and no zero before it: .31; 1.0 for what is nearly 1."""
    if weight == 1:
        return "1"
    return f"{weight:.2f}".removeprefix("0").replace("1.00", "1.0")
