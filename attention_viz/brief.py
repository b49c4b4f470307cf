"""Brief: a value in one line, for notebooks and consoles, where a look at it must not print a network or all its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

LONGEST = 60
"""Characters of a text that are shown."""
MOST = 3
"""Entries of a sequence that are shown."""


def brief(value: Any) -> str:
    """`Name(field=value, ...)` of a dataclass: of arrays the shape, of long texts and sequences the beginning.

    Fields that are as they are by default, or that are told not to be shown, stay out.
    """
    shown = (
        f"{each.name}={_short(getattr(value, each.name))}"
        for each in fields(value)
        if each.repr and not _is(getattr(value, each.name), each.default)
    )
    return f"{type(value).__name__}({', '.join(shown)})"


def _is(value: object, default: object) -> bool:
    """Equal to a default; arrays are equal to none."""
    return type(value) is type(default) and not hasattr(value, "shape") and value == default


def _short(value: Any) -> str:
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return f"<{' x '.join(map(str, value.shape)) or 'one'} {str(value.dtype).removeprefix('torch.')}>"
    if isinstance(value, Mapping):
        return _some("{", [f"{_short(name)}: {_short(each)}" for name, each in list(value.items())[:MOST]], value, "}")
    if isinstance(value, tuple | list) and type(value) in (tuple, list):
        opening, closing = "()" if isinstance(value, tuple) else "[]"
        return _some(opening, [_short(each) for each in value[:MOST]], value, closing)
    if isinstance(value, str):
        return repr(value if len(value) <= LONGEST else value[: LONGEST - 1] + "…")
    if callable(value) and hasattr(value, "__name__"):
        return str(value.__name__)
    return repr(value)


def _some(opening: str, shown: list[str], of: Any, closing: str) -> str:
    more = [f"… {len(of)} in all"] if len(of) > len(shown) else []
    comma = "," if opening == "(" and len(of) == 1 else ""
    return f"{opening}{', '.join(shown + more)}{comma}{closing}"
