"""Lines: what one head reads, or several, as lines between two columns of tokens."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Unpack

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.path import Path

from attention_viz.attention import Attention
from attention_viz.cut_links import CutLink, Pair
from attention_viz.drawing import LINES
from attention_viz.errors import Message
from attention_viz.filters import chosen_queries
from attention_viz.palettes import head_colour
from attention_viz.plots.cut_marks import broken, cut_lines, cut_notes, dot
from attention_viz.plots.heatmap import AxisLabels, axis_labels
from attention_viz.plots.layout import captions
from attention_viz.plots.layout.dimensions import AXIS, MARGIN, SMALL, Box
from attention_viz.plots.layout.extent import extent_of
from attention_viz.plots.layout.in_axes import sheet_in
from attention_viz.plots.layout.scale import digits
from attention_viz.plots.layout.sheet import Sheet
from attention_viz.plots.layout.style import FilterOptions, Style, takes
from attention_viz.plots.line_choice import Head, HeadLines, chosen_lines, is_crowd
from attention_viz.plots.typesetting.fonts import POINTS

THIN, THICK = 0.5, 5.0
"""Width of lines, in points."""
PITCH, LONGEST, ACROSS, SHORTEST = 0.26, 14.0, 3.4, 1.0
"""From one token to the next, the columns' greatest length, and the way from one column to the other, usually and at least, in
inches."""
SIZES = (6.5, 12.0)
"""The smallest and the largest font of the tokens, in points."""
ENTRY, ENTRIES = 0.22, 2
"""Height of an entry of the legend in inches, and how many stand side by side."""


@dataclass(frozen=True)
class Columns:
    """Where the two columns of tokens stand. pitch : from one token to the next; across: between the columns; in inches"""

    pitch: float
    across: float

    def height(self, cell: int) -> float:
        return (cell + 0.5) * self.pitch

    def curve(self, query: int, key: int, aside: float) -> Path:
        """From a query's height to a key's, level at both ends. aside : so many inches further down"""
        start, end, bend = self.height(query) + aside, self.height(key) + aside, 0.4 * self.across
        corners = [(0.0, start), (bend, start), (self.across - bend, end), (self.across, end)]
        return Path(corners, [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4])

    def middle(self, query: int, key: int, aside: float) -> tuple[float, float]:
        """Of that way."""
        return self.across / 2, (self.height(query) + self.height(key)) / 2 + aside


@takes(FilterOptions)
def plot_lines(
    attention: Attention,
    layer: int,
    head: int,
    *,
    beside: Sequence[Head] = (),
    queries: Collection[int] = (),
    cuts: Sequence[CutLink] = (),
    ax: Axes | None = None,
    **options: Unpack[FilterOptions],
) -> Figure:
    """Which token reads which? A line from each query on the left to each key on the right; the thicker, the higher the weight.

    beside  : other heads, (layer, head), drawn too: colours go in their order, and this head comes last
    queries : positions from 0 whose lines are drawn; () = all
    cuts    : links that are cut, as for `plot_head`; their lines have a gap, the weights are those before the cut
    At most 600 lines are drawn, the strongest, and none below a twentieth of
    the highest weight; the picture says down to which. The strongest line is opaque; where more than 40 are strong, and more
    than there are tokens, all are thin. Raises SelectionError where a head, a query, the pairs, the theme or a kind does not exist.
    """
    style = Style(**options)
    extent = extent_of(style, ax, bar=False)
    heads = tuple(beside) if (layer, head) in beside else (*beside, (layer, head))
    drawn = chosen_lines(style.seen(attention), heads, chosen_queries(attention, queries))
    longer = max(attention.shape)
    pitch = extent.within[1] / longer if extent.within else min(PITCH, LONGEST / longer)
    sides = [
        axis_labels(tokens, range(len(tokens)), pitch * len(tokens), SIZES, style.font)
        for tokens in (attention.query_tokens, attention.key_tokens)
    ]
    # the view shows a part of a long text, this picture all of it, where one strong line a token is no crowd
    thin = is_crowd(drawn, max(LINES.crowd, longer))
    notes = _notes(drawn, sides, style, thin)
    if len(heads) == 1:
        notes += captions.excluded_share_note(attention, layer, head, style)
    else:
        notes += captions.excluded_note(style)
    cut = [cut_lines(attention, cuts, each) for each in heads]
    notes += cut_notes(attention, cuts, heads, [whole for each in cut for whole in each.values()])
    notes += captions.font_notes([*sides[0].labels, *sides[1].labels], style)
    entries = -(-len(heads) // ENTRIES) if len(heads) > 1 else 0
    left, right = 0.35 + sides[0].widest, 0.15 + sides[1].widest
    width, _ = extent.body((ACROSS + right, pitch * longer), lambda: left + MARGIN)
    body = Box(left, 1.05 + ENTRY * entries, max(width, right + SHORTEST), pitch * longer)
    columns = Columns(pitch, body.width - right)
    sheet = sheet_in(extent, style, body, 0, notes)
    axes = sheet.axes(body)
    axes.set(xlim=(0, body.width), ylim=(body.height, 0))  # inches
    _draw(sheet, axes, drawn, columns, thin, cut)
    _name_tokens(sheet, axes, sides, columns, queries)
    usual = captions.title(*heads[0]) if len(heads) == 1 else Message("{n} heads", {"n": len(heads)})
    sheet.title(axes, body, style.heading(usual), above=0.5 + ENTRY * entries)
    if entries:
        _legend(sheet, axes, heads)
    return sheet.figure


def _notes(drawn: Sequence[HeadLines], sides: Sequence[AxisLabels], style: Style, thin: bool) -> list[Message]:
    n = sum(len(each.weights) for each in drawn)
    least = min((float(each.weights[0]) for each in drawn if len(each.weights)), default=0.0)
    lines = Message("{n} weights are drawn as lines, the lowest is {least}.", {"n": n, "least": digits(least)})
    return [
        lines if n else Message("No weight is high enough for a line."),
        *captions.labelled_note(max(side.every for side in sides)),
        *(
            [Message("Many lines are strong: all are thin, and the fuller colour is the larger weight.")]
            if thin
            else []
        ),
        *captions.filters_note(style),
    ]


def _draw(
    sheet: Sheet,
    axes: Axes,
    drawn: Sequence[HeadLines],
    columns: Columns,
    thin: bool,
    cut: Sequence[Mapping[Pair, bool]],
) -> None:
    """Lines of several heads between the same tokens run side by side.

    cut : of each head, the links that are cut: their lines have a gap, or where some of several are cut, a dot
    """
    highest = np.concatenate([each.weights for each in drawn]).max(initial=0)
    lane = min(THICK, max(1.0, 0.8 * columns.pitch * POINTS / len(drawn)))
    for number, each in enumerate(drawn):
        if len(each.weights) == 0:
            continue
        strength = each.weights / highest
        aside = (number - (len(drawn) - 1) / 2) * lane / POINTS
        hue, dashed = head_colour(sheet.style.theme, number)
        colour = np.tile(to_rgba(hue), (len(strength), 1))
        colour[:, 3] = np.maximum(0.08, np.sqrt(strength))
        pairs = list(zip(each.queries.tolist(), each.keys.tolist(), strict=True))
        lines = PathCollection(
            [_line(columns.curve(q, k, aside), cut[number].get((q, k), False)) for q, k in pairs],
            facecolors="none",
            edgecolors=colour,
            linewidths=sheet.factor * (np.full(len(strength), THIN) if thin else np.maximum(THIN, lane * strength)),
            linestyles="dashed" if dashed else "solid",
        )
        axes.add_collection(lines, autolim=False)
        held = [pair for pair in pairs if not cut[number].get(pair, True)]
        dot(sheet, axes, [columns.middle(q, k, aside) for q, k in held], SMALL)


def _line(curve: Path, is_cut: bool) -> Path:
    return broken(curve) if is_cut else curve


def _name_tokens(
    sheet: Sheet, axes: Axes, sides: Sequence[AxisLabels], columns: Columns, queries: Collection[int]
) -> None:
    """The tokens on both sides, and above them what they are; pinned queries in the one highlight, the others then quiet."""
    titles = (captions.query_axis(), captions.key_axis())
    for side, heading, x, align in zip(sides, titles, (-0.1, columns.across + 0.1), ("right", "left"), strict=True):
        for cell, label in zip(side.cells, side.labels, strict=True):
            artist = axes.text(x, columns.height(cell), "", ha=align, va="center_baseline", parse_math=False)
            faded = align == "right" and len(queries) > 0
            sheet.set_drawn(artist, label.text, label.path, side.size, label.quiet or faded)
            if faded and label.position in queries:
                artist.set_color(sheet.colours.accent)
        middle = axes.text(
            0 if align == "right" else columns.across, -0.15, "", ha="left" if align == "right" else "right"
        )
        sheet.set_text(middle, sheet.style.say(heading), AXIS)


def _legend(sheet: Sheet, axes: Axes, heads: Sequence[Head]) -> None:
    """Under the title: which colour is which head."""
    rows = -(-len(heads) // ENTRIES)
    for number, (layer, head) in enumerate(heads):
        column, row = divmod(number, rows)
        colour, dashed = head_colour(sheet.style.theme, number)
        x, y = column * sheet.body.width / ENTRIES, -0.45 - ENTRY * (rows - 1 - row)
        axes.plot(
            [x, x + 0.3],
            [y - 0.05] * 2,
            color=colour,
            linestyle="dashed" if dashed else "solid",
            lw=2.5 * sheet.factor,
            clip_on=False,
        )
        sheet.set_text(axes.text(x + 0.4, y, ""), sheet.style.say(captions.title(layer, head)), SMALL)
