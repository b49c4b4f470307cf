"""Extent: how much space a picture has: as much as it needs, the width of a page, or axes of the user's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attention_viz.errors import SelectionError
from attention_viz.plots.layout.dimensions import MARGIN
from attention_viz.plots.layout.style import Style

PRINTED, IN_AXES = 0.7, 0.8
"""On paper of a given width, and in axes of the user's own, letters and lines are so much smaller: 5.6 to 10.5 points, and
titles as high as matplotlib's. All sizes in inches and points that plots work with are those before it."""

BAR, PAD = 0.15, 0.05
"""Parts of the axes' width for a colour bar and for the space before it, matplotlib's defaults."""

LOWEST, HIGHEST = 1.4, 10.5
"""Inches that a picture is high at least, for the titles of its axes, and at most, where only its width is given."""


@dataclass(frozen=True)
class Extent:
    """The space for a picture, in inches before it is multiplied with `factor`.

    sheet  : width of the whole sheet; None = as wide as the picture needs
    axes   : the user's own, which the picture fills
    factor : what all sizes are multiplied with
    bar    : a part of the axes' width is for a colour bar
    """

    sheet: float | None = None
    axes: Axes | None = None
    factor: float = 1.0
    bar: bool = True

    @property
    def within(self) -> tuple[float, float] | None:
        """Width and height of the user's own axes."""
        if self.axes is None:
            return None
        box, inch = self.axes.bbox, figure_of(self.axes).dpi * self.factor
        return box.width / inch * (1 - (BAR + PAD) * self.bar), box.height / inch

    def body(self, natural: tuple[float, float], beside: Callable[[], float]) -> tuple[float, float]:
        """Width and height of a picture that would be as large as `natural` by itself, and keeps that form on paper.

        beside : what stands left and right of it at most, in inches
        """
        if self.within is not None:
            return self.within
        if self.sheet is None:
            return natural
        width = max(self.sheet - beside(), self.sheet / 4)
        return width, min(HIGHEST, max(width * natural[1] / natural[0], min(LOWEST, natural[1])))

    def filled(self, x: float, width: float) -> float:
        """The width of a picture that begins so many inches from the left edge: on paper it reaches to the other margin."""
        return width if self.sheet is None else max(width, self.sheet - x - MARGIN)


def figure_of(axes: Axes) -> Figure:
    """The whole figure in which axes stand."""
    figure = axes.get_figure(root=True)
    assert figure is not None, "extent_of refuses axes without a figure"
    return figure


def extent_of(style: Style, axes: Any = None, bar: bool = True) -> Extent:
    """How much space has a picture? axes : the user's own, or None; bar: it has a colour bar

    Raises SelectionError for anything but flat axes of matplotlib, and where both axes and a width are given.
    """
    inches = style.paper.inches
    if axes is None:
        return Extent() if inches is None else Extent(sheet=inches / PRINTED, factor=PRINTED)
    if not isinstance(axes, Axes) or axes.name != "rectilinear" or axes.figure is None:
        raise SelectionError(
            "ax takes one flat Axes of matplotlib, not {kind}; plt.subplots() gives a figure and its axes.",
            kind=getattr(axes, "name", type(axes).__name__),
        )
    if inches is not None:
        raise SelectionError(
            "A figure of your own has its own width; leave out width={width}, or ax.", width=repr(style.paper.width)
        )
    return Extent(axes=axes, factor=IN_AXES, bar=bar)
