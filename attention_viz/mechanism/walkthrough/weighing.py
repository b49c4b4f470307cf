"""Weighing: from one query and its keys to weights, and from weights and values to what is read, step by step.

Symbols: q, k, v a query, key and value of one head (d_head wide), s the score, z the scaled score, a the weight.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from attention_viz.mechanism.masks import masked_scores
from attention_viz.mechanism.shapes import require_positive
from attention_viz.mechanism.walkthrough.steps import Notes, Walk


@dataclass(frozen=True, eq=False)
class Weighing:
    """How one head turns its dot products into weights (Vaswani et al. 2017, arXiv 1706.03762, eq. 1, unless changed).

    mask        : boolean (key,), True where the query may read the key; None = all
    divisor     : of the dot products; None = sqrt(d_head)
    temperature : divides too; above 1 the weights flatten, below 1 they sharpen
    added       : (key,) added to the scaled scores, by position say; None = nothing
    sink        : the score of a sink, which takes its share of the weights and belongs to no key; None = none
    """

    mask: Tensor | None = None
    divisor: float | None = None
    temperature: float = 1.0
    added: Tensor | None = None
    sink: float | None = None

    def __post_init__(self) -> None:
        require_positive("temperature", self.temperature)
        if self.divisor is not None:
            require_positive("divisor", self.divisor)


def walk_head(query: Tensor, keys: Tensor, values: Tensor, weighing: Weighing | None = None) -> Walk:
    """What one head makes of one query, from its vectors on: products, scores, weights, context.

    query : (d_head,); keys : (key, d_head); values : (key, d_value)
    """
    notes = Notes()
    notes.write("query", ("d_head",), "q", query)
    notes.write("keys", ("key", "d_head"), "k_j", keys)
    notes.write("values", ("key", "d_head"), "v_j", values)
    mix(notes, weigh(notes, query, keys, weighing or Weighing()), values)
    return Walk(tuple(notes.steps))


def weigh(notes: Notes, q: Tensor, k: Tensor, how: Weighing) -> Tensor:
    """The weights, (key,); every step is noted."""
    products = notes.write("products", ("key", "d_head"), r"q_i \, k_{j,i}", q * k)
    notes.write(
        "order",
        ("key", "d_head"),
        r"i \text{ by } q_i \, k_{j,i}",
        products.argsort(dim=-1, descending=True, stable=True),
    )
    scores = notes.write("scores", ("key",), r"s_j = q \cdot k_j = \sum_i q_i \, k_{j,i}", products.sum(-1))
    divisor = math.sqrt(len(q)) if how.divisor is None else how.divisor
    z = notes.write(
        "scaled", ("key",), "z_j = " + _scaling(divisor, len(q), how.temperature), scores / (divisor * how.temperature)
    )
    if how.added is not None:
        z = notes.write("added", ("key",), r"z_j \leftarrow z_j + b_j", z + how.added)
    z = notes.write("masked", ("key",), r"z_j = -\infty \quad (M_j = 0)", masked_scores(z, how.mask))
    return softmax(notes, z, how.sink)


def _scaling(divisor: float, d_head: int, temperature: float) -> str:
    """The scaled score as TeX: s over what it is divided by."""
    root = math.isclose(divisor, math.sqrt(d_head), rel_tol=1e-6)
    below = [r"\sqrt{d}" if root else f"{divisor:.4g}"] if divisor != 1 else []
    below += ["T"] if temperature != 1 else []
    together = r" \, ".join(below)
    return rf"\frac{{s_j}}{{{together}}}" if below else "s_j"


def softmax(notes: Notes, z: Tensor, sink: float | None = None) -> Tensor:
    """The weights of scaled and masked scores, (key,); every step is noted."""
    largest = notes.write("largest", (), r"m = \max_j z_j", z.max())
    shifted = notes.write("shifted", ("key",), r"z_j - m", z - largest)
    exponentials = notes.write("exponentials", ("key",), r"e_j = \exp(z_j - m)", shifted.exp())
    total, formula = exponentials.sum(), r"Z = \sum_j e_j"
    if sink is not None:
        total, formula = total + torch.exp(sink - largest), formula + r" + \exp(z_{\text{sink}} - m)"
    total = notes.write("sum", (), formula, total)
    return notes.write("weights", ("key",), r"a_j = \frac{e_j}{Z}", exponentials / total)


def mix(notes: Notes, weights: Tensor, v: Tensor) -> Tensor:
    """What is read: the sum of the values by weight, (d_value,); both steps are noted."""
    weighted = notes.write("weighted_values", ("key", "d_head"), r"a_j v_j", weights[:, None] * v)
    return notes.write("context", ("d_head",), r"c = \sum_j a_j v_j", weighted.sum(0))
