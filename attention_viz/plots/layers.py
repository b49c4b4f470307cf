"""Layers: every head of every layer as a thumbnail, one row per layer."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Unpack

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure

from attention_viz.attention import Attention
from attention_viz.cut_links import CutLink, cut_cells
from attention_viz.errors import Message
from attention_viz.means import members, model_heads
from attention_viz.plots.cut_marks import cut_notes, dot
from attention_viz.plots.heatmap import heatmap
from attention_viz.plots.layout import captions
from attention_viz.plots.layout.dimensions import AXIS, MARGIN, SMALL, Box
from attention_viz.plots.layout.extent import extent_of
from attention_viz.plots.layout.in_axes import sheet_in
from attention_viz.plots.layout.scale import scale_of
from attention_viz.plots.layout.sheet import Sheet
from attention_viz.plots.layout.style import ColourOptions, Style, takes
from attention_viz.plots.typesetting.fonts import POINTS
from attention_viz.pooling import block_edges

THUMBNAIL = 64
"""Rows and columns beyond which a thumbnail is pooled."""

MOST_CELLS = 400_000
"""Cells of all thumbnails together: where there are very many heads, each is pooled further."""

SIDE, WIDEST = 1.0, 14.0
"""Side of a thumbnail with its gap where they are few, and the length of all of them each way at most, in inches."""

LEFT = 0.9
"""Space for the layers' numbers and their title, in inches."""

GAP = 0.1
"""Space between two thumbnails, in parts of that side."""


@takes(ColourOptions)
def plot_layers(
    attention: Attention,
    *,
    cuts: Sequence[CutLink] = (),
    ax: Axes | None = None,
    **options: Unpack[ColourOptions],
) -> Figure:
    """Where do heads differ? A thumbnail of every head, layers down, heads across, each to be read like `plot_head`.

    cuts : links that are cut, as for `plot_head`: a dot on the cell that holds one
    "peak" is the highest weight of all heads.
    The cells are the weights themselves; beyond 64 tokens (fewer where there are very many heads) the highest weight of each block, and
    the picture says so.
    Raises SelectionError as `plot_head` does.
    """
    style = Style(**options)
    extent = extent_of(style, ax)
    mosaic = assemble(style.seen(attention), style.exclude)
    layers, heads = len(attention.layers), attention.n_heads
    side = min(SIDE, WIDEST / max(layers, heads))
    width, height = extent.body((side * heads, side * layers), lambda: LEFT + MARGIN)
    body = Box(LEFT, 1.1, width, height)
    notes = [
        *captions.pooled_note(attention, mosaic.cells),
        *captions.masked_note(attention, attention.layers, mosaic.cells),
        *captions.excluded_note(style),
        *captions.filters_note(style),
        *cut_notes(attention, cuts, members(attention), [False]),
        *captions.numbers_note(style, fit=False),
    ]
    colours = scale_of(style.scale, mosaic.values)
    sheet = sheet_in(extent, style, body, 0, notes, colours)
    axes = sheet.axes(body)
    mesh = axes.pcolormesh(*mosaic.edges, mosaic.values, cmap=style.colours, norm=colours.norm, rasterized=True)
    axes.set(xlim=(0, heads), ylim=(layers, 0))
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    dot(sheet, axes, mosaic.cut_places(attention, cuts), POINTS * width / heads / mosaic.cells[1])
    _number(sheet, axes.xaxis, range(heads), width / heads, Message("head"))
    _number(sheet, axes.yaxis, attention.layers, height / layers, Message("layer"))
    axes.xaxis.set_label_coords(0.5, 1 + 0.27 / body.height)
    axes.yaxis.set_label_coords(-0.45 / body.width, 0.5)
    sheet.title(axes, body, style.heading(Message("All heads of all layers")), above=0.62)
    sheet.colour_bar(mesh, colours)
    return sheet.figure


@dataclass(frozen=True)
class Mosaic:
    """All thumbnails as one array.

    values : (row, column) float32; layers down, heads across, one masked row or column between two thumbnails,
             masked too where a layer has fewer heads or a key is left out
    cells  : (query, key) cells of one thumbnail
    tiles  : (layer, head) thumbnails; layers without attention weights have no row
    """

    values: np.ma.MaskedArray
    cells: tuple[int, int]
    tiles: tuple[int, int]

    def place(self, row: int, head: int) -> tuple[slice, slice]:
        """The rows and the columns of one thumbnail."""
        top, first = row * (self.cells[0] + 1), head * (self.cells[1] + 1)
        return slice(top, top + self.cells[0]), slice(first, first + self.cells[1])

    @property
    def edges(self) -> tuple[np.ndarray, np.ndarray]:
        """Where columns and rows begin and end, in thumbnails: (column + 1,) and (row + 1,)."""
        down, across = (
            np.add.outer(np.arange(tiles), np.linspace(0, 1 - GAP, cells + 1)).ravel()
            for tiles, cells in zip(self.tiles, self.cells, strict=True)
        )
        return across, down

    def cut_places(self, attention: Attention, cuts: Sequence[CutLink]) -> list[tuple[float, float]]:
        """The middles of the cells that hold cut links, in thumbnails across and down."""
        edges = [(*block_edges(n, cells).tolist(),) for n, cells in zip(attention.shape, self.cells, strict=True)]
        return [
            (head + (1 - GAP) * (column + 0.5) / self.cells[1], tile + (1 - GAP) * (row + 0.5) / self.cells[0])
            for tile, layer in enumerate(attention.layers)
            for head in range(attention.heads_of(layer))
            for row, column in cut_cells(cuts, model_heads(attention, (layer, head)), *edges)
        ]


def assemble(attention: Attention, exclude: Collection[str]) -> Mosaic:
    """Thumbnails of all heads. `attention` has the excluded keys at 0 already; their columns are masked."""
    tiles = len(attention.layers), attention.n_heads
    size = max(1, min(THUMBNAIL, math.isqrt(MOST_CELLS // math.prod(tiles))))
    cells = min(attention.shape[0], size), min(attention.shape[1], size)
    shape = [n * (each + 1) - 1 for n, each in zip(tiles, cells, strict=True)]
    values = np.ma.masked_array(np.zeros(shape, np.float32), mask=True)
    mosaic = Mosaic(values, cells, tiles)
    for row, layer in enumerate(attention.layers):
        for head in range(attention.heads_of(layer)):
            values[mosaic.place(row, head)] = heatmap(attention, layer, head, exclude, size).values
    return mosaic


def _number(sheet: Sheet, axis: Axis, indices: Sequence[int], side: float, words: Message) -> None:
    """Numbers from 1 along an axis of thumbnails, fewer of them where these are small. indices : from 0, of each thumbnail."""
    places = range(0, len(indices), math.ceil(1.8 * SMALL / POINTS / side))
    names = [str(indices[place] + 1) for place in places]
    axis.set_ticks([place + (1 - GAP) / 2 for place in places], names)
    axis.set_tick_params(length=0, pad=3 * sheet.factor)
    for tick, name in zip(axis.get_major_ticks(), names, strict=True):
        for text in (tick.label1, tick.label2):
            sheet.set_text(text, name, SMALL)
    sheet.set_text(axis.label, sheet.style.say(words), AXIS)
