"""Theme: the sentences and the colours of a view in the browser."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from attention_viz.palettes import THEMES, palette

PALETTES = {theme: asdict(palette(theme)) for theme in THEMES}
"""The colours of each theme."""


def appearance(labels: Mapping[str, str]) -> dict[str, Any]:
    """Sentences by their names, and the palettes, as plain values."""
    return {"labels": dict(labels), "palettes": PALETTES}


def written(labels: Mapping[str, str]) -> str:
    """The same as JSON, made once: it is asked for at every run of a page."""
    return _written(tuple(labels.items()))


@lru_cache(maxsize=8)
def _written(labels: tuple[tuple[str, str], ...]) -> str:
    return json.dumps(appearance(dict(labels)))
