"""Head output: from a query and its keys to the weights, and from weights and values to the context, step by step.

Symbols: q, k, v a query, key and value of one head (d_head wide), s the score, z the scaled score, a the weight.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from attention_viz.mechanism.masks import masked_scores
from attention_viz.mechanism.shapes import require_positive
from attention_viz.mechanism.walkthrough.steps import StepLog, Walkthrough


@dataclass(frozen=True, eq=False)
class SoftmaxSettings:
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


def walk_head(query: Tensor, keys: Tensor, values: Tensor, settings: SoftmaxSettings | None = None) -> Walkthrough:
    """What one head makes of one query, from its vectors on: products, scores, weights, context.

    query : (d_head,); keys : (key, d_head); values : (key, d_value)
    """
    log = StepLog()
    log.add("query", ("d_head",), "q", query)
    log.add("keys", ("key", "d_head"), "k_j", keys)
    log.add("values", ("key", "d_head"), "v_j", values)
    weighted_sum(log, attention_weights(log, query, keys, settings or SoftmaxSettings()), values)
    return Walkthrough(tuple(log.steps))


def attention_weights(log: StepLog, q: Tensor, k: Tensor, settings: SoftmaxSettings) -> Tensor:
    """The weights, (key,); every step is logged."""
    products = log.add("products", ("key", "d_head"), r"q_i \, k_{j,i}", q * k)
    log.add(
        "order",
        ("key", "d_head"),
        r"i \text{ by } q_i \, k_{j,i}",
        products.argsort(dim=-1, descending=True, stable=True),
    )
    scores = log.add("scores", ("key",), r"s_j = q \cdot k_j = \sum_i q_i \, k_{j,i}", products.sum(-1))
    divisor = math.sqrt(len(q)) if settings.divisor is None else settings.divisor
    z = log.add(
        "scaled",
        ("key",),
        "z_j = " + _scaling(divisor, len(q), settings.temperature),
        scores / (divisor * settings.temperature),
    )
    if settings.added is not None:
        z = log.add("added", ("key",), r"z_j \leftarrow z_j + b_j", z + settings.added)
    z = log.add("masked", ("key",), r"z_j = -\infty \quad (M_j = 0)", masked_scores(z, settings.mask))
    return softmax(log, z, settings.sink)


def _scaling(divisor: float, d_head: int, temperature: float) -> str:
    """The scaled score as TeX: s over what it is divided by."""
    root = math.isclose(divisor, math.sqrt(d_head), rel_tol=1e-6)
    below = [r"\sqrt{d}" if root else f"{divisor:.4g}"] if divisor != 1 else []
    below += ["T"] if temperature != 1 else []
    together = r" \, ".join(below)
    return rf"\frac{{s_j}}{{{together}}}" if below else "s_j"


def softmax(log: StepLog, z: Tensor, sink: float | None = None) -> Tensor:
    """The weights of scaled and masked scores, (key,); every step is logged."""
    largest = log.add("largest", (), r"m = \max_j z_j", z.max())
    shifted = log.add("shifted", ("key",), r"z_j - m", z - largest)
    exponentials = log.add("exponentials", ("key",), r"e_j = \exp(z_j - m)", shifted.exp())
    total, formula = exponentials.sum(), r"Z = \sum_j e_j"
    if sink is not None:
        total, formula = total + torch.exp(sink - largest), formula + r" + \exp(z_{\text{sink}} - m)"
    total = log.add("sum", (), formula, total)
    return log.add("weights", ("key",), r"a_j = \frac{e_j}{Z}", exponentials / total)


def weighted_sum(log: StepLog, weights: Tensor, v: Tensor) -> Tensor:
    """The context: the sum of the values by weight, (d_value,); both steps are logged."""
    weighted = log.add("weighted_values", ("key", "d_head"), r"a_j v_j", weights[:, None] * v)
    return log.add("context", ("d_head",), r"c = \sum_j a_j v_j", weighted.sum(0))
