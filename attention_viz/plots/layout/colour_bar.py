"""Colour bar: where the bar stands that says which colour is which weight, and its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from attention_viz.plots.layout.dimensions import LINE, MARGIN, SMALL, Box
from attention_viz.plots.layout.scale import Scale
from attention_viz.plots.layout.style import Style
from attention_viz.plots.typesetting.wrapping import wrap

THICK, GAP, NUMBERS = 0.16, 0.3, 0.6
"""Width of a bar, space before it, and width of the numbers beside it, in inches."""
LENGTHS = 1.5, 6.4
"""A bar is as long as the picture beside or above it, within these bounds in inches."""
BELOW, UNDER = 0.16, 0.26
"""Space above a bar that lies below the picture, and height of the numbers under it, in inches."""


@dataclass(frozen=True)
class ColourBar:
    """box : on the sheet, in inches; upright = beside the picture, else below it; lines: its words, broken to fit"""

    box: Box
    upright: bool
    lines: Sequence[str]

    @property
    def right(self) -> float:
        """How far to the right it reaches with its words, in inches."""
        beside = NUMBERS + LINE * len(self.lines) if self.upright else 0.0
        return self.box.x + self.box.width + beside

    @property
    def foot(self) -> float:
        """How far down it reaches with its words, in inches."""
        return self.box.y + self.box.height + (0.0 if self.upright else UNDER + LINE * len(self.lines))


def beside(style: Style, body: Box, scale: Scale) -> ColourBar:
    """A bar to the right of the picture."""
    box = Box(body.x + body.width + GAP, body.y, THICK, float(np.clip(body.height, *LENGTHS)))
    return ColourBar(box, True, wrap(style.say(scale.words), box.height, SMALL, style.font))


def below(style: Style, body: Box, down: float, sheet: float, scale: Scale) -> ColourBar:
    """A bar below the picture, where the width of the sheet is given. down : what stands between them, in inches"""
    box = Box(body.x, body.y + body.height + down + BELOW, float(np.clip(body.width, *LENGTHS)), THICK)
    return ColourBar(box, False, wrap(style.say(scale.words), sheet - MARGIN - body.x, SMALL, style.font))
