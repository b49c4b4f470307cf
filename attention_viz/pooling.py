"""Pooling: a large matrix as a small one, read a few rows at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from attention_viz.errors import SelectionError

Pool = Literal["max", "mean"]

ROWS_AT_ONCE = 512
"""Query rows read together when a large head is pooled: bounds the memory to 512 x n_tokens floats."""


def pooled(rows: Callable[[slice], np.ndarray], shape: tuple[int, int], size: int, pool: Pool) -> np.ndarray:
    """What does the matrix look like in at most size x size cells?

    rows    : gives (query, key) weights of a range of queries, each at least 0
    shape   : (query, key) of the whole matrix
    pool    : "max" keeps a single strong weight visible, "mean" keeps the mass
    returns : (<= size, <= size) float32, the matrix itself where it fits
    """
    if pool not in ("max", "mean"):
        raise SelectionError("Pooling is by max or mean, not by {pool}. Choose one of the two.", pool=pool)
    n_queries, n_keys = shape
    row_edges, column_edges = block_edges(n_queries, size), block_edges(n_keys, size)
    if (len(row_edges), len(column_edges)) == (n_queries + 1, n_keys + 1):
        return rows(slice(0, n_queries))
    combine = np.maximum if pool == "max" else np.add
    cells = np.zeros((len(row_edges) - 1, len(column_edges) - 1), dtype=np.float32)  # weights are at least 0
    for first in range(0, n_queries, ROWS_AT_ONCE):
        strip = rows(slice(first, min(first + ROWS_AT_ONCE, n_queries)))
        starts, blocks = _rows_by_block(row_edges, first, first + len(strip))
        across = combine.reduceat(strip, column_edges[:-1], axis=1)  # (strip's queries, <= size)
        cells[blocks] = combine(cells[blocks], combine.reduceat(across, starts, axis=0))
    if pool == "mean":
        cells /= np.outer(np.diff(row_edges), np.diff(column_edges))
    return cells


def block_edges(n: int, size: int) -> np.ndarray:
    """Edges of at most `size` blocks that share n tokens as evenly as whole tokens allow: (blocks + 1,) int."""
    blocks = max(1, min(n, size))
    return np.arange(blocks + 1) * n // blocks


def _rows_by_block(edges: np.ndarray, first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
    """Where each block begins among the rows first to last, counted from first, and which blocks these are."""
    starts = np.union1d([first], edges[(edges > first) & (edges < last)])
    return starts - first, np.searchsorted(edges, starts, side="right") - 1
