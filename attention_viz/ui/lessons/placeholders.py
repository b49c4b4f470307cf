"""Placeholders: names in the text of a lesson that the numbers of its picture replace, so that none is written in it.

`{{largest:.2f}}` is the number called largest with two digits, in the notation of Python's format.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from attention_viz.errors import InputError

PLACE = re.compile(r"\{\{(\w+)(?::([^{}]+))?\}\}")


def fill(text: str, facts: Mapping[str, Any], escape: Callable[[str], str] = str) -> str:
    """The text with its numbers. Raises InputError for a name that the picture does not give.

    escape : applied to each number, for the format that the text is put into
    """
    return PLACE.sub(lambda place: escape(_formatted(place[1], place[2] or "", facts)), text)


def _formatted(name: str, how: str, facts: Mapping[str, Any]) -> str:
    if name not in facts:
        raise InputError(
            "This picture has no number called {name}. Choose one of {names}.",
            name=repr(name),
            names=", ".join(sorted(facts)),
        )
    try:
        return format(facts[name], how)
    except ValueError as error:
        raise InputError(
            "The number {name} cannot be written as {how}. Write it as .2f, say.", name=repr(name), how=repr(how)
        ) from error
