"""Likeness: which heads do the same, and where each stands among the others."""

from __future__ import annotations

from typing import Literal

import numpy as np

from attention_viz.errors import InputError
from attention_viz.measures.head_table import Progress
from attention_viz.measures.spread import queries_read, ratio, smooth, sum_of_logs

CLARK_DISTANCE_SMOOTHING = 1e-3
"""The share of uniform attention that Clark et al. mix in before they compare heads."""

ROUNDS = 300
"""Rounds of the metric placement at most; the stress changes no more in far fewer."""


def jensen_shannon(weights: np.ndarray, smoothing: float = 0.0, progress: Progress | None = None) -> np.ndarray:
    """How differently do two heads read the same text?

    weights   : (head, query, key): flatten layers and heads into one axis
    smoothing : share of uniform attention mixed in first; CLARK_DISTANCE_SMOOTHING gives Clark's
    returns   : (head, head), nats, 0 = the same rows, ln 2 = nothing in common; the mean over queries of the
                Jensen-Shannon divergence. Clark's distance is the sum over queries: this times n_queries.
    Source: Clark et al. 2019 (arXiv 1906.04341), section 6.
    """
    _check_heads(weights)
    smoothed = smooth(np.ascontiguousarray(weights), smoothing)
    n_heads = len(weights)
    own = sum_of_logs(smoothed).sum(axis=-1, dtype=float)  # (head,), minus the entropy
    summed = np.zeros((n_heads, n_heads))
    for head in range(n_heads):
        both = _sum_of_midpoint_logs(smoothed[head], smoothed[head + 1 :])
        summed[head, head + 1 :] = summed[head + 1 :, head] = (own[head] + own[head + 1 :]) / 2 - both
        if progress is not None:
            progress(head + 1, n_heads)
    counted = queries_read(weights).any(axis=0).sum()
    return np.asarray(np.clip(ratio(summed, counted), 0, np.log(2)))


def _sum_of_midpoint_logs(one: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Sum over queries and keys of m ln m, m = the mean of one head and another: (other,)."""
    sums = np.empty(len(others))
    midpoint, logs = np.empty_like(one), np.empty_like(one)
    for each, other in enumerate(others):  # one matrix at a time stays in the processor's cache
        np.add(one, other, out=midpoint)
        midpoint *= 0.5
        np.maximum(midpoint, np.finfo(one.dtype).tiny, out=logs)
        np.log(logs, out=logs)
        sums[each] = np.einsum("qk,qk->q", midpoint, logs).sum(dtype=float)
    return sums


def nearest_pairs(distances: np.ndarray, k: int = 10) -> list[tuple[int, int, float]]:
    """Which heads are nearly copies of each other? (one, other, distance), nearest first; of equal ones the earlier first."""
    one, other = np.triu_indices(len(distances), 1)
    order = np.argsort(distances[one, other], kind="stable")[:k]
    return [(int(one[each]), int(other[each]), float(distances[one[each], other[each]])) for each in order]


def place(distances: np.ndarray, method: Literal["classical", "metric"] = "classical") -> np.ndarray:
    """Where does each head stand on a map on which like heads are near each other?

    distances : (head, head), symmetric, 0 on the diagonal; Clark places by `jensen_shannon` itself, its square root
                is the one that obeys the triangle inequality (Endres & Schindelin 2003)
    method    : "classical" scaling (Torgerson 1952) by eigenvectors, or "metric" scaling, which goes on from there
                and lowers the stress, sum of (distance on the map - distance)^2 (SMACOF, de Leeuw 1977)
    returns   : (head, 2), in the unit of the distances; the same call gives the same map
    """
    _check_distances(distances)
    if method not in ("classical", "metric"):
        raise InputError("Heads are placed by classical or metric scaling, not by {method}. Choose one.", method=method)
    start = _classical(distances)
    return start if method == "classical" else _lower_stress(start, distances)


def _classical(distances: np.ndarray) -> np.ndarray:
    n = len(distances)
    centre = np.eye(n) - 1 / n
    values, vectors = np.linalg.eigh(-centre @ distances**2 @ centre / 2)  # ascending
    placed = np.zeros((n, 2))
    axes = min(2, n)
    placed[:, :axes] = (vectors * np.sqrt(np.maximum(values, 0)))[:, ::-1][:, :axes]
    largest = np.abs(placed).argmax(axis=0)  # an eigenvector's sign is free: the farthest head goes up and right
    return placed * np.where(placed[largest, [0, 1]] < 0, -1, 1)


def _lower_stress(placed: np.ndarray, distances: np.ndarray) -> np.ndarray:
    last = np.inf
    for _ in range(ROUNDS):
        apart = between(placed)
        stress = ((apart - distances) ** 2).sum() / 2
        if last - stress <= 1e-9 * max(stress, 1e-12):
            break
        last = stress
        pull = -np.divide(distances, apart, out=np.zeros_like(apart), where=apart > 0)
        np.fill_diagonal(pull, 0)
        np.fill_diagonal(pull, -pull.sum(axis=1))
        placed = pull @ placed / len(placed)  # the Guttman transform
    return placed


def between(placed: np.ndarray) -> np.ndarray:
    """The distances between points of a map: (head, head)."""
    return np.asarray(np.sqrt(((placed[:, None] - placed) ** 2).sum(axis=-1)))


def clusters(distances: np.ndarray, n_clusters: int) -> np.ndarray:
    """Which heads belong together?

    distances : (head, head), symmetric
    returns   : (head,) int, cluster numbers from 0 in the order of their first head
    The two clusters with the smallest mean distance between their heads are joined until n_clusters are left
    (average linkage, Sokal & Michener 1958).
    """
    _check_distances(distances)
    n = len(distances)
    if not 1 <= n_clusters <= n:
        raise InputError("{n} heads make 1 to {n} clusters, not {asked}.", n=n, asked=n_clusters)
    apart = np.where(np.eye(n, dtype=bool), np.inf, distances)
    sizes, member = np.ones(n), np.arange(n)
    for _ in range(n - n_clusters):
        one, other = np.unravel_index(int(apart.argmin()), apart.shape)
        joined = (sizes[one] * apart[one] + sizes[other] * apart[other]) / (sizes[one] + sizes[other])
        apart[one], apart[:, one] = joined, joined
        apart[other], apart[:, other], apart[one, one] = np.inf, np.inf, np.inf
        sizes[one] += sizes[other]
        member[member == other] = one
    _, first, numbers = np.unique(member, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[numbers]


def _check_heads(weights: np.ndarray) -> None:
    if weights.ndim != 3:
        raise InputError(
            "The weights have {n} axes; give (head, query, key), the heads of all layers in one row.", n=weights.ndim
        )


def _check_distances(distances: np.ndarray) -> None:
    if distances.ndim != 2 or len(distances) != distances.shape[-1] or not np.isfinite(distances).all():
        raise InputError(
            "The distances are {shape}; give a square of finite numbers, one row per head.",
            shape=" x ".join(map(str, distances.shape)),
        )
