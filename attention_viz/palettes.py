"""Palettes: the colours of weights, differences, heads and ink, as the figures and the live view share them.

Computed in OKLab: even steps, inside sRGB, lightness runs one way, so that a grey print still reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from attention_viz.errors import SelectionError

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")


@dataclass(frozen=True)
class Palette:
    """The colours of one theme, each "#RRGGBB".

    weights     : from nothing to the highest weight, even steps; interpolate linearly in sRGB between them
    differences : from the most negative to the most positive; the two in the middle are either side of zero
    heads       : 8 hues; head i (from 0) has hue i modulo 8 and is dashed from the ninth on, see `head_colour`
    ground, text, secondary, accent : the page, what is written on it, what is written more quietly, the one highlight
    """

    weights: tuple[str, ...]
    differences: tuple[str, ...]
    heads: tuple[str, ...]
    ground: str
    text: str
    secondary: str
    accent: str


LIGHT = Palette(
    weights=(
        "#EFF3F8",
        "#C5E0F4",
        "#9CCDEC",
        "#75B8E3",
        "#56A0D7",
        "#3E88C9",
        "#326FB4",
        "#29579C",
        "#23417E",
        "#1B2E5F",
        "#131E3F",
    ),
    differences=(
        "#1B4684",
        "#276AAB",
        "#4890C8",
        "#76B5DE",
        "#B1D6EE",
        "#F1F4F6",
        "#F5F3F1",
        "#F4D0A9",
        "#EEA969",
        "#DD7F3B",
        "#BC5C26",
        "#95401B",
    ),
    heads=("#632CA3", "#C8741D", "#34A08E", "#55120B", "#A24308", "#2B235D", "#9E6DE7", "#376E77"),
    ground="#FDFCF9",
    text="#2B2A28",
    secondary="#6B6862",
    accent="#B5470B",
)

DARK = Palette(
    weights=(
        "#1F2329",
        "#26334B",
        "#2C456D",
        "#2E5890",
        "#2F6FAD",
        "#2F89C4",
        "#36A3D3",
        "#4DBCDB",
        "#71D4E1",
        "#9EE8EB",
        "#CBFCF7",
    ),
    differences=(
        "#7ACAE9",
        "#4BA6D4",
        "#3880B4",
        "#325C8A",
        "#2C3E57",
        "#212327",
        "#26221F",
        "#573521",
        "#8C4825",
        "#BE632D",
        "#E5893E",
        "#F8BA6B",
    ),
    heads=("#65CBB8", "#F7EA3C", "#95FBE7", "#DE5C02", "#EAA83F", "#6E5DD8", "#9E5B82", "#AD8AE9"),
    ground="#15171B",
    text="#E8E6E1",
    secondary="#9DA3AD",
    accent="#FFB168",
)


def palette(theme: str) -> Palette:
    """Which colours does this theme have? Raises SelectionError for another name than "light" or "dark"."""
    if theme == "light":
        return LIGHT
    if theme == "dark":
        return DARK
    raise SelectionError("There is no theme {theme}. Choose light or dark.", theme=theme)


def ramp(theme: str, colours: str = "blue") -> tuple[str, ...]:
    """Which colours do weights get, from none to the highest? Those of the theme, or with "grey" from its lightest to its ink.

    Raises SelectionError for another theme or other colours.
    """
    chosen = palette(theme)
    if colours == "blue":
        return chosen.weights
    if colours == "grey":
        return chosen.weights[0], chosen.text
    raise SelectionError("There is no palette {palette}. Choose blue or grey.", palette=colours)


def ink_on(red: float, green: float, blue: float) -> str:
    """Black or white, whichever reads better on a colour of channels from 0 to 1: one always has a contrast of at least 4.5 (WCAG 2)."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (red, green, blue)]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000" if (luminance + 0.05) / 0.05 >= 1.05 / (luminance + 0.05) else "#fff"


def head_colour(theme: str, head: int) -> tuple[str, bool]:
    """How is the line of a head told apart? Its colour and whether it is dashed; the same again after 16 heads."""
    colours = palette(theme).heads
    return colours[head % len(colours)], head // len(colours) % 2 == 1
