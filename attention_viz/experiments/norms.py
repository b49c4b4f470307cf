"""Norms: how much each key really adds to a query, weight and vector together.

A head adds weight * f(x) for each key x, with f(x) = (x W_V + b_V) W_O; a high weight on a short vector adds little
(Kobayashi et al. 2020, arXiv 2004.10102, section 3).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch.utils.dlpack import from_dlpack

from attention_viz.attention import Attention
from attention_viz.brief import brief
from attention_viz.errors import InputError

NORM_LIMIT = 2048
"""Tokens that norms are computed for at most: all heads of a layer at once take heads * n^2 floats."""

WIDTH_AT_ONCE = 192
"""Columns of the model's width that are taken together: the vectors of 128 keys stay in the processor's cache."""


@dataclass(frozen=True, eq=False)
class Norms:
    """What one layer adds, as lengths of vectors; float32. Rows do not sum to 1.

    weights : (head, query, key) the attention weights
    vectors : (head, key) the length of f(x)
    """

    weights: np.ndarray
    vectors: np.ndarray

    __repr__ = brief

    def weighted(self, head: int) -> np.ndarray:
        """The length of weight * f(x) of one head, which is weight * the length of f(x): (query, key)."""
        lengths: np.ndarray = self.weights[head] * self.vectors[head]
        return lengths


def norms(attention: Attention, layer: int) -> Norms:
    """How much does each key add to each query in each head of this layer?

    Exact: the length of v W_O is the root of v (W_O W_O^T) v, so that no vector of the model's width is built.
    Raises InputError where the source does not know the values, and above NORM_LIMIT tokens.
    Source: Kobayashi et al. 2020, equation 2.
    """
    check_length(attention)
    projection, values = _tensor(attention.projection(layer)), _values(attention, layer)
    inner = torch.bmm(projection, projection.mT)  # (head, d_value, d_value)
    squares = torch.bmm(values, inner).mul_(values).sum(-1)  # (head, key)
    return Norms(attention.weights(layer), squares.clamp_(min=0).sqrt_().numpy())


def all_norms(attention: Attention) -> Iterator[Norms]:
    """The same for every layer that has attention, from the first."""
    return (norms(attention, layer) for layer in attention.layers)


def summed_norms(attention: Attention, layer: int) -> np.ndarray:
    """How much does each key add to each query in this layer, all heads together?

    returns : (query, key) the length of the sum over the heads of weight * f(x); float32
    Exact: it comes from the dot products f(x) of one head * f(x) of another, so that no (head, query, key, d_model)
    tensor is built. Raises as `norms` does.
    Source: Kobayashi et al. 2020, equation 8.
    """
    check_length(attention)
    return _lengths(attention, layer, _tensor(attention.projection(layer)))


def normalised_norms(attention: Attention, layer: int, gain: np.ndarray) -> np.ndarray:
    """The same after a layer normalisation, but for the division by the spread of each query's vector, which is the same for
    all its keys: the length of gain * (vector - its mean), (query, key) float32. gain : (d_model,)
    Source: Kobayashi et al. 2021 (arXiv 2109.07152), section 3.2.
    """
    check_length(attention)
    projection = _tensor(attention.projection(layer))
    centred = projection - projection.mean(-1, keepdim=True)
    return _lengths(attention, layer, centred * torch.from_numpy(gain).to(centred.dtype))


def _lengths(attention: Attention, layer: int, projection: torch.Tensor) -> np.ndarray:
    """The length of what all heads add for each key, behind this projection (head, d_value, d_model): (query, key)."""
    weights = attention.weights(layer)  # (head, query, key)
    by_key = _tensor(np.ascontiguousarray(weights.transpose(0, 2, 1))).transpose(0, 1)  # (key, head, query)
    products = _products(projection, _values(attention, layer))
    squares = (products @ by_key).mul_(by_key).sum(1).T  # (query, key)
    lengths: np.ndarray = squares.clamp_(min=0).sqrt_().numpy()
    return lengths


def _products(projection: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    """The dot products of what any two heads add for one key: (key, head, head)."""
    n_heads, n_keys, _ = values.shape
    width = projection.shape[-1]
    products = torch.zeros(n_keys, n_heads, n_heads)
    buffer = torch.empty(n_heads, n_keys, min(WIDTH_AT_ONCE, width))
    for start in range(0, width, WIDTH_AT_ONCE):
        columns = projection[..., start : start + WIDTH_AT_ONCE]
        added = torch.bmm(values, columns, out=buffer[..., : columns.shape[-1]]).transpose(0, 1)  # (key, head, columns)
        torch.baddbmm(products, added, added.mT, out=products)
    return products


def vectors(attention: Attention, layer: int) -> np.ndarray:
    """What each head adds for each key, in the model's width: f(x), (key, head, d_model) float32."""
    return torch.bmm(_values(attention, layer), _tensor(attention.projection(layer))).transpose(0, 1).numpy()


def _values(attention: Attention, layer: int) -> torch.Tensor:
    """(head, key, d_value)"""
    return _tensor(attention.values(layer))


def _tensor(array: np.ndarray) -> torch.Tensor:
    """The same numbers without a copy, though numpy's array is read-only: nothing here writes into them."""
    return from_dlpack(array)


def check_length(attention: Attention) -> None:
    """Raises InputError for a text beyond NORM_LIMIT."""
    if max(attention.shape) > NORM_LIMIT:
        raise InputError(
            "This text has {n} tokens; norms are computed up to {limit}, because all heads of a layer at once take memory that grows with the square of the tokens. Shorten the text by {over}.",
            n=max(attention.shape),
            limit=NORM_LIMIT,
            over=max(attention.shape) - NORM_LIMIT,
        )
