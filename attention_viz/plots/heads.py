"""Heads: every head of one layer side by side."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure

from attention_viz.attention import Attention
from attention_viz.plots import wording
from attention_viz.plots.look import Look
from attention_viz.plots.matrix import Edge, Matrix, draw, edge, label_keys, label_queries, matrix
from attention_viz.plots.scale import Scale, scale_of
from attention_viz.plots.sheet import AXIS, MARGIN, TITLE, Box, Sheet
from attention_viz.plots.wording import Translate

COLUMNS = 4
MOST_CELLS = 128
"""Rows and columns beyond which each head is drawn pooled."""

SIDE, GAP, HEADING = 3.0, 0.22, 0.34
"""Side of one head, space between two, and the line of its title, in inches."""

SIZES = (8.0, 12.0)
"""The smallest and the largest font of the tokens, in points."""


def plot_heads(
    attention: Attention,
    layer: int,
    *,
    scale: str = "unit",
    theme: str = "light",
    palette: str = "blue",
    exclude: Collection[str] = (),
    renormalise: bool = False,
    pairs: str = "all",
    threshold: float = 0.0,
    title: str | None = None,
    translate: Translate = str,
) -> Figure:
    """What does each head of this layer read? Four in a row, tokens along the left and the bottom edge, one colour bar for all.

    The options are those of `plot_head`; "peak" is the highest weight of the whole layer.
    The cells are the weights themselves; beyond 128 tokens the highest weight of each block, and the picture says so.
    Raises SelectionError where the layer does not exist, and as `plot_head` does.
    """
    look = Look(scale, theme, exclude, renormalise, title, translate, palette, pairs, threshold)
    seen = look.seen(attention)
    shown = [matrix(seen, layer, head, exclude, MOST_CELLS) for head in range(attention.heads_of(layer))]
    queries = edge(attention.query_tokens, shown[0].queries, SIDE, SIZES)
    keys = edge(attention.key_tokens, shown[0].keys, SIDE, SIZES)
    notes = [
        *wording.labelled_note(max(queries.every, keys.every)),
        *wording.pooled_note(attention, shown[0].values.shape),
        *wording.closed_note(attention, [layer], shown[0].values.shape),
        *wording.left_out_note(exclude, renormalise),
        *wording.part_note(pairs, threshold),
    ]
    grid = Grid(len(shown), queries, keys)
    colours = scale_of(scale, np.ma.stack([each.values for each in shown]))
    sheet = Sheet(look, grid.body, keys.height + 0.55, notes, colours)
    mesh = _panels(sheet, grid, shown, colours)
    _outer_words(sheet, grid, look.heading(wording.layer_title(layer)))
    sheet.colour_bar(mesh, colours)
    return sheet.figure


@dataclass(frozen=True)
class Grid:
    """Where each head of a layer stands on the sheet."""

    heads: int
    queries: Edge
    keys: Edge

    @property
    def columns(self) -> int:
        return min(COLUMNS, self.heads)

    @property
    def rows(self) -> int:
        return -(-self.heads // self.columns)

    @property
    def body(self) -> Box:
        """All cells together, from the top of the first to the bottom of the last; without titles above and labels below."""
        width = self.columns * (SIDE + GAP) - GAP
        return Box(0.6 + self.queries.widest, 0.95, width, self.rows * (SIDE + HEADING) - HEADING)

    def box(self, cell: int) -> Box:
        row, column = divmod(cell, self.columns)
        return Box(self.body.x + column * (SIDE + GAP), self.body.y + row * (SIDE + HEADING), SIDE, SIDE)


def _panels(sheet: Sheet, grid: Grid, shown: list[Matrix], colours: Scale) -> QuadMesh:
    for head, each in enumerate(shown):
        box = grid.box(head)
        axes = sheet.axes(box)
        mesh = draw(axes, each, sheet.look.colours, colours)
        sheet.title(axes, box, sheet.look.say(wording.head_title(head)), above=0.06, size=AXIS)
        if head % grid.columns == 0:
            label_queries(sheet, axes, grid.queries)
        if head + grid.columns >= grid.heads:  # nothing stands below it
            label_keys(sheet, axes, grid.keys, top=False)
    for cell in range(grid.heads, grid.rows * grid.columns):
        unused = sheet.axes(grid.box(cell))
        unused.set_axis_off()
        unused.set_visible(False)
    return mesh


def _outer_words(sheet: Sheet, grid: Grid, heading: str) -> None:
    """The layer's title and the two axis titles, once for all heads."""
    body, figure = sheet.body, sheet.figure
    middle, foot = body.y + body.height / 2, body.y + body.height + grid.keys.height + 0.15
    over = figure.suptitle("", x=sheet.across(body.x), y=sheet.down(MARGIN), ha="left", va="top")
    side = figure.supylabel("", x=sheet.across(MARGIN), y=sheet.down(middle), ha="center", va="center")
    below = figure.supxlabel("", x=sheet.across(body.x + body.width / 2), y=sheet.down(foot), ha="center", va="top")
    sheet.set_text(over, heading, TITLE)
    sheet.set_text(side, sheet.look.say(wording.query_axis()), AXIS)
    sheet.set_text(below, sheet.look.say(wording.key_axis()), AXIS)
