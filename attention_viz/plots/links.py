"""Links: what one head reads, or several, as lines between two columns of tokens."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.path import Path

from attention_viz.attention import Attention
from attention_viz.drawing import LINES
from attention_viz.errors import Message
from attention_viz.filters import chosen_queries
from attention_viz.plots import wording
from attention_viz.plots.look import Look
from attention_viz.plots.matrix import Edge, edge
from attention_viz.plots.scale import digits
from attention_viz.plots.sheet import AXIS, POINTS, SMALL, Box, Sheet
from attention_viz.plots.wording import Translate
from attention_viz.pooling import ROWS_AT_ONCE

Head = tuple[int, int]

THIN, THICK = 0.5, 5.0
"""Width of lines, in points."""
PITCH, LONGEST, ACROSS = 0.26, 14.0, 3.4
"""From one token to the next, the columns' greatest length, and the way from one column to the other, in inches."""
SIZES = (6.5, 12.0)
"""The smallest and the largest font of the tokens, in points."""
ENTRY, ENTRIES = 0.22, 2
"""Height of an entry of the legend in inches, and how many stand side by side."""


@dataclass(frozen=True, eq=False)
class Strands:
    """Lines of one head, weakest first. queries, keys : (line,) positions from 0; weights : (line,) float32"""

    queries: np.ndarray
    keys: np.ndarray
    weights: np.ndarray

    def strongest(self, least: float) -> Strands:
        """Those that weigh so much or more."""
        kept = self.weights >= least
        return Strands(self.queries[kept], self.keys[kept], self.weights[kept])


def plot_lines(
    attention: Attention,
    layer: int,
    head: int,
    *,
    beside: Sequence[Head] = (),
    queries: Collection[int] = (),
    pairs: str = "all",
    threshold: float = 0.0,
    theme: str = "light",
    exclude: Collection[str] = (),
    renormalise: bool = False,
    title: str | None = None,
    translate: Translate = str,
) -> Figure:
    """Which token reads which? A line from each query on the left to each key on the right; the thicker, the higher the weight.

    beside    : other heads, (layer, head), drawn too: colours go in their order, and this head comes last
    queries   : positions from 0 whose lines are drawn; () = all
    pairs     : of a pair of texts, "AB" draws only what the first reads in the second; likewise "AA", "BA", "BB"
    threshold : weights below it have no line
    The other options are those of `plot_head`. At most 600 lines are drawn, the strongest, and none below a twentieth of
    the highest weight; the picture says down to which. The strongest line is opaque; where more than 40 are strong, and more
    than there are tokens, all are thin. Raises SelectionError where a head, a query, the pairs, the theme or a kind does not exist.
    """
    look = Look("unit", theme, exclude, renormalise, title, translate, pairs=pairs, threshold=threshold)
    heads = tuple(beside) if (layer, head) in beside else (*beside, (layer, head))
    drawn = strands(look.seen(attention), heads, chosen_queries(attention, queries))
    longer = max(attention.shape)
    pitch = min(PITCH, LONGEST / longer)
    sides = [
        edge(tokens, range(len(tokens)), pitch * len(tokens), SIZES)
        for tokens in (attention.query_tokens, attention.key_tokens)
    ]
    # the view shows a part of a long text, this picture all of it, where one strong line a token is no crowd
    crowded = is_crowd(drawn, max(LINES.crowd, longer))
    notes = _notes(drawn, sides, look, crowded)
    if len(heads) == 1:
        notes += wording.share_note(attention, layer, head, exclude, renormalise)
    else:
        notes += wording.left_out_note(exclude, renormalise)
    entries = -(-len(heads) // ENTRIES) if len(heads) > 1 else 0
    body = Box(0.35 + sides[0].widest, 1.05 + ENTRY * entries, ACROSS + 0.15 + sides[1].widest, pitch * longer)
    sheet = Sheet(look, body, 0, notes, None)
    axes = sheet.axes(body)
    axes.set(xlim=(0, body.width), ylim=(body.height, 0))  # inches
    _draw(sheet, axes, drawn, pitch, crowded)
    _name_tokens(sheet, axes, sides, pitch, queries)
    usual = wording.title(*heads[0]) if len(heads) == 1 else Message("{n} heads", {"n": len(heads)})
    sheet.title(axes, body, look.heading(usual), above=0.5 + ENTRY * entries)
    if entries:
        _legend(sheet, axes, heads)
    return sheet.figure


def strands(attention: Attention, heads: Sequence[Head], rows: np.ndarray) -> list[Strands]:
    """Of each head, the weights that become lines. Memory is bounded by 512 rows of a head at a time.

    rows : (query,) bool, what may have lines
    """
    found = [_of_head(attention, layer, head, rows) for layer, head in heads]
    weights = np.sort(np.concatenate([each.weights for each in found]))[::-1]
    if len(weights) == 0:
        return found
    return [each.strongest(max(LINES.faintest * weights[0], _crowd(weights))) for each in found]


def _crowd(weights: np.ndarray) -> float:
    """The weight from which on there are not too many lines. weights : (line,), highest first"""
    if len(weights) <= LINES.most:
        return 0.0
    above = weights[weights > weights[LINES.most]]
    return float(above[-1] if len(above) else weights[0])  # without those of the highest there would be no picture


def _of_head(attention: Attention, layer: int, head: int, rows: np.ndarray) -> Strands:
    """The highest weights of a head that are not 0: one more than are drawn at most, or all that share the highest."""
    best = Strands(np.empty(0, int), np.empty(0, int), np.empty(0, np.float32))
    for first in range(0, len(rows), ROWS_AT_ONCE):
        strip = attention.tile(layer, head, slice(first, first + ROWS_AT_ONCE)).copy()
        strip[~rows[first : first + ROWS_AT_ONCE]] = 0
        queries, keys = np.nonzero(strip)
        best = _highest(
            Strands(
                np.concatenate([best.queries, first + queries]),
                np.concatenate([best.keys, keys]),
                np.concatenate([best.weights, strip[queries, keys]]),
            )
        )
    return best


def _highest(found: Strands) -> Strands:
    order = np.argsort(found.weights, kind="stable")
    many = len(order) > LINES.most and found.weights[order[-LINES.most - 1]] == found.weights[order[-1]]
    order = order[found.weights[order] == found.weights[order[-1]]] if many else order[-LINES.most - 1 :]
    return Strands(found.queries[order], found.keys[order], found.weights[order])


def is_crowd(drawn: Sequence[Strands], crowd: int) -> bool:
    """Whether so many lines are strong that thick ones would hide each other."""
    weights = np.concatenate([each.weights for each in drawn])
    return bool(np.count_nonzero(weights >= LINES.strong * weights.max(initial=0)) > crowd)


def _notes(drawn: Sequence[Strands], sides: Sequence[Edge], look: Look, crowded: bool) -> list[Message]:
    n = sum(len(each.weights) for each in drawn)
    least = min((float(each.weights[0]) for each in drawn if len(each.weights)), default=0.0)
    lines = Message("{n} weights are drawn as lines, the lowest is {least}.", {"n": n, "least": digits(least)})
    return [
        lines if n else Message("No weight is high enough for a line."),
        *wording.labelled_note(max(side.every for side in sides)),
        *(
            [Message("Many lines are strong: all are thin, and the fuller colour is the larger weight.")]
            if crowded
            else []
        ),
        *wording.part_note(look.pairs, look.threshold),
    ]


def _draw(sheet: Sheet, axes: Axes, drawn: Sequence[Strands], pitch: float, crowded: bool) -> None:
    """Lines of several heads between the same tokens run side by side."""
    highest = np.concatenate([each.weights for each in drawn]).max(initial=0)
    lane = min(THICK, max(1.0, 0.8 * pitch * POINTS / len(drawn)))
    for number, each in enumerate(drawn):
        if len(each.weights) == 0:
            continue
        strength = each.weights / highest
        aside = (number - (len(drawn) - 1) / 2) * lane / POINTS
        colour = np.tile(to_rgba(_colour(sheet, number)), (len(strength), 1))
        colour[:, 3] = np.maximum(0.08, np.sqrt(strength))
        lines = PathCollection(
            [
                _curve((q + 0.5) * pitch + aside, (k + 0.5) * pitch + aside)
                for q, k in zip(each.queries, each.keys, strict=True)
            ],
            facecolors="none",
            edgecolors=colour,
            linewidths=np.full(len(strength), THIN) if crowded else np.maximum(THIN, lane * strength),
            linestyles=_dashes(sheet, number),
        )
        axes.add_collection(lines, autolim=False)


def _curve(start: float, end: float) -> Path:
    """From a query's height to a key's, level at both ends; in inches."""
    bend = 0.4 * ACROSS
    corners = [(0.0, start), (bend, start), (ACROSS - bend, end), (ACROSS, end)]
    return Path(corners, [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4])


def _colour(sheet: Sheet, number: int) -> str:
    return sheet.colours.heads[number % len(sheet.colours.heads)]


def _dashes(sheet: Sheet, number: int) -> str:
    """From the ninth head on colours come again, dashed."""
    return "dashed" if number // len(sheet.colours.heads) % 2 else "solid"


def _name_tokens(sheet: Sheet, axes: Axes, sides: Sequence[Edge], pitch: float, queries: Collection[int]) -> None:
    """The tokens on both sides, and above them what they are; pinned queries in the one highlight, the others then quiet."""
    titles = (wording.query_axis(), wording.key_axis())
    for side, heading, x, align in zip(sides, titles, (-0.1, ACROSS + 0.1), ("right", "left"), strict=True):
        for cell, label in zip(side.cells, side.labels, strict=True):
            artist = axes.text(x, (cell + 0.5) * pitch, "", ha=align, va="center_baseline", parse_math=False)
            faded = align == "right" and len(queries) > 0
            sheet.set_drawn(artist, label.text, label.path, side.size, label.quiet or faded)
            if faded and label.position in queries:
                artist.set_color(sheet.colours.accent)
        middle = axes.text(0 if align == "right" else ACROSS, -0.15, "", ha="left" if align == "right" else "right")
        sheet.set_text(middle, sheet.look.say(heading), AXIS)


def _legend(sheet: Sheet, axes: Axes, heads: Sequence[Head]) -> None:
    """Under the title: which colour is which head."""
    rows = -(-len(heads) // ENTRIES)
    for number, (layer, head) in enumerate(heads):
        column, row = divmod(number, rows)
        x, y = column * sheet.body.width / ENTRIES, -0.45 - ENTRY * (rows - 1 - row)
        axes.plot(
            [x, x + 0.3],
            [y - 0.05] * 2,
            color=_colour(sheet, number),
            linestyle=_dashes(sheet, number),
            lw=2.5,
            clip_on=False,
        )
        sheet.set_text(axes.text(x + 0.4, y, ""), sheet.look.say(wording.title(layer, head)), SMALL)
