"""Characters that nothing can hold: a half of a surrogate pair fits into no file, no address and no page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

HALF_PAIR = re.compile("[\ud800-\udfff]")


def readable(text: str) -> str:
    """The text with the sign for what cannot be read (U+FFFD) in the place of each half pair; as long as before."""
    return HALF_PAIR.sub("\ufffd", text)


def readable_values(plain: Mapping[Any, Any]) -> dict[str, Any]:
    """The same by name, with each text among the values readable."""
    return {str(name): readable(value) if isinstance(value, str) else value for name, value in plain.items()}


def joined(text: str) -> str:
    """The text with two halves that stand side by side as the character they are, and U+FFFD for one that stands alone."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
