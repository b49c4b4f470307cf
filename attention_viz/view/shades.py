"""Shades: which colour stands for a number, as the name of a CSS class, and the rules that paint it in light and dark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from attention_viz.palettes import DARK, LIGHT, ink_on

Colours = Literal["weights", "signed"]
LEVELS: dict[Colours, int] = {"weights": 21, "signed": 23}
"""How many colours each palette has here; of an odd number of signed ones, the middle is zero."""
RAMPS: dict[Colours, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "weights": (LIGHT.weights, DARK.weights),
    "signed": (LIGHT.differences, DARK.differences),
}
"""The palettes, light and dark."""


def largest(numbers: np.ndarray, colours: Colours) -> float:
    """The number that gets the strongest colour unless another is given."""
    if colours == "weights":
        return 1.0
    finite = np.abs(numbers[np.isfinite(numbers)])
    return float(finite.max(initial=0.0)) or 1.0


def shades(numbers: np.ndarray, colours: Colours, most: float) -> np.ndarray:
    """The name of each number's colour, shaped as the numbers: "w0" to "w20", "s0" to "s22", "masked" or "none".

    weights : on a root scale from 0 to `most`; signed : on a linear scale from -`most` to `most`
    """
    share = np.nan_to_num(numbers, nan=0.0, neginf=0.0, posinf=most) / most
    share = np.sqrt(share.clip(0, 1)) if colours == "weights" else (share.clip(-1, 1) + 1) / 2
    names = np.array([f"{colours[0]}{level}" for level in range(LEVELS[colours])], dtype=object)
    picked: np.ndarray = names[np.rint(share * (LEVELS[colours] - 1)).astype(int)]
    picked[np.isneginf(numbers)] = "masked"
    picked[np.isnan(numbers)] = "none"
    return picked


def band(names: Sequence[str]) -> str:
    """These colours side by side, equally wide, as a CSS background."""
    stops = []
    for place, name in enumerate(names, start=1):
        if place == len(names) or names[place] != name:
            colour = f"var(--{name})" if name[0] in "ws" else "transparent"
            stops.append(f"{colour} 0 {100 * place / len(names):.3g}%")
    return f"linear-gradient(to right,{','.join(stops)})"


def rules(scope: str) -> str:
    """The CSS inside `scope`: a variable and a class for each colour, and a ramp for each palette."""
    names, classes = [], []
    for colours, (light, dark) in RAMPS.items():
        n = LEVELS[colours]
        for level in range(n):
            bright, dim = between(light, level / (n - 1)), between(dark, level / (n - 1))
            name = f"{colours[0]}{level}"
            names.append(f"--{name}: light-dark({_hex(bright)}, {_hex(dim)});")
            classes.append(
                f"{scope} .{name} {{ background: var(--{name}); color: light-dark({ink_on(*bright / 255)}, {ink_on(*dim / 255)}); }}"
            )
        stops = ", ".join(f"light-dark({bright}, {dim})" for bright, dim in zip(light, dark, strict=True))
        classes.append(f"{scope} .ramp.{colours} {{ background: linear-gradient(to right, {stops}); }}")
    return "\n".join([f"{scope} {{ {' '.join(names)} }}", *classes])


def between(stops: Sequence[str], share: float) -> np.ndarray:
    """The colour that lies so far along the stops: (red, green, blue), 0 to 255."""
    numbers = np.array([[int(stop[start : start + 2], 16) for start in (1, 3, 5)] for stop in stops], dtype=float)
    place = share * (len(stops) - 1)
    below = min(int(place), len(stops) - 2)
    colour: np.ndarray = numbers[below] + (place - below) * (numbers[below + 1] - numbers[below])
    return colour


def _hex(colour: np.ndarray) -> str:
    return "#" + "".join(f"{round(part):02X}" for part in colour.tolist())
