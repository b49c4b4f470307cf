"""Leaving: from what all heads have read to the block's output for one token, step by step."""

from __future__ import annotations

from torch import Tensor

from attention_viz.mechanism.walkthrough.parts import Map, Norm
from attention_viz.mechanism.walkthrough.steps import Notes, Walk


def walk_output(contexts: Tensor, output: Map, x: Tensor | None = None, norm: Norm | None = None) -> Walk:
    """What becomes of the heads' contexts: side by side, through W_o, added to the token, normalised.

    contexts : (head, d_head), in the order of the heads
    x        : (d_model,), the token's vector that they are added to; None = the walk ends before
    norm     : of the sum, where one follows at once as in BERT; None = the walk ends with the sum
    """
    notes = Notes()
    projected = project(notes, contexts, output)
    if x is not None:
        residual = add(notes, x, projected)
        if norm is not None:
            normalise(notes, residual, norm, "r", "y")
    return Walk(tuple(notes.steps))


def project(notes: Notes, contexts: Tensor, output: Map) -> Tensor:
    """(d_model,): W_o applied to the contexts side by side."""
    concatenated = notes.write("concatenated", ("d_model",), "[c^1 ; c^2 ; ...]", contexts.flatten())
    formula = "o = W_o [c^1 ; c^2 ; ...]" + ("" if output.bias is None else " + b_o")
    return notes.write("projected", ("d_model",), formula, output.of(concatenated))


def add(notes: Notes, x: Tensor, projected: Tensor) -> Tensor:
    """(d_model,): the residual connection."""
    return notes.write("residual", ("d_model",), "r = x + o", x + projected)


def normalise(notes: Notes, vector: Tensor, norm: Norm, symbol: str, result: str) -> Tensor:
    """(d_model,): LayerNorm of one vector, or RMSNorm, which takes no mean off; every step is noted."""
    centred = vector
    if norm.centred:
        mean = notes.write("mean", (), rf"\mu = \frac{{1}}{{d}} \sum_i {symbol}_i", vector.mean())
        centred = vector - mean
    less = rf"({symbol}_i - \mu)" if norm.centred else f"{symbol}_i"
    deviation = notes.write(
        "deviation",
        (),
        rf"\sigma = \sqrt{{\frac{{1}}{{d}} \sum_i {less}^2 + \epsilon}}",
        (centred.square().mean() + norm.eps).sqrt(),
    )
    above = rf"{symbol} - \mu" if norm.centred else symbol
    unit = notes.write("normed", ("d_model",), rf"n = \frac{{{above}}}{{\sigma}}", centred / deviation)
    bias = r" + \beta" if norm.bias is not None else ""
    output = unit * norm.weight if norm.bias is None else unit * norm.weight + norm.bias
    return notes.write("output", ("d_model",), rf"{result} = \gamma \odot n" + bias, output)
