"""Scores: how well a key fits a query.

Symbols: q one query, k one key, d their width when it is the same. Every function takes

    queries : (..., query, d_query)
    keys    : (..., key, d_key)
    returns : (..., query, key), any real number, larger = fits better

and raises InputError where the shapes do not fit or a number is not finite. Learned matrices have the axes (out, in),
as torch.nn.Linear stores them, and are arguments: `functools.partial` makes a score of two arguments out of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from attention_viz.errors import InputError
from attention_viz.mechanism.shapes import require_pair, require_positive, require_weight

ScoreFunction = Callable[[Tensor, Tensor], Tensor]
"""(..., query, d_query), (..., key, d_key) -> (..., query, key)"""


def dot_scores(queries: Tensor, keys: Tensor) -> Tensor:
    """How far the key points where the query points: q . k (Luong et al. 2015, arXiv 1508.04025, eq. 8)."""
    _require_equal_widths(queries, keys)
    return queries @ keys.mT  # (..., query, key)


def scaled_dot_scores(queries: Tensor, keys: Tensor) -> Tensor:
    """The same in units that do not grow with the width: q . k / sqrt(d) (Vaswani et al. 2017, arXiv 1706.03762, eq. 1).

    The sum of d products of independent numbers with variance 1 has variance d; divided by sqrt(d), it has variance 1.
    """
    return dot_scores(queries, keys) / math.sqrt(queries.shape[-1])


def general_scores(queries: Tensor, keys: Tensor, matrix: Tensor) -> Tensor:
    """How far the key points where a learned map sends the query: q W k, widths may differ (Luong et al. 2015, eq. 8).

    matrix : W, (d_query, d_key)
    """
    require_pair(queries, keys)
    require_weight("matrix", matrix, (queries.shape[-1], keys.shape[-1]), queries.dtype)
    return queries @ matrix @ keys.mT  # (..., query, d_key) @ (..., d_key, key)


def concat_scores(queries: Tensor, keys: Tensor, matrix: Tensor, vector: Tensor) -> Tensor:
    """The output of a one-layer network on the pair: v . tanh(W [q ; k]), widths may differ (Luong et al. 2015, eq. 8).

    matrix : W, (hidden, d_query + d_key); vector : v, (hidden,)
    """
    require_pair(queries, keys)
    require_weight("matrix", matrix, (vector.numel(), queries.shape[-1] + keys.shape[-1]), queries.dtype)
    require_weight("vector", vector, (vector.numel(),), queries.dtype)
    rows, columns = queries.unsqueeze(-2), keys.unsqueeze(-3)  # (..., query, 1, d_query), (..., 1, key, d_key)
    pairs = torch.cat(
        [
            rows.expand(*rows.shape[:-2], keys.shape[-2], -1),
            columns.expand(*columns.shape[:-3], queries.shape[-2], -1, -1),
        ],
        dim=-1,
    )  # (..., query, key, d_query + d_key)
    return torch.tanh(pairs @ matrix.T) @ vector


def additive_scores(queries: Tensor, keys: Tensor, query_matrix: Tensor, key_matrix: Tensor, vector: Tensor) -> Tensor:
    """The same network without building the pairs: v . tanh(W q + U k) (Bahdanau et al. 2015, arXiv 1409.0473, A.1.2).

    query_matrix : W, (hidden, d_query); key_matrix : U, (hidden, d_key); vector : v, (hidden,)
    Equal to `concat_scores` with the matrix [W U]: `split_concat` cuts that matrix in two.
    """
    require_pair(queries, keys)
    require_weight("query_matrix", query_matrix, (vector.numel(), queries.shape[-1]), queries.dtype)
    require_weight("key_matrix", key_matrix, (vector.numel(), keys.shape[-1]), keys.dtype)
    require_weight("vector", vector, (vector.numel(),), queries.dtype)
    rows = (queries @ query_matrix.T).unsqueeze(-2)  # (..., query, 1, hidden)
    columns = (keys @ key_matrix.T).unsqueeze(-3)  # (..., 1, key, hidden)
    return torch.tanh(rows + columns) @ vector  # (..., query, key, hidden) @ (hidden,)


def split_concat(matrix: Tensor, d_query: int) -> tuple[Tensor, Tensor]:
    """Which part of a concat matrix reads the query, and which the key: W [q ; k] = W1 q + W2 k.

    matrix : (hidden, d_query + d_key); returns (hidden, d_query), (hidden, d_key)
    """
    if matrix.ndim != 2 or not 0 < d_query < matrix.shape[1]:
        raise InputError(
            "A matrix of shape {shape} has no {d_query} columns for the query and at least one for the key.",
            shape=tuple(matrix.shape),
            d_query=d_query,
        )
    return matrix[:, :d_query], matrix[:, d_query:]


def cosine_scores(queries: Tensor, keys: Tensor) -> Tensor:
    """How small the angle is, lengths set aside: q . k / (|q| |k|), from -1 to 1; a zero vector scores 0.

    Graves et al. 2014, arXiv 1410.5401, eq. 6.
    """
    _require_equal_widths(queries, keys)
    return torch.nn.functional.normalize(queries, dim=-1) @ torch.nn.functional.normalize(keys, dim=-1).mT


def gaussian_scores(queries: Tensor, keys: Tensor, bandwidth: float = 1.0) -> Tensor:
    """How near the key lies: -|q - k|^2 / (2 bandwidth^2), at most 0.

    Softmax turns it into the weights of kernel regression with a Gaussian kernel (Nadaraya 1964, Watson 1964).
    """
    _require_equal_widths(queries, keys)
    require_positive("bandwidth", bandwidth)
    differences = queries.unsqueeze(-2) - keys.unsqueeze(-3)  # (..., query, key, d)
    return -differences.square().sum(-1) / (2 * bandwidth**2)


def tempered(scores: ScoreFunction, temperature: float) -> ScoreFunction:
    """The same score at another temperature: divided by it, so that above 1 the weights flatten and below 1 sharpen."""
    require_positive("temperature", temperature)
    return lambda queries, keys: scores(queries, keys) / temperature


def _require_equal_widths(queries: Tensor, keys: Tensor) -> None:
    require_pair(queries, keys)
    if queries.shape[-1] != keys.shape[-1]:
        raise InputError(
            "The queries are {d_query} wide and the keys {d_key}; this score needs equal widths. "
            "Project both to one width, or use the general, concat or additive score.",
            d_query=queries.shape[-1],
            d_key=keys.shape[-1],
        )
