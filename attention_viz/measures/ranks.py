"""Ranks: whether two ways to number the same things put them in the same order."""

from __future__ import annotations

import numpy as np

from attention_viz.errors import InputError


def rank_correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Do two measures rank the same things alike?

    one, other : of the same shape; a thing that is NaN in either counts in neither
    returns    : Spearman's correlation of the ranks, equal values sharing their mean rank: -1 to 1; NaN for fewer than
                 two things, or where one of the two says the same of all
    """
    one, other = np.asarray(one, dtype=float).ravel(), np.asarray(other, dtype=float).ravel()
    if one.shape != other.shape:
        raise InputError(
            "There are {one} and {other} values; compare as many with as many.", one=len(one), other=len(other)
        )
    known = ~(np.isnan(one) | np.isnan(other))
    ranks = [_ranks(each[known]) for each in (one, other)]
    centred = [each - each.mean() if len(each) else each for each in ranks]
    lengths = np.sqrt((centred[0] ** 2).sum() * (centred[1] ** 2).sum())
    return float(centred[0] @ centred[1] / lengths) if lengths > 0 else float("nan")


def _ranks(values: np.ndarray) -> np.ndarray:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = counts.cumsum()
    return np.asarray(
        ((last - counts) + (last - 1))[inverse] / 2
    )  # the mean of the first and the last place of equal values


def chance_bound(n: int) -> float:
    """How high does a rank correlation of n things rise by chance, one time in forty? About 1.96 / sqrt(n - 1), at most 1."""
    return min(1.0, 1.96 / np.sqrt(n - 1)) if n > 1 else 1.0
