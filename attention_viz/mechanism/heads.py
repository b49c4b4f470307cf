"""Heads: one wide vector seen as several narrow ones, and back.

Symbols: d_model the width of a token, d_head = d_model / n_heads the width of a token in one head.
"""

from __future__ import annotations

import torch
from torch import Tensor

from attention_viz.errors import InputError
from attention_viz.mechanism.shapes import require_at_least


def head_width(d_model: int, n_heads: int) -> int:
    """How wide each head is: d_model / n_heads. Raises InputError where that is not a whole number."""
    require_at_least("d_model", d_model)
    require_at_least("n_heads", n_heads)
    if d_model % n_heads:
        raise InputError(
            "A width of {d_model} does not divide into {n_heads} heads. "
            "Choose one of {choices} heads, or a width that is a multiple of {n_heads}.",
            d_model=d_model,
            n_heads=n_heads,
            choices=", ".join(map(str, fitting_heads(d_model))),
        )
    return d_model // n_heads


def fitting_heads(d_model: int) -> tuple[int, ...]:
    """How many heads a width can be divided into: its divisors, smallest first."""
    return tuple(n_heads for n_heads in range(1, d_model + 1) if d_model % n_heads == 0)


def split_heads(tensor: Tensor, n_heads: int) -> Tensor:
    """Every token cut into heads: (batch, token, d_model) -> (batch, head, token, d_head)."""
    batch, n_tokens, d_model = tensor.shape
    cut = tensor.reshape(batch, n_tokens, n_heads, head_width(d_model, n_heads))  # (batch, token, head, d_head)
    return cut.transpose(1, 2)  # (batch, head, token, d_head)


def merge_heads(tensor: Tensor) -> Tensor:
    """The heads of every token side by side again: (batch, head, token, d_head) -> (batch, token, d_model)."""
    batch, n_heads, n_tokens, d_head = tensor.shape
    beside = tensor.transpose(1, 2)  # (batch, token, head, d_head)
    return beside.reshape(batch, n_tokens, n_heads * d_head)


def fold_heads(tensor: Tensor) -> Tensor:
    """Every head a sequence of its own: (batch, head, token, d_head) -> (batch * head, token, d_head).

    All heads of the first sequence come first, then all heads of the second.
    """
    return tensor.flatten(0, 1)


def unfold_heads(tensor: Tensor, n_heads: int) -> Tensor:
    """The heads of one sequence together again: (batch * head, ...) -> (batch, head, ...)."""
    if tensor.shape[0] % n_heads:
        raise InputError(
            "{n} folded sequences are no whole number of {n_heads} heads.", n=tensor.shape[0], n_heads=n_heads
        )
    return tensor.reshape(-1, n_heads, *tensor.shape[1:])


def repeat_for_heads(per_sequence: Tensor, n_heads: int) -> Tensor:
    """What belongs to a sequence, given to each of its folded heads: (batch, ...) -> (batch * head, ...).

    In the order of `fold_heads`: a, a, a, b, b, b. The other order (a, b, a, b, ...) has the same shape, and gives
    most heads the lengths of another sequence.
    """
    return torch.repeat_interleave(per_sequence, n_heads, dim=0)


def mean_over_heads(weights: Tensor) -> Tensor:
    """What the heads read on average: (..., head, query, key) -> (..., query, key); rows sum to what they did."""
    return weights.mean(-3)
