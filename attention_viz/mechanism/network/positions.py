"""Position encodings: where each token stands, which attention alone does not depend on.

Symbols: pos a position, d the width, i a pair of dimensions, w_i = 1 / base^(2i/d) the pair's frequency.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import torch
from torch import Tensor, nn

from attention_viz.errors import InputError
from attention_viz.mechanism.dropout import Dropout
from attention_viz.mechanism.network.linear import embedding
from attention_viz.mechanism.shapes import require_at_least, require_numbers

Layout = Literal["batch_first", "token_first"]


def sinusoids(n: int, d: int, base: float = 10000.0, dtype: torch.dtype = torch.float32) -> Tensor:
    """Where each of n positions stands on d waves: PE(pos, 2i) = sin(pos w_i), PE(pos, 2i + 1) = cos(pos w_i).

    returns : (n, d), -1 to 1; with an odd d the last sine has no cosine beside it
    Source: Vaswani et al. 2017, arXiv 1706.03762, section 3.5.
    """
    require_at_least("n", n)
    require_at_least("d", d)
    angles = torch.arange(n, dtype=torch.float64)[:, None] * frequencies(d, base)  # (n, ceil(d / 2))
    waves = torch.stack([angles.sin(), angles.cos()], dim=-1)  # (n, ceil(d / 2), 2)
    return waves.flatten(1)[:, :d].to(dtype)  # sin, cos, sin, cos, ...


def frequencies(d: int, base: float = 10000.0) -> Tensor:
    """How fast each pair of dimensions turns, in radians per position: w_i = base^(-2i/d), (ceil(d / 2),) float64."""
    return base ** (-torch.arange(0, d, 2, dtype=torch.float64) / d)


def rotation(k: int, d: int, base: float = 10000.0, dtype: torch.dtype = torch.float32) -> Tensor:
    """The one matrix that moves every position k steps on: PE(pos + k) = R PE(pos), whatever pos is.

    returns : (d, d), made of d/2 rotations of two dimensions by the angle k w_i; k may be negative
    Raises InputError for an odd d, whose last sine has no partner to turn with.
    """
    if d < 2 or d % 2:
        raise InputError("A width of {d} has no pairs of sine and cosine to turn. Give an even width.", d=d)
    angles = k * frequencies(d, base)  # (d / 2,)
    sin, cos = angles.sin(), angles.cos()
    turns = torch.stack([torch.stack([cos, sin], -1), torch.stack([-sin, cos], -1)], -2)  # (d / 2, 2, 2)
    pairs = torch.arange(d // 2)
    matrix = turns.new_zeros(d // 2, 2, d // 2, 2)
    matrix[pairs, :, pairs] = turns  # one block a pair, along the diagonal
    return matrix.reshape(d, d).to(dtype)


def similarity(positions: Tensor) -> Tensor:
    """How alike the vectors of any two positions are: the cosine of their angle, (n, n), -1 to 1.

    positions : (n, d), sinusoids or the learned position embeddings of a model
    """
    require_numbers("positions", positions)
    unit = nn.functional.normalize(positions, dim=-1)
    return unit @ unit.T


def order_gap(read: Callable[[Tensor], Tensor], tokens: Tensor, order: Tensor) -> float:
    """Whether a network notices the order: the largest difference between shuffling before it and shuffling after it.

    read   : (batch, token, width) -> (batch, token, any width)
    order  : a permutation of the tokens
    returns: 0 (but for rounding) where the outputs are only shuffled along, as in attention without positions
    """
    if sorted(order.tolist()) != list(range(tokens.shape[1])):
        raise InputError(
            "{order} is no order of {n} tokens. Name each from 0 to {last} once.",
            order=order.tolist(),
            n=tokens.shape[1],
            last=tokens.shape[1] - 1,
        )
    return (read(tokens[:, order]) - read(tokens)[:, order]).abs().max().item()


class Positions(nn.Module):
    """Adds to every token the vector of its position, and drops some of the sum in training.

    longest : the most tokens a text may have
    layout  : "batch_first" = (batch, token, d_model), "token_first" = (token, batch, d_model)
    learned : vectors that are trained, as in BERT, instead of sinusoids
    """

    vectors: Tensor

    def __init__(
        self,
        d_model: int,
        longest: int = 512,
        *,
        dropout: float = 0.0,
        layout: Layout = "batch_first",
        learned: bool = False,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__()
        self.layout = layout
        self.dropout = Dropout(dropout, generator)
        if learned:
            self.vectors = embedding(longest, d_model, generator).weight
        else:
            self.register_buffer("vectors", sinusoids(longest, d_model, dtype=torch.get_default_dtype()))

    def forward(self, tokens: Tensor) -> Tensor:
        """The same shape as the tokens, each with its position's vector added."""
        token_axis = 1 if self.layout == "batch_first" else 0
        longest, d_model = self.vectors.shape
        if tokens.ndim != 3 or tokens.shape[-1] != d_model or tokens.shape[token_axis] > longest:
            raise InputError(
                "The tokens have the shape {shape} ({layout}). Give three axes, a width of {d_model}, "
                "and at most {longest} tokens.",
                shape=tuple(tokens.shape),
                layout=self.layout,
                d_model=d_model,
                longest=longest,
            )
        here = self.vectors[: tokens.shape[token_axis]]  # (token, d_model)
        added: Tensor = self.dropout(tokens + (here if self.layout == "batch_first" else here[:, None]))
        return added
