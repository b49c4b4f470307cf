"""Input embedding: how a token's first vector is added up, step by step.

Symbols: w the word's vector, p the position's, s the segment's, e their sum, x the input of the first layer.
"""

from __future__ import annotations

from torch import Tensor

from attention_viz.errors import InputError
from attention_viz.mechanism.walkthrough.block_output import normalise
from attention_viz.mechanism.walkthrough.parameters import Norm
from attention_viz.mechanism.walkthrough.steps import StepLog, Walkthrough


def walk_embedding(
    word: Tensor,
    position: Tensor | None = None,
    segment: Tensor | None = None,
    scale: float = 1.0,
    norm: Norm | None = None,
) -> Walkthrough:
    """Where a token's first vector comes from: word (times scale) + position (+ segment), normalised in BERT.

    word, position, segment : (d_model,); the last step is the input of the first layer
    """
    log = StepLog()
    terms = ["w" if scale == 1 else rf"{scale:.4g} \, w"]
    total = log.add("word", ("d_model",), "w", word) * scale
    for name, symbol, vector in (("position", "p", position), ("segment", "s", segment)):
        if vector is not None:
            if vector.shape != word.shape:
                raise InputError(
                    "The {name} has the shape {shape}, the word {word}. Give vectors of one width.",
                    name=name,
                    shape=tuple(vector.shape),
                    word=tuple(word.shape),
                )
            total = total + log.add(name, ("d_model",), symbol, vector)
            terms.append(symbol)
    total = log.add("sum", ("d_model",), "e = " + " + ".join(terms), total)
    if norm is not None:
        normalise(log, total, norm, "e", "x")
    return Walkthrough(tuple(log.steps))
