"""Attend: a query reads a sequence of keys and values. Score, normalise, take the weighted sum."""

from __future__ import annotations

import torch
from torch import Tensor

from attention_viz.errors import InputError
from attention_viz.mechanism.dropout import drop
from attention_viz.mechanism.masks import Lengths, allowed_keys
from attention_viz.mechanism.normalisers import Empty, Normaliser, masked_softmax
from attention_viz.mechanism.scores import ScoreFunction, scaled_dot_scores
from attention_viz.mechanism.shapes import require_finite, require_numbers


def attend(
    queries: Tensor,
    keys: Tensor,
    values: Tensor,
    scores: ScoreFunction = scaled_dot_scores,
    mask: Tensor | None = None,
    valid: Lengths | None = None,
    *,
    normalise: Normaliser = masked_softmax,
    empty: Empty = "refuse",
    dropout: float = 0.0,
    generator: torch.Generator | None = None,
) -> tuple[Tensor, Tensor]:
    """What each query reads, and how much of it comes from where: softmax(scores) V.

    queries : (..., query, d_query)
    keys    : (..., key, d_key), widths as the score wants them; values : (..., key, d_value)
    mask    : boolean, broadcasts to (..., query, key), True where the query may read the key
    valid   : number of real keys, one per sequence or one per query; those after them are padding
    empty   : "refuse" or "zeros", for a query that may not read any key
    dropout : share of the weights set to 0 at random before the sum, the others scaled up
    returns : output (..., query, d_value), weights (..., query, key) before dropout; rows sum to 1
    Raises InputError where shapes do not fit, a number is not finite, or a query may not read any key.
    Source: Vaswani et al. 2017, arXiv 1706.03762, eq. 1.
    """
    _require_values(keys, values)
    score = scores(queries, keys)  # (..., query, key)
    weights = normalise(score, allowed_keys(score.shape, mask, valid), empty)  # (..., query, key)
    output = drop(weights, dropout, generator) @ values  # (..., query, d_value)
    require_finite("outputs", output)
    return output, weights


def look_up(
    queries: Tensor, keys: Tensor, values: Tensor, scores: ScoreFunction = scaled_dot_scores
) -> tuple[Tensor, Tensor]:
    """What a dictionary would answer: the value of the one key that scores highest (the first, if several do).

    Attention at a temperature near 0 gives the same.
    returns : output (..., query, d_value), position of the key (..., query)
    """
    _require_values(keys, values)
    best = scores(queries, keys).argmax(-1)  # (..., query)
    return values.take_along_dim(best.unsqueeze(-1), dim=-2), best


def _require_values(keys: Tensor, values: Tensor) -> None:
    require_numbers("values", values)
    if keys.shape[:-1] != values.shape[:-1] or keys.dtype != values.dtype:
        raise InputError(
            "The keys have the shape {keys} ({key_type}) and the values {values} ({value_type}). "
            "Give one value per key, of the same type.",
            keys=tuple(keys.shape),
            key_type=keys.dtype,
            values=tuple(values.shape),
            value_type=values.dtype,
        )
