"""Heads: every head of one layer side by side, or any heads of any layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure

from attention_viz.attention import Attention
from attention_viz.cut_links import CutLink
from attention_viz.errors import Message, SelectionError
from attention_viz.plots.cut_marks import cell_marks, cut_notes, mark_cells
from attention_viz.plots.heatmap import AxisLabels, Heatmap, axis_labels, draw, heatmap, label_keys, label_queries
from attention_viz.plots.layout import captions
from attention_viz.plots.layout.dimensions import AXIS, MARGIN, TITLE, Box
from attention_viz.plots.layout.extent import HIGHEST, Extent, extent_of
from attention_viz.plots.layout.scale import Scale, scale_of
from attention_viz.plots.layout.sheet import Sheet
from attention_viz.plots.layout.style import ColourOptions, Style, takes
from attention_viz.plots.numbers import fitting_size, write_numbers

Head = tuple[int, int]

COLUMNS = 4
MOST_CELLS = 128
"""Rows and columns beyond which each head is drawn pooled."""

SIDE, SMALLEST, GAP, HEADING = 3.0, 1.2, 0.22, 0.34
"""Side of one head, and on paper of a given width where the heads are not too many for a page; space between two, and the line of its title, in inches."""
LEFT = 0.6
"""Space for the title of the queries, in inches."""

SIZES = (8.0, 12.0)
"""The smallest and the largest font of the tokens, in points."""


@takes(ColourOptions)
def plot_heads(
    attention: Attention,
    layer: int | None = None,
    *,
    heads: Sequence[Head] | None = None,
    cuts: Sequence[CutLink] = (),
    **options: Unpack[ColourOptions],
) -> Figure:
    """What does each head of this layer read? Four in a row, tokens along the left and the bottom edge, one colour bar for all.

    heads : instead of a layer, (layer, head) pairs from 0, of any layers, in the order in which they are drawn
    cuts  : links that are cut, as for `plot_head`
    "peak" is the highest weight of all that are drawn. On paper of a given width
    as many stand in a row as are still legible.
    The cells are the weights themselves; beyond 128 tokens the highest weight of each block, and the picture says so.
    Raises SelectionError where the layer or a head does not exist, where both or neither are given, and as `plot_head` does.
    """
    style = Style(**options)
    drawn = _chosen(attention, layer, heads)
    seen = style.seen(attention)
    shown = [heatmap(seen, *each, style.exclude, MOST_CELLS) for each in drawn]
    grid = grid_of(extent_of(style), style, attention, shown)
    queries, keys = grid.queries, grid.keys
    size = (
        fitting_size(shown[0], (grid.side, grid.side), style.font, grid.extent.factor) if style.paper.numbers else None
    )
    marks = [
        cell_marks(attention, each, cuts, head, (grid.side, grid.side)) for each, head in zip(shown, drawn, strict=True)
    ]
    notes = [
        *captions.labelled_note(max(queries.every, keys.every)),
        *captions.pooled_note(attention, shown[0].values.shape),
        *captions.masked_note(attention, {layer for layer, _ in drawn}, shown[0].values.shape),
        *captions.excluded_note(style),
        *captions.filters_note(style),
        *cut_notes(attention, cuts, drawn, [whole for each in marks for whole in each.whole]),
        *captions.numbers_note(style, size is not None),
        *captions.font_notes([*queries.labels, *keys.labels], style),
    ]
    colours = scale_of(style.scale, np.ma.stack([each.values for each in shown]))
    sheet = Sheet(style, grid.extent, grid.body, keys.height + 0.55, notes, colours)
    titles = [captions.title(*each) if layer is None else captions.head_title(each[1]) for each in drawn]
    for cell, (each, words) in enumerate(zip(shown, titles, strict=True)):
        axes, mesh = _panel(sheet, grid, cell, each, words, colours)
        mark_cells(sheet, axes, marks[cell])
        if size is not None:
            write_numbers(sheet, axes, each, size, style.colours, colours)
    _hide_unused(sheet, grid)
    _outer_words(
        sheet,
        grid,
        style.heading(Message("{n} heads", {"n": len(drawn)}) if layer is None else captions.layer_title(layer)),
    )
    sheet.colour_bar(mesh, colours)
    return sheet.figure


def _chosen(attention: Attention, layer: int | None, heads: Sequence[Head] | None) -> list[Head]:
    """The heads that are drawn. Raises SelectionError unless either a layer or heads are given."""
    if layer is not None and heads is None:
        return [(layer, head) for head in range(attention.heads_of(layer))]
    if layer is None and heads:
        return list(heads)
    raise SelectionError(
        "plot_heads draws either a layer or heads, not layer={layer} with heads={heads}; give one, such as layer=2 or heads=[(0, 3), (2, 5)].",
        layer=layer,
        heads=heads,
    )


@dataclass(frozen=True)
class Grid:
    """Where each head stands on the sheet. side : of each, in inches"""

    extent: Extent
    heads: int
    columns: int
    side: float
    queries: AxisLabels
    keys: AxisLabels

    @property
    def rows(self) -> int:
        return -(-self.heads // self.columns)

    @property
    def body(self) -> Box:
        """All cells together, from the top of the first to the bottom of the last; without titles above and labels below."""
        width = self.columns * (self.side + GAP) - GAP
        return Box(LEFT + self.queries.widest, 0.95, width, self.rows * (self.side + HEADING) - HEADING)

    def box(self, cell: int) -> Box:
        row, column = divmod(cell, self.columns)
        across, down = column * (self.side + GAP), row * (self.side + HEADING)
        return Box(self.body.x + across, self.body.y + down, self.side, self.side)


def grid_of(extent: Extent, style: Style, attention: Attention, shown: Sequence[Heatmap]) -> Grid:
    """Four heads in a row; on paper of a given width as many as are not too small, or as many as one page takes."""
    heads = len(shown)

    def edges(side: float) -> tuple[AxisLabels, AxisLabels]:
        return (
            axis_labels(attention.query_tokens, shown[0].queries, side, SIZES, style.font),
            axis_labels(attention.key_tokens, shown[0].keys, side, SIZES, style.font),
        )

    if extent.sheet is None:
        return Grid(extent, heads, min(COLUMNS, heads), SIDE, *edges(SIDE))
    width = extent.sheet - LEFT - edges(SIDE)[0].widest - MARGIN
    least = min(COLUMNS, heads, max(1, int((width + GAP) / (SMALLEST + GAP))))
    for columns in range(least, min(COLUMNS, heads) + 1):
        side = (width + GAP) / columns - GAP
        grid = Grid(extent, heads, columns, side, *edges(side))
        if grid.body.height <= HIGHEST:
            break
    return grid


def _panel(
    sheet: Sheet, grid: Grid, cell: int, shown: Heatmap, words: Message, colours: Scale
) -> tuple[Axes, QuadMesh]:
    """One head, with its title and the labels that stand at the grid's edge."""
    box = grid.box(cell)
    axes = sheet.axes(box)
    mesh = draw(axes, shown, sheet.style.colours, colours)
    said = sheet.style.say(words)
    sheet.title(axes, box, said, above=0.06, size=sheet.fitted(said, AXIS, box.width))
    if cell % grid.columns == 0:
        label_queries(sheet, axes, grid.queries)
    if cell + grid.columns >= grid.heads:  # nothing stands below it
        label_keys(sheet, axes, grid.keys, top=False)
    return axes, mesh


def _hide_unused(sheet: Sheet, grid: Grid) -> None:
    for cell in range(grid.heads, grid.rows * grid.columns):
        unused = sheet.axes(grid.box(cell))
        unused.set_axis_off()
        unused.set_visible(False)


def _outer_words(sheet: Sheet, grid: Grid, heading: str) -> None:
    """The layer's title and the two axis titles, once for all heads."""
    body, figure = sheet.body, sheet.figure
    middle, foot = body.y + body.height / 2, body.y + body.height + grid.keys.height + 0.15
    over = figure.suptitle("", x=sheet.across(body.x), y=sheet.down(MARGIN), ha="left", va="top")
    side = figure.supylabel("", x=sheet.across(MARGIN), y=sheet.down(middle), ha="center", va="center")
    below = figure.supxlabel("", x=sheet.across(body.x + body.width / 2), y=sheet.down(foot), ha="center", va="top")
    sheet.set_text(over, heading, sheet.fitted(heading, TITLE, sheet.right - body.x))
    sheet.set_text(side, sheet.style.say(captions.query_axis()), AXIS)
    sheet.set_text(below, sheet.style.say(captions.key_axis()), AXIS)
