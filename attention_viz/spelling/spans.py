"""Spans: where in a text each piece of a tokenizer lies that does not tell it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import TypeVar

from attention_viz.byte_spelling import bytes_of
from attention_viz.spelling.pieces import Span, bare

Piece = TypeVar("Piece", str, bytes)


def guess_spans(spellings: Sequence[str], segments: Sequence[int], texts: Sequence[str]) -> tuple[Span, ...]:
    """Where each spelling is next found in its segment's text; (0, 0) where it is not, and for what was added (-1).

    Spellings are read as characters, whatever their case, or as bytes, if more of them are found in that way.
    """
    spans = [(0, 0)] * len(spellings)
    for segment, text in enumerate(texts):
        places = [place for place, each in enumerate(segments) if each == segment]
        ways = [way([spellings[place] for place in places], text) for way in (_as_characters, _as_bytes)]
        for place, span in zip(places, max(ways, key=_found), strict=True):
            spans[place] = span
    return tuple(spans)


def _as_characters(spellings: Sequence[str], text: str) -> list[Span]:
    lowered = text.lower() if len(text.lower()) == len(text) else text
    return _in_order([bare(spelling).lower() for spelling in spellings], lowered.find)


def _as_bytes(spellings: Sequence[str], text: str) -> list[Span]:
    """The characters that each spelling has a byte of."""
    lengths = [len(character.encode("utf-8", "replace")) for character in text]
    owners = list(chain.from_iterable([place] * length for place, length in enumerate(lengths)))
    found = _in_order([bytes_of(spelling) for spelling in spellings], text.encode("utf-8", "replace").find)
    return [(owners[start], owners[stop - 1] + 1) if start < stop else (0, 0) for start, stop in found]


def _in_order(pieces: Sequence[Piece | None], find: Callable[[Piece, int], int]) -> list[Span]:
    """(start, stop) of each piece where it is next found behind the one before; of a space, only if it is right there:
    tokenizers put one before a text that has none."""
    spans: list[Span] = []
    cursor = 0
    for piece in pieces:
        start = -1 if piece is None else find(piece, cursor)
        if piece is None or start < 0 or (piece.isspace() and start > cursor):
            spans.append((0, 0))
            continue
        cursor = start + len(piece)
        spans.append((start, cursor))
    return spans


def _found(spans: Iterable[Span]) -> int:
    return sum(start < stop for start, stop in spans)
