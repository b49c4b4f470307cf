"""In axes: a picture in axes of the user's own, whose figure is otherwise left as it is."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable

from attention_viz.errors import Message
from attention_viz.plots.layout.dimensions import LINE, SMALL, Box
from attention_viz.plots.layout.extent import BAR, PAD, Extent, figure_of
from attention_viz.plots.layout.palette import figure_palette
from attention_viz.plots.layout.scale import Scale
from attention_viz.plots.layout.sheet import Sheet
from attention_viz.plots.layout.style import Style
from attention_viz.plots.typesetting.fonts import POINTS
from attention_viz.plots.typesetting.wrapping import join, wrap


class AxesSheet(Sheet):
    """The user's axes in the place of a sheet: labels hang out of them as matplotlib's do, notes stand below."""

    def __init__(
        self, style: Style, axes: Axes, extent: Extent, body: Box, below: float, notes: Sequence[Message]
    ) -> None:
        self.style, self.body, self.colours, self.factor = style, body, figure_palette(style.theme), extent.factor
        self.own_axes, self.figure = axes, figure_of(axes)
        self._write_below(wrap(join(map(style.say, notes)), body.width, SMALL, style.font), below)

    @property
    def right(self) -> float:
        return self.body.x + self.body.width

    def axes(self, box: Box) -> Axes:
        return self.bared(self.own_axes)

    def colour_bar(self, mesh: ScalarMappable, scale: Scale) -> Axes:
        """A bar beside the axes, which give up a part of their width to it."""
        drawn = self.own_axes.figure.colorbar(mesh, ax=self.own_axes, fraction=BAR, pad=PAD)
        self.name_bar(drawn, scale, wrap(self.style.say(scale.words), self.body.height, SMALL, self.style.font))
        return drawn.ax

    def _write_below(self, lines: Sequence[str], below: float) -> None:
        """The notes, `below` inches under the axes."""
        for index, line in enumerate(lines):
            down = (below + 0.12 + LINE * index) * POINTS * self.factor
            text = self.own_axes.annotate(
                "",
                (0, 0),
                (0, -down),
                xycoords="axes fraction",
                textcoords="offset points",
                va="top",
                annotation_clip=False,
            )
            self.set_text(text, line, SMALL, quiet=True)


def sheet_in(
    extent: Extent, style: Style, body: Box, below: float, notes: Sequence[Message], scale: Scale | None = None
) -> Sheet:
    """What a picture is drawn on: a sheet of its preferred, or the user's axes. The rest as `Sheet` says."""
    if extent.axes is None:
        return Sheet(style, extent, body, below, notes, scale)
    return AxesSheet(style, extent.axes, extent, body, below, notes)
