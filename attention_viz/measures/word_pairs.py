"""Word pairs: what every head gives from some words to others, read in strips, so that no whole matrix is held.

A weight from a word to a word is the mean over the query's pieces of the sum over the key's, as in words.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from attention_viz.attention import Attention

CELLS_AT_ONCE = 2**22
"""Weights read together: 16 MB."""

Progress = Callable[[int, int], None]
"""Called with (done, total); what it raises stops the work and reaches the caller."""


@dataclass(frozen=True, eq=False)
class PieceCells:
    """The cells of a matrix that pairs of words are made of, ordered by query.

    pairs         : (cell,) which pair each cell belongs to; n_pairs of them
    queries, keys : (cell,) the tokens
    shares        : (cell,) 1 / pieces of the query's word, by which the weight counts
    """

    n_pairs: int
    pairs: np.ndarray
    queries: np.ndarray
    keys: np.ndarray
    shares: np.ndarray

    @classmethod
    def of(cls, pairs: np.ndarray, query_edges: np.ndarray, key_edges: np.ndarray) -> PieceCells:
        """pairs : (pair, 2) int, the words; edges : the first token of each word, and the number of tokens at the end."""
        reading, read = np.diff(query_edges)[pairs[:, 0]], np.diff(key_edges)[pairs[:, 1]]  # pieces of each word
        cells = reading * read
        number = np.repeat(np.arange(len(pairs)), cells)
        place = np.arange(cells.sum()) - np.repeat(np.cumsum(cells) - cells, cells)  # within its pair
        queries = query_edges[pairs[number, 0]] + place // read[number]
        keys = key_edges[pairs[number, 1]] + place % read[number]
        order = np.argsort(queries, kind="stable")
        return cls(len(pairs), number[order], queries[order], keys[order], 1 / reading[number][order])

    def within(self, rows: slice) -> slice:
        """Those whose query is one of these rows."""
        return slice(*np.searchsorted(self.queries, [rows.start, rows.stop]).tolist())


def pair_weights(
    attention: Attention, cells: PieceCells, progress: Progress | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """What does every head give to these pairs of words, and which of them can be read at all?

    progress : called with (layers done, layers in all)
    returns  : (head, pair) float64 and (head, pair) bool, layer by layer; a pair can be read if any of its cells can
    """
    weights, open_pairs = [], []
    strips = _strips(attention, cells)
    for done, layer in enumerate(attention.layers, start=1):
        total = np.zeros((attention.heads_of(layer), cells.n_pairs))
        found = np.zeros(cells.n_pairs, dtype=bool)
        for rows in strips:
            here = cells.within(rows)
            pairs, places = cells.pairs[here], (cells.queries[here] - rows.start, cells.keys[here])
            read = attention.weights(layer, queries=rows)[:, *places] * cells.shares[here]  # (head, cell)
            np.add.at(total.T, pairs, read.T)
            found[pairs[attention.readable(layer, rows)[places]]] = True
        weights.append(total)
        open_pairs.append(np.broadcast_to(found, total.shape))
        if progress is not None:
            progress(done, len(attention.layers))
    return np.concatenate(weights), np.concatenate(open_pairs)


def _strips(attention: Attention, cells: PieceCells) -> list[slice]:
    """Rows that are read together, about CELLS_AT_ONCE weights of all heads of a layer; none in which there is no cell."""
    n_rows = max(1, CELLS_AT_ONCE // (attention.shape[1] * attention.n_heads))
    first, stop = int(cells.queries.min()), int(cells.queries.max()) + 1
    strips = [slice(start, min(start + n_rows, stop)) for start in range(first, stop, n_rows)]
    return [rows for rows in strips if len(cells.queries[cells.within(rows)])]
