"""Normalisers: from scores to weights, row by row.

Every function takes

    scores  : (..., query, key), finite (minus infinity = hidden)
    allowed : boolean, broadcasts to the scores, True where the key may be read; None = all
    empty   : what a row becomes in which no key may be read: "refuse" raises InputError, "zeros" gives weights of 0
    returns : (..., query, key), 0 to 1; exactly 0 where the key may not be read
"""

from __future__ import annotations

from typing import Literal, Protocol

import torch
from torch import Tensor

from attention_viz.errors import InputError
from attention_viz.mechanism.masks import masked_scores

Empty = Literal["refuse", "zeros"]


class Normaliser(Protocol):
    """Turns scores into weights."""

    def __call__(self, scores: Tensor, allowed: Tensor | None = None, empty: Empty = "refuse") -> Tensor: ...


def masked_softmax(scores: Tensor, allowed: Tensor | None = None, empty: Empty = "refuse") -> Tensor:
    """Each key's share of the row's exponentials: exp(s_j) / sum_i exp(s_i); rows sum to 1.

    The row's largest score is taken off first: the shares stay the same, and exp cannot overflow.
    """
    scores = masked_scores(scores, allowed)  # (..., query, key)
    empty_rows = _empty_rows(scores, empty)  # (..., query, 1)
    largest = scores.amax(-1, keepdim=True).detach().masked_fill(empty_rows, 0)  # (..., query, 1)
    exponentials = (scores - largest).exp()  # (..., query, key), at most 1, 0 where hidden
    return exponentials / exponentials.sum(-1, keepdim=True).masked_fill(empty_rows, 1)


def masked_sparsemax(scores: Tensor, allowed: Tensor | None = None, empty: Empty = "refuse") -> Tensor:
    """The nearest point to the scores among all rows that sum to 1: low scores get exactly 0.

    Martins and Astudillo 2016, arXiv 1602.02068, algorithm 1.
    """
    scores = masked_scores(scores, allowed)
    empty_rows = _empty_rows(scores, empty)  # (..., query, 1)
    largest = scores.amax(-1, keepdim=True).masked_fill(empty_rows, 0)
    descending = (scores - largest).sort(-1, descending=True).values  # (..., query, key), the first is 0
    sizes = torch.arange(1, scores.shape[-1] + 1, dtype=scores.dtype, device=scores.device)  # 1 .. n_keys
    sums = descending.cumsum(-1)
    support = (1 + sizes * descending > sums).sum(-1, keepdim=True).clamp(min=1)  # keys above 0
    threshold = (sums.gather(-1, support - 1) - 1) / support  # (..., query, 1)
    return (scores - largest - threshold.masked_fill(empty_rows, 0)).clamp(min=0)


def masked_sigmoid(scores: Tensor, allowed: Tensor | None = None, empty: Empty = "refuse") -> Tensor:
    """Each key judged by itself: 1 / (1 + exp(-s)); rows do not sum to 1, and no key competes with another."""
    scores = masked_scores(scores, allowed)
    _empty_rows(scores, empty)
    return torch.sigmoid(scores)


def _empty_rows(scores: Tensor, empty: Empty) -> Tensor:
    """Rows in which nothing may be read, (..., query, 1) boolean; refuses them, and scores that make no weights."""
    if bool((scores.isnan() | scores.isposinf()).any()):
        raise InputError("Some scores are NaN or infinite. Scale the queries and keys down, or correct them.")
    empty_rows = scores.isneginf().all(-1, keepdim=True)
    if empty == "refuse" and bool(empty_rows.any()):
        raise InputError(
            "{n} of {total} queries may not read any key. Leave each query at least one key, or let their weights be zeros.",
            n=int(empty_rows.sum()),
            total=empty_rows.numel(),
        )
    return empty_rows
