"""Block output: from the contexts of all heads to the block's output for one token, step by step."""

from __future__ import annotations

from torch import Tensor

from attention_viz.mechanism.walkthrough.parameters import LinearMap, Norm
from attention_viz.mechanism.walkthrough.steps import StepLog, Walkthrough


def walk_output(contexts: Tensor, output: LinearMap, x: Tensor | None = None, norm: Norm | None = None) -> Walkthrough:
    """How do the heads' contexts become the block's output? Concatenated, mapped by W_o, added to the token, normalised.

    contexts : (head, d_head), in the order of the heads
    x        : (d_model,), the token's vector that they are added to; None = the steps end before
    norm     : of the sum, where one follows at once as in BERT; None = the steps end with the sum
    """
    log = StepLog()
    projected = project(log, contexts, output)
    if x is not None:
        residual = add(log, x, projected)
        if norm is not None:
            normalise(log, residual, norm, "r", "y")
    return Walkthrough(tuple(log.steps))


def project(log: StepLog, contexts: Tensor, output: LinearMap) -> Tensor:
    """(d_model,): W_o applied to the concatenated contexts."""
    concatenated = log.add("concatenated", ("d_model",), "[c^1 ; c^2 ; ...]", contexts.flatten())
    formula = "o = W_o [c^1 ; c^2 ; ...]" + ("" if output.bias is None else " + b_o")
    return log.add("projected", ("d_model",), formula, output.of(concatenated))


def add(log: StepLog, x: Tensor, projected: Tensor) -> Tensor:
    """(d_model,): the residual connection."""
    return log.add("residual", ("d_model",), "r = x + o", x + projected)


def normalise(log: StepLog, vector: Tensor, norm: Norm, symbol: str, result: str) -> Tensor:
    """(d_model,): LayerNorm of one vector, or RMSNorm, which takes no mean off; every step is logged."""
    centred = vector
    if norm.centred:
        mean = log.add("mean", (), rf"\mu = \frac{{1}}{{d}} \sum_i {symbol}_i", vector.mean())
        centred = vector - mean
    less = rf"({symbol}_i - \mu)" if norm.centred else f"{symbol}_i"
    deviation = log.add(
        "deviation",
        (),
        rf"\sigma = \sqrt{{\frac{{1}}{{d}} \sum_i {less}^2 + \epsilon}}",
        (centred.square().mean() + norm.eps).sqrt(),
    )
    above = rf"{symbol} - \mu" if norm.centred else symbol
    unit = log.add("normed", ("d_model",), rf"n = \frac{{{above}}}{{\sigma}}", centred / deviation)
    bias = r" + \beta" if norm.bias is not None else ""
    output = unit * norm.weight if norm.bias is None else unit * norm.weight + norm.bias
    return log.add("output", ("d_model",), rf"{result} = \gamma \odot n" + bias, output)
