"""Options: the values that can be chosen for a plot; another one raises SelectionError.

The one place in plots/ that knows them. `Style` checks its fields here when it is made.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, get_args

from attention_viz.errors import SelectionError
from attention_viz.filters import check_kinds, check_threshold
from attention_viz.palettes import ramp
from attention_viz.vocabulary import PAIRS, one_of

ScaleName = Literal["unit", "peak", "root", "root_peak"]

SCALES: tuple[ScaleName, ...] = get_args(ScaleName)


def check_scale(scale: str) -> None:
    if scale not in SCALES:
        raise SelectionError(
            "There is no colour scale {scale}; choose one of {choices}.", scale=scale, choices=", ".join(SCALES)
        )


def check_colours(theme: str, palette: str) -> None:
    ramp(theme, palette)


def check_filters(exclude: Collection[str], pairs: str, threshold: float) -> None:
    check_kinds(exclude)
    one_of("pairs", pairs, PAIRS)
    check_threshold(threshold)
