"""Matrices: self-attention of one head written as matrix products, with every cell taken apart on request.

Here a vector is a row and a weight matrix has the axes (in, out), as on paper: Q = X Wq + bq.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from torch import Tensor

from attention_viz.errors import InputError, SelectionError
from attention_viz.mechanism.masks import allowed_keys
from attention_viz.mechanism.normalisers import masked_softmax
from attention_viz.mechanism.shapes import require_numbers, require_weight


@dataclass(frozen=True, eq=False)
class Product:
    """One matrix product: result = first @ second (+ bias).

    name    : of the result; formula : as TeX
    first   : (row, inner); second : (inner, column); bias : (column,) or None; result : (row, column)
    """

    name: str
    formula: str
    first: Tensor
    second: Tensor
    result: Tensor
    bias: Tensor | None = None

    def cell(self, row: int, column: int) -> Cell:
        """The row, the column and the sum that made one cell. Raises SelectionError where there is no such cell."""
        rows, columns = self.result.shape
        if not (0 <= row < rows and 0 <= column < columns):
            raise SelectionError(
                "{name} has {rows} rows and {columns} columns; there is no row {row}, column {column}.",
                name=self.name,
                rows=rows,
                columns=columns,
                row=row + 1,
                column=column + 1,
            )
        terms = self.first[row] * self.second[:, column]  # (inner,)
        bias = 0.0 if self.bias is None else self.bias[column].item()
        return Cell(self.first[row], self.second[:, column], terms, bias, self.result[row, column].item())


@dataclass(frozen=True, eq=False)
class Cell:
    """How one cell came about: total = sum of terms + bias, terms = row * column, all three (inner,)."""

    row: Tensor
    column: Tensor
    terms: Tensor
    bias: float
    total: float


@dataclass(frozen=True, eq=False)
class MatrixForm:
    """Every matrix of one self-attention, in the order of the calculation.

    queries, keys, values : Q, K, V, (token, d_head)
    scores  : A = Q K^T, (query, key), before scaling; divisor : sqrt(d_head), or 1 unscaled
    weights : S = softmax(A / divisor), (query, key), rows sum to 1
    output  : O = S V, (query, d_head)
    """

    queries: Product
    keys: Product
    values: Product
    scores: Product
    divisor: float
    weights: Tensor
    output: Product


def matrix_form(
    tokens: Tensor,
    query_matrix: Tensor,
    key_matrix: Tensor,
    value_matrix: Tensor,
    query_bias: Tensor | None = None,
    key_bias: Tensor | None = None,
    value_bias: Tensor | None = None,
    *,
    scaled: bool = True,
    mask: Tensor | None = None,
) -> MatrixForm:
    """Self-attention step by step, as matrices one can point into.

    tokens   : X, (token, d_model)
    matrices : Wq, Wk (d_model, d_head), Wv (d_model, d_value); biases : as wide as their matrix, or None
    mask     : boolean (query, key), True where the query may read the key
    """
    queries = _project("Q", tokens, query_matrix, query_bias)
    keys = _project("K", tokens, key_matrix, key_bias)
    values = _project("V", tokens, value_matrix, value_bias)
    if query_matrix.shape != key_matrix.shape:
        raise InputError(
            "Wq has the shape {query} and Wk {key}. Queries and keys need the same width.",
            query=tuple(query_matrix.shape),
            key=tuple(key_matrix.shape),
        )
    scores = queries.result @ keys.result.T  # (query, key)
    divisor = math.sqrt(queries.result.shape[1]) if scaled else 1.0
    weights = masked_softmax(scores / divisor, allowed_keys(scores.shape, mask))  # (query, key)
    return MatrixForm(
        queries,
        keys,
        values,
        Product("A", r"A = Q K^\top", queries.result, keys.result.T, scores),
        divisor,
        weights,
        Product("O", r"O = S V", weights, values.result, weights @ values.result),
    )


def _project(name: str, tokens: Tensor, matrix: Tensor, bias: Tensor | None) -> Product:
    require_numbers("X", tokens)
    require_numbers(f"W{name.lower()}", matrix)
    if tokens.ndim != 2 or matrix.ndim != 2 or tokens.shape[1] != matrix.shape[0] or tokens.dtype != matrix.dtype:
        raise InputError(
            "X has the shape {tokens} ({token_type}) and W{letter} {matrix} ({matrix_type}). "
            "Give W{letter} as many rows as X has columns, and both the same type.",
            tokens=tuple(tokens.shape),
            token_type=tokens.dtype,
            matrix=tuple(matrix.shape),
            matrix_type=matrix.dtype,
            letter=name.lower(),
        )
    letter = name.lower()
    product = tokens @ matrix  # (token, d_head)
    if bias is None:
        return Product(name, rf"{name} = X W_{letter}", tokens, matrix, product)
    require_weight(f"b{letter}", bias, (matrix.shape[1],), matrix.dtype)
    return Product(name, rf"{name} = X W_{letter} + b_{letter}", tokens, matrix, product + bias, bias)
