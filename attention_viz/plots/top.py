"""Top: the tokens that a head reads most, as bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attention_viz.attention import Attention
from attention_viz.errors import Message
from attention_viz.filters import TopToken, top_attended
from attention_viz.plots.layout import captions
from attention_viz.plots.layout.dimensions import AXIS, MARGIN, SMALL, Box
from attention_viz.plots.layout.extent import extent_of
from attention_viz.plots.layout.in_axes import sheet_in
from attention_viz.plots.layout.scale import digits
from attention_viz.plots.layout.sheet import Sheet
from attention_viz.plots.layout.style import PlotOptions, Style, takes
from attention_viz.plots.typesetting.fonts import POINTS
from attention_viz.plots.typesetting.labels import Label, label

MOST_BARS = 50
"""Bars beyond which a list is better read as a table."""

ROW, LONGEST = 0.32, 5.0
"""Height of a bar with its gap, and length of the longest, in inches."""

POSITION, NUMBERS = 0.55, 0.75
"""Space for the tokens' positions, and for the weights behind the bars, in inches."""


@takes(PlotOptions)
def plot_top(
    attention: Attention,
    layer: int,
    head: int,
    k: int = 10,
    *,
    ax: Axes | None = None,
    **options: Unpack[PlotOptions],
) -> Figure:
    """Which tokens does this head read most? One bar each, highest first, with the token, its position from 1 and its weight.

    k : how many; of more than 50 the first 50 are drawn, and the picture says so.
    The weight is the mean over all queries, as `top_attended` gives it. Raises SelectionError as `top_attended` does.
    """
    style = Style(**options)
    extent = extent_of(style, ax, bar=False)
    ranked = top_attended(attention, layer, head, k, style.exclude, style.renormalise)
    drawn = ranked[:MOST_BARS]
    labels = [label(attention.key_tokens, top.position, style.font) for top in drawn]
    widest = max((each.width(AXIS) for each in labels), default=0) / POINTS
    notes = [
        *([Message("The first {n} of {k} are drawn.", {"n": MOST_BARS, "k": len(ranked)})] if ranked != drawn else []),
        *captions.excluded_share_note(attention, layer, head, style),
        *captions.font_notes(labels, style),
    ]
    left, rows = 0.3 + POSITION + widest, ROW * max(1, len(drawn))
    width, height = extent.body((LONGEST + NUMBERS, rows), lambda: left + MARGIN)
    body = Box(left, 0.95, width, height if extent.within else rows)
    sheet = sheet_in(extent, style, body, 0, notes)
    axes = sheet.axes(body)
    _draw_bars(sheet, axes, drawn)
    _name_rows(sheet, axes, labels)
    _name_columns(sheet, axes)
    sheet.title(axes, body, style.heading(captions.title(layer, head)), above=0.4)
    return sheet.figure


def _draw_bars(sheet: Sheet, axes: Axes, drawn: Sequence[TopToken]) -> None:
    """Bars as long as their weights; the highest fills the width."""
    highest = max((top.weight for top in drawn), default=0) or 1
    axes.barh(range(len(drawn)), [top.weight for top in drawn], height=0.7, color=sheet.colours.weights[6])
    for row, top in enumerate(drawn):
        sheet.set_text(
            axes.text(top.weight + 0.015 * highest, row, "", va="center_baseline"), digits(top.weight), SMALL
        )
    axes.set(xlim=(0, highest / (1 - NUMBERS / sheet.body.width)), ylim=(max(1, len(drawn)) - 0.5, -0.5))


def _name_rows(sheet: Sheet, axes: Axes, labels: Sequence[Label]) -> None:
    """Tokens beside the bars; their positions, from 1, in a column of their own."""
    axes.set_yticks(range(len(labels)), [each.text for each in labels], parse_math=False)
    axes.tick_params(axis="y", length=0, pad=4 * sheet.factor)
    edge = -(sheet.body.x - 0.15 - POSITION / 2) / sheet.body.width
    for row, (tick, each) in enumerate(zip(axes.yaxis.get_major_ticks(), labels, strict=True)):
        sheet.set_drawn(tick.label1, each.text, each.path, AXIS, each.quiet)
        number = axes.text(edge, row, "", va="center_baseline", ha="right", transform=axes.get_yaxis_transform())
        sheet.set_text(number, str(each.position + 1), SMALL, quiet=True)


def _name_columns(sheet: Sheet, axes: Axes) -> None:
    """What the positions are, and what the bars."""
    above = 1 + 0.1 / sheet.body.height
    said = sheet.style.say(_received())
    size = sheet.fitted(said, SMALL, sheet.right - sheet.body.x)
    sheet.set_text(axes.set_xlabel("", va="bottom", ha="left"), said, size, quiet=True)
    axes.xaxis.set_label_coords(0, above)
    place = axes.text(-(sheet.body.x - 0.12) / sheet.body.width, above, "", va="bottom", transform=axes.transAxes)
    sheet.set_text(place, sheet.style.say(Message("position")), SMALL, quiet=True)


def _received() -> Message:
    return Message("attention weight received, mean over all queries")
