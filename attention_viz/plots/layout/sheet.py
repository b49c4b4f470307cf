"""Sheet: a figure measured in inches, and the words set on it.

Everything is placed before drawing from the measured width of its text, so that nothing is cut off and no second pass is
needed. Settings go on the objects; pyplot is never touched, so threads can draw at once.
"""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.cm import ScalarMappable
from matplotlib.colorbar import Colorbar
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from attention_viz.errors import Message
from attention_viz.plots.layout import colour_bar
from attention_viz.plots.layout.dimensions import FOOT, LINE, MARGIN, NARROWEST, SMALL, TITLE, Box
from attention_viz.plots.layout.extent import Extent
from attention_viz.plots.layout.figure import SCREEN_DPI, PrintFigure
from attention_viz.plots.layout.palette import figure_palette
from attention_viz.plots.layout.scale import Scale
from attention_viz.plots.layout.style import Style
from attention_viz.plots.typesetting.fonts import POINTS, in_sentence, properties, width
from attention_viz.plots.typesetting.wrapping import join, wrap


class Sheet:
    """A Figure in one style, with its notes at the foot.

    extent : its width, where that is given
    body   : where the picture stands; it reaches `below` inches further down, for labels
    scale  : space is kept for the bar of this scale, beside the body, or below it where the width is given; None = no bar
    """

    def __init__(
        self, style: Style, extent: Extent, body: Box, below: float, notes: Sequence[Message], scale: Scale | None
    ) -> None:
        self.style, self.body, self.colours, self.factor = style, body, figure_palette(style.theme), extent.factor
        self.bar = None if scale is None else self._bar(extent, below, scale)
        self.width = (
            extent.sheet or max(self.bar.right if self.bar else 0, body.x + body.width, NARROWEST - MARGIN) + MARGIN
        )
        lines = wrap(join(map(style.say, notes)), self.width - 2 * MARGIN, SMALL, style.font)
        self.height = max(body.y + body.height + below, self.bar.foot if self.bar else 0) + FOOT + LINE * len(lines)
        self.figure: Figure = PrintFigure(
            figsize=(self.width * self.factor, self.height * self.factor), dpi=SCREEN_DPI, facecolor=self.colours.ground
        )
        self._write_notes(lines)

    def _bar(self, extent: Extent, below: float, scale: Scale) -> colour_bar.ColourBar:
        if extent.sheet is None:
            return colour_bar.beside(self.style, self.body, scale)
        return colour_bar.below(self.style, self.body, below, extent.sheet, scale)

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
        return self.bared(self.figure.add_axes(place))

    def bared(self, axes: Axes) -> Axes:
        """Axes without ticks and frame, on the ground."""
        axes.set_facecolor(self.colours.ground)
        axes.spines[:].set_visible(False)
        axes.grid(False)
        axes.set_xticks([])
        axes.set_yticks([])
        return axes

    def set_text(self, artist: Text, text: str, size: float, quiet: bool = False) -> None:
        """Words for a title or an axis, taken as they are: no mathematics, no TeX."""
        drawn, path = in_sentence(text, self.style.font)
        self.set_drawn(artist, drawn, path, size, quiet)

    def set_drawn(self, artist: Text, drawn: str, path: str, size: float, quiet: bool = False) -> None:
        """Text that is already spelt for its font file."""
        artist.set(
            parse_math=False,
            usetex=False,
            fontproperties=properties(path, size * self.factor),
            color=self.colours.secondary if quiet else self.colours.text,
        )
        artist.set_text(drawn)

    def fitted(self, text: str, size: float, available: float) -> float:
        """The size at which words are no wider than so many inches, and that size at most."""
        drawn, path = in_sentence(text, self.style.font)
        return size * min(1.0, available * POINTS / max(width(drawn, path, size), 1.0))

    def title(self, axes: Axes, box: Box, text: str, above: float, size: float = TITLE) -> None:
        """The title of axes, at their left edge and so many inches above them; smaller where it would be cut off."""
        artist = axes.set_title("", x=0, y=1 + above / box.height, pad=0, ha="left", va="bottom")
        self.set_text(artist, text, self.fitted(text, size, self.right - box.x))

    @property
    def right(self) -> float:
        """How far to the right titles may reach, in inches."""
        return self.width - MARGIN

    def frame(self, x: float, y: float, width: float, height: float) -> Rectangle:
        """A frame in the one highlight, round something on axes, in their units."""
        return Rectangle(
            (x, y),
            width,
            height,
            fill=False,
            edgecolor=self.colours.accent,
            linewidth=1.8 * self.factor,
            clip_on=False,
            zorder=4,
        )

    def colour_bar(self, mesh: ScalarMappable, scale: Scale) -> Axes:
        """The bar that says which colour is which weight, with its words to the right of it or under it."""
        assert self.bar is not None, "the sheet was made without a scale"
        axes, upright = self.axes(self.bar.box), self.bar.upright
        drawn = self.figure.colorbar(mesh, cax=axes, orientation="vertical" if upright else "horizontal")
        label = self.name_bar(drawn, scale, self.bar.lines)
        if upright:
            label.set(rotation=90, va="top")
            axes.yaxis.set_label_coords(1 + colour_bar.NUMBERS / colour_bar.THICK, 0.5)
        else:
            label.set(ha="left", va="top")
            axes.xaxis.set_label_coords(0, -colour_bar.UNDER / colour_bar.THICK)
        return axes

    def name_bar(self, drawn: Colorbar, scale: Scale, lines: Sequence[str]) -> Text:
        """The numbers along a bar, and its words, which are returned."""
        upright = drawn.orientation == "vertical"
        axis: Axis = drawn.ax.yaxis if upright else drawn.ax.xaxis
        drawn.outline.set_visible(False)
        axis.set_ticks(scale.ticks, scale.numbers)
        axis.set_tick_params(length=0, pad=4 * self.factor)
        for tick, number in zip(axis.get_major_ticks(), scale.numbers, strict=True):
            self.set_text(tick.label2 if upright else tick.label1, number, SMALL)
        axis.label.set_linespacing(1.35)
        self.set_text(axis.label, "\n".join(lines), SMALL, quiet=True)
        return axis.label

    def _write_notes(self, lines: Sequence[str]) -> None:
        for index, line in enumerate(lines):
            y = self.height - 0.12 - LINE * (len(lines) - 1 - index)
            text = self.figure.text(self.across(MARGIN), self.down(y), "", va="bottom")
            self.set_text(text, line, SMALL, quiet=True)
