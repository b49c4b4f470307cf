"""Guest: a picture in axes of the user's own, whose figure is otherwise left as it is."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable

from attention_viz.errors import Message
from attention_viz.plots.layout.measures import LINE, POINTS, SMALL, Box
from attention_viz.plots.layout.palette import on_paper
from attention_viz.plots.layout.scale import Scale
from attention_viz.plots.layout.sheet import Sheet
from attention_viz.plots.layout.sizes import BAR, PAD, Room, figure_of
from attention_viz.plots.layout.style import Look
from attention_viz.plots.typesetting.wrapping import join, wrap


class Guest(Sheet):
    """The user's axes in the place of a sheet: labels hang out of them as matplotlib's do, notes stand below."""

    def __init__(self, look: Look, axes: Axes, room: Room, body: Box, below: float, notes: Sequence[Message]) -> None:
        self.look, self.body, self.colours, self.size = look, body, on_paper(look.theme), room.size
        self.guest, self.figure = axes, figure_of(axes)
        self._write_below(wrap(join(map(look.say, notes)), body.width, SMALL, look.font), below)

    @property
    def right(self) -> float:
        return self.body.x + self.body.width

    def axes(self, box: Box) -> Axes:
        return self.bared(self.guest)

    def colour_bar(self, mesh: ScalarMappable, scale: Scale) -> Axes:
        """A bar beside the axes, which give up a part of their width to it."""
        drawn = self.guest.figure.colorbar(mesh, ax=self.guest, fraction=BAR, pad=PAD)
        self.name_bar(drawn, scale, wrap(self.look.say(scale.words), self.body.height, SMALL, self.look.font))
        return drawn.ax

    def _write_below(self, lines: Sequence[str], below: float) -> None:
        """The notes, `below` inches under the axes."""
        for index, line in enumerate(lines):
            down = (below + 0.12 + LINE * index) * POINTS * self.size
            text = self.guest.annotate(
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
    room: Room, look: Look, body: Box, below: float, notes: Sequence[Message], scale: Scale | None = None
) -> Sheet:
    """What a picture is drawn on: a sheet of its own, or the user's axes. The rest as `Sheet` says."""
    if room.axes is None:
        return Sheet(look, room, body, below, notes, scale)
    return Guest(look, room.axes, room, body, below, notes)
