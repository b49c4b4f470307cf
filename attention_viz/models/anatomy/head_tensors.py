"""HeadTensors: weights, scores, queries, keys and values of one head, as tensors; None for what the source does not know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor

from attention_viz.attention import Attention
from attention_viz.errors import InputError
from attention_viz.mechanism import SoftmaxSettings

Value = TypeVar("Value")
LEAST = 1e-4
"""The smallest share of a score that rounding does not explain."""


@dataclass(frozen=True, eq=False)
class HeadTensors:
    """One head for one query.

    weights, readable : (key,)
    scores            : (key,) what the softmax was given, or None
    queries, keys     : (query, d_head) and (key, d_head), or None; values: (key, d_value), or None
    scale             : the factor of the dot products, or None
    """

    query: int
    weights: Tensor
    readable: Tensor
    scores: Tensor | None
    queries: Tensor | None
    keys: Tensor | None
    values: Tensor | None
    scale: float | None

    @classmethod
    def of(cls, attention: Attention, layer: int, head: int, query: int) -> HeadTensors:
        row = slice(query, query + 1)
        return cls(
            query,
            _tensor(attention.tile(layer, head, row))[0],
            torch.tensor(attention.readable(layer, row)[0]),
            _or_none(lambda: _tensor(attention.scores(layer, head, row))[0]),
            _or_none(lambda: _tensor(attention.queries(layer, head))),
            _or_none(lambda: _tensor(attention.keys(layer, head))),
            _or_none(lambda: _tensor(attention.values(layer, head))),
            _or_none(lambda: attention.scale(layer)),
        )

    @property
    def sink(self) -> float | None:
        """The score of the attention sink, which takes what the weights lack of 1; None where they sum to 1."""
        if self.scores is None or not bool(self.readable.any()):
            return None
        rounding = 4e-6 * max(1.0, float(self.scores[self.readable].abs().max()))
        if 1 - float(self.weights.sum()) < rounding:
            return None
        top = int(self.weights.argmax())
        shares = (self.scores - self.scores[top]).exp()  # as parts of the largest
        return float(self.scores[top] + torch.log(1 / self.weights[top] - shares.sum()))

    @property
    def added(self) -> Tensor | None:
        """(key,) what is added to the scaled dot products, such as a position bias; None where nothing is."""
        if self.scores is None or self.queries is None or self.keys is None or self.scale is None:
            return None
        more = torch.where(self.readable, self.scores - self.keys @ self.queries[self.query] * self.scale, 0.0)
        size = max(1.0, float(self.scores[self.readable].abs().max())) if bool(self.readable.any()) else 1.0
        return more if float(more.abs().max()) > LEAST * size else None

    def weighing(self, scaled: bool, temperature: float) -> SoftmaxSettings:
        """The arithmetic of this head's weights; `scaled` False = the dot products are not divided."""
        divisor = 1 / self.scale if scaled and self.scale is not None else 1.0
        mask = None if bool(self.readable.all()) else self.readable
        return SoftmaxSettings(mask, divisor, temperature, self.added, self.sink)


def _or_none(ask: Callable[[], Value]) -> Value | None:
    try:
        return ask()
    except InputError:
        return None


def _tensor(array: np.ndarray) -> Tensor:
    return torch.from_numpy(np.array(array))
