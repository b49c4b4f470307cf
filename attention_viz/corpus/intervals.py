"""Intervals: between which numbers a figure lies, seen from the texts that it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

CONFIDENCE = 0.95
"""How often such an interval holds the figure."""
Z = 1.959963984540054
"""The normal distribution has CONFIDENCE within this many standard deviations."""

REPLICATES = 200
"""Samples of the bootstrap."""


@dataclass(frozen=True)
class Interval:
    """A figure and the interval that holds it with 95 % confidence.

    n : what it rests on: texts, or links
    """

    value: float
    low: float
    high: float
    n: int


def wilson(hits: float, n: int) -> Interval:
    """Of n cases, the share that are hits. Wilson 1927 (Journal of the American Statistical Association 22), 95 %."""
    if n == 0:
        return Interval(float("nan"), float("nan"), float("nan"), 0)
    share = hits / n
    middle = share + Z**2 / (2 * n)
    half = Z * sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    scale = 1 + Z**2 / n
    return Interval(share, max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale), n)


def resampled(shard: int, n: int, seed: int) -> np.ndarray:
    """How often each text of a shard is in each sample of the bootstrap: (replicate, text) float32.

    Each text by itself, from a Poisson distribution of mean 1, so that shards are drawn apart and their sums add
    (Chamandy et al. 2012, "Estimating uncertainty for massive data streams").
    """
    rng = np.random.default_rng([seed, shard])
    return rng.poisson(1.0, size=(REPLICATES, n)).astype(np.float32)


def percentiles(replicates: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The interval that holds 95 % of the samples: (low, high); replicates : (replicate, ...)."""
    if np.isnan(replicates).all():
        nothing = np.full(replicates.shape[1:], np.nan)
        return nothing, nothing
    low, high = np.nanquantile(replicates, [0.025, 0.975], axis=0)
    return low, high
