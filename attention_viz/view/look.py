"""Look: the part of a Selection that the view shows and changes."""

from __future__ import annotations

from typing import Any

from attention_viz.selection import Selection

FIELDS = (
    "layer",
    "head",
    "view",
    "queries",
    "kept",
    "scale",
    "palette",
    "exclude",
    "renormalise",
    "pairs",
    "average",
    "sort",
    "threshold",
    "k",
)
"""Fields of a Selection that js/look.js knows by the same names; both count from 0."""


def look_of(selection: Selection) -> dict[str, Any]:
    """What a selection says to the view."""
    return {name: getattr(selection, name) for name in FIELDS}
