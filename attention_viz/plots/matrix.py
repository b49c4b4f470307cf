"""Matrix: one head's weights as a heatmap with tokens along its edges, query down and key across."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.text import Text

from attention_viz.attention import Attention, Tokens
from attention_viz.filters import kept
from attention_viz.plots.labels import Label, thinned
from attention_viz.plots.palette import weights_map
from attention_viz.plots.scale import Scale
from attention_viz.plots.sheet import POINTS, Sheet
from attention_viz.pooling import block_edges

SPACE = 2.0
"""Points between two labels that stand side by side."""


@dataclass(frozen=True)
class Matrix:
    """What is drawn of one head.

    values  : (row, column) float32; the weights themselves where every token has its cell, else the highest of each block;
              masked where a key is left out
    queries, keys : the first token of each row and of each column
    """

    values: np.ma.MaskedArray
    queries: tuple[int, ...]
    keys: tuple[int, ...]


def matrix(attention: Attention, layer: int, head: int, exclude: Collection[str], size: int) -> Matrix:
    """One head in at most size x size cells. `attention` has the excluded keys at 0 already; their columns are masked."""
    values = np.ma.masked_array(attention.overview(layer, head, size))
    queries, keys = (tuple(int(edge) for edge in block_edges(n, size)[:-1]) for n in attention.shape)
    if values.shape[1] == len(attention.key_tokens):  # a block mixes keys: what is left of it is drawn
        values[:, ~kept(attention.key_tokens, exclude)] = np.ma.masked
    return Matrix(values, queries, keys)


def draw(axes: Axes, shown: Matrix, theme: str, scale: Scale) -> QuadMesh:
    """The cells. In SVG and PDF they are one embedded picture: thousands of small polygons show seams and weigh megabytes."""
    sns.heatmap(
        shown.values,
        mask=np.ma.getmaskarray(shown.values),
        norm=scale.norm,
        cmap=weights_map(theme),
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
class Edge:
    """The labels of one axis: at which cells, and how large in points."""

    cells: tuple[int, ...]
    labels: tuple[Label, ...]
    every: int
    size: float
    room: float

    @property
    def widest(self) -> float:
        """Inches that the longest label takes."""
        return max(label.width(self.size) for label in self.labels) / POINTS

    @property
    def upright(self) -> bool:
        """Labels along the top or the bottom fit side by side; a special token may be turned on its own."""
        return all(label.quiet or self.fits(label) for label in self.labels)

    def fits(self, label: Label) -> bool:
        return label.width(self.size) + SPACE <= self.room

    @property
    def height(self) -> float:
        """Inches that these labels take along the top or the bottom."""
        turned = [label.width(self.size) for label in self.labels if not (self.upright and self.fits(label))]
        return max([self.size * 1.2, *turned]) / POINTS


def edge(tokens: Tokens, starts: Sequence[int], length: float, sizes: tuple[float, float]) -> Edge:
    """The labels of an axis so many inches long.

    starts : the first token of each cell
    sizes  : the smallest and the largest font size, in points
    """
    cell = length * POINTS / len(starts)
    size = math.floor(2 * min(max(cell * 0.68, sizes[0]), sizes[1])) / 2
    labels, every = thinned(tokens, starts, cell, size)
    return Edge(tuple(range(0, len(starts), every)), tuple(labels), every, size, cell * every)


def label_queries(sheet: Sheet, axes: Axes, edge: Edge) -> None:
    """Tokens down the left side."""
    axes.set_yticks([cell + 0.5 for cell in edge.cells], [label.text for label in edge.labels], parse_math=False)
    axes.tick_params(axis="y", length=2, width=0.5, pad=3, color=sheet.colours.secondary)
    for tick, label in zip(axes.yaxis.get_major_ticks(), edge.labels, strict=True):
        _set(sheet, tick.label1, label, edge.size)
        tick.label1.set(rotation=0, va="center_baseline")


def label_keys(sheet: Sheet, axes: Axes, edge: Edge, top: bool) -> None:
    """Tokens along the top or the bottom, turned where they are too long to stand side by side."""
    axes.set_xticks([cell + 0.5 for cell in edge.cells], [label.text for label in edge.labels], parse_math=False)
    axes.tick_params(
        axis="x",
        length=2,
        width=0.5,
        pad=3,
        color=sheet.colours.secondary,
        top=top,
        bottom=not top,
        labeltop=top,
        labelbottom=not top,
    )
    for tick, label in zip(axes.xaxis.get_major_ticks(), edge.labels, strict=True):
        text = tick.label2 if top else tick.label1
        _set(sheet, text, label, edge.size)
        text.set_rotation(0 if edge.upright and edge.fits(label) else 90)


def _set(sheet: Sheet, text: Text, label: Label, size: float) -> None:
    sheet.set_drawn(text, label.text, label.path, size, label.quiet)
