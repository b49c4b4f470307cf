"""CSV cell: text in a table that no spreadsheet takes for a formula.

The rule: an apostrophe is put before each of = + - @ (also their full-width forms), tab, line end and apostrophe that stands at
the beginning of the cell or after a semicolon, a tab or a line end, where another program may begin a new cell. Reading takes
exactly these apostrophes away again, so every text comes back as it was.
"""

from __future__ import annotations

import re

BEGINNING = r"(?:^|(?<=[;\t\r\n]))"
DANGER = r"['=+\-@＝＋－＠\t\r\n]"
TO_GUARD = re.compile(rf"{BEGINNING}(?={DANGER})")
GUARDED = re.compile(rf"{BEGINNING}'(?={DANGER})")


def guard(text: str) -> str:
    """The text as it stands in a table."""
    return TO_GUARD.sub("'", text)


def unguard(cell: str) -> str:
    """The text that `guard` made this cell of."""
    return GUARDED.sub("", cell)
