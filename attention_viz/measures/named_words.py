"""Named words: which word of a text is meant by a position, by its letters, or by its letters and a number."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import Any

import numpy as np

from attention_viz.attention import Tokens
from attention_viz.errors import SelectionError

Word = int | str | tuple[str, int]
"""A word by the position of one of its tokens, from 0; as the text has it; or (word, n), the n-th of several, n from 0."""


def named_words(tokens: Tokens, edges: np.ndarray, named: Word | Iterable[Word]) -> np.ndarray:
    """The numbers of the words that are meant: (word,) int, one where one is named.

    edges : the first token of each word, and the number of tokens at the end, see `words.group_words`
    Raises SelectionError for a word that is not there, and for one that stands there several times and has no number.
    """
    positions = [_position(tokens, *(each if _is_numbered(each) else (each,))) for each in _several(named)]
    return np.asarray(np.searchsorted(edges, np.array(positions, dtype=int), side="right") - 1)


def _several(named: Any) -> list[Any]:
    one = isinstance(named, str) or not isinstance(named, Iterable) or _is_numbered(named)
    return [named] if one else list(named)


def _is_numbered(named: Any) -> bool:
    """Whether it is (word, n)."""
    return isinstance(named, tuple) and len(named) == 2 and isinstance(named[0], str) and not isinstance(named[1], str)


def _position(tokens: Tokens, named: str | int, n: int | None = None) -> int:
    """Where the word begins, or a token of it."""
    if not isinstance(named, str):
        return _checked(operator.index(named), len(tokens))
    found = tokens.occurrences(named)
    if n is None and len(found) > 1:
        raise SelectionError(
            "{word} stands {n} times in this text, at the tokens {places}. Say which: ({word}, 0) to ({word}, {last}), or the position of a token.",
            word=repr(named)[:80],
            n=len(found),
            places=", ".join(str(each[0]) for each in found),
            last=len(found) - 1,
        )
    if n is not None and not 0 <= operator.index(n) < len(found):
        raise SelectionError(
            "{word} stands {n} times in this text; there is no ({word}, {asked}). They are counted from 0.",
            word=repr(named)[:80],
            n=len(found),
            asked=n,
        )
    return found[n or 0][0]


def _checked(position: int, n: int) -> int:
    if not 0 <= position < n:
        raise SelectionError(
            "There is no token {position}; the text has {n} tokens, counted from 0.", position=position, n=n
        )
    return position
