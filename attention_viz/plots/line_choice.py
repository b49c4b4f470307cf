"""Line choice: the weights that are drawn as lines, of one head or of several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from attention_viz.attention import Attention
from attention_viz.drawing import LINES
from attention_viz.pooling import ROWS_AT_ONCE

Head = tuple[int, int]


@dataclass(frozen=True, eq=False)
class HeadLines:
    """Lines of one head, lowest weight first. queries, keys : (line,) positions from 0; weights : (line,) float32"""

    queries: np.ndarray
    keys: np.ndarray
    weights: np.ndarray

    def strongest(self, least: float) -> HeadLines:
        """Those of this weight or more."""
        kept = self.weights >= least
        return HeadLines(self.queries[kept], self.keys[kept], self.weights[kept])


def chosen_lines(attention: Attention, heads: Sequence[Head], rows: np.ndarray) -> list[HeadLines]:
    """Of each head, the weights that become lines. Memory is bounded by 512 rows of a head at a time.

    rows : (query,) bool, what may have lines
    """
    found = [_of_head(attention, layer, head, rows) for layer, head in heads]
    weights = np.sort(np.concatenate([each.weights for each in found]))[::-1]
    if len(weights) == 0:
        return found
    return [each.strongest(max(LINES.faintest * weights[0], _least_drawn(weights))) for each in found]


def _least_drawn(weights: np.ndarray) -> float:
    """The weight from which on there are not too many lines. weights : (line,), highest first"""
    if len(weights) <= LINES.most:
        return 0.0
    above = weights[weights > weights[LINES.most]]
    return float(above[-1] if len(above) else weights[0])  # without those of the highest there would be no picture


def _of_head(attention: Attention, layer: int, head: int, rows: np.ndarray) -> HeadLines:
    """The highest weights of a head that are not 0: one more than are drawn at most, or all that share the highest."""
    best = HeadLines(np.empty(0, int), np.empty(0, int), np.empty(0, np.float32))
    for first in range(0, len(rows), ROWS_AT_ONCE):
        strip = attention.tile(layer, head, slice(first, first + ROWS_AT_ONCE)).copy()
        strip[~rows[first : first + ROWS_AT_ONCE]] = 0
        queries, keys = np.nonzero(strip)
        best = _highest(
            HeadLines(
                np.concatenate([best.queries, first + queries]),
                np.concatenate([best.keys, keys]),
                np.concatenate([best.weights, strip[queries, keys]]),
            )
        )
    return best


def _highest(found: HeadLines) -> HeadLines:
    order = np.argsort(found.weights, kind="stable")
    many = len(order) > LINES.most and found.weights[order[-LINES.most - 1]] == found.weights[order[-1]]
    order = order[found.weights[order] == found.weights[order[-1]]] if many else order[-LINES.most - 1 :]
    return HeadLines(found.queries[order], found.keys[order], found.weights[order])


def is_crowd(drawn: Sequence[HeadLines], crowd: int) -> bool:
    """Whether so many lines are strong that thick ones would hide each other."""
    weights = np.concatenate([each.weights for each in drawn])
    return bool(np.count_nonzero(weights >= LINES.strong * weights.max(initial=0)) > crowd)
