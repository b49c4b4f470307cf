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
    buffers : (weight as a power of two) -> at most one (K, series), sorted along the first axis
    rest    : (fewer than K, series), not sorted
    turns   : how often two buffers of a weight were made one; every second time the other half of the values is kept
    """

    series: int
    n: int = 0
    buffers: dict[int, np.ndarray] = field(default_factory=dict)
    rest: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float32))
    turns: dict[int, int] = field(default_factory=dict)

    def add(self, values: np.ndarray) -> None:
        """values : (value, series)"""
        self.n += len(values)
        held = values.astype(np.float32) if self.rest.size == 0 else np.concatenate([self.rest, values])
        while len(held) >= K:
            self._carry(np.sort(held[:K], axis=0), 0)
            held = held[K:]
        self.rest = np.asarray(held, dtype=np.float32)

    def merge(self, other: Sketch) -> None:
        """Adds all that was added to the other one."""
        for weight, buffer in sorted(other.buffers.items()):
            self.n += K << weight
            self._carry(buffer, weight)
        if len(other.rest):
            self.add(other.rest)

    def _carry(self, buffer: np.ndarray, weight: int) -> None:
        while weight in self.buffers:
            both = np.sort(np.concatenate([self.buffers.pop(weight), buffer]), axis=0)
            turn = self.turns.get(weight, 0)
            self.turns[weight] = turn + 1
            buffer, weight = both[turn % 2 :: 2], weight + 1
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
        values = np.concatenate([part for part, _ in parts if len(part)])
        weights = np.concatenate([np.full(len(part), weight) for part, weight in parts if len(part)])
        order = np.argsort(values, axis=0, kind="stable")
        ranks = np.cumsum(weights[order], axis=0)  # (value, series): how many values lie up to here
        at = np.clip(np.ceil(shares * self.n), 1, self.n)
        found = np.empty((len(shares), self.series))
        for each in range(self.series):
            places = np.minimum(np.searchsorted(ranks[:, each], at), len(values) - 1)
            found[:, each] = values[order[places, each], each]
        return found
