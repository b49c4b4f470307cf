"""Masks: which keys a query may read.

A mask is boolean, (..., query, key), True where the query may read the key. (torch.nn.MultiheadAttention says it the other
way round: True there hides the key.)
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from attention_viz.errors import InputError
from attention_viz.mechanism.shapes import require_at_least

Lengths = Tensor | Sequence[int] | Sequence[Sequence[int]] | int
"""How many keys, counted from the first, are real: one number per sequence, or one per query."""


def causal_mask(n_tokens: int) -> Tensor:
    """Which keys are known when the tokens come one after another: itself and those before it. (query, key)"""
    require_at_least("n_tokens", n_tokens)
    return torch.ones(n_tokens, n_tokens, dtype=torch.bool).tril()


def valid_mask(valid: Lengths, shape: Sequence[int]) -> Tensor:
    """Which keys are real, and not padding.

    valid : whole numbers from 0 to n_keys; the shape is that of the scores without (query, key): one per sequence,
            or without (key): one per query
    shape : of the scores, (..., query, key)
    returns : broadcasts to the scores; True for the first `valid` keys
    """
    lengths = torch.as_tensor(valid)
    *batch, n_queries, n_keys = shape
    if lengths.dtype == torch.bool or lengths.is_floating_point():
        raise InputError("The valid lengths are of type {dtype}. Give whole numbers.", dtype=lengths.dtype)
    if tuple(lengths.shape) not in {tuple(batch), (*batch, n_queries)}:
        raise InputError(
            "The valid lengths have the shape {shape}. Give {sequences} (one per sequence) or {queries} (one per query).",
            shape=tuple(lengths.shape),
            sequences=tuple(batch),
            queries=(*batch, n_queries),
        )
    if bool(((lengths < 0) | (lengths > n_keys)).any()):
        raise InputError(
            "The valid lengths go from {low} to {high}, but there are {n_keys} keys. Give lengths from 0 to {n_keys}.",
            low=int(lengths.min()),
            high=int(lengths.max()),
            n_keys=n_keys,
        )
    per_row = lengths.reshape(*batch, -1, 1)  # (..., 1 or query, 1)
    return torch.arange(n_keys, device=lengths.device) < per_row  # (..., 1 or query, key)


def allowed_keys(shape: Sequence[int], mask: Tensor | None = None, valid: Lengths | None = None) -> Tensor | None:
    """Which keys may be read when a mask and valid lengths are both given; None = all.

    shape : of the scores, (..., query, key); mask : boolean, broadcasts to it
    """
    if mask is not None:
        _require_mask(mask, shape)
    if valid is None:
        return mask
    real = valid_mask(valid, shape)
    return real if mask is None else mask & real.to(mask.device)


def masked_scores(scores: Tensor, allowed: Tensor | None) -> Tensor:
    """The scores with minus infinity where a key may not be read, so that exp makes exactly 0 of it."""
    return scores if allowed is None else scores.masked_fill(~allowed, -torch.inf)


def _require_mask(mask: Tensor, shape: Sequence[int]) -> None:
    if mask.dtype != torch.bool:
        raise InputError(
            "The mask is of type {dtype}. Give booleans, True where a query may read a key.", dtype=mask.dtype
        )
    fits = mask.ndim <= len(shape) and all(
        size in (1, wanted) for size, wanted in zip(reversed(mask.shape), reversed(shape), strict=False)
    )
    if not fits or mask.ndim < 2:
        raise InputError(
            "The mask has the shape {mask}, the scores (..., query, key) have {scores}. Give a mask of that shape.",
            mask=tuple(mask.shape),
            scores=tuple(shape),
        )
