"""Scale: which weight gets which colour, and the words that say so beside the colour bar."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize, PowerNorm

from attention_viz.drawing import TICKS
from attention_viz.errors import Message
from attention_viz.plots.options import ScaleName, check_scale

MOST_PLACES = 7
"""Places after the point beyond which a number is written with its power of ten, as JavaScript does."""
APART = 0.09
"""Part of a colour bar that lies between two of its numbers at least, so that they do not run into each other."""
FAINTEST = 1e-30
"""A peak below this is drawn as if it were 1: there is nothing to see, and dividing by it would overflow."""


@dataclass(frozen=True)
class Scale:
    """Colours from 0 to some weight; `words` says to which, and by what rule."""

    norm: Normalize
    words: Message

    @property
    def ticks(self) -> list[float]:
        """The weights that the colour bar names: those of the screen's legend, but for one too close to the one before."""
        kept = [0.0]
        for weight in (share * float(self.norm.vmax or 0) for share in TICKS):
            if self.norm(weight) - self.norm(kept[-1]) >= APART:
                kept.append(weight)
        return kept

    @property
    def numbers(self) -> list[str]:
        """The ticks as they are written."""
        return [short(weight) for weight in self.ticks]


def scale_of(name: ScaleName, values: np.ndarray) -> Scale:
    """Which colours do these weights get?

    name   : "unit" = 0 to 1; "peak" = 0 to the highest of these values; "root" and "root_peak" = the same by the square
             root, which shows faint ones
    values : any shape, masked or NaN where there is no weight
    Raises SelectionError for another name.
    """
    check_scale(name)
    if name == "unit":
        return Scale(Normalize(0, 1), Message("attention weight, 0 to 1"))
    if name == "root":
        return Scale(PowerNorm(0.5, 0, 1), Message("attention weight, 0 to 1, coloured by its square root"))
    highest = float(np.ma.masked_invalid(values).compressed().max(initial=0))
    last, peak = highest if highest > FAINTEST else 1, {"peak": digits(highest)}
    if name == "peak":
        return Scale(Normalize(0, last), Message("attention weight, 0 to the highest shown ({peak})", peak))
    words = Message("attention weight, 0 to the highest shown ({peak}), coloured by its square root", peak)
    return Scale(PowerNorm(0.5, 0, last), words)


def digits(weight: float) -> str:
    """A weight with four digits after the point; a smaller one than they show is "< 0.0001"."""
    return "< 0.0001" if 0 < weight < 0.00005 else f"{weight:.4f}"


def short(weight: float) -> str:
    """A weight with two digits that count, no zero before the point and none at the end, as on the screen: .25, .013, 1."""
    if weight in (0, 1):
        return f"{weight:.0f}"
    places = max(0, 1 - math.floor(math.log10(weight)))
    if places > MOST_PLACES:
        return f"{weight:.1e}".replace("e-0", "e-")
    number = f"{weight:.{places}f}".removeprefix("0")
    return number.rstrip("0").rstrip(".") if places else number
