"""Head: one head as a heatmap."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from functools import partial
from typing import Unpack

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attention_viz.attention import Attention
from attention_viz.cut_links import CutLink
from attention_viz.filters import chosen_queries
from attention_viz.plots.cut_marks import cell_marks, cut_notes, mark_cells
from attention_viz.plots.heatmap import AxisLabels, Heatmap, axis_labels, draw, heatmap, label_keys, label_queries
from attention_viz.plots.layout import captions
from attention_viz.plots.layout.dimensions import AXIS, MARGIN, Box
from attention_viz.plots.layout.extent import extent_of
from attention_viz.plots.layout.in_axes import sheet_in
from attention_viz.plots.layout.scale import scale_of
from attention_viz.plots.layout.sheet import Sheet
from attention_viz.plots.layout.style import ColourOptions, Style, takes
from attention_viz.plots.numbers import fitting_size, write_numbers

MOST_CELLS = 512
"""Rows and columns beyond which a head is drawn pooled."""

LEFT, TALLEST = 0.6, 100.0
"""Space for the title of the queries, and a height at which every label is as large as labels get, in inches."""

SIZES = (8.0, 14.0)
"""The smallest and the largest font of the tokens, in points."""


@takes(ColourOptions)
def plot_head(
    attention: Attention,
    layer: int,
    head: int,
    *,
    queries: Collection[int] = (),
    cuts: Sequence[CutLink] = (),
    ax: Axes | None = None,
    **options: Unpack[ColourOptions],
) -> Figure:
    """Which query reads which key in this head? Query down the side, key along the top, more weight further from the ground's colour.

    layer, head : from 0; the title counts from 1
    queries     : positions from 0 of the rows that are framed
    cuts        : links of the model's heads that are cut, as for `experiments.cut`; their cells are striped, and a cell that
                  stands for several links, as in a mean, of which some are cut, has a dot; the weights are those before the cut
    ax          : axes of your own, which the picture fills; the rest of their figure, which is returned, is left as it is
    The cells are the weights themselves; beyond 512 tokens the highest weight of each block, and the picture says so.
    Raises SelectionError where the head, the scale, the theme, the palette, the direction, a kind, the width or the font does
    not exist, and where `ax` is no flat Axes or comes with a width.
    """
    style = Style(**options)
    extent = extent_of(style, ax)
    shown = heatmap(style.seen(attention), layer, head, style.exclude, MOST_CELLS)
    rows, columns = (_length(cells) for cells in shown.values.shape)
    tall = partial(axis_labels, attention.query_tokens, shown.queries, sizes=SIZES, preferred=style.font)
    columns, rows = extent.body((columns, rows), lambda: LEFT + tall(TALLEST).widest + MARGIN)
    down = tall(rows)
    across = axis_labels(attention.key_tokens, shown.keys, columns, SIZES, style.font)
    size = fitting_size(shown, (columns, rows), style.font, extent.factor) if style.paper.numbers else None
    marks = cell_marks(attention, shown, cuts, (layer, head), (columns, rows))
    notes = [
        *captions.labelled_note(max(down.every, across.every)),
        *captions.pooled_note(attention, shown.values.shape),
        *captions.masked_note(attention, [layer], shown.values.shape),
        *captions.excluded_share_note(attention, layer, head, style),
        *captions.filters_note(style),
        *cut_notes(attention, cuts, [(layer, head)], marks.whole),
        *captions.numbers_note(style, size is not None),
        *captions.font_notes([*down.labels, *across.labels], style),
    ]
    left = LEFT + down.widest
    body = Box(left, 0.85 + across.height, extent.filled(left, columns), rows)
    colours = scale_of(style.scale, shown.values)
    sheet = sheet_in(extent, style, body, 0, notes, colours)
    axes = sheet.axes(body)
    mesh = draw(axes, shown, style.colours, colours)
    if size is not None:
        write_numbers(sheet, axes, shown, size, style.colours, colours)
    mark_cells(sheet, axes, marks)
    label_queries(sheet, axes, down)
    label_keys(sheet, axes, across, top=True)
    _name_axes(sheet, axes, down, across)
    _frame_rows(sheet, axes, shown, np.flatnonzero(chosen_queries(attention, queries)) if len(queries) else ())
    sheet.title(axes, body, style.heading(captions.title(layer, head)), above=across.height + 0.45)
    sheet.colour_bar(mesh, colours)
    return sheet.figure


def _frame_rows(sheet: Sheet, axes: Axes, shown: Heatmap, queries: Iterable[int]) -> None:
    """Round the rows of these queries; a row may stand for several."""
    n = shown.values.shape[1]
    for row in sorted({int(np.searchsorted(shown.queries, query, side="right")) - 1 for query in queries}):
        axes.add_patch(sheet.frame(0, row, n, 1))


def _length(cells: int) -> float:
    """Inches that so many cells get: large ones for a few tokens, and never more than a page."""
    return min(12.0, 1.5 * math.sqrt(cells))


def _name_axes(sheet: Sheet, axes: Axes, queries: AxisLabels, keys: AxisLabels) -> None:
    body = sheet.body
    sheet.set_text(axes.set_ylabel("", va="bottom"), sheet.style.say(captions.query_axis()), AXIS)
    axes.yaxis.set_label_coords(-(queries.widest + 0.15) / body.width, 0.5)
    axes.xaxis.set_label_position("top")
    sheet.set_text(axes.set_xlabel("", va="bottom"), sheet.style.say(captions.key_axis()), AXIS)
    axes.xaxis.set_label_coords(0.5, 1 + (keys.height + 0.15) / body.height)
