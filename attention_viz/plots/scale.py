"""Scale: which weight gets which colour, and the words that say so beside the colour bar."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize, PowerNorm

from attention_viz.errors import Message, SelectionError

SCALES = ("unit", "peak", "root", "root_peak")
FAINTEST = 1e-30
"""A peak below this is drawn as if it were 1: there is nothing to see, and dividing by it would overflow."""


@dataclass(frozen=True)
class Scale:
    """Colours from 0 to some weight; `words` says to which, and by what rule."""

    norm: Normalize
    words: Message

    @property
    def ticks(self) -> list[float]:
        """Six weights for the colour bar, evenly spaced along it."""
        return [float(self.norm.inverse(step)) for step in np.linspace(0, 1, 6)]

    @property
    def numbers(self) -> list[str]:
        """The ticks as they are written: two digits after the point, four where all are small."""
        ticks = self.ticks
        return [digits(weight) if ticks[-1] < 0.1 else f"{weight:.2f}" for weight in ticks]


def scale_of(name: str, values: np.ndarray) -> Scale:
    """Which colours do these weights get?

    name   : "unit" = 0 to 1; "peak" = 0 to the highest of these values; "root" and "root_peak" = the same by the square
             root, which shows faint ones
    values : any shape, masked or NaN where there is no weight
    Raises SelectionError for another name.
    """
    if name == "unit":
        return Scale(Normalize(0, 1), Message("attention weight, 0 to 1"))
    if name == "root":
        return Scale(PowerNorm(0.5, 0, 1), Message("attention weight, 0 to 1, coloured by its square root"))
    if name in ("peak", "root_peak"):
        highest = float(np.ma.masked_invalid(values).compressed().max(initial=0))
        last, peak = highest if highest > FAINTEST else 1, {"peak": digits(highest)}
        if name == "peak":
            return Scale(Normalize(0, last), Message("attention weight, 0 to the highest shown ({peak})", peak))
        words = Message("attention weight, 0 to the highest shown ({peak}), coloured by its square root", peak)
        return Scale(PowerNorm(0.5, 0, last), words)
    raise SelectionError(
        "There is no colour scale {scale}; choose one of {choices}.", scale=name, choices=", ".join(SCALES)
    )


def digits(weight: float) -> str:
    """A weight with four digits after the point; a smaller one than they show is "< 0.0001"."""
    return "< 0.0001" if 0 < weight < 0.00005 else f"{weight:.4f}"
