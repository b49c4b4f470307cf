"""Pieces: from what a tokenizer made of a text to tokens that say which characters of the text they stand for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from attention_viz.spelling.boundaries import word_numbers
from attention_viz.tokens import Tokens

MARKERS = ("##", "\u2581", "\u0120", "</w>", "@@")
"""How tokenizers mark the start or the inside of a word: WordPiece, SentencePiece, byte-level BPE, older BPE."""

SPACES = ("\u2581", "\u0120", " ")
"""Tokens that stand for nothing but the space before a word."""

Span = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Pieces:
    """What a tokenizer made of one or two texts; each field has one entry per token.

    texts    : as the tokenizer spells them
    segments : (token,) 0 first text, 1 second, -1 added by the tokenizer
    spans    : (start, stop) characters of the segment's text; (0, 0) where none is known
    special  : (token,) bool, added or reserved
    unknown  : (token,) bool, the vocabulary lacks it
    """

    texts: tuple[str, ...]
    segments: np.ndarray
    spans: tuple[Span, ...]
    special: np.ndarray
    unknown: np.ndarray

    def only(self, keep: np.ndarray) -> Pieces:
        """The pieces where keep, (token,) bool, is true."""
        if keep.all():
            return self
        chosen = np.flatnonzero(keep)
        return Pieces(
            tuple(self.texts[each] for each in chosen),
            self.segments[keep],
            tuple(self.spans[each] for each in chosen),
            self.special[keep],
            self.unknown[keep],
        )


def spell(pieces: Pieces, texts: Sequence[str], words: Sequence[Sequence[int] | None] = (None, None)) -> Tokens:
    """Which characters, word and segment does each token stand for?

    texts : the segments' texts, as the tokenizer read them
    words : of each, the number of the word that each character belongs to, as `word_numbers` gives it; None = ask that
    A special token is a word of its own, without a span, even where it was typed in the text.
    """
    # What the tokenizer added belongs to the segment before it, as in [CLS] a [SEP] b [SEP].
    segments = [int(each) for each in np.maximum.accumulate(np.maximum(pieces.segments, 0))]
    special = [bool(each) for each in pieces.special]
    spans = [
        (0, 0) if apart else _trim(texts[segment], span, text in SPACES)
        for text, apart, segment, span in zip(pieces.texts, special, segments, pieces.spans, strict=True)
    ]
    surfaces = [
        text if apart else texts[segment][start:stop] or bare(text)
        for text, apart, segment, (start, stop) in zip(pieces.texts, special, segments, spans, strict=True)
    ]
    return Tokens(
        texts=pieces.texts,
        surfaces=tuple(surfaces),
        special=tuple(special),
        unknown=tuple(bool(each) for each in pieces.unknown),
        segments=tuple(segments),
        words=tuple(_words(pieces.texts, special, _places(texts, segments, spans, words))),
        spans=tuple(spans),
    )


def bare(spelling: str) -> str:
    """A token's spelling without its word marker; a space for a marker alone."""
    stripped = spelling
    for marker in MARKERS:
        stripped = stripped.removeprefix(marker).removesuffix(marker)
    return stripped or " "


def _trim(text: str, span: Span, is_space: bool) -> Span:
    """The span without the white space round it; of white space, all of it."""
    start, stop = span
    inside = text[start:stop]
    if not inside.strip() or (inside.strip() == inside and not is_space):
        return span
    if is_space:  # some tokenizers count the first letter of the word to the space before it
        return (start, start)
    return start + len(inside) - len(inside.lstrip()), stop - len(inside) + len(inside.rstrip())


def _places(
    texts: Sequence[str], segments: Sequence[int], spans: Sequence[Span], given: Sequence[Sequence[int] | None]
) -> list[tuple[int, int] | None]:
    """(segment, word of the text) in which each token starts; None where it has no span."""
    ends = [max([stop for (_, stop), each in zip(spans, segments, strict=True) if each == n] + [0]) for n in range(2)]
    # Of a text that was cut, only what was read: one character more, since an apostrophe looks ahead.
    words = [
        word_numbers(text[: end + 1]) if known is None else known
        for text, end, known in zip(texts, ends, given, strict=False)
    ]
    places: list[tuple[int, int] | None] = []
    before: tuple[int, int] | None = None
    covered = 0  # the character up to which the token before reaches
    for segment, (start, stop) in zip(segments, spans, strict=True):
        shares = before is not None and before[0] == segment and start < covered  # bytes of one character
        place = None if start == stop else before if shares else (segment, words[segment][start])
        places.append(place)
        before, covered = place, stop
    return places


def _words(spellings: Sequence[str], special: Sequence[bool], places: list[tuple[int, int] | None]) -> list[int]:
    """Number of the word of each token, from 0; it grows where the text's word changes; a space belongs to what follows."""
    for position in reversed(range(len(places) - 1)):
        if spellings[position] in SPACES and not special[position]:
            places[position] = places[position + 1]
    numbers: list[int] = []
    for position, place in enumerate(places):
        apart = position == 0 or special[position] or special[position - 1]
        same = spellings[position].startswith("##") if place is None else place == places[position - 1]
        numbers.append((numbers[-1] if numbers else -1) + (apart or not same))
    return numbers
