"""Head: one head as a heatmap."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from functools import partial

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attention_viz.attention import Attention
from attention_viz.filters import chosen_queries
from attention_viz.plots.heatmap import Edge, Matrix, draw, edge, label_keys, label_queries, matrix
from attention_viz.plots.layout import captions
from attention_viz.plots.layout.captions import Translate
from attention_viz.plots.layout.in_axes import sheet_in
from attention_viz.plots.layout.measures import AXIS, MARGIN, Box
from attention_viz.plots.layout.paper import PAPER, Paper
from attention_viz.plots.layout.scale import scale_of
from attention_viz.plots.layout.sheet import Sheet
from attention_viz.plots.layout.sizes import room_of
from attention_viz.plots.layout.style import Look
from attention_viz.plots.numbers import fitting_size, write_numbers

MOST_CELLS = 512
"""Rows and columns beyond which a head is drawn pooled."""

LEFT, TALLEST = 0.6, 100.0
"""Room for the title of the queries, and a height at which every label is as large as labels get, in inches."""

SIZES = (8.0, 14.0)
"""The smallest and the largest font of the tokens, in points."""


def plot_head(
    attention: Attention,
    layer: int,
    head: int,
    *,
    queries: Collection[int] = (),
    scale: str = "unit",
    theme: str = "light",
    palette: str = "blue",
    exclude: Collection[str] = (),
    renormalise: bool = False,
    pairs: str = "all",
    threshold: float = 0.0,
    title: str | None = None,
    translate: Translate = str,
    paper: Paper = PAPER,
    ax: Axes | None = None,
) -> Figure:
    """Which query reads which key in this head? Query down the side, key along the top, more weight further from the ground's colour.

    layer, head : from 0; the title counts from 1
    queries     : positions from 0 of the rows that are framed
    scale       : colours from 0 to 1 ("unit") or to the highest weight shown ("peak"); by the square root "root" and "root_peak"
    theme       : "light" or "dark"; palette: "blue", or "grey" for print without colours
    exclude     : kinds of keys whose columns stay empty, of "special" and "punctuation"; renormalise: see filters.leave_out
    pairs       : of a pair of texts, "AB" shows only what the first reads in the second; likewise "AA", "BA", "BB"
    threshold   : weights below it are drawn as 0
    title       : instead of "Layer 3, head 4"
    translate   : turns an English template of the picture's words into another language's, see plots.wording
    paper       : its width, numbers in its cells and its font, see `Paper`
    ax          : axes of your own, which the picture fills; the rest of their figure, which is returned, is left as it is
    The cells are the weights themselves; beyond 512 tokens the highest weight of each block, and the picture says so.
    Raises SelectionError where the head, the scale, the theme, the palette, the direction, a kind, the width or the font does
    not exist, and where `ax` is no flat Axes or comes with a width.
    """
    look = Look(scale, theme, exclude, renormalise, title, translate, palette, pairs, threshold, paper)
    room = room_of(look, ax)
    shown = matrix(look.seen(attention), layer, head, exclude, MOST_CELLS)
    rows, columns = (_length(cells) for cells in shown.values.shape)
    tall = partial(edge, attention.query_tokens, shown.queries, sizes=SIZES, own=look.font)
    columns, rows = room.body((columns, rows), lambda: LEFT + tall(TALLEST).widest + MARGIN)
    down = tall(rows)
    across = edge(attention.key_tokens, shown.keys, columns, SIZES, look.font)
    size = fitting_size(shown, (columns, rows), look.font, room.size) if paper.numbers else None
    notes = [
        *captions.labelled_note(max(down.every, across.every)),
        *captions.pooled_note(attention, shown.values.shape),
        *captions.closed_note(attention, [layer], shown.values.shape),
        *captions.share_note(attention, layer, head, exclude, renormalise),
        *captions.part_note(pairs, threshold),
        *captions.numbers_note(paper.numbers, size is not None),
        *captions.font_notes([*down.labels, *across.labels], paper),
    ]
    left = LEFT + down.widest
    body = Box(left, 0.85 + across.height, room.filled(left, columns), rows)
    colours = scale_of(scale, shown.values)
    sheet = sheet_in(room, look, body, 0, notes, colours)
    axes = sheet.axes(body)
    mesh = draw(axes, shown, look.colours, colours)
    if size is not None:
        write_numbers(sheet, axes, shown, size, look.colours, colours)
    label_queries(sheet, axes, down)
    label_keys(sheet, axes, across, top=True)
    _name_axes(sheet, axes, down, across)
    _frame_rows(sheet, axes, shown, np.flatnonzero(chosen_queries(attention, queries)) if len(queries) else ())
    sheet.title(axes, body, look.heading(captions.title(layer, head)), above=across.height + 0.45)
    sheet.colour_bar(mesh, colours)
    return sheet.figure


def _frame_rows(sheet: Sheet, axes: Axes, shown: Matrix, queries: Iterable[int]) -> None:
    """Round the rows of these queries; a row may stand for several."""
    n = shown.values.shape[1]
    for row in sorted({int(np.searchsorted(shown.queries, query, side="right")) - 1 for query in queries}):
        axes.add_patch(sheet.frame(0, row, n, 1))


def _length(cells: int) -> float:
    """Inches that so many cells get: large ones for a few tokens, and never more than a page."""
    return min(12.0, 1.5 * math.sqrt(cells))


def _name_axes(sheet: Sheet, axes: Axes, queries: Edge, keys: Edge) -> None:
    body = sheet.body
    sheet.set_text(axes.set_ylabel("", va="bottom"), sheet.look.say(captions.query_axis()), AXIS)
    axes.yaxis.set_label_coords(-(queries.widest + 0.15) / body.width, 0.5)
    axes.xaxis.set_label_position("top")
    sheet.set_text(axes.set_xlabel("", va="bottom"), sheet.look.say(captions.key_axis()), AXIS)
    axes.xaxis.set_label_coords(0.5, 1 + (keys.height + 0.15) / body.height)
