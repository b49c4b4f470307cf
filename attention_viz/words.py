"""Words: the attention between whole words, from the attention between their pieces.

Attention to a word is the sum over its pieces; attention from a word is the mean over its pieces, so rows still sum to 1
(Clark et al. 2019, arXiv 1906.04341, section 4.1).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from attention_viz.attention import Attention, Source, Tokens
from attention_viz.characters import readable
from attention_viz.sources import Masked, strip

Segmenter = Callable[[str], Sequence[str]]
"""Cuts a text into words that give the text back when joined."""


def merge_words(
    attention: Attention, segmenter: Segmenter | None = None, texts: Sequence[str] | None = None
) -> Attention:
    """The same attention with one row and one column per word.

    segmenter : also joins tokens that lie in one word of this segmenter (for Chinese, whose tokens are characters)
    texts     : the segments' texts, which the segmenter cuts; by default what the tokens stand for
    Special tokens stay apart. Rows sum to what they summed to before.
    """
    queries = group_words(attention.query_tokens, segmenter, texts)
    keys = (
        queries
        if attention.key_tokens is attention.query_tokens
        else group_words(attention.key_tokens, segmenter, texts)
    )
    query_words, key_words = _words(attention.query_tokens, queries), _words(attention.key_tokens, keys)
    kind = MaskedWordSource if isinstance(attention.source, Masked) else WordSource
    return attention.with_source(
        lambda source: kind(source, queries, keys), query_words, query_words if keys is queries else key_words
    )


def group_words(tokens: Tokens, segmenter: Segmenter | None = None, texts: Sequence[str] | None = None) -> np.ndarray:
    """First token of each word, and the number of tokens at the end: (word + 1,) int, increasing."""
    numbers: list[tuple[int, ...]] = [
        (segment, word) for segment, word in zip(tokens.segments, tokens.words, strict=True)
    ]
    if segmenter is not None:
        cuts = [_word_numbers(segmenter, text) for text in (_texts(tokens) if texts is None else texts)]
        numbers = [
            (segment, word)
            if special or segment >= len(cuts) or not start < stop <= len(cuts[segment])
            else (segment, -1 - int(cuts[segment][start]))
            for (segment, word), special, (start, stop) in zip(numbers, tokens.special, tokens.spans, strict=True)
        ]
    starts = [
        position
        for position in range(len(tokens))
        if position == 0
        or numbers[position] != numbers[position - 1]
        or tokens.special[position]
        or tokens.special[position - 1]
    ]
    return np.array([*starts, len(tokens)])


def segment_chinese(text: str) -> list[str]:
    """Words of a Chinese text (rjieba, the jieba dictionary); other scripts come out as they would by characters and runs."""
    import rjieba

    words = rjieba.cut(readable(text))  # it takes no half of a surrogate pair
    edges = itertools.accumulate(map(len, words), initial=0)
    return [text[start:stop] for start, stop in itertools.pairwise(edges)]


def _texts(tokens: Tokens) -> list[str]:
    """The segments' texts as far as tokens stand for them; spaces elsewhere."""
    texts = [
        [" "] * max((stop for _, stop in tokens.spans), default=0) for _ in range(max(tokens.segments, default=0) + 1)
    ]
    for surface, segment, (start, stop) in zip(tokens.surfaces, tokens.segments, tokens.spans, strict=True):
        if len(surface) == stop - start:
            texts[segment][start:stop] = surface
    return ["".join(characters) for characters in texts]


def _word_numbers(segmenter: Segmenter, text: str) -> np.ndarray:
    """Number of the word that each character of the text lies in: (character,) int."""
    lengths = [len(word) for word in segmenter(text)]
    return np.repeat(np.arange(len(lengths)), lengths)


def _words(tokens: Tokens, edges: np.ndarray) -> Tokens:
    groups = [range(start, stop) for start, stop in itertools.pairwise(edges)]
    return Tokens(
        texts=tuple(_spelling(tokens, group) for group in groups),
        surfaces=tuple(tokens.written(group) for group in groups),
        special=tuple(tokens.special[group[0]] for group in groups),
        unknown=tuple(any(tokens.unknown[each] for each in group) for group in groups),
        segments=tuple(tokens.segments[group[0]] for group in groups),
        words=tuple(range(len(groups))),
        spans=tuple((tokens.spans[group[0]][0], tokens.spans[group[-1]][1]) for group in groups),
    )


def _spelling(tokens: Tokens, group: range) -> str:
    """A word of one token keeps the token's spelling; a word of several is what they stand for in the text."""
    return tokens.texts[group[0]] if len(group) == 1 else tokens.written(group).strip()


@dataclass(frozen=True, eq=False)
class WordSource:
    """Tiles of words, from tiles of the tokens they are made of."""

    tokens: Source
    query_edges: np.ndarray
    key_edges: np.ndarray

    @property
    def name(self) -> str:
        return self.tokens.name

    @property
    def heads(self) -> tuple[int, ...]:
        return self.tokens.heads

    @property
    def nbytes(self) -> int:
        return self.tokens.nbytes

    def layer(self, layer: int, queries: slice = slice(None)) -> np.ndarray:
        first, last, _ = queries.indices(len(self.query_edges) - 1)
        rows = self.query_edges[first : last + 1]
        pieces = strip(self.tokens, layer, slice(int(rows[0]), int(rows[-1])), int(self.key_edges[-1]))
        return merged(pieces, rows - rows[0], self.key_edges)

    def tile(self, layer: int, head: int, queries: slice, keys: slice) -> np.ndarray:
        return self._merge(lambda rows, columns: self.tokens.tile(layer, head, rows, columns), queries, keys)

    def _merge(self, read: Callable[[slice, slice], np.ndarray], queries: slice, keys: slice) -> np.ndarray:
        rows, columns = self.query_edges[queries.start : queries.stop + 1], self.key_edges[keys.start : keys.stop + 1]
        if len(rows) < 2 or len(columns) < 2:
            return np.zeros((max(0, len(rows) - 1), max(0, len(columns) - 1)), dtype=np.float32)
        pieces = read(slice(int(rows[0]), int(rows[-1])), slice(int(columns[0]), int(columns[-1])))
        return merged(pieces, rows - rows[0], columns - columns[0])


class MaskedWordSource(WordSource):
    """The same, where it is known which keys a query could read: a word could, if any of its pieces could."""

    def readable(self, layer: int, queries: slice, keys: slice) -> np.ndarray:
        def read(rows: slice, columns: slice) -> np.ndarray:
            assert isinstance(self.tokens, Masked)
            return self.tokens.readable(layer, rows, columns).astype(np.float32)

        return self._merge(read, queries, keys) > 0


def merged(pieces: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """The weights between words, from those between their pieces: columns are summed, rows averaged.

    pieces  : (..., query piece, key piece)
    rows    : first piece of each word of the queries, and where the last ends; columns: of the keys
    returns : (..., query word, key word)
    """
    summed = np.add.reduceat(pieces, columns[:-1], axis=-1)  # (..., query piece, key word)
    return np.add.reduceat(summed, rows[:-1], axis=-2) / np.diff(rows)[:, None].astype(np.float32)
