"""Spread: how widely or how surely a head reads."""

from __future__ import annotations

import numpy as np

from attention_viz.errors import InputError

CLARK_SMOOTHING = 1e-4
"""The share of uniform attention that Clark et al. mix in before they take an entropy."""


def entropy(weights: np.ndarray, smoothing: float = 0.0) -> np.ndarray:
    """How widely does each query spread its attention?

    weights   : (..., query, key), each row sums to 1
    smoothing : share of uniform attention mixed in first; CLARK_SMOOTHING gives Clark's numbers
    returns   : (..., query), nats; 0 = a single key, ln(n_keys) = uniform over all keys, see `uniform_entropy`
    Source: Clark et al. 2019 (arXiv 1906.04341), section 3.3.
    """
    return -sum_of_logs(smooth(weights, smoothing))


def smooth(weights: np.ndarray, smoothing: float) -> np.ndarray:
    """The weights with a share of uniform attention mixed in: (1 - smoothing) * weights + smoothing / n_keys."""
    if not 0 <= smoothing <= 1:
        raise InputError("The smoothing is {smoothing}; choose a share from 0 to 1.", smoothing=smoothing)
    return weights if smoothing == 0 else (1 - smoothing) * weights + np.float32(smoothing / weights.shape[-1])


def sum_of_logs(weights: np.ndarray) -> np.ndarray:
    """Sum over the keys of w ln w, with 0 ln 0 = 0: (..., query)."""
    tiny = np.finfo(weights.dtype).tiny  # ln(0) never arises, and 0 * ln(tiny) is 0
    logs = np.maximum(weights, tiny)
    np.log(logs, out=logs)
    return np.asarray(np.einsum("...k,...k->...", weights, logs))


def uniform_entropy(readable: np.ndarray) -> np.ndarray:
    """How wide would the spread be if each query read all the keys alike that it may read?

    readable : (..., query, key) bool, as `Attention.readable` gives it: later tokens, tokens outside a window, padding and
               other windows of a long text are none that a head could choose
    returns  : (..., query), nats: ln of their number; 0 where there is none
    """
    return np.asarray(np.log(np.maximum(np.count_nonzero(readable, axis=-1), 1)))


def confidence(weights: np.ndarray, keep: np.ndarray | None = None) -> np.ndarray:
    """How sure is the head: what is its highest weight, on average over the queries?

    keep    : (key,) bool, the keys that may be the highest; None = all. Voita leaves out the end of the sentence,
              so for BERT leave out [SEP] (`summary` does; [CLS] stays in)
    returns : (...), 0 to 1
    Source: Voita et al. 2019 (arXiv 1905.09418), section 4.
    """
    return mean_over_queries(weights, highest(weights, keep))


def highest(weights: np.ndarray, keep: np.ndarray | None = None) -> np.ndarray:
    """The highest weight of each row among the kept keys; 0 where none is kept: (..., query)."""
    if keep is None:
        return np.asarray(weights.max(axis=-1, initial=0))
    return np.asarray(weights.max(axis=-1, initial=0, where=np.asarray(keep, dtype=bool)))


def queries_read(weights: np.ndarray) -> np.ndarray:
    """Which rows are queries: those with any weight at all. The others are padding: (..., query) bool."""
    return np.asarray(weights.any(axis=-1))


def mean_over_queries(weights: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The mean of one value per query over the rows that are queries; NaN where there is none: (...)."""
    counted = queries_read(weights)
    return ratio((values * counted).sum(axis=-1), counted.sum(axis=-1))


def ratio(parts: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """parts / whole in float64; NaN where there is nothing to divide by."""
    parts, whole = np.broadcast_arrays(np.asarray(parts, dtype=float), np.asarray(whole, dtype=float))
    quotients = np.full(parts.shape, np.nan)
    np.divide(parts, whole, out=quotients, where=whole > 0)
    return quotients
