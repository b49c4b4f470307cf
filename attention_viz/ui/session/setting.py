"""Setting: what a widget of a page can be set to, so that a page says which of its choices outlive the server."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Any

from attention_viz.options import LIMITS


@dataclass(frozen=True)
class Setting:
    """What a widget can be set to. span: of numbers; choices: of names, None = any text"""

    kind: type
    span: tuple[float, float] = (0, 9_999_999)
    choices: Container[str] | None = None

    def fits(self, value: Any) -> bool:
        """Whether it is such a value."""
        if type(value) is not self.kind:
            return False
        if isinstance(value, str):
            return len(value) <= LIMITS["text"] and (self.choices is None or value in self.choices)
        return isinstance(value, int | float) and self.span[0] <= value <= self.span[1]
