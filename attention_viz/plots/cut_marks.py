"""Cut marks: how print shows that a link is cut: stripes over its cell or its token, a gap in its line."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.path import Path

from attention_viz.attention import Attention
from attention_viz.cut_links import CutLink, Pair, cut_in
from attention_viz.drawing import GAP
from attention_viz.errors import Message
from attention_viz.plots.layout.sheet import Sheet

STRIPES = "\\" * 4
"""The other way from those of cells that cannot be read."""
MOST_NAMED = 4
"""Links that a caption names."""

Head = tuple[int, int]


def cut_cells(attention: Attention, shape: tuple[int, int], cuts: Sequence[CutLink], head: Head) -> tuple[Pair, ...]:
    """The cells of a head whose links are cut. shape : of the cells; where one stands for several links, none is marked"""
    return cut_in(cuts, head) if shape == attention.shape else ()


def stripe_cells(sheet: Sheet, axes: Axes, cells: Iterable[Pair]) -> None:
    """Stripes over (row, column) of a heatmap."""
    for row, column in cells:
        stripe(sheet, axes, column, row, 1, 1)


def stripe(sheet: Sheet, axes: Axes, x: float, y: float, width: float, height: float) -> None:
    """Stripes over something on axes, in their units."""
    area = Rectangle((x, y), width, height, fill=False, hatch=STRIPES, edgecolor=sheet.colours.accent, zorder=2)
    area.set_linewidth(0.8 * sheet.factor)
    axes.add_patch(area)


def cut_keys(cuts: Sequence[CutLink], head: Head, rows: np.ndarray) -> frozenset[int]:
    """The keys whose links from all of these queries are cut. rows : (query,) bool"""
    pairs = cut_in(cuts, head)
    readers = np.flatnonzero(rows).tolist()
    keys = {key for _, key in pairs}
    return frozenset(key for key in keys if readers and all((query, key) in pairs for query in readers))


def broken(curve: Path) -> Path:
    """A curve with a gap in its middle."""
    corners = np.asarray(curve.vertices)
    first, last = _part(corners, 0.0, GAP[0]), _part(corners, GAP[1], 1.0)
    return Path(np.concatenate([first, last]), [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4] * 2)


def _part(corners: np.ndarray, start: float, stop: float) -> np.ndarray:
    """The part of a cubic Bézier curve between two shares of its way, as a curve: de Casteljau. corners : (4, 2)"""
    left = _split(corners, stop)[0]
    return _split(left, start / stop)[1] if start > 0 else left


def _split(corners: np.ndarray, at: float) -> tuple[np.ndarray, np.ndarray]:
    levels = [corners]
    while len(levels[-1]) > 1:
        levels.append(levels[-1][:-1] * (1 - at) + levels[-1][1:] * at)
    return np.array([each[0] for each in levels]), np.array([each[-1] for each in reversed(levels)])


def cut_notes(attention: Attention, cuts: Sequence[CutLink], heads: Collection[Head]) -> list[Message]:
    """Said where links are cut: which of them in the heads that are drawn, and how many elsewhere."""
    here = dict.fromkeys(pair for head in heads for pair in cut_in(cuts, head))
    elsewhere = sum(not any(cut_in([link], head) for head in heads) for link in cuts)
    notes = []
    if here:
        names = [
            f"{attention.query_tokens.labels[query]} → {attention.key_tokens.labels[key]}"
            for query, key in [*here][:MOST_NAMED]
        ]
        links = ", ".join([*names, *["…"] * (len(here) > MOST_NAMED)])
        notes.append(
            Message(
                "Striped or broken: links that are cut ({links}). The weights are those before the cut.",
                {"links": links},
            )
        )
    if elsewhere:
        notes.append(Message("Links that are cut in other heads: {n}.", {"n": elsewhere}))
    return notes
