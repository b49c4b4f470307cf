"""WordReads: the word that each word reads most, and the word that reads it most, however long the text is.

Attention to a word is the sum over its pieces, from a word the mean (Clark et al. 2019, arXiv 1906.04341, section 4.1); special
tokens and the word itself are left out.
"""

from __future__ import annotations

import numpy as np

from attention_viz.corpus.relations.words import Words


class WordReads:
    """What some heads read of one text, whose weights come some rows at a time; (head, word) is held, never query x key.

    found : (direction, head, word) once all rows were added: the word that each word reads most, and the word that reads it
            most; words are numbered without special tokens. Of equal ones the first
    """

    def __init__(self, words: Words, n_heads: int) -> None:
        shape = (n_heads, len(words.kept))
        self._words = words
        self.found = np.zeros((2, *shape), dtype=int)
        self._most = np.full(shape, -np.inf, dtype=np.float32)
        self._begun = np.zeros(shape, dtype=np.float32)  # by a word whose last piece is among the rows to come

    def add(self, weights: np.ndarray, rows: slice) -> None:
        """weights : (head, query, key) of the tokens; rows: which queries these are, the next ones"""
        edges, kept = self._words.edges, self._words.kept
        first = int(np.searchsorted(edges, rows.start, side="right")) - 1
        last = int(np.searchsorted(edges, rows.stop))
        to_words = np.add.reduceat(weights, edges[:-1], axis=-1)[..., kept]  # (head, query, word)
        sums = np.add.reduceat(to_words, np.maximum(edges[first:last] - rows.start, 0), axis=1)
        sums[:, 0] += self._begun
        n_whole = last - first - (edges[last] > rows.stop)
        self._begun = sums[:, n_whole] if first + n_whole < last else np.zeros_like(self._begun)
        pieces = np.diff(edges)[first : first + n_whole].astype(np.float32)
        self._take(first, sums[:, :n_whole] / pieces[:, None])

    def _take(self, first: int, between: np.ndarray) -> None:
        """between : (head, query word, key word); of the query words none is missing from `first` on"""
        kept = self._words.kept
        place = np.flatnonzero((kept >= first) & (kept < first + between.shape[1]))
        if not len(place):
            return
        between = between[:, kept[place] - first]
        between[:, np.arange(len(place)), place] = -1
        self.found[0][:, place] = between.argmax(axis=-1)
        reader = between.argmax(axis=-2)  # (head, key word)
        weight = np.take_along_axis(between, reader[:, None], axis=1)[:, 0]
        more = weight > self._most
        self.found[1][more] = place[reader][more]
        self._most = np.maximum(self._most, weight)
