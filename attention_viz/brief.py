"""Brief: a value in one line, for notebooks and consoles, where a look at it must not print a network or all its numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Sized
from dataclasses import MISSING, Field, fields
from typing import Any

LONGEST = 60
"""Characters of a text that are shown."""
MOST = 3
"""Entries of a sequence that are shown."""
MOST_WRITTEN = 200
"""Characters of another value, a network's for example, beyond which only its kind is told; so it is of several lines."""


def brief(value: Any) -> str:
    """`Name(field=value, ...)` of a dataclass: of arrays the shape, of long texts and sequences the beginning.

    Fields that are as they are by default, or that are told not to be shown, stay out.
    """
    shown = (
        f"{each.name}={_short(getattr(value, each.name))}"
        for each in fields(value)
        if each.repr and not _is_usual(getattr(value, each.name), each)
    )
    return f"{type(value).__name__}({', '.join(shown)})"


def _is_usual(value: object, of: Field[Any]) -> bool:
    """Equal to its default; arrays are equal to none."""
    usual = of.default if of.default_factory is MISSING else of.default_factory()
    return type(value) is type(usual) and not hasattr(value, "shape") and bool(value == usual)


def beginning(entries: Sequence[Any], brackets: str = "()") -> str:
    """The first entries of a sequence, and how many there are."""
    shown = [_short(each) for each in entries[:MOST]]
    comma = "," if brackets == "()" and len(entries) == 1 else ""
    return f"{brackets[0]}{', '.join(shown)}{_more(entries)}{comma}{brackets[1]}"


def _short(value: Any) -> str:
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return f"<{' x '.join(map(str, value.shape)) or 'one'} {str(value.dtype).removeprefix('torch.')}>"
    if type(value) in (tuple, list):
        return beginning(value, "()" if type(value) is tuple else "[]")
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_short(name)}: {_short(value[name])}' for name in list(value)[:MOST])}{_more(value)}}}"
    if isinstance(value, str):
        return repr(value if len(value) <= LONGEST else value[: LONGEST - 1] + "…")
    written = repr(value)
    return written if len(written) <= MOST_WRITTEN and "\n" not in written else f"<{type(value).__name__}>"


def _more(entries: Sized) -> str:
    return f", … {len(entries)} in all" if len(entries) > MOST else ""
