"""Sketch: the quantiles of many series at once, in little memory, so that those of parts can be merged.

Buffers of K sorted values, each standing for 1, 2, 4, ... of those that were added: two of one weight become one of twice the
weight, every other value of both together (Munro and Paterson 1980, Theoretical Computer Science 12; Manku et al. 1998, SIGMOD).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

K = 256
"""Values of one buffer."""


@dataclass(eq=False)
class Sketch:
    """The quantiles of some series, to which values are added in step.

    series  : how many there are
    n       : values added to each
    buffers : (weight as a power of two) -> at most one (series, K), each row sorted
    rest    : (series, fewer than K), not sorted
    turns   : how often two buffers of a weight were made one; every second time the other half of the values is kept
    """

    series: int
    n: int = 0
    buffers: dict[int, np.ndarray] = field(default_factory=dict)
    rest: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float32))
    turns: dict[int, int] = field(default_factory=dict)

    def add(self, values: np.ndarray) -> None:
        """values : (series, value)"""
        self.n += values.shape[1]
        held = np.concatenate([self.rest, values], axis=1) if self.rest.size else values
        while held.shape[1] >= K:
            self._carry(np.sort(np.ascontiguousarray(held[:, :K], dtype=np.float32), axis=1), 0)
            held = held[:, K:]
        self.rest = np.array(held, dtype=np.float32)

    def merge(self, other: Sketch) -> None:
        """Adds all that was added to the other one."""
        for weight, buffer in sorted(other.buffers.items()):
            self.n += K << weight
            self._carry(buffer, weight)
        if other.rest.size:
            self.add(other.rest)

    def _carry(self, buffer: np.ndarray, weight: int) -> None:
        while weight in self.buffers:
            both = np.sort(np.concatenate([self.buffers.pop(weight), buffer], axis=1), axis=1)
            turn = self.turns.get(weight, 0)
            self.turns[weight] = turn + 1
            buffer, weight = np.ascontiguousarray(both[:, turn % 2 :: 2]), weight + 1
        self.buffers[weight] = buffer

    @property
    def error(self) -> float:
        """By how much the rank of a quantile may be wrong, at most: a share of all values."""
        return max(self.buffers, default=0) / (2 * K) if self.n else 0.0

    def quantiles(self, shares: np.ndarray) -> np.ndarray:
        """The value below which each share of the values lies: (share, series); NaN where there are none."""
        if not self.n:
            return np.full((len(shares), self.series), np.nan)
        parts = [*((buffer, 1 << weight) for weight, buffer in self.buffers.items()), (self.rest, 1)]
        values = np.concatenate([part for part, _ in parts if part.size], axis=1)
        weights = np.concatenate([np.full(part.shape[1], weight) for part, weight in parts if part.size])
        order = np.argsort(values, axis=1, kind="stable")
        ranks = np.cumsum(weights[order], axis=1)  # (series, value): how many values lie up to here
        at = np.clip(np.ceil(shares * self.n), 1, self.n)
        places = np.stack([np.searchsorted(row, at) for row in ranks], axis=0).clip(max=values.shape[1] - 1)
        found = np.take_along_axis(np.take_along_axis(values, order, axis=1), places, axis=1)
        return np.asarray(found.T, dtype=float)
