"""Drawing: the numbers on which the screen and print agree, and by which they reach the screen.

They stand in drawing.json alone, which the programs of the browser read too.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Encoding = Literal["root8", "root16"]


@dataclass(frozen=True)
class Lines:
    """Which weights become lines.

    most     : lines at most; where the next weight is as high as the last, fewer, and where more than these share the
               highest, all of them
    faintest : of the highest weight, the share below which none is drawn
    strong   : of the highest weight, the share from which a line counts as strong
    crowd    : strong lines above which all are thin, since thick ones would hide each other
    """

    most: int
    faintest: float
    strong: float
    crowd: int


_known: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))

LINES = Lines(**_known["lines"])
TOPS: dict[Encoding, int] = _known["tops"]
"""The whole number that stands for a weight of 1, by how weights travel to the browser."""
FRAME: int = _known["frame"]
"""Version of the messages in which they do."""
PICTURE: int = _known["picture"]
"""A head is drawn from at most this many rows and columns; a longer text is pooled."""
ROUNDING: float = _known["rounding"]
"""By which a sum of float32 weights may be above 1 without being one of several rows."""
TICKS: tuple[float, ...] = tuple(_known["ticks"])
"""Shares of the highest weight that are marked beside the colours."""
GAP: tuple[float, float] = tuple(_known["gap"])
"""Shares of its way between which the line of a link that is cut has a gap."""
