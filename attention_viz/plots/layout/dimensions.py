"""Dimensions: the sizes that all sheets share, before a sheet is made smaller to fit its paper."""

from __future__ import annotations

from dataclasses import dataclass

TITLE, AXIS, SMALL = 15, 12, 10
"""Sizes of text, in points."""
LINE = 0.19
"""Height of a line of small text, in inches."""
MARGIN, FOOT, NARROWEST = 0.2, 0.3, 5.0
"""Empty space beside and below everything, and the least width of a sheet whose width is not given, in inches."""


@dataclass(frozen=True)
class Box:
    """A rectangle on the sheet, in inches from its top left corner."""

    x: float
    y: float
    width: float
    height: float
