"""Wrapping: a sentence broken into lines of a given width."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from attention_viz.plots.typesetting.fonts import POINTS, in_sentence, width

NOT_FIRST = "，。；：、！？）》”"
"""Chinese marks that do not begin a line."""


def wrap(text: str, available: float, size: float, preferred: str | None = None) -> list[str]:
    """The text in lines no wider than so many inches, broken at spaces, or between Chinese characters; no line for no text.

    size : of the font, in points; preferred: its file, else the usual ones. A single word that is wider has a line to itself.
    """
    lines: list[str] = []
    for piece in _pieces(text):
        if lines and _inches(lines[-1] + piece.rstrip(), size, preferred) <= available:
            lines[-1] += piece
        else:
            lines.append(piece)
    return [line.rstrip() for line in lines]


def join(sentences: Iterable[str]) -> str:
    """Sentences one after another; no space follows a Chinese full stop."""
    return " ".join(sentences).replace("。 ", "。")


def _inches(text: str, size: float, preferred: str | None) -> float:
    drawn, path = in_sentence(text, preferred)
    return width(drawn, path, size) / POINTS


def _pieces(text: str) -> Iterator[str]:
    """Parts of a text between which a line may be broken."""
    breaks = [index for index in range(1, len(text)) if may_break(text[index - 1], text[index])]
    for start, stop in pairwise([0, *breaks, len(text)]):
        if text[start:stop]:
            yield text[start:stop]


def may_break(before: str, after: str) -> bool:
    """May a line end between these two characters?"""
    if before == " " or after == " ":
        return before == " " and after != " "
    return (_chinese(before) or _chinese(after)) and after not in NOT_FIRST


def _chinese(character: str) -> bool:
    return "\u3000" <= character <= "\u9fff" or "\uff00" <= character <= "\uffef"
