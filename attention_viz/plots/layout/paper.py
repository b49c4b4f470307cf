"""Paper: what a figure is printed on: how wide it is, with numbers in its cells or without, in which font."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass

from attention_viz.errors import SelectionError
from attention_viz.plots.typesetting.font_files import named_font

WIDTHS = {"column": 3.35, "page": 7.0}
"""Inches: 85 and 178 mm. Journals and proceedings of two columns give 83 to 90 mm to one and 170 to 183 mm to both (Cell Press
85 and 174, PNAS 87 and 178, the ACM's template 85 and 178), so that these fit, or shrink by a hair."""

NARROWEST, WIDEST = 2.0, 40.0
"""Inches: less holds no labels, more no paper."""


@dataclass(frozen=True)
class Paper:
    """How a figure is printed; every plot takes one as `paper`.

    width   : "column" (3.35 inches) or "page" (7 inches) of an article, or inches; None = as wide as the picture needs
    numbers : the weights stand in the cells of heatmaps, where these are large enough
    font    : of all words: the name of an installed family, or the path of a font file; None = DejaVu Sans, and Noto Sans CJK SC
              for Chinese, Japanese and Korean. Characters that it lacks are set in another
    On paper of a given width letters have 5.6 to 10.5 points. Raises SelectionError for a width or a font that there is not.
    """

    width: str | float | None = None
    numbers: bool = False
    font: str | os.PathLike[str] | None = None

    def __post_init__(self) -> None:
        _inches(self.width)
        self.font_file  # noqa: B018  raises where there is no such font

    @property
    def inches(self) -> float | None:
        """The width in inches; None = as wide as the picture needs."""
        return _inches(self.width)

    @property
    def font_file(self) -> str | None:
        """The file of the font that was asked for."""
        return None if self.font is None else named_font(os.fspath(self.font))


def _inches(width: str | float | None) -> float | None:
    if width is None:
        return None
    inches = WIDTHS.get(width, math.nan) if isinstance(width, str) else float(width)
    if not NARROWEST <= inches <= WIDEST:
        raise SelectionError(
            "There is no width {width} for a figure; choose {choices}, or inches from {least:g} to {most:g}.",
            width=width,
            choices=", ".join(WIDTHS),
            least=NARROWEST,
            most=WIDEST,
        )
    return inches


PAPER = Paper()
"""As wide as the picture needs, without numbers, in the usual fonts."""
