"""Cut marks: how print shows that links are cut: stripes over a cell or a token, a gap in a line, and a dot on what stands for
several links, some of which are cut, or is too small for stripes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.path import Path

from attention_viz.attention import Attention
from attention_viz.cut_links import CutLink, Head, Pair, covers, cut_cells, times_cut
from attention_viz.drawing import GAP
from attention_viz.errors import Message
from attention_viz.means import model_heads
from attention_viz.plots.heatmap import Heatmap
from attention_viz.plots.layout.sheet import Sheet
from attention_viz.plots.typesetting.fonts import POINTS

STRIPES = "\\" * 4
"""The other way from those of cells that cannot be read."""
SMALLEST_STRIPED, ROOMY = 6.0, 12.0
"""Points of a cell from which stripes are seen in it, and from which a dot stands in its corner."""
DOT = (2.6, 6.0)
"""The diameter of a dot at least and at most, in points."""
MOST_NAMED = 4
"""Links that a caption names."""


@dataclass(frozen=True)
class CellMarks:
    """The cells (row, column) of a heatmap with stripes and those with a dot. side : of a cell, in points"""

    stripes: tuple[Pair, ...]
    dots: tuple[Pair, ...]
    side: float

    @property
    def whole(self) -> list[bool]:
        """Of each, whether it has stripes."""
        return [True] * len(self.stripes) + [False] * len(self.dots)


def cell_marks(
    attention: Attention, shown: Heatmap, cuts: Sequence[CutLink], head: Head, size: tuple[float, float]
) -> CellMarks:
    """Which cells of a head are marked. size : inches across and down that all cells take"""
    (rows, columns), (n_queries, n_keys) = shown.values.shape, attention.shape
    side = min(size[0] / max(1, columns), size[1] / rows) * POINTS
    cells = cut_cells(cuts, model_heads(attention, head), (*shown.queries, n_queries), (*shown.keys, n_keys))
    stripes = tuple(cell for cell, whole in cells.items() if whole and side >= SMALLEST_STRIPED)
    return CellMarks(stripes, tuple(cell for cell in cells if cell not in stripes), side)


def mark_cells(sheet: Sheet, axes: Axes, marks: CellMarks) -> None:
    """Stripes and dots over the cells of a heatmap."""
    for row, column in marks.stripes:
        stripe(sheet, axes, column, row, 1, 1)
    inset = min(0.5, 0.8 * _diameter(marks.side) / marks.side) if marks.side >= ROOMY else 0.5
    dot(sheet, axes, [(column + 1 - inset, row + inset) for row, column in marks.dots], marks.side)


def stripe(sheet: Sheet, axes: Axes, x: float, y: float, width: float, height: float) -> None:
    """Stripes over something on axes, in their units."""
    area = Rectangle((x, y), width, height, fill=False, hatch=STRIPES, edgecolor=sheet.colours.accent, zorder=2)
    area.set_linewidth(0.8 * sheet.factor)
    axes.add_patch(area)


def dot(sheet: Sheet, axes: Axes, places: Collection[tuple[float, float]], side: float = POINTS) -> None:
    """Dots at places on axes, in their units, each on a rim of ground. side : of what holds one, in points"""
    if not places:
        return
    axes.plot(
        *np.transpose(list(places)),
        linestyle="none",
        marker="o",
        markersize=_diameter(side) * sheet.factor,
        color=sheet.colours.accent,
        markeredgecolor=sheet.colours.ground,
        markeredgewidth=0.6 * sheet.factor,
        zorder=3,
        clip_on=False,
        scalex=False,
        scaley=False,
    )


def _diameter(side: float) -> float:
    return min(max(0.3 * side, DOT[0]), DOT[1])


def cut_keys(attention: Attention, cuts: Sequence[CutLink], head: Head, rows: np.ndarray) -> dict[int, bool]:
    """The keys that hold cut links from these queries, and whether all links from them are cut. rows : (query,) bool"""
    members, readers = model_heads(attention, head), set(np.flatnonzero(rows).tolist())
    cut: dict[int, int] = {}
    for (query, key), n in times_cut(cuts, members).items():
        if query in readers:
            cut[key] = cut.get(key, 0) + n
    return {key: n == len(members) * len(readers) for key, n in cut.items()}


def cut_lines(attention: Attention, cuts: Sequence[CutLink], head: Head) -> Mapping[Pair, bool]:
    """The links of a head that are cut; of a mean those that are in some of its heads, and whether in all."""
    members = model_heads(attention, head)
    return {pair: n == len(members) for pair, n in times_cut(cuts, members).items()}


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


def cut_notes(
    attention: Attention, cuts: Sequence[CutLink], heads: Collection[Head], whole: Collection[bool]
) -> list[Message]:
    """Said where links are cut: which of them in the heads that are drawn, and how many elsewhere.

    whole : of each mark that is drawn, whether all that it stands for is cut, so that it is striped or broken, else with a dot
    """
    drawn = {member for head in heads for member in model_heads(attention, head)}
    here = [*times_cut(cuts, drawn)]
    elsewhere = sum(not any(covers(link, head) for head in drawn) for link in cuts)
    notes = [_marks_note(_named(attention, here), whole)] if here else []
    if elsewhere:
        notes.append(Message("Links that are cut in other heads: {n}.", {"n": elsewhere}))
    return notes


def _named(attention: Attention, pairs: Sequence[Pair]) -> str:
    names = [
        f"{attention.query_tokens.labels[query]} → {attention.key_tokens.labels[key]}"
        for query, key in pairs[:MOST_NAMED]
    ]
    return ", ".join([*names, *["…"] * (len(pairs) > MOST_NAMED)])


def _marks_note(links: str, whole: Collection[bool]) -> Message:
    if all(whole):
        return Message(
            "Striped or broken: links that are cut ({links}). The weights are those before the cut.", {"links": links}
        )
    if not any(whole):
        return Message(
            "With a dot: what holds a cut link ({links}). The weights are those before the cut.", {"links": links}
        )
    return Message(
        "Striped or broken: links that are cut ({links}); with a dot: what holds one. The weights are those before the cut.",
        {"links": links},
    )
