"""Sheet: a figure measured in inches, and the words set on it.

Everything is placed before drawing from the measured width of its text, so that nothing is cut off and no second pass is
needed. Settings go on the objects; matplotlib's global settings and pyplot are never touched, so threads can draw at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from attention_viz.errors import Message
from attention_viz.palettes import palette
from attention_viz.plots.fonts import in_sentence, properties
from attention_viz.plots.lines import join, wrap
from attention_viz.plots.look import Look
from attention_viz.plots.scale import Scale

POINTS = 72
TITLE, AXIS, SMALL = 15, 12, 10
"""Sizes of text, in points."""
LINE = 0.19
"""Height of a line of small text, in inches."""
BAR, BAR_GAP, BAR_NUMBERS = 0.16, 0.3, 0.6
"""Width of a colour bar, space before it, and width of its numbers, in inches."""
BAR_HEIGHTS = 1.5, 6.4
"""A colour bar is as high as the picture beside it, within these bounds in inches."""
MARGIN, FOOT, NARROWEST = 0.2, 0.3, 5.0
"""Empty space beside and below everything, and the least width of a sheet, in inches."""
DPI = 150


@dataclass(frozen=True)
class Box:
    """A rectangle on the sheet, in inches from its top left corner."""

    x: float
    y: float
    width: float
    height: float


class Sheet:
    """A Figure in one look, with its notes at the foot.

    body  : where the picture stands; the sheet reaches `below` inches further down, for labels
    scale : room is kept beside the body for the bar of this scale; None = no bar
    """

    def __init__(self, look: Look, body: Box, below: float, notes: Sequence[Message], scale: Scale | None) -> None:
        self.look, self.body, self.colours = look, body, palette(look.theme)
        self.bar = Box(body.x + body.width + BAR_GAP, body.y, BAR, float(np.clip(body.height, *BAR_HEIGHTS)))
        self.bar_words = [] if scale is None else wrap(look.say(scale.words), self.bar.height, SMALL)
        beside = BAR_GAP + BAR + BAR_NUMBERS + LINE * len(self.bar_words) if self.bar_words else 0
        self.width = max(body.x + body.width + beside + MARGIN, NARROWEST)
        lines = wrap(join(map(look.say, notes)), self.width - 2 * MARGIN, SMALL)
        self.height = body.y + max(body.height + below, self.bar.height if beside else 0) + FOOT + LINE * len(lines)
        self.figure = Figure(figsize=(self.width, self.height), dpi=DPI, facecolor=self.colours.ground)
        self._write_notes(lines)

    def across(self, inches: float) -> float:
        """Inches from the left edge, as the figure counts: from 0 to 1."""
        return inches / self.width

    def down(self, inches: float) -> float:
        """Inches from the top edge, as the figure counts: from 1 to 0."""
        return 1 - inches / self.height

    def axes(self, box: Box) -> Axes:
        """Bare axes in this rectangle: no ticks, no frame."""
        place = (
            self.across(box.x),
            self.down(box.y + box.height),
            self.across(box.width),
            box.height / self.height,
        )
        axes = self.figure.add_axes(place, facecolor=self.colours.ground)
        axes.spines[:].set_visible(False)
        axes.grid(False)
        axes.set_xticks([])
        axes.set_yticks([])
        return axes

    def set_text(self, artist: Text, text: str, size: float, quiet: bool = False) -> None:
        """Words for a title or an axis, taken as they are: no mathematics, no TeX."""
        drawn, path = in_sentence(text)
        self.set_drawn(artist, drawn, path, size, quiet)

    def set_drawn(self, artist: Text, drawn: str, path: str, size: float, quiet: bool = False) -> None:
        """Text that is already spelt for its font file."""
        artist.set(
            parse_math=False,
            usetex=False,
            fontproperties=properties(path, size),
            color=self.colours.secondary if quiet else self.colours.text,
        )
        artist.set_text(drawn)

    def title(self, axes: Axes, box: Box, text: str, above: float, size: float = TITLE) -> None:
        """The title of axes, at their left edge and so many inches above them."""
        artist = axes.set_title("", x=0, y=1 + above / box.height, pad=0, ha="left", va="bottom")
        self.set_text(artist, text, size)

    def frame(self, x: float, y: float, width: float, height: float) -> Rectangle:
        """A frame in the one highlight, round something on axes, in their units."""
        return Rectangle(
            (x, y), width, height, fill=False, edgecolor=self.colours.accent, linewidth=1.8, clip_on=False, zorder=4
        )

    def colour_bar(self, mesh: ScalarMappable, scale: Scale) -> Axes:
        """The bar that says which colour is which weight, with its words to the right of it."""
        axes = self.axes(self.bar)
        self.figure.colorbar(mesh, cax=axes).outline.set_visible(False)
        axes.set_yticks(scale.ticks, scale.numbers)
        axes.tick_params(axis="y", length=0, pad=4)
        for tick, number in zip(axes.yaxis.get_major_ticks(), scale.numbers, strict=True):
            self.set_text(tick.label2, number, SMALL)
        self.set_text(
            axes.set_ylabel("", rotation=90, va="top", linespacing=1.35), "\n".join(self.bar_words), SMALL, quiet=True
        )
        axes.yaxis.set_label_coords(1 + BAR_NUMBERS / BAR, 0.5)
        return axes

    def _write_notes(self, lines: Sequence[str]) -> None:
        for index, line in enumerate(lines):
            y = self.height - 0.12 - LINE * (len(lines) - 1 - index)
            text = self.figure.text(self.across(MARGIN), self.down(y), "", va="bottom")
            self.set_text(text, line, SMALL, quiet=True)
