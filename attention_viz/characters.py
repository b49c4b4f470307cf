"""Characters: those that nothing can hold, half pairs that fit into no file, address or page, and which way others run."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Literal

Direction = Literal["ltr", "rtl"]

HALF_PAIR = re.compile("[\ud800-\udfff]")
ISOLATES = ("LRI", "RLI", "FSI")
"""Characters after which a text has a direction of its own, up to a PDI: it says nothing about the text around it."""


def readable(text: str) -> str:
    """The text with the sign for what cannot be read (U+FFFD) in the place of each half pair; as long as before."""
    return HALF_PAIR.sub("\ufffd", text)


def readable_values(plain: Mapping[Any, Any]) -> dict[str, Any]:
    """The same by name, with each text among the values readable."""
    return {str(name): readable(value) if isinstance(value, str) else value for name, value in plain.items()}


def joined(text: str) -> str:
    """The text with two halves that stand side by side as the character they are, and U+FFFD for one that stands alone."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def direction(text: str) -> Direction:
    """Which way does a text run? That of its first strong character, or "ltr" without one.

    Source: Unicode Standard Annex 9, rules P2 and P3, of which a text is one paragraph.
    """
    depth = 0
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in ISOLATES:
            depth += 1
        elif kind == "PDI":
            depth = max(0, depth - 1)
        elif depth == 0 and kind in ("L", "R", "AL"):
            return "ltr" if kind == "L" else "rtl"
    return "ltr"
