"""Strands: the weights that become lines, of one head or of several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from attention_viz.attention import Attention
from attention_viz.pooling import ROWS_AT_ONCE

Head = tuple[int, int]

MOST, FAINTEST, STRONG, CROWD = 600, 0.05, 0.2, 40
"""As in the live view: lines at most; of the highest weight, the share below which none is drawn and from which a line
counts as strong; strong lines above which all are thin, since thick ones would hide each other. What the view shows of a
long text is a part of it, while here all of it is drawn: one strong line a token is no crowd."""


@dataclass(frozen=True)
class Strands:
    """Lines of one head, weakest first. queries, keys : (line,) positions from 0; weights : (line,) float32"""

    queries: np.ndarray
    keys: np.ndarray
    weights: np.ndarray

    def strongest(self, least: float) -> Strands:
        """Those that weigh so much or more."""
        kept = self.weights >= least
        return Strands(self.queries[kept], self.keys[kept], self.weights[kept])


def strands(attention: Attention, heads: Sequence[Head], rows: np.ndarray) -> list[Strands]:
    """Of each head, the weights that become lines. Memory is bounded by 512 rows of a head at a time.

    rows : (query,) bool, what may have lines
    """
    found = [_of_head(attention, layer, head, rows) for layer, head in heads]
    weights = np.sort(np.concatenate([each.weights for each in found]))[::-1]
    if len(weights) == 0:
        return found
    crowd = weights[MOST - 1] if len(weights) > MOST else 0.0
    return [each.strongest(max(FAINTEST * weights[0], crowd)) for each in found]


def _of_head(attention: Attention, layer: int, head: int, rows: np.ndarray) -> Strands:
    """The MOST highest weights of a head that are not 0."""
    best = Strands(np.empty(0, int), np.empty(0, int), np.empty(0, np.float32))
    for first in range(0, len(rows), ROWS_AT_ONCE):
        strip = attention.tile(layer, head, slice(first, first + ROWS_AT_ONCE)).copy()
        strip[~rows[first : first + ROWS_AT_ONCE]] = 0
        queries, keys = np.nonzero(strip)
        best = _highest(
            Strands(
                np.concatenate([best.queries, first + queries]),
                np.concatenate([best.keys, keys]),
                np.concatenate([best.weights, strip[queries, keys]]),
            )
        )
    return best


def _highest(found: Strands) -> Strands:
    order = np.argsort(found.weights, kind="stable")[-MOST:]
    return Strands(found.queries[order], found.keys[order], found.weights[order])


def crowded(drawn: Sequence[Strands], longer: int) -> bool:
    """Whether so many are strong that thick lines would hide each other. longer : tokens of the longer side"""
    weights = np.concatenate([each.weights for each in drawn])
    return bool(np.count_nonzero(weights >= STRONG * weights.max(initial=0)) > max(CROWD, longer))
