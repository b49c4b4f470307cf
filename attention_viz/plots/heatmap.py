"""Heatmap: one head's weights as a heatmap with tokens along its edges, query down and key across."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import Colormap
from matplotlib.text import Text

from attention_viz.attention import Attention, Tokens
from attention_viz.filters import kept
from attention_viz.plots.layout.scale import Scale
from attention_viz.plots.layout.sheet import Sheet
from attention_viz.plots.typesetting.fonts import POINTS
from attention_viz.plots.typesetting.labels import LINE, Label, thinned
from attention_viz.pooling import block_edges

SPACE = 2.0
"""Points between two labels that stand side by side."""


@dataclass(frozen=True)
class Heatmap:
    """What is drawn of one head.

    values  : (row, column) float32; the weights themselves where every token has its cell, else the highest of each block;
              masked where a key is left out, or where a query cannot read a key
    queries, keys : the first token of each row and of each column
    """

    values: np.ma.MaskedArray
    queries: tuple[int, ...]
    keys: tuple[int, ...]


def heatmap(attention: Attention, layer: int, head: int, exclude: Collection[str], size: int) -> Heatmap:
    """One head in at most size x size cells. `attention` has the excluded keys at 0 already; their columns are masked."""
    values = np.ma.masked_array(attention.overview(layer, head, size))
    if values.shape == attention.shape:
        values[~attention.readable(layer)] = np.ma.masked
    queries, keys = (tuple(int(edge) for edge in block_edges(n, size)[:-1]) for n in attention.shape)
    if values.shape[1] == len(attention.key_tokens):  # a block mixes keys: what is left of it is drawn
        values[:, ~kept(attention.key_tokens, exclude)] = np.ma.masked
    return Heatmap(values, queries, keys)


def draw(axes: Axes, shown: Heatmap, colours: Colormap, scale: Scale) -> QuadMesh:
    """The cells. In SVG and PDF they are one embedded picture: thousands of small polygons show seams and weigh megabytes."""
    sns.heatmap(
        shown.values,
        mask=np.ma.getmaskarray(shown.values),
        norm=scale.norm,
        cmap=colours,
        cbar=False,
        xticklabels=False,
        yticklabels=False,
        rasterized=True,
        ax=axes,
    )
    mesh = axes.collections[0]
    assert isinstance(mesh, QuadMesh)
    return mesh


@dataclass(frozen=True)
class AxisLabels:
    """The labels of one axis.

    cells  : the row or column of each label
    every  : one token in so many has a label
    size   : of the font, in points
    widths : of each label, in points
    turned : along the top or the bottom, each label that is too wide to stand upright
    """

    cells: tuple[int, ...]
    labels: tuple[Label, ...]
    every: int
    size: float
    widths: tuple[float, ...]
    turned: tuple[bool, ...]

    @property
    def widest(self) -> float:
        """Inches that the longest label takes."""
        return max(self.widths) / POINTS

    @property
    def height(self) -> float:
        """Inches that these labels take along the top or the bottom."""
        turned = [width for width, turn in zip(self.widths, self.turned, strict=True) if turn]
        return max([self.size * LINE, *turned]) / POINTS


def axis_labels(
    tokens: Tokens, starts: Sequence[int], length: float, sizes: tuple[float, float], preferred: str | None = None
) -> AxisLabels:
    """The labels of an axis so many inches long.

    starts : the first token of each cell
    sizes  : the smallest and the largest font size, in points
    preferred    : a font file to try first
    """
    cell = length * POINTS / len(starts)
    size = math.floor(2 * min(max(cell * 0.68, sizes[0]), sizes[1])) / 2
    labels, every = thinned(tokens, starts, cell, size, preferred)
    widths = tuple(label.width(size) for label in labels)
    turned = _turned(labels, [width + SPACE > cell * every for width in widths])
    return AxisLabels(tuple(range(0, len(starts), every)), tuple(labels), every, size, widths, turned)


def _turned(labels: Sequence[Label], too_wide: Sequence[bool]) -> tuple[bool, ...]:
    """All labels are turned where one is too wide; special tokens alone, where only they are."""
    one_is = any(wide and not label.quiet for wide, label in zip(too_wide, labels, strict=True))
    return tuple(one_is or wide for wide in too_wide)


def label_queries(sheet: Sheet, axes: Axes, edge: AxisLabels) -> None:
    """Tokens down the left side."""
    axes.set_yticks([cell + 0.5 for cell in edge.cells], [label.text for label in edge.labels], parse_math=False)
    axes.tick_params(axis="y", **_tick(sheet))
    for tick, label in zip(axes.yaxis.get_major_ticks(), edge.labels, strict=True):
        _set(sheet, tick.label1, label, edge.size)
        tick.label1.set(rotation=0, va="center_baseline")


def label_keys(sheet: Sheet, axes: Axes, edge: AxisLabels, top: bool) -> None:
    """Tokens along the top or the bottom, turned where they are too long to stand side by side."""
    axes.set_xticks([cell + 0.5 for cell in edge.cells], [label.text for label in edge.labels], parse_math=False)
    axes.tick_params(axis="x", top=top, bottom=not top, labeltop=top, labelbottom=not top, **_tick(sheet))
    for tick, label, turned in zip(axes.xaxis.get_major_ticks(), edge.labels, edge.turned, strict=True):
        text = tick.label2 if top else tick.label1
        _set(sheet, text, label, edge.size)
        text.set_rotation(90 if turned else 0)


def _tick(sheet: Sheet) -> dict[str, Any]:
    """How a tick looks, in points."""
    return {
        "length": 2 * sheet.factor,
        "width": 0.5 * sheet.factor,
        "pad": 3 * sheet.factor,
        "color": sheet.colours.secondary,
    }


def _set(sheet: Sheet, text: Text, label: Label, size: float) -> None:
    sheet.set_drawn(text, label.text, label.path, size, label.quiet)
