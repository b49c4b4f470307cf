"""Entropy: how widely a query spreads its attention, and why scores are divided by sqrt(d).

Weights are (..., query, key), each row sums to 1; entropies are in nats, 0 = a single key, ln(n_keys) = all alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from attention_viz.mechanism.heads import mean_over_heads
from attention_viz.mechanism.normalisers import masked_softmax
from attention_viz.mechanism.scores import dot_scores
from attention_viz.mechanism.shapes import require_at_least


def entropy(weights: Tensor) -> Tensor:
    """How widely each query spreads its attention: -sum w ln w, (..., query)."""
    terms: Tensor = torch.special.entr(weights)  # -w ln w, 0 where w = 0
    return terms.sum(-1)


def head_divergence(weights: Tensor) -> Tensor:
    """How much flatter the mean of the heads is than the heads: (..., head, query, key) -> (..., query), nats.

    H(mean of the heads) - mean of H(head), the Jensen-Shannon divergence of the heads: never below 0, and 0 only where
    all heads read the same (Lin 1991, IEEE Transactions on Information Theory 37, eq. 5.1).
    """
    return entropy(mean_over_heads(weights)) - entropy(weights).mean(-2)


def softmax_jacobian(weights: Tensor) -> Tensor:
    """How much each weight moves with each score: dw_i / ds_j = w_i (1[i = j] - w_j), (..., key, key).

    All of it is near 0 where one weight is near 1: a saturated softmax has no gradient.
    """
    return torch.diag_embed(weights) - weights.unsqueeze(-1) * weights.unsqueeze(-2)


@dataclass(frozen=True)
class Spread:
    """What random queries and keys of one width make of softmax.

    deviation : standard deviation of the scores; without scaling about sqrt(width), with it about 1
    entropy   : mean over the queries, nats; largest: mean of the largest weight, 0 to 1
    gradient  : mean size (Frobenius norm) of the softmax's Jacobian
    """

    width: int
    deviation: float
    entropy: float
    largest: float
    gradient: float


def spread_by_width(
    widths: Sequence[int],
    n_keys: int = 16,
    n_queries: int = 256,
    *,
    scaled: bool,
    temperature: float = 1.0,
    generator: torch.Generator,
) -> list[Spread]:
    """Why the scores are divided by sqrt(d): the weights of random queries and keys, for every width asked for.

    Queries and keys are standard normal; every query has keys of its own.
    """
    for name, count in {"n_keys": n_keys, "n_queries": n_queries, "width": min(widths, default=1)}.items():
        require_at_least(name, count)
    return [
        _spread(width, n_keys, n_queries, (width**0.5 if scaled else 1.0) * temperature, generator) for width in widths
    ]


def _spread(width: int, n_keys: int, n_queries: int, divisor: float, generator: torch.Generator) -> Spread:
    queries = torch.randn(n_queries, 1, width, generator=generator, dtype=torch.float64)
    keys = torch.randn(n_queries, n_keys, width, generator=generator, dtype=torch.float64)
    scores = dot_scores(queries, keys) / divisor  # (query, 1, key)
    weights = masked_softmax(scores)
    return Spread(
        width=width,
        deviation=float(scores.std()),
        entropy=float(entropy(weights).mean()),
        largest=float(weights.amax(-1).mean()),
        gradient=float(softmax_jacobian(weights).norm(dim=(-2, -1)).mean()),
    )
