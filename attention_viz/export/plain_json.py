"""Plain JSON: JSON that somebody else wrote, read only where it is as long, as deep and as rich as ours can be."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np

MOST_CHARACTERS = 12 * 2**20
DEEPEST = 32
"""Brackets within brackets; the deepest that is written here has 6."""
MOST_DIGITS = 400
"""Of a number: more than any float has. Python refuses to read whole numbers of more than 4,300."""
MOST_VALUES = 50_000
"""Values and lists of a selection, a snapshot or a message: `options` bounds their heads and tokens."""
MOST_TOKENS = 500_000
"""Values and lists of what also names each token: of two texts of 16,384 tokens it has 300,000."""
STRING = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)', re.DOTALL)
"""A string, closed or not: one pass over the text, however it is made."""
LONG_NUMBER = re.compile(rf"[0-9]{{{MOST_DIGITS + 1}}}")
OPENING, CLOSING = (np.frombuffer(brackets, np.uint8) for brackets in (b"[{", b"]}"))


def read_json(written: str | bytes, most_characters: int = MOST_CHARACTERS, most_values: int = MOST_VALUES) -> Any:
    """What is written. Raises ValueError for what is no JSON, and before it is parsed for what is too long, deep or rich.

    most_values : numbers, strings and lists, counted by commas and opening brackets
    """
    if len(written) > most_characters:
        raise ValueError("longer than what is read")
    text = written if isinstance(written, str) else written.decode("utf-8-sig")
    check_json(text, most_values)
    return json.loads(text)


def check_json(text: str, most_values: int = MOST_VALUES) -> None:
    """Can it be parsed at a bounded cost? Nothing is said of whether it is JSON. Raises ValueError."""
    opened = text.count("[") + text.count("{")
    if opened <= DEEPEST and len(text) <= MOST_DIGITS:
        return
    bare = STRING.sub("", text)
    if LONG_NUMBER.search(bare):
        raise ValueError("a number with too many digits")
    if sum(map(bare.count, ",[{")) > most_values:
        raise ValueError("too many values")
    if opened > DEEPEST and _depth(bare) > DEEPEST:
        raise ValueError("nested too deep")


def _depth(bare: str) -> int:
    """How deep its brackets stand in each other. bare: without strings"""
    letters = np.frombuffer(bare.encode("ascii", "replace"), np.uint8)
    steps = np.isin(letters, OPENING).astype(np.int8) - np.isin(letters, CLOSING)
    return int(steps.cumsum(dtype=np.int64).max(initial=0))
