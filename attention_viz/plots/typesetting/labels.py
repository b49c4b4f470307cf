"""Labels: tokens as they stand along an axis, cut where long, thinned out where many, so that none overlaps another."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from attention_viz.attention import Tokens
from attention_viz.plots.typesetting.fonts import file_for, lacking, spell, width

LONGEST = 16
"""Columns of the longest label; Chinese characters take two. A longer token is cut in the middle."""

MOST_MARKS, MOST_PILED = 6, 2
"""Combining marks kept on one character, and of these such as pile up, which would run over the neighbouring labels."""
PILED = 200
"""Combining class from which marks stand above or below all others of their letter (Unicode Standard, table 3-12); vowels of
Hebrew, Arabic or Devanagari have a place of their own, below it. Class 1 are strokes through a letter."""

LINE = 1.3
"""Height of a line of text, in units of the font's size."""


@dataclass(frozen=True)
class Label:
    """One token on an axis.

    position : of the token, from 0
    text     : as it is drawn, in the font of the file `path`
    quiet    : drawn in grey: a special token
    coded    : some of its characters have no font and stand as their code points
    """

    position: int
    text: str
    path: str
    quiet: bool = False
    coded: bool = False

    def width(self, size: float) -> float:
        """In points, at this font size."""
        return width(self.text, self.path, size)


def label(tokens: Tokens, position: int, preferred: str | None = None) -> Label:
    """How is the token at this position written? preferred : a font file to try first"""
    shown = tokens.labels[position]
    text, path = written(shown, preferred)
    return Label(position, text, path, tokens.special[position], lacking(shown, path))


def written(token: str, preferred: str | None = None, longest: int = LONGEST) -> tuple[str, str]:
    """A token as it is drawn, and the font file: blanks as marks, long ones cut in the middle, an empty one as two quotes."""
    path = file_for(token, preferred)
    return "".join(_cut(spell(token, path, marks=True), longest)) or '""', path


def _cut(characters: Sequence[str], longest: int) -> list[str]:
    characters = [_bare(each) for each in characters]
    if sum(map(_columns, characters)) <= longest:
        return characters
    head, tail = _within(characters, longest // 2), _within(characters[::-1], longest - longest // 2 - 1)
    return [*head, "…", *tail[::-1]]


def _within(characters: Sequence[str], columns: int) -> list[str]:
    taken: list[str] = []
    for each in characters:
        columns -= _columns(each)
        if columns < 0:
            break
        taken.append(each)
    return taken


def _bare(character: str) -> str:
    """One character without the combining marks that are too many."""
    marks = piled = 0
    kept = ""
    for each in character:
        marks += unicodedata.category(each)[0] == "M"
        piled += unicodedata.combining(each) == 1 or unicodedata.combining(each) >= PILED
        if marks <= MOST_MARKS and piled <= MOST_PILED:
            kept += each
    return kept


def _columns(character: str) -> int:
    return sum(
        0 if unicodedata.category(each)[0] == "M" else 2 if unicodedata.east_asian_width(each) in "WF" else 1
        for each in character
    )


def thinned(
    tokens: Tokens, starts: Sequence[int], cell: float, size: float, preferred: str | None = None
) -> tuple[list[Label], int]:
    """Which tokens get a label when each cell is so many points high, and one in how many that is.

    starts : the first token of each cell; preferred: a font file to try first
    """
    step = max(1, math.ceil(LINE * size / cell))
    return [label(tokens, starts[index], preferred) for index in range(0, len(starts), step)], step
